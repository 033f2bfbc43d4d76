"""A sheet, its rows and their problems, as everything here passes them on."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, overload

from insignia_server.awarding.sheets import texts
from insignia_server.awarding.sheets.texts import translate


class Severity(StrEnum):
    """An error keeps its row from being awarded; with a warning the row is good and someone should look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What a file may be: bytes, rows below the header, columns, and bytes when unpacked (XLSX)."""

    size: int = 32 * 1024 * 1024
    rows: int = 100_000
    columns: int = 200
    unpacked: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place from 0, the letters a spreadsheet shows above it, its heading as it stands in the
    file, and a key that is unique in its sheet (the heading, or `Email (column C)` for a second `Email`)."""

    index: int
    letter: str
    heading: str
    key: str

    def __str__(self) -> str:
        return f"{self.letter} ({self.heading})" if self.heading else self.letter


def letters(index: int) -> str:
    """The letters of a column from its place: 0 is A, 25 is Z, 26 is AA."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` is the number that a spreadsheet program shows beside it (from 1); `text_line` is the
    line of the text file where it begins, which differs after a cell with line breaks. Cells are as typed."""

    line: int
    cells: tuple[str, ...]
    text_line: int


_BETWEEN: Final = "\x1f"
Packed = str | tuple[str, ...]


def pack(cells: Sequence[str]) -> Packed:
    """The cells of a row as one string, a third of the memory of eight."""
    packed = _BETWEEN.join(cells)
    return packed if packed.count(_BETWEEN) == len(cells) - 1 else tuple(cells)


class Rows(Sequence[Row]):
    """The rows of a sheet, kept small: a hundred thousand are packed cells and arrays of numbers."""

    __slots__ = ("_lines", "_packed", "_text_lines")

    def __init__(self, packed: list[Packed], lines: array[int], text_lines: array[int] | None) -> None:
        self._packed, self._lines, self._text_lines = packed, lines, text_lines

    @property
    def pairs(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Line and cells of each row, the cheap way to go through all."""
        for line, packed in zip(self._lines, self._packed, strict=True):
            yield line, packed.split(_BETWEEN) if type(packed) is str else packed

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        line, packed = self._lines[index], self._packed[index]
        text_line = self._text_lines[index] if self._text_lines is not None else line
        return Row(line, tuple(packed.split(_BETWEEN)) if isinstance(packed, str) else packed, text_line)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one value, before it is known in which row it stands."""

    code: str
    got: str = ""
    params: tuple[tuple[str, str], ...] = ()
    suggestion: str = ""

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be awarded with it."""
        return texts.KINDS[self.code].severity == "error"


def finding(code: str, got: str = "", suggestion: str = "", **params: object) -> Finding:
    """A finding; `params` fill the texts of its code."""
    return Finding(code, got, as_params(params), suggestion)


def as_params(values: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What fills the texts of a code, as text."""
    return tuple((name, str(value)) for name, value in values.items())


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong with a row, or with the file (line 0).

    `code` is stable and tells the severity; `got` is what was there (500 characters at most), with invisible
    characters made visible; `suggestion` is a value that can be put in its place. `expected` and `message`
    (what to do) are rendered when they are read, so a stored problem speaks its reader's language.
    """

    line: int
    code: str
    column: Column | None = None
    field: str = ""
    got: str = ""
    suggestion: str = ""
    params: tuple[tuple[str, str], ...] = ()
    text_line: int = 0

    @property
    def severity(self) -> Severity:
        """ERROR or WARNING, by the code."""
        return Severity(texts.KINDS[self.code].severity)

    @property
    def is_error(self) -> bool:
        """Whether the row cannot be awarded with it."""
        return texts.KINDS[self.code].severity == "error"

    @property
    def expected(self) -> str:
        """What should have been there, in the active language."""
        return translate(texts.KINDS[self.code].expected, dict(self.params))

    @property
    def message(self) -> str:
        """What is the matter and what to do next, in the active language."""
        return translate(texts.KINDS[self.code].message, dict(self.params))

    @property
    def where(self) -> str:
        """`line 12, column B (Email)`; a text editor's line is added where it differs; empty for the file."""
        if not self.line:
            return f"{translate(texts.COLUMN)} {self.column}" if self.column else ""
        place = f"{translate(texts.LINE)} {self.line}"
        if self.text_line and self.text_line != self.line:
            place += " " + translate(texts.TEXT_LINE, {"line": str(self.text_line)})
        return f"{place}, {translate(texts.COLUMN)} {self.column}" if self.column else place

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        got = f" ({self.got})" if self.got else ""
        return f"{where}{self.message}{got}"

    def as_json(self) -> dict[str, Any]:
        """To be stored: what `from_json` reads, without any text of one language."""
        column = self.column
        return {
            "line": self.line,
            "text_line": self.text_line,
            "code": self.code,
            "field": self.field,
            "column": [column.index, column.letter, column.heading, column.key] if column else None,
            "got": self.got,
            "suggestion": self.suggestion,
            "params": dict(self.params),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RowProblem:
        """The problem that `as_json` gave. Raises KeyError for anything else."""
        texts.KINDS[stored["code"]]
        column = Column(*stored["column"]) if stored["column"] else None
        return cls(
            stored["line"],
            stored["code"],
            column,
            stored["field"],
            stored["got"],
            stored["suggestion"],
            tuple(stored["params"].items()),
            stored["text_line"],
        )


class SheetError(Exception):
    """The file as a whole cannot be used; `problem` says where, expected, got, and what to do."""

    def __init__(self, problem: RowProblem) -> None:
        self.problem = problem
        super().__init__(problem)

    def __str__(self) -> str:
        return str(self.problem)

    @classmethod
    def of(cls, code: str, got: str = "", line: int = 0, **params: object) -> SheetError:
        """An error with the texts of `code`."""
        return cls(RowProblem(line, code, got=got, params=as_params(params)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that could be read.

    `columns` in the order of the file; `header_line` is 0 when there is none; `rows` without the header and
    blank rows; `problems` those of reading (warnings about the file at line 0, rows whose shape is wrong);
    `delimiter` is empty for a workbook; `sheet` is the one that was read out of `sheet_names`.
    """

    columns: tuple[Column, ...]
    rows: Rows
    problems: tuple[RowProblem, ...]
    encoding: str
    delimiter: str
    header_line: int = 1
    sheet_names: tuple[str, ...] = ()
    sheet: str = ""
    name: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """The key of each column: its heading, made unique. A mapping names columns by these."""
        return tuple(column.key for column in self.columns)

    def column(self, key: str) -> Column | None:
        """The column with this key."""
        return next((column for column in self.columns if column.key == key), None)


_NAMED = {"\u00a0": "[NBSP]", "\n": "⏎", "\r": "⏎", "\t": "⇥"}


def visible(text: str, limit: int = 500) -> str:
    """The text with what cannot be seen made visible (`\\u200b`, `[NBSP]`), shortened above `limit`."""
    if not text.isprintable():
        text = "".join(
            c if c.isprintable() else _NAMED.get(c) or f"\\u{ord(c):04x}" for c in text.replace("\r\n", "\n")
        )
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
