"""Slots of a template: where values go, and the document and its JSON text with the values in place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insignia.errors import DataModelError, Problem, show

Json = Any
SlotPlace = str | Sequence[str]
"""A JSON Pointer, or `[pointer, prefix, suffix]`."""

Slots = Mapping[str, SlotPlace | Sequence[SlotPlace]]


@dataclass(frozen=True, slots=True)
class Place:
    """The member at `pointer` becomes `prefix + value + suffix`, where `value` is that of `slot`."""

    slot: str
    pointer: str
    prefix: str = ""
    suffix: str = ""

    @property
    def steps(self) -> list[str]:
        """The unescaped steps of the pointer (RFC 6901, section 4)."""
        return [step.replace("~1", "/").replace("~0", "~") for step in self.pointer.split("/")[1:]]


def places_of(template: Mapping[str, Any], slots: Slots) -> tuple[Place, ...]:
    """The places of all slots. Raises DataModelError for a place that the template does not have."""
    places: list[Place] = []
    for name, written in slots.items():
        one = isinstance(written, str) or _has_affixes(template, written)
        for place in [written] if one else written:
            affixes = [place] if isinstance(place, str) else [str(part) for part in place]
            places.append(Place(name, *affixes))
    problems = [
        Problem(place.pointer, f"a member of the template for the slot {place.slot}", "none", "shape.slot")
        for place in places
        if not exists(template, place)
    ]
    pointers = [place.pointer for place in places]
    problems += [
        Problem(pointer, "one slot for each place", "several", "shape.slot")
        for pointer in sorted({pointer for pointer in pointers if pointers.count(pointer) > 1})
    ]
    if problems:
        raise DataModelError(problems)
    return tuple(places)


def _has_affixes(template: Mapping[str, Any], written: Sequence[Any]) -> bool:
    """Whether three strings are one place with a prefix and a suffix, and not three pointers."""
    if len(written) != 3 or not all(isinstance(item, str) for item in written):
        return False
    return not all(item.startswith("/") and exists(template, Place("", item)) for item in written)


def exists(document: Json, place: Place) -> bool:
    """Whether the pointer leads to a member or an item."""
    if not place.pointer.startswith("/"):
        return False
    for step in place.steps:
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return False
    return True


def filled(template: Mapping[str, Any], places: Sequence[Place], values: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the template with the values in place; a value of None removes its member or item."""
    document: dict[str, Any] = json.loads(json.dumps(template))
    removed: list[tuple[Any, Any]] = []
    for place in places:
        parent: Any = document
        for step in place.steps[:-1]:
            parent = parent[int(step) if isinstance(parent, list) else step]
        last = int(place.steps[-1]) if isinstance(parent, list) else place.steps[-1]
        value = values[place.slot]
        if value is None:
            removed.append((parent, last))
        elif isinstance(value, str):
            parent[last] = f"{place.prefix}{value}{place.suffix}"
        elif place.prefix or place.suffix:
            expected = "a string, because the slot has a prefix or a suffix"
            raise DataModelError.at(place.pointer, expected=expected, got=show(value), code="shape.value")
        else:
            parent[last] = value
    # Items go last first, so that the positions of the others hold.
    for parent, last in sorted(removed, key=lambda item: str(item[1]).zfill(9), reverse=True):
        del parent[last]
    return document


def json_text(document: Json) -> str:
    """The JSON of a document without spaces, as this package writes it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
