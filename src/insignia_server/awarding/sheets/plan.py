"""What each column of a sheet means, and the check that its cells go through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from insignia_server.awarding.sheets.choices import AchievementCheck, GroupCheck, KeyCheck, LocaleCheck
from insignia_server.awarding.sheets.context import DateOrder, RowContext
from insignia_server.awarding.sheets.dates import DateCheck, inferred_order
from insignia_server.awarding.sheets.emails import EmailCheck
from insignia_server.awarding.sheets.fields import FIELDS, RESULT, plain
from insignia_server.awarding.sheets.identifiers import check_type
from insignia_server.awarding.sheets.links import LinkCheck, TextCheck
from insignia_server.awarding.sheets.model import Column, Finding, RowProblem, Sheet, as_params, visible
from insignia_server.awarding.sheets.names import NameCheck
from insignia_server.awarding.sheets.results import ResultCheck

_REMEMBERED: Final = 10_000

Check = Callable[[str], tuple[Any, tuple[Finding, ...]]]


class _Remembering(dict[str, Any]):
    """The answers of a check by the text of the cell, for columns in which few texts stand many times."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def __missing__(self, text: str) -> tuple[Any, tuple[Finding, ...]]:
        answer = self._check(text)
        if len(self) < _REMEMBERED:
            self[text] = answer
        return answer


def remembering(check: Check) -> Check:
    """The same check, which answers a text that it has seen from memory."""
    return _Remembering(check).__getitem__


@dataclass(slots=True)
class Plan:
    """`steps` are (place of the column, field, check) in the order of the columns; `required` are (field,
    name) of results that each row needs; `about_file` are problems of the file and of the mapping;
    `whole` is False when no row can be awarded (nobody could be told, or no achievement)."""

    sheet: Sheet
    context: RowContext
    emails: EmailCheck
    steps: list[tuple[int, str, Check]] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    required: tuple[tuple[str, str], ...] = ()
    about_file: list[RowProblem] = field(default_factory=list)
    whole: bool = True
    identifier_kind: str = ""

    @classmethod
    def compile(cls, sheet: Sheet, mapping: Mapping[str, str], context: RowContext) -> Plan:
        """The plan for `mapping` (field -> heading); what is wrong with it goes to `about_file`."""
        plan = cls(sheet, context, EmailCheck(context.own_domains))
        plan.about_file += [p for p in sheet.problems if p.line <= sheet.header_line]
        for name, key in mapping.items():
            if key:
                plan._map(name, key)
        plan.steps.sort(key=lambda step: step[0])
        plan.required = tuple((RESULT + c.id, c.name) for c in context.results if c.required)
        if "identifier" in plan.columns:
            kind = check_type(plan.columns["identifier"].heading)[0]
            plan.identifier_kind = kind if kind != "identifier" else ""
        if not plan.columns.keys() & {"email", "identifier"}:
            plan._refuse("person.missing", "email")
        if not context.achievement_id and "achievement" not in plan.columns:
            plan._refuse("achievement.missing", "achievement")
        return plan

    def _refuse(self, code: str, name: str) -> None:
        self.about_file.append(RowProblem(0, code, field=name))
        self.whole = False

    def _map(self, name: str, key: str) -> None:
        column = self.sheet.column(key)
        if column is None:
            self._about_mapping("mapping.column-unknown", None, name, key)
        elif name.startswith(RESULT):
            self._map_result(name, column)
        elif name not in FIELDS:
            self._about_mapping("mapping.field-unknown", column, name, column.heading)
        else:
            self.columns[name] = column
            self.steps.append((column.index, name, self._check(name, column)))

    def _map_result(self, name: str, column: Column) -> None:
        wanted = name.removeprefix(RESULT)
        choices = self.context.results
        choice = next((c for c in choices if c.id == wanted), None) or next(
            (c for c in choices if plain(c.name) == plain(wanted)), None
        )
        if choice is None or RESULT + choice.id in self.columns:
            names = ", ".join(c.name for c in choices)
            self._about_mapping("mapping.result-unknown", column, name, wanted, names=names)
            return
        name = RESULT + choice.id
        self.columns[name] = column
        check = ResultCheck(choice, self.context.limits.result)
        self.steps.append((column.index, name, remembering(check)))

    def _about_mapping(self, code: str, column: Column | None, name: str, got: str, **params: object) -> None:
        texts = as_params({"field": name, **params})
        self.about_file.append(RowProblem(0, code, column, name, got, "", texts))

    def _check(self, name: str, column: Column) -> Check:
        context, limits = self.context, self.context.limits
        match name:
            case "email":
                return self.emails
            case "identifier":
                return lambda text: (text, ())
            case "name" | "given_name" | "family_name":
                return NameCheck(limits.name, whole=name == "name")
            case "evidence_url":
                return LinkCheck(limits.link)
            case "evidence_narrative" | "narrative":
                return TextCheck(limits.narrative)
            case "external_id":
                return KeyCheck(limits.external_id)
            case "awarded_on" | "expires_on":
                order = context.date_order or self._inferred(name, column)
                return remembering(DateCheck(context, order, expiry=name == "expires_on"))
            case "achievement":
                return remembering(AchievementCheck(context.achievements))
            case "group":
                return remembering(GroupCheck(context.groups))
            case "locale":
                return remembering(LocaleCheck(context.locales))
            case _:
                return remembering(check_type)

    def _inferred(self, name: str, column: Column) -> DateOrder | None:
        index = column.index
        shown = inferred_order(cells[index] for _, cells in self.sheet.rows.pairs)
        if shown is None:
            return None
        order, place = shown
        row = self.sheet.rows[place]
        written = "day/month/year" if order == "dmy" else "month/day/year"
        params = (("order", written), ("line", str(row.line)))
        got = visible(row.cells[index])
        self.about_file.append(RowProblem(0, "sheet.date-order", column, name, got, "", params))
        return order
