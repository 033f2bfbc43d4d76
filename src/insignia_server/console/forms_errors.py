"""What a use case refused, beside the fields of a form."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from insignia_server.kit.errors import Refusal, Refused

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")


def sentence(refusal: Refusal) -> str:
    """What to do, and what was expected where the message does not say it already."""
    if not refusal.expected or refusal.expected in refusal.message:
        return refusal.message
    return _("%(message)s Expected: %(expected)s.") % {
        "message": refusal.message,
        "expected": _readable(refusal.expected),
    }


def _readable(expected: str) -> str:
    """The same; an instant, which the API gives to programs, as people read it."""
    if not _INSTANT.fullmatch(expected):
        return expected
    instant = timezone.localtime(dt.datetime.fromisoformat(expected))
    return date_format(instant, pgettext("date format", "j F Y, H:i"), use_l10n=False)


def show(form: forms.BaseForm, refused: Refused, **names: str) -> None:
    """Each refusal becomes an error of its field; `names` maps a service's argument to another field's name.

    What belongs to no field stands above the form.
    """
    for refusal in refused.refusals:
        name = names.get(refusal.field, refusal.field)
        form.add_error(name if name in form.fields else None, sentence(refusal))


@contextmanager
def refusals_in(form: forms.BaseForm, **names: str) -> Iterator[None]:
    """Within it, what a service refuses is shown in the form instead of raised."""
    try:
        yield
    except Refused as refused:
        show(form, refused, **names)


def posted(request: HttpRequest) -> Any:
    """The data for a form: what was posted, or None where nothing was."""
    return request.POST if request.method == "POST" else None


def form_page(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """A page with a form; the answer is 422 when there is something to correct."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
