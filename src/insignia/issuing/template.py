"""A credential with slots: where values go, filled as a document or straight into the JSON text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from insignia.achievement import AchievementCredential
from insignia.credential import Kind, instant
from insignia.data_model import Enumeration, Node, node_class
from insignia.endorsement import EndorsementCredential
from insignia.errors import IssuingError, Problem, show
from insignia.schema import is_uri

Slots = Mapping[str, Any]
Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a slot: a JSON Pointer to a string, which becomes `prefix` + value + `suffix`."""

    pointer: str
    prefix: str = ""
    suffix: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The unescaped steps of the pointer."""
        return tuple(s.replace("~1", "/").replace("~0", "~") for s in self.pointer.split("/")[1:])


@dataclass(frozen=True, slots=True)
class Rule:
    """What a whole string at a place must be, such as a URI, where the data model asks for more than text."""

    place: Place
    test: Test
    expected: str


class Template:
    """A credential and its slots. Raises IssuingError when a slot does not lie at a string."""

    def __init__(self, document: Mapping[str, Any], slots: Slots, kind: Kind) -> None:
        self.document = dict(document)
        self.places = {name: tuple(_places(slot, document)) for name, slot in slots.items()}
        problems = [
            Problem(place.pointer, f"a text in the template, for the slot {name}", "none", "template.slot")
            for name, places in self.places.items()
            for place in places
            if not isinstance(_at(document, place.steps), str)
        ]
        if problems:
            raise IssuingError(problems)
        self._rules = {
            name: tuple(rule for place in places if (rule := _rule(kind, place)) is not None)
            for name, places in self.places.items()
        }
        self._texts, self._order = self._split()

    def check(self, values: Mapping[str, Any]) -> None:
        """Raises IssuingError unless there is one good text for each slot and nothing else."""
        problems = []
        if values.keys() != self.places.keys():
            problems = [
                *(
                    Problem(f"/{n}", "a value for this slot", "none", "values.missing")
                    for n in self.places
                    if n not in values
                ),
                *(
                    Problem(f"/{n}", "no such value", show(values[n]), "values.unknown")
                    for n in values
                    if n not in self.places
                ),
            ]
        for name, value in values.items():
            if not isinstance(value, str):
                problems.append(Problem(f"/{name}", "a text", show(value), "values.type"))
                continue
            problems.extend(
                Problem(rule.place.pointer, rule.expected, show(value), "values.invalid")
                for rule in self._rules.get(name, ())
                if not rule.test(f"{rule.place.prefix}{value}{rule.place.suffix}")
            )
        if problems:
            raise IssuingError(problems)

    def fill(self, values: Mapping[str, str]) -> dict[str, Any]:
        """The document with its values; what no slot touches is shared with the template."""
        filled = dict(self.document)
        copied: set[int] = {id(filled)}
        for name, places in self.places.items():
            for place in places:
                _put(filled, place.steps, f"{place.prefix}{values[name]}{place.suffix}", copied)
        return filled

    def text(self, values: Mapping[str, str]) -> str:
        """The JSON of `fill(values)`, without spaces and without its last brace."""
        escaped = {name: encode_basestring(value)[1:-1] for name, value in values.items()}
        pieces = [self._texts[0]]
        for name, after in zip(self._order, self._texts[1:], strict=True):
            pieces.append(escaped[name])
            pieces.append(after)
        return "".join(pieces)

    def _split(self) -> tuple[list[str], list[str]]:
        """The JSON text of the template cut at its slots, and the names of the slots in that order."""
        plain = _compact(self.document)
        mark = "@"
        while mark in plain or any(mark in p.prefix + p.suffix for ps in self.places.values() for p in ps):
            mark += "@"
        numbered = {name: f"{mark}{i}{mark}" for i, name in enumerate(self.places)}
        pieces = re.split(f"{mark}(\\d+){mark}", _compact(self.fill(numbered))[:-1])
        names = list(self.places)
        return pieces[::2], [names[int(number)] for number in pieces[1::2]]


def _compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _places(slot: Any, document: Any) -> Iterator[Place]:
    """A pointer, `[pointer, prefix, suffix]`, or a list of those."""
    if isinstance(slot, str):
        yield Place(slot)
    elif isinstance(slot, Place):
        yield slot
    elif _is_place(slot, document):
        yield Place(*slot)
    elif isinstance(slot, Sequence):
        for one in slot:
            yield from _places(one, document)
    else:
        raise IssuingError.at("", expected="the places of a slot", got=show(slot), code="template.slot")


def _is_place(slot: Any, document: Any) -> bool:
    if not isinstance(slot, Sequence) or len(slot) != 3 or not all(isinstance(s, str) for s in slot):
        return False
    rest = [s for s in slot[1:] if s.startswith("/") and isinstance(_at(document, Place(s).steps), str)]
    return len(rest) < 2


def _at(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _put(target: Any, steps: Sequence[str], value: str, copied: set[int]) -> None:
    """Sets the string at `steps`; containers on the way are copied once, the template keeps its own."""
    for step in steps[:-1]:
        key: Any = int(step) if isinstance(target, list) else step
        child = target[key]
        if id(child) not in copied:
            child = target[key] = child.copy()
            copied.add(id(child))
        target = child
    target[int(steps[-1]) if isinstance(target, list) else steps[-1]] = value


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
