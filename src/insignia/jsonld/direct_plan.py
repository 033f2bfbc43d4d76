"""Plans: what each member of a node object means in RDF, worked out once per context, keys and types.

A `Table` is a place where a node object may stand: an active context as it is inherited there, and perhaps
a property-scoped context. It holds one `Entry` per set of keys, and an entry one `Plan` per set of types.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from insignia.errors import JsonLdError
from insignia.jsonld.active import KEYWORDS, UNSET, ActiveContext, Json, TermDefinition, expand_iri
from insignia.jsonld.iri import AFTER_SCHEME, is_iri
from insignia.jsonld.nquads import RDF, XSD

LITERAL: Final = 0
IRI: Final = 1
VOCAB: Final = 2
SCOPED: Final = 3
LIST: Final = 4
GRAPH: Final = 5
JSON: Final = 6
TYPES: Final = 7

MAX_NODES: Final = 30
"""Nodes in one another; with their arrays fewer than the levels at which Expansion stops."""

_RDF_TYPE: Final = f" <{RDF}type> "
_LANGUAGE = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*").fullmatch
# Values with these schemes are IRIs whatever the context says: `//` follows (API, 5.2 step 6.2), or no
# term has the scheme's name.
_HTTP = re.compile(rf"https?://{AFTER_SCHEME}").fullmatch
_COMMON = re.compile(rf"(?:https?://|did:|urn:){AFTER_SCHEME}").fullmatch
_COMMON_SCHEMES: Final = ("did", "urn")
# Definitions of achievements and profiles recur from credential to credential; what is personal does not.
_RECURRING: Final = frozenset(
    {
        "https://www.w3.org/2018/credentials#issuer",
        "https://purl.imsglobal.org/spec/vc/ob/vocab.html#achievement",
    }
)


_UNDEFINED: Final = TermDefinition()
_TYPE_KINDS: Final = {"@id": IRI, "@vocab": VOCAB, "@json": JSON}
_CONTAINER_KINDS: Final = {frozenset({"@list"}): LIST, frozenset({"@graph"}): GRAPH}


class NotDirect(Exception):
    """The direct translation does not handle this; the general algorithms do, or say what is wrong."""


@dataclass(slots=True, eq=False)
class Coercion:
    """What the scalars under a term become: LITERAL, IRI, VOCAB or JSON.

    `tail` ends the line of a string (datatype or language); `datatype` is that of numbers and booleans;
    `active` expands IRIs, and `known` remembers some.
    """

    kind: int
    tail: str
    datatype: str | None
    active: ActiveContext
    known: dict[str, str] = field(default_factory=dict)


class Step(NamedTuple):
    """One member of a node object.

    `head` is ` <predicate> `, and `tail` ends the line of a plain string. `coercion` is None where no scalar
    may stand. `recurs` marks values whose lines are worth keeping. `lines` are the whole type lines.
    """

    key: str
    kind: int
    head: str
    tail: str
    table: Table
    recurs: bool
    coercion: Coercion | None
    lines: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class Plan:
    """How to write a node object. Lines come out sorted: `initial` first, `steps` by predicate."""

    id_key: str | None
    initial: list[str]
    steps: list[Step]
    is_common_iri: Callable[[str], object]
    active: ActiveContext
    reference: bool


@dataclass(slots=True, eq=False)
class Entry:
    """What follows from the keys alone. `plan` is set when no type matters, `keywords` for a value object."""

    active: ActiveContext
    keys: tuple[str, ...]
    depth: int
    type_key: str | None = None
    plan: Plan | None = None
    local: bool = False
    keywords: dict[str, str] | None = None
    by_type: dict[Any, Plan] = field(default_factory=dict)
    datatypes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Table:
    """A place for node objects, `depth` nodes deep. `settled` when its node's own context is processed."""

    active: ActiveContext
    scoped: TermDefinition | None = None
    settled: bool = False
    depth: int = 0
    entries: dict[tuple[str, ...], Entry] = field(default_factory=dict)


ScopedContext = Callable[..., ActiveContext]
"""ContextProcessing.scoped, refusing what cannot be kept."""


def compile_entry(table: Table, keys: tuple[str, ...], scoped: ScopedContext) -> Entry:
    """The entry for a node object with these keys (API, section 5.1.2, steps 7 to 11)."""
    active = table.active
    if table.depth > MAX_NODES:
        raise NotDirect("deep nesting")
    if not table.settled:
        active = _inherited(table, keys, scoped)
        if "@context" in keys:
            return Entry(active, keys, table.depth, local=True)
    names = {key: expand_iri(active, key, vocab=True) for key in keys if key != "@context"}
    if "@value" in names.values():
        return _value_entry(active, table, keys, names)
    type_keys = [key for key, name in names.items() if name == "@type"]
    if len(type_keys) > 1:
        raise NotDirect("several keys for @type")
    entry = Entry(active, keys, table.depth, type_keys[0] if type_keys else None)
    if not type_keys:
        entry.plan = compile_plan(entry, (), scoped)
    return entry


def _inherited(table: Table, keys: tuple[str, ...], scoped: ScopedContext) -> ActiveContext:
    """The active context once a type-scoped one is left and the property-scoped one applied."""
    active = table.active
    if active.previous is not None:
        names = [expand_iri(active, key, vocab=True) for key in keys]
        if "@value" not in names and names != ["@id"]:
            active = active.previous
    if table.scoped is not None:
        active = scoped(active, table.scoped, source=table.active, override_protected=True)
    return active


