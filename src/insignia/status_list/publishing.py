"""The credential in which a status list is published (W3C Bitstring Status List 1.0, section 2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from insignia.contexts import CREDENTIALS_V2
from insignia.errors import StatusListError
from insignia.status_list.bitstring import MALFORMED


def status_list_credential(
    *,
    url: str,
    issuer: str | Mapping[str, Any],
    purpose: str | Sequence[str],
    encoded_list: str,
    valid_from: str | None = None,
    valid_until: str | None = None,
    ttl: int | None = None,
) -> dict[str, Any]:
    """The unsigned BitstringStatusListCredential (section 2.2) that will be published at `url`.

    `valid_from` and `valid_until` are RFC 3339 texts, `ttl` milliseconds. Messages belong to the
    entries: no context defines `statusMessages` of a list, so the RDFC suites would not sign it.
    """
    purposes = [purpose] if isinstance(purpose, str) else list(purpose)
    if not purposes or not all(purposes):
        raise StatusListError.at(
            "/statusPurpose", expected="one or more purposes", got="none", code=MALFORMED
        )
    subject: dict[str, Any] = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purposes[0] if len(purposes) == 1 else purposes,
        "encodedList": encoded_list,
    }
    if ttl is not None:
        subject["ttl"] = ttl
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer if isinstance(issuer, str) else dict(issuer),
    }
    if valid_from is not None:
        document["validFrom"] = valid_from
    if valid_until is not None:
        document["validUntil"] = valid_until
    document["credentialSubject"] = subject
    return document
