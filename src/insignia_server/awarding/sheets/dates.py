"""Dates as people and programs write them, without a guess where two days are possible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from insignia_server.awarding.sheets.characters import trim
from insignia_server.awarding.sheets.context import DateOrder, RowContext
from insignia_server.awarding.sheets.model import Finding, finding, visible

_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\.?|(\d{4})(\d\d)(\d\d)")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d\d)\.?")
_UNDECIDED: Final = re.compile(r"\s*(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d\d)\b")
_DAY_NAMED: Final = re.compile(
    r"(\d{1,2})(?:\.|st|nd|rd|th|er)?[\s-]+(?:de\s+|of\s+)?([a-z]+)\.?[\s,-]+(?:de[l]?\s+)?(\d{4}|\d\d)"
)
_MONTH_NAMED: Final = re.compile(r"([a-z]+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?[\s,-]+(\d{4})")
_WEEKDAY: Final = re.compile(r"[a-z]{2,12}\.?,\s*")
_TIME: Final = re.compile(
    r"(?:[T\s,]+(?:at\s+|um\s+|à\s+)?)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\.?)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*(?:uhr)?$",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(r"[2-7]\d{4}(?:[.,]\d+)?")
_LONGEST: Final = 80
_EPOCH_1900: Final = date(1899, 12, 30)
_LONG_AGO: Final = date(1950, 1, 1)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janner janv janvier ene enero",
            "feb february februar fev fevr fevrier febrero",
            "mar march marz mrz mars marzo",
            "apr april avr avril abr abril",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juil juillet julio",
            "aug august aout ago agosto",
            "sep sept september septembre septiembre setiembre",
            "oct october okt oktober octobre octubre",
            "nov november novembre noviembre",
            "dec december dez dezember decembre dic diciembre",
        ),
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the text in ISO form (with time and offset where a time was written)."""

    day: date
    text: str


def inferred_order(cells: Iterable[str]) -> tuple[DateOrder, int] | None:
    """How dates such as 03/04/2025 of one column are meant, and the place of the cell that shows it.

    None when no cell needs it, none shows it, or two contradict each other.
    """
    shown: dict[DateOrder, int] = {}
    needed = False
    for place, cell in enumerate(cells):
        match = _UNDECIDED.match(cell) if cell[4:5] != "-" else None  # 2025-04-03, the usual case
        if match:
            first, second = int(match[1]), int(match[2])
            if first > 12 >= second >= 1 and first <= 31:
                shown.setdefault("dmy", place)
            elif second > 12 >= first >= 1 and second <= 31:
                shown.setdefault("mdy", place)
            elif first != second:
                needed = True
    return next(iter(shown.items())) if needed and len(shown) == 1 else None


class DateCheck:
    """Checks one cell with a date. `order` decides what 03/04/2025 means; None makes it an error."""

    def __init__(self, context: RowContext, order: DateOrder | None, *, expiry: bool) -> None:
        self._today = context.today
        self._latest = context.today + timedelta(days=context.limits.days_ahead)
        self._zone: tzinfo = context.zone
        self._order = order
        self._expiry = expiry

    def __call__(self, text: str) -> tuple[Moment | None, tuple[Finding, ...]]:
        """The moment (None when there is none) and what is to be said about the cell."""
        bare = trim(text)
        if not bare:
            return None, ()
        if len(bare) > _LONGEST:
            return None, (finding("date.unreadable", visible(text, 120)),)
        found = []
        clock = None if _ISO.fullmatch(bare) else _TIME.search(bare)
        hours = _hours(clock) if clock else None
        day, problem = self._day(bare[: clock.start()] if clock else bare, visible(text))
        if problem is not None or day is None or (clock and hours is None):
            return None, (problem or finding("date.unreadable", visible(text)),)
        moment = Moment(day, day.isoformat())
        if clock and hours is not None and (hours != time() or clock[5]):
            zone = _zone(clock[5]) if clock[5] else self._zone
            if zone is None:
                return None, (finding("date.unreadable", visible(text)),)
            moment = Moment(day, datetime.combine(day, hours, zone).isoformat())
            if not clock[5]:
                found.append(finding("date.no-zone", visible(text), moment.text, zone=self._zone))
        remark = self._remark(day, visible(text))
        return moment, (*found, *remark)

    def _remark(self, day: date, shown: str) -> tuple[Finding, ...]:
        if self._expiry:
            past = day < self._today
            return (finding("expiry.past", shown, today=self._today),) if past else ()
        if day > self._latest:
            return (finding("date.too-far", shown, limit=self._latest),)
        if day > self._today:
            return (finding("date.future", shown, today=self._today),)
        return (finding("date.long-ago", shown, limit=_LONG_AGO),) if day < _LONG_AGO else ()

    def _day(self, text: str, shown: str) -> tuple[date | None, Finding | None]:
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day = (int(part) for part in match.groups() if part)
            return _calendar(year, month, day, shown)
        if match := _YEAR_LAST.fullmatch(text):
            return self._year_last(match, shown)
        plain = unicodedata.normalize("NFKD", text.lower())
        plain = "".join(c for c in plain if not unicodedata.combining(c)).strip()
        weekday = _WEEKDAY.match(plain)
        if weekday and weekday.end() < len(plain):
            plain = plain[weekday.end() :]
        if match := _DAY_NAMED.fullmatch(plain):
            number, name, named_year = match.groups()
        elif match := _MONTH_NAMED.fullmatch(plain):
            name, number, named_year = match.groups()
        else:
            return None, self._unreadable(text, shown)
        if name not in _MONTHS:
            return None, finding("date.unreadable", shown)
        return _calendar(self._century(named_year), _MONTHS[name], int(number), shown)

    def _unreadable(self, text: str, shown: str) -> Finding:
        if _SERIAL.fullmatch(text):
            day = _EPOCH_1900 + timedelta(days=int(text[:5]))
            return finding("date.serial", shown, day.isoformat())
        return finding("date.unreadable", shown)

    def _year_last(self, match: re.Match[str], shown: str) -> tuple[date | None, Finding | None]:
        first, second, year = int(match[1]), int(match[3]), self._century(match[4])
        order = "dmy" if match[2] == "." else self._order
        if order is None and first != second and first <= 12 and second <= 12:
            day_first, _ = _calendar(year, second, first, shown)
            month_first, _ = _calendar(year, first, second, shown)
            if day_first and month_first:
                return None, finding("date.ambiguous", shown, first=day_first, second=month_first)
        if order == "mdy" or (order is None and second > 12):
            return _calendar(year, first, second, shown)
        return _calendar(year, second, first, shown)

    def _century(self, year: str) -> int:
        """Two digits are a year of this century up to 20 years ahead, else of the last."""
        if len(year) == 4:
            return int(year)
        century = self._today.year // 100 * 100
        return century + int(year) - (100 if century + int(year) > self._today.year + 20 else 0)


def _calendar(year: int, month: int, day: int, shown: str) -> tuple[date | None, Finding | None]:
    try:
        return date(year, month, day), None
    except ValueError:
        return None, finding("date.impossible", shown)


def _hours(clock: re.Match[str]) -> time | None:
    hour, half = int(clock[1]), (clock[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return None


def _zone(text: str) -> timezone | None:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if int(digits[2:]) > 59 or minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
