"""What can happen to an award afterwards: correct, revoke, suspend, reinstate. The learner is told why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements import services as achievements
from insignia_server.audit import services as audit
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award, AwardSource, AwardState
from insignia_server.awarding.recipients import Recipient
from insignia_server.awarding.recording import badge_url, mail_context
from insignia_server.awarding.single import Prepared, awarded, prepare, told, write_one
from insignia_server.awarding.standing import follow
from insignia_server.credentials import keys
from insignia_server.credentials import services as credentials
from insignia_server.credentials.models import Credential, CredentialState
from insignia_server.credentials.subject import Evidence, Result
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.mail.services import Outgoing, queue_many, withdraw
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services as webhooks


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What becomes different, and why: the learner reads the reason. None stays as it was.

    `end_by_rule`: the end that was given for it goes, the achievement's rule
    says one. `newest_version`: by the achievement's newest version instead of the one that the award was made
    under.
    """

    reason: str
    name: str | None = None
    email: str | None = None
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None
    results: Sequence[Result] | None = None
    evidence: Sequence[Evidence] | None = None
    narrative: str | None = None
    end_by_rule: bool = False
    newest_version: bool = False


def correct(
    *, by: Actor, award: Award, changes: Correction, send: bool = True, now: dt.datetime | None = None
) -> Award:
    """A new award whose credential supersedes the old one, which is revoked with the reason; the new award.

    Both are linked, the refresh service of the old one answers the new one. What corrects a suspended one is
    suspended, for the same reason.

    Raises:
        Forbidden, NotHere.
        Refused: no reason, wrong values, or the old one is revoked or superseded already.
    """
    by.require(Permission.AWARD)
    _ours(by, award)
    if award.erased:
        message = _("Its learner was erased, so there is nothing left to correct.")
        raise Refused(Refusal(message, "", "state", "", "erased"))
    now = now or timezone.now()
    _reason(changes.reason)
    prepared = _corrected(by, award, changes, now)
    context = {"reason": changes.reason.strip()}
    keys.ready(prepared.version)
    try:
        with transaction.atomic():
            old = Credential.objects.select_for_update(no_key=True).get(pk=award.credential_id)
            suspended = old.state_reason if old.state == CredentialState.SUSPENDED else None
            made = write_one(
                by,
                prepared,
                key=correction_key(award),
                source=AwardSource.CORRECTION,
                send=send,
                now=now,
                before=award,
                message=context,
            )
            credentials.supersede(
                by=by, old=award.credential, new=made.credential, reason=changes.reason, now=now
            )
            if suspended is not None:
                may = replace(by, permissions=by.permissions | {Permission.REVOKE})
                credentials.suspend(by=may, credential=made.credential, reason=suspended, now=now)
            follow([award.pk, made.pk])
            withdraw("award", [str(award.pk)])
            reason = _unnamed(changes.reason, award, made)
            audit.record(by=by, action="award.correct", subject=made, before=str(award.pk), reason=reason)
            webhooks.publish(
                organisation_id=by.organisation_id,
                type="award.corrected",
                data={**told(made), "before": str(award.pk)},
            )
    except IntegrityError:
        message = _("It was corrected already. Correct the newer one.")
        raise Refused(Refusal(message, "", "state", "", "superseded")) from None
    return awarded(made.pk)


def correction_key(award: Award) -> str:
    """The idempotency key of what takes an award's place: there is one successor."""
    return f"correction:{award.pk}"


def _corrected(by: Actor, award: Award, changes: Correction, now: dt.datetime) -> Prepared:
    """The old award with the changes, checked like any other."""
    facts = Facts.of(award)
    moved = changes.email is not None and award.identifier_kind == "emailAddress"
    recipient = Recipient(
        email=award.email if changes.email is None else changes.email,
        identifier="" if moved else award.identifier,
        identifier_kind="" if moved else award.identifier_kind,
        name=award.name if changes.name is None else changes.name,
        language=award.language,
    )
    start = changes.valid_from or (facts.valid_from if facts.dated else None) or award.credential.valid_from
    return prepare(
        by=by,
        achievement=award.achievement,
        recipient=recipient,
        valid_from=start,
        valid_until=_end(award, facts, changes),
        results=facts.results if changes.results is None else changes.results,
        evidence=facts.evidence if changes.evidence is None else changes.evidence,
        narrative=facts.narrative if changes.narrative is None else changes.narrative,
        version=achievements.current(award.achievement) if changes.newest_version else award.version,
        now=now,
    )


