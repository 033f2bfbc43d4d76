"""My badges: everything that was awarded to identifiers that a person has proved."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from insignia import baking
from insignia_server.achievements import pictures
from insignia_server.awarding import services
from insignia_server.awarding.models import Award
from insignia_server.backpack import reading
from insignia_server.credentials.reading import JWT_SUITES
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refused
from insignia_server.kit.wording import labelled
from insignia_server.people.models import Identifier

SAID = "said-of-badge"  # in the session, until the page is shown
IN_MEMORY = 8 * 1024 * 1024  # bytes of an export; what is larger goes to a temporary file


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The badges, who may see each, and what else can be done."""
    assert request.user.pk is not None
    search = request.GET.get("q", "").strip()
    after, before = request.GET.get("after"), request.GET.get("before")
    with scopes.person(request.user.pk):
        page, lines = reading.badges(search, after=after, before=before, now=timezone.now())
        asked = reading.requests() if not (search or after or before) else []
    said = _said(request, {one.award.pk for one in lines})
    kept = {"q": search} if search else {}
    context = {
        "lines": lines,
        "newer": f"?{urlencode({**kept, 'before': page.newer})}" if page.newer else "",
        "older": f"?{urlencode({**kept, 'after': page.older})}" if page.older else "",
        "search": search,
        "searchable": bool(search or page.newer or page.older or len(lines) > 5),
        "requests": asked,
        "said": said,
        "choices": [(value.value, name) for value, (name, _words) in reading.MEANINGS.items()],
        "meanings": list(reading.MEANINGS.values()),
        "identifiers": Identifier.objects.filter(user_id=request.user.pk).order_by("kind", "value"),
    }
    return render(request, "backpack/mine.html", context)


@login_required
@require_POST
def visibility(request: HttpRequest, award: uuid.UUID) -> HttpResponse:
    """Who may see a badge page; only its learner decides."""
    assert request.user.pk is not None
    with scopes.person(request.user.pk):
        row = Award.objects.filter(pk=award).select_related("achievement").first()
        if row is None:
            raise NotHere
        try:
            services.set_visibility(
                user=request.user, award=row, visibility=request.POST.get("visibility", "")
            )
        except Refused as refused:
            tone, told = "bad", refused.refusals[0].message
        else:
            name, words = reading.MEANINGS[row.visibility]
            tone, told = "good", labelled(row.achievement.name, f"{name}. {words}")
    request.session[SAID] = [str(award), tone, told]
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(f"{back}#badge-{award}")
    return redirect("my-badges")


@never_cache
@login_required
@require_safe
def data(request: HttpRequest, award: uuid.UUID) -> HttpResponse:
    """The signed bytes for their learner, also while the badge is hidden from everybody else."""
    assert request.user.pk is not None
    with scopes.person(request.user.pk):
        row = Award.objects.filter(pk=award).select_related("credential", "achievement").first()
    if row is None:
        raise NotHere
    kind = "jwt" if row.credential.suite in JWT_SUITES else "json"
    media_type = "application/jwt" if kind == "jwt" else "application/json"
    response = HttpResponse(bytes(row.credential.content), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{_stem(row)}.{kind}"'
    return response


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything to take away: each badge as it was signed, and inside its picture."""
    assert request.user.pk is not None
    picture_of = lru_cache(maxsize=16)(pictures.read)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with scopes.person(request.user.pk), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for award in reading.every_award():
            credential, picture = award.credential, award.version.picture
            content = bytes(credential.content)
            kind = "jwt" if credential.suite in JWT_SUITES else "json"
            file.writestr(f"{_stem(award)}.{kind}", content)
            if picture is not None:
                baked = baking.bake(picture_of(picture.png), content)
                file.writestr(f"{_stem(award)}.png", baked, compress_type=zipfile.ZIP_STORED)
    out.seek(0)
    response = FileResponse(out, as_attachment=True, filename="my-badges.zip", content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class Said:
    """What became of the last change, to be read beside its badge."""

    award: uuid.UUID
    tone: str
    words: str


def _said(request: HttpRequest, shown: set[uuid.UUID]) -> Said | None:
    """Once; at the top of the page where the badge itself is not on it."""
    kept = request.session.pop(SAID, None)
    if kept is None:
        return None
    said = Said(uuid.UUID(kept[0]), kept[1], kept[2])
    if said.award in shown:
        return said
    (messages.success if said.tone == "good" else messages.error)(request, said.words)
    return None


def _stem(award: Award) -> str:
    """A file name in plain ASCII, different for each badge."""
    return f"{slugify(award.achievement.name)[:60] or 'badge'}-{str(award.pk)[-8:]}"
