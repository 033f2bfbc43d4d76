"""How a certificate looks: the design that an organisation chose, as plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from insignia_server.kit.pdf.layouts import BLOCKS, Orientation
from insignia_server.kit.pictures import Picture

PLACEHOLDERS: Final = ("name", "achievement", "issuer", "organisation", "date", "valid_until", "result")
"""Words in braces that may stand in an organisation's own texts."""
_PLACEHOLDER: Final = re.compile(r"\{([^{}]{0,60})\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs for the organisation. `picture` is of the handwriting; without one there is room for it."""

    name: str
    function: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """An organisation's own texts in one language; what is empty is said as usual. `kicker` stands at the
    top, `before` and `after` around the name, `closing` below the title."""

    kicker: str = ""
    before: str = ""
    after: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The design. `accent` and `second` are #rrggbb, `second` empty: a lighter accent; `blocks` names what
    is shown of `layouts.BLOCKS`."""

    layout: str = "classic"
    paper: Literal["a4", "us-letter"] = "a4"
    orientation: Orientation = "portrait"
    accent: str = "#1d5c8f"
    second: str = ""
    ornament: str = "none"
    logo: Picture | None = field(default=None, repr=False)
    logo_alt: str = ""
    signatures: tuple[Signature, ...] = ()
    wording: Wording = Wording()
    blocks: frozenset[str] = frozenset(BLOCKS)

    def said(self, values: dict[str, str]) -> Wording:
        """The wording with its placeholders filled. What is in braces and no placeholder stays."""
        own = self.wording
        return replace(
            own,
            **{name: filled(getattr(own, name), values) for name in ("kicker", "before", "after", "closing")},
        )


def filled(text: str, values: dict[str, str]) -> str:
    """A text with `{name}` and the like replaced, once: what a value says is not looked at again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is none of `PLACEHOLDERS`, each once."""
    return list(dict.fromkeys(one for one in _PLACEHOLDER.findall(text) if one not in PLACEHOLDERS))
