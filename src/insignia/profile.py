"""Profile and the small classes around a person or organisation (Open Badges 3.0, appendix B), with the
hashing of recipient identifiers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from insignia.data_model import Enumeration, Node, TypeNames, member
from insignia.errors import IssuingError, show
from insignia.verifiable_credential import Issuer

if TYPE_CHECKING:
    from insignia.endorsement import EndorsementCredential

IDENTIFIER_TYPES = Enumeration(
    "IdentifierTypeEnum",
    (
        "name",
        "sourcedId",
        "systemId",
        "productId",
        "userName",
        "accountId",
        "emailAddress",
        "nationalIdentityNumber",
        "isbn",
        "issn",
        "lisSourcedId",
        "oneRosterSourcedId",
        "sisSourcedId",
        "ltiContextId",
        "ltiDeploymentId",
        "ltiToolId",
        "ltiPlatformId",
        "ltiUserId",
        "identifier",
    ),
    extensible=True,
)
_HASHES: dict[str, Callable[[bytes], Any]] = {
    "sha256": hashlib.sha256,
    "md5": lambda data: hashlib.md5(data, usedforsecurity=False),
}


class Image(Node):
    """A picture by its URL or data URL."""

    type_names: ClassVar[TypeNames] = (("Image",),)
    closed: ClassVar[bool] = True

    id: str = member("id", "uri", required=True)
    type: str | None = member("type", required=True)
    caption: str | None = member("caption")


class IdentifierEntry(Node):
    """Another identifier of the described entity."""

    type_names: ClassVar[TypeNames] = (("IdentifierEntry",),)
    closed: ClassVar[bool] = True

    type: str = member("type", required=True)
    identifier: str = member("identifier", required=True)
    identifier_type: str = member("identifierType", IDENTIFIER_TYPES, required=True)


class IdentityObject(Node):
    """A recipient's identifier, usually hashed so that the credential does not give it away."""

    type_names: ClassVar[TypeNames] = (("IdentityObject",),)
    closed: ClassVar[bool] = True

    type: str = member("type", required=True)
    hashed: bool = member("hashed", "boolean", required=True)
    identity_hash: str = member("identityHash", required=True)
    identity_type: str = member("identityType", IDENTIFIER_TYPES, required=True)
    salt: str | None = member("salt")

    def matches(self, identifier: str) -> bool:
        """Whether this is the identity of `identifier`. Email addresses are compared as written, and in
        lower case too; a hash of an unknown algorithm matches nothing (Open Badges 3.0, B.7.7)."""
        candidates = {identifier, identifier.strip()}
        if self.identity_type == "emailAddress":
            candidates |= {c.lower() for c in candidates}
        return any(self._is(candidate) for candidate in candidates)

    def _is(self, identifier: str) -> bool:
        if not self.hashed:
            fold = str.lower if self.identity_type == "emailAddress" else str
            return hmac.compare_digest(fold(self.identity_hash).encode(), fold(identifier).encode())
        algorithm, separator, digest = self.identity_hash.partition("$")
        if not separator or algorithm not in _HASHES:
            return False
        expected = identity_hash(identifier, self.salt or "", algorithm)
        return hmac.compare_digest(expected.encode(), f"{algorithm}${digest.lower()}".encode())


def identity_hash(identifier: str, salt: str = "", algorithm: str = "sha256") -> str:
    """`sha256$` and the lower-case hexadecimal hash of identifier and salt in UTF-8 (IdentityHash,
    Open Badges 3.0, appendix B). `md5` exists to read old credentials. Raises IssuingError on another."""
    if algorithm not in _HASHES:
        raise IssuingError.at("", expected="sha256 or md5", got=show(algorithm), code="identity.algorithm")
    return f"{algorithm}${_HASHES[algorithm]((identifier + salt).encode()).hexdigest()}"


class GeoCoordinates(Node):
    """Degrees of latitude and longitude."""

    type_names: ClassVar[TypeNames] = (("GeoCoordinates",),)

    type: str = member("type", required=True)
    latitude: float = member("latitude", "number", required=True)
    longitude: float = member("longitude", "number", required=True)


class Address(Node):
    """A postal address, with coordinates where they are known."""

    type_names: ClassVar[TypeNames] = (("Address",),)

    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    address_country: str | None = member("addressCountry")
    address_country_code: str | None = member("addressCountryCode")
    address_region: str | None = member("addressRegion")
    address_locality: str | None = member("addressLocality")
    street_address: str | None = member("streetAddress")
    post_office_box_number: str | None = member("postOfficeBoxNumber")
    postal_code: str | None = member("postalCode")
    geo: GeoCoordinates | None = member("geo", "profile:GeoCoordinates")


class Profile(Issuer):
    """A person or organisation: issuer, creator, source, endorser."""

    type_names: ClassVar[TypeNames] = (("Profile",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    name: str | None = member("name")
    url: str | None = member("url", "uri")
    phone: str | None = member("phone")
    description: str | None = member("description")
    endorsements: tuple[EndorsementCredential, ...] = member(
        "endorsement", "endorsement:EndorsementCredential", many=True
    )
    endorsement_jwts: tuple[str, ...] = member("endorsementJwt", "jws", many=True)
    image: Image | None = member("image", "profile:Image", or_uri=True)
    email: str | None = member("email")
    address: Address | None = member("address", "profile:Address")
    other_identifiers: tuple[IdentifierEntry, ...] = member(
        "otherIdentifier", "profile:IdentifierEntry", many=True
    )
    official: str | None = member("official")
    parent_org: Profile | None = member("parentOrg", "profile:Profile")
    family_name: str | None = member("familyName")
    given_name: str | None = member("givenName")
    additional_name: str | None = member("additionalName")
    patronymic_name: str | None = member("patronymicName")
    honorific_prefix: str | None = member("honorificPrefix")
    honorific_suffix: str | None = member("honorificSuffix")
    family_name_prefix: str | None = member("familyNamePrefix")
    date_of_birth: str | None = member("dateOfBirth", "date")
