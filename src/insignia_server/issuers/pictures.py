"""The picture of an issuer profile: cleaned, kept, and drawn as a PNG."""

from __future__ import annotations

import hashlib
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from insignia_server.audit import services as audit
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.signing import touch
from insignia_server.kit.errors import NotHere
from insignia_server.kit.pictures import check_bytes, read_upload, refused_at, render_png
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

SIZE: Final = 512


def set_issuer_picture(*, by: Actor, issuer: Issuer, content: bytes) -> Issuer:
    """A new picture (PNG, JPEG, WebP or SVG), or none for empty bytes. Files are named by content and stay.

    Raises Forbidden, NotHere, Refused for what is no picture, too large, or not to be seen.
    """
    by.require(Permission.ISSUERS)
    if issuer.organisation_id != by.organisation_id:
        raise NotHere
    names = _kept(issuer, content) if content else ("", "")  # drawn before the transaction begins
    with transaction.atomic():
        issuer.picture, issuer.picture_source = names
        touch(issuer, "picture", "picture_source")
        audit.record(by=by, action="issuer.picture", subject=issuer, taken_away=not content)
    return issuer


def _kept(issuer: Issuer, content: bytes) -> tuple[str, str]:
    """Storage names of the PNG and of the clean original."""
    check_bytes(content, "picture")
    picture = read_upload(content, "picture")
    with refused_at("picture"):
        drawn = render_png(picture, SIZE)
    return _saved(issuer, drawn, f"-{SIZE}.png"), _saved(issuer, picture.content, picture.suffix)


def _saved(issuer: Issuer, content: bytes, ending: str) -> str:
    name = f"issuers/{issuer.pk}/{hashlib.sha256(content).hexdigest()[:32]}{ending}"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))
