"""One award: what is checked before, and how it is written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding import evidence as evidence_files
from insignia_server.awarding import quota
from insignia_server.awarding.facts import Facts, settled
from insignia_server.awarding.models import Award, AwardSource, AwardState
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.awarding.recording import Act, Source, people_of, record
from insignia_server.credentials.models import CredentialState, VisitorView
from insignia_server.credentials.services import issue_one
from insignia_server.credentials.subject import Evidence, Result
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission


@dataclass(frozen=True)
class Prepared:
    """What would be awarded, checked, and what somebody should look at before (duplicates are among it)."""

    version: AchievementVersion
    recipient: Recipient
    facts: Facts
    warnings: Sequence[Refusal]


def prepare(
    *,
    by: Actor,
    achievement: Achievement,
    recipient: Recipient,
    valid_from: dt.datetime | None = None,
    valid_until: dt.datetime | None = None,
    results: Sequence[Result] = (),
    evidence: Sequence[Evidence] = (),
    narrative: str = "",
    refuse_held: bool = False,
    version: AchievementVersion | None = None,
    now: dt.datetime,
) -> Prepared:
    """Everything that `award` checks, and the warnings; nothing is written.

    `version`: another than the newest published one, for corrections. Raises as `award` does.
    """
    by.require(Permission.AWARD)
    if achievement.organisation_id != by.organisation_id:
        raise NotHere
    quota.require_active(by.organisation_id, count=0 if version else 1, now=now)
    chosen = version or achievements.awardable(achievement)
    person, errors, warnings = normalised(recipient)
    facts, more, others = settled(
        chosen.definition,
        valid_from=valid_from,
        valid_until=valid_until,
        results=results,
        evidence=evidence,
        narrative=narrative,
        now=now,
    )
    errors += more + evidence_files.problems(facts.evidence)
    warnings += others
    held = holdings(achievement, person) if not errors and version is None else []
    if held:
        message = _("This person holds the badge already, since {date}.").format(
            date=held[0].created_at.date().isoformat()
        )
        (errors if refuse_held else warnings).append(
            Refusal(message, "email", "award.already-held", "", person.identifier)
        )
    if errors:
        raise Refused(*errors)
    return Prepared(chosen, person, facts, warnings)


def holdings(achievement: Achievement, recipient: Recipient) -> list[Award]:
    """The awards of this achievement that the (normalised) recipient holds and that are in force, newest
    first."""
    found: list[Award] = list(
        Award.objects.filter(
            blind_index=recipient.blind_index,
            achievement_id=achievement.pk,
            state=AwardState.ISSUED,
            credential__state__in=(CredentialState.VALID, CredentialState.SUSPENDED),
        ).order_by("-pk")[:10]
    )
    return found


def write_one(
    by: Actor,
    prepared: Prepared,
    *,
    key: str,
    source: AwardSource,
    send: bool,
    now: dt.datetime,
    suite: str = "",
    before: Award | None = None,
    message: Mapping[str, Any] | None = None,
    mail: str = "award",
) -> Award:
    """In the caller's transaction: award and message first, since a key that was used is found there.

    `before`: the award that this one corrects. Raises IntegrityError when the key was used.
    """
    version, recipient = prepared.version, prepared.recipient
    organisation = quota.require_active(by.organisation_id, count=0 if before else 1, now=now, lock=True)
    subject = prepared.facts.subject(recipient, uuid7())
    index = recipient.blind_index
    person = people_of([index]).get(index)
    act = Act(
        id=subject.credential_id,
        key=key,
        identifier_kind=recipient.identifier_kind,
        identifier=recipient.identifier,
        blind_index=index,
        email=recipient.email,
        name=recipient.name,
        language=recipient.language,
        details={**prepared.facts.to_json(), "salt": subject.salt},
        person_id=person,
        claimed_at=_claimed_at(person, before, now),
        visibility=before.visibility if before else VisitorView.UNLISTED.value,
        message=message or {},
    )
    issuer = version.achievement.issuer
    mail = "award_corrected" if before else mail
    record(
        Source(version, issuer, source, organisation.language, now, by.user_id, send=send, mail=mail), [act]
    )
    issue_one(version=version, subject=subject, suite=suite, now=now)
    evidence_files.attach({act.id: prepared.facts.evidence}, now=now)
    return awarded(act.id)


def _claimed_at(person: uuid.UUID | None, before: Award | None, now: dt.datetime) -> dt.datetime | None:
    """Now, where the identifier is somebody's; what corrects a badge of theirs was claimed with it."""
    if person is None:
        return None
    return before.claimed_at if before and before.person_id == person and before.claimed_at else now


def awarded(key: uuid.UUID) -> Award:
    """An award with what its pages show. Raises NotHere."""
    row: Award | None = (
        Award.objects.select_related("credential", "version", "achievement__issuer").filter(pk=key).first()
    )
    if row is None:
        raise NotHere
    return row


def told(row: Award) -> dict[str, Any]:
    """What webhooks say of an award: no name and no address."""
    return {
        "award": str(row.pk),
        "credential": f"urn:uuid:{row.pk}",
        "achievement": str(row.achievement_id),
        "source": row.source,
        "batch": str(row.batch_id) if row.batch_id else None,
        "created_at": row.created_at.isoformat(),
    }
