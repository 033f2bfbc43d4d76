"""What a kind of problem is, and how its texts are marked and translated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.conf import settings
from django.utils.translation import gettext

Grave = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. The texts may hold `%(name)s` for the params of the problem."""

    severity: Grave
    expected: str
    message: str


def _(text: str) -> str:
    """Marks a text for the catalogues. Django's own mark asks the settings, which a script has not set up."""
    return text


LINE: Final = _("line")
COLUMN: Final = _("column")
TEXT_LINE: Final = _("(line %(line)s in a text editor)")


def translate(text: str, params: Mapping[str, str] | None = None) -> str:
    """The text in the active language; as it is where Django is not set up (a script, a benchmark)."""
    if text and settings.configured:
        text = gettext(text)
    return text % params if params else text


def kinds(severity: Grave, *rows: tuple[str, str, str]) -> tuple[tuple[str, Kind], ...]:
    """Pairs of code and kind, out of rows of code, what was expected, and the message."""
    return tuple((code, Kind(severity, expected, message)) for code, expected, message in rows)
