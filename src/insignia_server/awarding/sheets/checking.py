"""The dry run: every row of a sheet, against what the database knows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final

from insignia_server.awarding.sheets.context import AwardRow, RowContext
from insignia_server.awarding.sheets.fields import RESULT
from insignia_server.awarding.sheets.identifiers import check_identifier
from insignia_server.awarding.sheets.model import Finding, RowProblem, Sheet, finding
from insignia_server.awarding.sheets.names import NameCheck
from insignia_server.awarding.sheets.plan import Plan
from insignia_server.awarding.sheets.seen import Seen

CHUNK: Final = 1_000
NO_ADDRESS: Final = ("", "")
_EMAIL: Final = "emailAddress"

Found = tuple[str, Finding]  # field, finding


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the rows that can be awarded, the errors, the warnings; `done` rows out of `total`.

    Both lists are in the order of lines, then columns; problems of the file itself have line 0 or that of
    the header.
    """

    rows: Sequence[AwardRow]
    problems: Sequence[RowProblem]
    warnings: Sequence[RowProblem]
    done: int
    total: int


def check_rows(sheet: Sheet, mapping: Mapping[str, str], *, context: RowContext) -> Checked:
    """Checks all rows. `mapping` is field -> heading, as `guess_mapping` gives it and the user changed it."""
    rows: list[AwardRow] = []
    problems: list[RowProblem] = []
    warnings: list[RowProblem] = []
    for part in iter_checked(sheet, mapping, context=context):
        rows += part.rows
        problems += part.problems
        warnings += part.warnings
    return Checked(rows, problems, warnings, len(sheet.rows), len(sheet.rows))


def iter_checked(
    sheet: Sheet, mapping: Mapping[str, str], *, context: RowContext, chunk: int = CHUNK
) -> Iterator[Checked]:
    """The same check, `chunk` rows at a time; the first part also has the problems of the file.

    The callables of the context are called at most once for each chunk.
    """
    run = _Run(Plan.compile(sheet, mapping, context))
    numbered = enumerate(sheet.rows.pairs)
    about_file, done = run.plan.about_file, 0
    while pending := [run.read(place, *pair) for place, pair in itertools.islice(numbered, chunk)]:
        done += len(pending)
        yield run.finish(pending, about_file, done)
        about_file = []


@dataclass(slots=True)
class _Pending:
    """A row whose cells are read, before the questions about the whole chunk are answered."""

    place: int
    line: int
    values: dict[str, Any]
    found: list[Found]
    given: Sequence[RowProblem] = ()
    recipient: str = ""
    email: str = ""
    identifier: str = ""
    kind: str = ""
    achievement: str = ""
    refused: bool = False


