"""The jobs of ZIP files of certificates."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils import timezone

from insignia_server.certificates import packs
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job


@job(seconds=120, attempts=8, priority=-10, given_up=packs.give_up)
def make_part(running: Running, *, organisation: str, pack: str) -> bool:
    """Make one file of a pack; signing and mail go first."""
    with scopes.organisation(uuid.UUID(organisation)):
        return packs.make_part(running, pack=uuid.UUID(pack))


@job(seconds=120, every=dt.timedelta(hours=1))
def drop_packs(running: Running) -> int:
    """Delete what is over."""
    with scopes.crossing("jobs"):
        return packs.drop_old(running, now=timezone.now())
