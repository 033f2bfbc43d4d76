"""ClrCredential and what is below it, as typed views (Comprehensive Learner Record 2.0, appendix A)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from insignia.achievement import Achievement
from insignia.data_model import Enumeration, Node, TypeNames, member
from insignia.profile import IdentityObject, Image
from insignia.verifiable_credential import OpenBadgesCredential

if TYPE_CHECKING:
    from insignia.endorsement import EndorsementCredential

ASSOCIATION_TYPES = Enumeration(
    "AssociationType",
    (
        "exactMatchOf",
        "isChildOf",
        "isParentOf",
        "isPartOf",
        "isPeerOf",
        "isRelatedTo",
        "precedes",
        "replacedBy",
    ),
)


class Association(Node):
    """How two achievements of the record belong together: `source_id` is in that relation to `target_id`."""

    type_names: ClassVar[TypeNames] = (("Association",),)

    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    association_type: str = member("associationType", ASSOCIATION_TYPES, required=True)
    source_id: str = member("sourceId", "uri", required=True)
    target_id: str = member("targetId", "uri", required=True)


class ClrSubject(Node):
    """The learner, the credentials of the record, and how their achievements belong together."""

    type_names: ClassVar[TypeNames] = (("ClrSubject",),)

    id: str | None = member("id", "uri")
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    identifiers: tuple[IdentityObject, ...] = member("identifier", "profile:IdentityObject", many=True)
    achievements: tuple[Achievement, ...] = member("achievement", "achievement:Achievement", many=True)
    credentials: tuple[Any, ...] = member("verifiableCredential", "context", required=True, many=True)
    associations: tuple[Association, ...] = member("association", "clr:Association", many=True)


class ClrCredential(OpenBadgesCredential):
    """A learner's record: credentials of one or several issuers, held together by who publishes it."""

    type_names: ClassVar[TypeNames] = (("VerifiableCredential",), ("ClrCredential",))

    name: str = member("name", required=True)
    image: Image | None = member("image", "profile:Image", or_uri=True)
    partial: bool | None = member("partial", "boolean")
    subjects: tuple[ClrSubject, ...] = member(
        "credentialSubject", "clr:ClrSubject", required=True, many=True, single=True
    )
    endorsements: tuple[EndorsementCredential, ...] = member(
        "endorsement", "endorsement:EndorsementCredential", many=True
    )
    endorsement_jwts: tuple[str, ...] = member("endorsementJwt", "jws", many=True)

    @property
    def subject(self) -> ClrSubject:
        """The learner and the record; a ClrCredential has one subject."""
        return self.subjects[0]
