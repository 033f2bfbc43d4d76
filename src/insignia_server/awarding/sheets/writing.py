"""The uploaded file again, with what was found beside each row; no cell of it runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from insignia_server.awarding.sheets.exports import harmless
from insignia_server.awarding.sheets.model import RowProblem, Sheet
from insignia_server.awarding.sheets.texts import COLUMN, _, translate

Format = Literal["csv", "xlsx"]
LINE: Final = _("Line")
PROBLEMS: Final = _("Problems")
WARNINGS: Final = _("Warnings")
OUTCOME: Final = _("Outcome")
CREDENTIAL: Final = _("Badge page")
DETAIL: Final = _("Detail")
_CELL: Final = 32_767  # what a cell of Excel holds


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: its line, a word for people, the address of the badge page, more to say."""

    line: int
    outcome: str
    url: str = ""
    detail: str = ""


def annotate(
    sheet: Sheet,
    problems: Iterable[RowProblem],
    *,
    format: Format,
    only_bad: bool = False,
) -> bytes:
    """The sheet with a column of problems and one of warnings, in the active language.

    CSV is UTF-8 with a byte order mark and the delimiter of the upload; `only_bad` leaves out rows without
    either, so that the rest can be corrected and uploaded by itself. Problems of the file itself, which
    belong to no row, stand beside the header.
    """
    errors: dict[int, list[str]] = {}
    warnings: dict[int, list[str]] = {}
    for problem in problems:
        line = problem.line if problem.line > sheet.header_line else 0
        (errors if problem.is_error else warnings).setdefault(line, []).append(_sentence(problem))
    added = {
        line: ("; ".join(errors.get(line, ())), "; ".join(warnings.get(line, ())))
        for line in errors.keys() | warnings.keys()
    }
    about_file = added.pop(0, ("", ""))
    titles = [
        f"{translate(title)}: {told}" if told else translate(title)
        for title, told in zip((PROBLEMS, WARNINGS), about_file, strict=True)
    ]
    return _write(_table(sheet, titles, added, only_bad), sheet, format)


def outcomes(sheet: Sheet, results: Iterable[Outcome], *, format: Format) -> bytes:
    """The sheet with what became of each row after awarding: outcome, badge page, detail."""
    added = {result.line: (result.outcome, result.url, result.detail) for result in results}
    titles = [translate(title) for title in (OUTCOME, CREDENTIAL, DETAIL)]
    return _write(_table(sheet, titles, added, only_bad=False), sheet, format)


def _sentence(problem: RowProblem) -> str:
    place = f"{translate(COLUMN)} {problem.column}: " if problem.column else ""
    got = f" [{problem.got}]" if problem.got else ""
    better = f" → {problem.suggestion}" if problem.suggestion else ""
    return f"{place}{problem.message}{got}{better}"


def _table(
    sheet: Sheet, titles: Sequence[str], added: Mapping[int, Sequence[str]], only_bad: bool
) -> Iterator[Sequence[str]]:
    width = len(sheet.columns)
    nothing = [""] * len(titles)
    yield [*(column.heading or column.key for column in sheet.columns), translate(LINE), *titles]
    for line, cells in sheet.rows.pairs:
        beside = added.get(line)
        if beside is None and only_bad:
            continue
        # Cells past the header are kept after the added columns, so nothing typed is lost.
        yield [*cells[:width], str(line), *(beside or nothing), *cells[width:]]


def _write(table: Iterator[Sequence[str]], sheet: Sheet, format: Format) -> bytes:
    if format == "xlsx":
        return _write_xlsx(table, sheet)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=sheet.delimiter or ",")
    writer.writerows([harmless(cell) for cell in row] for row in table)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _write_xlsx(table: Iterator[Sequence[str]], sheet: Sheet) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet((sheet.sheet or "Rows")[:31])
    page.freeze_panes = "A2"
    bold = Font(bold=True)
    for place, row in enumerate(table):
        cells = []
        for text in row:
            cell = WriteOnlyCell(page, value="")
            # Set as text by hand: openpyxl takes a text that begins with = for a formula.
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", harmless(text))[:_CELL]
            cell.data_type = "s"
            if not place:
                cell.font = bold
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
