"""A learner is taken out of batches: out of the rows that were checked, their problems, and the file."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
import zipfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import idna
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from insignia_server.awarding.batches.chunks import (
    REFUSED,
    RowOutcome,
    StoredRow,
    outcomes_of,
    pack,
    problems_of,
    rows_of,
)
from insignia_server.awarding.batches.files import forget_files
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.batches.reading import open_sheet
from insignia_server.awarding.models import Batch, BatchChunk, BatchState
from insignia_server.awarding.sheets import RowProblem, Sheet
from insignia_server.awarding.sheets import encoding as encodings
from insignia_server.awarding.sheets.model import SheetError
from insignia_server.awarding.sheets.workbook import is_workbook
from insignia_server.credentials.subject import DID, EMAIL
from insignia_server.kit.ids import uuid7

BUSY: Final = (BatchState.READING, BatchState.CHECKING, BatchState.SIGNING)
_TAG: Final = re.compile(rb"<[^>]*>")


class Matcher:
    """Tells whether a row or a text is about a person: by identifier, in whatever spelling of an address."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        self.values = {(kind, value) for kind, value in values}
        self.emails = {value for kind, value in values if kind == EMAIL}
        spelled = sorted({*self.emails, *filter(None, map(_as_written, self.emails))})
        spelled += sorted(value for kind, value in values if kind == DID)
        others = [value for kind, value in values if kind not in (EMAIL, DID)]
        self._quick = [json.dumps(word.lower(), ensure_ascii=False)[1:-1] for word in [*spelled, *others]]
        words = "|".join(map(re.escape, spelled))
        self._pattern = (
            re.compile(rf"(?<![\w.+%-])(?:{words})(?![\w-]|\.\w)", re.IGNORECASE) if words else None
        )

    def row(self, row: StoredRow) -> bool:
        """Whether a checked row is for the person."""
        return row.email in self.emails or (row.kind, row.identifier) in self.values

    def text(self, text: str) -> bool:
        """Whether a text holds an address or a DID of the person."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def problem(self, one: RowProblem) -> bool:
        """Whether a problem quotes it."""
        return any(self.text(text) for text in (one.got, one.suggestion, *(value for _, value in one.params)))

    def maybe(self, text: str) -> bool:
        """A quick look (text or JSON) whether it is worth a closer one."""
        folded = text.lower()
        return any(word in folded for word in self._quick)


def _as_written(address: str) -> str:
    """An address with its domain in letters, where it has another form than in IDNA."""
    local, _at, domain = address.rpartition("@")
    try:
        written = idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return ""
    return "" if written == domain else f"{local}@{written}"


@dataclass(frozen=True)
class Found:
    """What of a batch is about the person: chunks to be written again, lines of the file, and the file
    without them (None: nothing of it is in there). `source`: the file that was read."""

    chunks: tuple[uuid.UUID, ...]
    lines: frozenset[int]
    source: str
    left: Left | None


@dataclass(frozen=True)
class Left:
    """A file without the rows of a person, and the delimiter that it has now."""

    content: bytes
    delimiter: str


def look(batch: Batch, matcher: Matcher, lines: Collection[int]) -> Found:
    """Read a batch before anything is changed, outside of a transaction; needs the scope.

    `lines`: rows of the file that were awarded to the person.
    """
    chunks, gone = [], set(lines)
    rows = BatchChunk.objects.filter(batch=batch).order_by("number")
    for chunk in rows.iterator(chunk_size=20):
        stored = (chunk.rows, chunk.problems, chunk.outcomes)
        if not lines and not any(matcher.maybe(_text(content)) for content in stored):
            continue
        chunks.append(chunk.pk)
        gone |= {one.line for one in rows_of(chunk.rows) if matcher.row(one)}
    return Found(tuple(chunks), frozenset(gone), batch.source, _file_without(batch, matcher, gone))


def forget_in_batch(key: uuid.UUID, matcher: Matcher, found: Found) -> tuple[int, list[str]] | None:
    """Write what was found, in the caller's transaction; how many rows went, and the names of the files that
    hold it, which the caller deletes: the one that was replaced, and those with problems or outcomes. None
    when the batch is busy or has another file: look again."""
    batch = Batch.objects.select_for_update(no_key=True).get(pk=key)
    if batch.state in BUSY or batch.source != found.source:
        return None
    count = sum(_forget_in_chunk(batch, chunk, matcher, found.lines) for chunk in found.chunks)
    old = [batch.source] if found.left is not None else []
    if found.chunks or found.left is not None:
        old += forget_files(batch)
    if found.left is not None:
        chosen = {"sheet": "", "encoding": "", "delimiter": found.left.delimiter}
        batch.options = {**batch.options, **chosen}
        batch.source = default_storage.save(f"batches/{uuid7()}", ContentFile(found.left.content))
        batch.preview = _preview_without(batch.preview, matcher, chosen)
    _forget_in_texts(batch, matcher, found.lines)
    batch.save(update_fields=["good", "refused", "summary", "failure", "source", "options", "preview"])
    return count, old


def _preview_without(preview: dict[str, Any], matcher: Matcher, chosen: dict[str, str]) -> dict[str, Any]:
    """What pages show of the file: no examples any more, since nobody can tell whose they are."""
    if not preview:
        return preview
    columns = [{**one, "examples": []} for one in preview["columns"]]
    problems = [one for one in preview["problems"] if not matcher.problem(RowProblem.from_json(one))]
    return {**preview, **chosen, "columns": columns, "problems": problems, "sheet_names": [], "asked": chosen}


def _forget_in_chunk(batch: Batch, key: uuid.UUID, matcher: Matcher, lines: Collection[int]) -> int:
    """How many rows went; the counters of the batch follow."""
    chunk = BatchChunk.objects.filter(pk=key).first()
    if chunk is None:
        return 0
    rows, told = rows_of(chunk.rows), outcomes_of(chunk.outcomes)
    gone = {one.line for one in rows if one.line in lines or matcher.row(one)}
    _write_chunk(chunk, rows, told, gone, matcher)
    refused = sum(one.state == REFUSED for one in told if one.line in gone)
    unsigned = len(gone - {one.line for one in told if one.state != REFUSED})
    batch.good, batch.refused = max(batch.good - unsigned, 0), max(batch.refused - refused, 0)
    return len(gone)


def _text(content: bytes | memoryview | None) -> str:
    return zlib.decompress(bytes(content)).decode("utf-8", "replace") if content else ""


def _write_chunk(
    chunk: BatchChunk,
    rows: Sequence[StoredRow],
    told: Sequence[RowOutcome],
    gone: set[int],
    matcher: Matcher,
) -> None:
    problems = [
        one for one in problems_of(chunk.problems) if one.line not in gone and not matcher.problem(one)
    ]
    outcomes = [
        one._replace(message="") if one.line in gone or matcher.text(one.message) else one
        for one in told
        if one.line not in gone or one.state != REFUSED
    ]
    before = {one.line for one in told if one.state != REFUSED}
    chunk.rows = pack([one for one in rows if one.line not in gone])
    chunk.count = max(chunk.count - len(gone - before), 0)
    chunk.refused = sum(one.state == REFUSED for one in outcomes)
    chunk.problems = pack([one.as_json() for one in problems]) if problems else None
    chunk.outcomes = pack(outcomes) if chunk.outcomes is not None else None
    chunk.save(update_fields=["rows", "count", "refused", "problems", "outcomes"])


def _forget_in_texts(batch: Batch, matcher: Matcher, lines: Collection[int]) -> None:
    """What the batch itself quotes of its rows."""
    first: list[dict[str, Any]] = batch.summary.get("first", [])
    kept = [
        one for one in first if one["line"] not in lines and not matcher.problem(RowProblem.from_json(one))
    ]
    if len(kept) < len(first):
        batch.summary = {**batch.summary, "first": kept}
    if matcher.text(batch.failure):
        batch.failure = ""


def _file_without(batch: Batch, matcher: Matcher, lines: Collection[int]) -> Left | None:
    """The uploaded file without the person's rows, as CSV whatever it was; each other row keeps its line."""
    try:
        with default_storage.open(batch.source) as file:
            content = bytes(file.read())
    except (FileNotFoundError, ValueError):
        return None
    options = Options.from_json(batch.options)
    if not lines and not _quick(content, options, matcher):
        return None
    try:
        sheet = open_sheet(content, options, batch.source_name)
    except SheetError:
        return Left(b"", "") if content and _quick(content, options, matcher) else None
    delimiter = options.delimiter or sheet.delimiter or ","
    left, gone = _without(sheet, delimiter, matcher, set(lines))
    return Left(left, delimiter) if gone else None


def _quick(content: bytes, options: Options, matcher: Matcher) -> bool:
    """Whether the file may hold an address, without reading its cells."""
    if not options.encoding and is_workbook(content):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                parts = [book.read(name) for name in book.namelist() if name.endswith(".xml")]
        except (zipfile.BadZipFile, zlib.error, OSError, ValueError):
            return True
        return any(
            matcher.maybe(html.unescape(_TAG.sub(b"", part).decode("utf-8", "replace"))) for part in parts
        )
    try:
        return matcher.maybe(encodings.decode(content, options.encoding or None).text)
    except SheetError:
        return True


def _without(sheet: Sheet, delimiter: str, matcher: Matcher, lines: set[int]) -> tuple[bytes, int]:
    """The sheet as CSV, a blank line where a row was; how many rows went."""
    table: dict[int, Sequence[str]] = dict(sheet.rows.pairs)
    gone = {
        line for line, cells in table.items() if line in lines or any(matcher.text(cell) for cell in cells)
    }
    for line in gone:
        del table[line]
    if sheet.header_line:
        table[sheet.header_line] = [column.heading for column in sheet.columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for line in range(1, max(table, default=0) + 1):
        writer.writerow(table.get(line, ()))
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace"), len(gone)
