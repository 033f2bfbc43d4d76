"""A badge as a pass for Apple Wallet and Google Wallet, for whoever may see its page."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from insignia_server.passes import apple, content, google
from insignia_server.public import showing
from insignia_server.public.downloads import download, name_of
from insignia_server.public.pages import visitor


@require_safe
def apple_pass(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/badges/<uuid>.pkpass`."""
    award = showing.find_award(key, visitor(request))
    made = apple.pkpass(content.pass_of(award), settings.APPLE_WALLET)
    return download(made, apple.MEDIA_TYPE, name_of(award.version, "pkpass"))


@require_safe
def google_link(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """`/badges/<uuid>/google-wallet/`: to Google's page that saves the pass."""
    award = showing.find_award(key, visitor(request))
    link = google.save_link(content.pass_of(award), settings.GOOGLE_WALLET, now=timezone.now())
    response = HttpResponseRedirect(link)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
