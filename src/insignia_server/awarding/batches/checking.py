"""The dry run: every row against what the database knows, stored in chunks; one transaction for each
chunk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import override

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding import days, evidence
from insignia_server.awarding.batches.chunks import SIZE, StoredRow, pack, pack_problems, stored_row
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.batches.reading import read
from insignia_server.awarding.facts import result_choice
from insignia_server.awarding.models import Award, AwardState, Batch, BatchChunk, BatchState
from insignia_server.awarding.sheets import (
    AchievementChoice,
    AwardRow,
    Checked,
    RowContext,
    RowProblem,
    Sheet,
    State,
    iter_checked,
)
from insignia_server.awarding.sheets.context import DateOrder, Holding
from insignia_server.credentials.models import CredentialState
from insignia_server.kit import blind
from insignia_server.kit.errors import Refused
from insignia_server.kit.jobs import Running
from insignia_server.mail import suppressions
from insignia_server.organisations.models import Domain, Organisation

FIRST_OF_A_KIND: Final = 5  # problems of each code that the summary tells in full
MOST_TOLD: Final = 200
_HELD: Final = (CredentialState.VALID, CredentialState.SUSPENDED)


class Outdated(Exception):
    """The options were changed since, or the batch was stopped: this check writes nothing more."""


def run_check(running: Running, *, batch_id: uuid.UUID, revision: int, now: dt.datetime) -> bool:
    """Check a batch from the beginning; False when it is no longer asked for. Needs the organisation's
    scope."""
    batch = Batch.objects.filter(pk=batch_id, state=BatchState.CHECKING, revision=revision).first()
    if batch is None:
        return False
    try:
        _begin(running, batch)
        run = _Run(batch, now)
        for number, part in enumerate(run.parts()):
            _store(running, batch, number, part)
        _end(running, batch, run)
    except Outdated:
        return False
    except Refused as refused:
        Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKING, revision=revision).update(
            state=BatchState.DRAFT, failure="\n".join(one.message for one in refused.refusals)
        )
        return False
    return True


def _mine(batch: Batch) -> Any:
    return Batch.objects.filter(pk=batch.pk, state=BatchState.CHECKING, revision=batch.revision)


def _begin(running: Running, batch: Batch) -> None:
    """Forget what an earlier check stored, in small transactions."""
    while True:
        with transaction.atomic():
            running.check()
            if not _mine(batch).update(good=0, bad=0, warned=0, chunk_count=0, chunks_done=0):
                raise Outdated
            keys = list(BatchChunk.objects.filter(batch=batch).order_by("number").values_list("pk")[:50])
            BatchChunk.objects.filter(pk__in=[key for (key,) in keys]).delete()
            if len(keys) < 50:
                return


@dataclass(slots=True)
class Part:
    """The rows of one chunk that can be awarded, and the problems of all of them."""

    rows: list[StoredRow]
    problems: Sequence[RowProblem]
    good: int
    bad: int
    warned: int


def _store(running: Running, batch: Batch, number: int, part: Part) -> None:
    rows, problems = pack(part.rows), pack_problems(part.problems)
    with transaction.atomic():
        running.check()
        BatchChunk.objects.create(
            organisation_id=batch.organisation_id,
            batch=batch,
            number=number,
            rows=rows,
            count=part.good,
            problems=problems,
        )
        counted = _mine(batch).update(
            good=F("good") + part.good,
            bad=F("bad") + part.bad,
            warned=F("warned") + part.warned,
            chunk_count=number + 1,
        )
        if not counted:
            raise Outdated


def _end(running: Running, batch: Batch, run: _Run) -> None:
    with transaction.atomic():
        running.check()
        version = run.versions.get(str(batch.achievement_id)) if batch.achievement_id else None
        done = _mine(batch).update(
            state=BatchState.CHECKED,
            summary=run.summary(),
            rows=len(run.sheet.rows),
            version_id=version,
            failure="",
        )
        if not done:
            raise Outdated


@dataclass
class _Run:
    """One run over the file."""

    batch: Batch
    now: dt.datetime
    options: Options = field(init=False)
    organisation: Organisation = field(init=False)
    sheet: Sheet = field(init=False)
    versions: dict[str, str] = field(default_factory=dict)  # achievement -> version, both as text
    definitions: dict[str, Definition] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    indexes: dict[str, bytes] = field(default_factory=dict)
    ends: dict[tuple[str, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.options = Options.from_json(self.batch.options)
        self.organisation = Organisation.objects.get(pk=self.batch.organisation_id)
        self.sheet = read(self.batch)

    def parts(self) -> Iterator[Part]:
        """The chunks, one after the other."""
        context = self.context()
        with override(self.organisation.language):
            for checked in iter_checked(self.sheet, self.options.mapping, context=context, chunk=SIZE):
                yield self._part(checked)

    def context(self) -> RowContext:
        """What the check of a row has to know."""
        batch, options = self.batch, self.options
        results: tuple[Any, ...] = ()
        if batch.achievement is not None:
            definition = self._pin(batch.achievement)
            results = tuple(result_choice(one) for one in definition.results)
        zone = zone_of(self.organisation)
        return RowContext(
            today=self.now.astimezone(zone).date(),
            achievement_id=str(batch.achievement_id or ""),
            achievements=_choices() if options.mapping.get("achievement") else (),
            results=results,
            holders=self._holders,
            suppressed=self._suppressed,
            date_order=_order(options, self.organisation),
            zone=zone,
            own_domains=list(Domain.objects.filter(state="proved").values_list("name", flat=True)),
            locales=[code for code, _name in settings.LANGUAGES],
            repeatable=options.held == "warn",
        )

    def _pin(self, achievement: Achievement) -> Definition:
        """The version that rows of this achievement are awarded under. Raises Refused when it cannot be
        awarded."""
        version: AchievementVersion = achievements.awardable(achievement)
        key = str(achievement.pk)
        self.versions[key] = str(version.pk)
        self.definitions[key] = version.definition
        return self.definitions[key]

    def _definition(self, key: str) -> Definition:
        found = self.definitions.get(key)
        return found or self._pin(Achievement.objects.select_related("issuer").get(pk=key))

    def _part(self, checked: Checked) -> Part:
        problems = [*checked.problems, *checked.warnings]
        rows: list[StoredRow] = []
        normal, defaults = blind.normal_email, self.options.defaults
        for row in checked.rows:
            email = normal(row.email) if row.email else ""
            kept = stored_row(row, defaults, email=email, identifier=row.identifier or email)
            wrong = self._by_the_rules(row, kept)
            if wrong is None:
                rows.append(kept)
            else:
                problems.append(wrong)
        gone = self._without_file(rows)
        problems += gone.values()
        rows = [row for row in rows if row.line not in gone]
        lines = {row.line for row in rows}
        warned = len({one.line for one in problems if one.line in lines})
        self._count(problems)
        self.indexes.clear()
        total = checked.done - self._done
        self._done = checked.done
        return Part(rows, problems, len(rows), total - len(rows), warned)

    _done: int = 0

    def _by_the_rules(self, row: AwardRow, kept: StoredRow) -> RowProblem | None:
        """What the achievement's own rules say, beyond what the sheet's check knows."""
        definition = self._definition(kept.achievement)
        if definition.evidence_required and not kept.urls and not kept.evidence:
            return self._problem(row, "evidence.missing", "evidence_url")
        if kept.results and kept.achievement != str(self.batch.achievement_id):
            known = {one.key for one in definition.results}
            other = next((key for key, _value in kept.results if key not in known), None)
            if other is not None:
                names = ", ".join(one.name for one in definition.results)
                return self._problem(row, "mapping.result-unknown", f"result:{other}", names=names)
        if not kept.expires_on and definition.expiry.kind != "never":
            ends = self.ends.get((kept.achievement, kept.awarded_on))
            if ends is None:
                start = moment(kept.awarded_on, zone_of(self.organisation), now=self.now) or self.now
                until = definition.expiry.until(start)
                ends = until is not None and until <= start
                self.ends[kept.achievement, kept.awarded_on] = ends
            if ends:
                issued = kept.awarded_on or self.now.date().isoformat()
                return self._problem(row, "expiry.before-issue", "awarded_on", issued=issued)
        return None

    def _without_file(self, rows: Sequence[StoredRow]) -> dict[int, RowProblem]:
        """Rows whose evidence has an address of this instance's files, and none of this organisation's."""
        gone = evidence.gone([url for row in rows for url in row.urls])
        return {
            row.line: self._problem(row, "evidence.unknown", "evidence_url", address=url[:200])
            for row in (rows if gone else ())
            for url in row.urls
            if url in gone
        }

    def _problem(self, row: AwardRow | StoredRow, code: str, name: str, **params: str) -> RowProblem:
        column = self.sheet.column(self.options.mapping.get(name, ""))
        return RowProblem(row.line, code, column, name, params=tuple(params.items()))

    def _count(self, problems: Sequence[RowProblem]) -> None:
        for one in problems:
            self.counts[one.code] += 1
            if self.counts[one.code] <= FIRST_OF_A_KIND and len(self.first) < MOST_TOLD:
                self.first.append(one.as_json())

    def summary(self) -> dict[str, Any]:
        """`codes`: how many of each; `first`: the first of each in full (RowProblem.from_json); `versions`:
        which version each achievement is awarded under."""
        return {"codes": dict(self.counts), "first": self.first, "versions": self.versions}

    def _index(self, address: str) -> bytes:
        found = self.indexes.get(address)
        if found is None:
            found = self.indexes[address] = blind.index("emailAddress", address)
        return found

    def _suppressed(self, emails: Collection[str]) -> Collection[str]:
        indexes = [self._index(email) for email in emails]
        closed = suppressions.is_suppressed(self.batch.organisation_id, indexes)
        if not closed:
            return ()
        return {email for email, index in zip(emails, indexes, strict=True) if index in closed}

    def _holders(self, asked: Collection[Holding]) -> Collection[Holding]:
        """Those who hold the badge already: one query for the chunk."""
        wanted = {self._of(recipient): (key, recipient) for key, recipient in asked}
        found = Award.objects.filter(
            blind_index__among=list(wanted), state=AwardState.ISSUED, credential__state__in=_HELD
        ).values_list("achievement_id", "blind_index")
        held = {(str(key), bytes(index)) for key, index in found}
        if not held:
            return ()
        return {(key, recipient) for key, recipient in asked if (key, self._of(recipient)) in held}

    def _of(self, recipient: str) -> bytes:
        if recipient.startswith("did:"):
            return blind.index("did", recipient)
        return self._index(recipient) if "@" in recipient else blind.index(self._kind(), recipient)

    def _kind(self) -> str:
        """The kind of identifiers, where a whole column has one."""
        from insignia_server.awarding.sheets.identifiers import check_type

        column = self.sheet.column(self.options.mapping.get("identifier", ""))
        return (check_type(column.heading)[0] if column else "") or "identifier"


def _choices() -> list[AchievementChoice]:
    rows = Achievement.objects.values_list("pk", "name", "code", "state")
    return [AchievementChoice(str(key), name, code, State(state)) for key, name, code, state in rows]


def _order(options: Options, organisation: Organisation) -> DateOrder | None:
    if options.date_order:
        return options.date_order
    if organisation.day_first is None:
        return None
    return "dmy" if organisation.day_first else "mdy"


def zone_of(organisation: Organisation) -> ZoneInfo:
    """The zone of days that a file gives without a time."""
    try:
        return ZoneInfo(organisation.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(text: str, zone: ZoneInfo, *, now: dt.datetime, end: bool = False) -> dt.datetime | None:
    """The beginning (or the end) of a day such as `2025-04-03`, or the time that stands there; None for
    nothing."""
    if not text:
        return None
    if len(text) > 10:
        return dt.datetime.fromisoformat(text)
    day = dt.date.fromisoformat(text)
    return days.last_second(day) if end else days.beginning(day, zone=zone, now=now)
