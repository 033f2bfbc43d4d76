"""From what was posted to a Definition, and from a Definition to what stands in the fields."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from insignia_server.achievements.checks import KEY
from insignia_server.achievements.definition import (
    Alignment,
    Assessment,
    Creator,
    Definition,
    Expiry,
    OtherIdentifier,
    Related,
    ResultDescription,
    RubricLevel,
    Translation,
)
from insignia_server.achievements.facts import number
from insignia_server.achievements.fields import value_of
from insignia_server.console.achievements.forms import (
    AlignmentForm,
    DefinitionForm,
    EditorForm,
    IdentifierForm,
    LevelForm,
    RelatedForm,
    ResultForm,
    Several,
    TranslationForm,
)

MOST_ROWS: Final = 200
GROUPS: Final[dict[str, Callable[..., Any]]] = {
    "assessment": Assessment,
    "creator": Creator,
    "expiry": Expiry,
}
ROW_FORMS: Final[dict[str, type[EditorForm]]] = {
    "alignments": AlignmentForm,
    "results": ResultForm,
    "translations": TranslationForm,
    "other_identifiers": IdentifierForm,
    "related": RelatedForm,
}
ROW_CLASSES: Final[dict[str, Callable[..., Any]]] = {
    "alignments": Alignment,
    "translations": Translation,
    "other_identifiers": OtherIdentifier,
    "related": Related,
}


@dataclass(frozen=True)
class Reading:
    """What could be read, and the form with what could not: those fields keep what they had before."""

    definition: Definition
    form: DefinitionForm

    @property
    def complete(self) -> bool:
        """Whether every field could be read."""
        return not self.form.errors


def read(data: Any, before: Definition, *, remove: str = "") -> Reading:
    """The definition that was posted. `before` is what the draft holds; `remove` names a row to leave out."""
    form = DefinitionForm(data)
    form.full_clean()
    groups: dict[str, dict[str, Any]] = {name: {} for name in GROUPS}
    values: dict[str, Any] = {}
    for name in form.fields:
        path = name.replace("__", ".")
        value = form.cleaned_data[name] if name in form.cleaned_data else value_of(before, path)
        if name == "eqf_level":
            value = int(value) if str(value).isdecimal() and len(str(value)) < 4 else None
        group, _dot, member = path.partition(".")
        if member:
            groups[group][member] = value
        else:
            values[name] = value
    values |= {name: GROUPS[name](**members) for name, members in groups.items()}
    for name, cls in ROW_CLASSES.items():
        values[name] = tuple(cls(**row) for _prefix, row in _rows(data, name, ROW_FORMS[name], remove))
    values["results"] = _results(data, before, remove)
    return Reading(Definition(**values), form)


def data_of(definition: Definition) -> dict[str, Any]:
    """What stands in the single fields of a definition."""
    return {
        name: written(field, value_of(definition, name.replace("__", ".")))
        for name, field in DefinitionForm.base_fields.items()
    }


def row_data(form: type[EditorForm], row: Any, prefix: str) -> dict[str, Any]:
    """What stands in the fields of a row."""
    names = {field.name for field in dataclasses.fields(row)}
    return {
        f"{prefix}-{name}": written(field, getattr(row, name))
        for name, field in form.base_fields.items()
        if name in names
    }


def written(field: forms.Field, value: Any) -> Any:
    """A value as its field shows it."""
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(field, Several):
        return field.written(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):
        return number(value)
    return "" if value is None else str(value)


def _rows(
    data: Any, prefix: str, form: type[EditorForm], remove: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows in which something was typed, each with its prefix."""
    total = str(data.get(f"{prefix}-total", "0"))
    for at in range(min(int(total), MOST_ROWS) if total.isdecimal() and len(total) < 6 else 0):
        place = f"{prefix}-{at}"
        if place == remove:
            continue
        one = form(data, prefix=place)
        one.full_clean()
        row = {name: one.cleaned_data.get(name, "") for name in one.fields}
        if any(value for name, value in row.items() if name != "key") or _has_levels(data, place):
            yield place, row


def _has_levels(data: Any, place: str) -> bool:
    return any(True for _row in _rows(data, f"{place}-levels", LevelForm, ""))


def _results(data: Any, before: Definition, remove: str) -> tuple[ResultDescription, ...]:
    found: list[ResultDescription] = []
    known = {one.key: one for one in before.results}
    rows = list(_rows(data, "results", ResultForm, remove))
    keys = _keys([row["key"] for _place, row in rows], "result")
    for (place, row), key in zip(rows, keys, strict=True):
        old = known.get(key, ResultDescription())
        levels, needed = _levels(data, f"{place}-levels", old, remove)
        row |= {"key": key, "levels": levels, "required_level": needed, "alignments": old.alignments}
        found.append(ResultDescription(**row))
    return tuple(found)


def _levels(
    data: Any, prefix: str, old: ResultDescription, remove: str
) -> tuple[tuple[RubricLevel, ...], str]:
    """The levels of a result, and the key of the one that is required."""
    rows = [row for _place, row in _rows(data, prefix, LevelForm, remove)]
    keys = _keys([row["key"] for row in rows], "level")
    known = {one.key: one.alignments for one in old.levels}
    needed = next((key for row, key in zip(rows, keys, strict=True) if row["required_here"]), "")
    levels = tuple(
        RubricLevel(
            key=key,
            alignments=known.get(key, ()),
            **{name: value for name, value in row.items() if name not in ("key", "required_here")},
        )
        for row, key in zip(rows, keys, strict=True)
    )
    return levels, needed


def _keys(given: list[str], word: str) -> list[str]:
    """The keys that were given, and new ones for rows without a good one, none twice."""
    taken = set(given)
    fresh = (f"{word}-{number}" for number in range(1, 2 * MOST_ROWS + 2))
    found: list[str] = []
    for key in given:
        chosen = (
            key if KEY.fullmatch(key) and key not in found else next(one for one in fresh if one not in taken)
        )
        taken.add(chosen)
        found.append(chosen)
    return found
