"""Signed status lists in files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from insignia.cli.boundary import CommandError, doing

if TYPE_CHECKING:
    from insignia.credential import Secured
    from insignia.status_list import BitstringStatusList


@dataclass(frozen=True, slots=True)
class StatusFile:
    """A status list as it was read; its signature was not verified."""

    secured: Secured
    subject: dict[str, Any]
    bits: BitstringStatusList

    @property
    def url(self) -> str:
        """Where the list is published."""
        return str(self.secured.document.get("id"))

    @property
    def issuer(self) -> str:
        """The identifier of who issued the list."""
        from insignia.credential import issuer_id

        return str(issuer_id(self.secured.document))

    @property
    def purposes(self) -> list[str]:
        """What a set place means."""
        value = self.subject.get("statusPurpose")
        return [str(purpose) for purpose in (value if isinstance(value, list) else [value])]


def parse(content: bytes, name: str, size: int = 1) -> StatusFile:
    """The status list in a file's content; `size` is the bits of a place. Raises CommandError."""
    from insignia import credential
    from insignia.status_list import BitstringStatusList

    with doing(f"{name} is not a status list"):
        secured = credential.parse(content)
        subject = secured.document.get("credentialSubject")
        if secured.kind is not credential.Kind.STATUS_LIST or not isinstance(subject, dict):
            raise CommandError(f"{name} is not a status list", advice="make one with: insignia status make")
        return StatusFile(secured, subject, BitstringStatusList.decode(str(subject.get("encodedList")), size))
