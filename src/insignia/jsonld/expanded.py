"""Shapes of expanded JSON-LD: value, list, graph and node objects (JSON-LD 1.1, section 9)."""

from __future__ import annotations

from typing import Any, Final

from insignia.errors import JsonLdError
from insignia.jsonld.active import (
    UNSET,
    ActiveContext,
    Json,
    TermDefinition,
    expand_iri,
    fail,
    is_alias,
)
from insignia.jsonld.iri import is_iri

_VALUE_ENTRIES: Final = frozenset({"@value", "@type", "@language", "@direction", "@index"})
_GRAPH_ENTRIES: Final = frozenset({"@graph", "@id", "@index"})


def as_list(value: Json) -> list[Json]:
    """The value itself when it is an array, otherwise an array of it."""
    return value if isinstance(value, list) else [value]


def is_value_object(value: Json) -> bool:
    """Whether it has @value."""
    return isinstance(value, dict) and "@value" in value


def is_list_object(value: Json) -> bool:
    """Whether it has @list."""
    return isinstance(value, dict) and "@list" in value


def is_graph_object(value: Json) -> bool:
    """Whether it has @graph, and besides it only @id and @index."""
    return isinstance(value, dict) and "@graph" in value and value.keys() <= _GRAPH_ENTRIES


def add_value(target: dict[str, Any], key: str, value: Json) -> None:
    """Add Value with `as array` true (JSON-LD API, section 4.4)."""
    items = target.get(key)
    if items is None:
        target[key] = list(value) if isinstance(value, list) else [value]
    elif isinstance(value, list):
        items.extend(value)
    else:
        items.append(value)


def finish_node(result: dict[str, Any], prop: str | None) -> Json:
    """Steps 15 to 20 of Expansion: checks the object, and drops what says nothing."""
    if "@value" in result:
        if not _keep_value(result):
            return None
    elif "@type" in result:
        result["@type"] = as_list(result["@type"])
    if "@set" in result or "@list" in result:
        if not result.keys() <= {"@set", "@index"} and not result.keys() <= {"@list", "@index"}:
            fail("invalid set or list object", "@list or @set with nothing but @index", sorted(result))
        if "@set" in result:
            return result["@set"]
    if result.keys() == {"@language"}:
        return None
    if prop is None or prop == "@graph":
        return _without_free_floating(result)
    return result


def _keep_value(result: dict[str, Any]) -> bool:
    """Step 15: whether the value object stands for a value."""
    typed = "@type" in result
    if not result.keys() <= _VALUE_ENTRIES or (typed and ("@language" in result or "@direction" in result)):
        fail("invalid value object", "@value with @type, or with @language and @direction", sorted(result))
    value, kind = result["@value"], result.get("@type")
    if kind == "@json":
        return True
    if value is None or value == []:
        return False
    if not isinstance(value, str) and "@language" in result:
        fail("invalid language-tagged value", "a string beside @language", value)
    if typed and not (isinstance(kind, str) and is_iri(kind)):
        fail("invalid typed value", "an IRI as @type", kind)
    return True


def _without_free_floating(result: dict[str, Any]) -> Json:
    """Step 19."""
    if not result or "@value" in result or "@list" in result or result.keys() == {"@id"}:
        return None
    return result


def items_of(expanded: Json) -> list[Json]:
    """The items of an expansion; none where it is null."""
    return [] if expanded is None else as_list(expanded)


def expand_value(active: ActiveContext, definition: TermDefinition | None, value: Json) -> dict[str, Any]:
    """Value Expansion (API, section 5.3)."""
    if definition is None:
        result: dict[str, Any] = {"@value": value}
        if isinstance(value, str):
            if active.language is not None:
                result["@language"] = active.language
            if active.direction is not None:
                result["@direction"] = active.direction
        return result
    kind = definition.type
    if isinstance(value, str) and (kind == "@id" or kind == "@vocab"):
        return {"@id": expand_iri(active, value, vocab=kind == "@vocab", document_relative=True)}
    result = {"@value": value}
    if kind is not None and kind not in ("@id", "@vocab", "@none"):
        result["@type"] = kind
    elif isinstance(value, str):
        language = active.language if definition.language is UNSET else definition.language
        direction = active.direction if definition.direction is UNSET else definition.direction
        if language is not None:
            result["@language"] = language
        if direction is not None:
            result["@direction"] = direction
    return result


def leaves_scope(active: ActiveContext, element: dict[str, Any]) -> bool:
    """Step 7: whether a scope that does not propagate ends at this object."""
    if any(key == "@value" or is_alias(active, key, "@value") for key in element):
        return False
    return len(element) != 1 or not any(key == "@id" or is_alias(active, key, "@id") for key in element)


def within(key: str | int, error: JsonLdError) -> JsonLdError:
    """The same error, seen from the object or array that holds the value at `key`."""
    segment = str(key).replace("~", "~0").replace("/", "~1")
    return JsonLdError(problem.under(f"/{segment}") for problem in error.problems)


def mark_item(
    active: ActiveContext,
    definition: TermDefinition,
    item: dict[str, Any],
    index: str,
    expanded: str | None,
) -> None:
    """Step 13.8.3.7: writes the key of the map into the item."""
    container = definition.container
    if expanded == "@none":
        return
    if not ("@index" in container and definition.index is None):
        _check_markable(item)
    if "@index" in container and definition.index not in (None, "@index"):
        assert definition.index is not None
        term = definition.index
        value = expand_value(active, active.terms.get(term), index)
        prop = expand_iri(active, term, vocab=True)
        if prop is not None:
            item[prop] = [value, *as_list(item.get(prop, []))]
    elif "@index" in container:
        item.setdefault("@index", index)
    elif "@id" in container:
        if "@id" not in item:
            item["@id"] = expand_iri(active, index, document_relative=True)
    elif expanded is not None:
        item["@type"] = [expanded, *as_list(item.get("@type", []))]


def _check_markable(item: dict[str, Any]) -> None:
    """Only a node object can take an @id, a @type or a property; elsewhere it would be lost in silence."""
    if is_value_object(item):
        fail("invalid value object", "a node object in this map", item)
    if is_list_object(item):
        fail("invalid set or list object", "a node object in this map", item)
