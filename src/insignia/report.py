"""The outcome of a verification: checks, warnings and one verdict.

One structure feeds the text, the JSON and the HTML rendering and the signed receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know and that does not decide the verdict under this policy."""

    code: str
    message: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, when, under which policy, and every check with its outcome.

    `subject` describes the credential in JSON values (`insignia.verification.subject.Description`);
    it is what the document says and is proven only when the verdict is `valid`. `parts` holds the
    reports of what lies inside (endorsements, the credentials of a presentation, or the refreshed
    credential), each with its own verdict and, in `path`, its JSON Pointer. `required` names the
    check codes that the policy fixed before the run; `status` there covers `status.revocation` and
    its other members. `digest` is `sha256:` and the hexadecimal digest of the exact bytes verified.
    `asked` names the groups of checks that were asked for; it is empty when that was all of them.
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
    digest: str = ""
    asked: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Invalid if any check failed; valid if every required one passed or is not applicable."""
        undetermined = False
        for check in self.checks:
            if check.outcome is Outcome.FAILED:
                return Verdict.INVALID
            if check.outcome is Outcome.NOT_CHECKED and self.requires(check.code):
                undetermined = True
        if undetermined or not self.required <= _families(self.checks):
            return Verdict.UNDETERMINED
        return Verdict.VALID

    @property
    def valid(self) -> bool:
        """True only when the verdict is `valid`."""
        return self.verdict is Verdict.VALID

    def requires(self, code: str) -> bool:
        """Whether a check of this code had to pass: it, or the family before its dot, is required."""
        return code in self.required or code.partition(".")[0] in self.required

    def failed(self) -> Iterator[Check]:
        """The checks that failed."""
        return (c for c in self.checks if c.outcome is Outcome.FAILED)

    def not_checked(self) -> Iterator[Check]:
        """The required checks that could not be made."""
        return (c for c in self.checks if c.outcome is Outcome.NOT_CHECKED and self.requires(c.code))

    def check(self, code: str) -> Check | None:
        """The first check of that code."""
        return next((c for c in self.checks if c.code == code), None)


def _families(checks: Iterable[Check]) -> set[str]:
    """The codes that were answered, and the families that they belong to."""
    codes = {check.code for check in checks}
    return codes | {code.partition(".")[0] for code in codes}
