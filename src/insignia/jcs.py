"""JSON Canonicalization Scheme (RFC 8785)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from insignia.errors import CanonicalizationError

MAX_INTEGER: Final = 2**53 - 1  # RFC 8785, appendix D with RFC 7493, section 2.2
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_dumps = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonicalize(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a JSON value.

    Raises CanonicalizationError for NaN and infinities, lone surrogates, integers beyond 2^53 - 1
    (which other implementations would round before signing), member names that are not strings,
    values that are not JSON, and nesting that is too deep.
    """
    try:
        if _is_plain(value):
            text = _dumps(value)
            # Python sorts names by code point, RFC 8785 by UTF-16 unit: astral names differ.
            if text.isascii() or not _ASTRAL.search(text):
                return text.encode()
        import rfc8785

        return rfc8785.dumps(value)
    except RecursionError as error:
        cause: Exception = error
        got = "nesting that is too deep"
    except ValueError as error:
        got, cause = str(error), error
    raise CanonicalizationError.at(
        "", expected="JSON that RFC 8785 can write", got=got, code="jcs"
    ) from cause


def _is_plain(value: Any) -> bool:
    """True where Python's own encoder writes what RFC 8785 asks, but for the order of astral names.

    False sends floats, large integers and anything that is not JSON the slow way, which judges them.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(key) is str and (type(item) is str or _is_plain(item)) for key, item in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    return kind is int and -MAX_INTEGER <= value <= MAX_INTEGER
