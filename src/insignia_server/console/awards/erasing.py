"""A learner asked to be erased: what the organisation holds of the person goes."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.awarding import erasing
from insignia_server.awarding.models import Award, Erasure
from insignia_server.console.access import ConsoleRequest, console, need
from insignia_server.console.awards.acts import is_key
from insignia_server.console.awards.forms import KINDS
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.kit.errors import Refused
from insignia_server.organisations.roles import Permission

KEEP, REVOKE = "keep", "revoke"


class EraseLearnerForm(forms.Form):
    """Who, and what becomes of badges that the learner has saved."""

    identifier = forms.CharField(
        label=gettext_lazy("Whom"),
        max_length=2000,
        help_text=gettext_lazy("The email address or other identifier that the badges were awarded to."),
    )
    identifier_kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=KINDS, required=False)
    badges = forms.ChoiceField(
        label=gettext_lazy("What becomes of badges that the learner has saved or shown"),
        choices=[
            (KEEP, gettext_lazy("They stay valid: whoever has their file can verify it")),
            (REVOKE, gettext_lazy("They are revoked: every verifier says so, wherever the file lies")),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    sure = forms.BooleanField(label=gettext_lazy("The learner asked for it, or the law does"))


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def erase(request: ConsoleRequest) -> HttpResponse:
    """What will be erased of whom; then it is done."""
    form = EraseLearnerForm(posted(request), initial=_asked_about(request))
    if form.is_valid():
        data = form.cleaned_data
        with refusals_in(form):
            row = erasing.erase_learner(
                by=request.actor,
                identifier=data["identifier"],
                identifier_kind=data["identifier_kind"],
                revoke=data["badges"] == REVOKE,
            )
            messages.success(request, _("The learner is being erased."))
            return redirect("console:awards:erasure", organisation=request.organisation.slug, erasure=row.pk)
    return form_page(request, "console/awards/erase.html", form, held=_held(form))


def _asked_about(request: ConsoleRequest) -> dict[str, Any]:
    """The learner of an award, whose page leads here."""
    key = request.GET.get("award", "")
    award = Award.objects.filter(pk=key).first() if is_key(key) else None
    if award is None or award.erased:
        return {}
    kind = "" if award.identifier_kind == "emailAddress" else award.identifier_kind
    return {"identifier": award.identifier, "identifier_kind": kind}


def _held(form: EraseLearnerForm) -> int | None:
    """How many badges of the learner there are, where it is known who that is."""
    values = form.data if form.is_bound else form.initial
    if not values.get("identifier"):
        return None
    try:
        return erasing.held(*erasing.checked(values["identifier"], values.get("identifier_kind", "")))
    except Refused:
        return None


@require_safe
@console(Permission.MANAGE)
def erasure(request: ConsoleRequest, erasure: uuid.UUID) -> HttpResponse:
    """How far an erasure is, and what went."""
    row: Erasure = need(Erasure.objects.filter(pk=erasure).first())
    names = {
        "awards": _("Badges"),
        "claims": _("Claims"),
        "roster": _("Rows of groups"),
        "rows": _("Rows of uploaded lists"),
        "messages": _("Mails to the address"),
    }
    counts = [(label, row.counts.get(name, 0)) for name, label in names.items()]
    return render(request, "console/awards/erasure.html", {"erasure": row, "counts": counts})
