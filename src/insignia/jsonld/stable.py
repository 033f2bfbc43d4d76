"""The RDF of a document and of selections of it, in which a blank node keeps its label."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any, Final

from insignia.errors import JsonLdError
from insignia.jsonld.active import ActiveContext, Json
from insignia.jsonld.direct import in_lower_case, is_exotic
from insignia.jsonld.direct_lines import Lines, quads
from insignia.jsonld.direct_plan import NotDirect, Step, Table
from insignia.jsonld.direct_plans import Plans
from insignia.jsonld.direct_walk import Alike, Walk, quote_any
from insignia.jsonld.expanded import is_list_object
from insignia.jsonld.expansion import Expansion
from insignia.jsonld.loading import Loader
from insignia.jsonld.nquads import Quad
from insignia.jsonld.options import SIGNED
from insignia.jsonld.rdf import Translation
from insignia.jsonld.safety import check_terms
from insignia.jsonld.selection import Names

_NO_NODES: Final = ("@value", "@list", "@set")


def stable_quads(document: dict[str, Json], names: Names, *, loader: Loader) -> list[Quad]:
    """The quads of a document, or of a selection that `select` made with the same `names`.

    Raises JsonLdError for what is no JSON-LD, and with one problem for each thing that JSON-LD would drop.
    """
    try:
        return _directly(document, names, loader)
    except (NotDirect, Alike):
        return _generally(document, names, loader)


def _directly(document: dict[str, Json], names: Names, loader: Loader) -> list[Quad]:
    plans = Plans(loader)
    try:
        if "@context" not in document:
            raise NotDirect("no context")
        table = plans.root(document["@context"])
        quote: Callable[[str], str]
        for quote in (encode_basestring, quote_any):
            fragment = _StableWalk(plans, names, quote).document(document, table)
            found = list(dict.fromkeys(quads(fragment, [], label=bytes.decode)))
            if not is_exotic("\n".join(quad[2] for quad in found)):
                break
        return found
    except (JsonLdError, KeyError, TypeError, UnicodeEncodeError, RecursionError) as error:
        raise NotDirect(str(error)) from error


def _generally(document: dict[str, Json], names: Names, loader: Loader) -> list[Quad]:
    problems = check_terms(document, loader=loader)
    if problems:
        raise JsonLdError(problems)
    expansion = _StableExpansion(loader, None, SIGNED, names)
    expanded = expansion.document(document)
    translation = _StableTranslation(names, expansion.lists)
    for item in expanded:
        translation.standing(item, "@default")
    found = ((quad[0], quad[1], in_lower_case(quad[2]), quad[3]) for quad in translation.quads)
    return list(dict.fromkeys(found))


class _StableWalk(Walk):
    """The direct walk, naming blank nodes by the object that they are read from."""

    def __init__(self, plans: Plans, names: Names, quote: Callable[[str], str]) -> None:
        super().__init__(plans, hashlib.sha256, quote, named=True)
        self._names = names
        self._within: list[Json] = []
        self._lists: list[tuple[int, list[Any]]] = []  # how deep a list stands; its term and cells so far

    def node(self, value: dict[str, Any], table: Table, above: str) -> str | bytes:
        self._within.append(value)
        token = super().node(value, table, above)
        self._within.pop()
        return token

    def _blank(self, lines: Lines, above: str) -> bytes:  # noqa: ARG002
        owner = self._names.key(self._within[-1])
        key: Any = owner
        if self._lists and self._lists[-1][0] == len(self._within):
            cell = self._lists[-1][1]
            cell[1] += 1
            key = (owner, cell[0], 0, cell[1])
        name = self._names.label(key).encode()
        self.blanks[name] = lines
        return name

    def _list(self, value: Json, step: Step, above: str) -> str | bytes:
        self._lists.append((len(self._within), [step.key, 0]))
        token = super()._list(value, step, above)
        self._lists.pop()
        return token

    def _graph(self, item: Json, step: Step) -> bytes:  # noqa: ARG002
        raise NotDirect("a graph container")


class _Label(str):
    """An `@id` that is a label of ours, whatever the document calls its own blank nodes."""

    __slots__ = ()


class _StableExpansion(Expansion):
    """Expansion that gives every node object an `@id`; `lists` has what tells a list, by its items."""

    def __init__(self, loader: Loader, base: str | None, options: Any, names: Names) -> None:
        super().__init__(loader, base, options)
        self._names = names
        self._within: list[Json] = []
        self.lists: dict[int, tuple[Any, ...]] = {}

    def _object(
        self, active: ActiveContext, prop: str | None, element: dict[str, Any], from_map: bool
    ) -> Json:
        self._within.append(element)
        result = super()._object(active, prop, element, from_map)
        self._within.pop()
        if isinstance(result, dict) and "@id" not in result and _is_node(result, active, prop, from_map):
            result["@id"] = _Label(self._names.label(self._names.key(element)))
        return result

    def _property(self, node: Any, key: str, expanded: str, value: Json) -> None:
        super()._property(node, key, expanded, value)
        owner = self._names.key(self._within[-1])
        values = node.result.get(expanded, ())
        for number, items in enumerate(item["@list"] for item in values if is_list_object(item)):
            self.lists.setdefault(id(items), (owner, key, number))


def _is_node(result: dict[str, Any], active: ActiveContext, prop: str | None, from_map: bool) -> bool:
    if prop == "@reverse" or not result.keys().isdisjoint(_NO_NODES):
        return False
    if prop is None and result.keys() == {"@graph"}:
        return False  # the default graph
    definition = active.terms.get(prop) if from_map and prop is not None else None
    return definition is None or "@id" not in definition.container  # there the map gives it


class _StableTranslation(Translation):
    def __init__(self, names: Names, lists: dict[int, tuple[Any, ...]]) -> None:
        super().__init__(SIGNED)
        self._names = names
        self._lists = lists

    def _blank(self, identifier: str | None = None) -> str:
        if isinstance(identifier, _Label):
            return str(identifier)
        self._fresh += 1
        return self._names.label(("own", identifier) if identifier is not None else ("new", self._fresh))

    def _cells(self, items: list[Json]) -> list[str]:
        key = self._lists.get(id(items), ("list", id(items)))
        for position, item in enumerate(items):
            if is_list_object(item):
                self._lists.setdefault(id(item["@list"]), (*key, position))
        return [self._names.label((*key, len(items) - position)) for position in range(len(items))]
