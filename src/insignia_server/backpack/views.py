"""My badges: everything that was awarded to identifiers that a person has proved."""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from insignia import baking
from insignia_server.achievements import pictures
from insignia_server.awarding import services
from insignia_server.awarding.models import Award, AwardState, Claim
from insignia_server.credentials.models import CredentialState, VisitorView
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refused
from insignia_server.people.models import Identifier

MOST = 500  # badges on one page and in one file


def awards_of(user: Any) -> list[Award]:
    """A person's awards, newest first; what was undone or replaced is left out."""
    rows = Award.objects.filter(state=AwardState.ISSUED).exclude(credential__state=CredentialState.SUPERSEDED)
    return list(
        rows.select_related("credential", "version__picture", "achievement__issuer").order_by("-pk")[:MOST]
    )


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The badges, who may see each, and what else can be done."""
    assert request.user.pk is not None
    with scopes.person(request.user.pk):
        awards = awards_of(request.user)
        claims = list(Claim.objects.filter(state="waiting").select_related("link__achievement"))
    context = {
        "awards": [(award, award.shown_state(now=timezone.now())) for award in awards],
        "claims": claims,
        "choices": VisitorView.choices,
        "identifiers": Identifier.objects.filter(user_id=request.user.pk).order_by("kind", "value"),
    }
    return render(request, "backpack/mine.html", context)


@login_required
@require_POST
def visibility(request: HttpRequest, award: uuid.UUID) -> HttpResponse:
    """Who may see a badge page; only its learner decides."""
    assert request.user.pk is not None
    with scopes.person(request.user.pk):
        row = Award.objects.filter(pk=award).first()
        if row is None:
            raise NotHere
        try:
            services.set_visibility(
                user=request.user, award=row, visibility=request.POST.get("visibility", "")
            )
        except Refused as refused:
            messages.error(request, refused.refusals[0].message)
        else:
            messages.success(request, _("Saved: {choice}.").format(choice=row.get_visibility_display()))
    return redirect("my-badges")


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Everything to take away: each badge as it was signed, and inside its picture."""
    assert request.user.pk is not None
    with scopes.person(request.user.pk):
        awards = awards_of(request.user)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for award in awards:
            credential, picture = award.credential, award.version.picture
            name = f"{slugify(award.achievement.name)[:60] or 'badge'}-{str(credential.pk)[-8:]}"
            content = bytes(credential.content)
            file.writestr(f"{name}.{'jwt' if credential.suite == 'ob-jwt' else 'json'}", content)
            if picture is not None:
                file.writestr(f"{name}.png", baking.bake(pictures.read(picture.png), content))
    response = HttpResponse(out.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-badges.zip"'
    response["Cache-Control"] = "no-store"
    return response
