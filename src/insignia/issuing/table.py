"""A table of recipients out of a CSV file as it really arrives: any delimiter, encoding and heading."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from insignia.errors import ParseError, Problem, show
from insignia.issuing.headings import column_of

MAXIMUM_SIZE = 64 * 1024 * 1024
MAXIMUM_ROWS = 1_000_000
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file where it begins (from 1), and the cells that are not empty by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that could be read. `headings` gives the heading of each column as it stands in the file;
    `ignored` are headings that mean nothing here. `problems` name lines that were left out."""

    rows: tuple[Row, ...]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    problems: tuple[Problem, ...]
    encoding: str
    delimiter: str


def read_table(content: bytes, *, columns: Mapping[str, str] | None = None) -> Table:
    """Reads a CSV file of at most 64 MiB and a million rows.

    `columns` maps headings of the file to columns (the names of `headings.COLUMNS`), before the usual
    headings are tried. Encoding (UTF-8, UTF-16, Windows-1252) and delimiter (comma, semicolon, tab, pipe)
    are detected. Raises ParseError when the file as a whole cannot be used; a bad row is a Problem of the
    table, at `line N, column HEADING`, and the other rows stay good.
    """
    text, encoding = _decode(content)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    first = next(records, None)
    if first is None:
        raise ParseError.at("", expected="a header and rows", got="an empty file", code="table.empty")
    names, ignored = _header(*first, columns or {})
    rows, problems = _rows(records, first[1], names)
    headings = {name: first[1][position].strip() for position, name in names.items()}
    return Table(tuple(rows), headings, ignored, tuple(problems), encoding, delimiter)


def _decode(content: bytes) -> tuple[str, str]:
    if len(content) > MAXIMUM_SIZE:
        got = f"{len(content)} bytes"
        raise ParseError.at("", expected=f"at most {MAXIMUM_SIZE} bytes", got=got, code="table.too-large")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        got = "a spreadsheet (XLSX or XLS)"
        raise ParseError.at(
            "", expected="a CSV file: save the sheet as CSV", got=got, code="table.spreadsheet"
        )
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    if encoding is None and content[1:2] == b"\x00" != content[:1]:
        encoding = "utf-16-le"
    for candidate in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            line = text[: text.index("\x00")].count("\n") + 1
            raise ParseError.at(f"line {line}", expected="text", got="a NUL character", code="table.nul")
        return text, candidate.removesuffix("-sig")
    expected = "text in UTF-8, UTF-16 or Windows-1252"
    raise ParseError.at("", expected=expected, got="other bytes", code="table.encoding")


def _delimiter(text: str) -> str:
    """The delimiter under which the first line with text has the most headings that mean something."""
    line = next((line for line in re.split(r"[\r\n]", text[:65536]) if line.strip()), "")

    def worth(delimiter: str) -> tuple[int, int]:
        cells = line.split(delimiter)
        return sum(column_of(cell) is not None for cell in cells), len(cells)

    return max(_DELIMITERS, key=worth)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records of the file that are not blank, each with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            got = _csv_problem(str(error))
            raise ParseError.at(
                f"line {begin}", expected="cells with matching quotes", got=got, code="table.syntax"
            ) from None
        if any(cell.strip() for cell in cells):
            yield begin, cells
        begin = reader.line_num + 1


def _csv_problem(message: str) -> str:
    if "unexpected end" in message:
        return "a quote that is never closed"
    return "a cell of more than 131,072 characters" if "field larger" in message else message


def _header(
    line: int, cells: Sequence[str], columns: Mapping[str, str]
) -> tuple[dict[int, str], tuple[str, ...]]:
    names: dict[int, str] = {}
    ignored, problems = [], []
    for position, cell in enumerate(cells):
        heading = cell.strip()
        column = columns.get(heading) or column_of(heading)
        if column is None:
            ignored += [heading] if heading else []
        elif column in names.values():
            where = f"line {line}, column {heading}"
            problems.append(Problem(where, f"one column for {column}", "a second one", "table.column-twice"))
        else:
            names[position] = column
    if not names:
        expected = "a header with names such as email, name, did"
        problems.append(Problem(f"line {line}", expected, show(" ".join(cells)), "table.header"))
    if problems:
        raise ParseError(problems)
    return names, tuple(ignored)


def _rows(
    records: Iterator[tuple[int, list[str]]], header: list[str], names: Mapping[int, str]
) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        for line, cells in records:
            if len(rows) >= MAXIMUM_ROWS:
                problems.append(
                    Problem(f"line {line}", f"at most {MAXIMUM_ROWS} rows", "more", "table.too-large")
                )
                break
            problem = _shape_problem(line, cells, header)
            if problem is not None:
                problems.append(problem)
                continue
            found = {name: cells[position].strip() for position, name in names.items()}
            rows.append(Row(line, {name: cell for name, cell in found.items() if cell}))
    except ParseError as error:
        problems.extend(error.problems)
    return rows, problems


def _shape_problem(line: int, cells: list[str], header: list[str]) -> Problem | None:
    if cells == header:
        return Problem(f"line {line}", "a recipient", "the header once more", "row.header")
    if len(cells) < len(header):
        if any(h.strip() for h in header[len(cells) :]):
            return Problem(f"line {line}", f"{len(header)} cells", f"{len(cells)}", "row.too-few-cells")
        cells.extend([""] * (len(header) - len(cells)))
    if any(cell.strip() for cell in cells[len(header) :]):
        return Problem(f"line {line}", f"{len(header)} cells", f"{len(cells)}", "row.too-many-cells")
    return None


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """CSV that a spreadsheet does not take for formulas: such cells get an apostrophe in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe_cell(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it (CSV injection, CWE-1236)."""
    return "'" + text if text.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r")) else text
