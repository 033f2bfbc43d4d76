"""The picture that other sites show for a link: Open Graph, 1200 × 630 pixels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from insignia_server.kit.bidi import direction
from insignia_server.kit.fonts import SANS, breakable, drawable, fallbacks, missing
from insignia_server.kit.pictures.picture import PNG, PictureLimits
from insignia_server.kit.pictures.raster import decode, encode
from insignia_server.kit.typesetting import framed, typeset

DEFAULT_ACCENT: Final = "#1d5c8f"
MOST_BADGES: Final = 4
_TEMPLATE: Final = Path(__file__).with_name("card.typ")
_COLOUR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
_HYPHENATED: Final = 40  # characters of a word that hyphens alone divide well
_HANGUL: Final = re.compile("[\uac00-\ud7a3]{2,12}")
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
    return _drawn(
        [badge_png],
        accent=accent,
        title=title,
        issuer=issuer,
        person=person,
        kicker=kicker,
        footer=footer,
        language=language,
    )


def collection_card(
    *, badges: Sequence[bytes], title: str, accent: str = DEFAULT_ACCENT, footer: str = ""
) -> bytes:
    """A PNG of 1200 × 630 pixels: the first four badges (PNG), or none, beside a title. Raises as above."""
    if not _COLOUR.fullmatch(accent):
        raise ValueError(f"expected a colour such as {DEFAULT_ACCENT}, got {accent[:20]!r}")
    return _drawn(badges[:MOST_BADGES], accent=accent, title=title, footer=footer)


def _drawn(
    badges: Sequence[bytes],
    *,
    accent: str,
    title: str,
    issuer: str = "",
    person: str = "",
    kicker: str = "",
    footer: str = "",
    language: str = "en",
) -> bytes:
    files: dict[str, bytes] = {}
    for number, png in enumerate(badges):
        badge = decode(png, PNG, PictureLimits())
        badge.thumbnail((720, 720))
        files[f"badge-{number}.svg"] = framed(encode(badge, PNG), badge.width, badge.height)
    primary = language.lower().partition("-")[0]
    data = {
        "badges": len(badges),
        "title": _shown(title, 300),
        "issuer": _shown(issuer, 200),
        "person": _shown(person, 200),
        "kicker": _shown(kicker, 60),
        "footer": _shown(footer, 80),
        "rtl": direction(title) == "rtl",
        "accent": accent,
        "lang": primary if _LANGUAGE.fullmatch(primary) else "en",
        "fonts": [SANS, *fallbacks(title, issuer, person, language=primary)],
    }
    return typeset(_TEMPLATE, data, format="png", files=files)


def _shown(text: str, most: int) -> str:
    """What can be drawn of it: pictograms that no font has are left out, and Korean words stay whole."""
    for one in missing(text):
        if unicodedata.category(one) == "So":
            text = text.replace(one, "")
    text = drawable(text)[:most]
    text = text if max(map(len, text.split()), default=0) < _HYPHENATED else breakable(text)
    return _HANGUL.sub(lambda word: "\u2060".join(word[0]), text)
