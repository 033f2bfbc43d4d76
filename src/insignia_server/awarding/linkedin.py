"""LinkedIn's form for a new certification, filled in: for the badge page and for `/me/`."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from insignia_server.awarding.models import Award

_FORM: Final = "https://www.linkedin.com/profile/add"


def profile_url(award: Award, *, name: str, page: str) -> str:
    """The address of the form. `name`: the badge's, in the reader's language; `page`: of the badge.

    The organisation is named by LinkedIn's own id where the issuer has one, so that its logo stands there.
    """
    credential, issuer = award.credential, award.achievement.issuer
    start, end = credential.valid_from, credential.valid_until
    linkedin = next((one["value"] for one in issuer.identifiers if one.get("type") == "linkedin"), "")
    values: dict[str, Any] = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        **({"organizationId": linkedin} if linkedin else {"organizationName": issuer.name}),
        "issueYear": start.year,
        "issueMonth": start.month,
        "certUrl": page,
        "certId": str(credential.pk),
    }
    if end:
        values |= {"expirationYear": end.year, "expirationMonth": end.month}
    return f"{_FORM}?{urlencode(values)}"
