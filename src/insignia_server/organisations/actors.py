"""Who acts: what every use case takes as `by`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from insignia_server.kit.errors import Forbidden
from insignia_server.organisations.roles import Permission

Kind = Literal["member", "client", "job", "learner", "operator"]


@dataclass(frozen=True)
class Actor:
    """A member, an API client, a job, a learner or the operator, within one organisation."""

    kind: Kind
    organisation_id: uuid.UUID
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    user_id: uuid.UUID | None = None  # whose pseudonym the audit log names
    client_id: uuid.UUID | None = None
    label: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether this act is allowed."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise unless this act is allowed.

        Raises:
            Forbidden: with a sentence for the person.
        """
        if permission not in self.permissions:
            if self.kind == "client":
                raise Forbidden(f"{_('This key may not do this.')} ({permission.value})")
            raise Forbidden(
                _("Your role does not allow this ({permission}).").format(permission=permission.value)
            )


def job_actor(organisation_id: uuid.UUID, *, label: str) -> Actor:
    """A job that goes on with what a person started and was allowed to do."""
    return Actor("job", organisation_id, frozenset(Permission), label=label)
