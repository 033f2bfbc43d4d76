"""Everything that a credential says of one recipient, as plain values."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

EMAIL = "emailAddress"
DID = "did"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A result that was achieved.

    `description` is the key of a result description of the achievement's definition, `level` the key of one
    of its rubric levels, `status` a ResultStatusType of Open Badges 3.0. What there is not is empty.
    """

    description: str = ""
    value: str = ""
    level: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A piece of work behind the achievement: its address (`url`), or what is told of it."""

    url: str = ""
    name: str = ""
    description: str = ""
    narrative: str = ""
    genre: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One recipient and what is said of them. Texts that there are not are empty.

    `identifier` of `identifier_kind` (an IdentifierTypeEnum of Open Badges 3.0) is hashed with `salt`; with
    the kind `did` it is the subject's `id` instead. `subject_id` is a DID or URN beside it. The name goes
    into the credential only where the achievement says so. Times carry their zone.
    """

    credential_id: uuid.UUID
    identifier: str
    identifier_kind: str = EMAIL
    salt: str
    name: str = ""
    valid_from: dt.datetime
    valid_until: dt.datetime | None = None
    awarded_at: dt.datetime | None = None
    activity_start: dt.datetime | None = None
    activity_end: dt.datetime | None = None
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    narrative: str = ""
    credits_earned: float | None = None
    license_number: str = ""
    role: str = ""
    term: str = ""
    subject_id: str = ""

    def own_id(self) -> str:
        """The subject's `id` where one is needed and none is given: a URN of this credential alone."""
        digest = bytearray(hashlib.sha256(self.credential_id.bytes + self.salt.encode()).digest()[:16])
        digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80  # RFC 9562, 5.8
        return f"urn:uuid:{uuid.UUID(bytes=bytes(digest))}"
