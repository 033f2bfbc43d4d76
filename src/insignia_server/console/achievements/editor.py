"""The editor as a page shows it: sections, groups of rows, errors beside their fields, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements import checks, frameworks
from insignia_server.achievements.definition import Definition, ResultDescription
from insignia_server.achievements.fields import SECTIONS, section_of
from insignia_server.achievements.frameworks import Completeness, Gap
from insignia_server.console.achievements.forms import Choice, DefinitionForm, EditorForm, LevelForm
from insignia_server.console.achievements.reading import ROW_FORMS, data_of, row_data
from insignia_server.kit.errors import Refusal

LEADS: Final[dict[str, str | Promise]] = {
    "basics": _("The words on the badge and on its page."),
    "criteria": _("An employer reads this to know what the badge is worth."),
    "assessment": _(
        "Employers ask this first: by which method, by whom, under supervision, with whose identity checked?"
    ),
    "learning": _("What frameworks of micro-credentials ask for. It is signed with the badge, as text."),
    "alignments": _("Nodes of public frameworks that machines recognise, such as a skill of ESCO."),
    "results": _("Grades, scores and rubrics that can be given with an award."),
    "languages": _("The texts in other languages. Pages choose the reader's; all are signed."),
    "identifiers": _("For catalogues and other systems."),
    "awarding": _("Rules for the credentials. They hold for awards of this version."),
}
LAYOUT: Final[dict[str, Sequence[str | tuple[str, ...]]]] = {
    "basics": (
        "name",
        "description",
        ("achievement_type", "in_language"),
        "tags",
        ("field_of_study", "specialization"),
        "image_alt",
    ),
    "criteria": ("criteria", "criteria_url"),
    "assessment": (
        "assessment__methods",
        "assessment__assessors",
        "assessment__assessor_name",
        ("assessment__supervision", "assessment__identity_check"),
        "assessment__description",
    ),
    "learning": (
        "learning_outcomes",
        ("workload_hours", "ects", "credits_available"),
        ("eqf_level", "cycle"),
        ("participation", "country"),
        "kind",
        ("stackability", "stackability_note"),
        "entry_requirements",
        "quality_assurance",
        "quality_assurance_url",
        "further_information",
    ),
    "alignments": ("rows:alignments",),
    "results": ("rows:results",),
    "languages": ("rows:translations",),
    "identifiers": (
        ("human_code", "version"),
        "rows:other_identifiers",
        "rows:related",
        ("creator__name", "creator__url", "creator__email"),
    ),
    "awarding": (
        "expiry__kind",
        ("expiry__date", "expiry__months", "expiry__days"),
        "evidence_required",
        "name_in_credential",
        "status",
        "suite",
    ),
}
ROW_WORDS: Final[dict[str, tuple[str | Promise, str | Promise, str | Promise]]] = {
    # name of a row, label of the button, what is said where there is none
    "alignments": (_("Skill or standard"), _("Add a skill or standard"), _("No skill or standard yet.")),
    "results": (_("Result"), _("Add a result"), _("Awards of this achievement carry no result.")),
    "levels": (_("Level"), _("Add a level"), ""),
    "translations": (_("Translation"), _("Add a language"), _("The texts are there in one language only.")),
    "other_identifiers": (_("Other identifier"), _("Add an identifier"), _("No other identifiers.")),
    "related": (
        _("Related edition"),
        _("Add a related edition"),
        _("No other editions. The version before is related by itself."),
    ),
}
_NEEDED_IN_ROWS: Final = (
    "target_name",
    "target_url",
    "result_type",
    "name",
    "language",
    "identifier",
    "identifier_type",
    "id",
)


@dataclass
class Row:
    """One row of a group: its form, the value of its button 'remove', and a rubric's levels below it."""

    prefix: str
    title: str
    form: EditorForm
    levels: Rows | None = None

    @property
    def shows_levels(self) -> bool:
        """Whether levels make sense here: for rubrics, and where there are some."""
        if self.levels is None:
            return False
        kind = str(self.form["result_type"].value() or "")
        return bool(self.levels.rows) or kind.startswith("Rubric")

    @property
    def visible(self) -> list[BoundField]:
        """The fields to show."""
        return self.form.visible_fields()


