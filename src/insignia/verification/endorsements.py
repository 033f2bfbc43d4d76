"""Step 6: the endorsements of the credential, of its achievement and of the profiles in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from insignia import credential
from insignia.credential import Secured
from insignia.errors import InsigniaError
from insignia.report import Check, Outcome, Report, Verdict
from insignia.strict_json import pointer
from insignia.verification.render.words import harmless
from insignia.verification.run import DEPTH_LIMIT, PARTS_LIMIT, Run, absent, failed, passed, unchecked
from insignia.verification.subject import identifier_of, listed

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]
_MEMBERS = ("endorsement", "endorsementJwt")


def endorsements(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Each endorsement through steps 1 to 4 (Open Badges 3.0, section 8.2).

    A credential is verified only `if all the above steps pass` (8.1), its endorsements included.
    """
    found = list(find(run.document))
    if not found:
        yield absent("endorsements", "It has no endorsements.")
    elif not run.proven():
        message = "Its endorsements were not looked at, since who signed it is not established."
        yield unchecked("endorsements", message, "proof.unverified")
    else:
        checks = [_one(run, where, value, owner, verify_inside) for where, value, owner in found]
        if all(check.outcome is Outcome.PASSED for check in checks):
            count = len(checks)
            message = "Its endorsement verifies." if count == 1 else f"Its {count} endorsements verify."
            yield passed("endorsements", message, facts={"count": count})
        else:
            yield from (check for check in checks if check.outcome is not Outcome.PASSED)


def find(node: Json, where: str = "") -> Iterator[tuple[str, Json, str]]:
    """Place, value and endorsed id of every endorsement of a document; not those inside endorsements."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from find(item, f"{where}/{index}")
    elif isinstance(node, dict):
        owner = identifier_of(node)
        for name, value in node.items():
            place = f"{where}{pointer(name)}"
            if name == "verifiableCredential":
                continue  # each of them is verified with its own endorsements
            if name in _MEMBERS:
                for index, item in enumerate(listed(value)):
                    yield (f"{place}/{index}" if isinstance(value, list) else place), item, owner
            else:
                yield from find(value, place)


def _one(run: Run, where: str, value: Json, owner: str, verify_inside: VerifyInside) -> Check:
    if run.depth >= DEPTH_LIMIT or run.shared.parts >= PARTS_LIMIT:
        message = "There are more endorsements, or more deeply nested ones, than this verifier looks at."
        return unchecked("endorsements", message, "endorsement.limit", where=where)
    try:
        secured = credential.from_json(value)
    except InsigniaError as error:
        message = f"An endorsement cannot be read: {harmless(error.problems[0], 200)}."
        return judged(run, "endorsement.unreadable", message, where, Verdict.INVALID)
    if secured.kind is not credential.Kind.ENDORSEMENT:
        message = "What stands in the place of an endorsement is another kind of credential."
        return judged(run, "endorsement.other-kind", message, where, Verdict.INVALID)
    report = verify_inside(run, secured, where)
    run.parts.append(report)
    _note_target(run, secured, owner, where)
    return judgement(run, report, where)


def judgement(run: Run, report: Report, where: str) -> Check:
    """What the report on an endorsement means to the credential that carries it."""
    if report.verdict is Verdict.VALID:
        return passed("endorsements", "An endorsement verifies.", where)
    problem = next(report.failed(), None) or next(report.not_checked())
    by = harmless(report.subject.get("issuer", {}).get("name", "an unnamed issuer"), 80)
    if report.verdict is Verdict.INVALID:
        message = f"The endorsement by {by} is not valid: {problem.message}"
        return judged(run, "endorsement.invalid", message, where, Verdict.INVALID)
    message = f"The endorsement by {by} could not be fully checked: {problem.message}"
    return judged(run, "endorsement.undetermined", message, where, Verdict.UNDETERMINED)


def judged(run: Run, reason: str, message: str, where: str, verdict: Verdict) -> Check:
    """What an endorsement that does not verify means to its credential, under the policy."""
    if not run.policy.endorsements:
        run.warn(reason, message, where)
        return passed("endorsements", "An endorsement does not verify; this policy only reports that.", where)
    result = failed if verdict is Verdict.INVALID else unchecked
    advice = "The credential itself may be sound: look at the other checks."
    return result("endorsements", message, reason, advice=advice, where=where)


def _note_target(run: Run, secured: Secured, owner: str, where: str) -> None:
    target = identifier_of(next(iter(listed(secured.document.get("credentialSubject"))), None))
    if owner and target and target != owner:
        message = f"The endorsement is about {harmless(target, 100)}, but stands at {harmless(owner, 100)}."
        run.warn("endorsement.other-subject", message, where)
