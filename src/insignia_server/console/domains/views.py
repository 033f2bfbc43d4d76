"""Domains: said to be one's own, then proved."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.issuers.models import Issuer
from insignia_server.organisations import domains as services
from insignia_server.organisations.models import Domain, PagesHost
from insignia_server.organisations.roles import Permission


class DomainForm(forms.Form):
    """The domain."""

    name = forms.CharField(
        label=gettext_lazy("Domain"),
        max_length=253,
        help_text=gettext_lazy("Such as nordhaven.edu. The proof follows on the next page."),
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false", "inputmode": "url"}),
        error_messages={"required": gettext_lazy("Write the domain, such as example.edu.")},
    )


def domain_of(key: uuid.UUID) -> Domain:
    """The domain of this key in the organisation, or 404."""
    found: Domain = need(Domain.objects.filter(pk=key).first())
    return found


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The domains and how far their proof has come."""
    context = {
        "rows": Domain.objects.order_by("name"),
        "form": DomainForm(),
        "may_manage": request.actor.may(Permission.MANAGE),
    }
    return render(request, "console/domains/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def add(request: ConsoleRequest) -> HttpResponse:
    """One domain more; what was wrong with it stands beside the field, below the list."""
    form = DomainForm(posted(request))
    if form.is_valid():
        with refusals_in(form):
            row = services.add_domain(by=request.actor, name=form.cleaned_data["name"])
            return redirect("console:domains:detail", request.organisation.slug, row.pk)
    context = {"rows": Domain.objects.order_by("name"), "may_manage": True}
    return form_page(request, "console/domains/list.html", form, **context)


@require_safe
@console(Permission.READ)
def detail(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """How to prove it, and what the last check saw. While it is checked, the page asks again."""
    row = domain_of(key)
    context = {
        "row": row,
        "record": f"{services.RECORD}.{row.name}",
        "expected": services.expected(row),
        "file": f"https://{row.name}{services.FILE}",
        "pages": PagesHost.objects.filter(domain=row).first(),
        "may_manage": request.actor.may(Permission.MANAGE),
    }
    return render(request, "console/domains/detail.html", context)


@require_POST
@console(Permission.MANAGE)
def check(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """A job looks for the proof."""
    row = domain_of(key)
    services.ask_check(by=request.actor, domain=row)
    return redirect("console:domains:detail", request.organisation.slug, row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def remove(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Take it off the list, asked on a page of its own."""
    row = domain_of(key)
    if request.method == "POST":
        services.remove_domain(by=request.actor, domain=row)
        messages.success(request, _("%(name)s is off the list.") % {"name": row.name})
        return redirect("console:domains:list", request.organisation.slug)
    used = Issuer.objects.filter(own_domain=row.name)
    pages = PagesHost.objects.filter(domain=row).first()
    return render(request, "console/domains/remove.html", {"row": row, "used": used, "pages": pages})
