"""Forms of claim links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.models import Achievement
from insignia_server.organisations.models import Group


class LinkForm(forms.Form):
    """A new claim link. The querysets are made in the request's scope."""

    achievement: forms.ModelChoiceField[Achievement] = forms.ModelChoiceField(
        queryset=None,
        label=_("Achievement"),
        error_messages={"required": _("Choose the achievement that the link awards.")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("For you: a course, a workshop, a date."),
        error_messages={"required": _("Give the link a name that your colleagues know it by.")},
    )
    limit = forms.IntegerField(
        label=_("At most so many claims"), required=False, min_value=1, max_value=1_000_000
    )
    opens_at = forms.DateTimeField(
        label=_("Opens"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    closes_at = forms.DateTimeField(
        label=_("Closes"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    domains = forms.CharField(
        label=_("Only addresses of these domains"),
        required=False,
        max_length=2000,
        help_text=_("Separated by commas, such as students.example.edu. Empty: every address."),
    )
    group: forms.ModelChoiceField[Group] = forms.ModelChoiceField(
        queryset=None, label=_("Only people of this group"), required=False, empty_label=_("Everyone")
    )
    needs_approval = forms.BooleanField(label=_("Somebody approves each claim"), required=False)
    in_catalogue = forms.BooleanField(
        label=_("Show it in the public catalogue"),
        required=False,
        help_text=_("Whoever finds the achievement there can open this link."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["achievement"].queryset = Achievement.objects.filter(state="published").order_by("name")  # type: ignore[attr-defined]
        self.fields["group"].queryset = Group.objects.filter(archived_at=None).order_by("name")  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        data = dict(self.cleaned_data)
        data["domains"] = [one for one in data["domains"].replace(";", ",").split(",") if one.strip()]
        return data


class DeclineForm(forms.Form):
    """Why a claim is declined."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner reads it."),
        error_messages={"required": _("Say why: the learner reads it.")},
    )
