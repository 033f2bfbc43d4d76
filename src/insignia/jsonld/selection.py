"""A part of a JSON-LD document, by JSON Pointers, whose nodes are known as those of the whole document
(Data Integrity ECDSA Cryptosuites 1.0, section 3.4.13, `selectJsonLd`)."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Final

from insignia.errors import DataModelError, Problem, show

Json = Any
MAX_POINTERS: Final = 1_000
_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_WHOLE: Final[dict[str | int, Any]] = {"": True}  # compared by identity: everything below is chosen


class Names:
    """Gives the same blank node the same label in a document and in each selection of it.

    A node is told by the JSON object that it was read from, so the document's objects must all be different
    ones (`separate`) and outlive this.
    """

    def __init__(self) -> None:
        self._sources: dict[int, Json] = {}
        self._copies: list[Json] = []
        self._labels: dict[Hashable, str] = {}

    def copied(self, copy: Json, source: Json) -> None:
        """Remember that `copy` stands for `source` in a selection."""
        self._sources[id(copy)] = source
        self._copies.append(copy)  # an id is only good as long as its object lives

    def key(self, value: Json) -> int:
        """What tells the object in the document that `value` is, or is a copy of."""
        return id(self._sources.get(id(value), value))

    def label(self, key: Hashable) -> str:
        """The label of a blank node, `_:s0` and so on."""
        found = self._labels.get(key)
        if found is None:
            found = self._labels[key] = f"_:s{len(self._labels)}"
        return found


def separate(value: Json) -> Json:
    """A copy of JSON in which no array or object stands in two places."""
    if isinstance(value, dict):
        return {name: separate(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [separate(item) for item in value]
    return value


def select(document: dict[str, Json], pointers: Sequence[str], names: Names) -> dict[str, Json] | None:
    """What the pointers choose, with `@context`, and with `id` and `type` of the objects on the way; None
    when there are no pointers. Objects that are chosen whole are those of `document` themselves.

    Raises DataModelError (`pointer.syntax`, `pointer.missing`, `pointer.too-many`) with a problem for each.
    """
    if not pointers:
        return None
    chosen = _tree(document, pointers)
    if chosen is _WHOLE:
        return document
    selection: dict[str, Json] = _build(document, chosen, names, top=True)
    return selection


def steps_of(pointer: str) -> list[str]:
    """The reference tokens of a JSON Pointer (RFC 6901). Raises DataModelError `pointer.syntax`."""
    if not isinstance(pointer, str) or not _POINTER.fullmatch(pointer):
        raise DataModelError.at(
            "", expected="a JSON Pointer such as /credentialSubject", got=show(pointer), code="pointer.syntax"
        )
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _tree(document: Json, pointers: Iterable[str]) -> dict[str | int, Any]:
    """The chosen members, as a tree of their names and positions."""
    root: dict[str | int, Any] = {}
    problems: list[Problem] = []
    for number, pointer in enumerate(pointers):
        if number >= MAX_POINTERS:
            raise DataModelError.at(
                "", expected=f"at most {MAX_POINTERS} JSON Pointers", got="more", code="pointer.too-many"
            )
        try:
            path = _path(document, steps_of(pointer), pointer)
        except DataModelError as error:
            problems += error.problems
            continue
        if not path:
            root = _WHOLE
        elif root is not _WHOLE:
            _add(root, path)
    if problems:
        raise DataModelError(problems)
    return root


def _path(document: Json, steps: list[str], pointer: str) -> list[str | int]:
    value, path = document, list[str | int]()
    for step in steps:
        place: str | int = step
        if isinstance(value, list):
            place = int(step) if step.isascii() and step.isdecimal() and str(int(step)) == step else -1
        found = (
            0 <= place < len(value) if isinstance(place, int) else isinstance(value, dict) and place in value
        )
        if not found:
            raise DataModelError.at(
                pointer, expected="a member of the document", got="nothing there", code="pointer.missing"
            )
        value = value[place]
        path.append(place)
    return path


def _add(root: dict[str | int, Any], path: Sequence[str | int]) -> None:
    node = root
    for place in path[:-1]:
        below = node.setdefault(place, {})
        if below is _WHOLE:
            return
        node = below
    node[path[-1]] = _WHOLE


def _build(source: Json, chosen: dict[str | int, Any], names: Names, *, top: bool = False) -> Json:
    if chosen is _WHOLE:
        return source
    copy: Json
    if isinstance(source, list):
        places = sorted(place for place in chosen if isinstance(place, int))
        copy = [_build(source[place], chosen[place], names) for place in places]
    else:
        copy = {}
        for name, value in source.items():
            if name in chosen:
                copy[name] = _build(value, chosen[name], names)
            elif name == "type" or (name == "@context" and top) or (name == "id" and _is_name(value)):
                copy[name] = value
    names.copied(copy, source)
    return copy


def _is_name(value: Json) -> bool:
    return isinstance(value, str) and not value.startswith("_:")
