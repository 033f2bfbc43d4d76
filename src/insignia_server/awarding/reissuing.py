"""Issuing again, in bulk, what a compromised key signed: the new credential takes the place of the old one.

Who is affected, the start, and the outcomes; reissue_chunks.py does the work.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.awarding import quota
from insignia_server.awarding.models import (
    Award,
    AwardSource,
    AwardState,
    Reissue,
    ReissueState,
)
from insignia_server.credentials import services as credentials
from insignia_server.credentials.models import CredentialState
from insignia_server.issuers.models import KeyState, SigningKey
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

_FETCHED: Final = 200


@dataclass(frozen=True)
class Affected:
    """The credentials still in force that a compromised key signed, counted.

    `uncounted`: the log had them only at or after the compromise, so they count nowhere any more. `anchored`:
    the log had them before, so they count here, though not elsewhere. Neither has those that are left out:
    `suspended`, `over` (ended by date) and `elsewhere` (issued over the VC-API; whoever asked for them keeps
    what they say).
    """

    uncounted: int
    anchored: int
    suspended: int
    over: int
    elsewhere: int

    @property
    def total(self) -> int:
        """What can be issued again."""
        return self.uncounted + self.anchored


def affected(key: SigningKey, *, now: dt.datetime) -> Affected:
    """What a compromised key leaves behind. Needs the organisation's scope; counts rows."""
    live = credentials.affected_by(key)
    everything = waiting(key, everything=True, now=now).count()
    uncounted = waiting(key, everything=False, now=now).count()
    awarded = live.filter(award__state=AwardState.ISSUED)
    return Affected(
        uncounted=uncounted,
        anchored=everything - uncounted,
        suspended=awarded.filter(state=CredentialState.SUSPENDED).count(),
        over=awarded.filter(state=CredentialState.VALID, valid_until__lte=now).count(),
        elsewhere=live.filter(award=None).count(),
    )


def start(
    *,
    by: Actor,
    key: SigningKey,
    reason: str,
    everything: bool = False,
    send: bool = True,
    now: dt.datetime | None = None,
) -> Reissue:
    """Issue again what a compromised key signed, by a job: what counts no more, or `everything` in force.

    Each new credential says what the old one says, under the version of its award, by the suite of the old
    one; the old one is revoked with the reason and leads to it. While one runs for the key, it is given back.

    Raises:
        Forbidden, NotHere: no permission to award; another organisation's key.
        Refused: no reason, the key is not reported as compromised, nothing is left to be issued again, or the
        organisation may not award now.
    """
    by.require(Permission.AWARD)
    if key.organisation_id != by.organisation_id:
        raise NotHere
    now = now or timezone.now()
    running = _running(key)
    if running is not None:
        return running
    if key.state != KeyState.COMPROMISED:
        message = _("This key is not reported as compromised: what it signed stays valid.")
        raise Refused(Refusal(message, "key", "state", KeyState.COMPROMISED, key.state))
    if not reason.strip():
        raise Refused(Refusal(_("Say why: the learners read it."), "reason", "required"))
    quota.require_active(by.organisation_id, count=0, now=now)
    total = waiting(key, everything=everything, now=now).count()
    if not total:
        message = _("Nothing is left that would have to be issued again.")
        raise Refused(Refusal(message, "everything", "nothing"))
    try:
        with transaction.atomic():
            return _begin(by, key, reason.strip(), everything, send, total, now)
    except IntegrityError:
        running = _running(key)
        if running is None:
            raise
        return running


def _begin(
    by: Actor, key: SigningKey, reason: str, everything: bool, send: bool, total: int, now: dt.datetime
) -> Reissue:
    row: Reissue = Reissue.objects.create(
        organisation_id=by.organisation_id,
        key=key,
        everything=everything,
        reason=reason,
        send=send,
        total=total,
        created_by_id=by.user_id,
        created_at=now,
    )
    enqueue(row)
    facts = {"key": f"#{key.fragment}", "everything": everything, "count": total}
    audit.record(by=by, action="award.reissue", subject=row, **facts)
    return row


def newest(key: SigningKey) -> Reissue | None:
    """The last time that what this key signed was issued again."""
    found: Reissue | None = Reissue.objects.filter(key_id=key.pk).order_by("-pk").first()
    return found


def outcomes(
    row: Reissue, *, after: uuid.UUID | None = None, limit: int | None = None
) -> Iterator[tuple[Award, Award | None, str]]:
    """Old award, new one, and why there is none, in the order of the old ones, from the one after `after`."""
    refused = {uuid.UUID(one["award"]): one["message"] for one in row.refusals}
    done = Q(credential__superseded_by__award__source=AwardSource.REISSUE)
    rows = (
        Award.objects.filter(done | Q(pk__in=list(refused)), credential__key_id=row.key_id)
        .select_related("credential__superseded_by__award", "achievement__issuer")
        .defer("details", "credential__content", "credential__superseded_by__content")
        .order_by("pk")
    )
    rows = rows.filter(pk__gt=after) if after else rows
    for old in rows[:limit].iterator(chunk_size=_FETCHED):
        new = old.credential.superseded_by
        yield old, new.award if new is not None else None, refused.get(old.pk, "")


def waiting(key: SigningKey, *, everything: bool, now: dt.datetime) -> Any:
    """The awards that are to be issued again: valid now, not suspended, not over."""
    found = Award.objects.filter(
        credential__key_id=key.pk, state=AwardState.ISSUED, credential__state=CredentialState.VALID
    ).exclude(credential__valid_until__lte=now)
    found = found.exclude(identifier="")  # of an erased learner nothing is left to sign
    if everything:
        return found
    return found.filter(credential__in=credentials.unanchored(key).order_by().values("pk"))


def _running(key: SigningKey) -> Reissue | None:
    found: Reissue | None = Reissue.objects.filter(key_id=key.pk, state=ReissueState.RUNNING).first()
    return found


def enqueue(row: Reissue) -> None:
    """A job that goes on with it."""
    from insignia_server.awarding import jobs

    jobs.reissue_awards.enqueue(organisation=str(row.organisation_id), reissue=str(row.pk))
