"""Frozen dataclasses as plain JSON and back: strict about names and types, every problem at once."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from insignia.errors import show
from insignia_server.kit.errors import Refusal, Refused

D = TypeVar("D")
MOST_ITEMS = 500
MOST_CHARACTERS = 100_000


def to_json(value: Any) -> Any:
    """Plain JSON of a dataclass; members that hold their default are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_json(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        }
    if isinstance(value, tuple):
        return [to_json(one) for one in value]
    return value


def from_json(cls: type[D], value: Any) -> D:
    """The dataclass that `value` describes.

    Raises:
        Refused: with a refusal for each member that is unknown or not of its type; `field` is its path.
    """
    problems: list[Refusal] = []
    found = _read(cls, value, "", problems)
    if problems:
        raise Refused(*problems)
    return typing.cast("D", found)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _read(kind: Any, value: Any, path: str, problems: list[Refusal]) -> Any:
    if dataclasses.is_dataclass(kind):
        return _object(typing.cast("type", kind), value, path, problems)
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _array(typing.get_args(kind)[0], value, path, problems)
    if origin is types.UnionType:
        if value is None:
            return None
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    return _plain(kind, value, path, problems)


def _object(cls: type, value: Any, path: str, problems: list[Refusal]) -> Any:
    if not isinstance(value, Mapping):
        return _wrong(path, _("an object"), value, problems)
    before = len(problems)
    hints = _hints(cls)
    for name in value:
        if name not in hints:
            message = _("There is no field of this name here.")
            problems.append(
                Refusal(message, _join(path, str(name)), "unknown", ", ".join(hints), show(value[name]))
            )
    read = {
        name: _read(hints[name], value[name], _join(path, name), problems) for name in hints if name in value
    }
    return cls(**read) if len(problems) == before else None


def _array(kind: Any, value: Any, path: str, problems: list[Refusal]) -> Any:
    if not isinstance(value, list):
        return _wrong(path, _("a list"), value, problems)
    if len(value) > MOST_ITEMS:
        return _wrong(path, _("at most %d entries") % MOST_ITEMS, len(value), problems)
    return tuple(_read(kind, one, _join(path, str(at)), problems) for at, one in enumerate(value))


def _plain(kind: Any, value: Any, path: str, problems: list[Refusal]) -> Any:
    if kind is str:
        if isinstance(value, str) and storable(value):
            return value
        expected = _("text of at most %d characters, without control characters") % MOST_CHARACTERS
    elif kind is bool:
        if isinstance(value, bool):
            return value
        expected = _("true or false")
    elif kind is int:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:
            return value
        expected = _("a whole number")
    else:
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and abs(value) < 10**9
            and math.isfinite(value)
        ):
            return float(value)
        expected = _("a number")
    return _wrong(path, expected, value, problems)


def storable(text: str) -> bool:
    """Whether both databases keep it: no control characters but tab and line ends, no lone surrogates."""
    if len(text) > MOST_CHARACTERS:
        return False
    return not any((c < " " and c not in "\t\n\r") or c == "\x7f" or "\ud800" <= c <= "\udfff" for c in text)


def _wrong(path: str, expected: str, got: Any, problems: list[Refusal]) -> None:
    message = _("Expected %(expected)s.") % {"expected": expected}
    problems.append(Refusal(message, path, "type", expected, show(got)))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
