"""The host name of the organisation's own for its public pages: chosen, checked, given up."""

from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.domains.views import domain_of
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.organisations import pages_hosts
from insignia_server.organisations.models import Domain, PagesHost
from insignia_server.organisations.roles import Permission


class HostForm(forms.Form):
    """The host name."""

    host = forms.CharField(
        label=gettext_lazy("Host name for your pages"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocapitalize": "off", "spellcheck": "false", "inputmode": "url"}),
        error_messages={"required": gettext_lazy("Write the host name, such as badges.example.edu.")},
    )


def host_of(domain: Domain) -> PagesHost:
    """The host within this domain, or 404."""
    found: PagesHost = need(PagesHost.objects.filter(domain=domain).first())
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def pages(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Choose it; how to make it lead here; what the last check saw. While it is checked, the page asks."""
    domain = domain_of(key)
    row = PagesHost.objects.filter(domain=domain).first()
    form = HostForm(posted(request), initial={"host": row.host if row else f"badges.{domain.name}"})
    if form.is_valid():
        with refusals_in(form):
            pages_hosts.choose(by=request.actor, domain=domain, host=form.cleaned_data["host"])
            return redirect("console:domains:pages", request.organisation.slug, domain.pk)
    elsewhere = PagesHost.objects.exclude(domain=domain).first()
    return form_page(
        request,
        "console/domains/pages.html",
        form,
        **{"domain": domain, "row": row, "elsewhere": elsewhere, "instance_host": settings.PUBLIC_HOST},
    )


@require_POST
@console(Permission.MANAGE)
def check(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """A job asks the host."""
    row = host_of(domain_of(key))
    pages_hosts.ask_check(by=request.actor, row=row)
    return redirect("console:domains:pages", request.organisation.slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def remove(request: ConsoleRequest, key: uuid.UUID) -> HttpResponse:
    """Give it up, asked on a page of its own."""
    domain = domain_of(key)
    row = host_of(domain)
    if request.method == "POST":
        pages_hosts.give_up(by=request.actor, row=row)
        messages.success(request, _("Your pages no longer answer at %(host)s.") % {"host": row.host})
        return redirect("console:domains:detail", request.organisation.slug, domain.pk)
    return render(request, "console/domains/pages_remove.html", {"row": row, "domain": domain})
