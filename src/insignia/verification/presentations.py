"""Presentations and learner records: every credential inside is verified by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from insignia import credential
from insignia.credential import Kind, Secured
from insignia.errors import InsigniaError
from insignia.report import Check, Report, Verdict
from insignia.verification.render.words import harmless
from insignia.verification.run import DEPTH_LIMIT, PARTS_LIMIT, Run, absent, failed, passed, unchecked
from insignia.verification.subject import identifier_of, listed

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]


def credentials(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Each `verifiableCredential` (VC Data Model 2.0, section 4.13; CLR 2.0, ClrSubject)."""
    record = run.secured.kind is Kind.CLR
    held, place = run.document, "/verifiableCredential"
    if record:
        subject = held.get("credentialSubject")
        held, place = subject if isinstance(subject, dict) else {}, "/credentialSubject/verifiableCredential"
        if not run.proven():
            message = "The credentials in it were not looked at, since who signed it is not established."
            yield unchecked("credentials", message, "proof.unverified")
            return
    value = held.get("verifiableCredential")
    entries = listed(value)
    if not entries:
        yield absent("credentials", "It holds no credentials.")
    for index, entry in enumerate(entries):
        yield _one(run, entry, f"{place}/{index}" if isinstance(value, list) else place, verify_inside)
    if not record:
        _note_replay(run)


def _one(run: Run, entry: Json, where: str, verify_inside: VerifyInside) -> Check:
    if run.shared.parts >= PARTS_LIMIT or run.depth >= DEPTH_LIMIT:
        message = "It holds more, or more deeply nested, documents than this verifier looks at."
        return unchecked("credentials", message, "credentials.too-many", where=where)
    try:
        secured = credential.from_json(entry)
    except InsigniaError as error:
        message = f"A credential in it cannot be read: {harmless(error.problems[0], 200)}."
        return failed("credentials", message, error.code, where=where)
    report = verify_inside(run, secured, where)
    run.parts.append(report)
    if run.secured.kind is Kind.CLR:
        _note_learner(run, secured, where)
    else:
        _note_holder(run, secured, where)
    if report.verdict is Verdict.VALID:
        return passed("credentials", "A credential in it verifies.", where)
    problem = next(report.failed(), None) or next(report.not_checked())
    if report.verdict is Verdict.INVALID:
        message = f"A credential in it is not valid: {problem.message}"
        return failed("credentials", message, "credentials.invalid", where=where)
    message = f"A credential in it could not be fully checked: {problem.message}"
    return unchecked("credentials", message, "credentials.undetermined", where=where)


def _note_learner(run: Run, secured: Secured, where: str) -> None:
    """A record is one learner's: who is named otherwise in a credential of it is pointed out."""
    own = identifier_of(run.document.get("credentialSubject"))
    subjects = {identifier_of(s) for s in listed(secured.document.get("credentialSubject"))} - {""}
    if own and subjects and own not in subjects:
        message = "It was issued to another identifier than the learner’s of this record."
        run.warn("credentials.other-learner", message, where)


def _note_holder(run: Run, secured: Secured, where: str) -> None:
    named = identifier_of(run.document.get("holder"))
    holders = {named} if named else {method.controller for _, method in run.methods}
    subjects = {identifier_of(s) for s in listed(secured.document.get("credentialSubject"))} - {""}
    if holders and subjects and holders.isdisjoint(subjects):
        run.warn(
            "credentials.other-holder", "It was issued to another identifier than the presenter’s.", where
        )


def _note_replay(run: Run) -> None:
    if run.challenge is None:
        run.warn("proof.no-challenge", "No challenge was asked for: it may have been shown before.", "/proof")
