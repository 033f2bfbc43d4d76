"""What a request of the VC-API holds. Unknown members are ignored; `options` may be absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from insignia import strict_json
from insignia.contexts import CREDENTIALS_V2
from insignia.credential import types_of
from insignia.errors import ParseError, show

PARSING_ERROR: Final = "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"
MOST_TEXTS: Final = 200
_ENVELOPES: Final = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")


class Malformed(Exception):
    """The body cannot be understood: 400. `where` is a JSON Pointer into it."""

    def __init__(self, where: str, expected: str, got: str) -> None:
        self.where = where
        super().__init__(f"{where or 'the body'}: expected {expected}, got {got}")


def read(content: bytes) -> dict[str, Any]:
    """The body as an object. Raises Malformed."""
    try:
        body = strict_json.loads(content)
    except ParseError as error:
        problem = error.problems[0]
        raise Malformed(problem.where, problem.expected, problem.got) from error
    if not isinstance(body, dict):
        raise Malformed("", "a JSON object", show(body))
    return body


def member(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A member that must be an object. Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"/{name}", "a JSON object", show(value))
    return value


def secured(body: Mapping[str, Any], name: str) -> dict[str, Any] | str:
    """A credential or presentation: an object, or the text of a compact JWS. Raises Malformed."""
    value = body.get(name)
    if isinstance(value, str) and value:
        return value
    found = member(body, name)
    _check_envelope(found, f"/{name}")
    return found


def options(body: Mapping[str, Any]) -> dict[str, Any]:
    """`options`, empty when there are none. Raises Malformed."""
    value = body.get("options")
    return {} if value is None else member(body, "options")


def text(given: Mapping[str, Any], name: str) -> str | None:
    """An optional member that must be a text. Raises Malformed."""
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"/options/{name}", "a text", show(value))
    return value


def texts(given: Mapping[str, Any], name: str) -> list[str] | None:
    """An optional member that must be an array of at most 200 texts. Raises Malformed."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_TEXTS or not all(isinstance(v, str) for v in value):
        raise Malformed(f"/options/{name}", f"an array of at most {MOST_TEXTS} texts", show(value))
    return value


def _check_envelope(value: Mapping[str, Any], where: str) -> None:
    """VC Data Model 2.0, 4.13.2 and 4.13.3: the context defines the terms, and the type is that one."""
    types = types_of(value)
    if types.isdisjoint(_ENVELOPES):
        return
    contexts = value.get("@context")
    if CREDENTIALS_V2 not in (contexts if isinstance(contexts, list) else [contexts]):
        raise Malformed(f"{where}/@context", CREDENTIALS_V2, show(contexts))
