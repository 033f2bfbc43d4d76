"""POST /credentials/status: what a status list says of a credential that was issued over the VC-API."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from insignia.errors import show
from insignia_server.api.models import IssuedCredential
from insignia_server.api.vc import open_issuers
from insignia_server.api.vc.bodies import Malformed, member
from insignia_server.api.vc.issuing import digest_of
from insignia_server.api.vc.rules import ENTRY
from insignia_server.audit import services as audit
from insignia_server.awarding.standing import follow
from insignia_server.credentials import status
from insignia_server.credentials.models import Credential, CredentialState, StatusPurpose
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

_STATES: Final = {
    StatusPurpose.REVOCATION: CredentialState.REVOKED,
    StatusPurpose.SUSPENSION: CredentialState.SUSPENDED,
    StatusPurpose.MESSAGE: CredentialState.REVOKED,
}


def change_status(body: Mapping[str, Any], *, by: Actor | None, now: dt.datetime) -> None:
    """Set or clear a bit; the list is published in the same transaction. `status` left out means true.

    Raises Malformed for the body, Refused for no such status, or a revocation that is to be undone.
    """
    identifier = body.get("credentialId")
    if not isinstance(identifier, str) or not identifier:
        raise Malformed("/credentialId", "the id of a credential", show(identifier))
    entry = member(body, "credentialStatus")
    if entry.get("type", ENTRY) != ENTRY:
        raise Malformed("/credentialStatus/type", ENTRY, show(entry["type"]))
    purpose = entry.get("statusPurpose", StatusPurpose.REVOCATION)
    if purpose not in tuple(StatusPurpose):
        raise Malformed("/credentialStatus/statusPurpose", " or ".join(StatusPurpose), show(purpose))
    wanted = body.get("status", True)
    if not isinstance(wanted, bool):
        raise Malformed("/status", "true or false", show(wanted))
    if by is not None:
        by.require(Permission.REVOKE)
        _change(identifier, StatusPurpose(purpose), wanted, by=by, now=now)
        return
    assert settings.VC_API_OPEN
    with scopes.organisation(open_issuers.listing_issuer().organisation_id):
        _change(identifier, StatusPurpose(purpose), wanted, by=None, now=now)


@transaction.atomic
def _change(
    identifier: str, purpose: StatusPurpose, wanted: bool, *, by: Actor | None, now: dt.datetime
) -> None:
    found = IssuedCredential.objects.filter(identifier=digest_of(identifier)).order_by("-pk")
    for row in found[:50]:
        place = next((one for one in row.places if one["purpose"] == purpose), None)
        if place is not None:
            break
    else:
        message = _("No credential with this id and this kind of status was issued over the VC-API here.")
        raise Refused(Refusal(message, "credentialId", "unknown", purpose, identifier[:200]))
    state = _STATES[purpose] if wanted else CredentialState.VALID
    if row.credential_id is not None:
        _move(row.credential_id, purpose, state, now)
    value = status.value_of(purpose, state)
    status.set_bits({uuid.UUID(place["list"]): [(place["index"], value)]}, now=now)
    if by is not None:
        audit.record(by=by, action="credential.status", subject=row, purpose=purpose.value, status=wanted)


def _move(key: uuid.UUID, purpose: StatusPurpose, state: CredentialState, now: dt.datetime) -> None:
    """What our own pages say follows; what was revoked stays so."""
    credential = Credential.objects.select_for_update(no_key=True).get(pk=key)
    if credential.state == CredentialState.REVOKED and state != CredentialState.REVOKED:
        if purpose == StatusPurpose.SUSPENSION:
            return
        message = _("It was revoked for good. Issue a new credential instead.")
        raise Refused(Refusal(message, "status", "state", "", credential.state))
    credential.state, credential.state_at = state, now
    credential.state_reason = _("Changed by the issuer's system.") if state != CredentialState.VALID else ""
    credential.save(update_fields=["state", "state_at", "state_reason"])
    follow([key])
