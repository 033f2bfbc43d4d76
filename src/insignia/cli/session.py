"""What a command can touch: its streams, the environment, the clock and randomness."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, TextIO

OK = 0
NEGATIVE = 1
BAD_INPUT = 2
UNDETERMINED = 3
INTERNAL_ERROR = 70
INTERRUPTED = 130
BROKEN_PIPE = 141


def printable(text: str, limit: int = 300) -> str:
    """Text of unknown origin on one line, terminal escapes made visible, cut at `limit` characters."""
    kept = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:limit])
    return kept if len(text) <= limit else f"{kept}…"


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the command line."""

    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO
    env: Mapping[str, str]
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    def say(self, text: str = "") -> None:
        """A line of output that is not the result itself: on standard error, so that pipes stay clean."""
        self._write(self.stderr, f"{text}\n")

    def print(self, text: str) -> None:
        """A result, on standard output; a line end is added where there is none."""
        self._write(self.stdout, text if text.endswith("\n") else f"{text}\n")

    def write_bytes(self, data: bytes) -> None:
        """Exact bytes on standard output."""
        self.stdout.flush()
        self.stdout.buffer.write(data)
        self.stdout.buffer.flush()

    def colour(self, stream: TextIO) -> bool:
        """Whether a stream is a terminal that shows colour and whose owner wants it (no-color.org)."""
        plain = self.env.get("NO_COLOR") or self.env.get("TERM") == "dumb"
        return not plain and self.is_terminal(stream)

    @staticmethod
    def is_terminal(stream: TextIO) -> bool:
        """Whether a person looks at a stream."""
        try:
            return stream.isatty()
        except ValueError:  # closed
            return False

    @staticmethod
    def ascii_only(stream: TextIO) -> bool:
        """Whether a stream cannot carry the symbols of a report."""
        try:
            "✔✘–“”…→".encode(stream.encoding or "utf-8")
        except (UnicodeEncodeError, LookupError):
            return True
        return False

    @property
    def width(self) -> int:
        """Columns to fill: those of the terminal, at most 110."""
        columns = self.env.get("COLUMNS", "")
        found = int(columns) if columns.isdigit() else shutil.get_terminal_size((100, 24)).columns
        return max(60, min(found, 110))

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            stream.write(text.encode(stream.encoding, "backslashreplace").decode(stream.encoding))
