"""Signing a batch: chunks are claimed by ranges, signed outside of a transaction, and committed whole.

The commit of a chunk holds everything of it (credentials, awards, messages, counters, outcomes) and checks
the lease, the chunk's state and the batch's state, so nothing is lost or repeated.
docs/adr/0011-batches-as-chunks.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from insignia.errors import InsigniaError
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import AchievementVersion
from insignia_server.audit import services as audit
from insignia_server.awarding import evidence as evidence_files
from insignia_server.awarding import quota
from insignia_server.awarding.batches.announcing import announce_finished
from insignia_server.awarding.batches.checking import moment, zone_of
from insignia_server.awarding.batches.chunks import (
    ISSUED,
    KNOWN,
    REFUSED,
    SIGNED,
    WAITING,
    RowOutcome,
    StoredRow,
    outcomes_of,
    pack,
    rows_of,
)
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.batches.pausing import pause
from insignia_server.awarding.delivery import finish_delivery
from insignia_server.awarding.facts import new_salt, result_of
from insignia_server.awarding.models import AwardSource, Batch, BatchChunk, BatchState
from insignia_server.awarding.recording import Act, Source, known_keys, people_of, record
from insignia_server.credentials import status
from insignia_server.credentials.bulk import Mint, Minted, store
from insignia_server.credentials.checking import NotSigned
from insignia_server.credentials.document import Place
from insignia_server.credentials.subject import Evidence, Result, Subject
from insignia_server.kit import blind
from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import Running
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation

log = structlog.get_logger(__name__)
CHUNKS_A_JOB: Final = 4  # small, so that no worker is idle while another one ends
_KEY: Final = 200


class Halted(Exception):
    """The batch was stopped or undone, or another worker has this chunk: nothing of it is written."""


def begin(*, batch_id: uuid.UUID, revision: int, now: dt.datetime) -> bool:
    """The hold is over: signing begins, if nothing was changed meanwhile. Needs the organisation's scope."""
    from insignia_server.awarding import jobs

    held = Batch.objects.filter(pk=batch_id, state=BatchState.HELD, revision=revision, hold_until__lte=now)
    batch = held.first()
    if batch is None:
        return False
    try:
        with transaction.atomic():
            quota.require_active(batch.organisation_id, count=batch.good, now=now, lock=True)
            values = {"state": BatchState.SIGNING, "started_at": now, "chunks_done": 0}
            if not held.update(**values):
                return False
            jobs.enqueue_ranges(jobs.sign_range, batch)
            by = job_actor(batch.organisation_id, label="batch")
            audit.record(by=by, action="batch.sign", subject=batch, rows=batch.good)
    except Refused as refused:
        if not pause(batch):
            _fail(batch.pk, "; ".join(one.message for one in refused.refusals), state=BatchState.HELD)
        return False
    return True


def sign_range(running: Running, *, batch_id: uuid.UUID, first: int, last: int) -> int:
    """Sign the chunks `first` to `last` that are waiting; how many rows were awarded. Needs the scope.

    Before each chunk it is seen whether the organisation may still award.
    """
    batch = Batch.objects.filter(pk=batch_id, state=BatchState.SIGNING).first()
    if batch is None:
        return 0
    chunks = BatchChunk.objects.filter(batch=batch, number__gte=first, number__lte=last, state=WAITING)
    signer, count = Signer(batch, running), 0
    try:
        for key in list(chunks.order_by("number").values_list("pk", flat=True)):
            if pause(batch):
                return count
            count += signer.sign(key)
    except Halted:
        return count
    except (Refused, NotSigned) as error:
        _fail(batch.pk, str(error))
        log.error("batch failed", batch=str(batch.pk), error=str(error)[:500])
    return count


def _fail(key: uuid.UUID, failure: str, *, state: BatchState = BatchState.SIGNING) -> None:
    Batch.objects.filter(pk=key, state=state).update(state=BatchState.FAILED, failure=failure[:2000])


@dataclass
class _Kind:
    """What the rows of one achievement have in common."""

    mint: Mint
    source: Source
    definition: Definition


@dataclass
class _Work:
    """A chunk on its way: what will be written."""

    chunk: BatchChunk
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)
    acts: dict[str, list[Act]] = field(default_factory=dict)  # by achievement
    subjects: dict[str, list[Subject]] = field(default_factory=dict)
    minted: dict[str, list[Minted]] = field(default_factory=dict)


