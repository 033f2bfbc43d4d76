"""What a form says where Django's own words say nothing: what a field needs, and what an empty choice means.

A field that can say it better gives its own `error_messages["required"]` or `empty_label`; everything else,
the forms of allauth too, is put into words here, when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

DASHES: Final = "---------"  # what Django shows for 'nothing chosen'


def told(field: BoundField) -> list[str]:
    """The errors of a field as they are shown: 'This field is required.' becomes what to do."""
    silent = str(forms.Field.default_error_messages["required"])
    return [needed(field) if str(error) == silent else str(error) for error in field.errors]


def needed(field: BoundField) -> str:
    """What to do about a field that was left empty, by its kind and its label."""
    widget, values = field.field.widget, {"label": str(field.label).rstrip(": ")}
    if isinstance(widget, forms.FileInput):
        return _("Choose a file first.")
    if isinstance(widget, forms.CheckboxInput):
        return _("Tick “%(label)s” to go on.") % values
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return _("Tick at least one: “%(label)s”.") % values
    if isinstance(widget, (forms.Select, forms.RadioSelect)):
        return _("Choose an answer: “%(label)s”.") % values
    return _("Fill in “%(label)s”.") % values


def meaningful(widget: Mapping[str, Any]) -> None:
    """Give the empty choice of a select, as a widget's context has it, a word instead of dashes."""
    for _group, options, _index in widget.get("optgroups", ()):
        for option in options:
            if not option["value"] and str(option["label"]) == DASHES:
                option["label"] = _("Choose…") if widget.get("required") else pgettext("choice", "None")
