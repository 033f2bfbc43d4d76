"""EndorsementCredential and EndorsementSubject of Open Badges 3.0 (appendix B) as typed views."""

from __future__ import annotations

from typing import ClassVar

from insignia.data_model import Node, TypeNames, member
from insignia.verifiable_credential import OpenBadgesCredential


class EndorsementSubject(Node):
    """Who or what is endorsed, and the comment."""

    type_names: ClassVar[TypeNames] = (("EndorsementSubject",),)

    id: str = member("id", "uri", required=True)
    type: tuple[str, ...] = member("type", required=True, many=True, compacted=True)
    endorsement_comment: str | None = member("endorsementComment")


class EndorsementCredential(OpenBadgesCredential):
    """A credential in which somebody makes a claim about an achievement, a credential or a profile."""

    type_names: ClassVar[TypeNames] = (("VerifiableCredential",), ("EndorsementCredential",))

    name: str = member("name", required=True)
    subjects: tuple[EndorsementSubject, ...] = member(
        "credentialSubject", "endorsement:EndorsementSubject", required=True, many=True, single=True
    )

    @property
    def subject(self) -> EndorsementSubject:
        """Who or what is endorsed; an EndorsementCredential has one subject."""
        return self.subjects[0]
