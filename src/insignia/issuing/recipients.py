"""From a row of a table to what a credential says of one recipient, or to what is wrong with the row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from insignia.credential import instant
from insignia.errors import Problem, show
from insignia.issuing import cells
from insignia.issuing.cells import CellError
from insignia.issuing.table import Row, Table

_READERS: Mapping[str, Callable[[str], str]] = {
    "email": cells.email,
    "name": cells.name,
    "first_name": cells.name,
    "last_name": cells.name,
    "did": cells.did,
    "student_id": cells.name,
    "credential_id": cells.identifier,
    "evidence": cells.link,
    "evidence_name": cells.name,
    "narrative": cells.prose,
    "valid_from": cells.moment,
    "valid_until": cells.moment,
    "license_number": cells.name,
    "role": cells.name,
    "term": cells.name,
    "credits": cells.number,
    "status_index": cells.index,
}
_WHO = ("email", "did", "student_id")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rows. `headings` are those of the file; `result` and `levels` are what the achievement allows."""

    headings: Mapping[str, str]
    result: Mapping[str, Any] | None
    levels: Mapping[str, str]
    default_from: str

    def read(self, row: Row, problems: list[Problem]) -> dict[str, str] | None:
        """The fields of a row, or None after adding to `problems`."""
        before = len(problems)
        fields: dict[str, str] = {}
        for column, text in row.cells.items():
            try:
                fields[column] = self._field(column, text)
            except CellError as error:
                problems.append(self._problem(row, column, error.expected, text, error.code))
        if not any(name in row.cells for name in _WHO):
            expected = "an email address, a DID or a student number"
            problems.append(Problem(f"line {row.line}", expected, "none", "row.nobody"))
        if len(problems) > before or not self._in_order(row, fields, problems):
            return None
        full_name = " ".join(fields.pop(n) for n in ("first_name", "last_name") if n in fields)
        if full_name:
            fields.setdefault("name", full_name)
        return fields

    def _field(self, column: str, text: str) -> str:
        if column == "result":
            if self.result is None:
                raise CellError("no result: the achievement describes none", "cell.result")
            return cells.result(text, self.result)
        if column == "level":
            if text.casefold() not in self.levels:
                raise CellError("one of " + (", ".join(self.levels) or "no levels"), "cell.level")
            return self.levels[text.casefold()]
        return _READERS[column](text)

    def _in_order(self, row: Row, fields: Mapping[str, str], problems: list[Problem]) -> bool:
        until = fields.get("valid_until")
        begin = fields.get("valid_from", self.default_from)
        end, start = instant(until), instant(begin)
        if end is None or start is None or end >= start:
            return True
        expected = f"a time that is not before {begin}"
        problems.append(self._problem(row, "valid_until", expected, row.cells["valid_until"], "cell.period"))
        return False

    def _problem(self, row: Row, column: str, expected: str, got: str, code: str) -> Problem:
        where = f"line {row.line}, column {self.headings.get(column, column)}"
        return Problem(where, expected, show(got), code)


def repeated(table: Table) -> tuple[frozenset[int], list[Problem]]:
    """The lines whose recipient stands in an earlier line too, and a problem for each."""
    seen: dict[tuple[str, str], int] = {}
    lines: set[int] = set()
    problems = []
    for row in table.rows:
        for column in _WHO:
            text = row.cells.get(column, "").strip().removeprefix("mailto:").lower()
            first = seen.setdefault((column, text), row.line) if text else row.line
            if first != row.line and row.line not in lines:
                lines.add(row.line)
                where = f"line {row.line}, column {table.headings[column]}"
                got = f"{show(row.cells[column])}, as in line {first}"
                problems.append(Problem(where, "a recipient who is not in the file before", got, "row.twice"))
    return frozenset(lines), problems


def who(fields: Mapping[str, str]) -> str:
    """What tells one recipient from another, the same in every run."""
    return "\n".join(f"{name}={fields[name]}" for name in _WHO if name in fields)
