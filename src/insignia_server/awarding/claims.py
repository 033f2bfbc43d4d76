"""Claims: a link by which learners get an achievement themselves, and their requests through it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements import services as achievements
from insignia_server.audit import services as audit
from insignia_server.awarding import services as awards
from insignia_server.awarding.claim_links import (
    close_link,
    find_link,
    full,
    link_url,
    new_token,
    open_link,
    ours,
    require_open,
)
from insignia_server.awarding.facts import link_problems
from insignia_server.awarding.models import AwardSource, Claim, ClaimLink, ClaimState
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.awarding.recording import mail_context
from insignia_server.credentials import keys
from insignia_server.credentials.subject import Evidence
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.mail.services import Outgoing, queue_many
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import GroupMember, Organisation
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import hash_token
from insignia_server.people.models import Identifier, User
from insignia_server.people.services import prove_identifier
from insignia_server.webhooks import services as webhooks

__all__ = [
    "PROOF_HOURS",
    "Requested",
    "TokenSource",
    "approve",
    "asked_by",
    "close_link",
    "decline",
    "find_link",
    "link_url",
    "my_claim",
    "open_link",
    "prove",
    "request",
    "require_open",
]

PROOF_HOURS: Final = 24
TokenSource = Callable[[], str]


# Requests


@dataclass(frozen=True)
class Requested:
    """What became of a request. `claim` is None until the address is proved: a mail was sent to it, and what
    is known of it is told to nobody else."""

    email: str
    claim: Claim | None = None


def request(
    *,
    link: ClaimLink,
    email: str,
    name: str,
    user: User | None = None,
    evidence: str = "",
    note: str = "",
    language: str = "",
    now: dt.datetime | None = None,
    token: TokenSource = new_token,
) -> Requested:
    """Ask for the badge of a link. A signed-in user who has proved the address gets an answer at once;
    everybody else gets a mail to that address, whose link (`prove`) goes on.

    Works in the link's organisation (crossing `claim`). Asking again changes name and evidence until it is
    proved.

    Raises:
        Refused: the link takes no claims, the address is wrong or not invited, or evidence is missing.
    """
    now = now or timezone.now()
    require_open(link, now=now)
    person, errors, _warnings = normalised(Recipient(email=email, name=name))
    if not person.name and not errors:
        errors.append(Refusal(_("Give your name as it should stand on the badge."), "name", "required"))
    with scopes.organisation(link.organisation_id):
        version = achievements.awardable(link.achievement) if not errors else None
    if version is not None and version.definition.evidence_required and not evidence.strip():
        message = _("This badge asks for evidence: give a link to your work.")
        errors.append(Refusal(message, "evidence", "evidence.missing", _("a link"), ""))
    errors += link_problems("evidence", evidence.strip())
    if errors:
        raise Refused(*errors)
    with scopes.organisation(link.organisation_id):
        mine = user is not None and _proved_by(user, person)
        if not _invited(link, person.email, tell=mine):
            return Requested(person.email)  # who is on a roster is told to nobody else
        _ready(link)
        values = {"name": person.name, "evidence": evidence.strip(), "note": note.strip()[:5000]}
        with transaction.atomic():
            claim = _claim(link, person, values)
            if user is not None and mine:
                return Requested(person.email, _settle(claim, user, now))
            _mail_proof(link, claim, language, token(), now)
    return Requested(person.email)


def _invited(link: ClaimLink, email: str, *, tell: bool) -> bool:
    """Whether this address may claim; who is on a roster is told to the address's owner only."""
    domain = email.rpartition("@")[2]
    if link.domains and not any(domain == one or domain.endswith("." + one) for one in link.domains):
        message = _("Use an address of {domains}.").format(domains=", ".join(link.domains))
        raise Refused(Refusal(message, "email", "domain", ", ".join(link.domains), domain))
    if link.group_id and not GroupMember.objects.filter(group_id=link.group_id, email__iexact=email).exists():
        if not tell:
            return False
        message = _("This address is not on the list. Use the one that you are registered with.")
        raise Refused(Refusal(message, "email", "roster"))
    return True


def _claim(link: ClaimLink, person: Recipient, values: dict[str, str]) -> Claim:
    """The one claim of this person through this link, with what was typed now while it is not proved yet."""
    made: bool
    claim: Claim
    claim, made = Claim.objects.get_or_create(
        link=link,
        blind_index=person.blind_index,
        defaults={"organisation_id": link.organisation_id, "email": person.email, **values},
    )
    if not made and claim.state == ClaimState.UNPROVED:
        Claim.objects.filter(pk=claim.pk, state=ClaimState.UNPROVED).update(**values)
        for name, value in values.items():
            setattr(claim, name, value)
    return claim


