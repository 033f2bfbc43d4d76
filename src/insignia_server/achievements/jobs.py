"""The jobs of achievements: drafts drawn anew after their family, and hashes of pictures that have none."""

from __future__ import annotations

import datetime as dt
import uuid

from insignia_server.achievements import pictures, series
from insignia_server.designs.models import Family
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job


@job(seconds=60, attempts=10)
def restyle_drafts(running: Running, *, organisation: str, family: str) -> int:
    """Each draft of a family; to begin again does no harm."""
    with scopes.organisation(uuid.UUID(organisation)):
        row = Family.objects.filter(pk=uuid.UUID(family)).first()
        keys = series.drafts_of(row) if row is not None else []
        for key in keys:
            running.check()
            series.draw_anew(key)
        return len(keys)


@job(seconds=120, every=dt.timedelta(hours=1))
def hash_pictures(running: Running) -> int:
    """Perceptual hashes of pictures that were stored before there were any, some at a time."""
    with scopes.crossing("pictures"):
        return pictures.hash_some(check=running.check)
