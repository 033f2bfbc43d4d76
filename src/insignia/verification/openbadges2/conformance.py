"""Does it conform to its version of Open Badges, and do the documents that it links to?"""

from __future__ import annotations

from collections.abc import Iterator

from insignia.credential import Kind
from insignia.errors import ParseError, Problem, ResolveError
from insignia.openbadges2 import extensions as known
from insignia.openbadges2.linking import Part, linked
from insignia.openbadges2.reading import host_of
from insignia.openbadges2.shapes import check
from insignia.report import Check, Outcome
from insignia.verification import proofs
from insignia.verification.openbadges2.badge import Badge
from insignia.verification.render.words import harmless
from insignia.verification.run import absent, failed, listing, passed, unchecked, unreachable

_LINKS = {Kind.BADGE_CLASS: "the definition of the badge", Kind.ISSUER_PROFILE: "the profile of the issuer"}


def data_model(badge: Badge) -> Iterator[Check]:
    """'Data Validation': the document itself, the definition and the issuer that it links to."""
    part = badge.part
    if part is None:
        if badge.gone:
            _follow(badge, Part(badge.run.secured.kind, badge.given, badge.run.secured.data_model))
        yield badge.unknown("data-model")
        return
    trouble = _follow(badge, part)
    problems = []
    for where, one in badge.parts():
        if one.embedded and where:
            continue  # it was looked at with the document that holds it
        problems += [p.under(where) for p in check(one.document, one.kind, one.version)]
        if one.called is not None:
            called, itself = harmless(one.called, 120), harmless(one.id, 120)
            badge.run.warn("link.other-id", f"A link leads to {called}, which calls itself {itself}.", where)
    yield from _judged(badge, part, problems, trouble)


def _judged(badge: Badge, part: Part, problems: list[Problem], trouble: Check | None) -> Iterator[Check]:
    run, name = badge.run, f"Open Badges {part.version}"
    broken = []
    for problem in problems:
        if problem.code in run.policy.tolerated:
            run.warn("data-model", f"Tolerated by this policy: {harmless(problem, 200)}.", problem.where)
        else:
            broken.append(problem)
    recipient = part.document.get("recipient")
    if isinstance(recipient, dict) and "hashed" not in recipient:
        run.warn("data-model", "It does not say whether the recipient is hashed.", "/recipient")
    if broken:
        more = f" There are {len(broken) - 1} more such problems." if len(broken) > 1 else ""
        message = f"It does not conform to {name}: {harmless(broken[0], 200)}.{more}"
        advice, facts = "Ask the issuer for a corrected badge.", {"problems": listing(broken)}
        first = broken[0]
        yield failed("data-model", message, first.code, advice=advice, where=first.where, facts=facts)
    elif trouble is None:
        yield passed("data-model", f"It conforms to {name}.")
    if trouble is not None:
        yield trouble


def _follow(badge: Badge, part: Part) -> Check | None:
    """Find definition and issuer; the check that says why not."""
    if part.kind is Kind.ISSUER_PROFILE:
        badge.issuer = part
        return None
    holder = part
    if part.kind is Kind.ASSERTION:
        if part.document.get("revoked") is True and "badge" not in part.document:
            return None
        found = _linked(badge, part, "badge", Kind.BADGE_CLASS, "/badge")
        if not isinstance(found, Part):
            return found
        badge.definition = holder = found
    elif part.kind is Kind.BADGE_CLASS:
        badge.definition = part
    where = "/badge/issuer" if part.kind is Kind.ASSERTION else "/issuer"
    found = _linked(badge, holder, "issuer", Kind.ISSUER_PROFILE, where)
    if not isinstance(found, Part):
        return found
    badge.issuer = found
    return None


def _linked(badge: Badge, holder: Part, name: str, kind: Kind, where: str) -> Part | Check:
    value = holder.document.get(name)
    host = "signed" if badge.signed and not holder.url else host_of(holder.final_url or holder.url)
    what = _LINKS[kind]
    try:
        return linked(
            value,
            kind,
            resolver=badge.run.shared,
            host=host,
            version=holder.version,
            lenient=badge.run.policy.unbound_keys,
        )
    except ResolveError as error:
        facts = {"problems": listing(error.problems)}
        message = f"{what.capitalize()}, {harmless(_named(value), 160)}, could not be fetched."
        if error.code in (ResolveError.NOT_FOUND, ResolveError.GONE):
            advice = "Ask the issuer to publish it again."
            message = f"{what.capitalize()} is not published any more: {harmless(_named(value), 160)}."
            return failed("data-model", message, error.code, advice=advice, where=where, facts=facts)
        advice = unreachable(error)
        return unchecked("data-model", message, error.code, advice=advice, where=where, facts=facts)
    except ParseError as error:
        message = f"{what.capitalize()} cannot be read: {harmless(error.problems[0], 200)}."
        facts = {"problems": listing(error.problems)}
        return failed("data-model", message, error.code, where=where, facts=facts)


def _named(value: object) -> object:
    return value.get("id", "which is embedded") if isinstance(value, dict) else value


def terms(badge: Badge) -> Iterator[Check]:
    """Terms that its context does not define "are not considered part of the badge object's meaning"."""
    if badge.part is None:
        yield badge.unknown("terms")
    elif "@context" not in badge.part.document:
        yield absent("terms", "It has no context: its version of Open Badges had none.")
    else:
        before = len(badge.run.warnings)
        for one in proofs.terms(badge.run):
            undefined = len(badge.run.warnings) - before
            if undefined and one.outcome is Outcome.PASSED:
                message = f"{undefined} of its terms have no defined meaning, so they say nothing about it."
                yield passed("terms", message)
            else:
                yield one


def extensions(badge: Badge) -> Iterator[Check]:
    """'Extension Validation', which is optional: of those in the registry the members are known."""
    found = [
        one._replace(where=where + one.where, problems=tuple(p.under(where) for p in one.problems))
        for where, part in badge.parts()
        if not (part.embedded and where)
        for one in known.find(part.document)
    ]
    if badge.part is None:
        yield badge.unknown("schema")
        return
    if not found:
        yield absent("schema", "It has no extensions.")
    for one in found:
        name = harmless(one.name, 80)
        if one.problems:
            message = f"The extension {name} is malformed: {harmless(one.problems[0], 200)}."
            facts = {"problems": listing(one.problems)}
            yield failed("schema", message, one.problems[0].code, where=one.where, facts=facts)
        elif one.known:
            yield passed("schema", f"The extension {name} is as the registry describes it.", one.where)
        else:
            message = f"This verifier does not know the extension {name}."
            yield unchecked("schema", message, "extension.unknown", where=one.where)
