"""What JSON-LD would silently drop, and what the RDFC cryptosuites therefore refuse to sign.

The walk follows the contexts as Expansion does (API, section 5.1), but it looks at the document as it was
written, so that each problem carries its JSON Pointer, and it goes on after the first one.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from insignia.errors import JsonLdError, Problem, show
from insignia.jsonld.active import (
    KEYWORDS,
    UNSET,
    ActiveContext,
    Json,
    TermDefinition,
    expand_iri,
    initial_context,
)
from insignia.jsonld.context import ContextProcessing
from insignia.jsonld.iri import is_iri
from insignia.jsonld.loading import Loader
from insignia.jsonld.rdf import is_language_tag

MAX_DEPTH: Final = 64
_UNDEFINED: Final = TermDefinition()
_MAPS: Final = frozenset({"@index", "@id", "@type"})
_HARMLESS: Final = frozenset({"@index", "@context"})


def check_terms(document: Json, *, loader: Loader) -> list[Problem]:
    """Everything in the document that would not reach its RDF, all at once; an empty list is the good case.

    Codes: `jsonld.undefined-term`, `jsonld.undefined-type`, `jsonld.relative-iri` (of @id, and of values that
    are IRIs), `jsonld.blank-predicate`, `jsonld.reserved-word`, `jsonld.language` (malformed tag),
    `jsonld.direction` (of what is no text) and `jsonld.dropped-value` (free-floating values, null in a value
    object, nodes that say nothing). There is no base: a relative IRI is one that would need it. Raises
    JsonLdError where the contexts cannot be loaded or processed, or the document is nested too deep.
    """
    check = _Check(loader)
    check.document(document)
    return check.problems


class _Node(NamedTuple):
    """The contexts that hold for the entries of one object."""

    active: ActiveContext
    type_scoped: ActiveContext
    prop: str | None


class _Check:
    def __init__(self, loader: Loader) -> None:
        self.problems: list[Problem] = []
        self._contexts = ContextProcessing(loader)
        self._depth = 0

    def _report(self, where: str, code: str, expected: str, got: Json) -> None:
        self.problems.append(Problem(where, expected, show(got), f"jsonld.{code}"))

    def document(self, document: Json) -> None:
        self._element(initial_context(), None, document, "")

    def _element(
        self, active: ActiveContext, prop: str | None, value: Json, where: str, from_map: bool = False
    ) -> None:
        """The value of `prop`; None and `@graph` stand for a place where only nodes have a meaning."""
        if value is None:
            return
        if not isinstance(value, (dict, list)):
            self._scalar(active, prop, value, where)
            return
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise JsonLdError.at(
                where, expected=f"at most {MAX_DEPTH} levels", got="more", code="nesting too deep"
            )
        if isinstance(value, dict):
            self._object(active, prop, value, where, from_map)
        else:
            for position, item in enumerate(value):
                self._element(active, prop, item, f"{where}/{position}", from_map)
        self._depth -= 1

    def _scalar(self, active: ActiveContext, prop: str | None, value: Json, where: str) -> None:
        if prop is None or prop == "@graph":
            self._report(where, "dropped-value", "a node object", value)
            return
        definition = active.terms.get(prop, _UNDEFINED)
        if definition.scoped:
            active = self._contexts.scoped(active, definition, source=active)
            definition = active.terms.get(prop, _UNDEFINED)
        if not isinstance(value, str) or definition.type == "@json":
            return
        if definition.type in ("@id", "@vocab"):
            self._iri(active, value, where, vocab=definition.type == "@vocab")
            if "@graph" in definition.container:
                self._report(where, "dropped-value", "a node object (it becomes a graph)", value)
        elif definition.type in (None, "@none"):
            language = active.language if definition.language is UNSET else definition.language
            self._tag(language, where)

    def _iri(self, active: ActiveContext, value: str, where: str, *, vocab: bool = False) -> None:
        iri = expand_iri(active, value, vocab=vocab, document_relative=True)
        if iri is None or not (is_iri(iri) or iri.startswith("_:")):
            self._report(where, "relative-iri", "an absolute IRI", value)

    def _tag(self, language: Json, where: str) -> None:
        if isinstance(language, str) and not is_language_tag(language):
            self._report(where, "language", "a well-formed language tag", language)

    def _object(
        self, active: ActiveContext, prop: str | None, value: dict[str, Any], where: str, from_map: bool
    ) -> None:
        definition = active.terms.get(prop, _UNDEFINED) if prop is not None else _UNDEFINED
        source = active
        if active.previous is not None and not from_map and _leaves_scope(active, value):
            active = active.previous
        if definition.scoped:
            active = self._contexts.scoped(active, definition, source=source, override_protected=True)
        if "@context" in value:
            active = self._contexts.process(active, value["@context"], None)
        node = _Node(self._typed(active, value), active, prop)
        names = {key: expand_iri(node.active, key, vocab=True) for key in value if key != "@context"}
        if "@value" in names.values():
            self._value(node, value, {name or key: key for key, name in names.items()}, where)
            return
        self._says_something(prop, definition, value, set(names.values()), where)
        self._entries(node, value, names, where)

    def _typed(self, active: ActiveContext, value: dict[str, Any]) -> ActiveContext:
        """The active context under the type-scoped contexts of an object (API, 5.1.2 step 11)."""
        result = active
        for key in sorted(key for key in value if expand_iri(active, key, vocab=True) == "@type"):
            types = value[key] if isinstance(value[key], list) else [value[key]]
            for name in sorted(item for item in types if isinstance(item, str)):
                definition = active.terms.get(name, _UNDEFINED)
                if definition.scoped:
                    result = self._contexts.scoped(result, definition, source=active, propagate=False)
        return result

    def _says_something(
        self,
        prop: str | None,
        definition: TermDefinition,
        value: dict[str, Any],
        names: set[str | None],
        where: str,
    ) -> None:
        """A node at the top, or in a graph, that has an @id at most, leaves no statement (API, 5.1.2, 19)."""
        names = names - _HARMLESS
        free = prop is None or prop == "@graph" or "@graph" in definition.container
        if names == {"@language"} or (free and (names <= {"@id"} or "@list" in names)):
            self._report(where, "dropped-value", "a node object that states something", value)

    def _value(self, node: _Node, value: dict[str, Any], keyword: dict[str, str], where: str) -> None:
        """A value object (JSON-LD 1.1, section 9.5)."""
        kind = value[keyword["@type"]] if "@type" in keyword else None
        datatype = None
        if isinstance(kind, str):
            datatype = expand_iri(node.type_scoped, kind, vocab=True, document_relative=True)
            if datatype is None or not (datatype == "@json" or is_iri(datatype)):
                place = _under(where, keyword["@type"])
                self._report(place, "undefined-type", "a datatype that the contexts define, or an IRI", kind)
        if value[keyword["@value"]] is None and datatype != "@json":
            self._report(_under(where, keyword["@value"]), "dropped-value", "a value", None)
        if node.prop is None or node.prop == "@graph":
            self._report(where, "dropped-value", "a node object", value)
        if "@language" in keyword:
            self._tag(value[keyword["@language"]], where)
        content = value[keyword["@value"]]
        if "@direction" in keyword and content is not None and not isinstance(content, str):
            place = _under(where, keyword["@direction"])
            self._report(place, "direction", "no base direction beside what is no text", content)
        for name, key in keyword.items():
            if name not in KEYWORDS and not is_iri(name):
                self._report(_under(where, key), "undefined-term", "a term that the contexts define", key)

    def _entries(self, node: _Node, value: dict[str, Any], names: dict[str, str | None], where: str) -> None:
        for key, name in names.items():
            place = _under(where, key)
            if name is None or name in KEYWORDS:
                self._keyword(node, name, key, value[key], place)
            elif name.startswith("_:"):
                self._report(place, "blank-predicate", "a property that is an IRI", name)
            elif not is_iri(name):
                self._report(place, "undefined-term", "a term that the contexts define", key)
            else:
                self._property(node.active, key, value[key], place)

    def _keyword(self, node: _Node, name: str | None, key: str, value: Json, where: str) -> None:
        active = node.active
        if name == "@id":
            if isinstance(value, str):
                self._iri(active, value, where)
        elif name == "@type":
            self._types(node.type_scoped, value, where)
        elif name == "@graph":
            self._element(active, "@graph", value, where)
        elif name == "@included":
            self._element(active, None, value, where)
        elif name in ("@list", "@set"):
            self._element(active, node.prop, value, where)
        elif name == "@reverse":
            self._nested(node, active, value, where)
        elif name == "@nest":
            definition = active.terms.get(key, _UNDEFINED)
            if definition.scoped:
                active = self._contexts.scoped(active, definition, source=active, override_protected=True)
            self._nested(node, active, value, where)
        elif name not in ("@index", "@language", "@direction"):
            self._report(where, "reserved-word", "a term that the contexts define", key)

    def _nested(self, node: _Node, active: ActiveContext, value: Json, where: str) -> None:
        """The objects of @nest and @reverse: their entries count as those of the node."""
        several = isinstance(value, list)
        for position, item in enumerate(value if several else [value]):
            if isinstance(item, dict):
                names = {key: expand_iri(active, key, vocab=True) for key in item}
                place = f"{where}/{position}" if several else where
                self._depth += 1
                if self._depth > MAX_DEPTH:
                    raise JsonLdError.at(
                        place, expected=f"at most {MAX_DEPTH} levels", got="more", code="nesting too deep"
                    )
                self._entries(node._replace(active=active), item, names, place)
                self._depth -= 1

    def _types(self, scope: ActiveContext, value: Json, where: str) -> None:
        several = isinstance(value, list)
        for position, item in enumerate(value if several else [value]):
            if isinstance(item, str):
                iri = expand_iri(scope, item, vocab=True, document_relative=True)
                if iri is None or not (is_iri(iri) or iri.startswith("_:")):
                    place = f"{where}/{position}" if several else where
                    self._report(place, "undefined-type", "a type that the contexts define, or an IRI", item)

    def _property(self, active: ActiveContext, key: str, value: Json, where: str) -> None:
        definition = active.terms.get(key, _UNDEFINED)
        container = definition.container
        if definition.type == "@json":
            return
        if isinstance(value, dict) and "@language" in container:
            for language in value:
                if expand_iri(active, language, vocab=True) != "@none":
                    self._tag(language, _under(where, language))
        elif isinstance(value, dict) and not container.isdisjoint(_MAPS):
            self._map(active, key, definition, value, where)
        else:
            self._element(active, key, value, where)

    def _map(
        self,
        active: ActiveContext,
        key: str,
        definition: TermDefinition,
        value: dict[str, Any],
        where: str,
    ) -> None:
        """Index maps, id maps and type maps (API, 5.1.2 step 13.8): their keys may be IRIs and types."""
        by_type, by_id = "@type" in definition.container, "@id" in definition.container
        outer = active.previous if (by_type or by_id) and active.previous is not None else active
        for index, items in value.items():
            place = _under(where, index)
            scope = outer if by_type else active
            if expand_iri(active, index, vocab=True) != "@none":
                if by_id:
                    self._iri(active, index, place)
                if by_type:
                    self._types(active, index, place)
            typed = outer.terms.get(index, _UNDEFINED) if by_type else _UNDEFINED
            if typed.scoped:
                scope = self._contexts.scoped(outer, typed, source=outer)
            self._element(scope, key, items, place, from_map=True)


def _leaves_scope(active: ActiveContext, value: dict[str, Any]) -> bool:
    """Whether a scope that does not propagate ends at this object (API, 5.1.2 step 7)."""
    names = [expand_iri(active, key, vocab=True) for key in value]
    return "@value" not in names and names != ["@id"]


def _under(where: str, key: str) -> str:
    return f"{where}/{key.replace('~', '~0').replace('/', '~1')}"
