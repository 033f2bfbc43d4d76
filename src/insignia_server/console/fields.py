"""Fields that stand in several forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


def earned_on(
    hint: Label, *, kind: type[forms.Field] = forms.DateField, required: bool = False
) -> forms.Field:
    """The day of an award. `hint` says what nothing means; a `CharField` keeps the text as it was sent."""
    return _day(_("Earned on"), hint, kind, required=required)


def valid_until(*, kind: type[forms.Field] = forms.DateField) -> forms.Field:
    """The last day of an award."""
    return _day(_("Valid until"), _("Empty: as the achievement says."), kind)


def _day(label: Label, hint: Label, kind: type[forms.Field], *, required: bool = False) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"})
    return kind(label=label, required=required, widget=widget, help_text=hint)


def picture_field(hint: Label) -> forms.FileField:
    """An upload of a picture."""
    return forms.FileField(
        label=_("Picture"),
        help_text=hint,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/svg+xml"}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose another one."),
        },
    )
