"""Forgets answers that nobody may ask for again."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from insignia_server.api.idempotency import KEPT
from insignia_server.api.models import IdempotentRequest
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job


@job(seconds=60, every=dt.timedelta(hours=1))
def forget_answers(running: Running) -> int:
    """Delete what is older than 24 hours; returns how many."""
    running.check()
    with scopes.crossing("jobs"):
        old = IdempotentRequest.objects.filter(started_at__lt=timezone.now() - KEPT)
        return int(old.delete()[0])
