"""A friendly description of a thing of the data model becomes its JSON: names, arrays, types, short forms."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from typing import Any

from insignia.credential import instant
from insignia.data_model import Enumeration, Member, Node, is_extension, node_class
from insignia.errors import Problem, show
from insignia.schema import is_uri
from insignia.strict_json import pointer

# Names that people use, by class; the names of the data model and their snake_case always work too.
ALIASES: Mapping[str, Mapping[str, str]] = {
    "Achievement": {
        "type": "achievementType",
        "skills": "alignment",
        "alignments": "alignment",
        "tags": "tag",
        "language": "inLanguage",
        "credits": "creditsAvailable",
        "code": "humanCode",
        "results": "resultDescription",
        "result_descriptions": "resultDescription",
        "resultDescriptions": "resultDescription",
        "identifiers": "otherIdentifier",
    },
    "Alignment": {
        "name": "targetName",
        "url": "targetUrl",
        "id": "targetUrl",
        "code": "targetCode",
        "description": "targetDescription",
        "framework": "targetFramework",
        "type": "targetType",
    },
    "Criteria": {"url": "id", "text": "narrative"},
    "Evidence": {"url": "id", "text": "narrative"},
    "Image": {"url": "id", "alt": "caption"},
    "Profile": {"identifiers": "otherIdentifier", "parent": "parentOrg"},
    "Related": {"language": "inLanguage"},
    "ResultDescription": {
        "type": "resultType",
        "alignments": "alignment",
        "allowed": "allowedValue",
        "allowed_values": "allowedValue",
        "levels": "rubricCriterionLevel",
        "min": "valueMin",
        "max": "valueMax",
    },
    "Result": {"description": "resultDescription", "level": "achievedLevel"},
}
_SNAKE = re.compile(r"_([a-z])")
_ARTICLES = {"number": "a number", "boolean": "true or false", "object": "an object"}


def is_url(text: str) -> bool:
    """Whether a text is a web address, a DID or a URN rather than prose."""
    return is_uri(text) and not any(c.isspace() for c in text)


def build(cls: type[Node], value: Any, where: str, problems: list[Problem]) -> dict[str, Any]:
    """The JSON of an object of class `cls`, in the order of the data model; adds to `problems`."""
    if isinstance(value, str):
        value = _from_text(cls, value)
    if not isinstance(value, Mapping):
        problems.append(Problem(where, f"a description of {cls.__name__}", show(value), "description.type"))
        return {}
    found: dict[str, Any] = {}
    for name, given in value.items():
        m = _member(cls, str(name))
        if m is None:
            problems.append(_unknown(cls, str(name), where, given))
        elif given is not None and given != []:
            found[m.name] = _values(m, given, where + pointer(str(name)), problems)
    return _in_order(cls, found)


def _from_text(cls: type[Node], text: str) -> Any:
    """One text for a whole object: its address, or its prose."""
    name = cls.__name__
    if name in ("Criteria", "Evidence"):
        return {"id" if is_url(text) else "narrative": text}
    if name == "Alignment":
        return {"targetName": text, "targetUrl": text} if is_url(text) else text
    return {"id": text} if name in ("Image", "Profile", "Related") else text


def _member(cls: type[Node], name: str) -> Member | None:
    alias = ALIASES.get(cls.__name__, {}).get(name)
    wanted = alias or _SNAKE.sub(lambda m: m.group(1).upper(), name)
    return next((m for m in cls.members if m.name == wanted), None)


def _unknown(cls: type[Node], name: str, where: str, given: Any) -> Problem:
    known = [m.name for m in cls.members if not m.name.startswith("@")]
    near = difflib.get_close_matches(name, [*known, *ALIASES.get(cls.__name__, {})], 1)
    expected = f"the name {near[0]}" if near else f"one of the names {', '.join(known)}"
    return Problem(where + pointer(name), expected, show(given), "description.unknown-name")


def _values(m: Member, given: Any, where: str, problems: list[Problem]) -> Any:
    if not m.many:
        return _value(m, given, where, problems)
    if not isinstance(given, (list, tuple)):
        return [_value(m, given, where, problems)]
    return [_value(m, item, f"{where}/{i}", problems) for i, item in enumerate(given)]


def _value(m: Member, given: Any, where: str, problems: list[Problem]) -> Any:
    if isinstance(m.type, Enumeration):
        return _term(m.type, given, where, problems)
    if ":" in m.type:
        return build(node_class(m.type), given, where, problems)
    if m.type in _ARTICLES:
        right = {"number": (int, float), "boolean": (bool,), "object": (dict,)}[m.type]
        if not isinstance(given, right) or (isinstance(given, bool) and m.type == "number"):
            problems.append(Problem(where, _ARTICLES[m.type], show(given), "description.type"))
        return given
    return _text(m, given, where, problems)


def _text(m: Member, given: Any, where: str, problems: list[Problem]) -> str:
    if m.type in ("date-time", "date"):
        return moment(given, where, problems, day_only=m.type == "date")
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return format(given, ".15g") if isinstance(given, float) else str(given)
    if not isinstance(given, str) or not given.strip():
        problems.append(Problem(where, "a text that is not empty", show(given), "description.type"))
        return ""
    if m.type == "uri" and not is_url(given):
        expected = "an address with its scheme, such as https://example.org/1"
        problems.append(Problem(where, expected, show(given), "description.uri"))
    return given


def _term(enumeration: Enumeration, given: Any, where: str, problems: list[Problem]) -> str:
    """A term of an enumeration, found whatever its case and with or without spaces."""
    if isinstance(given, str) and (
        given in enumeration.terms or (enumeration.extensible and is_extension(given))
    ):
        return given
    folded = {_fold(term): term for term in enumeration.terms}
    if isinstance(given, str) and _fold(given) in folded:
        return folded[_fold(given)]
    extension = ", or a term that starts with ext:" if enumeration.extensible else ""
    expected = "one of " + ", ".join(enumeration.terms) + extension
    problems.append(Problem(where, expected, show(given), "description.term"))
    return ""


def _fold(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).lower()


def moment(given: Any, where: str, problems: list[Problem], *, day_only: bool = False) -> str:
    """A time with its zone (RFC 3339) from a text, a TOML date or a datetime; a day is its midnight UTC."""
    if isinstance(given, dt.datetime) and given.tzinfo is not None:
        given = given.isoformat().replace("+00:00", "Z")
    elif isinstance(given, dt.date) and not isinstance(given, dt.datetime):
        given = given.isoformat()
    if isinstance(given, str):
        if _is_day(given):
            return given if day_only else f"{given}T00:00:00Z"
        if instant(given) is not None and not day_only:
            return given
    expected = "a day such as 2026-01-31"
    expected += "" if day_only else ", or a time with its zone such as 2026-01-31T09:30:00Z"
    problems.append(
        Problem(where, expected, show(given if isinstance(given, str) else str(given)), "description.date")
    )
    return ""


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and dt.date.fromisoformat(text) is not None
    except ValueError:
        return False


def _in_order(cls: type[Node], found: dict[str, Any]) -> dict[str, Any]:
    """The members in the order of the data model, `type` filled in: an array where there may be several."""
    ordered: dict[str, Any] = {}
    for m in cls.members:
        if m.name == "type" and cls.type_names:
            names = [group[0] for group in cls.type_names]
            ordered["type"] = names if m.many else names[0]
        elif m.name in found:
            ordered[m.name] = found[m.name]
    return ordered
