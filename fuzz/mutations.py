"""Changes to an input: of its bytes, and where it is JSON also of its structure."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

NUMBERS = (0, -1, 1, 255, 256, 2**31 - 1, 2**31, 2**53, 2**63, 2**64, 10**400, 1e308, 1.5, 5e-324)
ODD_BYTES = (
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xf4\x8f\xbf\xbf",
    b"%00",
    b"\r\n",
    b"\\ud800",
)
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    "",
    [],
    {},
    [[]],
    [None],
    "\0",
    "\ud800",
    "💀",
    "~",
    "x" * 5_000,
    *NUMBERS,
)


def mutate(draw: random.Random, pool: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """A new input made from one or two of `pool`; `words` are tokens that the format knows."""
    data = draw.choice(pool)
    if draw.random() < 0.5 and (changed := _change_json(draw, data, words)) is not None:
        data = changed
        if draw.random() < 0.7:
            return data
    for _ in range(draw.choice((1, 1, 2, 4, 8))):
        data = _change_bytes(draw, data, pool, words)
    return data


def _change_bytes(draw: random.Random, data: bytes, pool: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start = draw.randint(0, len(data))
    end = min(len(data), start + draw.choice((1, 1, 2, 4, 16, 64, 1024)))
    match draw.randrange(8):
        case 0:
            return data[:start] + bytes([draw.randrange(256)]) + data[start:]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:end] * draw.choice((1, 2, 50)) + data[end:]
        case 3:
            other = draw.choice(pool)
            return data[:start] + other[draw.randint(0, len(other)) :]
        case 4:
            return data[:start] + draw.choice((*words, *ODD_BYTES)) + data[start:]
        case 5:
            return data[:start] + draw.choice((*words, *ODD_BYTES)) + data[end:]
        case 6:
            number = str(draw.choice(NUMBERS)).encode()
            return data[:start] + number + data[end:]
        case _:
            flipped = bytes(byte ^ (1 << draw.randrange(8)) for byte in data[start:end])
            return data[:start] + flipped + data[end:]


def _change_json(draw: random.Random, data: bytes, words: Sequence[bytes]) -> bytes | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict | list):
        return None
    for _ in range(draw.choice((1, 1, 2, 3))):
        _change_member(draw, value, words)
    return json.dumps(value).encode("ascii")


def _change_member(draw: random.Random, root: Any, words: Sequence[bytes]) -> None:
    places = list(_places(root))
    if not places:
        return
    parent, key = draw.choice(places)
    match draw.randrange(6):
        case 0:
            del parent[key]
        case 1:
            parent[key] = copy.deepcopy(draw.choice(ODD_VALUES))
        case 2:
            parent[key] = [parent[key]] if draw.random() < 0.5 else {"id": parent[key]}
        case 3:
            other, other_key = draw.choice(places)
            parent[key] = json.loads(json.dumps(other[other_key])) if _inside(other, other_key) else None
        case 4 if isinstance(parent, dict):
            parent[_word(draw, words)] = parent[key]
        case _:
            parent[key] = _word(draw, words)


def _word(draw: random.Random, words: Sequence[bytes]) -> str:
    return draw.choice((*words, *ODD_BYTES)).decode("utf-8", "replace")


def _inside(parent: Any, key: Any) -> bool:
    return key in parent if isinstance(parent, dict) else key < len(parent)


def _places(value: Any) -> Any:
    """Every (container, key) of a JSON value."""
    pending = [value]
    while pending:
        container = pending.pop()
        for key in list(container) if isinstance(container, dict) else range(len(container)):
            yield container, key
            if isinstance(container[key], dict | list):
                pending.append(container[key])
