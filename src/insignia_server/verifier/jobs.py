"""Verifications that need another server, and the forgetting of old ones.

Anybody may start one, and a server of theirs may take half a minute to answer. So no job that signs, sends or
awards waits behind those that have not begun (their priority is below all of these), and of all workers two
at most are busy with them: from three workers on, one is always free for the rest. With fewer, a job waits
for one that runs already, and no longer.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation

from insignia_server.kit.jobs import Running, job
from insignia_server.verifier import services
from insignia_server.verifier.models import Verification, VerificationState


@job(seconds=120, attempts=2, priority=-10, given_up=services.give_up, at_once=2)
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
