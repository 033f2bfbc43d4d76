"""How much work a foreign JSON Schema asks for: counted before a validator is let loose on it.

References that double at each step make twenty lines of schema take hours, and both the schema and the
credential may come from the same stranger. The count follows every keyword that applies a schema, once for
each pair of schema and value, so that it is itself cheap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

_LISTS = ("allOf", "anyOf", "oneOf")
_IN_PLACE = ("not", "if", "then", "else")
_BY_NAME = ("dependentSchemas", "dependencies")
_OF_MEMBERS = ("additionalProperties", "unevaluatedProperties")
_OF_ITEMS = ("items", "prefixItems", "additionalItems", "unevaluatedItems", "contains")
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_META_SCHEMAS = re.compile(r"https?://json-schema\.org/")
_META_COST = 1_000


class TooMuchWorkError(Exception):
    """The schema asks for more than the limit, goes round in circles, or refers to what is not in it."""


def count(schema: Any, instance: Any, limit: int) -> int:
    """The number of times that a schema is applied to a value in validating `instance`, every branch counted.

    Raises TooMuchWorkError above `limit`, for an endless recursion and for a reference out of the schema.
    """
    try:
        return _Count(schema, limit).of(schema, instance)
    except RecursionError:
        raise TooMuchWorkError("the schema is nested too deeply") from None


class _Count:
    def __init__(self, root: Any, limit: int) -> None:
        self._root = root
        self._limit = limit
        self._known: dict[tuple[int, int], int | None] = {}
        self._anchors = dict(_anchors(root))

    def of(self, schema: Any, value: Any) -> int:
        if not isinstance(schema, dict):
            return 1
        key = (id(schema), id(value))
        if key in self._known:
            known = self._known[key]
            if known is None:
                raise TooMuchWorkError("the schema refers to itself without end")
            return known
        if len(self._known) >= self._limit:
            raise TooMuchWorkError("the schema asks for too many checks")
        self._known[key] = None
        total = 1
        for part, child in self._applications(schema, value):
            total += self.of(part, child)
            if total > self._limit:
                raise TooMuchWorkError("the schema asks for too many checks")
        self._known[key] = total
        return total

    def _applications(self, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Any, Any]]:
        for keyword in _LISTS:
            parts = schema.get(keyword)
            yield from ((part, value) for part in (parts if isinstance(parts, list) else ()))
        yield from ((schema[keyword], value) for keyword in _IN_PLACE if keyword in schema)
        for keyword in _BY_NAME:
            parts = schema.get(keyword)
            yield from ((part, value) for part in (parts.values() if isinstance(parts, dict) else ()))
        for keyword in _REFERENCES:
            if isinstance(schema.get(keyword), str):
                yield from ((target, value) for target in self._targets(schema[keyword]))
        if isinstance(value, dict):
            yield from _on_members(schema, value)
        elif isinstance(value, list):
            yield from _on_items(schema, value)

    def _targets(self, reference: str) -> Iterator[Any]:
        base, _, fragment = reference.partition("#")
        own = str(self._root.get("$id", "")).partition("#")[0] if isinstance(self._root, dict) else ""
        if _META_SCHEMAS.match(base):
            yield {"allOf": [True] * _META_COST}
        elif base not in ("", own):
            raise TooMuchWorkError(f"the schema refers to {reference[:80]}, which is not in it")
        elif fragment and not fragment.startswith("/"):
            yield from self._anchors.get(fragment, ())
        else:
            yield _at(self._root, unquote(fragment))


def _on_members(schema: Mapping[str, Any], value: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    named = schema.get("properties")
    if isinstance(named, dict):
        yield from ((named[name], child) for name, child in value.items() if name in named)
    patterns = schema.get("patternProperties")
    for part in patterns.values() if isinstance(patterns, dict) else ():
        yield from ((part, child) for child in value.values())
    for keyword in _OF_MEMBERS:
        if keyword in schema:
            yield from ((schema[keyword], child) for child in value.values())
    if "propertyNames" in schema:
        yield from ((schema["propertyNames"], name) for name in value)


def _on_items(schema: Mapping[str, Any], value: list[Any]) -> Iterator[tuple[Any, Any]]:
    for keyword in _OF_ITEMS:
        part = schema.get(keyword)
        if isinstance(part, list):
            yield from zip(part, value, strict=False)
        elif part is not None:
            yield from ((part, child) for child in value)


def _anchors(root: Any) -> Iterator[tuple[str, list[Any]]]:
    """Every anchor with the schemas that it names; a nested `$id` changes what references mean: refused."""
    found: dict[str, list[Any]] = {}
    pending = [root]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            pending.extend(here.values())
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(here.get(keyword), str):
                    found.setdefault(here[keyword], []).append(here)
            if here is not root and isinstance(here.get("$id"), str):
                raise TooMuchWorkError("the schema holds another one with an $id of its own")
        elif isinstance(here, list):
            pending.extend(here)
    yield from found.items()


def _at(root: Any, path: str) -> Any:
    """The value at a JSON Pointer; True, the schema that allows everything, where there is none."""
    here = root
    for step in path.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and name in here:
            here = here[name]
        elif isinstance(here, list) and name.isdecimal() and int(name) < len(here):
            here = here[int(name)]
        else:
            return True
    return here
