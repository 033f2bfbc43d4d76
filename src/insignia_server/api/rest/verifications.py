"""Verifying over the API: the report that the verify page shows, as JSON."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from insignia.errors import InsigniaError
from insignia.verification import POLICIES, named, render
from insignia.verification.policy import GROUPS
from insignia_server.api.fitting import Body
from insignia_server.api.guard import ApiRequest, needs
from insignia_server.credentials.verification import verify_bytes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.foreign import Within
from insignia_server.organisations.roles import Permission

router = Router(tags=["verification"])


class VerificationIn(Body):
    """What to verify: a credential or presentation as a JSON object, or as text (JSON, or a compact JWS)."""

    credential: dict[str, Any] | str
    policy: str = Field(
        "strict", description="strict, strict-terms, any-proof, lenient or inspector-compatible."
    )
    checks: list[str] | None = Field(None, description="Some groups of checks alone; null: all.")
    recipient: str | None = Field(None, description="What is known of the recipient, such as an address.")
    challenge: str | None = None
    domain: str | None = None


@router.post("", response=dict[str, Any], **needs(Permission.READ), summary="Verify a credential")
def verify(request: ApiRequest, verification: VerificationIn) -> dict[str, Any]:
    """The report, whatever the verdict: `valid`, `invalid` or `undetermined`. Documents of other servers are
    asked for within one second in all; what could not be had is `not checked`."""
    _check(verification)
    given = verification.credential
    content = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    report = verify_bytes(
        content.encode(errors="surrogatepass"),
        now=request.now,
        policy=named(verification.policy),
        checks=verification.checks,
        recipient=verification.recipient,
        resolver=Within(),
        challenge=verification.challenge,
        domain=verification.domain,
    )
    tree: dict[str, Any] = json.loads(json.dumps(render.tree(report)))
    return tree


def _check(verification: VerificationIn) -> None:
    try:
        named(verification.policy)
    except InsigniaError as error:
        raise Refused(_one("policy", ", ".join(POLICIES), error)) from error
    unknown = [name for name in verification.checks or () if name not in GROUPS]
    if unknown or verification.checks == []:
        known = ", ".join(GROUPS)
        message = _("Choose some of: {known}.").format(known=known)
        raise Refused(Refusal(message, "checks", "choice", known, ", ".join(unknown)))


def _one(field: str, known: str, error: InsigniaError) -> Refusal:
    message = _("Choose one of: {known}.").format(known=known)
    return Refusal(message, field, "choice", known, error.problems[0].got)
