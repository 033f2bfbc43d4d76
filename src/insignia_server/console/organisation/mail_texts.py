"""An organisation's own mail texts: the list, one text with its preview, and the mail as it looks."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from insignia_server.console.access import ConsoleRequest, console
from insignia_server.console.forms_errors import form_page, posted, refusals_in
from insignia_server.kit.errors import NotHere
from insignia_server.mail import texts
from insignia_server.mail.compose import OwnText, known_words
from insignia_server.mail.kinds import EXAMPLE_NAME, KINDS
from insignia_server.organisations.roles import Permission

_METHODS: Final = ["GET", "HEAD", "POST"]


class MailTextForm(forms.Form):
    """Lengths and placeholders are checked by `texts.check`, as for the API."""

    subject = forms.CharField(label=gettext_lazy("Subject"), required=False)
    intro = forms.CharField(
        label=gettext_lazy("Introduction"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Markdown. Left empty, the usual introduction is used."),
    )


@require_safe
@console(Permission.MANAGE)
def mail_texts(request: ConsoleRequest) -> HttpResponse:
    """Every message that an organisation may word itself, in every language."""
    own = texts.own_texts(request.organisation.pk)
    rows = [
        (kind, about.label, [(code, name, (kind, code) in own) for code, name in settings.LANGUAGES])
        for kind, about in KINDS.items()
        if about.own_text
    ]
    return render(request, "console/organisation/mail_texts.html", {"rows": rows})


@require_http_methods(_METHODS)
@console(Permission.MANAGE)
def mail_text(request: ConsoleRequest, kind: str, language: str) -> HttpResponse:
    """One text: save it, look at it unsaved, or go back to the usual one."""
    _known(kind, language)
    own = texts.own_texts(request.organisation.pk).get((kind, language))
    if request.POST.get("act") == "undo":
        return _taken_back(request, kind, language)
    form = MailTextForm(posted(request), initial=vars(own) if own else {})
    usual = texts.preview(kind, language, request.organisation.pk, draft=OwnText())
    form.fields["subject"].help_text = _("Left empty: “{subject}”").format(subject=usual.subject)
    request.session.pop(_draft_key(request, kind, language), None)
    shown = None
    if form.is_valid():
        answer, shown = _act(request, form, kind, language)
        if answer is not None:
            return answer
    elif not form.is_bound:
        shown = texts.preview(kind, language, request.organisation.pk)
    return form_page(
        request,
        "console/organisation/mail_text.html",
        form,
        kind=kind,
        language=language,
        label=KINDS[kind].label,
        language_name=dict(settings.LANGUAGES)[language],
        own=own,
        before=None if own else request.session.get(_before_key(request, kind, language)),
        shown=shown,
        words=[f"{{{word}}}" for word in known_words(kind)],
        example=EXAMPLE_NAME,
    )


def _act(request: ConsoleRequest, form: Any, kind: str, language: str) -> tuple[HttpResponse | None, Any]:
    """What the button asks for: an answer, or else what to show."""
    act, draft = request.POST.get("act", "save"), OwnText(**form.cleaned_data)
    found: tuple[HttpResponse | None, Any] = (None, None)  # a refusal stands in the form then
    with refusals_in(form):
        if act == "preview":
            found = (None, texts.preview(kind, language, request.organisation.pk, draft=draft))
            request.session[_draft_key(request, kind, language)] = vars(draft)
        else:
            own = texts.own_texts(request.organisation.pk).get((kind, language))
            request.session.pop(_before_key(request, kind, language), None)
            kept = texts.set_text(
                by=request.actor,
                organisation_id=request.organisation.pk,
                kind=kind,
                language=language,
                **vars(OwnText() if act == "reset" else draft),
            )
            if own and not kept:
                request.session[_before_key(request, kind, language)] = vars(own)
            messages.success(
                request, _("The text is saved.") if kept else _("From now on the usual text is sent.")
            )
            found = (redirect("console:mail-text", request.organisation.slug, kind, language), None)
    return found


def _taken_back(request: ConsoleRequest, kind: str, language: str) -> HttpResponse:
    """The own text that the usual one took the place of is sent again."""
    before = request.session.pop(_before_key(request, kind, language), None)
    if before:
        organisation = request.organisation.pk
        texts.set_text(by=request.actor, organisation_id=organisation, kind=kind, language=language, **before)
        messages.success(request, _("Your own text is sent again."))
    return redirect("console:mail-text", request.organisation.slug, kind, language)


@require_safe
@xframe_options_sameorigin
@console(Permission.MANAGE)
def mail_look(request: ConsoleRequest, kind: str, language: str) -> HttpResponse:
    """The mail itself, for a frame: what was looked at last without saving, otherwise what is sent."""
    _known(kind, language)
    kept = request.session.get(_draft_key(request, kind, language))
    draft = OwnText(**kept) if kept else None
    response = HttpResponse(texts.preview(kind, language, request.organisation.pk, draft=draft).html)
    public = "{0.scheme}://{0.netloc}".format(urlsplit(settings.PUBLIC_URL))
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {public} data:; "
        "frame-ancestors 'self'; sandbox"
    )
    return response


def _known(kind: str, language: str) -> None:
    if kind not in KINDS or not KINDS[kind].own_text or language not in dict(settings.LANGUAGES):
        raise NotHere


def _draft_key(request: ConsoleRequest, kind: str, language: str) -> str:
    return f"mail-text:{request.organisation.pk}:{kind}:{language}"


def _before_key(request: ConsoleRequest, kind: str, language: str) -> str:
    return f"mail-text-before:{request.organisation.pk}:{kind}:{language}"
