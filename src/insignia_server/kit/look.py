"""Views of the design system: the page of components, the choice of colours, an organisation's accent.

`path("", include("insignia_server.kit.look"))` gives `kit:design`, `kit:theme` and `kit:accent`.
"""

import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from insignia_server.kit.accent import parse_colour, stylesheet
from insignia_server.kit.statuses import all_statuses

_YEAR = 365 * 24 * 60 * 60


class SampleForm(forms.Form):
    """Every kind of field, for the page of components."""

    name = forms.CharField(
        label=_("Name of the achievement"), max_length=80, help_text=_("As it stands on the badge.")
    )
    description = forms.CharField(
        label=_("Description"), widget=forms.Textarea, max_length=600, required=False
    )
    email = forms.EmailField(label=_("Email address"))
    credits = forms.DecimalField(label=_("ECTS credits"), required=False, min_value=0)
    level = forms.ChoiceField(
        label=_("EQF level"), choices=[(n, _("Level %d") % n) for n in range(1, 9)], required=False
    )
    starts = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    assessment = forms.ChoiceField(
        label=_("How it is assessed"),
        widget=forms.RadioSelect,
        choices=[("exam", _("Examination")), ("portfolio", _("Portfolio")), ("observed", _("Observed work"))],
        initial="portfolio",
    )
    skills = forms.MultipleChoiceField(
        label=_("Skills"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("sql", "SQL"), ("r", "R"), ("viz", _("Visualisation"))],
        required=False,
    )
    image = forms.FileField(
        label=_("Badge image"), help_text=_("PNG, JPEG or SVG, up to 1 MB."), required=False
    )
    evidence = forms.BooleanField(
        label=_("Evidence is required"), required=False, help_text=_("Awards without evidence are refused.")
    )


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every component in all its states."""
    typed = {"name": "", "email": "ada@", "assessment": "exam", "credits": "-2", "level": "3"}
    typed["description"] = "Reads, questions and tells stories with data. " * 15
    failing = SampleForm({f"bad-{key}": text for key, text in typed.items()}, prefix="bad")
    context: dict[str, Any] = {
        "form": SampleForm(),
        "failing": failing,
        "statuses": all_statuses(),
        "swatches": (
            "paper",
            "surface",
            "sunk",
            "line",
            "ink",
            "ink-2",
            "brand",
            "good",
            "warn",
            "bad",
            "info",
        ),
        "instant": datetime.datetime(2026, 11, 24, 14, 5, tzinfo=datetime.UTC),
        "people": [
            ("Ada Lovelace", "ada@example.org", "Data Literacy", "claimed", 92),
            ("Grace Hopper", "grace@example.org", "Data Literacy", "sent", 88),
            (
                "Bartholomäus Großmann-Featherstonehaugh",
                "b.grossmann@example.org",
                "Data Literacy",
                "bounced",
                7,
            ),
            ("Ολυμπία Παπαδοπούλου", "olympia@example.gr", "Data Literacy", "revoked", 100),
        ],
        "sample_json": {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "validFrom": "2026-11-24T14:05:00Z",
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "creditsEarned": 5,
                "hashed": True,
                "note": None,
            },
        },
    }
    return render(request, "kit/design.html", context)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice light, dark or auto in a cookie for a year and go back where the person was."""
    chosen = request.POST.get("theme", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    if chosen in ("light", "dark"):
        response.set_cookie(
            "theme", chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_GET
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """The stylesheet that replaces the accent by `colour` (six hexadecimal digits), made legible."""
    try:
        css = stylesheet(parse_colour(colour))
    except ValueError as error:
        raise Http404(str(error)) from error
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


app_name = "kit"
urlpatterns = [
    path("design/", design, name="design"),
    path("theme/", theme, name="theme"),
    path("theme/<str:colour>.css", accent, name="accent"),
]
