"""What somebody sent after being signed out waits, sealed in the session, until they have signed in again."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from insignia_server.console import shown_once
from insignia_server.kit.limits import take, visitor

NAME: Final = "unsent"
MOST: Final = 64 * 1024  # characters of a form; a longer one is not kept
OFTEN: Final = (20, 3600)  # forms of one visitor in so many seconds
LONGEST: Final = 3600.0  # seconds that it waits


def to_login(request: HttpRequest, organisation: str) -> HttpResponse:
    """To the page to sign in, and from there to what was sent, or back here where nothing was."""
    return redirect_to_login(_kept(request, organisation) or request.get_full_path())


def _kept(request: HttpRequest, organisation: str) -> str:
    """The address of what is kept of a form that was sent; empty when nothing is. Each visitor can have so
    many kept: nobody has signed in here, and each is a row."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return ""
    if take(NAME, visitor(request), *OFTEN, time.time()):
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    said = {
        "at": time.time(),
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    text = json.dumps(said)
    if len(text) > MOST:
        return ""
    shown_once.put(request, NAME, text)
    return reverse("console:unsent", kwargs={"organisation": organisation})


def unsent(request: Any) -> HttpResponse:
    """What was not sent, and one button that sends it. It waits for that, an hour at most."""
    home = reverse("console:home", kwargs={"organisation": request.organisation.slug})
    said = json.loads(shown_once.take(request, NAME) or "{}")
    if not said or time.time() - said["at"] > LONGEST or not said["path"].startswith(home):
        return redirect(home)
    return render(request, "console/unsent.html", {"said": said})
