"""How long a process holds SQLite's write lock: from the moment it has it until COMMIT or ROLLBACK returns.

For a benchmark only: Django's connection is wrapped where transactions begin and end. Waiting for the lock
is not counted; the checkpoint that SQLite makes within some commits is.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
REST = "claiming, leases, schedule"
Noted = tuple[str, float, float]  # kind of work; milliseconds by the clock and of the processor


class Recorder:
    """Notes each write transaction of this process under the kind of work that it is part of."""

    kind: ClassVar[str] = REST
    found: ClassVar[list[Noted]] = []
    _since: ClassVar[tuple[float, float] | None] = None

    @classmethod
    @contextmanager
    def during(cls, kind: str) -> Iterator[None]:
        """What is written within belongs to this kind of work."""
        before, cls.kind = cls.kind, kind
        try:
            yield
        finally:
            cls.kind = before

    @classmethod
    def begun(cls) -> None:
        """The lock is held."""
        cls._since = time.perf_counter(), time.process_time()

    @classmethod
    def ended(cls) -> None:
        """The lock is given back."""
        if cls._since is not None:
            clock, processor = time.perf_counter() - cls._since[0], time.process_time() - cls._since[1]
            cls.found.append((cls.kind, clock * 1e3, processor * 1e3))
            cls._since = None

    @classmethod
    def install(cls) -> None:
        """Wrap the connections of this process, which is to use one thread."""
        from django.db.backends.sqlite3 import base

        connection: Any = base.DatabaseWrapper
        cursor: Any = base.SQLiteCursorWrapper
        begin = connection._start_transaction_under_autocommit
        commit, rollback = connection._commit, connection._rollback
        execute, many = cursor.execute, cursor.executemany

        def beginning(self: Any) -> None:
            begin(self)
            cls.begun()

        def ending(of: Any) -> Any:
            def end(self: Any) -> Any:
                try:
                    return of(self)
                finally:
                    cls.ended()

            return end

        def alone(of: Any) -> Any:
            """A statement outside of a transaction is one by itself: opened here, so as to see when."""

            def run(self: Any, query: str, *rest: Any) -> Any:
                word = query.lstrip()[:7].upper()
                if self.connection.in_transaction or not word.startswith(WRITES) or "RETURNING" in query:
                    return of(self, query, *rest)
                self.connection.execute("BEGIN IMMEDIATE")
                cls.begun()
                try:
                    return of(self, query, *rest)
                finally:
                    self.connection.execute("COMMIT")
                    cls.ended()

            return run

        for name, wrapped in (
            ("_start_transaction_under_autocommit", beginning),
            ("_commit", ending(commit)),
            ("_rollback", ending(rollback)),
        ):
            setattr(connection, name, wrapped)
        for name, wrapped in (("execute", alone(execute)), ("executemany", alone(many))):
            setattr(cursor, name, wrapped)

    @classmethod
    def write(cls, file: Path) -> None:
        """What was noted, for the process that started this one."""
        file.write_text(json.dumps(cls.found))


def read(files: Iterable[Path]) -> list[Noted]:
    """What the workers noted."""
    rows = (row for file in files for row in json.loads(file.read_text()))
    return [(str(kind), float(clock), float(processor)) for kind, clock, processor in rows]


def by_kind(found: Iterable[Noted]) -> dict[str, tuple[list[float], float]]:
    """By kind of work: milliseconds by the clock in ascending order, and the longest of the processor."""
    kinds: dict[str, list[Noted]] = defaultdict(list)
    for one in found:
        kinds[one[0]].append(one)
    return {
        kind: (
            sorted(clock for _kind, clock, _cpu in kinds[kind]),
            max(cpu for _kind, _clock, cpu in kinds[kind]),
        )
        for kind in sorted(kinds)
    }
