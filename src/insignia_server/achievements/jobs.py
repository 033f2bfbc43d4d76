"""Jobs of achievements: what is drawn once and then only read."""

from __future__ import annotations

import uuid

from insignia_server.achievements import renderings
from insignia_server.achievements.models import Picture
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
