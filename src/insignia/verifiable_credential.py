"""What every credential has (W3C Verifiable Credentials Data Model 2.0 and 1.1) as typed views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from insignia.data_model import Node, TypeNames, member

if TYPE_CHECKING:
    from insignia.profile import Profile


class Issuer(Node):
    """Who issued a credential: at least an identifier."""

    id: str = member("id", "uri", required=True)


class CredentialSchema(Node):
    """Where the schema of a credential is, and how to apply it (`credentialSchema`)."""

    id: str = member("id", "uri", required=True)
    type: str = member("type", required=True)


class CredentialStatus(Node):
    """Where the current status of a credential is found (`credentialStatus`)."""

    id: str | None = member("id", "uri")
    type: str = member("type", required=True)


class OpenBadgesStatus(CredentialStatus):
    """The same in an Open Badges 3.0 credential, whose CredentialStatus must have an identifier."""

    id: str = member("id", "uri", required=True)


class RefreshService(Node):
    """Where a newer version of a credential is found (`refreshService`)."""

    id: str = member("id", "uri", required=True)
    type: str = member("type", required=True)


class TermsOfUse(Node):
    """The terms under which a credential was issued (`termsOfUse`)."""

    id: str | None = member("id", "uri")
    type: str = member("type", required=True)


class Proof(Node):
    """An embedded proof, not verified (`proof`)."""

    type: str = member("type", required=True)
    created: str | None = member("created", "date-time")
    cryptosuite: str | None = member("cryptosuite")
    challenge: str | None = member("challenge")
    domain: str | None = member("domain")
    nonce: str | None = member("nonce")
    proof_purpose: str | None = member("proofPurpose")
    proof_value: str | None = member("proofValue")
    verification_method: str | None = member("verificationMethod", "uri")


class VerifiableCredential(Node):
    """A credential of any kind. `valid_from` and `valid_until` are `issuanceDate` and `expirationDate` in a
    document of the data model 1.1; times are RFC 3339 strings exactly as written."""

    type_names: ClassVar[TypeNames] = (("VerifiableCredential",),)

    context: tuple[Any, ...] = member("@context", "context", required=True, many=True)
    id: str | None = member("id", "uri")
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    issuer: Issuer = member("issuer", "verifiable_credential:Issuer", required=True, or_uri=True)
    valid_from: str | None = member(
        "validFrom", "date-time", legacy_name="issuanceDate", required=True, required_in="1.1"
    )
    valid_until: str | None = member("validUntil", "date-time", legacy_name="expirationDate")
    subjects: tuple[Any, ...] = member(
        "credentialSubject", "object", required=True, many=True, compacted=True
    )
    credential_schemas: tuple[CredentialSchema, ...] = member(
        "credentialSchema", "verifiable_credential:CredentialSchema", many=True, compacted=True
    )
    credential_statuses: tuple[CredentialStatus, ...] = member(
        "credentialStatus", "verifiable_credential:CredentialStatus", many=True, compacted=True
    )
    refresh_services: tuple[RefreshService, ...] = member(
        "refreshService", "verifiable_credential:RefreshService", many=True, compacted=True
    )
    terms_of_use: tuple[TermsOfUse, ...] = member(
        "termsOfUse", "verifiable_credential:TermsOfUse", many=True, compacted=True
    )
    proofs: tuple[Proof, ...] = member("proof", "verifiable_credential:Proof", many=True, compacted=True)


class OpenBadgesCredential(VerifiableCredential):
    """What the credentials of Open Badges 3.0 ask more: an identifier, a start date, one subject, at most one
    status and one refresh service. Not a class of the specification, but what two of its classes share."""

    id: str = member("id", "uri", required=True)
    issuer: Profile = member("issuer", "profile:Profile", required=True, or_uri=True)
    valid_from: str = member("validFrom", "date-time", legacy_name="issuanceDate", required=True)
    credential_statuses: tuple[CredentialStatus, ...] = member(
        "credentialStatus", "verifiable_credential:OpenBadgesStatus", many=True, single=True
    )
    refresh_services: tuple[RefreshService, ...] = member(
        "refreshService", "verifiable_credential:RefreshService", many=True, single=True
    )
    name: str | None = member("name")
    description: str | None = member("description")
    awarded_date: str | None = member("awardedDate", "date-time")


class VerifiablePresentation(Node):
    """What a holder shows: credentials, as objects or (in the data model 1.1) as compact JWS."""

    type_names: ClassVar[TypeNames] = (("VerifiablePresentation",),)

    context: tuple[Any, ...] = member("@context", "context", required=True, many=True)
    id: str | None = member("id", "uri")
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    holder: Issuer | None = member("holder", "verifiable_credential:Issuer", or_uri=True)
    credentials: tuple[Any, ...] = member("verifiableCredential", "context", many=True, compacted=True)
    proofs: tuple[Proof, ...] = member("proof", "verifiable_credential:Proof", many=True, compacted=True)
