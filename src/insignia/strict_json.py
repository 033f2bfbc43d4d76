"""JSON as signed documents need it: one meaning only (RFC 8259, I-JSON of RFC 7493).

Two members of the same name, NaN, Infinity, numbers that overflow, unpaired surrogates, a byte order
mark and bytes that are not UTF-8 mean different things to different readers, so all are errors here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson

from insignia.errors import ParseError, Problem, show


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may cost. `size` in bytes, `depth` in nested arrays and objects,
    `containers` the number of arrays and objects (brackets within strings count too)."""

    size: int = 8 * 1024 * 1024
    depth: int = 100
    containers: int = 100_000


DEFAULT_LIMITS = Limits()
_PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def loads(content: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> Any:
    """The JSON value in `content`. Raises ParseError that says where; problems of one kind all at once.

    Codes: `json.too-large`, `json.byte-order-mark`, `json.encoding`, `json.syntax`, `json.duplicate-member`,
    `json.number`, `json.surrogate`, `json.too-deep`, `json.too-many-containers`.
    """
    value = _compact(content, limits)
    if value is not None:
        return value
    text = decode(content, limits=limits)
    containers = text.count("{") + text.count("[")
    if containers > limits.containers:
        _refuse(
            "", f"at most {limits.containers} arrays and objects", str(containers), "json.too-many-containers"
        )
    try:
        value = _parse(text, _STRICT, limits)
    except _AmbiguityError:
        raise ParseError(list(_ambiguities(_parse(text, _MARKING, limits), limits.depth))) from None
    if containers > limits.depth:
        _refuse_depth(value, limits.depth)
    if _ESCAPED_SURROGATE.search(text) and (problems := list(_surrogates(value, limits.depth))):
        raise ParseError(problems)
    return value


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, members in their order. Raises ValueError or TypeError for what is no JSON."""
    try:
        data = orjson.dumps(value, option=_PLAIN)
    except TypeError:  # integers beyond 64 bits, which are JSON all the same
        data = b"null"
    if b"null" in data:  # which orjson also writes for NaN
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return data


def _compact(content: bytes | str, limits: Limits) -> dict[str, Any] | None:
    """The object in `content` where writing it again gives the same bytes: then nothing in it is ambiguous.

    A second member of the same name, another number or an escape would be written differently. With fewer
    brackets than levels allowed it cannot be too deep. None sends everything else the careful way.
    """
    try:
        data = content if isinstance(content, bytes) else content.encode()
        if len(data) > limits.size or data.count(b"{") + data.count(b"[") > min(
            limits.depth, limits.containers
        ):
            return None
        value = orjson.loads(data)
        return value if type(value) is dict and orjson.dumps(value) == data else None
    except ValueError:
        return None


def decode(content: bytes | str, *, limits: Limits = DEFAULT_LIMITS) -> str:
    """The text of `content`, checked to be UTF-8 without a byte order mark and not too large."""
    if isinstance(content, str):
        try:
            content = content.encode()
        except UnicodeEncodeError as error:
            _refuse(
                f"character {error.start}",
                "Unicode text",
                f"an unpaired surrogate U+{ord(error.object[error.start]):04X}",
                "json.surrogate",
            )
    if len(content) > limits.size:
        _refuse("", f"at most {limits.size} bytes", f"{len(content)} bytes", "json.too-large")
    if content[:3] == b"\xef\xbb\xbf" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _refuse("byte 0", "UTF-8 without a byte order mark", "a byte order mark", "json.byte-order-mark")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        _refuse(
            f"byte {error.start}", "UTF-8", f"the byte 0x{error.object[error.start]:02x}", "json.encoding"
        )


def _parse(text: str, decoder: json.JSONDecoder, limits: Limits) -> Any:
    """Both passes meet syntax errors: the first one stops at an ambiguity that may stand before them."""
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        _refuse_syntax(text, error)
    except RecursionError:
        _refuse("", f"at most {limits.depth} levels of nesting", "more", "json.too-deep")
    except ValueError as error:
        _refuse("", "numbers of a sensible length", str(error), "json.number")


def pointer(*steps: str | int) -> str:
    """A JSON Pointer (RFC 6901) from member names and array positions."""
    texts = [str(step) for step in steps]
    return "".join(
        "/" + (s.replace("~", "~0").replace("/", "~1") if "~" in s or "/" in s else s) for s in texts
    )


class _AmbiguityError(Exception):
    """Something that readers understand differently; found again, with its place, on a second pass."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _AmbiguityError
    return value


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _AmbiguityError
    return value


def _constant(_: str) -> NoReturn:
    raise _AmbiguityError


class _Repeating(dict[str, Any]):
    names: tuple[str, ...] = ()


class _NotANumber(str):
    __slots__ = ()


def _marked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = _Repeating(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        value.names = tuple(name for name in value if names.count(name) > 1)
    return value


def _marked_float(text: str) -> Any:
    return _NotANumber(text) if math.isinf(float(text)) else 0.0


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_float=_float, parse_constant=_constant)
_MARKING = json.JSONDecoder(
    object_pairs_hook=_marked_object, parse_float=_marked_float, parse_constant=_NotANumber
)


def _walk(value: Any, depth: int) -> Iterator[tuple[Any, str]]:
    """Every value with its JSON Pointer, in document order. Raises ParseError below `depth` levels."""
    pending: list[tuple[Any, str, int]] = [(value, "", 1)]
    while pending:
        here, where, level = pending.pop()
        yield here, where
        if not isinstance(here, (dict, list)):
            continue
        if level > depth:
            _refuse(where, f"at most {depth} levels of nesting", "more", "json.too-deep")
        steps = here.items() if isinstance(here, dict) else enumerate(here)
        pending.extend(reversed([(child, where + pointer(step), level + 1) for step, child in steps]))


def _ambiguities(value: Any, depth: int) -> Iterator[Problem]:
    for here, where in _walk(value, depth):
        if isinstance(here, _NotANumber):
            yield Problem(where, "a finite number", here, "json.number")
        for name in here.names if isinstance(here, _Repeating) else ():
            place = where + pointer(name)
            yield Problem(place, "one member of that name", f"{show(name)} twice", "json.duplicate-member")


def _surrogates(value: Any, depth: int) -> Iterator[Problem]:
    for here, where in _walk(value, depth):
        for text in [*here] if isinstance(here, dict) else [here] if isinstance(here, str) else []:
            found = next((c for c in text if "\ud800" <= c <= "\udfff"), None)
            if found is not None:
                place = where.encode(errors="backslashreplace").decode()
                got = f"an unpaired surrogate U+{ord(found):04X}"
                yield Problem(place, "Unicode text", got, "json.surrogate")


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ParseError(Problem(where, expected, got, code)) from None


def _refuse_depth(value: Any, depth: int) -> None:
    layer: list[Any] = [value] if isinstance(value, (dict, list)) else []
    for _ in range(depth):
        layer = [
            c
            for v in layer
            for c in (v.values() if isinstance(v, dict) else v)
            if isinstance(c, (dict, list))
        ]
        if not layer:
            return
    _refuse("", f"at most {depth} levels of nesting", "more", "json.too-deep")


def _refuse_syntax(text: str, error: json.JSONDecodeError) -> NoReturn:
    rest = text[error.pos : error.pos + 20]
    got = show(rest) if rest else "the end of the text"
    expected = error.msg.removeprefix("Expecting ") if error.msg.startswith("Expecting") else "JSON"
    if expected == "JSON":
        got = f"{error.msg.lower()} {got}" if error.msg != "Extra data" else f"more after the end: {got}"
    _refuse(f"line {error.lineno}, column {error.colno}", expected, got, "json.syntax")