@dataclass(slots=True)
class _Run:
    """One run over a sheet: the plan, and who was seen so far."""

    plan: Plan
    seen: Seen = field(default_factory=Seen)
    by_line: dict[int, list[RowProblem]] = field(default_factory=dict)
    display_names: NameCheck = field(init=False)
    results: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        self.display_names = NameCheck(self.plan.context.limits.name, whole=True)
        columns = self.plan.columns
        self.results = tuple((n, n.removeprefix(RESULT)) for n in columns if n.startswith(RESULT))
        for problem in self.plan.sheet.problems:
            if problem.line > self.plan.sheet.header_line:
                self.by_line.setdefault(problem.line, []).append(problem)

    def read(self, place: int, line: int, cells: Sequence[str]) -> _Pending:
        """Reads the cells of one row; a row of the wrong shape is not read, its cells may be shifted."""
        values: dict[str, Any] = {}
        found: list[Found] = []
        row = _Pending(place, line, values, found)
        steps: Sequence[Any] = self.plan.steps
        given = self.by_line.get(line) if self.by_line else None
        if given:
            row.given, row.refused = given, any(p.is_error for p in given)
            if any(p.is_error and p.code.startswith("row.") for p in given):
                return row
            damaged = {p.column.index for p in given if p.is_error and p.column}
            steps = [step for step in steps if step[0] not in damaged]
        for index, name, check in steps:
            text = cells[index]
            if text:
                values[name], findings = check(text)
                if findings:
                    found += [(name, one) for one in findings]
        self._who(row)
        self._what(row)
        if found:
            row.refused = row.refused or any(one.is_error for _, one in found)
        return row

    def _who(self, row: _Pending) -> None:
        values = row.values
        row.email, display = values.get("email", NO_ADDRESS)
        if "identifier" in values:
            self._identify(row)
        name = values.get("name") or self._put_together(row, display)
        row.recipient = row.email or row.identifier
        if not row.recipient:
            columns = self.plan.columns
            damaged = row.refused or any(
                f in ("email", "identifier", "identifier_type") for f, _ in row.found
            )
            if columns.keys() & {"email", "identifier"} and not damaged:
                row.found.append(("email" if "email" in columns else "identifier", finding("person.missing")))
            row.refused = True
            return
        if name:
            again = self.seen.name(name, row.recipient)
            if again:
                row.found.append(("name" if "name" in self.plan.columns else "family_name", again))

    def _identify(self, row: _Pending) -> None:
        """The identifier, with its kind: from its own column, from itself, or from the heading."""
        values, limit = row.values, self.plan.context.limits.identifier
        kind = values.get("identifier_type", "")
        unknown = any(name == "identifier_type" for name, _ in row.found)
        if not kind and not unknown:
            kind = self.plan.identifier_kind or ("identifier" if row.email else "")
        text = values["identifier"]
        if kind == _EMAIL and not row.email:
            (row.email, _), findings = self.plan.emails(text)
            row.found += [("identifier", one) for one in findings]
            return
        row.identifier, row.kind, problems = check_identifier(text, kind or ("?" if unknown else ""), limit)
        row.found += [("identifier", one) for one in problems]

    def _put_together(self, row: _Pending, display: str) -> str:
        """A name out of its parts, or the one that stood beside the address."""
        values, columns = row.values, self.plan.columns
        name = f"{values.get('given_name', '')} {values.get('family_name', '')}".strip()
        if not name and display:
            name, findings = self.display_names(display)
            row.found += [("email", one) for one in findings]
        if name:
            values["name"] = name
            return name
        column = next((f for f in ("name", "given_name", "family_name") if f in columns), "")
        if self.plan.context.name_required:
            row.found.append((column, finding("name.missing")))
        elif column:
            row.found.append((column, finding("name.empty")))
        return ""

    def _what(self, row: _Pending) -> None:
        values, found, context = row.values, row.found, self.plan.context
        row.achievement = (
            self._achievement(row) if "achievement" in self.plan.columns else context.achievement_id
        )
        for name, title in self.plan.required:
            if not values.get(name) and not any(f == name for f, _ in found):
                found.append((name, finding("result.missing", result=title)))
        expires = values.get("expires_on")
        if expires is not None:
            awarded = values.get("awarded_on")
            issued = awarded.day if awarded is not None else context.today
            doubtful = any(name == "awarded_on" and one.is_error for name, one in found)
            if expires.day < issued and not doubtful:
                found[:] = [pair for pair in found if pair[1].code != "expiry.past"]
                found.append(("expires_on", finding("expiry.before-issue", expires.text, issued=issued)))
        if row.recipient and (row.achievement or not context.achievement_id):
            again = self.seen.person(row.achievement, row.recipient, row.line)
            if again:
                found.append(("email" if row.email else "identifier", again))
        if values.get("external_id"):
            again = self.seen.key(values["external_id"], row.line)
            if again:
                found.append(("external_id", again))

    def _achievement(self, row: _Pending) -> str:
        """The one that the row names; that of the batch where the cell is empty."""
        achievement: str = row.values.get("achievement", "")
        if achievement or any(name == "achievement" for name, _ in row.found):
            return achievement
        if not self.plan.context.achievement_id:
            row.found.append(("achievement", finding("achievement.missing")))
        return self.plan.context.achievement_id

    def finish(self, pending: list[_Pending], about_file: list[RowProblem], done: int) -> Checked:
        """Asks about the whole chunk, then makes rows and problems."""
        self._ask(pending)
        rows = [self._award_row(row) for row in pending if not row.refused] if self.plan.whole else []
        told = list(about_file)
        for row in pending:
            if row.found or row.given:
                told += self._problems(row)
        return Checked(
            rows,
            [problem for problem in told if problem.is_error],
            [problem for problem in told if not problem.is_error],
            done,
            len(self.plan.sheet.rows),
        )

    def _ask(self, pending: list[_Pending]) -> None:
        context = self.plan.context
        asked = [(r.achievement, r.recipient) for r in pending if r.recipient and r.achievement]
        held = set(context.holders(asked)) if asked else set()
        emails = [row.email for row in pending if row.email]
        suppressed = set(context.suppressed(emails)) if emails else set()
        if not held and not suppressed:
            return
        code = "award.held-again" if context.repeatable else "award.already-held"
        for row in pending:
            field_name = "email" if row.email and "email" in self.plan.columns else "identifier"
            if row.recipient and (row.achievement, row.recipient) in held:
                row.found.append((field_name, finding(code, row.recipient)))
                row.refused = row.refused or not context.repeatable
            if row.email and row.email in suppressed:
                row.found.append((field_name, finding("email.suppressed", row.email)))

    def _problems(self, row: _Pending) -> list[RowProblem]:
        columns = self.plan.columns
        text_line = self.plan.sheet.rows[row.place].text_line
        text_line = text_line if text_line != row.line else 0
        told = list(row.given)
        for name, one in row.found:
            column = columns.get(name)
            told.append(
                RowProblem(row.line, one.code, column, name, one.got, one.suggestion, one.params, text_line)
            )
        told.sort(key=lambda problem: problem.column.index if problem.column else -1)
        return told

    def _award_row(self, row: _Pending) -> AwardRow:
        values = row.values
        get = values.get
        awarded, expires = get("awarded_on"), get("expires_on")
        awarded_on = awarded.text if awarded is not None else ""
        external_id = get("external_id", "")
        return AwardRow(
            row.line,
            f"external:{external_id}" if external_id else self._key(row, awarded_on),
            row.recipient,
            row.email,
            row.identifier,
            row.kind or (_EMAIL if row.email else ""),
            get("name", ""),
            get("given_name", ""),
            get("family_name", ""),
            row.achievement,
            awarded_on,
            expires.text if expires is not None else "",
            tuple([(i, values[name]) for name, i in self.results if values.get(name)]),
            get("evidence_url", ()),
            get("evidence_narrative", ""),
            get("narrative", ""),
            external_id,
            get("locale", ""),
            get("group", ""),
        )

    def _key(self, row: _Pending, awarded_on: str) -> str:
        """Names the act, not the person: a keyed hash over achievement, recipient and day."""
        act = f"{row.achievement}\n{row.recipient.casefold()}\n{awarded_on}".encode("utf-8", "surrogatepass")
        return blake2b(act, digest_size=16, key=self.plan.context.salt[:64]).hexdigest()
