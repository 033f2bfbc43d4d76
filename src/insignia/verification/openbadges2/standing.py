"""Does it still stand: was it revoked, has it expired, whose is it, and who endorses it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from insignia import credential
from insignia.credential import Form, Kind, Secured
from insignia.errors import InsigniaError, ParseError, ResolveError
from insignia.openbadges2.linking import Part, fetch_json
from insignia.openbadges2.reading import id_of, is_url, moment_of
from insignia.openbadges2.recipients import identity
from insignia.openbadges2.revocation import look_up
from insignia.report import Check, Outcome, Verdict
from insignia.resolver import Purpose
from insignia.verification.endorsements import judged, judgement
from insignia.verification.openbadges2.badge import Badge
from insignia.verification.recipient import KnownRecipient
from insignia.verification.render.words import harmless, moment
from insignia.verification.run import (
    DEPTH_LIMIT,
    PARTS_LIMIT,
    absent,
    failed,
    passed,
    unchecked,
    unreachable,
)

Json = Any
CODE = "status.revocation"


def status(badge: Badge) -> Iterator[Check]:
    """Hosted: 410, or `revoked` in what is published. Both kinds: the revocation list of the issuer."""
    part = badge.part
    if badge.gone:
        yield _revoked("its address answers that it is gone for good (410)", "", badge.address)
    elif part is None:
        yield badge.unknown("status")
    elif part.document.get("revoked") is True:
        reason = part.document.get("revocationReason")
        yield _revoked("what is published says so", reason, part.url)
    elif not badge.run.proven():
        message = "Its status was not looked up, since it is not established that it is the issuer’s."
        yield unchecked("status", message, "proof.unverified")
    else:
        yield _listed(badge, part)


def _revoked(how: str, reason: Json, url: str) -> Check:
    because = f" The issuer’s word: {harmless(reason, 200)}." if isinstance(reason, str) and reason else ""
    message = f"It was revoked by its issuer: {how}.{because}"
    advice = "Ask its holder or its issuer why, or for another one."
    return failed(CODE, message, "status.revoked", advice=advice, facts={"url": url})


def _listed(badge: Badge, part: Part) -> Check:
    now = moment(badge.run.shared.now, time=True)
    issuer = badge.issuer.document if badge.issuer is not None else {}
    url = id_of(issuer.get("revocationList"))
    if not url:
        if badge.signed:
            return absent("status", "Its issuer publishes no revocation list, so that it cannot be revoked.")
        return passed(CODE, f"It is not revoked, as of {now}: it is still published.")
    where, facts = "/badge/issuer/revocationList", {"list": url}
    try:
        revocations, _ = fetch_json(url, badge.run.shared, Purpose.STATUS)
        entry = look_up(revocations, part.document)
    except ResolveError as error:
        message = "Whether it was revoked is unknown: the issuer’s list could not be fetched."
        return unchecked(CODE, message, error.code, advice=unreachable(error), where=where, facts=facts)
    except ParseError as error:
        message = f"Whether it was revoked is unknown: {harmless(error.problems[0], 160)}."
        return unchecked(CODE, message, error.code, where=where, facts=facts)
    if entry is not None:
        return _revoked("it is on the issuer’s revocation list", entry.reason, url)
    return passed(CODE, f"It is not revoked, as of {now}.", where, facts)


def validity(badge: Badge) -> Iterator[Check]:
    """`issuedOn` and `expires`."""
    part = badge.part
    if part is None or (part.document.get("revoked") is True and "issuedOn" not in part.document):
        yield badge.unknown("validity")
        return
    yield _start(badge, part)
    yield _end(badge, part)


def _start(badge: Badge, part: Part) -> Check:
    value = part.document.get("issuedOn")
    start = moment_of(value, zoned=part.version >= "2")
    if start is None:
        return _unreadable("validity.from", "issuedOn", value)
    facts, shown = {"issuedOn": value}, moment(start, time=True)
    if start > badge.run.shared.now:
        message, advice = f"It says that it will be issued on {shown}.", "Verify it again from that day on."
        return failed(
            "validity.from", message, "validity.not-yet", advice=advice, where="/issuedOn", facts=facts
        )
    return passed("validity.from", f"It was issued on {shown}.", "/issuedOn", facts)


def _end(badge: Badge, part: Part) -> Check:
    value = part.document.get("expires")
    if value is None:
        return passed("validity.until", "It has no expiry date.")
    end = moment_of(value, zoned=part.version >= "2")
    if end is None:
        return _unreadable("validity.until", "expires", value)
    facts, shown = {"expires": value}, moment(end, time=True)
    if end < badge.run.shared.now:
        message, advice = f"It expired on {shown}.", "Ask its holder for a renewed one."
        return failed(
            "validity.until", message, "validity.expired", advice=advice, where="/expires", facts=facts
        )
    return passed("validity.until", f"It is valid until {shown}.", "/expires", facts)


def _unreadable(code: str, name: str, value: Json) -> Check:
    message = f"Its {name} is not a date and time with a zone: {harmless(value, 60)}."
    return failed(code, message, "validity.malformed", where=f"/{name}")


def recipient(badge: Badge) -> Iterator[Check]:
    """ "The Assertion was awarded to a valid property value of the expected recipient"."""
    if badge.part is None:
        yield badge.unknown("recipient")
        return
    known = badge.run.recipient or KnownRecipient("")
    found = identity(badge.part.document.get("recipient"))
    if found is not None and known.identity_type in ("", found.identity_type) and found.matches(known.value):
        yield passed("recipient", "It was issued to the person you named.", "/recipient")
        return
    message = "It was issued to someone else than the person you named."
    advice = "Check the identifier you gave; issuers may know the person under another one."
    yield failed("recipient", message, "recipient.mismatch", advice=advice, where="/recipient")


def endorsements(badge: Badge) -> Iterator[Check]:
    """Each endorsement of the badge, of its definition and of its issuer, hosted or signed by itself."""
    found = [
        (f"{where}/endorsement{place}", value, part)
        for where, part in badge.parts()
        for place, value in _places(part.document.get("endorsement"))
    ]
    if badge.part is None:
        yield badge.unknown("endorsements")
    elif not found:
        yield absent("endorsements", "It has no endorsements.")
    elif not badge.run.proven():
        message = "Its endorsements were not looked at, since it is not established that it is the issuer’s."
        yield unchecked("endorsements", message, "proof.unverified")
    else:
        checks = [_endorsement(badge, where, value, part) for where, value, part in found]
        if all(check.outcome is Outcome.PASSED for check in checks):
            count = len(checks)
            message = "Its endorsement verifies." if count == 1 else f"Its {count} endorsements verify."
            yield passed("endorsements", message, facts={"count": count})
        else:
            yield from (check for check in checks if check.outcome is not Outcome.PASSED)


def _places(value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, list):
        yield from ((f"/{position}", one) for position, one in enumerate(value))
    elif value is not None:
        yield "", value


def _endorsement(badge: Badge, where: str, value: Json, owner: Part) -> Check:
    run = badge.run
    if run.depth >= DEPTH_LIMIT or run.shared.parts >= PARTS_LIMIT:
        message = "There are more endorsements, or more deeply nested ones, than this verifier looks at."
        return unchecked("endorsements", message, "endorsement.limit", where=where)
    try:
        secured = _secured(value, owner.version)
    except InsigniaError as error:
        message = f"An endorsement cannot be read: {harmless(error.problems[0], 200)}."
        return judged(run, "endorsement.unreadable", message, where, Verdict.INVALID)
    report = badge.verify_inside(run, secured, where)
    run.parts.append(report)
    about = report.subject.get("recipient", {}).get("id")
    if about and owner.id and about != owner.id:
        message = f"The endorsement is about {harmless(about, 100)}, but stands at {harmless(owner.id, 100)}."
        run.warn("endorsement.other-subject", message, where)
    return judgement(run, report, where)


def _secured(value: Json, version: str) -> Secured:
    """An endorsement by its address, or embedded (then without a context of its own)."""
    if is_url(value):
        return Secured(value.encode(), {"id": value}, Form.HOSTED, Kind.BADGE_ENDORSEMENT, version)
    if isinstance(value, Mapping) and "@context" not in value:
        content = credential.from_json({"@context": "https://w3id.org/openbadges/v2", **value}).content
        return Secured(content, dict(value), Form.HOSTED, Kind.BADGE_ENDORSEMENT, version)
    return credential.from_json(value)
