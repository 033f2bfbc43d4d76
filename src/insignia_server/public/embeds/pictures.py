"""Pictures for other sites: the small one of a version, and the one that says a badge's state."""

from __future__ import annotations

import io
import uuid
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from PIL import Image

from insignia_server.achievements import pictures
from insignia_server.awarding import embeds
from insignia_server.kit.errors import Gone, NotHere
from insignia_server.kit.fonts import drawable
from insignia_server.kit.statuses import status
from insignia_server.public import finding, showing
from insignia_server.public.credential_files import ERASED, file_view
from insignia_server.public.documents import MINUTES, answer, missing
from insignia_server.public.downloads import WEEK, png_of
from insignia_server.public.embeds.state_badge import draw

SMALL: Final = embeds.SMALL * 2


@file_view
def small_picture(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponse:
    """The picture of a version with 144 pixels. Made once for each version, then kept."""
    try:
        version, _newest = finding.find_version(key, number)
        name = f"pictures/small/{version.picture_id}.png"
        if version.picture_id is not None and default_storage.exists(name):
            content = pictures.read(name)
        else:
            content = _shrunk(png_of(version))
            default_storage.save(name, ContentFile(content))
    except NotHere:
        return missing("There is no such picture here.")
    return answer(request, content, media_type="image/png", caching=WEEK)


def _shrunk(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        picture.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        return out.getvalue()


@file_view
def state_picture(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/badges/<uuid>/state.svg`: the achievement, and what is true of the badge, verified now."""
    try:
        award = showing.find_award(key, None)
    except NotHere:
        return missing("There is no such badge here, or its learner keeps it private.")
    except Gone:
        return missing(ERASED, status=410)
    shown = showing.show(award, now=timezone.now())
    label = str(status(shown.state.name).label)
    name = drawable(shown.texts.name) or label
    content = draw(name, label, shown.state.tone)
    response = answer(request, content, media_type="image/svg+xml", caching=MINUTES)
    # Opened by itself an SVG is a page: it may do nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Robots-Tag"] = "noindex"
    return response
