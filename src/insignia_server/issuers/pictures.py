"""The picture of an issuer profile: cleaned, kept, and drawn as a PNG."""

from __future__ import annotations

import hashlib
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.signing import touch
from insignia_server.kit.errors import NotHere, Refusal, Refused
from insignia_server.kit.pictures import PictureError, read_picture, render_png
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission

SIZE: Final = 512


def set_issuer_picture(*, by: Actor, issuer: Issuer, content: bytes) -> Issuer:
    """A new picture (PNG, JPEG, WebP or SVG), or none for empty bytes. Files are named by content and stay.

    Raises Forbidden, NotHere, Refused for what is no picture or too large.
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
    if len(content) > settings.MAX_PICTURE_BYTES:
        message = _("The picture may have {most} KB; it has {count} KB.")
        most, count = settings.MAX_PICTURE_BYTES // 1024, -(-len(content) // 1024)
        raise Refused(Refusal(message.format(most=most, count=count), "picture", "too-large"))
    try:
        picture = read_picture(content)
        drawn = render_png(picture, SIZE)
    except PictureError as error:
        problem = error.problems[0]
        raise Refused(Refusal(error.advice, "picture", error.code, problem.expected, problem.got)) from error
    return _saved(issuer, drawn, f"-{SIZE}.png"), _saved(issuer, picture.content, picture.suffix)


def _saved(issuer: Issuer, content: bytes, ending: str) -> str:
    name = f"issuers/{issuer.pk}/{hashlib.sha256(content).hexdigest()[:32]}{ending}"
    return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))
