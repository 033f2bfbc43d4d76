"""The JSON Schemas of the data model, written from the class descriptions.

`python -m insignia.schema.generation` writes them to `contexts/schemas`, where they are committed; a test
compares the two. The texts are ours, the constraints those of the Open Badges 3.0 data model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from insignia import contexts
from insignia.achievement import AchievementCredential
from insignia.clr import ClrCredential
from insignia.data_model import Enumeration, Member, Node, node_class
from insignia.endorsement import EndorsementCredential
from insignia.profile import Profile
from insignia.verifiable_credential import OpenBadgesCredential, VerifiableCredential, VerifiablePresentation

DIALECT = "https://json-schema.org/draft/2019-09/schema"
OPEN_BADGES_CONTEXT = r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json$"
CLR_CONTEXT = r"^https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.\d\.\d)*\.json$"
_FIRST_CONTEXT = {"2.0": contexts.CREDENTIALS_V2, "1.1": contexts.CREDENTIALS_V1}
_STRING = {"type": "string"}
_PRIMITIVES: dict[str, dict[str, Any]] = {
    "string": _STRING,
    "uri": _STRING,
    "date-time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "language": {"type": "string", "pattern": "^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"},
    "jws": {"type": "string", "pattern": r"^[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+$"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "object": {"type": "object"},
    "context": {"type": ["string", "object"]},
}


def schema(cls: type[Node], model: str) -> dict[str, Any]:
    """The JSON Schema (draft 2019-09) of a class in a version of the W3C data model, `2.0` or `1.1`."""
    return {
        "$schema": DIALECT,
        "title": cls.__name__,
        "$ref": f"#/$defs/{cls.__name__}",
        "$defs": _definitions(cls, model),
    }


def any_schema(cls: type[Node]) -> dict[str, Any]:
    """The schema of a class in either version, chosen by the first context."""
    first = {"items": [{"const": contexts.CREDENTIALS_V1}]}
    return {
        "$schema": DIALECT,
        "title": f"{cls.__name__} of the data model 2.0 or 1.1",
        "if": {"properties": {"@context": first}, "required": ["@context"]},
        "then": {"$ref": f"#/$defs/{cls.__name__}-1.1"},
        "else": {"$ref": f"#/$defs/{cls.__name__}-2.0"},
        "$defs": {**_definitions(cls, "2.0", "-2.0"), **_definitions(cls, "1.1", "-1.1")},
    }


def _definitions(cls: type[Node], model: str, suffix: str = "") -> dict[str, Any]:
    classes = sorted(_reachable(cls), key=lambda c: c.__name__)
    return {c.__name__ + suffix: _class_schema(c, model, suffix) for c in classes}


def files() -> dict[str, dict[str, Any]]:
    """File name to schema, for every bundled schema."""
    found: dict[str, dict[str, Any]] = {}
    classes: dict[str, type[Node]] = {
        "achievement-credential": AchievementCredential,
        "endorsement-credential": EndorsementCredential,
        "clr-credential": ClrCredential,
        "verifiable-credential": VerifiableCredential,
        "verifiable-presentation": VerifiablePresentation,
    }
    for name, cls in classes.items():
        for model in ("2.0", "1.1"):
            found[f"{name}-vc-{model}.json"] = schema(cls, model)
        if issubclass(cls, OpenBadgesCredential):
            found[f"{name}-any.json"] = any_schema(cls)
    found["profile.json"] = schema(Profile, "2.0")
    return found


def _reachable(cls: type[Node]) -> set[type[Node]]:
    found = {cls}
    pending = [cls]
    while pending:
        for m in pending.pop().members:
            if isinstance(m.type, str) and ":" in m.type and (other := node_class(m.type)) not in found:
                found.add(other)
                pending.append(other)
    return found


def _class_schema(cls: type[Node], model: str, suffix: str) -> dict[str, Any]:
    members = [m for m in cls.members if m.model in (None, model)]
    return {
        "description": (cls.__doc__ or "").split(".")[0].replace("\n    ", " ") + ".",
        "type": "object",
        "properties": {m.name: _member_schema(cls, m, model, suffix) for m in members},
        "required": [m.name for m in members if m.must(model)],
        **({"additionalProperties": False} if cls.closed else {}),
    }


def _member_schema(cls: type[Node], m: Member, model: str, suffix: str) -> dict[str, Any]:
    if m.name == "@context":
        return _context_schema(cls, model)
    if m.name == "type" and cls.type_names:
        return _type_schema(cls, m)
    value = _value_schema(m, suffix)
    if not m.many or m.single:
        return value
    array: dict[str, Any] = {"type": "array", "items": value}
    if m.required:
        array["minItems"] = 1
    return {"if": {"type": "array"}, "then": array, "else": value} if m.compacted else array


def _value_schema(m: Member, suffix: str) -> dict[str, Any]:
    if isinstance(m.type, Enumeration):
        return _enumeration_schema(m.type)
    if ":" not in m.type:
        return _PRIMITIVES[m.type]
    reference = {"$ref": f"#/$defs/{node_class(m.type).__name__}{suffix}"}
    return {"if": {"type": "string"}, "else": reference} if m.or_uri else reference


def _enumeration_schema(enumeration: Enumeration) -> dict[str, Any]:
    terms = {"enum": list(enumeration.terms)}
    if not enumeration.extensible:
        return {"type": "string", **terms}
    return {"type": "string", "anyOf": [terms, {"pattern": "^ext:[a-zA-Z0-9|._-]"}]}


def _type_schema(cls: type[Node], m: Member) -> dict[str, Any]:
    groups = [{"const": g[0]} if len(g) == 1 else {"enum": list(g)} for g in cls.type_names]
    if not m.many:
        return groups[0]
    array = {
        "type": "array",
        "items": _STRING,
        "minItems": 1,
        "allOf": [{"contains": group} for group in groups],
    }
    return array if len(groups) > 1 else {"if": {"type": "array"}, "then": array, "else": groups[0]}


def _context_schema(cls: type[Node], model: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = [{"const": _FIRST_CONTEXT[model]}]
    if issubclass(cls, ClrCredential):
        items.append({"type": "string", "pattern": CLR_CONTEXT})
    if issubclass(cls, OpenBadgesCredential):
        items.append({"type": "string", "pattern": OPEN_BADGES_CONTEXT})
    return {
        "type": "array",
        "minItems": len(items),
        "items": items,
        "additionalItems": _PRIMITIVES["context"],
    }


def _serialised(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def texts() -> Iterator[tuple[str, str]]:
    """File name and text of every bundled schema."""
    return ((name, _serialised(content)) for name, content in files().items())


def write(folder: Path) -> None:
    """Writes every schema into `folder`."""
    for name, text in texts():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(contexts.__file__).parent / "schemas")