class Signer:
    """Signs the chunks of one batch, one after the other, for one job."""

    def __init__(self, batch: Batch, running: Running) -> None:
        self.batch, self.running = batch, running
        self.options = Options.from_json(batch.options)
        self.organisation = Organisation.objects.get(pk=batch.organisation_id)
        self.started = batch.started_at or timezone.now()
        self.zone = zone_of(self.organisation)
        self.kinds: dict[str, _Kind] = {}
        self.moments: dict[tuple[str, bool], dt.datetime | None] = {}

    def sign(self, key: uuid.UUID) -> int:
        """Sign and commit one chunk; how many awards. Raises Halted, LeaseLost."""
        try:
            return self._attempt(key, every_key=False)
        except (IntegrityError, evidence_files.FileGone):
            # At this moment somebody else used a key, or a file was deleted: look again.
            return self._attempt(key, every_key=True)

    def _attempt(self, key: uuid.UUID, *, every_key: bool) -> int:
        chunk = BatchChunk.objects.get(pk=key)
        if chunk.state != WAITING:
            return 0
        work = _Work(chunk)
        work.outcomes = {one.line: one for one in outcomes_of(chunk.outcomes) if one.state != REFUSED}
        rows = [row for row in rows_of(chunk.rows) if row.line not in work.outcomes]
        rows = self._new(rows, work, every_key=every_key)
        with override(self.organisation.language):
            rows = _with_files(rows, work)
            self._prepare(rows, work)
            for name in work.subjects:
                self._mint(name, work)
        return self._commit(work)

    def _new(self, rows: Sequence[StoredRow], work: _Work, *, every_key: bool) -> list[StoredRow]:
        """Without the rows whose key was awarded before: those are reported, not awarded again."""
        keys = [row_key(self.batch.pk, row) for row in rows if every_key or row.external]
        known = known_keys(keys) if keys else {}
        if not known:
            return list(rows)
        left = []
        for row in rows:
            award = known.get(row_key(self.batch.pk, row))
            if award is None:
                left.append(row)
            else:
                work.outcomes[row.line] = RowOutcome(row.line, KNOWN, str(award), "")
        return left

    def _prepare(self, rows: Sequence[StoredRow], work: _Work) -> None:
        indexes = [blind.index(row.kind, row.identifier) for row in rows]
        people = people_of(indexes)
        for row, index in zip(rows, indexes, strict=True):
            kind = self._kind(row.achievement)
            subject, details = self._subject(row, kind.definition)
            person = people.get(index)
            act = Act(
                subject.credential_id,
                row_key(self.batch.pk, row),
                row.kind,
                row.identifier,
                index,
                row.email,
                row.name,
                row.language,
                details,
                row.line,
                person,
                kind.source.now if person else None,
            )
            work.acts.setdefault(row.achievement, []).append(act)
            work.subjects.setdefault(row.achievement, []).append(subject)

    def _kind(self, achievement: str) -> _Kind:
        found = self.kinds.get(achievement)
        if found is None:
            versions: Mapping[str, str] = self.batch.summary["versions"]
            version: AchievementVersion = AchievementVersion.objects.select_related(
                "achievement__issuer"
            ).get(pk=versions[achievement])
            now = timezone.now()
            source = Source(
                version,
                version.achievement.issuer,
                AwardSource.BULK,
                self.organisation.language,
                now,
                self.batch.confirmed_by_id or self.batch.created_by_id,
                self.batch.pk,
                self.options.send,
            )
            found = _Kind(Mint(version, now=now), source, version.definition)
            self.kinds[achievement] = found
        return found

    def _moment(self, text: str, *, end: bool) -> dt.datetime | None:
        key = (text, end)
        if key not in self.moments:
            self.moments[key] = moment(text, self.zone, now=self.started, end=end)
        return self.moments[key]

    def _subject(self, row: StoredRow, definition: Definition) -> tuple[Subject, dict[str, Any]]:
        dated = self._moment(row.awarded_on, end=False)
        start = dated or self.started
        until = self._moment(row.expires_on, end=True) or definition.expiry.until(start)
        salt = new_salt()
        details: dict[str, Any] = {"valid_from": start.isoformat(), "salt": salt}
        if dated is not None:
            details["dated"] = True
        if until is not None:
            details["valid_until"] = until.isoformat()
        results, evidence = self._said(row, definition, details)
        subject = Subject(
            credential_id=uuid7(),
            identifier=row.identifier,
            identifier_kind=row.kind,
            salt=salt,
            name=row.name,
            valid_from=start,
            valid_until=until,
            awarded_at=dated,
            results=results,
            evidence=evidence,
            narrative=row.narrative,
        )
        return subject, details

    def _said(
        self, row: StoredRow, definition: Definition, details: dict[str, Any]
    ) -> tuple[tuple[Result, ...], tuple[Evidence, ...]]:
        """Results and evidence of a row; what there is goes into the details too."""
        results: list[Result] = []
        for key, text in row.results:
            description = definition.result(key)
            if description is not None:
                results.append(result_of(description, text))
        evidence = [Evidence(url=url) for url in row.urls]
        if row.evidence and evidence:
            evidence[0] = Evidence(url=row.urls[0], narrative=row.evidence)
        elif row.evidence:
            evidence = [Evidence(narrative=row.evidence)]
        if results:
            details["results"] = [_filled(one) for one in results]
        if evidence:
            details["evidence"] = [_filled(one) for one in evidence]
        if row.narrative:
            details["narrative"] = row.narrative
        if row.group:
            details["group"] = row.group
        return tuple(results), tuple(evidence)

    def _mint(self, achievement: str, work: _Work) -> None:
        """Sign the rows of one achievement; a row that cannot be signed is refused by itself."""
        kind, subjects = self._kind(achievement), work.subjects[achievement]
        places = status.allocate(
            kind.mint.issuer, kind.mint.common.purpose, len(subjects), now=kind.source.now
        )
        try:
            work.minted[achievement] = kind.mint.issue(subjects, places)
            return
        except (InsigniaError, NotSigned) as error:
            log.warning("a chunk is signed row by row", chunk=str(work.chunk.pk), error=str(error)[:500])
        self._one_by_one(achievement, work, places)

    def _one_by_one(self, achievement: str, work: _Work, places: Sequence[Place]) -> None:
        kind = self._kind(achievement)
        minted, acts, last = [], [], None
        for subject, act, place in zip(
            work.subjects[achievement], work.acts[achievement], places, strict=True
        ):
            try:
                minted += kind.mint.issue([subject], [place])
                acts.append(act)
            except (InsigniaError, NotSigned) as error:
                last = error
                line = act.line or 0
                work.outcomes[line] = RowOutcome(line, REFUSED, "", _why(error))
        if not minted and isinstance(last, NotSigned):
            raise last  # not the rows are at fault
        work.minted[achievement], work.acts[achievement] = minted, acts

    def _commit(self, work: _Work) -> int:
        for acts in work.acts.values():
            for act in acts:
                line = act.line or 0
                work.outcomes[line] = RowOutcome(line, ISSUED, str(act.id), "")
        told = [work.outcomes[line] for line in sorted(work.outcomes)]
        before = {one.line for one in outcomes_of(work.chunk.outcomes) if one.state != REFUSED}
        new = [one.state for one in told if one.line not in before]
        packed, refused, issued = pack(told), new.count(REFUSED), new.count(ISSUED)
        with transaction.atomic():
            self.running.check()
            moved = BatchChunk.objects.filter(pk=work.chunk.pk, state=WAITING).update(
                state=SIGNED, outcomes=packed, refused=refused
            )
            if not moved:
                raise Halted
            to_send = sum(record(self._kind(name).source, acts) for name, acts in work.acts.items() if acts)
            for name, minted in work.minted.items():
                store(self._kind(name).mint, minted)
            evidence_files.attach(_named(work), now=timezone.now())
            counted = Batch.objects.filter(pk=self.batch.pk, state=BatchState.SIGNING).update(
                signed=F("signed") + issued,
                skipped=F("skipped") + new.count(KNOWN),
                refused=F("refused") + refused,
                to_send=F("to_send") + to_send,
                chunks_done=F("chunks_done") + 1,
            )
            if not counted:
                raise Halted
            finish(self.batch.pk)
        return issued


