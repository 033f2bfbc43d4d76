"""The OpenAPI document as sections of a page. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_DEEP: Final = 6


@dataclass(frozen=True)
class Field:
    """A member of a body, or a parameter."""

    name: str
    type: str
    required: bool
    text: str
    where: str = ""


@dataclass(frozen=True)
class Entry:
    """One operation."""

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_kind: str
    example: str
    answers: tuple[tuple[str, str, tuple[Field, ...]], ...]


@dataclass(frozen=True)
class Section:
    """A resource."""

    name: str
    entries: tuple[Entry, ...]


def reference(document: Mapping[str, Any]) -> list[Section]:
    """The operations by tag, in the order of the document."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                operation = operations[method]
                found[operation["tags"][0]].append(_entry(document, method, path, operation))
    return [Section(name, tuple(entries)) for name, entries in found.items()]


def _entry(document: Mapping[str, Any], method: str, path: str, operation: Mapping[str, Any]) -> Entry:
    content = operation.get("requestBody", {}).get("content", {})
    kind: str = next(iter(content), "")
    schema = content[kind]["schema"] if kind else {}
    return Entry(
        anchor=operation["operationId"].replace("_", "-"),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        text=operation.get("description", "").replace("`", ""),
        scope=operation.get("x-scope", ""),
        parameters=tuple(
            Field(
                one["name"],
                _type(document, one["schema"]),
                one["required"],
                one.get("description", ""),
                one["in"],
            )
            for one in operation["parameters"]
        ),
        body=_fields(document, schema),
        body_kind=kind,
        example=json.dumps(_example(document, schema), indent=2) if kind == "application/json" else "",
        answers=tuple(
            (status, one["description"], _fields(document, _schema(one)))
            for status, one in operation["responses"].items()
            if str(status).startswith("2")
        ),
    )


def _schema(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    contents: list[Mapping[str, Any]] = list(answer.get("content", {}).values())
    return contents[0]["schema"] if contents else {}


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Field, ...]:
    resolved = _resolved(document, schema)
    required = resolved.get("required", ())
    return tuple(
        Field(name, _type(document, one), name in required, one.get("description", ""))
        for name, one in resolved.get("properties", {}).items()
    )


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_type(document, one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _example(document: Mapping[str, Any], schema: Mapping[str, Any], deep: int = 0) -> Any:
    """A body with every member, to copy and fill in."""
    resolved = _resolved(document, schema)
    if "default" in resolved:
        return resolved["default"]
    if "anyOf" in resolved:
        return _example(document, resolved["anyOf"][0], deep)
    kind = resolved.get("type")
    if kind == "object" and deep < _DEEP:
        return {
            name: _example(document, one, deep + 1) for name, one in resolved.get("properties", {}).items()
        }
    if kind == "array":
        return [_example(document, resolved.get("items", {}), deep + 1)] if deep < _DEEP else []
    by_kind: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "object": {}}
    formats = {"uuid": "0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d", "date-time": "2026-11-25T12:00:00Z"}
    return by_kind.get(str(kind), formats.get(resolved.get("format", ""), "…"))
