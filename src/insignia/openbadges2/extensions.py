"""Extensions of Open Badges: objects with `Extension` in their type, which say in a context what they hold.

Those in the registry of 1EdTech are checked by the table below; of others it is only known that they exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from insignia.errors import Problem, show
from insignia.openbadges2.reading import listed
from insignia.openbadges2.shapes import PRIMITIVES
from insignia.strict_json import pointer

Json = Any
_DEPTH: Final = 12
_NAMES: Final = ("Extension", "extension", "obi:Extension")
_NAMESPACES: Final = (
    "https://w3id.org/openbadges/extensions#",
    "https://openbadgespec.org/extensions/#",
    "obi:extensions/#",
    "obi:extensions#",
    "extensions:#",
    "extensions:",
)


class Member(NamedTuple):
    """A member of an extension; `iri` is the name that its context gives it, which may stand in its place."""

    name: str
    iri: str
    kind: str
    required: bool = True


_SCHEMA: Final = "http://schema.org/"
# From the contexts and schemas of the registry (openbadges-specification, extensions).
REGISTRY: Final[Mapping[str, tuple[Member, ...]]] = {
    "ExampleExtension": (Member("exampleProperty", _SCHEMA + "text", "text"),),
    "ApplyLink": (Member("url", _NAMESPACES[0] + "applyLink", "iri"),),
    "originalCreator": (Member("url", _NAMESPACES[0] + "#originalCreator", "iri"),),
    "OriginalCreator": (Member("url", _NAMESPACES[0] + "#originalCreator", "iri"),),
    "GeoCoordinates": (
        Member("description", _SCHEMA + "description", "text"),
        Member("geo", _SCHEMA + "geo", "object"),
        Member("name", _SCHEMA + "name", "text", False),
    ),
    "LicenseExtension": (
        Member("id", "@id", "text"),
        Member("name", _SCHEMA + "name", "text"),
        Member("legalCode", "http://creativecommons.org/ns#legalcode", "iri", False),
    ),
    "RecipientProfile": (
        Member("name", _SCHEMA + "name", "text", False),
        Member("publicKey", "https://w3id.org/security#publicKey", "iri", False),
    ),
    "ExtraDescriptionExtension": (
        Member("name", _SCHEMA + "name", "text"),
        Member("narrative", "https://w3id.org/openbadges#narrative", "text"),
    ),
}


class Found(NamedTuple):
    """An extension: where it is, what it calls itself, and what is wrong with it; `known` if that was
    looked at."""

    where: str
    name: str
    known: bool
    problems: tuple[Problem, ...]


def find(node: Json) -> Iterator[Found]:
    """Every extension of a document, with what is wrong with it (code `extension.value`)."""
    return _find(node, ())


def _find(node: Json, path: tuple[str, ...]) -> Iterator[Found]:
    if len(path) > _DEPTH:
        return
    if isinstance(node, list):
        for position, item in enumerate(node):
            if isinstance(item, list | dict):
                yield from _find(item, (*path, str(position)))
    elif isinstance(node, dict):
        types = node.get("type")
        if types is not None and any(t in _NAMES for t in listed(types)):
            yield _examined(node, [t for t in listed(types) if isinstance(t, str)], pointer(*path))
        for name, value in node.items():
            if isinstance(value, list | dict) and name != "@context":
                yield from _find(value, (*path, name))


def _examined(node: Mapping[str, Json], types: list[str], where: str) -> Found:
    names = [t for t in types if t not in _NAMES]
    known = [local for t in names if (local := _local(t)) in REGISTRY]
    problems = [p for local in known for p in _problems(node, REGISTRY[local], where)]
    title = ", ".join(names) or "an extension without a name"
    return Found(where, title, bool(known) and len(known) == len(names), tuple(problems))


def _local(name: str) -> str:
    prefix = next((p for p in _NAMESPACES if name.startswith(p)), "")
    return name.removeprefix(prefix) if prefix else ""


def _problems(node: Mapping[str, Json], members: tuple[Member, ...], where: str) -> Iterator[Problem]:
    for member in members:
        name = next((n for n in (member.name, member.iri) if n in node), None)
        expected, test = PRIMITIVES[member.kind]
        if name is None:
            if member.required:
                yield Problem(where, f"a member {show(member.name)}", "none", "extension.value")
        elif not test(node[name]):
            yield Problem(where + pointer(name), expected, show(node[name]), "extension.value")
