"""The rotation of the key-encryption key, written into the audit log of the instance."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from insignia_server.audit import services as audit
from insignia_server.issuers.sealing import Resealing, reseal_all


@dataclass(frozen=True, slots=True)
class _Instance:
    """The instance itself as the one who acts: it belongs to no organisation."""

    kind: str = "operator"
    organisation_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    client_id: uuid.UUID | None = None


def reseal() -> Resealing:
    """`sealing.reseal_all` and its entry in the audit log. Raises SealBroken."""
    done = reseal_all()
    audit.record(by=_Instance(), action="keys.reseal", changed=done.changed, unchanged=done.unchanged)
    return done
