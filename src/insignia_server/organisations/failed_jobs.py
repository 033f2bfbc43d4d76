"""What the operator does with jobs that were given up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction

from insignia_server.audit import services as audit
from insignia_server.kit import failed_jobs
from insignia_server.organisations.operator import operator_actor
from insignia_server.people.models import User


@transaction.atomic
def retry(*, user: User, keys: Sequence[uuid.UUID] | None = None) -> int:
    """Try these again, or all of them (None); how many there were. Raises Forbidden."""
    by = operator_actor(user)
    count = failed_jobs.again(keys)
    if count:
        audit.record(by=by, action="job.retry", count=count)
    return count


@transaction.atomic
def discard(*, user: User, keys: Sequence[uuid.UUID] | None = None) -> int:
    """Forget these, or all of them (None); how many there were. Raises Forbidden."""
    by = operator_actor(user)
    count = failed_jobs.discard(keys)
    if count:
        audit.record(by=by, action="job.discard", count=count)
    return count
