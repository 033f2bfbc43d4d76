"""How a class of the data model is described: once, as a frozen dataclass whose fields carry JSON name,
type and cardinality. The typed views are read from that description and the JSON Schemas written from it.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Self, TypeAlias, TypeVar, dataclass_transform

from insignia.errors import DataModelError, Problem, show
from insignia.strict_json import pointer

TypeNames: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A closed list of terms; where `extensible`, terms that start with `ext:` may be added by anyone."""

    name: str
    terms: tuple[str, ...]
    extensible: bool = False

    def __contains__(self, term: str) -> bool:
        return term in self.terms or (self.extensible and is_extension(term))


def is_extension(term: str) -> bool:
    """Whether a term extends an enumeration: `ext:` and at least one letter, digit, `.`, `-`, `_` or `|`."""
    follows = term[4:5]
    return term.startswith("ext:") and follows.isascii() and (follows.isalnum() or follows in tuple(".-_|"))


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a class.

    `type` is a primitive (`string`, `uri`, `date-time`, `date`, `number`, `boolean`, `language`, `jws`,
    `object`, `context`), an Enumeration, or `module:Class`. `many` members are arrays (0..* or 1..*) of at
    least one value; only a `compacted` one may stand without its array (Open Badges 3.0, 'Compacted document
    form'), and a `single` one has one value without array. `or_uri` allows the identifier instead of the
    object. `model` limits a member to one version of the W3C data model, `required_in` its being required.
    """

    attribute: str
    name: str
    type: str | Enumeration
    required: bool = False
    many: bool = False
    compacted: bool = False
    or_uri: bool = False
    model: str | None = None
    single: bool = False
    required_in: str | None = None

    def must(self, model: str) -> bool:
        """Whether the member must be there in that version of the data model."""
        return self.required and self.required_in in (None, model)


def member(name: str, type: str | Enumeration = "string", *, legacy_name: str = "", **how: Any) -> Any:
    """A dataclass field for the member `name`; `how` are the options of Member. `legacy_name` is its name
    in the data model 1.1."""
    default: Any = () if how.get("many") else None
    return field(
        default=default, metadata={"name": name, "type": type, "legacy_name": legacy_name, "how": how}
    )


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(member,))
@dataclass(frozen=True, kw_only=True)
class Node:
    """A typed, read-only view of a JSON object. `json` is the object itself, unknown members included.

    A subclass becomes a frozen dataclass by itself. `type_names` are the names that must stand in `type`,
    one of each group; a `closed` class has no members but the ones it names.
    """

    type_names: ClassVar[TypeNames] = ()
    closed: ClassVar[bool] = False
    members: ClassVar[tuple[Member, ...]] = ()
    json: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        cls.members = _members(cls)

    @classmethod
    def read(cls, value: Any) -> Self:
        """The view of a JSON object. Raises DataModelError with every member that is missing or not of its
        type. One value where an array is asked is read as an array of one."""
        problems: list[Problem] = []
        node = read_node(cls, value, "", problems)
        if node is None:
            raise DataModelError(problems)
        return node

    @property
    def extra(self) -> dict[str, Any]:
        """The members that the data model does not name."""
        known = {m.name for m in self.members}
        return {name: value for name, value in self.json.items() if name not in known}


def _members(cls: type[Node]) -> tuple[Member, ...]:
    """The members of a class in the order of the data model; those of both versions of the model."""
    found: list[Member] = []
    for f in dataclasses.fields(cls):
        if "name" not in f.metadata:
            continue
        legacy = f.metadata["legacy_name"]
        how = f.metadata["how"]
        found.append(
            Member(f.name, f.metadata["name"], f.metadata["type"], model="2.0" if legacy else None, **how)
        )
        if legacy:
            found.append(Member(f.name, legacy, f.metadata["type"], model="1.1", **how))
    return tuple(found)


@cache
def node_class(reference: str) -> type[Node]:
    """The class named by `module:Class`; looked up late because the classes refer to each other."""
    module, _, name = reference.partition(":")
    found: type[Node] = getattr(importlib.import_module(f"insignia.{module}"), name)
    return found


N = TypeVar("N", bound=Node)


def read_node(cls: type[N], value: Any, where: str, problems: list[Problem]) -> N | None:
    """The view of one object, or None after adding to `problems`. A string stands for an object's `id`."""
    if isinstance(value, str) and "id" in {m.attribute for m in cls.members}:
        return cls(json={"id": value}, **{"id": value})
    if not isinstance(value, Mapping):
        problems.append(Problem(where, f"a JSON object ({cls.__name__})", show(value), "data-model.type"))
        return None
    before = len(problems)
    values: dict[str, Any] = {}
    for m in cls.members:
        if m.name in value:
            values[m.attribute] = _read_member(m, value[m.name], where + pointer(m.name), problems)
    problems.extend(
        Problem(where, f"a member {show(m.name)}", "none", "data-model.required")
        for m in cls.members
        if m.must("") and m.attribute not in values and m.model != "1.1"
    )
    return cls(json=value, **values) if len(problems) == before else None


def _read_member(m: Member, value: Any, where: str, problems: list[Problem]) -> Any:
    if not m.many:
        return _read_value(m.type, value, where, problems)
    if not isinstance(value, list):
        return (_read_value(m.type, value, where, problems),)
    return tuple(_read_value(m.type, item, f"{where}/{i}", problems) for i, item in enumerate(value))


_PRIMITIVES: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "number": ("a number", (int, float)),
    "boolean": ("true or false", (bool,)),
    "object": ("a JSON object", (dict,)),
    "context": ("a URL or a JSON object", (str, dict)),
}


def _read_value(type_: str | Enumeration, value: Any, where: str, problems: list[Problem]) -> Any:
    if isinstance(type_, str) and ":" in type_:
        return read_node(node_class(type_), value, where, problems)
    expected, types = _PRIMITIVES.get(str(type_), ("a string", (str,)))
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        problems.append(Problem(where, expected, show(value), "data-model.type"))
    return value
