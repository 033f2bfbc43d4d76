"""ZIP files of many certificates."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award, Batch
from insignia_server.certificates import packs
from insignia_server.certificates.models import CertificatePack
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import sentence
from insignia_server.kit import paging
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.roles import Permission

_MOST_KEYS: Final = packs.MOST_CHOSEN


def pack_of(key: uuid.UUID) -> CertificatePack:
    """The pack of this key in the organisation, or 404."""
    found: CertificatePack = need(_rows().filter(pk=key).first())
    return found


def _rows() -> Any:
    return CertificatePack.objects.select_related("batch", "achievement", "created_by")


@require_safe
@console(Permission.AWARD)
def listing(request: ConsoleRequest) -> HttpResponse:
    """What was asked for, newest first."""
    page = paging.page(_rows(), after=request.GET.get("after"), before=request.GET.get("before"), size=25)
    return render(request, "console/certificates/packs.html", {"page": page, "rows": page.rows})


@require_POST
@console(Permission.AWARD)
def pack(request: ConsoleRequest) -> HttpResponse:
    """Ask for the certificates of a batch, an achievement, or the chosen awards."""
    try:
        made = packs.request_pack(
            by=request.actor,
            batch=_chosen(request, Batch, "batch"),
            achievement=_chosen(request, Achievement, "achievement"),
            awards=_keys(request),
        )
    except Refused as refused:
        messages.error(request, " ".join(sentence(one) for one in refused.refusals))
        return redirect("console:certificates:packs", request.organisation.slug)
    return redirect("console:certificates:pack-detail", request.organisation.slug, made.pk)


def _chosen(request: ConsoleRequest, model: Any, name: str) -> Any:
    value = request.POST.get(name, "")
    if not value:
        return None
    try:
        return need(model.objects.filter(pk=uuid.UUID(value)).first())
    except ValueError:
        return need(None)


def _keys(request: ConsoleRequest) -> list[uuid.UUID]:
    sent = request.POST.getlist("award")[: _MOST_KEYS + 1]
    try:
        keys = [uuid.UUID(one) for one in sent]
    except ValueError as error:
        raise Refused(Refusal(_("Choose awards of the list."), "awards", "choice")) from error
    there = set(Award.objects.filter(pk__in=keys).values_list("pk", flat=True))
    return [key for key in keys if key in there]


@require_safe
@console(Permission.AWARD)
def detail(request: ConsoleRequest, pack: uuid.UUID) -> HttpResponse:
    """How far it is, and the files that are ready; the page asks again by itself."""
    row = pack_of(pack)
    context = {
        "pack": row,
        "parts": list(enumerate(row.parts, start=1)),
        "erased": packs.erased_since(row),
        "failures": packs.failures_of(row),
    }
    return render(request, "console/certificates/pack.html", context)


@require_safe
@console(Permission.AWARD)
def download(request: ConsoleRequest, pack: uuid.UUID, number: int) -> FileResponse:
    """A file that is ready."""
    name, shown = packs.part_of(pack_of(pack), number, now=timezone.now())
    response = FileResponse(
        default_storage.open(name), as_attachment=True, filename=shown, content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@console(Permission.AWARD)
def again(request: ConsoleRequest, pack: uuid.UUID) -> HttpResponse:
    """Go on with one that failed, or ask for the same anew."""
    row = pack_of(pack)
    try:
        row = packs.again(by=request.actor, pack=row)
    except Refused as refused:
        messages.error(request, " ".join(sentence(one) for one in refused.refusals))
    return redirect("console:certificates:pack-detail", request.organisation.slug, row.pk)


@require_POST
@console(Permission.AWARD)
def remove(request: ConsoleRequest, pack: uuid.UUID) -> HttpResponse:
    """Delete the files now."""
    packs.remove_pack(by=request.actor, pack=pack_of(pack))
    messages.success(request, _("The files are deleted."))
    return redirect("console:certificates:packs", request.organisation.slug)
