"""What the public reads of an issuer: DID document, profile, key log, JWK. Pure: rows to JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from insignia.cryptosuites import timestamps
from insignia.profile import IDENTIFIER_TYPES
from insignia_server.issuers import addresses, keylog
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.organisations.models import Domain

DID_CONTEXT: Final = "https://www.w3.org/ns/did/v1"
MULTIKEY_CONTEXT: Final = "https://w3id.org/security/multikey/v1"
JWK_CONTEXT: Final = "https://w3id.org/security/jwk/v1"
# Open Badges 3.0, IdentifierTypeEnum: what is not in the list begins with `ext:`.
IDENTIFIER_NAMES: Final = {"linkedin": "ext:LinkedInOrganization", "ror": "ext:ROR", "ctid": "ext:CTID"}
PROVED_DOMAIN: Final = "ext:ProvedDomain"


def did_document(issuer: Issuer, keys: Iterable[SigningKey]) -> dict[str, Any]:
    """The DID document. `keys`: all of the issuer's, whatever their state.

    A retired key stays as it was: `expires` or `revoked` would make verifiers refuse what it signed while it
    was active. A compromised one gets `revoked` and leaves `assertionMethod` (Controlled Identifiers 1.0,
    section 2.2).
    """
    ordered = sorted(keys, key=lambda key: (key.created_at, key.pk))
    contexts = [DID_CONTEXT, MULTIKEY_CONTEXT]
    if any(not key.public_multikey for key in ordered):
        contexts.append(JWK_CONTEXT)
    return {
        "@context": contexts,
        "id": issuer.did,
        "verificationMethod": [_method(issuer, key) for key in ordered],
        "assertionMethod": [
            addresses.method(issuer, key) for key in ordered if key.state != KeyState.COMPROMISED
        ],
    }


def _method(issuer: Issuer, key: SigningKey) -> dict[str, Any]:
    method: dict[str, Any] = {"id": addresses.method(issuer, key)}
    if key.public_multikey:
        method |= {"type": "Multikey", "controller": issuer.did, "publicKeyMultibase": key.public_multikey}
    else:
        method |= {"type": "JsonWebKey", "controller": issuer.did, "publicKeyJwk": jwk(key)}
    if key.state == KeyState.COMPROMISED:
        method["revoked"] = timestamps.write(key.compromised_since or key.revoked_at or key.created_at)
    return method


def jwk(key: SigningKey) -> dict[str, Any]:
    """The bare JWK that an https `kid` answers: public members, and the fragment as its `kid`."""
    return {**key.public_jwk, "kid": key.fragment}


def profile(issuer: Issuer, *, domain_proofs: Sequence[Domain] = ()) -> dict[str, Any]:
    """The Open Badges 3.0 Profile; its `id` is the DID. `domain_proofs`: the proved domains to name.

    Leave `domain_proofs` out of what is signed: a proof can be lost later.
    """
    made: dict[str, Any] = {"id": issuer.did, "type": ["Profile"], "name": issuer.name}
    for name in ("url", "phone", "description", "email"):
        if value := getattr(issuer, name):
            made[name] = value
    if issuer.picture:
        made["image"] = {"id": addresses.picture(issuer), "type": "Image"}
    entries = [_identifier(_identifier_type(one["type"]), one["value"]) for one in issuer.identifiers]
    entries += [_identifier(PROVED_DOMAIN, domain.name) for domain in domain_proofs]
    if entries:
        made["otherIdentifier"] = entries
    if issuer.parent is not None:
        parent = issuer.parent
        made["parentOrg"] = {"id": parent.did, "type": ["Profile"], "name": parent.name}
        if parent.url:
            made["parentOrg"]["url"] = parent.url
    return made


def _identifier(kind: str, value: str) -> dict[str, str]:
    return {"type": "IdentifierEntry", "identifier": value, "identifierType": kind}


def _identifier_type(name: str) -> str:
    if name in IDENTIFIER_NAMES:
        return IDENTIFIER_NAMES[name]
    return name if name in IDENTIFIER_TYPES.terms else f"ext:{name}"


def key_log(issuer: Issuer) -> bytes:
    """The signed key log: a JSON array, each entry byte for byte as it was signed."""
    contents = issuer.key_log.order_by("sequence").values_list("content", flat=True)
    return keylog.file([bytes(content) for content in contents])
