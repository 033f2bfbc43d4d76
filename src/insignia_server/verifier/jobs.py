"""Verifications that need another server, and the forgetting of old ones."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation

from insignia_server.kit.jobs import Running, job
from insignia_server.verifier import services
from insignia_server.verifier.models import Verification, VerificationState


@job(seconds=120, attempts=2, priority=50, given_up=services.give_up)
def run_verification(running: Running, *, verification: str, language: str = "") -> None:
    """Fetch, verify, and write the report; what could not be read is told in `language`."""
    row = Verification.objects.filter(pk=verification, state=VerificationState.WAITING).first()
    if row is not None:
        with translation.override(language or settings.LANGUAGE_CODE):
            services.run(row, now=timezone.now())


@job(seconds=60, every=dt.timedelta(hours=1))
def forget_old(running: Running) -> int:
    """Delete verifications that are older than a day."""
    return services.forget_old(now=timezone.now())
