"""Records of a CSV file as it really arrives: any delimiter and line end, and quotes that do not match."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from insignia_server.awarding.sheets.fields import recognised
from insignia_server.awarding.sheets.model import SheetError

DELIMITERS: Final = (",", ";", "\t", "|")
BAD_QUOTES: Final = 200
_BLOCK: Final = 1 << 16
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_SPACED_HEADER: Final = re.compile(r'"[^"\r\n]*"(?:[,;\t|] +"[^"\r\n]*")+\s*(?:[\r\n]|\Z)')


class Record(NamedTuple):
    """A record: the row in a spreadsheet program, the line of the text where it begins, its cells; `broken`
    when its quotes do not match (then the cells are only cut at the delimiters)."""

    line: int
    text_line: int
    cells: list[str]
    broken: bool = False


def separator(text: str) -> tuple[str | None, int]:
    """The delimiter that a first line `sep=;` names (Excel reads it), and where the text goes on."""
    match = _SEPARATOR_LINE.match(text)
    return (match[1], match.end()) if match else (None, 0)


def guess_delimiter(text: str) -> str:
    """The delimiter under which the first rows have the most known headings and the same width."""
    sample = text[:65536]

    def worth(delimiter: str) -> tuple[int, float, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            rows = [row for row in islice(reader, 30) if any(row)]
        except csv.Error:
            rows = []
        if not rows:
            return 0, 0.0, 0
        known = max(sum(map(recognised, row)) for row in rows[:10])
        widths = [len(row) for row in rows]
        usual = max(set(widths), key=widths.count)
        return known, widths.count(usual) / len(widths) if usual > 1 else 0.0, usual

    return max(DELIMITERS, key=worth)


def records(text: str, delimiter: str, begin: int = 0) -> Iterator[Record]:
    """All records of the text from `begin`, blank ones too (spreadsheets count them).

    A record whose quotes do not match is given as broken, and reading goes on with the next line, so that
    the rows after it stay good. Raises SheetError sheet.quotes after 200 of these.
    """
    spaced = _SPACED_HEADER.match(text, begin) is not None
    line, text_line, bad = 1, 1 + (begin > 0), 0
    while True:
        reader = csv.reader(_lines(text, begin), delimiter=delimiter, strict=True, skipinitialspace=spaced)
        start, read = text_line, 0
        try:
            for cells in reader:
                yield Record(line, start + read, cells)
                line += 1
                read = reader.line_num
            return
        except csv.Error:
            pass
        bad += 1
        if bad > BAD_QUOTES:
            raise SheetError.of("sheet.quotes", f"{bad}", line)
        begin, end, after = _line_at(text, begin, read)
        yield Record(line, start + read, text[begin:end].split(delimiter), broken=True)
        line += 1
        text_line = start + read + 1
        begin = after
        if begin >= len(text):
            return


def _lines(text: str, begin: int) -> Iterator[str]:
    """The lines of the text, a block at a time: a StringIO of all would take four bytes a character."""
    while begin < len(text):
        end = text.rfind("\n", begin, begin + _BLOCK) + 1
        if not end:
            match = _LINE_END.search(text, max(begin, begin + _BLOCK - 1024))
            end = match.end() if match else len(text)
        yield from io.StringIO(text[begin:end], newline="")
        begin = end


def _line_at(text: str, begin: int, lines: int) -> tuple[int, int, int]:
    """Begin and end of the line that comes `lines` lines after `begin`, and where the next one begins."""
    ends = _LINE_END.finditer(text, begin)
    for match in islice(ends, lines):
        begin = match.end()
    last = next(ends, None)
    return (begin, last.start(), last.end()) if last else (begin, len(text), len(text))
