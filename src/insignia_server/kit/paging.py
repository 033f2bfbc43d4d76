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
    """Some rows, newest first. `newer` and `older` are the cursors of the neighbouring pages, or None."""

    rows: Sequence[M]
    newer: str | None
    older: str | None


def _key(cursor: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(cursor) if cursor else None
    except ValueError:
        return None  # a cursor that somebody mistyped begins at the newest row


def page(
    queryset: QuerySet[M, Any], *, after: str | None = None, before: str | None = None, size: int = 50
) -> Page[M]:
    """The rows older than the key `after`, or newer than `before`; without both the newest ones."""
    start, end = _key(after), _key(before)
    if end is not None:
        rows = list(queryset.filter(pk__gt=end).order_by("pk")[: size + 1])
        more, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, str(rows[0].pk) if more and rows else None, str(rows[-1].pk) if rows else None)
    chosen = queryset.filter(pk__lt=start) if start else queryset
    rows = list(chosen.order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    newer = str(rows[0].pk) if start and rows else None
    return Page(rows, newer, str(rows[-1].pk) if more else None)
