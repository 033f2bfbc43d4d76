"""Forms of learners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ClaimForm(forms.Form):
    """Who claims. Evidence is asked for where the achievement wants it."""

    name = forms.CharField(
        label=_("Your name"), max_length=300, help_text=_("As it should stand on your badge.")
    )
    email = forms.CharField(
        label=_("Your email address"),
        max_length=400,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email"}),
        help_text=_(
            "The badge is signed for this address. We send a mail to it, unless you have proved it already."
        ),
    )
    evidence = forms.CharField(
        label=_("A link to your work"),
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        error_messages={"required": _("This badge asks for evidence: give a link to your work.")},
    )
    note = forms.CharField(
        label=_("What it shows"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, evidence: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not evidence:
            del self.fields["evidence"], self.fields["note"]
