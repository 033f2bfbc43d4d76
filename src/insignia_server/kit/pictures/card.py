"""The picture that other sites show for a link: Open Graph, 1200 × 630 pixels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from insignia_server.kit.fonts import FALLBACKS, SANS, breakable, drawable
from insignia_server.kit.pictures.picture import PNG, PictureLimits
from insignia_server.kit.pictures.raster import decode, encode
from insignia_server.kit.typesetting import framed, typeset

DEFAULT_ACCENT: Final = "#1d5c8f"
_TEMPLATE: Final = Path(__file__).with_name("card.typ")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def preview_card(
    *,
    badge_png: bytes,
    title: str,
    issuer: str,
    accent: str = DEFAULT_ACCENT,
    person: str = "",
    kicker: str = "",
    footer: str = "",
    language: str = "en",
) -> bytes:
    """A PNG of 1200 × 630 pixels: the badge, the title, who earned it, who issued it.

    `kicker` is the small line above the title, `footer` the small one at the bottom (a date, a host).
    `accent` is #rrggbb. Raises PictureError for a badge that is no PNG, ValueError for an odd colour.
    """
    if not _COLOUR.fullmatch(accent):
        raise ValueError(f"expected a colour such as {DEFAULT_ACCENT}, got {accent[:20]!r}")
    badge = decode(badge_png, PNG, PictureLimits())
    badge.thumbnail((720, 720))
    primary = language.lower().partition("-")[0]
    data = {
        "title": breakable(drawable(title)[:300]),
        "issuer": breakable(drawable(issuer)[:200]),
        "person": breakable(drawable(person)[:200]),
        "kicker": drawable(kicker)[:60],
        "footer": drawable(footer)[:80],
        "accent": accent,
        "lang": primary if _LANGUAGE.fullmatch(primary) else "en",
        "fonts": [SANS, *FALLBACKS],
    }
    picture = framed(encode(badge, PNG), badge.width, badge.height)
    return typeset(_TEMPLATE, data, format="png", files={"badge.svg": picture})