def _with_files(rows: Sequence[StoredRow], work: _Work) -> list[StoredRow]:
    """Without the rows whose evidence is a file that was deleted since the check: those are refused."""
    gone = evidence_files.gone([url for row in rows for url in row.urls])
    if not gone:
        return list(rows)
    left = []
    for row in rows:
        messages = [gone[url].message for url in row.urls if url in gone]
        if messages:
            work.outcomes[row.line] = RowOutcome(row.line, REFUSED, "", messages[0][:1000])
        else:
            left.append(row)
    return left


def _named(work: _Work) -> dict[uuid.UUID, tuple[Evidence, ...]]:
    """The evidence of each award that is written."""
    written = {act.id for acts in work.acts.values() for act in acts}
    subjects = [one for many in work.subjects.values() for one in many if one.evidence]
    return {one.credential_id: one.evidence for one in subjects if one.credential_id in written}


def finish(key: uuid.UUID) -> bool:
    """After the last chunk: from `signing` to `delivering`, or `done` when nothing is to be sent."""
    now = timezone.now()
    last = Batch.objects.filter(pk=key, state=BatchState.SIGNING, chunks_done__gte=F("chunk_count"))
    if not last.update(state=BatchState.DELIVERING, finished_at=now):
        return False
    finish_delivery(key)
    announce_finished(Batch.objects.select_related("achievement", "organisation").get(pk=key), now=now)
    return True


def row_key(batch: uuid.UUID, row: StoredRow) -> str:
    """The idempotency key of a row: its own id within the achievement, or its line in the batch."""
    if not row.external:
        return f"batch:{batch}:{row.line}"
    key = f"external:{row.achievement}:{row.external}"
    return key if len(key) <= _KEY else f"external:{hashlib.sha256(key.encode()).hexdigest()}"


def _filled(one: Result | Evidence) -> dict[str, str]:
    return {name: text for name in one.__slots__ if (text := getattr(one, name))}


def _why(error: Exception) -> str:
    if isinstance(error, InsigniaError) and error.problems:
        return "; ".join(
            _("{place}: expected {expected}, got {got}.").format(
                place=one.where, expected=one.expected, got=one.got
            )
            for one in error.problems
        )[:1000]
    return str(error)[:1000]
