"""Pages by key: a page costs the same at the millionth row as at the first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows, newest first. `newer` and `older` are the cursors of the neighbouring pages, or None.

    `short`: there may be rows that belong here; so many were looked through, and the cursor goes on.
    """

    rows: Sequence[M]
    newer: str | None
    older: str | None
    short: bool = False


def key_of(cursor: str | None) -> uuid.UUID | None:
    """The key that a cursor names; one that somebody mistyped begins at the newest row."""
    try:
        return uuid.UUID(cursor) if cursor else None
    except ValueError:
        return None


def page(
    queryset: QuerySet[M, Any], *, after: str | None = None, before: str | None = None, size: int = 50
) -> Page[M]:
    """The rows older than the key `after`, or newer than `before`; without both the newest ones."""
    start, end = key_of(after), key_of(before)
    if end is not None:
        rows = _rows(queryset.filter(pk__gt=end).order_by("pk"), size + 1)
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, str(rows[0].pk) if more and rows else None, str(rows[-1].pk) if rows else None)
    chosen = queryset.filter(pk__lt=start) if start else queryset
    rows = _rows(chosen.order_by("-pk"), size + 1)
    more, rows = len(rows) > size, rows[:size]
    newer = str(rows[0].pk) if start and rows else None
    return Page(rows, newer, str(rows[-1].pk) if more else None)


def _rows(ordered: QuerySet[M, Any], count: int) -> list[M]:
    """The first rows; where others are joined, keys come first: a planner may begin at what is joined, and
    then sorts everything."""
    if not ordered.query.select_related:
        return list(ordered[:count])
    return rows_by_key(ordered, list(ordered.select_related(None).values_list("pk", flat=True)[:count]))


def rows_by_key(rows: QuerySet[M, Any], keys: Sequence[uuid.UUID]) -> list[M]:
    """The rows of these keys, in the order of the keys."""
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by()} if keys else {}
    return [found[key] for key in keys if key in found]
