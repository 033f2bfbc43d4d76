"""Issuing again, chunk by chunk.

A chunk is signed outside of a transaction. Its commit holds everything of it (credentials, awards, messages,
the old ones superseded, the cursor) and checks the lease, so that a killed worker neither loses nor repeats
an award. An award that is issued again bears the key of a correction of the old one: it has one successor.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from insignia.errors import InsigniaError
from insignia_server.achievements.models import AchievementVersion
from insignia_server.audit import services as audit
from insignia_server.awarding import evidence, quota
from insignia_server.awarding.changes import correction_key
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import (
    Award,
    AwardSource,
    Reissue,
    ReissueState,
)
from insignia_server.awarding.recipients import Recipient
from insignia_server.awarding.recording import Act, Source, record
from insignia_server.awarding.reissuing import enqueue, waiting
from insignia_server.awarding.standing import follow
from insignia_server.credentials import services as credentials
from insignia_server.credentials import status
from insignia_server.credentials.bulk import Mint, Minted, store
from insignia_server.credentials.checking import NotSigned
from insignia_server.credentials.subject import Subject
from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import Running
from insignia_server.kit.portions import portion
from insignia_server.mail.services import withdraw
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation
from insignia_server.webhooks import services as webhooks
from insignia_server.webhooks.models import Endpoint

log = structlog.get_logger(__name__)
CHUNK: Final = 100
CHUNK_SQLITE: Final = 50  # 70 ms
CHUNKS_A_JOB: Final = 40
REFUSALS_KEPT: Final = 100
_ATTEMPTS: Final = 3


def run(running: Running, *, reissue_id: uuid.UUID) -> int:
    """Some chunks of it, then another job goes on; how many were issued again. Needs the scope."""
    row = (
        Reissue.objects.select_related("key__issuer")
        .filter(pk=reissue_id, state=ReissueState.RUNNING)
        .first()
    )
    if row is None:
        return 0
    work, count = _Work(row, running), 0
    try:
        for _turn in range(CHUNKS_A_JOB):
            done = work.chunk()
            if done is None:
                return count
            count += done
    except _Halted:
        return count
    except (Refused, NotSigned) as error:
        _fail(row, str(error))
        return count
    enqueue(row)
    return count


class _Halted(Exception):
    """Another worker has moved on: nothing of this chunk is written."""


class _Changed(Exception):
    """An award of the chunk was corrected or revoked meanwhile: look again."""


@dataclass
class _Group:
    """The awards of a chunk that one mint signs."""

    source: Source
    mint: Mint
    acts: list[Act] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    minted: list[Minted] = field(default_factory=list)


class _Work:
    """Issues again, chunk by chunk, for one job."""

    def __init__(self, row: Reissue, running: Running) -> None:
        self.row, self.running = row, running
        self.organisation = Organisation.objects.get(pk=row.organisation_id)
        self.by = job_actor(row.organisation_id, label="reissue")
        self.cursor: uuid.UUID | None = row.cursor
        self.refusals: list[dict[str, str]] = list(row.refusals)

    def chunk(self) -> int | None:
        """One more chunk; how many were issued again, None when nothing was left."""
        for attempt in range(_ATTEMPTS):
            now = timezone.now()
            quota.require_active(self.row.organisation_id, count=0, now=now)
            awards = self._next(now)
            if not awards:
                self._finish(now)
                return None
            try:
                with override(self.organisation.language):
                    return self._issue(awards, now)
            except (IntegrityError, _Changed):
                if attempt + 1 == _ATTEMPTS:
                    raise
        return None

    def _next(self, now: dt.datetime) -> list[Award]:
        found = waiting(self.row.key, everything=self.row.everything, now=now)
        if self.cursor is not None:
            found = found.filter(pk__gt=self.cursor)
        rows = found.select_related("credential").defer("credential__content", "credential__digest")
        return list(rows.order_by("pk")[: portion(CHUNK, sqlite=CHUNK_SQLITE)])

    def _issue(self, awards: Sequence[Award], now: dt.datetime) -> int:
        groups = self._groups(awards, now)
        refused: list[dict[str, str]] = []
        for group in groups:
            refused += _sign(group, now)
        pairs = {
            before: act.id
            for group in groups
            for before, act in ((uuid.UUID(act.key.rpartition(":")[2]), act) for act in group.acts)
        }
        kept = [*self.refusals, *refused][:REFUSALS_KEPT]
        with transaction.atomic():
            self.running.check()
            self._move(awards[-1].pk, len(pairs), len(refused), kept)
            for group in groups:
                record(group.source, group.acts)
            for group in groups:
                store(group.mint, group.minted)
            evidence.carry(pairs)
            # The log before the lists: in this order `correct` takes them too.
            done = credentials.supersede_many(by=self.by, pairs=pairs, reason=self.row.reason, now=now)
            if done != len(pairs):
                raise _Changed
            follow(pairs)
            withdraw("award", [str(old) for old in pairs])
            self._tell(groups)
        self.cursor, self.refusals = awards[-1].pk, kept
        return len(pairs)

    def _groups(self, awards: Sequence[Award], now: dt.datetime) -> list[_Group]:
        rows = AchievementVersion.objects.select_related("achievement__issuer")
        versions = rows.in_bulk({award.version_id for award in awards})
        groups: dict[tuple[uuid.UUID, str], _Group] = {}
        for award in awards:
            name = (award.version_id, award.credential.suite)
            if name not in groups:
                groups[name] = self._group(versions[award.version_id], award.credential.suite, now)
            subject, act = self._again(award)
            groups[name].subjects.append(subject)
            groups[name].acts.append(act)
        return list(groups.values())

    def _group(self, version: AchievementVersion, suite: str, now: dt.datetime) -> _Group:
        source = Source(
            version,
            version.achievement.issuer,
            AwardSource.REISSUE,
            self.organisation.language,
            now,
            self.row.created_by_id,
            send=self.row.send,
            mail="award_reissued",
        )
        return _Group(source, Mint(version, suite, now=now))

    def _again(self, award: Award) -> tuple[Subject, Act]:
        recipient = Recipient(
            email=award.email,
            identifier=award.identifier,
            identifier_kind=award.identifier_kind,
            name=award.name,
            language=award.language,
        )
        facts = Facts.of(award)
        subject = facts.subject(recipient, uuid7())
        act = Act(
            id=subject.credential_id,
            key=correction_key(award),
            identifier_kind=award.identifier_kind,
            identifier=award.identifier,
            blind_index=bytes(award.blind_index),
            email=award.email,
            name=award.name,
            language=award.language,
            details={**award.details, **facts.to_json(), "salt": subject.salt},
            person_id=award.person_id,
            claimed_at=award.claimed_at,
            visibility=award.visibility,
            message={"reason": self.row.reason},
        )
        return subject, act

    def _move(self, cursor: uuid.UUID, reissued: int, refused: int, kept: list[dict[str, str]]) -> None:
        moved = Reissue.objects.filter(pk=self.row.pk, state=ReissueState.RUNNING, cursor=self.cursor).update(
            cursor=cursor,
            reissued=F("reissued") + reissued,
            refused=F("refused") + refused,
            refusals=kept,
        )
        if not moved:
            raise _Halted

    def _tell(self, groups: Sequence[_Group]) -> None:
        """Webhooks, where somebody listens: each new award and the one before, as after a correction."""
        if not Endpoint.objects.filter(organisation_id=self.row.organisation_id, disabled_at=None).exists():
            return
        for group in groups:
            for act in group.acts:
                data = {
                    "award": str(act.id),
                    "credential": f"urn:uuid:{act.id}",
                    "achievement": str(group.source.version.achievement_id),
                    "source": AwardSource.REISSUE.value,
                    "batch": None,
                    "created_at": group.source.now.isoformat(),
                    "before": act.key.rpartition(":")[2],
                }
                webhooks.publish(organisation_id=self.row.organisation_id, type="award.corrected", data=data)

    def _finish(self, now: dt.datetime) -> None:
        with transaction.atomic():
            self.running.check()
            over = Reissue.objects.filter(
                pk=self.row.pk, state=ReissueState.RUNNING, cursor=self.cursor
            ).update(state=ReissueState.DONE, finished_at=now)
            if over:
                row = Reissue.objects.get(pk=self.row.pk)
                facts = {"reissued": row.reissued, "refused": row.refused}
                audit.record(by=self.by, action="award.reissued", subject=row, **facts)


def _sign(group: _Group, now: dt.datetime) -> list[dict[str, str]]:
    """Sign a group; an award that cannot be signed is refused by itself and leaves the group."""
    mint, subjects = group.mint, group.subjects
    places = status.allocate(mint.issuer, mint.common.purpose, len(subjects), now=now)
    try:
        group.minted = mint.issue(subjects, places)
        return []
    except (InsigniaError, NotSigned) as error:
        log.warning("a chunk is issued again one by one", key=str(mint.key.pk), error=str(error)[:500])
    acts, refused, last = [], [], None
    for subject, act, place in zip(subjects, group.acts, places, strict=True):
        try:
            group.minted += mint.issue([subject], [place])
            acts.append(act)
        except (InsigniaError, NotSigned) as error:
            last = error
            refused.append({"award": act.key.rpartition(":")[2], "message": str(error)[:1000]})
    if not acts and isinstance(last, NotSigned):
        raise last  # not the awards are at fault
    group.acts = acts
    return refused


def _fail(row: Reissue, failure: str) -> None:
    log.error("issuing again failed", reissue=str(row.pk), error=failure[:500])
    Reissue.objects.filter(pk=row.pk, state=ReissueState.RUNNING).update(
        state=ReissueState.FAILED, failure=failure[:2000], finished_at=timezone.now()
    )
