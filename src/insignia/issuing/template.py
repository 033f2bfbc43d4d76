"""A credential with slots: where values go, filled as a document or straight into the JSON text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from insignia.achievement import AchievementCredential
from insignia.credential import Kind, instant
from insignia.data_model import Enumeration, Node, node_class
from insignia.endorsement import EndorsementCredential
from insignia.errors import IssuingError, Problem, show
from insignia.jsonld.compiled_slots import Place, Slots, filled, json_text, places_of
from insignia.schema import is_uri

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a whole string at a place must be, such as a URI, where the data model asks for more than text."""

    place: Place
    test: Test
    expected: str


class Template:
    """A credential and its slots: JSON Pointers, `[pointer, prefix, suffix]`, or lists of those.

    Raises DataModelError `shape.slot` for a place that the credential does not have.
    """

    def __init__(self, document: Mapping[str, Any], slots: Slots, kind: Kind) -> None:
        self.document = dict(document)
        self._places = places_of(document, slots)
        self._names = {place.slot for place in self._places}
        self._rules = tuple(rule for p in self._places if (rule := _rule(kind, p)) is not None)
        self._texts, self._order = self._split()

    def check(self, values: Mapping[str, Any]) -> None:
        """Raises IssuingError unless there is one value for each slot, fit for it, and nothing else."""
        if values.keys() != self._names:
            raise IssuingError(
                [
                    *(_missing(name) for name in sorted(self._names - values.keys())),
                    *(_unknown(name, values) for name in sorted(values.keys() - self._names)),
                ]
            )
        problems = []
        for place, test, expected in ((r.place, r.test, r.expected) for r in self._rules):
            value = values[place.slot]
            text = f"{place.prefix}{value}{place.suffix}" if type(value) is str else None
            if text is not None and not test(text):
                problems.append(Problem(place.pointer, expected, show(text), "values.invalid"))
        if problems:
            raise IssuingError(problems)

    def fill(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The document with its values; a value of None removes its member."""
        return filled(self.document, self._places, values)

    def text(self, values: Mapping[str, str]) -> str:
        """The JSON of `fill(values)`, without spaces and without its last brace; all values are texts."""
        escaped = {name: encode_basestring(value)[1:-1] for name, value in values.items()}
        pieces = [self._texts[0]]
        for name, after in zip(self._order, self._texts[1:], strict=True):
            pieces.append(escaped[name])
            pieces.append(after)
        return "".join(pieces)

    def _split(self) -> tuple[list[str], list[str]]:
        """The JSON text of the template cut at its slots, and the names of the slots in that order."""
        names = list(self._names)
        affixes = "".join(place.prefix + place.suffix for place in self._places)
        mark = "@"
        while mark in json_text(self.document) or mark in affixes:
            mark += "@"
        numbered = {name: f"{mark}{i}{mark}" for i, name in enumerate(names)}
        pieces = re.split(f"{mark}(\\d+){mark}", json_text(self.fill(numbered))[:-1])
        return pieces[::2], [names[int(number)] for number in pieces[1::2]]


def _missing(name: str) -> Problem:
    return Problem(f"/{name}", "a value for this slot", "none", "values.missing")


def _unknown(name: str, values: Mapping[str, Any]) -> Problem:
    return Problem(f"/{name}", "no such value", show(values[name]), "values.unknown")


def _rule(kind: Kind, place: Place) -> Rule | None:
    """What the data model asks of a string at a place, as far as a schema would see it."""
    cls: type[Node] | None = {
        Kind.ACHIEVEMENT: AchievementCredential,
        Kind.ENDORSEMENT: EndorsementCredential,
    }.get(kind)
    for step in place.steps:
        if step.isdecimal() or cls is None:
            continue
        m = next((m for m in cls.members if m.name == step), None)
        if m is None:
            return None
        if isinstance(m.type, str) and ":" in m.type:
            cls = node_class(m.type)
            continue
        return _test(m.type, place)
    return None


def _test(type_: str | Enumeration, place: Place) -> Rule | None:
    if isinstance(type_, Enumeration):
        return Rule(place, type_.__contains__, f"a term of {type_.name}")
    if type_ == "uri":
        return Rule(place, is_uri, "a URI with its scheme, such as https://example.org/1")
    if type_ == "date-time":
        expected = "a time with its zone (RFC 3339), such as 2026-01-31T09:30:00Z"
        return Rule(place, lambda text: instant(text) is not None, expected)
    return None