def _value_entry(
    active: ActiveContext, table: Table, keys: tuple[str, ...], names: dict[str, str | None]
) -> Entry:
    keywords = {name: key for key, name in names.items() if name is not None}
    if len(keywords) != len(names) or not keywords.keys() <= {"@value", "@type", "@language"}:
        raise NotDirect("an unusual value object")
    return Entry(active, keys, table.depth, keywords=keywords)


def compile_plan(entry: Entry, types: tuple[str, ...], scoped: ScopedContext) -> Plan:
    """The plan for a node object with the keys of `entry` and these types."""
    outer = active = entry.active
    for name in sorted(types):
        definition = outer.terms.get(name)
        if definition is not None and definition.scoped:
            active = scoped(active, definition, source=outer, propagate=False)
    type_lines = tuple(sorted({f"{_RDF_TYPE}<{_type_iri(outer, name)}> .\n" for name in types}))
    id_key = None
    steps: list[Step] = []
    for key in entry.keys:
        if key == "@context":
            continue
        meaning = expand_iri(active, key, vocab=True)
        if meaning == "@id" and id_key is None:
            id_key = key
        elif (meaning == "@type") != (key == entry.type_key) or meaning is None:
            raise NotDirect("a key that a type-scoped context redefines, or an undefined term")
        elif meaning != "@type":
            steps.append(_step(active, key, meaning, scoped, entry.depth + 1))
    reference = id_key is not None and not steps and not types
    initial = [""]
    if types and all(step.head > _RDF_TYPE for step in steps):
        initial += type_lines
    elif types and entry.type_key is not None:
        steps.append(Step(entry.type_key, TYPES, _RDF_TYPE, "", Table(active), False, None, type_lines))
    steps.sort(key=lambda step: step.head)
    if len({step.head for step in steps}) < len(steps):
        raise NotDirect("two keys for one predicate")
    common = _HTTP if any(scheme in active.terms for scheme in _COMMON_SCHEMES) else _COMMON
    return Plan(id_key, initial, steps, common, active, reference)


def _type_iri(outer: ActiveContext, name: str) -> str:
    iri = expand_iri(outer, name, vocab=True, document_relative=True)
    if iri is None or not is_iri(iri):
        raise NotDirect("an undefined type")
    return iri


def _step(active: ActiveContext, key: str, name: str, scoped: ScopedContext, depth: int) -> Step:
    if name in KEYWORDS or not is_iri(name):
        raise NotDirect("a keyword, or an undefined term")
    definition = active.terms.get(key, _UNDEFINED)
    if definition.reverse:
        raise NotDirect("a reverse property")
    if definition.scoped and definition.type != "@json":
        kind, coercion, tail = SCOPED, _scoped_coercion(active, key, definition, scoped), ""
    else:
        coercion = _coercion(active, definition)
        kind, tail = coercion.kind, coercion.tail
    container = definition.container - {"@set"}
    if container:
        if container not in _CONTAINER_KINDS or definition.type == "@json":
            raise NotDirect("a map container, or a JSON literal in a container")
        kind = _CONTAINER_KINDS[container]
    table = Table(active, definition if definition.scoped else None, depth=depth)
    return Step(key, kind, f" <{name}> ", tail, table, kind <= IRI and name in _RECURRING, coercion)


def _scoped_coercion(
    active: ActiveContext, key: str, definition: TermDefinition, scoped: ScopedContext
) -> Coercion | None:
    """The coercion of scalars under a term with a scoped context (API, section 5.1.2, step 4.2)."""
    try:
        active = scoped(active, definition, source=active)
    except JsonLdError:
        return None
    return _coercion(active, active.terms.get(key, _UNDEFINED))


def _coercion(active: ActiveContext, definition: TermDefinition) -> Coercion:
    """What scalars become under a term (API, section 5.3.2)."""
    kind = _TYPE_KINDS.get(definition.type or "@none", LITERAL)
    if kind != LITERAL:
        return Coercion(kind, "", None, active)
    coerced = definition.type
    if coerced is not None and coerced != "@none":
        tail = " .\n" if coerced == XSD + "string" else f"^^<{coerced}> .\n"
        return Coercion(LITERAL, tail, coerced, active)
    direction = active.direction if definition.direction is UNSET else definition.direction
    language = active.language if definition.language is UNSET else definition.language
    if direction is not None:
        raise NotDirect("a base direction")
    tail = " .\n" if language is None else f"@{language_tag(language)} .\n"
    return Coercion(LITERAL, tail, None, active)


def datatype_of(entry: Entry, value: Json) -> str:
    """The datatype IRI that the `@type` of a value object means."""
    if not isinstance(value, str):
        raise NotDirect("a datatype that is no string")
    found = entry.datatypes.get(value)
    if found is None:
        iri = expand_iri(entry.active, value, vocab=True, document_relative=True)
        if iri is None or not is_iri(iri):
            raise NotDirect("a datatype that is no IRI, or @json")
        if len(entry.datatypes) < 64:
            entry.datatypes[value] = iri
        return iri
    return found


def language_tag(value: object) -> str:
    """A language tag in lower case, which is its value (RDF 1.1 Concepts, 3.3) and what others sign."""
    tag = value.lower() if isinstance(value, str) else ""
    if _LANGUAGE(tag) is None:
        raise NotDirect("an unusual language tag")
    return tag
