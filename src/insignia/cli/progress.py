"""A line on the terminal that shows how far a long command has come."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self, TypeVar

from insignia.cli.session import Session

Item = TypeVar("Item")

_EVERY = 0.1
_CELLS = 30


class Progress:
    """Drawn on standard error when that is a terminal, and taken away at the end; silent otherwise.

    `total` is None when nobody knows it.
    """

    def __init__(self, session: Session, total: int | None, what: str) -> None:
        self._session = session
        self._total = total
        self._what = what
        self._shown = session.is_terminal(session.stderr) and session.env.get("TERM") != "dumb"
        self._dirty = False
        self._started = self._drawn = time.monotonic()
        self.done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._dirty:
            self._write("\r\x1b[2K")

    def advance(self, count: int = 1) -> None:
        """So many more are done."""
        self.done += count
        now = time.monotonic()
        if self._shown and now - self._drawn >= _EVERY:
            self._drawn = now
            self._dirty = True
            self._write(f"\r\x1b[2K{self._line(now - self._started)}")

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, counted as they go by."""
        for item in items:
            yield item
            self.advance()

    def _line(self, seconds: float) -> str:
        rate = self.done / seconds if seconds else 0.0
        if not self._total:
            return f"{self.done:,} {self._what}, {rate:,.0f} a second"
        filled = min(self.done * _CELLS // self._total, _CELLS)
        ascii_only = self._session.ascii_only(self._session.stderr)
        full, empty = ("#", ".") if ascii_only else ("█", "░")
        left = (self._total - self.done) / rate if rate else 0.0
        bar = full * filled + empty * (_CELLS - filled)
        return f"{bar} {self.done:,} of {self._total:,} {self._what}, {rate:,.0f} a second, {left:.0f} s left"

    def _write(self, text: str) -> None:
        self._session.stderr.write(text)
        self._session.stderr.flush()
