"""Step 3: is there a newer version of the credential? Asked once, and only after the proof held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from insignia import credential
from insignia.credential import Secured, instant
from insignia.errors import InsigniaError, ResolveError
from insignia.report import Check, Report, Verdict
from insignia.resolver import Purpose
from insignia.verification.render.words import harmless, moment
from insignia.verification.run import Run, absent, passed, unchecked, unreachable
from insignia.verification.subject import identifier_of, listed

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]
REFRESH_TYPE = "1EdTechCredentialRefresh"
_KEPT = "The credential as it was given is verified instead."


def refresh(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    """Open Badges 3.0, section 8.1, step 3. The newer version takes the place of the given one when it
    is of the same issuer and id, not older, and passes steps 1 and 2; otherwise the given one is kept."""
    services = listed(run.document.get("refreshService"))
    if not services:
        yield absent("refresh", "It names no service for newer versions.")
        return
    known = next((s for s in services if REFRESH_TYPE in credential.types_of(s)), None)
    if known is None:
        yield unchecked(
            "refresh",
            f"Its service for newer versions is of an unknown type. {_KEPT}",
            "refresh.unknown-type",
        )
    elif not run.policy.refresh:
        yield unchecked("refresh", f"A newer version was not asked for. {_KEPT}", "refresh.not-asked")
    elif not run.proven():
        yield unchecked(
            "refresh", "A newer version is not asked for, since the proof does not hold.", "proof.unverified"
        )
    else:
        yield _newer(run, identifier_of(known), verify_inside)


def _newer(run: Run, url: str, verify_inside: VerifyInside) -> Check:
    facts = {"service": url}
    try:
        newer = credential.parse(run.shared.resolve(url, Purpose.REFRESH).content)
    except ResolveError as error:
        message = f"No newer version could be had from {harmless(url, 120)}. {_KEPT}"
        return unchecked(
            "refresh", message, error.code, advice=unreachable(error), where="/refreshService", facts=facts
        )
    except InsigniaError as error:
        message = (
            f"What {harmless(url, 120)} answers cannot be read: {harmless(error.problems[0], 120)}. {_KEPT}"
        )
        return unchecked("refresh", message, error.code, where="/refreshService", facts=facts)
    if newer.content == run.secured.content:
        return passed("refresh", "It is the newest version.", "/refreshService", facts)
    if newer.kind is not run.secured.kind or not credential.same(newer.document, run.document):
        message = f"What {harmless(url, 120)} gives is another credential. {_KEPT}"
        return unchecked("refresh", message, "refresh.other-credential", where="/refreshService", facts=facts)
    if _start(newer) < _start(run.secured):
        message = f"What {harmless(url, 120)} gives is older than this one. {_KEPT}"
        return unchecked("refresh", message, "refresh.older", where="/refreshService", facts=facts)
    report = verify_inside(run, newer, "/refreshService")
    run.parts.append(report)
    if report.verdict is not Verdict.VALID:
        message = f"The newer version that {harmless(url, 120)} gives does not verify. {_KEPT}"
        return unchecked("refresh", message, "refresh.unverified", where="/refreshService", facts=facts)
    run.refreshed = newer
    since = report.subject.get("validFrom")
    dated = f", valid since {moment(since)}" if since else ""
    message = f"The issuer has a newer version{dated}: what follows is about that one."
    return passed("refresh", message, "/refreshService", {**facts, "digest": report.digest})


def _start(secured: Secured) -> float:
    found = instant(secured.document.get("validFrom", secured.document.get("issuanceDate")))
    return found.timestamp() if found else float("-inf")
