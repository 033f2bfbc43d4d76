"""Forms of the public pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReportForm(forms.Form):
    """What is wrong with a page, for the operator."""

    address = forms.CharField(label=_("Which page?"), max_length=500)
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        choices=[
            ("impersonation", _("The issuer is not who it says it is")),
            ("false", _("What it says is not true")),
            ("privacy", _("It shows something about me that should not be shown")),
            ("offensive", _("It is offensive or illegal")),
            ("other", _("Something else")),
        ],
    )
    text = forms.CharField(
        label=_("In a few sentences"), widget=forms.Textarea(attrs={"rows": 4}), max_length=5000
    )
    reporter = forms.EmailField(
        label=_("Your email address"), required=False, help_text=_("Only if you want an answer.")
    )
