"""What comes round: lists whose bits changed without being published, or whose key was compromised."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from insignia_server.credentials import status
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job


@job(seconds=120, attempts=5, every=dt.timedelta(seconds=5))
def publish_due(running: Running) -> int:
    """Sign each list that is due, one transaction each; changes made within a few seconds go out together."""
    count = 0
    for organisation_id, list_id in status.due():
        with scopes.organisation(organisation_id), transaction.atomic():
            running.check()
            count += status.publish(list_id, now=timezone.now())
    return count
