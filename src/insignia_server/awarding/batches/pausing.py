"""A batch whose organisation is suspended pauses before its next chunk, and goes on when that is over."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import override

from insignia_server.audit import services as audit
from insignia_server.awarding import quota
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.kit import scopes
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation, OrganisationState


def pause(batch: Batch) -> bool:
    """Pause a batch that is held or being signed, if its organisation may not award now; whether that is so.

    A chunk that another worker signs at this moment is not committed any more. Needs the scope.
    """
    organisation: Organisation = Organisation.objects.get(pk=batch.organisation_id)
    with override(organisation.language):
        refusal = quota.inactive(organisation)
    if refusal is None:
        return False
    with transaction.atomic():
        moving = Batch.objects.filter(pk=batch.pk, state__in=(BatchState.HELD, BatchState.SIGNING))
        if moving.update(state=BatchState.PAUSED, failure=refusal.message[:2000]):
            by = job_actor(batch.organisation_id, label="batch")
            signed = Batch.objects.values_list("signed", flat=True).get(pk=batch.pk)
            audit.record(by=by, action="batch.pause", subject=batch, signed=signed)
    return True


def go_on() -> int:
    """Sign on what was paused, where the organisation may award again; how many batches."""
    with scopes.crossing("jobs"):
        rows = Batch.objects.filter(state=BatchState.PAUSED, organisation__state=OrganisationState.ACTIVE)
        found = list(rows.order_by("pk").values_list("organisation_id", "pk"))
    return sum(_go_on(organisation_id, key) for organisation_id, key in found)


def _go_on(organisation_id: uuid.UUID, key: uuid.UUID) -> bool:
    from insignia_server.awarding import jobs

    with scopes.organisation(organisation_id), transaction.atomic():
        paused = Batch.objects.filter(pk=key, state=BatchState.PAUSED)
        begun = paused.filter(started_at__isnull=False)
        if begun.update(state=BatchState.SIGNING, failure=""):
            batch = Batch.objects.get(pk=key)
            jobs.enqueue_ranges(jobs.sign_range, batch)
        elif paused.update(state=BatchState.HELD, failure=""):
            batch = Batch.objects.get(pk=key)
            jobs.begin_batch.enqueue(
                organisation=str(organisation_id), batch=str(key), revision=batch.revision
            )
        else:
            return False
        left = batch.good - batch.signed - batch.skipped - batch.refused
        audit.record(
            by=job_actor(organisation_id, label="batch"), action="batch.go-on", subject=batch, rows=left
        )
    return True
