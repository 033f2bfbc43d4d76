"""Pages of rows that are read from ranges of indexes: a page costs the same however many rows there are.

Each range is a queryset whose rows one index has in order; the next keys of all of them are merged in one
statement. What no index knows (`rest`) is looked through in windows, and at most so many windows for a page:
such a page may be short, and its cursor goes on. Rows are read last, by their keys.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BooleanField, Case, CharField, Model, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from insignia_server.kit.paging import Page, key_of, rows_by_key

M = TypeVar("M", bound=Model)
WINDOW: Final = 1_000  # rows looked through at once
WINDOWS: Final = 5  # of them for one page
Position = tuple[Any, ...]  # (key,) or (value of `by`, key)


@dataclass(frozen=True)
class Ranges(Generic[M]):
    """Rows to page through: the newest key first, or by a field `by` and within it the newest key first.

    The `ranges` have no row in common, and each is in that order in an index. They go from `low` to below
    `high`, values of `by` or keys: one bound for each end, since of two SQLite may begin at the wrong one.
    """

    ranges: Sequence[QuerySet[M, Any]]
    rest: Q = field(default_factory=Q)
    by: str = ""
    low: Any = None
    high: Any = None


def unseen(value: str) -> RawSQL:
    """A value that a planner does not look at: `filter(state=unseen("valid"))`.

    Where it knows that most rows have it, PostgreSQL reads all rows by their keys and throws others away
    until it has a page; where the rows of other tenants come first, that takes long.
    """
    return RawSQL("SELECT %s", (value,), output_field=CharField())


def page(
    found: Ranges[M],
    rows: QuerySet[M, Any],
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[M]:
    """As `paging.page`: what follows the key `after`, or comes before `before`, or the first rows.

    `rows` says what is read of each row. A cursor that is no key here begins at the first row.
    """
    back = _position(found, before) if found.ranges else None
    start = back or (_position(found, after) if found.ranges else None)
    reading = _Reading(found, back=back is not None, size=size)
    positions, cut = reading.read(start)
    more, positions = len(positions) > size, positions[:size]
    keys = [position[-1] for position in positions]
    end = str(keys[-1]) if more else str(cut[-1]) if cut else None
    first = str(keys[0]) if keys else None
    if back is not None:
        return Page(rows_by_key(rows, keys[::-1]), newer=end, older=first, short=cut is not None)
    return Page(rows_by_key(rows, keys), newer=first if start else None, older=end, short=cut is not None)


class _Reading:
    """One page's reading of positions, onwards or back."""

    def __init__(self, found: Ranges[Any], *, back: bool, size: int) -> None:
        self.found, self.back, self.size = found, back, size

    def read(self, start: Position | None) -> tuple[list[Position], Position | None]:
        """One position more than a page has, if there are so many; and where the looking through was cut."""
        if not self.found.rest:
            return self._next(start, count=self.size + 1), None
        positions: list[Position] = []
        for _turn in range(WINDOWS):
            window = self._next(start, count=WINDOW)
            positions += self._passing(window)
            if len(window) < WINDOW or len(positions) > self.size:
                return positions[: self.size + 1], None
            start = window[-1]
        return positions, start

    def _passing(self, window: Sequence[Position]) -> list[Position]:
        """Those of a window that are looked for. By their keys, and with a CASE around what is asked, such
        that no other index is chosen for it."""
        if not window:
            return []
        asked = Case(
            When(self.found.rest, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        rows = self.found.ranges[0].model.objects.filter(pk__among=[position[-1] for position in window])
        kept = set(rows.filter(asked).order_by().values_list("pk", flat=True))
        return [position for position in window if position[-1] in kept]

    def _next(self, start: Position | None, *, count: int) -> list[Position]:
        """The positions beyond `start`, in order."""
        by, back = self.found.by, self.back
        columns = (by, "pk") if by else ("pk",)
        newest = "pk" if back else "-pk"
        order = (f"-{by}" if back else by, newest) if by else (newest,)
        chosen = [
            _narrowed(one, self.found, back, start).order_by(*order).values_list(*columns)
            for one in self.found.ranges
        ]
        if len(chosen) == 1:
            return list(chosen[0][:count])
        return _merged([one[:count] for one in chosen], order, count)


def _narrowed(
    rows: QuerySet[Any, Any], found: Ranges[Any], back: bool, start: Position | None
) -> QuerySet[Any, Any]:
    """The part of a range beyond `start`."""
    field, ties = found.by or "pk", Q()
    low, high = (f"{field}__gte", found.low), (f"{field}__lt", found.high)
    if start and found.by and not back and start[0] >= found.low:
        low = (f"{field}__gte", start[0])
        ties = Q((f"{field}__gt", start[0])) | Q(pk__lt=start[-1])
    elif start and found.by and back and start[0] < found.high:
        high = (f"{field}__lte", start[0])
        ties = Q((f"{field}__lt", start[0])) | Q(pk__gt=start[-1])
    elif start and not found.by and not back and (high[1] is None or start[-1] < high[1]):
        high = ("pk__lt", start[-1])
    elif start and not found.by and back and (low[1] is None or start[-1] >= low[1]):
        low = ("pk__gt", start[-1])
    return rows.filter(ties, *(Q(bound) for bound in (low, high) if bound[1] is not None))


def _merged(parts: Sequence[QuerySet[Any, Any]], order: Sequence[str], count: int) -> list[Position]:
    """The first positions of all parts. Django's own union has no limits within its parts on SQLite."""
    statements: list[str] = []
    values: list[Any] = []
    for part in parts:
        try:
            statement, given = part.query.sql_with_params()
        except EmptyResultSet:
            continue
        statements.append(f"SELECT * FROM ({statement}) AS part")  # noqa: S608 - written by the ORM
        values += given
    if not statements:
        return []
    ordered = ", ".join(f"{n} {'DESC' if one[0] == '-' else 'ASC'}" for n, one in enumerate(order, 1))
    merged = f"{' UNION ALL '.join(statements)} ORDER BY {ordered} LIMIT {count}"
    with connections[parts[0].db].cursor() as cursor:
        cursor.execute(merged, values)
        return [(*row[:-1], uuid.UUID(str(row[-1]))) for row in cursor.fetchall()]


def _position(found: Ranges[Any], cursor: str | None) -> Position | None:
    """Where the row of a cursor stands."""
    key = key_of(cursor)
    if key is None or not found.by:
        return None if key is None else (key,)
    model = found.ranges[0].model
    return model.objects.filter(pk=key).values_list(found.by, "pk").first()  # type: ignore[no-any-return]