@dataclass
class Rows:
    """A group of rows: `prefix` names its fields, `words` are its texts."""

    prefix: str
    words: tuple[str | Promise, str | Promise, str | Promise]
    rows: list[Row] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of the group on the page."""
        return f"rows-{self.prefix}"


@dataclass
class Block:
    """What stands one below the other in a section: fields side by side, or a group of rows."""

    fields: list[BoundField] = field(default_factory=list)
    rows: Rows | None = None


@dataclass
class Section:
    """A part of the page."""

    key: str
    label: str | Promise
    lead: str | Promise
    blocks: list[Block]
    gaps: int = 0
    faults: int = 0


class Editor:
    """The page for a definition. `add` is the prefix of a group that gets an empty row; with `check` what is
    missing is said beside its field too. `form` is the posted one when some of it could not be read."""

    def __init__(
        self,
        definition: Definition,
        framework: str = "",
        *,
        form: DefinitionForm | None = None,
        add: str = "",
        check: bool = False,
    ) -> None:
        self.definition = definition
        self.framework = frameworks.framework_of(framework)
        self.form = form or DefinitionForm(data_of(definition))
        self.completeness: Completeness = frameworks.completeness(definition, framework)
        self._groups: dict[str, Rows] = {}
        self.form.full_clean() if form is None else None
        for bound in self.form:
            if isinstance(bound.field, Choice):
                bound.field.keep(str(bound.value() or ""))
        for name in ROW_FORMS:
            self._groups[name] = self._group(name, getattr(definition, name), add)
        self.general: list[str] = []
        refusals = checks.faults(definition)
        self.faults = list(refusals)
        if check:
            refusals = [*refusals, *frameworks.missing(definition, framework)]
        for refusal in refusals:
            self._place(refusal)
        self._mark_required()
        self.sections = [self._section(key) for key in SECTIONS]

    @property
    def ready(self) -> bool:
        """Whether it can be published as it stands."""
        return not self.faults and not self.completeness.missing

    def anchors(self) -> list[tuple[Gap, str]]:
        """What is missing, each with the address of its place on the page."""
        return [(gap, anchor_of(gap.path)) for gap in self.completeness.missing]

    def advised(self) -> list[tuple[Gap, str]]:
        """What should be said, each with the address of its place."""
        return [(gap, anchor_of(gap.path)) for gap in self.completeness.advised]

    def wrong(self) -> list[tuple[str, str]]:
        """Every fault as message and address of its place."""
        return [(refusal.message, anchor_of(refusal.field)) for refusal in self.faults]

    def _group(self, name: str, values: Sequence[Any], add: str) -> Rows:
        rows = Rows(name, ROW_WORDS[name])
        for at, value in enumerate([*values, *([None] if add == name else [])]):
            prefix = f"{name}-{at}"
            row = self._row(ROW_FORMS[name], value, prefix, at)
            if name == "results":
                result = value or ResultDescription()
                row.levels = self._levels(result, prefix, add)
            rows.rows.append(row)
        return rows

    def _levels(self, result: ResultDescription, prefix: str, add: str) -> Rows:
        rows = Rows(f"{prefix}-levels", ROW_WORDS["levels"])
        for at, level in enumerate([*result.levels, *([None] if add == rows.prefix else [])]):
            row = self._row(LevelForm, level, f"{rows.prefix}-{at}", at)
            if level is not None and level.key and level.key == result.required_level:
                row.form.data[f"{rows.prefix}-{at}-required_here"] = "on"  # type: ignore[index]
            rows.rows.append(row)
        return rows

    def _row(self, cls: type[EditorForm], value: Any, prefix: str, at: int) -> Row:
        data = row_data(cls, value, prefix) if value is not None else {}
        form = cls(data, prefix=prefix)
        form.full_clean()
        for bound in form:
            if isinstance(bound.field, Choice):
                bound.field.keep(str(bound.value() or ""))
        name = prefix.rsplit("-", 2)[-2]
        return Row(prefix, f"{ROW_WORDS[name][0]} {at + 1}", form)

    def _place(self, refusal: Refusal) -> None:
        """Put a message beside its field, its group, or, where it has no place, above everything."""
        parts = refusal.field.split(".")
        if parts[0] in self._groups:
            self._place_in_rows(self._groups[parts[0]], parts[1:], refusal.message)
            return
        for length in range(len(parts), 0, -1):
            name = "__".join(parts[:length])
            if name in self.form.fields:
                self.form.add_error(name, refusal.message)
                return
        self.general.append(refusal.message)

    def _place_in_rows(self, rows: Rows, rest: list[str], message: str) -> None:
        if not rest or not rest[0].isdecimal() or int(rest[0]) >= len(rows.rows):
            rows.errors.append(message)
            return
        row = rows.rows[int(rest[0])]
        if len(rest) > 1 and rest[1] == "levels" and row.levels is not None:
            self._place_in_rows(row.levels, rest[2:], message)
        elif len(rest) > 1 and rest[1] in row.form.fields and rest[1] != "key":
            row.form.add_error(rest[1], message)
        else:
            rows.errors.append(message)

    def _mark_required(self) -> None:
        for need in self.framework.required:
            name = need.path.split("|", maxsplit=1)[0].replace(".", "__")
            if name in self.form.fields and (need.when is None or need.when(self.definition)):
                self.form.fields[name].required = True
        for row in self._every_row():
            for name in _NEEDED_IN_ROWS:
                if name in row.form.fields:
                    row.form.fields[name].required = True

    def _every_row(self) -> Iterator[Row]:
        for rows in self._groups.values():
            for row in rows.rows:
                yield row
                yield from row.levels.rows if row.levels else ()

    def _section(self, key: str) -> Section:
        blocks = []
        for item in LAYOUT[key]:
            if isinstance(item, str) and item.startswith("rows:"):
                blocks.append(Block(rows=self._groups[item.removeprefix("rows:")]))
            else:
                names = (item,) if isinstance(item, str) else item
                blocks.append(Block(fields=[self.form[name] for name in names]))
        gaps = sum(1 for gap in self.completeness.missing if gap.section == key)
        wrong = sum(1 for refusal in self.faults if section_of(refusal.field) == key)
        return Section(key, SECTIONS[key], LEADS[key], blocks, gaps, wrong)


def anchor_of(path: str) -> str:
    """The id on the page where a path is edited, so that a link to it moves the focus there."""
    parts = path.split(".")
    if parts[0] in ROW_FORMS:
        name, rest = parts[0], parts[1:]
        if len(rest) == 2 and rest[0].isdecimal() and rest[1] in ROW_FORMS[name].base_fields:
            return f"id_{name}-{rest[0]}-{rest[1]}"
        if len(rest) == 4 and rest[1] == "levels" and rest[3] in LevelForm.base_fields:
            return f"id_{name}-{rest[0]}-levels-{rest[2]}-{rest[3]}"
        return f"rows-{name}"
    for length in range(len(parts), 0, -1):
        name = "__".join(parts[:length])
        if name in DefinitionForm.base_fields:
            widget = DefinitionForm.base_fields[name].widget
            return f"id_{name}_set" if getattr(widget, "use_fieldset", False) else f"id_{name}"
    return "editor"