def _proved_by(user: User, person: Recipient) -> bool:
    return Identifier.objects.filter(user=user, blind_index=person.blind_index).exists()


def _mail_proof(link: ClaimLink, claim: Claim, language: str, token: str, now: dt.datetime) -> None:
    """A new token replaces the one before; only its hash is kept."""
    expires = now + dt.timedelta(hours=PROOF_HOURS)
    Claim.objects.filter(pk=claim.pk).update(proof_hash=hash_token(token), proof_expires_at=expires)
    version = achievements.current(link.achievement)
    organisation = Organisation.objects.get(pk=link.organisation_id)
    _write(
        claim,
        "claim_confirm",
        {
            **mail_context(version, link.achievement.issuer),
            "url": f"{settings.PUBLIC_URL}/claim/prove/{token}/",
        },
        language or organisation.language,
        now,
    )


def prove(token: str, *, user: User | None = None, now: dt.datetime | None = None) -> Claim:
    """Whoever has the mailed token owns the address: award, or hand over for approval (crossing `claim`).

    A token works once; asking again through the link gives a new one. With `user` the address becomes one of
    that person's proved identifiers, unless another account has it.

    Raises:
        NotHere: no such token, or it is too old.
        Refused: the link is full or closed, or the award is refused; then the token still works.
    """
    now = now or timezone.now()
    with scopes.crossing("claim"):
        claim: Claim | None = (
            Claim.objects.select_related("link__achievement__issuer", "award")
            .filter(proof_hash=hash_token(token), proof_expires_at__gt=now)
            .first()
        )
    if claim is None:
        raise NotHere
    with scopes.organisation(claim.organisation_id):
        _ready(claim.link)
    with scopes.organisation(claim.organisation_id), transaction.atomic():
        if claim.state == ClaimState.UNPROVED:
            require_open(claim.link, now=now)
        used = Claim.objects.filter(pk=claim.pk, proof_hash=hash_token(token)).update(proof_hash=None)
        if not used:
            raise NotHere
        return _settle(claim, user if user and _kept(user, claim, now) else None, now)


def _kept(user: User, claim: Claim, now: dt.datetime) -> bool:
    """Whether the address is the user's from now on; it is not when another account has proved it before."""
    try:
        prove_identifier(user=user, kind="emailAddress", value=claim.email, now=now)
    except Refused:
        return False
    return True


def asked_by(token: str, *, now: dt.datetime | None = None) -> Claim:
    """The request behind a mailed token, to be looked at before it is proved (crossing `claim`).

    Somebody else may have typed it: the owner of the address sees what would be signed. Raises NotHere.
    """
    with scopes.crossing("claim"):
        claim: Claim | None = (
            Claim.objects.select_related("link__achievement__issuer")
            .filter(proof_hash=hash_token(token), proof_expires_at__gt=now or timezone.now())
            .first()
        )
    if claim is None:
        raise NotHere
    return claim


def _settle(claim: Claim, user: User | None, now: dt.datetime) -> Claim:
    """The address is proved: take a place of the link and award, or wait for approval. Needs a
    transaction."""
    if claim.state != ClaimState.UNPROVED:
        return _fresh(claim)
    link = claim.link
    _take(link)
    state = ClaimState.WAITING if link.needs_approval else ClaimState.AWARDED
    moved = Claim.objects.filter(pk=claim.pk, state=ClaimState.UNPROVED).update(
        state=state, person=user, proof_hash=None
    )
    if not moved:  # twice at the same moment
        _give_back(link)
        return _fresh(claim)
    claim.state, claim.person = state, user
    by = Actor("learner", claim.organisation_id, user_id=user.pk if user else None)
    audit.record(by=by, action="claim.request", subject=claim)
    if state == ClaimState.AWARDED:
        _award(claim, by, now)
    else:
        data = {"claim": str(claim.pk), "link": str(link.pk)}
        webhooks.publish(organisation_id=claim.organisation_id, type="claim.requested", data=data)
    return _fresh(claim)


def _ready(link: ClaimLink) -> None:
    """The key that will sign is made before the transaction; what cannot be awarded is refused in it."""
    try:
        keys.ready(achievements.current(link.achievement))
    except Refused:
        return


