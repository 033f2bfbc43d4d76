"""Designs of certificates: the list, the editor with its preview, what uses a design."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.certificates import designs, rendering, services
from insignia_server.certificates.models import CertificateDesign
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.certificates.forms import EXAMPLE, DesignForm, UseForm, field_names, initial
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.issuers.models import Issuer
from insignia_server.kit.pdf import CertificateData, certificate
from insignia_server.kit.wording import labelled
from insignia_server.organisations.roles import Permission

_METHODS: Final = ["GET", "HEAD", "POST"]
_WIDTH: Final = 900  # pixels of the preview
_THUMBNAIL: Final = 360
_SAMPLES: Final = 20
_SLOTS: Final = {"logo": "logo", "first": "signature-1", "second": "signature-2"}


def design_of(key: uuid.UUID) -> CertificateDesign:
    """The design of this key in the organisation, or 404."""
    found: CertificateDesign = need(CertificateDesign.objects.filter(pk=key).first())
    return found


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """Every design, the organisation's own first, with what uses it."""
    rows = CertificateDesign.objects.order_by("-is_default", "name")
    context = {
        "rows": [(row, services.uses_of(row)) for row in rows],
        "may_write": request.actor.may(Permission.AUTHOR),
        "may_award": request.actor.may(Permission.AWARD),
    }
    return render(request, "console/certificates/list.html", context)


@require_http_methods(_METHODS)
@console(Permission.AUTHOR)
def new(request: ConsoleRequest) -> HttpResponse:
    """A new design."""
    return _editor(request, None)


