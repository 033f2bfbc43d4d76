"""The outcome of a verification: checks, warnings and one verdict.

One structure feeds the text, the JSON and the HTML rendering and the signed receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_NO_FACTS: Mapping[str, Any] = MappingProxyType({})


class Outcome(StrEnum):
    """How a check ended. What was not checked never counts as passed."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not checked"
    NOT_APPLICABLE = "not applicable"


class Verdict(StrEnum):
    """What follows from the checks under the policy."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked of a credential, and its answer.

    `code` names the question (`proof`, `status.revocation`, `validity.until`, ...) and is stable;
    `message` is a sentence for a person, `advice` what that person can do about it (empty when
    there is nothing to do), `where` a JSON Pointer into the document that was verified, `reason` a
    stable machine-readable name of why it did not pass, `facts` what was learnt (which key, whose,
    since when): JSON values only.
    """

    code: str
    outcome: Outcome
    message: str
    advice: str = ""
    where: str = ""
    reason: str = ""
    facts: Mapping[str, Any] = field(default=_NO_FACTS)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know and that does not decide the verdict under this policy."""

    code: str
    message: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, when, under which policy, and every check with its outcome.

    `parts` holds the reports of what lies inside (endorsements, the credentials of a presentation
    or of a learner record), each with its own verdict and, in `path`, its JSON Pointer.
    `required` names the check codes that the policy fixed before the run.
    """

    subject: Mapping[str, Any]
    policy: str
    now: datetime
    required: frozenset[str]
    checks: tuple[Check, ...]
    warnings: tuple[Notice, ...] = ()
    parts: tuple[Report, ...] = ()
    path: str = ""
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Invalid if any check failed; valid if every required one passed or is not applicable."""
        if any(c.outcome is Outcome.FAILED for c in self.checks):
            return Verdict.INVALID
        done = {c.code for c in self.checks}
        undone = any(c.code in self.required and c.outcome is Outcome.NOT_CHECKED for c in self.checks)
        if undone or not self.required <= done:
            return Verdict.UNDETERMINED
        return Verdict.VALID

    @property
    def valid(self) -> bool:
        """True only when the verdict is `valid`."""
        return self.verdict is Verdict.VALID

    def failed(self) -> Iterator[Check]:
        """The checks that failed."""
        return (c for c in self.checks if c.outcome is Outcome.FAILED)

    def check(self, code: str) -> Check | None:
        """The first check of that code."""
        return next((c for c in self.checks if c.code == code), None)
