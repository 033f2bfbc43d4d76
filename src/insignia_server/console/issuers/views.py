"""Issuer profiles: who signs."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.achievements.models import Achievement
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.issuers.finding import issuer_of, page_context
from insignia_server.console.issuers.forms import (
    IssuerForm,
    LanguageForms,
    PictureForm,
    initial_of,
    languages_of,
    rows_of,
)
from insignia_server.console.issuers.moving import DomainForm
from insignia_server.issuers import own_domain, services
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.organisations.models import Domain, DomainState
from insignia_server.organisations.roles import Permission


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The issuer profiles, archived ones last."""
    rows = list(Issuer.objects.select_related("parent").order_by("name"))
    rows.sort(key=lambda row: row.archived_at is not None)
    context = {"rows": rows, "may_change": request.actor.may(Permission.ISSUERS)}
    return render(request, "console/issuers/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def new(request: ConsoleRequest) -> HttpResponse:
    """A new profile; its keys are made with it."""
    form, languages = IssuerForm(posted(request)), LanguageForms(posted(request), prefix="languages")
    if form.is_valid() and languages.is_valid():
        with refusals_in(form, identifiers="others"):
            row = services.create_issuer(
                by=request.actor, languages=languages_of(languages), now=timezone.now(), **form.values()
            )
            messages.success(
                request, _("The issuer profile is there, with its keys. Give it a picture next.")
            )
            return redirect("console:issuers:picture", request.organisation.slug, row.slug)
    return form_page(request, "console/issuers/edit.html", form, languages=languages)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """What the profile says, and where its documents are."""
    row = issuer_of(issuer)
    context = page_context(request, row, "overview") | {
        "domains": services.proved_domains(row),
        "keys": SigningKey.objects.filter(issuer=row, state=KeyState.ACTIVE).order_by("algorithm"),
        "achievements": Achievement.objects.filter(issuer=row).count(),
        "children": Issuer.objects.filter(parent=row).order_by("name"),
    }
    return render(request, "console/issuers/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def edit(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """Change every field but the address."""
    row = issuer_of(issuer)
    form = IssuerForm(posted(request), issuer=row, initial=initial_of(row))
    languages = LanguageForms(posted(request), prefix="languages", initial=rows_of(row))
    if form.is_valid() and languages.is_valid():
        with refusals_in(form, identifiers="others"):
            values = {**form.values(), "languages": languages_of(languages)}
            services.update_issuer(by=request.actor, issuer=row, **values)
            messages.success(request, _("The issuer profile is saved."))
            return redirect("console:issuers:detail", request.organisation.slug, row.slug)
    context = page_context(request, issuer_of(issuer), "edit")
    return form_page(request, "console/issuers/edit.html", form, languages=languages, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def picture(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """Send a picture, or take it away."""
    row, away = issuer_of(issuer), request.POST.get("remove") == "yes"
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    if away or form.is_valid():
        with refusals_in(form):
            content = b"" if away else form.cleaned_data["picture"].read()
            services.set_issuer_picture(by=request.actor, issuer=row, content=content)
            messages.success(request, _("The picture is removed.") if away else _("The picture is saved."))
            return redirect("console:issuers:detail", request.organisation.slug, row.slug)
    context = page_context(request, issuer_of(issuer), "picture")
    return form_page(request, "console/issuers/picture.html", form, **context)


@require_safe
@console(Permission.READ)
def image(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """The picture as a PNG."""
    name = need(issuer_of(issuer).picture or None)
    with default_storage.open(name) as file:
        response = HttpResponse(file.read(), content_type="image/png")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@console(Permission.ISSUERS)
def archive(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """Into the archive: nothing new is awarded. Or out of it."""
    row = issuer_of(issuer)
    if request.POST.get("archive") == "yes":
        services.archive_issuer(by=request.actor, issuer=row, now=timezone.now())
        words = _("%(name)s is in the archive. What it issued stays valid.")
    else:
        services.unarchive_issuer(by=request.actor, issuer=row)
        words = _("%(name)s is out of the archive.")
    messages.success(request, words % {"name": row.name})
    return redirect("console:issuers:detail", request.organisation.slug, row.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def domain(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """On which domain the DID is: chosen before the first signature, with what has to be placed there."""
    row = issuer_of(issuer)
    domains = Domain.objects.filter(state=DomainState.PROVED).order_by("name")
    form = DomainForm(posted(request), domains=domains, initial={"domain": row.own_domain})
    if form.is_valid():
        with refusals_in(form):
            form.move(by=request.actor, issuer=row, now=timezone.now())
            messages.success(request, _("The DID is %(did)s.") % {"did": row.did})
            return redirect("console:issuers:domain", request.organisation.slug, row.slug)
    context = page_context(request, row, "domain") | {"domains": domains}
    placement = own_domain.placement(row) if row.own_domain else None
    lines = [("nginx", "nginx"), ("Apache", "apache"), ("Caddy", "caddy")] if placement else []
    context |= {
        "placement": placement,
        "servers": [(label, getattr(placement, name)) for label, name in lines],
    }
    return form_page(request, "console/issuers/domain.html", form, **context)


@require_POST
@console(Permission.ISSUERS)
def check_domain(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """A job looks whether the own domain answers the DID document."""
    row = issuer_of(issuer)
    services.ask_document_check(by=request.actor, issuer=row)
    messages.info(request, _("The address is being looked at. Load this page again in a moment."))
    return redirect("console:issuers:domain", request.organisation.slug, row.slug)
