"""Jobs that were given up: read why, try them again, or discard them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.console.access import operator
from insignia_server.console.home.figures import capped, shown
from insignia_server.kit import failed_jobs
from insignia_server.organisations import failed_jobs as services

MOST = 100


@require_safe
@operator
def listing(request: Any) -> HttpResponse:
    """The newest hundred, with a button each, and one for all."""
    rows = [failed_jobs.described(row) for row in failed_jobs.failed()[:MOST]]
    context = {"rows": rows, "count": shown(capped(failed_jobs.failed())), "more": len(rows) == MOST}
    return render(request, "console/operator/jobs.html", context)


@require_POST
@operator
def retry(request: Any) -> HttpResponse:
    """One (`key`) or all (`every`): they run once more with all their attempts."""
    keys = _keys(request)
    if keys != []:
        count = services.retry(user=request.user, keys=keys)
        text = ngettext("{n} job is tried again.", "{n} jobs are tried again.", count)
        messages.success(request, text.format(n=count))
    return redirect("console:operator:jobs")


@require_http_methods(["GET", "HEAD", "POST"])
@operator
def discard(request: Any) -> HttpResponse:
    """One (`?key=`) or all (`?every=yes`), asked on a page of its own."""
    keys = _keys(request)
    if keys == []:
        return redirect("console:operator:jobs")
    if request.method == "POST":
        count = services.discard(user=request.user, keys=keys)
        text = ngettext("{n} job is discarded.", "{n} jobs are discarded.", count)
        messages.success(request, text.format(n=count))
        return redirect("console:operator:jobs")
    found = failed_jobs.failed() if keys is None else failed_jobs.failed().filter(pk__in=keys)
    context = {
        "rows": [failed_jobs.described(row) for row in found[:10]],
        "keys": keys or [],
        "every": keys is None,
        "count": shown(capped(found)),
    }
    return render(request, "console/operator/jobs_discard.html", context)


def _keys(request: Any) -> list[uuid.UUID] | None:
    """The keys that are named, None for all; an empty list when nothing sensible is named."""
    given = request.POST if request.method == "POST" else request.GET
    if given.get("every") == "yes":
        return None
    found = []
    for text in given.getlist("key")[:MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