def _take(link: ClaimLink) -> None:
    """One place, by compare-and-set. Raises Refused when there is none."""
    free = ClaimLink.objects.filter(Q(limit=None) | Q(taken__lt=F("limit")), pk=link.pk, closed_at=None)
    if not free.update(taken=F("taken") + 1):
        raise Refused(full())


def _give_back(link: ClaimLink) -> None:
    ClaimLink.objects.filter(pk=link.pk, taken__gt=0).update(taken=F("taken") - 1)


def _award(claim: Claim, by: Actor, now: dt.datetime, mail: str = "award") -> None:
    """Whoever opened the link was allowed to award, and a person who approves is: so may this act."""
    may = Actor(
        by.kind, by.organisation_id, by.permissions | {Permission.AWARD}, by.user_id, by.client_id, by.label
    )
    evidence: tuple[Evidence, ...] = ()
    if claim.evidence or claim.note:
        evidence = (Evidence(url=claim.evidence, narrative=claim.note),)
    made = awards.award(
        by=may,
        achievement=claim.link.achievement,
        recipient=Recipient(email=claim.email, name=claim.name),
        key=f"claim:{claim.pk}",
        source=AwardSource.CLAIM,
        evidence=evidence,
        mail=mail,
        now=now,
    )
    Claim.objects.filter(pk=claim.pk).update(award=made)


def _fresh(claim: Claim) -> Claim:
    row: Claim = Claim.objects.select_related("link__achievement__issuer", "award").get(pk=claim.pk)
    return row


def my_claim(*, user: User, key: uuid.UUID) -> Claim:
    """A person's own claim, in the person's scope. Raises NotHere for anybody else's."""
    with scopes.person(user.pk):
        row: Claim | None = Claim.objects.filter(pk=key).first()
    if row is None:
        raise NotHere
    return row


# Decisions


def approve(*, by: Actor, claim: Claim, now: dt.datetime | None = None) -> Claim:
    """Award what was claimed. Raises Forbidden, NotHere, Refused: it does not wait, or the award is
    refused."""
    by.require(Permission.APPROVE)
    ours(by, claim)
    now = now or timezone.now()
    _ready(claim.link)
    with transaction.atomic():
        _decide(by, claim, ClaimState.AWARDED, "", now)
        _award(claim, by, now, mail="claim_approved")
        audit.record(by=by, action="claim.approve", subject=claim)
    return _fresh(claim)


def decline(*, by: Actor, claim: Claim, reason: str, now: dt.datetime | None = None) -> Claim:
    """Say no; the learner reads the reason, and the place is free again. Raises Forbidden, NotHere,
    Refused."""
    by.require(Permission.APPROVE)
    ours(by, claim)
    now = now or timezone.now()
    if not reason.strip():
        raise Refused(Refusal(_("Say why: the learner reads it."), "reason", "required"))
    with transaction.atomic():
        _decide(by, claim, ClaimState.DECLINED, reason.strip(), now)
        _give_back(claim.link)
        version = achievements.current(claim.link.achievement)
        context = {
            **mail_context(version, claim.link.achievement.issuer),
            "url": link_url(claim.link),
            "reason": reason.strip(),
        }
        language = claim.person.language if claim.person else ""
        language = language or Organisation.objects.values_list("language", flat=True).get(
            pk=claim.organisation_id
        )
        _write(claim, "claim_declined", context, language, now)
        audit.record(by=by, action="claim.decline", subject=claim)
    return _fresh(claim)


def _decide(by: Actor, claim: Claim, state: ClaimState, decision: str, now: dt.datetime) -> None:
    values = {"state": state, "decision": decision, "decided_by_id": by.user_id, "decided_at": now}
    if not Claim.objects.filter(pk=claim.pk, state=ClaimState.WAITING).update(**values):
        current = Claim.objects.values_list("state", flat=True).get(pk=claim.pk)
        message = _("It does not wait any more: {state}.").format(state=ClaimState(current).label)
        raise Refused(Refusal(message, "", "state", ClaimState.WAITING, current))


def _write(claim: Claim, kind: str, context: dict[str, str], language: str, now: dt.datetime) -> None:
    queue_many(
        [
            Outgoing(
                kind=kind,
                to=claim.email,
                name=claim.name,
                language=language,
                context=context,
                subject_type="claim",
                subject_id=str(claim.pk),
                organisation_id=claim.organisation_id,
            )
        ],
        now=now,
    )
