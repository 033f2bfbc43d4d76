"""Texts that a spreadsheet would run as formulas (CSV injection, CWE-1236): made harmless, and back."""

from __future__ import annotations

import re
from typing import Final

_RUNS: Final = re.compile(r"[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r]")
_MARKED: Final = re.compile(r"'[\s']*[=+\-@\uff1d\uff0b\uff0d\uff20]|'+[\t\r]")
_FORMULA: Final = re.compile(
    r"[=@]\s*[\w(+\"'-]|[+-]\s*(?:[A-Za-z_]\w*[!(]|\d[\d.]*\s*[*/^(]|[A-Za-z]{1,3}\d+\b|\()"
)


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it."""
    return f"'{text}" if _RUNS.match(text) else text


def without_mark(text: str) -> str:
    """What `harmless` was given, so that a file downloaded here can be corrected and uploaded again."""
    return text[1:] if _MARKED.match(text) else text


def has_harmless_mark(text: str) -> bool:
    """Whether any cell of the file can have been made harmless."""
    return _MARKED.search(text) is not None


def formula(text: str) -> bool:
    """Whether the text begins like a formula: `=1+1`, `@SUM(A1)`, `+cmd|' /C calc'!A0`; not `- a list`."""
    return text[0] in "=+-@" and (_FORMULA.match(text) is not None or ("|" in text and "!" in text))
