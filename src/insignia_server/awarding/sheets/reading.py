"""From the bytes of an uploaded file to a sheet: format, encoding, header, and rows of the right shape."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

from insignia_server.awarding.sheets import csv_file
from insignia_server.awarding.sheets import encoding as encodings
from insignia_server.awarding.sheets.csv_file import Record
from insignia_server.awarding.sheets.exports import has_harmless_mark, without_mark
from insignia_server.awarding.sheets.fields import looks_like_address, plain, recognised
from insignia_server.awarding.sheets.model import (
    Column,
    Packed,
    ReadLimits,
    RowProblem,
    Rows,
    Sheet,
    SheetError,
    as_params,
    letters,
    pack,
    visible,
)
from insignia_server.awarding.sheets.workbook import Grid, Workbook, is_workbook

HEADER_WITHIN: Final = 10
_ODD_WORD: Final = re.compile(r"[^\s,;|]*[^\x00-\x7f][^\s,;|]*")


def read_sheet(
    content: bytes,
    *,
    name: str = "",
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: ReadLimits | None = None,
) -> Sheet:
    """Reads a CSV file or an XLSX workbook; which of the two is told by the content, never by `name`.

    `sheet` chooses one of a workbook (otherwise the one that looks most like a list of people); `delimiter`
    and `encoding` are for CSV and are found out otherwise. A row that cannot be read is a problem of the
    sheet, and the other rows stay good. Raises SheetError when the file as a whole cannot be used.
    """
    limits = limits or ReadLimits()
    require_content(content, limits)
    if encoding is None and is_workbook(content):
        return _read_workbook(content, name, sheet, limits)
    return _read_csv(content, name, delimiter, encoding, limits)


def require_content(content: bytes, limits: ReadLimits) -> None:
    """Raise SheetError for a file that is empty or too large: all that can be told without reading it."""
    if len(content) > limits.size:
        raise SheetError.of("sheet.too-large", f"{len(content)}", limit=limits.size)
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise SheetError.of("sheet.empty", f"{len(content)} bytes")


def _read_csv(
    content: bytes, name: str, delimiter: str | None, encoding: str | None, limits: ReadLimits
) -> Sheet:
    decoded = encodings.decode(content, encoding)
    text = decoded.text
    named, begin = csv_file.separator(text)
    delimiter = delimiter or named or csv_file.guess_delimiter(text)
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise SheetError.of("sheet.delimiter", visible(delimiter))
    shape = _Shaper(limits, marks=has_harmless_mark(text))
    shape.suspects = [c for c in ("\0", "\ufffd" if decoded.damaged else "\0") if c in text]
    shape.encoding = encodings.shown(decoded.encoding)
    shape.read(csv_file.records(text, delimiter, begin))
    if decoded.guessed:
        odd = _ODD_WORD.search(text)
        got = visible(odd[0], 80) if odd else ""
        shape.note(RowProblem(0, "sheet.encoding-guessed", got=got, params=(("encoding", shape.encoding),)))
    return shape.sheet(name=name, encoding=decoded.encoding, delimiter=delimiter)


def _read_workbook(content: bytes, name: str, sheet: str | None, limits: ReadLimits) -> Sheet:
    book = Workbook(content, limits)
    if sheet is not None and sheet not in book.names:
        raise SheetError.of("sheet.not-found", sheet, names=", ".join(book.names))
    chosen = sheet or _likeliest(book)
    grid = book.grid(chosen)
    shape = _Shaper(limits, marks=True)
    shape.read(Record(line, line, cells) for line, cells in enumerate(grid.rows, 1))
    others = [other for other in book.visible if other != chosen and any(map(any, book.peek(other)))]
    if sheet is None and others:
        shape.note(RowProblem(0, "sheet.chosen", got=", ".join(book.names), params=(("sheet", chosen),)))
    _note_oddities(shape, grid)
    return shape.sheet(name=name, encoding="", delimiter="", sheet_names=book.names, chosen=chosen)


def _likeliest(book: Workbook) -> str:
    """The sheet whose first rows have the most known headings, then the most cells, then the first."""

    def worth(name: str) -> tuple[int, int, bool]:
        rows = book.peek(name)
        known = max((sum(map(recognised, row)) for row in rows), default=0)
        return known, sum(bool(cell) for row in rows for cell in row), name in book.visible

    names: tuple[str, ...] = book.visible or book.names
    return max(names, key=worth) if len(names) > 1 else names[0]


def _note_oddities(shape: _Shaper, grid: Grid) -> None:
    odd = grid.odd
    for (line, column), error in odd.errors.items():
        shape.note_cell("cell.formula-error", line + 1, column, error)
    for line, column in odd.not_calculated:
        shape.note_cell("cell.formula-not-calculated", line + 1, column, "=")
    for line in odd.hidden:
        if line + 1 > shape.header_line:
            shape.note(RowProblem(line + 1, "row.hidden"))
    merged = [
        f"{letters(left)}{top + 1}:{letters(right)}{bottom + 1}"
        for (top, left), (bottom, right) in odd.merged
        if bottom + 1 > shape.header_line and bottom > top
    ]
    if merged:
        shape.note(RowProblem(0, "sheet.merged", got=", ".join(merged[:20])))


@dataclass(slots=True)
class _Shaper:
    """Finds the header and gives each row as many cells as the header has."""

    limits: ReadLimits
    marks: bool
    suspects: list[str] = field(default_factory=list)
    encoding: str = ""
    columns: tuple[Column, ...] = ()
    header_line: int = 0
    packed: list[Packed] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("L"))
    text_lines: array[int] | None = None
    problems: list[RowProblem] = field(default_factory=list)

    def note(self, problem: RowProblem) -> None:
        self.problems.append(problem)

    def note_cell(self, code: str, line: int, index: int, got: str, **params: object) -> None:
        column = self.columns[index] if index < len(self.columns) else None
        if line > self.header_line and column:
            self.note(RowProblem(line, code, column, got=got, params=as_params(params)))

    def read(self, records: Iterator[Record]) -> None:
        first = list(islice((r for r in records if any(map(str.strip, r.cells))), HEADER_WITHIN))
        if not first:
            raise SheetError.of("sheet.empty", "only blank rows")
        place = _header_place(first)
        header = first[place].cells if place is not None else []
        if place is None:
            self.note(
                RowProblem(first[0].line, "sheet.no-header", got=visible(" ".join(first[0].cells), 120))
            )
            width = max(len(record.cells) for record in first)
            self._name_columns([""] * width, 0)
        else:
            if place:
                self.note(RowProblem(0, "sheet.above-header", params=(("count", str(place)),)))
            self._name_columns([cell.strip() for cell in header], first[place].line)
        body = first if place is None else first[place + 1 :]
        self._rows(chain(body, records), header)
        if not self.packed:
            raise SheetError.of("sheet.no-rows", visible(", ".join(header), 120), self.header_line)

    def _name_columns(self, names: list[str], line: int) -> None:
        if len(names) > self.limits.columns:
            raise SheetError.of("sheet.too-many-columns", f"{len(names)}", line, limit=self.limits.columns)
        self.header_line = line
        columns: list[Column] = []
        taken: set[str] = set()
        for index, heading in enumerate(names):
            letter = letters(index)
            key = heading or f"Column {letter}"
            if key in taken:
                key = f"{key} (column {letter})"
            column = Column(index, letter, heading, key)
            if heading and any(plain(c.heading) == plain(heading) for c in columns):
                self.note(RowProblem(line, "sheet.heading-twice", column, got=heading))
            taken.add(key)
            columns.append(column)
        self.columns = tuple(columns)

    def _rows(self, records: Iterable[Record], header: Sequence[str]) -> None:
        width = len(self.columns)
        packed, lines, kept = self.packed, self.lines, self.limits.rows
        suspects, marks = self.suspects, self.marks
        again = list(header)
        for record in records:
            cells = record.cells
            if not cells or (not cells[0].strip() and not any(map(str.strip, cells))):
                continue
            if len(packed) >= kept:
                raise SheetError.of("sheet.too-many-rows", f"{kept + 1}", record.line, limit=kept)
            if record.broken:
                self._broken(record)
            elif len(cells) != width:
                self._misfit(record, width)
            if cells[0] == (again[0] if again else None) and cells == again:
                self.note(RowProblem(record.line, "row.header-again", got=visible(", ".join(cells), 120)))
            if suspects and any(c in cell for c in suspects for cell in cells):
                self._suspect(record)
            if marks:
                cells = [without_mark(cell) if cell[:1] == "'" else cell for cell in cells]
            packed.append(pack(cells))
            lines.append(record.line)
            if record.line != record.text_line and self.text_lines is None:
                self.text_lines = lines[:-1]
            if self.text_lines is not None:
                self.text_lines.append(record.text_line)

    def _broken(self, record: Record) -> None:
        got = visible(" ".join(record.cells), 120)
        self.note(RowProblem(record.line, "row.quote", got=got, text_line=record.text_line))
        del record.cells[self.limits.columns :]
        record.cells.extend([""] * (len(self.columns) - len(record.cells)))

    def _misfit(self, record: Record, width: int) -> None:
        """Cells past the header count only when something stands in them."""
        cells, params = record.cells, (("width", str(width)),)
        while len(cells) > width and not cells[-1].strip():
            del cells[-1]
        if len(cells) > width:
            got = visible(" | ".join(cells[width:]), 120)
            column = Column(width, letters(width), "", "")
            self.note(RowProblem(record.line, "row.too-many-cells", column, "", got, params=params))
        elif len(cells) < width:
            if any(column.heading for column in self.columns[len(cells) :]):
                self.note(RowProblem(record.line, "row.too-few-cells", got=str(len(cells)), params=params))
            cells.extend([""] * (width - len(cells)))

    def _suspect(self, record: Record) -> None:
        for index, cell in enumerate(record.cells):
            if "\0" in cell:
                self.note_cell("cell.nul", record.line, index, visible(cell, 120))
            elif "\ufffd" in cell and self.suspects[-1] == "\ufffd":
                got = visible(cell, 120)
                self.note_cell("cell.undecodable", record.line, index, got, encoding=self.encoding)

    def sheet(
        self, *, name: str, encoding: str, delimiter: str, sheet_names: tuple[str, ...] = (), chosen: str = ""
    ) -> Sheet:
        width = len(self.columns)
        rows = Rows(self.packed, self.lines, self.text_lines)
        if not self.columns[-1].heading:  # trailing columns without heading and data
            named = max((c.index + 1 for c in self.columns if c.heading), default=0)
            used = max((i + 1 for _, cells in rows.pairs for i, cell in enumerate(cells) if cell), default=0)
            width = min(width, max(named, used, 1))
            self.columns = self.columns[:width]
            rows = Rows([pack(cells[:width]) for _, cells in rows.pairs], self.lines, self.text_lines)
        text_lines = dict(zip(self.lines, self.text_lines, strict=True)) if self.text_lines else {}
        problems = [
            _at_text_line(p, text_lines) for p in sorted(self.problems, key=lambda p: (p.line, _place(p)))
        ]
        return Sheet(
            self.columns,
            rows,
            tuple(problems),
            encoding,
            delimiter,
            self.header_line,
            sheet_names,
            chosen,
            name,
        )


def _header_place(first: Sequence[Record]) -> int | None:
    """Which of the first rows has the headings; None when the first already is a person."""
    known = [sum(map(recognised, record.cells)) for record in first]
    if not known[0] and any(map(looks_like_address, first[0].cells)):
        return None
    best = max(range(len(first)), key=lambda place: (known[place], -place))
    people = next((i for i, r in enumerate(first) if any(map(looks_like_address, r.cells))), len(first))
    return best if known[best] >= 2 and not known[0] and best < people else 0


def _place(problem: RowProblem) -> int:
    return problem.column.index if problem.column else -1


def _at_text_line(problem: RowProblem, text_lines: dict[int, int]) -> RowProblem:
    text_line = text_lines.get(problem.line)
    if text_line is None or text_line == problem.line:
        return problem
    return RowProblem(
        problem.line,
        problem.code,
        problem.column,
        problem.field,
        problem.got,
        problem.suggestion,
        problem.params,
        text_line,
    )