@require_http_methods(_METHODS)
@console(Permission.AUTHOR)
def edit(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """Change a design."""
    return _editor(request, design_of(design))


def _editor(request: ConsoleRequest, design: CertificateDesign | None) -> HttpResponse:
    form = _form(request, design)
    shown: dict[str, Any] | None = None
    if form.is_valid():
        with refusals_in(form, **field_names()):
            pictures = form.pictures()
            if request.POST.get("act") != "preview":
                return _save(request, form, design, pictures)
            shown = _shown(request, form, design)
    elif not form.is_bound:
        shown = _stored(request, design)
    kept = design.pictures if design else {}
    there = {name: slot in kept for name, slot in _SLOTS.items()}
    may_manage = request.actor.may(Permission.MANAGE)
    context = {"design": design, "shown": shown, "pictures": there, "may_manage": may_manage}
    return form_page(request, "console/certificates/edit.html", form, **context)


def _save(
    request: ConsoleRequest, form: DesignForm, design: CertificateDesign | None, pictures: dict[str, Any]
) -> HttpResponse:
    given = {"by": request.actor, "name": form.cleaned_data["name"], "values": form.values()}
    if design is None:
        there = {slot: one for slot, one in pictures.items() if one is not None}
        made = services.create_design(**given, pictures=there)
        messages.success(request, _("The design is saved."))
        return redirect("console:certificates:edit", request.organisation.slug, made.pk)
    services.change_design(**given, design=design, pictures=pictures)
    messages.success(
        request, _("The design is saved. Certificates that are downloaded from now on look like this.")
    )
    return redirect("console:certificates:edit", request.organisation.slug, design.pk)


@require_POST
@console(Permission.AUTHOR)
def preview(request: ConsoleRequest) -> HttpResponse:
    """The page as it would look, for a form that is being filled in. `design`: whose pictures are shown."""
    try:
        key = uuid.UUID(request.POST.get("design", ""))
    except ValueError:
        design = None
    else:
        design = design_of(key)
    form = _form(request, design)
    form.fields["name"].required = False
    shown = None
    if form.is_valid():
        with refusals_in(form, **field_names()):
            shown = _shown(request, form, design)
    return render(request, "console/certificates/_preview.html", {"shown": shown, "form": form})


def _form(request: ConsoleRequest, design: CertificateDesign | None) -> DesignForm:
    awards = Award.objects.for_list().filter(shown="valid")[:_SAMPLES]
    samples = [(str(one.pk), labelled(one.learner, one.achievement.name)[:90]) for one in awards]
    return DesignForm(
        posted(request),
        request.FILES or None,
        samples=samples,
        initial={**initial(design), "shown_in": _language(), "sample": EXAMPLE},
    )


def _language() -> str:
    return (get_language() or "en").partition("-")[0]


def _shown(request: ConsoleRequest, form: DesignForm, design: CertificateDesign | None) -> dict[str, Any]:
    """The preview of what was typed: nothing of it is kept. Raises Refused."""
    stored = designs.pictures_of(design) if design else {}
    pictures = {slot: one for slot, one in {**stored, **form.pictures()}.items() if one is not None}
    language = form.cleaned_data.get("shown_in") or _language()
    look = rendering.draft_look(form.values(), pictures, request.organisation, language=language)
    data = _sample(request, form.cleaned_data.get("sample") or EXAMPLE, language)
    return _page(data, look)


def _stored(request: ConsoleRequest, design: CertificateDesign | None) -> dict[str, Any]:
    look = rendering.look_for(design, request.organisation, language=_language())
    return _page(_sample(request, EXAMPLE, _language()), look)


def _page(data: CertificateData, look: Any) -> dict[str, Any]:
    png, strange = rendering.picture_of_page(data, look, width=_WIDTH)
    wide = look.orientation == "landscape"
    return {"png": base64.b64encode(png).decode(), "strange": strange, "wide": wide}


def _sample(request: ConsoleRequest, key: str, language: str) -> CertificateData:
    if key == EXAMPLE:
        today = timezone.localdate()
        return rendering.example(request.organisation, language=language, today=today)
    rows = Award.objects.select_related(
        "credential", "version__picture", "achievement__issuer", "achievement__organisation"
    )
    return rendering.data_for(need(rows.filter(pk=key).first()), language=language)


@require_safe
@console(Permission.READ)
def thumbnail(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """A design in small. Its address changes with the design, so that it may be kept."""
    row = design_of(design)
    look = rendering.look_for(row, request.organisation, language=_language())
    data = rendering.example(request.organisation, language=_language(), today=row.updated_at.date())
    png, _strange = rendering.picture_of_page(data, look, width=_THUMBNAIL)
    response = HttpResponse(png, content_type="image/png")
    patch_cache_control(response, private=True, max_age=86_400)
    return response


@require_safe
@console(Permission.READ)
def example_pdf(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """An invented certificate as a PDF, to be printed once before learners do."""
    row = design_of(design)
    look = rendering.look_for(row, request.organisation, language=_language())
    data = rendering.example(request.organisation, language=_language(), today=timezone.localdate())
    response = HttpResponse(certificate(data, look), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="example.pdf"'
    return response


@require_POST
@console(Permission.AUTHOR)
def make_default(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """The design of everything that has none of its own."""
    row = services.set_default(by=request.actor, design=design_of(design))
    messages.success(request, _("“{name}” is the organisation's design now.").format(name=row.name))
    return redirect("console:certificates:list", request.organisation.slug)


@require_http_methods(_METHODS)
@console(Permission.AUTHOR)
def use(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """Choose the issuers and achievements that have this design."""
    row = design_of(design)
    uses = services.uses_of(row)
    form = UseForm(
        posted(request), initial={"issuers": list(uses.issuers), "achievements": list(uses.achievements)}
    )
    if form.is_valid():
        wanted: set[Issuer | Achievement] = {
            *form.cleaned_data["issuers"],
            *form.cleaned_data["achievements"],
        }
        before: set[Issuer | Achievement] = {*uses.issuers, *uses.achievements}
        for one in wanted - before:
            services.choose(by=request.actor, design=row, of=one)
        for one in before - wanted:
            services.choose(by=request.actor, design=None, of=one)
        messages.success(request, _("The choice is saved."))
        return redirect("console:certificates:list", request.organisation.slug)
    return form_page(request, "console/certificates/use.html", form, design=row)


@require_http_methods(_METHODS)
@console(Permission.AUTHOR)
def remove(request: ConsoleRequest, design: uuid.UUID) -> HttpResponse:
    """Forget a design, asked on a page of its own that says what has it."""
    row = design_of(design)
    if request.method == "POST":
        services.remove_design(by=request.actor, design=row)
        messages.success(request, _("The design is removed."))
        return redirect("console:certificates:list", request.organisation.slug)
    context = {"design": row, "uses": services.uses_of(row)}
    return render(request, "console/certificates/remove.html", context)
