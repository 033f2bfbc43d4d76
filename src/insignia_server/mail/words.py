"""Words that people typed, made fit for a line of a mail."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BIDI_CONTROLS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"  # UAX #9, 2.4.2: first strong isolate, pop directional isolate


def one_line(text: str, *, limit: int = 300) -> str:
    """Without line breaks, control characters and direction overrides, at most `limit` characters.

    A name in the other writing direction is isolated, so that it does not turn the words around it.
    """
    spaced = re.sub(r"\s", " ", _BIDI_CONTROLS.sub("", text))
    visible = "".join(letter for letter in spaced if unicodedata.category(letter) not in _INVISIBLE)
    clean = re.sub(" +", " ", visible).strip()
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def isolated(text: str) -> str:
    """`text` between isolates when it has letters written from right to left."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        return f"{_ISOLATE}{text}{_END_ISOLATE}"
    return text


def paragraphs(text: str, *, limit: int = 4000) -> str:
    """Like `one_line`, but line breaks stay."""
    lines = (one_line(line, limit=limit) for line in text[:limit].replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).strip()
