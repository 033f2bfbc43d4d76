"""Enveloped credentials and presentations: a token in a data URL (VC Data Model 2.0, section 4.13)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from insignia.errors import InsigniaError, ParseError, Problem, show
from insignia.jose.compact import parse

JWT_TYPES: Final = frozenset({"application/vc+jwt", "application/vp+jwt", "application/jwt"})
_OTHERS: Final = frozenset(
    {
        "application/vc+sd-jwt",
        "application/vp+sd-jwt",
        "application/vc+cose",
        "application/vp+cose",
    }
)
_DATA_URL: Final = re.compile(r"data:([A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+)((?:;[^,;]*)*),(.*)", flags=re.DOTALL)
_ENVELOPES: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})


def to_data_url(token: str, media_type: str = "application/vc+jwt") -> str:
    """The data URL (RFC 2397) that is the `id` of an enveloped credential."""
    return f"data:{media_type},{token}"


def from_data_url(url: str) -> tuple[str, str]:
    """Media type (lower case, without parameters) and content. Raises ParseError jose.envelope."""
    match = _DATA_URL.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        raise ParseError.at("", expected="a data URL with a media type", got=show(url), code="jose.envelope")
    content = unquote(match[3])
    if match[2].lower().endswith(";base64") and match[1].lower() in JWT_TYPES:
        try:
            content = b64decode(content, validate=True).decode("ascii")
        except ValueError as error:
            raise ParseError.at(
                "", expected="base64 of a token", got=show(content), code="jose.envelope"
            ) from error
    return match[1].lower(), content


def check_envelopes(presentation: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the form of the credentials in a presentation; verifies none of them.

    VC-JOSE-COSE, section 3.1.2: "Credentials in verifiable presentations MUST be secured." Codes:
    jose.envelope, jose.unsecured and those of `parse`.
    """
    held = presentation.get("verifiableCredential", [])
    items = held if isinstance(held, list) else [held]
    return [
        problem.under(f"/verifiableCredential/{index}")
        for index, item in enumerate(items)
        for problem in _item_problems(item)
    ]


def _item_problems(item: Any) -> list[Problem]:
    try:
        if isinstance(item, str):
            parse(item)
            return []
        if not isinstance(item, dict):
            return [Problem("", "a secured credential", show(item), "jose.envelope")]
        types = item.get("type")
        names = {types} if isinstance(types, str) else set(filter(_is_text, types or ()))
        if not names & _ENVELOPES:
            return [] if "proof" in item else [Problem("", "a proof", "none", "jose.unsecured")]
        media_type, content = from_data_url(item.get("id", ""))
        if media_type not in JWT_TYPES:
            known = media_type in _OTHERS
            return [] if known else [Problem("/id", "vc+jwt", show(media_type), "jose.envelope")]
        parse(content)
    except InsigniaError as error:
        return list(error.problems)
    return []


def _is_text(value: object) -> bool:
    return isinstance(value, str)
