"""Does it come from its issuer? Hosted: what does its address give, and does the issuer allow that address?
Signed: does the signature hold, and is the key one that the issuer's profile links?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from insignia import credential
from insignia.credential import OPEN_BADGES_2, Form, Kind, Secured
from insignia.errors import InsigniaError, ParseError, ProofError, ResolveError
from insignia.openbadges2.linking import Part, fetch_json, is_of_open_badges_3
from insignia.openbadges2.reading import declared_mode, host_of, id_of, is_url, same_address, upgraded
from insignia.openbadges2.scope import Scope
from insignia.openbadges2.signing_keys import signed_by, trusted
from insignia.report import Check
from insignia.resolver import Document
from insignia.verification.openbadges2.badge import Badge
from insignia.verification.render.words import harmless
from insignia.verification.run import absent, failed, listing, passed, resolve_error, unchecked, unreachable

Json = Any
_ANYONE = "Anyone can publish such a badge in the issuer’s name. Do not rely on it."


def published(badge: Badge) -> Iterator[Check]:
    """What the address of a hosted badge gives: that alone counts, whatever copy came in ("the input data
    should only be trusted to identify the URI of the hosted verification file")."""
    if badge.signed:
        return
    if badge.run.secured.form is Form.HOSTED and declared_mode(badge.given) == "signed":
        message = "It says that it is signed, but it came without its signature."
        advice = "Ask its holder for the picture or the token that the issuer gave out."
        yield failed("proof", message, "signed.no-signature", advice=advice, where="/verification/type")
        return
    url = badge.address
    if not url:
        message = f"The {badge.word} is not signed and does not say where its issuer publishes it."
        advice = "Verify the address of it at its issuer."
        yield failed("proof", message, "hosted.no-address", advice=advice, where="/id")
        return
    try:
        value, document = fetch_json(url, badge.run.shared)
    except ResolveError as error:
        yield _unavailable(badge, url, error)
    except ParseError as error:
        message = f"There is no {badge.word} at {harmless(url, 160)}: {harmless(error.problems[0], 160)}."
        facts = {"url": url, "problems": listing(error.problems)}
        yield failed("proof", message, "hosted.unreadable", where="/id", facts=facts)
    else:
        yield _found(badge, url, value, document)


def _unavailable(badge: Badge, url: str, error: ResolveError) -> Check:
    shown, facts = harmless(url, 160), {"url": url, "problems": listing(error.problems)}
    if error.code == ResolveError.GONE:
        badge.gone = True
        message = f"There is nothing to compare it with: {shown} is gone for good (410)."
        return unchecked("proof", message, "hosted.gone", where="/id", facts=facts)
    if error.code == ResolveError.NOT_FOUND:
        message = f"There is nothing at {shown}, where its issuer should publish it."
        advice = "Ask the issuer whether it was withdrawn or has moved."
        return failed("proof", message, "hosted.not-found", advice=advice, where="/id", facts=facts)
    message = f"What its issuer publishes at {shown} could not be fetched."
    return unchecked("proof", message, error.code, advice=unreachable(error), where="/id", facts=facts)


def _found(badge: Badge, url: str, value: dict[str, Json], document: Document) -> Check:
    """The document at its address: is it the one, and of that kind?"""
    shown = harmless(url, 160)
    facts: dict[str, Json] = {"url": url, "source": document.source}
    revoked = value.get("revoked") is True
    kind, version = badge.run.secured.kind, badge.run.secured.data_model
    try:
        found = credential.from_json(value)
    except InsigniaError:
        found = None
    if found is not None and found.kind in OPEN_BADGES_2:
        version = found.data_model
    if not revoked and (found is None or found.kind is not kind):
        advice = f"Verify what is there by itself: {shown}" if is_of_open_badges_3(value) else ""
        message = f"What is published at {shown} is no {badge.word} of Open Badges 1 or 2."
        return failed("proof", message, "hosted.other-kind", advice=advice, where="/id", facts=facts)
    named = value.get("id")
    if is_url(named) and not same_address(named, url) and value.get("@context") is not None:
        message = f"What is published at {shown} calls itself {harmless(named, 160)}: it is another one."
        advice = "Verify that address instead, and look whether it is the same badge."
        return failed("proof", message, "hosted.other-id", advice=advice, where="/id", facts=facts)
    if document.final_url is not None and not same_address(document.final_url, url):
        facts["finalUrl"] = document.final_url
        moved = f"It has moved: its address leads to {harmless(document.final_url, 160)}."
        badge.run.warn("hosted.moved", moved, "/id")
    _note_differences(badge, value)
    badge.run.refreshed = Secured(document.content, value, Form.HOSTED, kind, version)
    badge.part = Part(kind, upgraded(value, kind, url=url), version, url, document.final_url)
    return passed("proof", f"It is published at {shown}; what stands there counts.", "/id", facts)


def _note_differences(badge: Badge, value: Mapping[str, Json]) -> None:
    """A copy that says something else than its issuer does: an old one, or a changed one."""
    given = badge.run.secured.document
    if badge.is_address or value.get("revoked") is True:
        return
    names = sorted(n for n in given.keys() | value.keys() if given.get(n) != value.get(n) and n != "@context")
    if names:
        shown = harmless(", ".join(names), 200)
        message = f"The copy that came in differs from what its issuer publishes, in: {shown}."
        badge.run.warn("hosted.differs", message)


def signature(badge: Badge) -> Iterator[Check]:
    """Steps 4 to 6 for a signed badge; what ties the key to the issuer is kept for `binding`."""
    run, part = badge.run, badge.part
    token = run.secured.jwt
    if not badge.signed or part is None or token is None:
        return
    if badge.issuer is None:
        message = "The signature could not be checked, since the issuer’s profile with its keys is not known."
        yield unchecked("proof", message, "signed.no-issuer")
        return
    facts = {name: token.header[name] for name in ("alg", "kid", "typ") if name in token.header}
    try:
        keys = trusted(part, badge.issuer)
    except ProofError as error:
        badge.key_check = _untrusted(error)
        message = "The signature could not be checked: there is no key of the issuer for it."
        yield unchecked("proof", message, error.code, where=error.problems[0].where)
        return
    where = "/verification/creator"
    try:
        key, public = signed_by(token, keys, badge.issuer, run.shared)
    except InsigniaError as error:
        yield _unsigned(error, where, {**facts, "keys": [key.id for key in keys]})
        return
    facts |= {"key": key.id, "keyType": str(public.key_type), "keyThumbprint": public.thumbprint()}
    issuer = harmless(badge.issuer.id, 120)
    badge.key_check = passed(
        "key-binding", f"The profile of the issuer, {issuer}, links the key.", where, {"key": key.id}
    )
    message = f"The signature matches the content ({facts['alg']}, {public.key_type})."
    yield passed("proof", message, where, facts)


def _untrusted(error: ProofError) -> Check:
    problem = error.problems[0]
    facts = {"problems": listing(error.problems)}
    if error.code == "key.none":
        message = "The profile of the issuer links no key, so that nobody can have signed in its name."
    else:
        message = f"The key is not one that the issuer’s profile links: {harmless(problem.got, 160)}."
    advice = "Anyone may have signed it in the issuer’s name. Do not rely on it."
    return failed("key-binding", message, error.code, advice=advice, where=problem.where, facts=facts)


def _unsigned(error: InsigniaError, where: str, facts: dict[str, Json]) -> Check:
    facts["problems"] = listing(error.problems)
    cause = resolve_error(error)
    detail = harmless(error.problems[0], 200)
    if cause is not None:
        message = "The signature could not be checked: the issuer’s key could not be fetched."
        return unchecked("proof", message, cause.code, advice=unreachable(cause), where=where, facts=facts)
    if error.code == "jose.signature":
        message = (
            "The signature does not match: it was changed after it was signed, or another key signed it."
        )
        advice = "Do not rely on it. Ask its holder for the original file."
        return failed("proof", message, error.code, advice=advice, where=where, facts=facts)
    message = f"The signature cannot hold: {detail}."
    return failed("proof", message, error.code, where=where, facts=facts)


def binding(badge: Badge) -> Iterator[Check]:
    """Signed: the key is the issuer's. Hosted: "The Assertion id must be within the permitted scope for
    hosted verification declared in issuer Profile", and so must the definition of the badge."""
    if badge.signed:
        if badge.key_check is not None:
            _note_foreign_definition(badge)
            yield badge.key_check
        else:
            message = "No signature holds, so there is no key to look for at the issuer."
            yield unchecked("key-binding", message, "proof.unverified")
        return
    if badge.part is None:
        yield badge.unknown("key-binding")
    elif badge.part.document.get("revoked") is True and "badge" not in badge.part.document:
        yield absent("key-binding", "Nothing is left of it but that it was revoked.")
    elif badge.issuer is None:
        message = "Whether its issuer allows that address is unknown, since the issuer’s profile is."
        yield unchecked("key-binding", message, "binding.no-issuer")
    else:
        yield _in_scope(badge, badge.part, badge.issuer)


def _in_scope(badge: Badge, part: Part, issuer: Part) -> Check:
    scope = Scope.of(issuer.document)
    who, url = harmless(issuer.id, 120), part.url
    facts = {"url": url, "issuer": issuer.id, "allowed": [*scope.prefixes, *scope.hosts]}
    if not (scope.prefixes or scope.hosts):
        message = f"Its issuer, {who}, has no web address, so that nothing ties {harmless(url, 120)} to it."
        return unchecked("key-binding", message, "binding.nobody", where="/badge/issuer", facts=facts)
    about = scope.allows_definition if part.kind is Kind.BADGE_CLASS else None
    if not (about(url, issuer.id) if about else scope.allows(url)):
        allowed = harmless(scope.words(), 160)
        lead = "another host than its issuer’s" if scope.by_default else "not where its issuer allows it"
        message = f"It is published at {harmless(url, 160)}, {lead}: {who} allows {allowed}."
        return _foreign(badge, message, "binding.other-origin", "/id", facts)
    definition = badge.definition
    if definition is not None and definition is not part and is_url(id_of(definition.document)):
        place = definition.id
        if not scope.allows_definition(place, issuer.id):
            message = f"Its definition stands at {harmless(place, 160)}, which {who} does not allow."
            return _foreign(badge, message, "binding.definition", "/badge", facts)
    return passed("key-binding", f"Its issuer, {who}, allows badges at that address.", "/id", facts)


def _foreign(badge: Badge, message: str, reason: str, where: str, facts: dict[str, Json]) -> Check:
    """The 1EdTech inspector does not ask where a definition stands."""
    if badge.run.policy.unbound_keys and (where == "/badge" or badge.run.secured.kind is Kind.BADGE_CLASS):
        badge.run.warn(reason, message, where)
        return unchecked("key-binding", message, reason, where=where, facts=facts)
    return failed("key-binding", message, reason, advice=_ANYONE, where=where, facts=facts)


def _note_foreign_definition(badge: Badge) -> None:
    definition, issuer = badge.definition, badge.issuer
    if definition is None or issuer is None or definition.embedded or not is_url(issuer.id):
        return
    if host_of(definition.url) != host_of(issuer.id):
        message = f"Its definition stands on another host than its issuer: {harmless(definition.url, 160)}."
        badge.run.warn("binding.definition", message, "/badge")
