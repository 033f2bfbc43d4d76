"""A job of a batch failed for good: the batch says so, and can be taken up again by a person."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from insignia_server.audit import services as audit
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.kit import scopes
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation

UNREAD: Final = "given_up"  # in Batch.reading: the file was not read, what was to be done stands beside it
_WHY: Final[dict[BatchState, str | Promise]] = {
    BatchState.READING: _(
        "The server tried several times to read the file and did not succeed. The file may be all right: "
        "read it again in a while. If that fails too, save it as CSV, or tell the operator of this instance."
    ),
    BatchState.CHECKING: _(
        "The server tried several times to check the file and did not succeed. Check it again in a while; if "
        "that fails too, tell the operator of this instance."
    ),
    BatchState.HELD: _(
        "The server tried several times to begin with the signing and did not succeed. Nothing was awarded. "
        "Check it again in a while; if that fails too, tell the operator of this instance."
    ),
    BatchState.UNDOING: _(
        "The server tried several times to take some rows back and did not succeed. Undo the batch once more "
        "in a while; if that fails too, tell the operator of this instance."
    ),
    BatchState.SIGNING: _(
        "The server tried several times to sign some rows and did not succeed. Take it up again in a while; "
        "if that fails too, tell the operator of this instance."
    ),
}


def give_up(state: BatchState, *, organisation: str, batch: str, revision: int | None = None) -> bool:
    """A batch that still waits in `state` for the job that was given up becomes failed; whether it did.

    Opens the organisation's scope. With `revision`, only if its options were not changed meanwhile.
    """
    with scopes.organisation(uuid.UUID(organisation)), transaction.atomic():
        rows = Batch.objects.select_for_update(no_key=True).filter(pk=uuid.UUID(batch), state=state)
        row: Batch | None = (rows if revision is None else rows.filter(revision=revision)).first()
        if row is None:
            return False
        language = Organisation.objects.values_list("language", flat=True).get(pk=row.organisation_id)
        with override(language):
            row.failure = str(_WHY[state])
        if state == BatchState.READING:
            row.reading = {**row.reading, UNREAD: True}
        row.state, row.hold_until = BatchState.FAILED, None
        row.save(update_fields=["state", "failure", "reading", "hold_until"])
        audit.record(
            by=job_actor(row.organisation_id, label="batch"),
            action="batch.fail",
            subject=row,
            state=str(state),
        )
    return True


def unread(batch: Batch) -> bool:
    """Whether it failed while its file was being read."""
    return batch.state == BatchState.FAILED and UNREAD in batch.reading
