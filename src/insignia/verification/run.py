"""The state of one verification while its steps run: what is known, and what was found so far."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from insignia import jsonld
from insignia.credential import OPEN_BADGES_2, Form, Kind, Secured
from insignia.errors import InsigniaError, NotSupportedYet, Problem, ResolveError
from insignia.report import Check, Notice, Outcome, Report
from insignia.resolver import Document, Purpose, Resolver
from insignia.verification.policy import Policy
from insignia.verification.subject import describe

if TYPE_CHECKING:
    from insignia.did import VerificationMethod
    from insignia.verification.recipient import KnownRecipient

Json = Any
Loader = Callable[[str], Json]

JWT_FORMS = frozenset({Form.JWT_OB, Form.JWT_VC_JOSE, Form.JWT_VC11, Form.SD_JWT})
_OF_THE_SIGNER = frozenset({"proof", "jwt-claims", "key-binding", "holder"})
_ONLY_PRESENTATIONS = frozenset({"holder", "credentials"})
_OF_PRESENTATIONS = frozenset({"data-model", "terms", "proof", "jwt-claims", "holder", "credentials"})
# The list of a status is verified like a credential, but its own status is not followed.
_OF_STATUS_LISTS = frozenset({"data-model", "terms", "proof", "jwt-claims", "key-binding", "validity"})

_OF_OPEN_BADGES_2 = frozenset(
    {
        *("data-model", "terms", "schema", "proof", "key-binding", "status", "validity", "recipient"),
        "endorsements",
    }
)
_OF_SD_JWT_VC = frozenset({"data-model", "proof", "key-binding", "status", "validity", "recipient"})
_NOT_OF = {
    Kind.BADGE_CLASS: frozenset({"status", "validity", "recipient"}),
    Kind.ISSUER_PROFILE: frozenset({"status", "validity", "recipient", "key-binding"}),
    Kind.BADGE_ENDORSEMENT: frozenset({"recipient"}),
}

# How deep parts may lie within parts, and how many there may be in all.
DEPTH_LIMIT = 3
PARTS_LIMIT = 64
# How many documents one verification may ask the resolver for: a badge must not become an amplifier.
DOCUMENTS_LIMIT = 128


@dataclass(slots=True)
class Shared:
    """What one verification and those inside it have in common: documents fetched, parts counted."""

    resolver: Resolver
    now: datetime
    loader: Loader = field(init=False)
    parts: int = 0
    documents: dict[tuple[str, Purpose], Document | ResolveError] = field(default_factory=dict)
    lists: dict[str, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loader = jsonld.bundled_loader(self)

    def resolve(self, url: str, purpose: Purpose) -> Document:
        """The document at a URL, asked for once (a Resolver itself). Raises ResolveError."""
        key = (url, purpose)
        found = self.documents.get(key)
        if found is None:
            if len(self.documents) >= DOCUMENTS_LIMIT:
                expected = f"at most {DOCUMENTS_LIMIT} documents in one verification"
                raise ResolveError.at(url, expected=expected, got="one more", code=ResolveError.BLOCKED)
            try:
                found = self.resolver.resolve(url, purpose)
            except ResolveError as error:
                found = error
            self.documents[key] = found
        if isinstance(found, ResolveError):
            raise found
        return found


@dataclass(slots=True)
class Run:
    """One credential or presentation on its way through the steps."""

    secured: Secured
    shared: Shared
    policy: Policy
    families: frozenset[str]
    required: frozenset[str]
    recipient: KnownRecipient | None = None
    challenge: str | None = None
    domain: str | None = None
    path: str = ""
    depth: int = 0
    asked: tuple[str, ...] = ()
    checks: list[Check] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    parts: list[Report] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # The keys that the proofs were made with, as the proof step found them, by the place of the proof.
    methods: list[tuple[str, VerificationMethod]] = field(default_factory=list)
    header_key: bool = False
    refreshed: Secured | None = None

    @property
    def document(self) -> dict[str, Json]:
        """The credential or presentation as JSON: after a refresh, the newer one."""
        return self.current.document

    @property
    def current(self) -> Secured:
        """What the checks are about: after a refresh, the newer credential."""
        return self.refreshed or self.secured

    def proven(self) -> bool:
        """Whether the checks of who signed it passed: only then are its links followed. A caller who
        asked for no proof takes that upon himself."""
        if "proof" not in self.families:
            return True
        decisive = [c for c in self.checks if c.code in _OF_THE_SIGNER and c.code in self.required]
        return bool(decisive) and all(c.outcome is Outcome.PASSED for c in decisive)

    def warn(self, code: str, message: str, where: str = "") -> None:
        """Add a warning, which does not decide the verdict."""
        self.warnings.append(Notice(code, message, where))

    def report(self) -> Report:
        """The report of what was found."""
        return Report(
            subject=describe(self.document),
            policy=self.policy.name,
            now=self.shared.now,
            required=self.required,
            checks=tuple(self.checks),
            warnings=tuple(self.warnings),
            parts=tuple(self.parts),
            path=self.path,
            notes=tuple(self.notes),
            digest="sha256:" + hashlib.sha256(self.secured.content).hexdigest(),
            asked=self.asked,
        )


def families_of(secured: Secured, families: frozenset[str], recipient: object = None) -> frozenset[str]:
    """The families that make sense for a document, by its kind and form: fixed before the first check."""
    if secured.kind in OPEN_BADGES_2:
        families &= _OF_OPEN_BADGES_2 - _NOT_OF.get(secured.kind, frozenset())
    elif secured.kind is Kind.SD_JWT_VC:
        families &= _OF_SD_JWT_VC
    elif secured.kind is Kind.PRESENTATION:
        families &= _OF_PRESENTATIONS
    else:
        families -= _ONLY_PRESENTATIONS - ({"credentials"} if secured.kind is Kind.CLR else frozenset())
        if secured.kind is Kind.STATUS_LIST:
            families &= _OF_STATUS_LISTS
    if secured.form not in JWT_FORMS:
        families -= {"jwt-claims"}
    if recipient is None:
        families -= {"recipient"}
    return families


def passed(code: str, message: str, where: str = "", facts: Mapping[str, Json] | None = None) -> Check:
    """A check that passed."""
    return Check(code, Outcome.PASSED, message, where=where, facts=facts or {})


def absent(code: str, message: str) -> Check:
    """A check of something that the document does not have."""
    return Check(code, Outcome.NOT_APPLICABLE, message)


def failed(
    code: str,
    message: str,
    reason: str,
    *,
    advice: str = "",
    where: str = "",
    facts: Mapping[str, Json] | None = None,
) -> Check:
    """A check that failed, and why."""
    return Check(code, Outcome.FAILED, message, advice, where, reason, facts or {})


def unchecked(
    code: str,
    message: str,
    reason: str,
    *,
    advice: str = "",
    where: str = "",
    facts: Mapping[str, Json] | None = None,
) -> Check:
    """A check that could not be made, and why."""
    return Check(code, Outcome.NOT_CHECKED, message, advice, where, reason, facts or {})


def listing(problems: tuple[Problem, ...] | list[Problem], limit: int = 20) -> list[dict[str, str]]:
    """Problems as facts: JSON values, at most `limit` of them."""
    shown = [
        {"where": p.where, "expected": p.expected, "got": p.got, "code": p.code} for p in problems[:limit]
    ]
    if len(problems) > limit:
        shown.append({"where": "", "expected": "", "got": f"{len(problems) - limit} more", "code": "more"})
    return shown


def resolve_error(error: InsigniaError) -> ResolveError | None:
    """The ResolveError that an error comes from, if any: then something could not be fetched."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ResolveError):
        cause = cause.__cause__
    return cause


def is_open(error: InsigniaError | None) -> bool:
    """Whether an error tells only that something is missing or unknown here, not that it is wrong."""
    return isinstance(error, NotSupportedYet) or (
        error is not None and (resolve_error(error) is not None or error.code == "methodNotSupported")
    )


def unreachable(error: ResolveError) -> str:
    """Why a document could not be fetched, and what to do, in words."""
    return _ADVICE.get(error.code, "Try again later, or give the document to the verifier.")


_ADVICE = {
    ResolveError.OFFLINE: "Allow the verifier to fetch documents, or give it this one.",
    ResolveError.NOT_FOUND: "Ask the issuer to publish it again, or give the document to the verifier.",
    ResolveError.GONE: "It was taken away for good: ask the issuer where it is now.",
    ResolveError.BLOCKED: "The address is one that this verifier does not visit; give it the document.",
    ResolveError.TIMEOUT: "Try again later: the other server did not answer in time.",
    ResolveError.UNREACHABLE: "Try again later: the other server could not be reached.",
}
