"""What a fuzz target is, the table of them, and what several of them begin with."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from credentials import credentials, template
from insignia.errors import InsigniaError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = "z6MkjoriXdbyWD25YXTed114F8hdJrLXQ567xxPHAUKxpKkS"
COMMON = (
    b'"id"',
    b'"type"',
    b'"@context"',
    b"https://",
    b"did:key:",
    b"did:web:",
    b"urn:uuid:",
    b"data:",
    b"[]",
    b"{}",
)
TARGETS: dict[str, Target] = {}


@dataclass(frozen=True)
class Target:
    """A parser, inputs that it accepts, and tokens of its format."""

    function: Callable[[bytes], object]
    seeds: Sequence[bytes]
    words: Sequence[bytes]

    def run(self, data: bytes) -> str:
        """`accepted`, or the code of the error and the first part of where."""
        try:
            result = self.function(data)
        except InsigniaError as error:
            if not error.problems:
                raise
            return f"{type(error).__name__} {error.code}"
        return "accepted" if result is None else f"accepted {result}"


def target(name: str, seeds: Sequence[bytes], words: Sequence[bytes] = COMMON) -> Callable[..., Any]:
    """Register a function as a target."""

    def register(function: Callable[[bytes], object]) -> Callable[[bytes], object]:
        TARGETS[name] = Target(function, seeds, words)
        return function

    return register


def as_json(data: bytes) -> Any:
    """JSON as the library reads it; what is not JSON is the business of the target `credential`."""
    from insignia import strict_json

    return strict_json.loads(strict_json.decode(data))


def as_text(data: bytes) -> str:
    """Text that may hold everything, lone surrogates included."""
    return (
        data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace")
        if valid(data)
        else data.decode("latin-1")
    )


def valid(data: bytes) -> bool:
    """Whether the bytes are UTF-8, surrogates allowed."""
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def dumps(value: Any) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


EXAMPLES = [dumps(document) for document in credentials(6, seed=1)] + [dumps(template()[0])]
