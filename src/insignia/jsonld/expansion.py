"""The Expansion algorithm (JSON-LD 1.1 API, section 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia.errors import JsonLdError
from insignia.jsonld.active import (
    KEYWORDS,
    UNSET,
    ActiveContext,
    Json,
    TermDefinition,
    expand_iri,
    fail,
    initial_context,
    is_alias,
)
from insignia.jsonld.context import ContextProcessing
from insignia.jsonld.expanded import (
    add_value,
    as_list,
    expand_value,
    finish_node,
    is_graph_object,
    is_list_object,
    is_value_object,
    items_of,
    leaves_scope,
    mark_item,
    within,
)
from insignia.jsonld.loading import Loader
from insignia.jsonld.options import Options

MAX_DEPTH: Final = 64
_MAPS: Final = frozenset({"@index", "@type", "@id"})


def expand(
    document: Json,
    *,
    loader: Loader,
    base: str | None = None,
    options: Options | Mapping[str, Any] | None = None,
) -> list[Json]:
    """The expanded form of a JSON-LD document; `options` by name of the API or as Options.

    `base` is the URL of the document, for relative IRIs and relative context URLs. Raises JsonLdError with an
    error code of the API, or `nesting too deep` beyond MAX_DEPTH objects and arrays in one another.
    """
    try:
        return Expansion(loader, base, Options.of(options)).document(document)
    except RecursionError as error:
        code, expected = "nesting too deep", f"at most {MAX_DEPTH} levels"
        raise JsonLdError.at("", expected=expected, got="more", code=code) from error


class Expansion:
    """One expansion of one document."""

    def __init__(self, loader: Loader, base: str | None, options: Options) -> None:
        self._contexts = ContextProcessing(loader)
        self._base_url = base if base is not None else options.base
        self._options = options
        self._old = options.processing_mode == "json-ld-1.0"
        self._ordered = options.ordered
        self._depth = 0

    def document(self, document: Json) -> list[Json]:
        """The steps of JsonLdProcessor.expand (API, section 9.1)."""
        options = self._options
        base = self._base_url if options.base is None else options.base
        active = initial_context(base, options.processing_mode, self._base_url)
        context = options.expand_context
        if context is not None:
            context = context["@context"] if isinstance(context, dict) and "@context" in context else context
            active = self._contexts.process(active, context, self._base_url)
        result = self.element(active, None, document, False)
        if isinstance(result, dict) and result.keys() == {"@graph"}:
            result = result["@graph"]
        return [] if result is None else as_list(result)

    def element(self, active: ActiveContext, prop: str | None, element: Json, from_map: bool) -> Json:
        """The expansion of one element under `prop`, the active property."""
        if element is None:
            return None
        if isinstance(element, dict):
            self._enter()
            result = self._object(active, prop, element, from_map)
        elif isinstance(element, list):
            self._enter()
            result = self._array(active, prop, element, from_map)
        else:
            return self._scalar(active, prop, element)
        self._depth -= 1
        return result

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            fail("nesting too deep", f"at most {MAX_DEPTH} objects and arrays in one another", "more")

    def _scalar(self, active: ActiveContext, prop: str | None, value: Json) -> Json:
        if prop is None or prop == "@graph":
            return None
        definition = active.terms.get(prop)
        if definition is not None and definition.scoped:
            # Step 4.2 does not say "override protected", step 8 does; jsonld.js never fails here.
            active = self._contexts.scoped(active, definition, source=active, override_protected=True)
        return expand_value(active, active.terms.get(prop), value)

    def _array(
        self, active: ActiveContext, prop: str | None, items: list[Json], from_map: bool
    ) -> list[Json]:
        definition = active.terms.get(prop) if prop is not None else None
        in_list = definition is not None and "@list" in definition.container
        result: list[Json] = []
        for position, item in enumerate(items):
            try:
                expanded = self.element(active, prop, item, from_map)
            except JsonLdError as error:
                raise within(position, error) from error
            if isinstance(expanded, list):
                if in_list:
                    result.append({"@list": expanded})
                else:
                    result.extend(expanded)
            elif expanded is not None:
                result.append(expanded)
        return result

    def _object(
        self, active: ActiveContext, prop: str | None, element: dict[str, Any], from_map: bool
    ) -> Json:
        definition = active.terms.get(prop) if prop is not None else None
        source = active
        if active.previous is not None and not from_map and leaves_scope(active, element):
            active = active.previous
        if definition is not None and definition.scoped:
            active = self._contexts.scoped(active, definition, source=source, override_protected=True)
        if "@context" in element:
            try:
                active = self._contexts.process(active, element["@context"], self._base_url)
            except JsonLdError as error:
                raise within("@context", error) from error
        type_scoped = active
        active, input_type = self._types(active, element)
        result: dict[str, Any] = {}
        node = _Node(active, type_scoped, prop, input_type, result)
        self._entries(node, element)
        return finish_node(result, prop)

    def _types(self, active: ActiveContext, element: dict[str, Any]) -> tuple[ActiveContext, str | None]:
        """Steps 10 to 12: applies type-scoped contexts, and finds the input type."""
        keys = [key for key in element if key == "@type" or is_alias(active, key, "@type")]
        if not keys:
            return active, None
        keys.sort()
        type_scoped = active
        for key in keys:
            types = [value for value in as_list(element[key]) if isinstance(value, str)]
            for term in sorted(types):
                definition = type_scoped.terms.get(term)
                if definition is not None and definition.scoped:
                    active = self._contexts.scoped(active, definition, source=type_scoped, propagate=False)
        values = as_list(element[keys[0]])
        last = values[-1] if values else None
        return active, expand_iri(active, last, vocab=True) if isinstance(last, str) else None

    def _entries(self, node: _Node, element: dict[str, Any]) -> None:
        """Steps 13 and 14, for a node object or for the value of a nesting term."""
        active, nests = node.active, []
        for key, value in sorted(element.items()) if self._ordered else element.items():
            if key == "@context":
                continue
            expanded = expand_iri(active, key, vocab=True)
            if expanded is None or (":" not in expanded and expanded not in KEYWORDS):
                continue
            try:
                if expanded == "@nest":
                    self._check_keyword(node, expanded)
                    nests.append(key)
                elif expanded in KEYWORDS:
                    self._keyword(node, expanded, value)
                else:
                    self._property(node, key, expanded, value)
            except JsonLdError as error:
                raise within(key, error) from error
        for key in sorted(nests) if self._ordered else nests:
            try:
                self._nested(node, key, element[key])
            except JsonLdError as error:
                raise within(key, error) from error

    def _nested(self, node: _Node, key: str, value: Json) -> None:
        active = node.active
        definition = active.terms.get(key)
        if definition is not None and definition.scoped:
            active = self._contexts.scoped(active, definition, source=active, override_protected=True)
        for nested in as_list(value):
            if not isinstance(nested, dict) or any(
                name == "@value" or is_alias(active, name, "@value") for name in nested
            ):
                fail("invalid @nest value", "an object without @value", nested)
            self._enter()
            self._entries(_Node(active, node.type_scoped, key, node.input_type, node.result), nested)
            self._depth -= 1

    def _check_keyword(self, node: _Node, keyword: str) -> None:
        if node.prop == "@reverse":
            fail("invalid reverse property map", "no keywords in a reverse property map", keyword)
        repeatable = keyword == "@included" or (keyword == "@type" and not self._old)
        if keyword in node.result and not repeatable:
            fail("colliding keywords", f"one entry that means {keyword}", "two")

    def _keyword(self, node: _Node, keyword: str, value: Json) -> None:
        """Step 13.4."""
        self._check_keyword(node, keyword)
        active, result = node.active, node.result
        if keyword == "@id":
            if not isinstance(value, str):
                fail("invalid @id value", "a string", value)
            result["@id"] = expand_iri(active, value, document_relative=True)
        elif keyword == "@type":
            self._type(node, value)
        elif keyword == "@value":
            self._value_entry(node, value)
        elif keyword == "@graph":
            result["@graph"] = items_of(self.element(active, "@graph", value, False))
        elif keyword == "@list":
            if node.prop is not None and node.prop != "@graph":
                result["@list"] = items_of(self.element(active, node.prop, value, False))
        elif keyword == "@set":
            expanded = self.element(active, node.prop, value, False)
            if expanded is not None:
                result["@set"] = expanded
        elif keyword == "@reverse":
            self._reverse(node, value)
        elif keyword == "@included":
            self._included(node, value)
        else:
            _annotation(node, keyword, value, self._old)

    def _type(self, node: _Node, value: Json) -> None:
        if not isinstance(value, str) and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            fail("invalid type value", "a string or an array of strings", value)
        scope, result = node.type_scoped, node.result
        expanded: Json
        if isinstance(value, str):
            expanded = expand_iri(scope, value, vocab=True, document_relative=True)
        else:
            found = [expand_iri(scope, item, vocab=True, document_relative=True) for item in value]
            expanded = [item for item in found if item is not None]
        if expanded is None:
            return
        result["@type"] = [*as_list(result["@type"]), *as_list(expanded)] if "@type" in result else expanded

    def _value_entry(self, node: _Node, value: Json) -> None:
        if node.input_type == "@json":
            if self._old:
                fail("invalid value object value", "no JSON literal in processing mode json-ld-1.0", value)
        elif isinstance(value, (dict, list)):
            fail("invalid value object value", "a string, number, boolean or null", value)
        node.result["@value"] = value

    def _included(self, node: _Node, value: Json) -> None:
        if self._old:
            return
        expanded = items_of(self.element(node.active, None, value, False))
        # Values, lists and null are dropped where there is no property: what is left are node objects.
        if len(expanded) < len(as_list(value)):
            fail("invalid @included value", "node objects", value)
        node.result["@included"] = [*node.result.get("@included", ()), *expanded]

    def _reverse(self, node: _Node, value: Json) -> None:
        if not isinstance(value, dict):
            fail("invalid @reverse value", "an object", value)
        expanded = self.element(node.active, "@reverse", value, False)
        for prop, items in expanded.pop("@reverse", {}).items():
            add_value(node.result, prop, items)
        if expanded:
            self._add_reverse(node, expanded)

    def _add_reverse(self, node: _Node, properties: dict[str, Any]) -> None:
        reverse = node.result.setdefault("@reverse", {})
        for prop, items in properties.items():
            for item in items:
                if is_value_object(item) or is_list_object(item):
                    fail("invalid reverse property value", "node objects", item)
                add_value(reverse, prop, item)

    def _property(self, node: _Node, key: str, expanded: str, value: Json) -> None:
        """Steps 13.5 to 13.14."""
        active = node.active
        definition = active.terms.get(key)
        if definition is None:
            item = self.element(active, key, value, False)
            if item is not None:
                add_value(node.result, expanded, item)
            return
        container = definition.container
        if definition.type == "@json":
            item = {"@value": value, "@type": "@json"}
        elif container and isinstance(value, dict) and "@language" in container:
            item = self._language_map(active, definition, value)
        elif container and isinstance(value, dict) and not container.isdisjoint(_MAPS):
            item = self._map(active, key, definition, value)
        else:
            item = self.element(active, key, value, False)
        if item is None:
            return
        if "@list" in container and not is_list_object(item):
            item = {"@list": as_list(item)}
        if "@graph" in container and "@id" not in container and "@index" not in container:
            item = [{"@graph": as_list(entry)} for entry in as_list(item)]
        if definition.reverse:
            self._add_reverse(node, {expanded: as_list(item)})
        else:
            add_value(node.result, expanded, item)

    def _language_map(
        self, active: ActiveContext, definition: TermDefinition, value: dict[str, Any]
    ) -> list[Json]:
        """Step 13.7."""
        direction = active.direction if definition.direction is UNSET else definition.direction
        result: list[Json] = []
        for language, items in sorted(value.items()) if self._ordered else value.items():
            tagged = expand_iri(active, language, vocab=True) != "@none"
            for item in as_list(items):
                if item is None:
                    continue
                if not isinstance(item, str):
                    fail("invalid language map value", "strings", item)
                entry = {"@value": item}
                if tagged:
                    entry["@language"] = language
                if direction is not None:
                    entry["@direction"] = direction
                result.append(entry)
        return result

    def _map(
        self, active: ActiveContext, key: str, definition: TermDefinition, value: dict[str, Any]
    ) -> list[Json]:
        """Step 13.8: index maps, id maps and type maps."""
        container = definition.container
        by_identity = "@id" in container or "@type" in container
        outer = active.previous if by_identity and active.previous is not None else active
        result: list[Json] = []
        for index, items in sorted(value.items()) if self._ordered else value.items():
            scope = outer if "@type" in container else active
            typed = outer.terms.get(index) if "@type" in container else None
            if typed is not None and typed.scoped:
                scope = self._contexts.scoped(outer, typed, source=outer)
            expanded_index = expand_iri(active, index, vocab=True)
            try:
                for item in items_of(self.element(scope, key, as_list(items), True)):
                    if "@graph" in container and not is_graph_object(item):
                        item = {"@graph": as_list(item)}
                    mark_item(active, definition, item, index, expanded_index)
                    result.append(item)
            except JsonLdError as error:
                raise within(index, error) from error
        return result


@dataclass(slots=True)
class _Node:
    """What the steps for the entries of one object share."""

    active: ActiveContext
    type_scoped: ActiveContext
    prop: str | None
    input_type: str | None
    result: dict[str, Any]


def _annotation(node: _Node, keyword: str, value: Json, old: bool) -> None:
    """@language, @direction and @index; other keywords have no meaning here and are dropped."""
    if keyword == "@language":
        if not isinstance(value, str):
            fail("invalid language-tagged string", "a language tag", value)
    elif keyword == "@direction":
        if old:
            return
        if value not in ("ltr", "rtl"):
            fail("invalid base direction", "ltr or rtl", value)
    elif keyword == "@index":
        if not isinstance(value, str):
            fail("invalid @index value", "a string", value)
    else:
        return
    node.result[keyword] = value
