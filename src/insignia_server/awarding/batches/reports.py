"""What is told of a batch: its progress, and the file again with problems or outcomes beside each row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from insignia_server.awarding.batches.chunks import (
    ISSUED,
    KNOWN,
    RowOutcome,
    outcomes_of,
    problems_of,
)
from insignia_server.awarding.batches.reading import read
from insignia_server.awarding.models import Award, AwardState, Batch, BatchChunk, BatchState
from insignia_server.awarding.sheets import Outcome, RowProblem, annotate, outcomes
from insignia_server.awarding.sheets.writing import Format
from insignia_server.kit.errors import NotHere

LARGE: Final = ("summary", "options", "headings", "preview", "reading")  # fields that no list needs


@dataclass(frozen=True)
class Progress:
    """Where a batch stands. `done` of `total` are rows (messages while it is being delivered)."""

    state: BatchState
    done: int
    total: int
    rows: int
    good: int
    bad: int
    warned: int
    signed: int
    skipped: int
    refused: int
    to_send: int
    sent: int
    unsent: int
    undone: int
    hold_seconds: int
    failure: str

    @property
    def percent(self) -> int:
        """Of 100, rounded down, so that 100 means all."""
        return 100 if not self.total else min(100 * self.done // self.total, 100)

    @property
    def moving(self) -> bool:
        """Whether it is worth asking again soon."""
        return self.state in (
            *(
                BatchState.READING,
                BatchState.CHECKING,
                BatchState.HELD,
                BatchState.SIGNING,
                BatchState.PAUSED,
            ),
            *(BatchState.DELIVERING, BatchState.UNDOING),
        )


def progress(batch: Batch, *, now: dt.datetime) -> Progress:
    """Where it stands now: one row is read, however long the batch is. Raises NotHere."""
    row: Batch | None = Batch.objects.defer(*LARGE).filter(pk=batch.pk).first()
    if row is None:
        raise NotHere
    state = BatchState(row.state)
    done, total = {
        BatchState.READING: (0, 0),
        BatchState.CHECKING: (row.good + row.bad, row.rows),
        BatchState.DELIVERING: (row.sent + row.unsent, row.to_send),
        BatchState.UNDOING: (row.undone, row.signed),
    }.get(state, (row.signed + row.skipped + row.refused, row.good))
    hold = (row.hold_until - now).total_seconds() if row.hold_until and state == BatchState.HELD else 0
    return Progress(
        state,
        done,
        total,
        row.rows,
        row.good,
        row.bad,
        row.warned,
        row.signed,
        row.skipped,
        row.refused,
        row.to_send,
        row.sent,
        row.unsent,
        row.undone,
        max(int(hold), 0),
        row.failure,
    )


def problems(batch: Batch) -> Iterator[RowProblem]:
    """Every error and warning that the check found, in the order of the rows."""
    rows = BatchChunk.objects.filter(batch=batch).exclude(problems=None).order_by("number")
    for content in rows.values_list("problems", flat=True).iterator(chunk_size=20):
        yield from sorted(problems_of(content), key=lambda one: one.line)


def problems_file(batch: Batch, format: Format, *, only_bad: bool = False) -> bytes:
    """The file as it came, with what is wrong beside each row, to be corrected and uploaded again."""
    return annotate(read(batch), problems(batch), format=format, only_bad=only_bad)


def row_outcomes(batch: Batch) -> Iterator[RowOutcome]:
    """What became of each row that could be awarded, in the order of the rows."""
    rows = BatchChunk.objects.filter(batch=batch).order_by("number")
    for content in rows.values_list("outcomes", flat=True).iterator(chunk_size=20):
        yield from outcomes_of(content)


def outcomes_file(batch: Batch, format: Format) -> bytes:
    """The file as it came, with what became of each row: awarded with its page, known, refused and why, or
    wrong."""
    return outcomes(read(batch), _told(batch), format=format)


def _told(batch: Batch) -> Iterator[Outcome]:
    home = _home(batch)
    undone = batch.state in (BatchState.UNDONE, BatchState.UNDOING)
    words = {
        ISSUED: _("taken back") if undone else _("awarded"),
        KNOWN: _("awarded before"),
    }
    told: set[int] = set()
    for one in row_outcomes(batch):
        told.add(one.line)
        url = f"{home}/badges/{one.award}/" if one.award else ""
        yield Outcome(one.line, words.get(one.state, _("refused")), url, one.message)
    wrong: dict[int, list[str]] = {}
    for problem in problems(batch):
        if problem.is_error and problem.line and problem.line not in told:
            wrong.setdefault(problem.line, []).append(problem.message)
    for line, messages in wrong.items():
        yield Outcome(line, _("not awarded"), "", "; ".join(messages))


def _home(batch: Batch) -> str:
    """Where the badge pages are."""
    award = Award.objects.filter(batch=batch, state__in=AwardState.values).select_related(
        "achievement__issuer"
    )
    first: Award | None = award.first()
    return first.achievement.issuer.base_url if first else ""
