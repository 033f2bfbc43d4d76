"""Runs the command line inside the test's process, with streams, clock and randomness of its own."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from insignia.cli import main

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples"
CERTIFICATE = Path(__file__).with_name("certificate.pdf")


class Stream(io.TextIOWrapper):
    """A text stream in memory that can pass for a terminal."""

    def __init__(self, *, terminal: bool = False, encoding: str = "utf-8") -> None:
        self.raw_bytes = io.BytesIO()
        super().__init__(self.raw_bytes, encoding=encoding, write_through=True, newline="\n")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal

    @property
    def content(self) -> bytes:
        """What was written."""
        return self.raw_bytes.getvalue()


@dataclass(frozen=True)
class Outcome:
    """How a command ended and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        return self.stdout.decode()

    @property
    def err(self) -> str:
        return self.stderr.decode()


Run = Callable[..., Outcome]


@pytest.fixture
def insignia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`insignia("verify", "ann.json")` in an empty folder, at a fixed time, with repeatable randomness."""
    monkeypatch.chdir(tmp_path)
    counter = itertools.count()

    def random(size: int) -> bytes:
        return hashlib.shake_256(str(next(counter)).encode()).digest(size)

    def run(
        *argv: str,
        stdin: bytes = b"",
        terminal: bool = False,
        encoding: str = "utf-8",
        env: dict[str, str] | None = None,
        now: datetime = NOW,
    ) -> Outcome:
        stdout = Stream(terminal=terminal, encoding=encoding)
        stderr = Stream(terminal=terminal, encoding=encoding)
        code = main(
            argv,
            stdin=io.BytesIO(stdin),
            stdout=stdout,
            stderr=stderr,
            env={"COLUMNS": "100", **(env or {})},
            clock=lambda: now,
            random=random,
        )
        return Outcome(code, stdout.content, stderr.content)

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A plain PNG in the folder of the test."""
    target = tmp_path / "artwork.png"
    target.write_bytes((EXAMPLES / "badge.png").read_bytes())
    return target
