"""Scores and grades, each against its result description."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from insignia.achievement import RESULT_STATUS_TYPES
from insignia_server.awarding.sheets.characters import trim
from insignia_server.awarding.sheets.context import ResultChoice
from insignia_server.awarding.sheets.links import TextCheck
from insignia_server.awarding.sheets.model import Finding, finding, visible

NUMBERS: Final = frozenset(
    {"GradePointAverage", "Percent", "PredictedScore", "RawScore", "RubricScore", "ScaledScore"}
)
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}")
_ONE_MARK: Final = re.compile(r"([+-]?\d{0,18})([.,])(\d{1,18})")
_THOUSANDS: Final = re.compile(
    r"([+-]?\d{1,3}(?:([.,' \u00a0\u202f’])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,9}))?"
)
_FRACTION: Final = re.compile(r"([^\s/]{1,40}) ?/ ?([^\s/]{1,40})")

Answer = tuple[str, tuple[Finding, ...]]


class ResultCheck:
    """Checks one cell against a result description; the value comes out with a decimal point."""

    def __init__(self, choice: ResultChoice, limit: int) -> None:
        self._choice = choice
        self._limit = limit
        self._text = TextCheck(limit)
        allowed = choice.allowed
        if not allowed and choice.type == "Status":
            allowed = RESULT_STATUS_TYPES.terms
        self._allowed = allowed
        self._by_fold = {value.casefold(): value for value in allowed}
        percent = choice.type == "Percent"
        self._minimum = _decimal(choice.minimum) if choice.minimum or not percent else Decimal(0)
        self._maximum = _decimal(choice.maximum) if choice.maximum or not percent else Decimal(100)
        self._required = _decimal(choice.required_value)

    def __call__(self, text: str) -> Answer:
        """The value (empty when there is none) and what is to be said about the cell."""
        bare = trim(text)
        if not bare:
            return "", ()
        if len(bare) > self._limit:
            return bare, (finding("result.too-long", visible(bare, 120), limit=self._limit),)
        if self._allowed:
            return self._grade(bare, text)
        if self._choice.type in NUMBERS:
            return self._score(bare, visible(text))
        return self._text(bare)

    def _grade(self, bare: str, text: str) -> Answer:
        value = self._by_fold.get(bare.casefold())
        if value is None and self._choice.type in NUMBERS:
            number = self._number(bare)
            by_number = {_decimal(allowed): allowed for allowed in self._allowed}
            value = by_number.get(number) if isinstance(number, Decimal) else None
        if value is not None:
            return value, ()
        allowed = ", ".join(self._allowed[:20]) + (", …" if len(self._allowed) > 20 else "")
        return "", (finding("grade.not-allowed", visible(text), allowed=allowed, result=self._choice.name),)

    def _score(self, bare: str, shown: str) -> Answer:
        if bare.endswith("%"):
            return self._percent(bare[:-1].rstrip(), shown)
        fraction = _FRACTION.fullmatch(bare)
        if fraction and self._number(fraction[2]) == self._maximum and self._maximum is not None:
            bare = fraction[1]
        number = self._number(bare)
        if isinstance(number, Decimal):
            return self._within(number, shown)
        if number is not None:
            first, second = number
            return "", (finding("score.ambiguous", shown, first=_plain(first), second=_plain(second)),)
        return "", (finding("score.unreadable", shown),)

    def _percent(self, bare: str, shown: str) -> Answer:
        number = self._number(bare)
        if not isinstance(number, Decimal):
            return "", (finding("score.unreadable", shown),)
        if self._choice.type == "Percent":
            return self._within(number, shown)
        maximum = self._maximum
        suggestion = _plain(number * maximum / 100) if maximum is not None and 0 <= number <= 100 else ""
        most = _plain(maximum) if maximum is not None else "…"
        return "", (finding("score.percent", shown, suggestion, maximum=most),)

    def _within(self, number: Decimal, shown: str) -> Answer:
        value = _plain(number)
        if self._maximum is not None and number > self._maximum:
            return value, (finding("score.over-maximum", shown, maximum=_plain(self._maximum)),)
        if self._minimum is not None and number < self._minimum:
            return value, (finding("score.under-minimum", shown, minimum=_plain(self._minimum)),)
        if self._required is not None and number < self._required:
            return value, (finding("score.under-required", shown, required=_plain(self._required)),)
        return value, ()

    def _number(self, text: str) -> Decimal | tuple[Decimal, Decimal] | None:
        """The number; two when `1,234` can be either and both would do; None when it is none."""
        text = text.replace("\u2212", "-")
        if _WHOLE.fullmatch(text):
            return Decimal(text)
        thousands = _THOUSANDS.fullmatch(text)
        if match := _ONE_MARK.fullmatch(text):
            small = Decimal(f"{match[1]}.{match[3]}")
            if not thousands or match[1].lstrip("+-").startswith("0"):
                return small
            large = Decimal(match[1] + match[3])
            if self._maximum is not None and large > self._maximum:
                return small
            if self._maximum is None and match[2] == ".":
                return small
            return (small, large) if self._minimum is None or small >= self._minimum else large
        if thousands and thousands[2] != thousands[3]:
            whole = re.sub(r"[^\d+-]", "", thousands[1])
            return Decimal(f"{whole}.{thousands[4] or 0}")
        return None


def _decimal(text: str) -> Decimal | None:
    match = re.fullmatch(r"([+-]?\d{1,18})(?:[.,](\d{1,18}))?", text.strip())
    return Decimal(f"{match[1]}.{match[2] or 0}") if match else None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
