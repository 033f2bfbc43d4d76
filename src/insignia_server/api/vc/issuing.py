"""POST /credentials/issue: a credential as it came, signed with the key of the DID in its `issuer`."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from insignia.credential import instant, issuer_id
from insignia.errors import show
from insignia.issuing import IssuerKey, issue
from insignia.keys import KeyType
from insignia.presentation import enveloped
from insignia_server.api.models import IssuedCredential
from insignia_server.api.vc import disclosing, open_issuers
from insignia_server.api.vc.bodies import Malformed, member, options, text, texts
from insignia_server.api.vc.rules import ENTRY, check_members
from insignia_server.audit import services as audit
from insignia_server.credentials import log, status
from insignia_server.credentials.document import Place
from insignia_server.credentials.keys import loader, signing_pair
from insignia_server.credentials.models import Credential, StatusPurpose
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor

MOST_ENTRIES: Final = 4
SUITES_OF: Final = {
    KeyType.ED25519: ("eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020", "vc-jwt"),
    KeyType.P256: ("ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt", disclosing.SUITE),
    KeyType.P384: ("ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt"),
}
_SUITES: Final = tuple(dict.fromkeys(name for names in SUITES_OF.values() for name in names))
_PURPOSES: Final = tuple(StatusPurpose)


@dataclass(frozen=True)
class Signing:
    """Whose status lists are used, what signs, and the row of the key (None: an open test issuer)."""

    issuer: Issuer | None
    key: IssuerKey
    row: SigningKey | None
    suite: str


def issue_credential(
    body: Mapping[str, Any], *, by: Actor | None, now: dt.datetime, asked: str | None = None
) -> dict[str, Any]:
    """The signed credential, or its envelope. `by` None: only the open test issuers can be used.

    `asked`: the suite that the address names, for callers that cannot say it in `options`. Raises
    Malformed for the body, Refused and InsigniaError for what cannot be signed.
    """
    credential, given = dict(member(body, "credential")), options(body)
    check_members(credential, now=now)
    signing = _signing(credential, {"cryptosuite": asked, **given}, by)
    purposes, mandatory = _purposes(given), texts(given, "mandatoryPointers")
    places: list[tuple[Place, str]] = []
    if purposes:
        credential, places = _with_status(credential, signing, purposes, now)
    if signing.suite == disclosing.SUITE:
        content = disclosing.sign_base(credential, mandatory, key=signing.key, created=now)
    else:
        content = issue(credential, key=signing.key, suite=signing.suite, created=now, loader=loader())
    _keep(credential, content, signing, places, by=by, now=now)
    if signing.suite == "vc-jwt":
        return enveloped(content.decode())
    document: dict[str, Any] = json.loads(content)
    return document


def _signing(credential: Mapping[str, Any], given: Mapping[str, Any], by: Actor | None) -> Signing:
    did = issuer_id(credential)
    if did is None:
        raise Malformed(
            "/credential/issuer", "a DID, or an object with one as its id", show(credential.get("issuer"))
        )
    suite = text(given, "cryptosuite") or text(given, "type") or ""
    suite = "" if suite == "DataIntegrityProof" else suite
    if suite and suite not in _SUITES:
        message = _("This cryptosuite cannot be issued here. Choose one of: {known}.")
        known = ", ".join(_SUITES)
        raise Refused(Refusal(message.format(known=known), "cryptosuite", "cryptosuite", known, suite))
    mine = open_issuers.issuer_keys().get(did)
    if mine is not None:
        names = SUITES_OF[mine.signer.public_key.key_type]
        if suite and suite not in names:
            raise Refused(_unfit(suite, names))
        return Signing(None, mine, None, suite or names[0])
    issuer = None
    if by is not None:
        issuer = Issuer.objects.filter(did=did).first()
    if issuer is None:
        message = _("None of your issuer profiles has this DID.")
        raise Refused(Refusal(message, "credential.issuer", "issuer", "", did[:300]))
    if issuer.archived_at is not None:
        message = _(
            "This issuer profile is in the archive, so nothing new is issued in its name. Choose another "
            "one, or take it out of the archive first."
        )
        raise Refused(Refusal(message, "credential.issuer", "archived", "", did[:300]))
    chosen = suite or "eddsa-rdfc-2022"
    row, key = signing_pair(issuer, "ecdsa-rdfc-2019" if chosen == disclosing.SUITE else chosen)
    return Signing(issuer, key, row, chosen)


def _unfit(suite: str, names: tuple[str, ...]) -> Refusal:
    message = _("The key of this issuer signs with {known}.").format(known=", ".join(names))
    return Refusal(message, "cryptosuite", "cryptosuite", ", ".join(names), suite)


def _purposes(given: Mapping[str, Any]) -> list[str]:
    """What `options.credentialStatus` asks for: an entry, or an array of them. Raises Malformed, Refused."""
    value = given.get("credentialStatus")
    if value is None:
        return []
    entries = value if isinstance(value, list) else [value]
    found = []
    for number, entry in enumerate(entries):
        where = f"/options/credentialStatus/{number}"
        if not isinstance(entry, dict):
            raise Malformed(where, "a JSON object", show(entry))
        if entry.get("type", ENTRY) != ENTRY:
            raise Malformed(f"{where}/type", ENTRY, show(entry["type"]))
        purpose = entry.get("statusPurpose", StatusPurpose.REVOCATION)
        if purpose not in _PURPOSES:
            raise Malformed(f"{where}/statusPurpose", " or ".join(_PURPOSES), show(purpose))
        found.append(str(purpose))
    if len(found) > MOST_ENTRIES or len(set(found)) < len(found):
        raise Malformed("/options/credentialStatus", "each purpose once", show(found))
    return found


def _with_status(
    credential: dict[str, Any], signing: Signing, purposes: list[str], now: dt.datetime
) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
    """The credential with a status entry for each purpose, and an `id` to be found by."""
    issuer = signing.issuer or open_issuers.listing_issuer()
    with scopes.organisation(issuer.organisation_id):
        places = [(status.allocate(issuer, purpose, 1, now=now)[0], purpose) for purpose in purposes]
    entries = [_entry(place, purpose) for place, purpose in places]
    before = credential.get("credentialStatus", [])
    entries = [*(before if isinstance(before, list) else [before]), *entries]
    named = credential if "id" in credential else _identified(credential)
    return {**named, "credentialStatus": entries[0] if len(entries) == 1 else entries}, places


def _entry(place: Place, purpose: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": f"{place.url}#{place.index}",
        "type": ENTRY,
        "statusPurpose": purpose,
        "statusListIndex": str(place.index),
        "statusListCredential": place.url,
    }
    if purpose == StatusPurpose.MESSAGE:
        words = ("valid", "suspended", "revoked", "unused")
        entry["statusSize"] = 2
        entry["statusMessage"] = [
            {"status": f"0x{value:x}", "message": word} for value, word in enumerate(words)
        ]
    return entry


def _identified(credential: dict[str, Any]) -> dict[str, Any]:
    head = {name: credential[name] for name in ("@context",) if name in credential}
    return {**head, "id": f"urn:uuid:{uuid7()}", **credential}


def digest_of(identifier: str) -> bytes:
    """By which a credential's `id` is found."""
    return hashlib.sha256(identifier.encode(errors="surrogatepass")).digest()


