"""How much one transaction takes. SQLite has one writer for everybody: none of them keeps it for 200 ms.

benchmarks/sqlite_transactions.py measures it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction

_DELETED = 1_000  # rows of a few KB; 20 to 50 ms on SQLite


def portion(rows: int, *, sqlite: int) -> int:
    """Rows that one transaction writes: `rows`, or on SQLite `sqlite`, where those take less than 100 ms."""
    return sqlite if connection.vendor == "sqlite" else rows


def delete_in_portions(rows: models.QuerySet[Any], *, check: Callable[[], object] = lambda: None) -> int:
    """Delete what a query finds, some at a time, each portion a transaction; how many rows.

    `check` is called in each of them, as `running.check` of a job.
    """
    count = 0
    while True:
        with transaction.atomic():
            check()
            keys = list(rows.order_by("pk").values_list("pk", flat=True)[:_DELETED])
            count += rows.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < _DELETED:
            return count
