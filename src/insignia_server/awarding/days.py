"""Days of awards as moments. Badge pages, certificates, LinkedIn and verifiers elsewhere tell the day of a
credential in UTC, so a day that was typed begins and ends there: everybody reads the day that was meant."""

from __future__ import annotations

import datetime as dt

_LAST = dt.time(23, 59, 59)


def beginning(day: dt.date, *, zone: dt.tzinfo, now: dt.datetime) -> dt.datetime:
    """When a day begins; now, where that is still to come and it is the day already in `zone`."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    return now if start > now and day == now.astimezone(zone).date() else start


def last_second(day: dt.date) -> dt.datetime:
    """When a day ends."""
    return dt.datetime.combine(day, _LAST, dt.UTC)
