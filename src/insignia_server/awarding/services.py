"""Awarding: `award` is the only way in. Bulk signs in chunks (batches/) and writes with the same `record`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding.changes import Correction, correct, reinstate, revoke, suspend
from insignia_server.awarding.delivery import remind, send_again
from insignia_server.awarding.models import Award, AwardSource
from insignia_server.awarding.owning import attach_person, set_visibility
from insignia_server.awarding.recipients import Recipient, normalised
from insignia_server.awarding.recording import Named
from insignia_server.awarding.single import Prepared, awarded, holdings, prepare, told, write_one
from insignia_server.credentials import keys
from insignia_server.credentials.document import document_for
from insignia_server.credentials.subject import Evidence, Result
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission
from insignia_server.webhooks import services as webhooks

__all__ = [
    "Correction",
    "Evidence",
    "Prepared",
    "Recipient",
    "Result",
    "attach_person",
    "award",
    "awarded",
    "correct",
    "holdings",
    "prepare",
    "preview",
    "reinstate",
    "remind",
    "revoke",
    "send_again",
    "set_visibility",
    "suspend",
]
KEY_LENGTH = 200


def award(
    *,
    by: Actor,
    achievement: Achievement,
    recipient: Recipient,
    key: str,
    source: AwardSource = AwardSource.MANUAL,
    valid_from: dt.datetime | None = None,
    valid_until: dt.datetime | None = None,
    results: Sequence[Result] = (),
    evidence: Sequence[Evidence] = (),
    narrative: str = "",
    send: bool = True,
    refuse_held: bool = False,
    suite: str = "",
    mail: str = "award",
    now: dt.datetime | None = None,
) -> Award:
    """Award an achievement: sign and store the credential, queue the mail. The only way in.

    `key` names this act within the organisation: the same key again, also at the same moment, gives the
    award of the first call; for another recipient or achievement it is refused (`key.other`).

    `valid_until` overrides the achievement's expiry rule. A
    recipient who holds the badge already gets it again unless `refuse_held`. Mail to a suppressed address is
    not sent (delivery `failed`). `mail`: the kind of mail that brings it.

    Raises:
        Forbidden, NotHere: no permission to award; the achievement is another organisation's.
        Refused: everything that is wrong at once, each with its field; the organisation may not award now.
    """
    by.require(Permission.AWARD)
    now = now or timezone.now()
    if not key.strip() or len(key) > KEY_LENGTH:
        message = _("Give a key of 1 to 200 characters that names this act.")
        raise Refused(Refusal(message, "key", "key", f"1-{KEY_LENGTH}", str(len(key))))
    first = _first(by, key)
    if first is not None:
        return _same(first, key, recipient, achievement)
    prepared = prepare(
        by=by,
        achievement=achievement,
        recipient=recipient,
        valid_from=valid_from,
        valid_until=valid_until,
        results=results,
        evidence=evidence,
        narrative=narrative,
        refuse_held=refuse_held,
        now=now,
    )
    keys.ready(prepared.version, suite)
    try:
        with transaction.atomic():
            made = write_one(by, prepared, key=key, source=source, send=send, suite=suite, now=now, mail=mail)
            audit.record(by=by, action="award.issue", subject=made, source=source.value)
            webhooks.publish(organisation_id=by.organisation_id, type="award.issued", data=told(made))
            return made
    except IntegrityError:
        first = _first(by, key)
        if first is None:
            raise
        return _same(first, key, recipient, achievement)


def preview(
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
    suite: str = "",
    now: dt.datetime | None = None,
) -> dict[str, Any]:
    """The credential as it would be signed, without status and proof. No side effects. Raises as `award`
    does."""
    moment = now or timezone.now()
    prepared = prepare(
        by=by,
        achievement=achievement,
        recipient=recipient,
        valid_from=valid_from,
        valid_until=valid_until,
        results=results,
        evidence=evidence,
        narrative=narrative,
        refuse_held=refuse_held,
        now=moment,
    )
    subject = prepared.facts.subject(prepared.recipient, uuid7())
    return document_for(prepared.version, achievement.issuer, subject, suite=suite)


def _first(by: Actor, key: str) -> Award | None:
    """The award that this key made before."""
    found: Award | None = (
        Award.objects.filter(organisation_id=by.organisation_id, idempotency_key=key)
        .select_related("credential", "version", "achievement__issuer")
        .first()
    )
    return found


def _same(first: Award, key: str, recipient: Recipient, achievement: Achievement) -> Award:
    """The award of the first call, if this one asks for the same. Raises Refused: else somebody gets nothing,
    and nobody hears of it."""
    person, _errors, _warnings = normalised(recipient)
    before = Named(first.pk, first.identifier_kind, first.identifier, first.achievement_id)
    other = before.other(key, person, achievement.pk)
    if other is not None:
        raise Refused(other)
    return first