def _keep(
    credential: Mapping[str, Any],
    content: bytes,
    signing: Signing,
    places: list[tuple[Place, str]],
    *,
    by: Actor | None,
    now: dt.datetime,
) -> None:
    """Store and anchor what was signed, remember its places. Of an open issuer only the places are kept."""
    if signing.issuer is None and not places:
        return
    issuer = signing.issuer or open_issuers.listing_issuer()
    identifier = credential.get("id")
    with scopes.organisation(issuer.organisation_id), transaction.atomic():
        row = _row(credential, content, signing, places, now) if signing.row else None
        IssuedCredential.objects.create(
            organisation_id=issuer.organisation_id,
            credential=row,
            identifier=digest_of(identifier) if isinstance(identifier, str) else digest_of(""),
            places=[
                {"list": str(place.list_id), "index": place.index, "purpose": purpose}
                for place, purpose in places
            ],
            created_at=now,
        )
        if row is not None and by is not None:
            log.append(issuer, [bytes(row.digest)], now=now)
            audit.record(by=by, action="credential.issue", subject=row, suite=signing.suite)


def _row(
    credential: Mapping[str, Any],
    content: bytes,
    signing: Signing,
    places: list[tuple[Place, str]],
    now: dt.datetime,
) -> Credential:
    issuer = signing.issuer
    assert issuer is not None
    place = places[0][0] if places else None
    made = Credential(
        # A base proof is for its holder alone, so nobody is given its address.
        id=uuid7() if signing.suite == disclosing.SUITE else _key(credential),
        organisation_id=issuer.organisation_id,
        issuer=issuer,
        key=signing.row,
        suite=signing.suite,
        content=content,
        digest=hashlib.sha256(content).digest(),
        issued_at=now,
        valid_from=instant(credential.get("validFrom", credential.get("issuanceDate"))) or now,
        valid_until=instant(credential.get("validUntil", credential.get("expirationDate"))),
        status_list_id=place.list_id if place else None,
        status_index=place.index if place else None,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # another organisation's credential has this key
        made.pk = uuid7()
        made.save(force_insert=True)
    return made


def _key(credential: Mapping[str, Any]) -> uuid.UUID:
    """The UUID in the `id` if it is free (/credentials/<uuid>.json answers it then), otherwise a new one."""
    identifier = credential.get("id")
    if isinstance(identifier, str) and identifier.startswith("urn:uuid:"):
        try:
            key = uuid.UUID(identifier.removeprefix("urn:uuid:"))
        except ValueError:
            return uuid7()
        if not Credential.objects.filter(pk=key).exists():
            return key
    return uuid7()
