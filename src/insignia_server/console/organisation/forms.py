"""The settings of an organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from insignia_server.people.forms import time_zones

DAY_FIRST = {"": None, "day": True, "month": False}


class SettingsForm(forms.Form):
    """Name and language, mail, and how awarding goes."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        error_messages={"required": _("Give the organisation a name.")},
    )
    language = forms.ChoiceField(
        label=_("Language of mails"),
        choices=lambda: settings.LANGUAGES,
        help_text=_("For learners whose own language is not known."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    day_first = forms.ChoiceField(
        label=_("Dates such as 03/04/2027 in your files"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("Ask me each time")),
            ("day", _("3 April: the day first")),
            ("month", _("March 4: the month first")),
        ],
    )
    reply_to = forms.EmailField(
        label=_("Answers to mails go to"),
        required=False,
        help_text=_("Left empty, answers are turned back with a hint."),
    )
    hold_minutes = forms.IntegerField(
        label=_("Minutes between confirming a batch and signing"),
        min_value=0,
        max_value=10_080,
        help_text=_("In this time a batch can be stopped as if it had never been."),
    )
    approval_from = forms.IntegerField(
        label=_("A second person approves batches from this many rows"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=_("Left empty, nobody has to approve. 1: every batch is approved."),
    )

    def clean_day_first(self) -> Any:
        """None, True or False."""
        return DAY_FIRST[self.cleaned_data["day_first"]]