def _end(award: Award, facts: Facts, changes: Correction) -> dt.datetime | None:
    """When the corrected one ends; None: by the achievement's rule, which goes on from another beginning. An
    end that was given for this award stays."""
    if changes.valid_until is not None or changes.end_by_rule:
        return changes.valid_until
    by_rule = facts.valid_until == award.version.definition.expiry.until(facts.valid_from)
    return None if by_rule and changes.valid_from is not None else facts.valid_until


@transaction.atomic
def revoke(
    *, by: Actor, award: Award, reason: str, send: bool = True, now: dt.datetime | None = None
) -> Award:
    """Revoke for good; the learner reads the reason. Raises Forbidden, NotHere, Refused."""
    return _change(by, award, "revoke", reason, send, now or timezone.now())


@transaction.atomic
def suspend(
    *, by: Actor, award: Award, reason: str, send: bool = True, now: dt.datetime | None = None
) -> Award:
    """Suspend until it is reinstated. Raises Forbidden, NotHere, Refused (also where the status cannot say
    so)."""
    return _change(by, award, "suspend", reason, send, now or timezone.now())


@transaction.atomic
def reinstate(
    *, by: Actor, award: Award, reason: str = "", send: bool = True, now: dt.datetime | None = None
) -> Award:
    """Make a suspended one valid again. Raises Forbidden, NotHere, Refused."""
    return _change(by, award, "reinstate", reason, send, now or timezone.now())


_ACTS: dict[str, Callable[..., Credential]] = {
    "revoke": credentials.revoke,
    "suspend": credentials.suspend,
    "reinstate": credentials.reinstate,
}
_PAST = {"revoke": "revoked", "suspend": "suspended", "reinstate": "reinstated"}


def _change(by: Actor, award: Award, act: str, reason: str, send: bool, now: dt.datetime) -> Award:
    by.require(Permission.REVOKE)
    _ours(by, award)
    _ACTS[act](by=by, credential=award.credential, reason=reason, now=now)
    follow([award.pk])
    if act == "revoke":
        withdraw("award", [str(award.pk)])
    told_by_mail = bool(send and award.email)
    if told_by_mail:
        _tell(award, f"award_{_PAST[act]}", reason.strip(), now)
    facts = {"credential": str(award.credential_id), "reason": _unnamed(reason, award), "told": told_by_mail}
    audit.record(by=by, action=f"award.{act}", subject=award, **facts)
    webhooks.publish(
        organisation_id=by.organisation_id, type=f"award.{_PAST[act]}", data={**told(award), "reason": reason}
    )
    return award


def _tell(award: Award, kind: str, reason: str, now: dt.datetime) -> None:
    issuer = award.achievement.issuer
    language = award.language or Organisation.objects.values_list("language", flat=True).get(
        pk=award.organisation_id
    )
    context = {"url": badge_url(issuer, award.pk)}
    if reason:
        context["reason"] = reason
    queue_many(
        [
            Outgoing(
                kind=kind,
                to=award.email,
                name=award.name,
                language=language,
                context=context,
                subject_type="award",
                subject_id=str(award.pk),
                organisation_id=award.organisation_id,
                shared=mail_context(award.version, issuer),
            )
        ],
        now=now,
    )


def _unnamed(reason: str, *awards: Award) -> str:
    """The reason for the log, which outlives the erasure of a person: without the names that we know."""
    known = {part for one in awards for part in (one.name, one.email, one.identifier, *one.name.split())}
    text = reason.strip()[:500]
    for part in sorted((one for one in known if len(one) > 2), key=len, reverse=True):
        text = re.sub(re.escape(part), "…", text, flags=re.IGNORECASE)
    return text


def _ours(by: Actor, award: Award) -> None:
    if award.organisation_id != by.organisation_id:
        raise NotHere
    if award.state == AwardState.UNDONE:
        message = _("Its batch was undone, so there is nothing left to change.")
        raise Refused(Refusal(message, "", "state", AwardState.ISSUED, AwardState.UNDONE))


def _reason(reason: str) -> None:
    if not reason.strip():
        message = _("Say why: the learner reads it.")
        raise Refused(Refusal(message, "reason", "required"))
