"""The file is read by a job: what its columns are, what they mean, or why it cannot be used. What was found
is kept in `Batch.preview`, so that no page reads the file; `Batch.reading` says what the job has to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import override

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit import services as audit
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.models import Batch, BatchState, ColumnMemory
from insignia_server.awarding.sheets import (
    Column,
    ReadLimits,
    Row,
    RowProblem,
    Sheet,
    SheetError,
    guess_mapping,
    read_sheet,
)
from insignia_server.awarding.sheets.fields import RESULT
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.jobs import Running
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation

HOW: Final = ("sheet", "delimiter", "encoding")  # the options that say how a file is read
GUESS: Final[Mapping[str, Any]] = {"guess": True}
_SAMPLE: Final = 20
_LOOKED_AT: Final = 40
_EXAMPLES: Final = 2
_LONGEST: Final = 80
_PROBLEMS: Final = 20


@dataclass(frozen=True)
class Preview:
    """What the reading of a file found, as far as pages show it. `examples` beside each of `columns`;
    `problems` are those above the first row; `asked`: the options that it was read with."""

    columns: tuple[Column, ...]
    examples: tuple[tuple[str, ...], ...]
    problems: tuple[RowProblem, ...]
    rows: int
    encoding: str
    delimiter: str
    sheet: str
    sheet_names: tuple[str, ...]
    asked: Mapping[str, str]

    @classmethod
    def of(cls, sheet: Sheet, options: Options) -> Preview:
        """Of a file that was read."""
        first = sheet.rows[:_LOOKED_AT]
        return cls(
            sheet.columns,
            tuple(_examples(first, column.index) for column in sheet.columns),
            tuple(one for one in sheet.problems if one.line <= sheet.header_line)[:_PROBLEMS],
            len(sheet.rows),
            sheet.encoding,
            sheet.delimiter,
            sheet.sheet,
            sheet.sheet_names,
            {name: getattr(options, name) for name in HOW},
        )

    def to_json(self) -> dict[str, Any]:
        """As it is stored, and told by the API."""
        columns = [
            {"letter": one.letter, "heading": one.heading, "key": one.key, "examples": list(examples)}
            for one, examples in zip(self.columns, self.examples, strict=True)
        ]
        return {
            "columns": columns,
            "problems": [one.as_json() for one in self.problems],
            "rows": self.rows,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "sheet_names": list(self.sheet_names),
            "asked": dict(self.asked),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Preview | None:
        """What `to_json` gave; None for a file that was not read yet."""
        if not stored:
            return None
        columns = stored["columns"]
        return cls(
            tuple(Column(at, one["letter"], one["heading"], one["key"]) for at, one in enumerate(columns)),
            tuple(tuple(one["examples"]) for one in columns),
            tuple(RowProblem.from_json(one) for one in stored["problems"]),
            stored["rows"],
            stored["encoding"],
            stored["delimiter"],
            stored["sheet"],
            tuple(stored["sheet_names"]),
            stored["asked"],
        )


def _examples(rows: Iterable[Row], index: int) -> tuple[str, ...]:
    found: list[str] = []
    for row in rows:
        text = row.cells[index].strip()[:_LONGEST] if index < len(row.cells) else ""
        if text and text not in found:
            found.append(text)
        if len(found) == _EXAMPLES:
            break
    return tuple(found)


def open_sheet(content: bytes, options: Options, name: str) -> Sheet:
    """The file as the options say. Raises SheetError."""
    return read_sheet(
        content,
        name=name,
        sheet=options.sheet or None,
        delimiter=options.delimiter or None,
        encoding=options.encoding or None,
        limits=ReadLimits(rows=settings.MAX_BULK_ROWS),
    )


def read(batch: Batch) -> Sheet:
    """The file of a batch as its options say: seconds for a large one. Raises Refused with what is wrong."""
    try:
        return open_sheet(stored(batch), Options.from_json(batch.options), batch.source_name)
    except SheetError as error:
        raise Refused(refusal_of(error.problem)) from error


def refusal_of(problem: RowProblem) -> Refusal:
    """What is wrong with a file, in the active language."""
    return Refusal(str(problem), "file", problem.code, problem.expected, problem.got)


def stored(batch: Batch) -> bytes:
    """The bytes of the file as it came."""
    with default_storage.open(batch.source) as file:
        return bytes(file.read())


def described(achievement: Achievement | None) -> list[tuple[str, str]]:
    """Key and name of the results that the achievement describes."""
    if achievement is None:
        return []
    return [(one.key, one.name) for one in achievements.current(achievement).definition.results]


def was_read(batch: Batch) -> bool:
    """Whether its file could be read at all (a file without rows cannot)."""
    return batch.rows > 0


def what_failed(batch: Batch) -> RowProblem | None:
    """Why the last reading gave nothing; the texts speak the active language."""
    failed = batch.reading.get("failed")
    return RowProblem.from_json(failed) if failed else None


def to_be_read(row: Batch, wanted: Mapping[str, Any]) -> None:
    """Send the file to be read, in the transaction of the caller, who saves the row (state, reading,
    revision). `wanted`: `guess` what the columns mean or leave it; `carry`: headings of the batch whose
    mapping it has."""
    from insignia_server.awarding import jobs

    row.state, row.reading = BatchState.READING, dict(wanted)
    jobs.read_batch.enqueue(organisation=str(row.organisation_id), batch=str(row.pk), revision=row.revision)


def still_wanted(row: Batch) -> dict[str, Any]:
    """What a reading has to do that did not come to its end."""
    return {name: row.reading[name] for name in ("guess", "carry") if name in row.reading} or dict(GUESS)


def run_read(running: Running, *, batch_id: uuid.UUID, revision: int) -> bool:
    """Read the file of a batch; False when that is no longer asked for. Needs the organisation's scope.

    A batch whose columns were all found again in a corrected file is sent to be checked.
    """
    rows = Batch.objects.select_related("achievement")
    batch = rows.filter(pk=batch_id, state=BatchState.READING, revision=revision).first()
    if batch is None:
        return False
    options = Options.from_json(batch.options)
    try:
        sheet = open_sheet(stored(batch), options, batch.source_name)
    except SheetError as error:
        return _end(running, batch, _failed(batch, options, error.problem))
    return _end(running, batch, _found(batch, options, sheet))


def _failed(batch: Batch, options: Options, problem: RowProblem) -> dict[str, Any]:
    """What was read before stays, with the options that it was read with."""
    before = Preview.from_json(batch.preview)
    if before is not None:
        options = Options.from_json({**options.to_json(), **before.asked})
    kept = {} if was_read(batch) else still_wanted(batch)
    language = Organisation.objects.values_list("language", flat=True).get(pk=batch.organisation_id)
    with override(language):
        failure = str(problem)
    return {
        "state": BatchState.DRAFT,
        "options": options.to_json(),
        "reading": {**kept, "failed": problem.as_json()},
        "failure": failure,
    }


def _found(batch: Batch, options: Options, sheet: Sheet) -> dict[str, Any]:
    mapping, whole, reading = options.mapping, False, {}
    if "carry" in batch.reading:
        guessed = _guessed(batch, sheet)
        mapping, whole = _carried(mapping, guessed, sheet.headings, batch.reading["carry"])
        reading = {} if whole else {"other_columns": True}
    elif batch.reading.get("guess"):
        mapping = _guessed(batch, sheet)
    return {
        "state": BatchState.CHECKING if whole else BatchState.DRAFT,
        "options": replace(options, mapping=mapping).to_json(),
        "reading": reading,
        "preview": Preview.of(sheet, options).to_json(),
        "headings": list(sheet.headings),
        "rows": len(sheet.rows),
        "failure": "",
    }


def _end(running: Running, batch: Batch, values: Mapping[str, Any]) -> bool:
    from insignia_server.awarding import jobs

    with transaction.atomic():
        running.check()
        mine = Batch.objects.filter(pk=batch.pk, state=BatchState.READING, revision=batch.revision)
        if not mine.update(**storable(values)):
            return False
        if values["state"] == BatchState.CHECKING:
            jobs.check_batch.enqueue(
                organisation=str(batch.organisation_id), batch=str(batch.pk), revision=batch.revision
            )
            audit.record(
                by=job_actor(batch.organisation_id, label="batch"), action="batch.check", subject=batch
            )
    return True


def storable(value: Any) -> Any:
    """A value of JSON in which NUL is a visible sign: PostgreSQL stores none, and pages should show it."""
    if isinstance(value, str):
        return value.replace("\0", "\u2400")
    if isinstance(value, Mapping):
        return {storable(name): storable(member) for name, member in value.items()}
    return [storable(one) for one in value] if isinstance(value, list) else value


def _guessed(batch: Batch, sheet: Sheet) -> dict[str, str]:
    """What the columns mean, as far as it can be told: remembered first."""
    results = described(batch.achievement)
    keys = {RESULT + key for key, _name in results}
    headings = [heading[:200] for heading in sheet.headings]
    remembered = {
        row.field: row.heading
        for row in ColumnMemory.objects.filter(heading__in=headings)
        if row.field in keys or not row.field.startswith(RESULT)
    }
    sample = [row.cells for row in sheet.rows[:_SAMPLE]]
    return guess_mapping(sheet.headings, remembered=remembered, results=results, sample=sample)


def _carried(
    before: Mapping[str, str], guessed: Mapping[str, str], headings: Iterable[str], old: Iterable[str]
) -> tuple[dict[str, str], bool]:
    """The mapping of a corrected file, and whether every column of the one before was found again."""
    known, former = set(headings), set(old)
    there = {field: heading for field, heading in before.items() if heading in known}
    taken = set(there.values())
    others = {
        field: heading
        for field, heading in guessed.items()
        if field not in before and heading not in taken and heading not in former
    }
    return {**there, **others}, bool(there) and len(there) == len(before)
