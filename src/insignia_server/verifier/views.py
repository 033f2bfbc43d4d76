"""Verify for anyone, without an account."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.credentials.replaced import replaced
from insignia_server.credentials.report_words import Presented, present
from insignia_server.kit.limits import limited, take, too_many, visitor
from insignia_server.kit.public_files import answer, file_view, same_in_every_language
from insignia_server.verifier import receipts, services
from insignia_server.verifier.forms import VerifyForm
from insignia_server.verifier.models import Verification, VerificationState

ELSEWHERE_A_MINUTE: Final = 10  # verifications of one visitor that need another server


@require_http_methods(["GET", "HEAD", "POST"])
@limited("verify", count=lambda: settings.VERIFY_A_MINUTE, seconds=60)
def verify(request: HttpRequest) -> HttpResponse:
    """The form; a good one leads to its report. `?url=` fills the address in, as badge pages do.

    What needs another server has a limit of its own: it holds a worker while that server makes up its mind.
    """
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = VerifyForm(data, files, initial={"text": request.GET.get("url", "")})
    if form.is_bound and form.is_valid():
        row = services.at_hand(
            found=form.found,
            source=form.source,
            now=timezone.now(),
            recipient=form.cleaned_data["recipient"].strip(),
        )
        if row.state == VerificationState.WAITING:
            wait = take("verify-elsewhere", visitor(request), ELSEWHERE_A_MINUTE, 60, time.time())
            if wait:
                return too_many(request, seconds=wait)
        services.accept(row)
        return redirect("verification", key=row.pk)
    return render(request, "verifier/verify.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def verification(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The report, or that it is being made; htmx asks for the middle of the page again."""
    row = get_object_or_404(Verification, pk=key)
    shown: Presented | None = present(row.report) if row.report else None
    newer = replaced(row.report) if row.report else None
    if shown and newer:
        shown = replace(shown, sentence=newer.sentence)
    context: dict[str, Any] = {
        "verification": row,
        "shown": shown,
        "newer": newer,
        "waiting": row.state == VerificationState.WAITING,
    }
    return render(request, "verifier/verification.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """The report as JSON, or the signed receipt."""
    row = get_object_or_404(Verification, pk=key, state=VerificationState.DONE)
    content = (
        row.receipt if form == "receipt" else json.dumps(row.report, ensure_ascii=False, indent=2) + "\n"
    )
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="insignia-{form}-{row.created_at:%Y-%m-%d}.json"'
    return response


@same_in_every_language
@file_view
def instance_did(request: HttpRequest) -> HttpResponse:
    """/.well-known/did.json: the keys that sign receipts."""
    return answer(request, json.dumps(receipts.did_document()).encode())
