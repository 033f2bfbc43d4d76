"""Jobs of achievements: what is drawn once and then only read, drafts drawn anew after their family, and
hashes of pictures that have none."""

from __future__ import annotations

import datetime as dt
import uuid

from insignia_server.achievements import pictures, renderings, series
from insignia_server.achievements.models import Picture
from insignia_server.designs.models import Family
from insignia_server.kit import scopes
from insignia_server.kit.jobs import Running, job


@job(seconds=120, attempts=3)
def draw_picture(running: Running, *, organisation: str, picture: str) -> bool:
    """A picture in every size; whether it is there still."""
    with scopes.organisation(uuid.UUID(organisation)):
        row = Picture.objects.filter(pk=picture).first()
        if row is None:
            return False
        renderings.draw_all(row)
    return True


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
