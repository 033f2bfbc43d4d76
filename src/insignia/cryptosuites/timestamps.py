"""Dates and times as Data Integrity writes them: XML Schema 1.1 `dateTimeStamp`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

# XML Schema 1.1 Datatypes, section 3.3.7.2; years 0001 to 9999, which is what datetime holds.
_PATTERN: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?", re.ASCII
)
_DAY: Final = timedelta(days=1)


@lru_cache(maxsize=1024)
def parse(text: str) -> datetime | None:
    """The moment that `text` names, or None when it is not an XML Schema dateTime.

    Without a zone it is read as UTC (VC Data Integrity 1.0, section 2.1, `created`). Fractions
    below a microsecond are cut off; 24:00:00 is the next midnight.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    fraction, zone = match.group(7) or "", _zone(match.group(8))
    if zone is None:
        return None
    midnight_after = hour == 24
    if midnight_after:
        if minute or second or fraction.strip("0"):
            return None
        hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, second, int((fraction + "000000")[:6]), zone)
        return moment + _DAY if midnight_after else moment
    except (ValueError, OverflowError):
        return None


def write(moment: datetime) -> str:
    """`moment`, which must carry its zone, as UTC to the second: `2026-01-31T12:00:00Z`."""
    if moment.tzinfo is None:
        raise ValueError("a datetime with its time zone is needed")
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds')[:-6]}Z"


def _zone(text: str | None) -> timezone | None:
    """The zone designator: `Z`, or an offset of at most 14:00."""
    if text is None or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
