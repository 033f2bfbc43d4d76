"""Presentations: every credential inside is verified by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from insignia import credential
from insignia.credential import Secured
from insignia.errors import InsigniaError
from insignia.report import Check, Report, Verdict
from insignia.verification.render.words import harmless
from insignia.verification.run import DEPTH_LIMIT, PARTS_LIMIT, Run, absent, failed, passed, unchecked
from insignia.verification.subject import identifier_of, listed

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]


def credentials(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Each `verifiableCredential` (VC Data Model 2.0, section 4.13)."""
    value = run.document.get("verifiableCredential")
    entries = listed(value)
    if not entries:
        yield absent("credentials", "It holds no credentials.")
    for index, entry in enumerate(entries):
        where = f"/verifiableCredential/{index}" if isinstance(value, list) else "/verifiableCredential"
        yield _one(run, entry, where, verify_inside)
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
    _note_holder(run, secured, where)
    if report.verdict is Verdict.VALID:
        return passed("credentials", "A credential in it verifies.", where)
    problem = next(report.failed(), None) or next(report.not_checked())
    if report.verdict is Verdict.INVALID:
        message = f"A credential in it is not valid: {problem.message}"
        return failed("credentials", message, "credentials.invalid", where=where)
    message = f"A credential in it could not be fully checked: {problem.message}"
    return unchecked("credentials", message, "credentials.undetermined", where=where)


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
