"""The keys of an issuer: what signs, what signed, and what must never count again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insignia_server.awarding import reissuing
from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.forms_errors import form_page, posted, refusals_in, sentence
from insignia_server.console.home.figures import capped, shown
from insignia_server.console.issuers.finding import issuer_of, key_of, page_context
from insignia_server.console.issuers.forms import CompromisedForm
from insignia_server.credentials import status
from insignia_server.credentials.models import Credential
from insignia_server.issuers import addresses, services
from insignia_server.issuers.models import KeyState, SigningKey
from insignia_server.issuers.remote import KeyUnavailable
from insignia_server.issuers.signing import ALGORITHMS
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission


@require_safe
@console(Permission.READ)
def listing(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """Every key with its state and dates; those that sign first."""
    row = issuer_of(issuer)
    found = list(SigningKey.objects.filter(issuer=row).order_by("-created_at"))
    order = [KeyState.ACTIVE, KeyState.COMPROMISED, KeyState.RETIRED]
    found.sort(key=lambda key: order.index(KeyState(key.state)))
    active = {key.algorithm for key in found if key.state == KeyState.ACTIVE}
    context = page_context(request, row, "keys") | {
        "keys": [(key, addresses.method(row, key)) for key in found],
        "missing": [name for name in ALGORITHMS if name not in active],
        "compromised": [(key, reissuing.newest(key)) for key in found if key.state == KeyState.COMPROMISED],
        "may_award": request.actor.may(Permission.AWARD),
    }
    return render(request, "console/issuers/keys.html", context)


@require_POST
@console(Permission.ISSUERS)
def add(request: ConsoleRequest, issuer: str) -> HttpResponse:
    """A key of an algorithm that there is none of."""
    row, algorithm = issuer_of(issuer), request.POST.get("algorithm", "")
    try:
        services.add_key(by=request.actor, issuer=row, algorithm=algorithm, now=timezone.now())
    except Refused as refused:
        messages.error(request, sentence(refused.refusals[0]))
    else:
        messages.success(request, _("The %(algorithm)s key is made.") % {"algorithm": algorithm})
    return redirect("console:issuers:keys", request.organisation.slug, row.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def rotate(request: ConsoleRequest, issuer: str, key: uuid.UUID) -> HttpResponse:
    """Another key in the place of one that signs, asked on a page of its own."""
    row = issuer_of(issuer)
    old, problem = key_of(row, key), ""
    if request.method == "POST":
        try:
            services.rotate_key(by=request.actor, key=old, now=timezone.now())
        except Refused as refused:
            problem = sentence(refused.refusals[0])
        except KeyUnavailable as error:
            problem = str(error)
        else:
            messages.success(request, _("The key is rotated. What the old one signed stays valid."))
            return redirect("console:issuers:keys", request.organisation.slug, row.slug)
    context = page_context(request, row, "keys") | {"key": old, "problem": problem}
    return render(request, "console/issuers/rotate.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.ISSUERS)
def compromised(request: ConsoleRequest, issuer: str, key: uuid.UUID) -> HttpResponse:
    """Report that others may have a key: since when, what follows, and a box to tick."""
    row, now = issuer_of(issuer), timezone.now()
    bad = key_of(row, key)
    form = CompromisedForm(posted(request), now=now)
    if form.is_valid():
        with refusals_in(form):
            services.report_compromised(by=request.actor, key=bad, since=form.cleaned_data["since"], now=now)
            status.sign_again(row, now=now)
            messages.warning(
                request, _("The key is reported. Issue again what it signed: the link is below.")
            )
            return redirect("console:issuers:keys", request.organisation.slug, row.slug)
    signed = shown(capped(Credential.objects.filter(issuer=row, key=bad)))
    context = page_context(request, row, "keys") | {"key": bad, "signed": signed}
    return form_page(request, "console/issuers/compromised.html", form, **context)
