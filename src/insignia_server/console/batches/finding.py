"""Finding a batch, and what its pages know about where it stands."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insignia_server.awarding.batches.preparing import CHANGEABLE
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.console.access import ConsoleRequest, need

# The state as kit.statuses draws it; the word is the batch's own.
CHIPS: Final[dict[str, str]] = {
    BatchState.READING: "running",
    BatchState.CHECKING: "running",
    BatchState.CHECKED: "waiting",
    BatchState.APPROVAL: "pending",
    BatchState.SIGNING: "running",
    BatchState.PAUSED: "held",
    BatchState.DELIVERING: "running",
    BatchState.UNDOING: "running",
}
MOVING: Final = frozenset(
    {
        *(BatchState.READING, BatchState.CHECKING, BatchState.HELD, BatchState.SIGNING, BatchState.PAUSED),
        *(BatchState.DELIVERING, BatchState.UNDOING),
    }
)
STEPS: Final[dict[str, int]] = {
    BatchState.READING: 2,
    BatchState.DRAFT: 2,
    BatchState.CHECKING: 3,
    BatchState.CHECKED: 3,
    BatchState.DONE: 5,
}


def batch_of(key: uuid.UUID) -> Batch:
    """The batch of this key in the organisation, or 404."""
    row: Batch = need(
        Batch.objects.select_related(
            "achievement__issuer", "created_by", "confirmed_by", "approved_by", "organisation"
        )
        .filter(pk=key)
        .first()
    )
    return row


def page(request: ConsoleRequest, batch: Batch, name: str = "detail") -> HttpResponse:
    """To a page of the batch."""
    return redirect(f"console:batches:{name}", organisation=request.organisation.slug, batch=batch.pk)


def chip(batch: Batch) -> tuple[str, str]:
    """Name of the state for `status_chip`, and the word beside it."""
    label = str(BatchState(batch.state).label)
    return CHIPS.get(batch.state, batch.state), label[:1].upper() + label[1:]


def changeable(batch: Batch) -> bool:
    """Whether columns and choices can still be changed."""
    return batch.state in CHANGEABLE and batch.started_at is None


def about(batch: Batch) -> dict[str, Any]:
    """What every page of a batch shows."""
    name, label = chip(batch)
    return {
        "batch": batch,
        "chip": name,
        "state_label": label,
        "step": STEPS.get(batch.state, 4),
        "moving": batch.state in MOVING,
    }


def in_words(seconds: int) -> str:
    """A time to wait: `9 minutes and 5 seconds`, `2 hours and 1 minute`."""
    left = max(seconds, 0)
    hours, minutes, rest = left // 3600, left // 60 % 60, left % 60
    parts = [
        ngettext("{n} hour", "{n} hours", hours).format(n=hours) if hours else "",
        ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes) if minutes else "",
        ngettext("{n} second", "{n} seconds", rest).format(n=rest) if rest and not hours else "",
    ]
    said = [part for part in parts if part]
    if not said:
        return _("a moment")
    return _("{first} and {second}").format(first=said[0], second=said[1]) if len(said) > 1 else said[0]


def minutes_in_words(minutes: int) -> str:
    """The hold window in words."""
    return in_words(int(dt.timedelta(minutes=minutes).total_seconds()))
