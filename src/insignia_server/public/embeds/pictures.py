"""The picture for other sites that says a badge's state."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from insignia_server.kit.errors import Gone, NotHere
from insignia_server.kit.fonts import drawable
from insignia_server.kit.public_files import MINUTES, answer, missing
from insignia_server.kit.statuses import status
from insignia_server.public import showing
from insignia_server.public.credential_files import ERASED, file_view
from insignia_server.public.embeds.state_badge import draw


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
    label = str(status(shown.state.name, "badge").label)
    name = drawable(shown.texts.name) or label
    content = draw(name, label, shown.state.tone)
    response = answer(request, content, media_type="image/svg+xml", caching=MINUTES)
    # Opened by itself an SVG is a page: it may do nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Robots-Tag"] = "noindex"
    return response
