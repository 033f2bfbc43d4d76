"""IRIs: reference resolution (RFC 3986, section 5.2) and the syntax checks that JSON-LD asks for."""

from __future__ import annotations

import re
from functools import lru_cache

# RFC 3986, appendix B, with the groups that section 5.2.2 works on.
_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?(?://(?P<authority>[^/?#]*))?(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
# The characters of N-Quads' IRIREF production; lone surrogates have no UTF-8 form.
_CHARACTERS = r"[^\x00-\x20<>\"{}|\\^`\ud800-\udfff#]*+"
AFTER_SCHEME = rf"{_CHARACTERS}(?:#{_CHARACTERS})?+"
_ABSOLUTE = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:{AFTER_SCHEME}")

_Parts = tuple[str | None, str | None, str, str | None, str | None]


def is_iri(value: str) -> bool:
    """Whether `value` is an absolute IRI: a scheme, characters that N-Quads allows, one `#` at most."""
    return _ABSOLUTE.fullmatch(value) is not None


def is_blank_node(value: str) -> bool:
    """Whether `value` has the form of a JSON-LD blank node identifier."""
    return value.startswith("_:")


def _split(reference: str) -> _Parts:
    match = _PARTS.fullmatch(reference)
    assert match is not None  # every string matches: each part is optional
    scheme, authority, path, query, fragment = match.groups()
    return scheme, authority, path or "", query, fragment


def remove_dot_segments(path: str) -> str:
    """The path without `.` and `..` segments (RFC 3986, section 5.2.4)."""
    output: list[str] = []
    while path:
        if path.startswith("../"):
            path = path[3:]
        elif path.startswith(("./", "/./")):
            path = path[2:]
        elif path == "/.":
            path = "/"
        elif path.startswith("/../") or path == "/..":
            path = "/" + path[4:]
            if output:
                output.pop()
        elif path in (".", ".."):
            path = ""
        else:
            end = path.find("/", 1)
            end = len(path) if end < 0 else end
            output.append(path[:end])
            path = path[end:]
    return "".join(output)


def _merge(base_authority: str | None, base_path: str, path: str) -> str:
    if base_authority is not None and not base_path:
        return "/" + path
    return base_path[: base_path.rfind("/") + 1] + path


def _join(parts: _Parts) -> str:
    scheme, authority, path, query, fragment = parts
    text = f"{scheme}:" if scheme is not None else ""
    if authority is not None:
        text += f"//{authority}"
    text += path
    if query is not None:
        text += f"?{query}"
    return text if fragment is None else f"{text}#{fragment}"


def resolve(base: str | None, reference: str) -> str:
    """`reference` resolved against `base` (RFC 3986, section 5.2.2, strict); without a base, unchanged.

    IRI characters are treated like unreserved ones (RFC 3987, section 6.5); nothing is normalised.
    """
    return reference if base is None else _resolve(base, reference)


@lru_cache(maxsize=1024)
def _resolve(base: str, reference: str) -> str:
    scheme, authority, path, query, fragment = _split(reference)
    if scheme is not None:
        return _join((scheme, authority, remove_dot_segments(path), query, fragment))
    base_scheme, base_authority, base_path, base_query, _ = _split(base)
    if authority is not None:
        path = remove_dot_segments(path)
    else:
        authority = base_authority
        if not path:
            path, query = base_path, base_query if query is None else query
        else:
            path = path if path.startswith("/") else _merge(base_authority, base_path, path)
            path = remove_dot_segments(path)
    return _join((base_scheme, authority, path, query, fragment))
