"""The page of an organisation's look: colours, logo, cover, light or dark."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.console.organisation.legible import legibility
from insignia_server.issuers.models import Issuer
from insignia_server.kit.accent import parse_colour
from insignia_server.organisations import look
from insignia_server.organisations.models import Organisation, PublicTheme
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import update_settings

COLOURS: Final = ("accent", "second_colour")


def _picture(label: Any, hint: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
        error_messages={"empty": gettext_lazy("The file is empty. Choose another one.")},
    )


def _colour(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=7,
        help_text=hint,
        widget=forms.TextInput(attrs={"placeholder": "#0f6b57", "spellcheck": "false"}),
    )


class LookForm(forms.Form):
    """Colours, pictures and ground of the public pages."""

    accent = _colour(
        gettext_lazy("Colour"),
        gettext_lazy(
            "Six hexadecimal digits, such as #0f6b57. It is darkened or lightened until it is legible."
        ),
    )
    second_colour = _colour(
        gettext_lazy("Second colour"), gettext_lazy("For badges and certificates that use two.")
    )
    public_theme = forms.ChoiceField(
        label=gettext_lazy("Your public pages are"), choices=PublicTheme.choices, widget=forms.RadioSelect
    )
    logo = _picture(
        gettext_lazy("Logo"),
        gettext_lazy("PNG, JPEG, WebP or SVG. For the top of public pages and mails; empty margins are cut."),
    )
    logo_dark = _picture(
        gettext_lazy("Logo for dark ground"),
        gettext_lazy("Without one, the logo stands on a white plate where the page is dark."),
    )
    cover = _picture(
        gettext_lazy("Cover"),
        gettext_lazy("A wide picture for the top of your issuer pages, best four times as wide as high."),
    )

    def clean(self) -> dict[str, Any]:
        """Colours as `#rrggbb`, or empty."""
        values = super().clean() or {}
        for name in COLOURS:
            typed = str(values.get(name, "")).strip()
            try:
                values[name] = "#{:02x}{:02x}{:02x}".format(*parse_colour(typed)) if typed else ""
            except ValueError:
                self.add_error(name, _("Write the colour as six hexadecimal digits, such as #0f6b57."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
@console(Permission.MANAGE)
def look_page(request: ConsoleRequest) -> HttpResponse:
    """What others see of it: how it is now, and how to change it."""
    organisation = request.organisation
    names = (*COLOURS, "public_theme")
    initial = {name: getattr(organisation, name) for name in names}
    form = LookForm(posted(request), request.FILES or None, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            _keep(request, organisation, form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The look is saved."))
            return redirect("console:look", organisation.slug)
        organisation.refresh_from_db()
    return form_page(
        request,
        "console/organisation/look.html",
        form,
        look=look.of(organisation),
        colour=legibility(organisation.accent),
        issuer=Issuer.objects.filter(archived_at=None).order_by("created_at").first(),
    )


@transaction.atomic
def _keep(request: ConsoleRequest, organisation: Organisation, values: dict[str, Any]) -> None:
    """All of it or nothing: one picture that is refused leaves everything as it was."""
    for place in look.PLACES:
        upload: UploadedFile[Any] | None = values[place]
        away = request.POST.get("remove") == place
        if upload is not None or away:
            content = upload.read() if upload is not None and not away else b""
            look.set_picture(
                by=request.actor,
                organisation=organisation,
                place=cast(look.Place, place),
                content=content,
            )
    colours = {name: values[name] for name in (*COLOURS, "public_theme")}
    update_settings(by=request.actor, organisation=organisation, values=colours)
