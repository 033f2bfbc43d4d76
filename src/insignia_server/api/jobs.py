"""Forgets answers that nobody may ask for again."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from insignia_server.api.idempotency import KEPT
from insignia_server.api.models import IdempotentRequest
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job
from insignia_server.kit.portions import delete_in_portions


@job(seconds=60, every=dt.timedelta(hours=1))
def forget_answers(running: Running) -> int:
    """Delete what is older than 24 hours; returns how many."""
    with scopes.crossing("jobs"):
        old = IdempotentRequest.objects.filter(started_at__lt=timezone.now() - KEPT)
        return delete_in_portions(old, check=running.check)
