"""The bundled JSON Schemas, compiled once, and their errors as problems for a person."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from insignia import contexts
from insignia.errors import Problem, show
from insignia.strict_json import pointer

_PATTERNS = (
    ("/spec/clr/v2p0/context", f"a CLR 2.0 context such as {contexts.CLR_2_0_1}"),
    ("/spec/ob/v3p0/context", f"an Open Badges 3.0 context such as {contexts.OPEN_BADGES_3_0_3}"),
    ("[a-z]{2,4}", "a language tag such as en or en-GB"),
    (r"\.[a-zA-Z0-9_-]*\.", "a compact JWS: three parts with full stops between them"),
)
_FORMATS = {
    "date-time": "a date and time with its zone (RFC 3339), such as 2026-01-31T09:30:00Z",
    "date": "a date, such as 2026-01-31",
}
_CODES = {
    "const": "value",
    "enum": "term",
    "anyOf": "term",
    "contains": "value",
    "minItems": "empty",
}
_TYPES = {"object": "a JSON object", "array": "an array", "string": "a string", "number": "a number"}


def problems(name: str, document: Any) -> list[Problem]:
    """What the bundled schema in the file `name` finds wrong with a document, all at once, by place."""
    schema, validator = _compiled(name)
    try:
        if validator.is_valid(document):
            return []
        found = [p for error in validator.iter_errors(document) for p in _problems(error, schema)]
    except ValueError as error:  # a Python value that no JSON text gives, such as a date or a lone surrogate
        return [Problem("", "JSON", str(error), "schema.not-json")]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.where)


@cache
def _compiled(name: str) -> tuple[Mapping[str, Any], Any]:
    import jsonschema_rs

    schema = json.loads(files(contexts).joinpath("schemas", name).read_bytes())
    return schema, jsonschema_rs.Draft201909Validator(schema, validate_formats=True, offline=True)


def _problems(error: Any, schema: Mapping[str, Any]) -> Iterator[Problem]:
    where = pointer(*error.instance_path)
    kind = error.kind
    if kind.name == "additionalProperties":
        for name in kind.unexpected:
            got = show(error.instance[name])
            yield Problem(where + pointer(name), "no member of that name", got, "schema.unknown-member")
        return
    got = "none" if kind.name == "required" else show(error.instance)
    yield Problem(where, _expected(error, schema), got, f"schema.{_CODES.get(kind.name, kind.name)}")


def _expected(error: Any, schema: Mapping[str, Any]) -> str:
    kind = error.kind
    match kind.name:
        case "required":
            return f"a member {show(kind.property)}"
        case "type":
            return " or ".join(_TYPES.get(t, f"a {t}") for t in kind.types)
        case "const":
            return show(kind.expected_value, 120)
        case "format":
            return _FORMATS[kind.format]
        case "pattern":
            return next(words for part, words in _PATTERNS if part in kind.pattern)
        case "minItems":
            return f"at least {kind.limit} value{'s' if kind.limit > 1 else ''}"
    return _expected_term(kind.name, _at(schema, error.schema_path))


def _expected_term(keyword: str, constraint: Any) -> str:
    """The terms that an `enum`, `contains` or `anyOf` of an enumeration asks for."""
    if keyword == "contains":
        return " or ".join(constraint.get("enum") or [constraint["const"]]) + " among the values"
    if keyword == "anyOf":
        return ", ".join(constraint[0]["enum"]) + ", or a term that starts with ext:"
    return "one of " + ", ".join(constraint)


def _at(schema: Any, path: list[str | int]) -> Any:
    for step in path:
        schema = schema[step]
    return schema
