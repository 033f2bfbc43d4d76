"""LinkedIn's form for a new certification, filled in."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from insignia_server.credentials.models import Credential
from insignia_server.issuers.models import Issuer

FORM: Final = "https://www.linkedin.com/profile/add"


def address(credential: Credential, *, name: str, issuer: Issuer, page: str) -> str:
    """The address of the form: name, issuer (by its LinkedIn id where it has one), dates, `page` as proof."""
    start, end = credential.valid_from, credential.valid_until
    known = next((one["value"] for one in issuer.identifiers if one.get("type") == "linkedin"), "")
    values: dict[str, Any] = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        **({"organizationId": known} if known else {"organizationName": issuer.name}),
        "issueYear": start.year,
        "issueMonth": start.month,
        "certUrl": page,
        "certId": str(credential.pk),
    }
    if end:
        values |= {"expirationYear": end.year, "expirationMonth": end.month}
    return f"{FORM}?{urlencode(values)}"
