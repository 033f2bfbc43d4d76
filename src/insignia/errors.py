"""One tree of errors: each says where, what was expected and what was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    `where` is a JSON Pointer (RFC 6901; the empty string is the whole document) or, for
    input that is not JSON, a place such as `byte 33` or `line 4, column email`.
    `code` is a stable machine-readable name such as `json.duplicate-member`.
    """

    where: str
    expected: str
    got: str
    code: str = "invalid"

    def __str__(self) -> str:
        place = f"at {self.where}: " if self.where else ""
        return f"{place}expected {self.expected}, got {self.got}"

    def under(self, prefix: str) -> Problem:
        """The same problem, seen from a document in which this one lies at `prefix`."""
        return Problem(prefix + self.where, self.expected, self.got, self.code)


def show(value: object, limit: int = 60) -> str:
    """A short, safe rendering of a value for the `got` part of a problem."""
    import json

    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


class InsigniaError(Exception):
    """The root. `problems` holds at least one problem, all that were found at once."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        """Errors cross process boundaries with their problems."""
        return type(self), (self.problems,)

    @classmethod
    def at(cls, where: str, *, expected: str, got: str, code: str = "invalid") -> Self:
        """An error with a single problem."""
        return cls(Problem(where, expected, got, code))

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code


class ParseError(InsigniaError):
    """The bytes are not the format they are said to be."""


class DataModelError(InsigniaError):
    """Well-formed, but not what the data model or its JSON Schema asks."""


class NotSupportedYet(InsigniaError):
    """A format that exists and that this version does not handle."""


class JsonLdError(InsigniaError):
    """JSON-LD processing stopped; `code` is a JSON-LD 1.1 API error code where one exists."""


class CanonicalizationError(InsigniaError):
    """The graph could not be canonicalised, for example because the work limit was reached."""


class KeyFormatError(InsigniaError):
    """A key is malformed, of an unknown type, or does not fit the algorithm."""


class DidError(InsigniaError):
    """A DID or verification method could not be resolved; `code` is a DID resolution error code."""


class ProofError(InsigniaError):
    """A proof could not be made or does not hold."""


class StatusListError(InsigniaError):
    """A status list is wrong; `code` is RANGE_ERROR, STATUS_LIST_LENGTH_ERROR,
    STATUS_VERIFICATION_ERROR or STATUS_RETRIEVAL_ERROR (Bitstring Status List, section 3)."""


class BakingError(InsigniaError):
    """A picture or PDF could not be read or written, or holds no credential."""


class ResolveError(InsigniaError):
    """A document could not be had. `code` is one of the `resolve.*` codes below."""

    NOT_FOUND = "resolve.not-found"
    GONE = "resolve.gone"
    OFFLINE = "resolve.offline"
    BLOCKED = "resolve.blocked"
    TIMEOUT = "resolve.timeout"
    TOO_LARGE = "resolve.too-large"
    BAD_RESPONSE = "resolve.bad-response"
    UNREACHABLE = "resolve.unreachable"


class IssuingError(InsigniaError):
    """The description of a credential cannot be issued as it stands."""
