"""POST /credentials/status: what a status list says of a credential, however it was issued here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from insignia.errors import show
from insignia_server.api.models import IssuedCredential
from insignia_server.api.vc import open_issuers
from insignia_server.api.vc.bodies import Malformed, member
from insignia_server.api.vc.issuing import digest_of
from insignia_server.api.vc.rules import ENTRY
from insignia_server.audit import services as audit
from insignia_server.awarding.models import Award
from insignia_server.awarding.services import reinstate, revoke, suspend
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
_AWARDS: Final = "urn:uuid:"
_BY_SYSTEM: Final = gettext_noop("Changed by the issuer's system.")


def change_status(body: Mapping[str, Any], *, by: Actor | None, now: dt.datetime) -> None:
    """Set or clear a bit; the list is published in the same transaction. `status` left out means true.

    A badge that was awarded changes as the console and the REST API change it: with a reason (`reason`, our
    own addition, else a sentence) that the learner is told. Raises Malformed for the body, Refused for no
    such status, or a revocation that is to be undone.
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
    reason = body.get("reason", "")
    if not isinstance(reason, str):
        raise Malformed("/reason", "a text", show(reason))
    if by is not None:
        by.require(Permission.REVOKE)
        award = _award(identifier)
        if award is not None:
            _change_award(award, StatusPurpose(purpose), wanted, reason, by=by, now=now)
        else:
            _change(identifier, StatusPurpose(purpose), wanted, by=by, now=now)
        return
    assert settings.VC_API_OPEN
    with scopes.organisation(open_issuers.listing_issuer().organisation_id):
        _change(identifier, StatusPurpose(purpose), wanted, by=None, now=now)


def _award(identifier: str) -> Award | None:
    """The award whose credential has this id."""
    try:
        key = uuid.UUID(identifier.removeprefix(_AWARDS)) if identifier.startswith(_AWARDS) else None
    except ValueError:
        return None
    rows = Award.objects.select_related("credential__status_list", "version", "achievement__issuer")
    found: Award | None = rows.filter(pk=key).first() if key else None
    return found


def _change_award(
    award: Award, purpose: StatusPurpose, wanted: bool, reason: str, *, by: Actor, now: dt.datetime
) -> None:
    """By the services of awarding. What is so already stays so, and nobody is told twice."""
    credential = award.credential
    _check_purpose(credential, purpose)
    state = _STATES[purpose] if wanted else CredentialState.VALID
    if credential.state == state:
        return
    if credential.state == CredentialState.REVOKED:
        raise Refused(_for_good(credential))
    act = {CredentialState.REVOKED: revoke, CredentialState.SUSPENDED: suspend}.get(state, reinstate)
    act(by=by, award=award, reason=reason.strip() or _(_BY_SYSTEM), now=now)


def _check_purpose(credential: Credential, purpose: StatusPurpose) -> None:
    listed = credential.status_list
    if listed is None:
        message = _("This credential has no status: what is signed cannot be taken back before it ends.")
        raise Refused(Refusal(message, "credentialId", "no-status"))
    if listed.purpose != purpose:
        message = _("The status of this credential says {there}, not {purpose}.").format(
            there=listed.purpose, purpose=purpose
        )
        raise Refused(Refusal(message, "credentialStatus", "status-purpose", listed.purpose, purpose))


def _for_good(credential: Credential) -> Refusal:
    message = _("It was revoked for good. Issue a new credential instead.")
    return Refusal(message, "status", "state", "", credential.state)


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
        message = _("No credential with this id and this kind of status was issued here.")
        raise Refused(Refusal(message, "credentialId", "unknown", purpose, identifier[:200]))
    state = _STATES[purpose] if wanted else CredentialState.VALID
    if row.credential_id is not None:
        _move(row.credential_id, purpose, state, now)
    value = status.value_of(purpose, state)
    status.set_bits({uuid.UUID(place["list"]): [(place["index"], value)]}, now=now)
    if by is not None:
        key = str(row.credential_id) if row.credential_id else ""
        facts = {"credential": key, "purpose": purpose.value, "status": wanted}
        audit.record(by=by, action="credential.status", subject=row, **facts)


def _move(key: uuid.UUID, purpose: StatusPurpose, state: CredentialState, now: dt.datetime) -> None:
    """What our own pages say follows; what was revoked stays so."""
    credential = Credential.objects.select_for_update(no_key=True).get(pk=key)
    if credential.state == CredentialState.REVOKED and state != CredentialState.REVOKED:
        if purpose == StatusPurpose.SUSPENSION:
            return
        raise Refused(_for_good(credential))
    credential.state, credential.state_at = state, now
    credential.state_reason = _(_BY_SYSTEM) if state != CredentialState.VALID else ""
    credential.save(update_fields=["state", "state_at", "state_reason"])
    follow([key])
