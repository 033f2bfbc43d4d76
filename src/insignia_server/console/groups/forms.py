"""Forms of groups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from insignia_server.console.groups.roster import lines_of
from insignia_server.organisations.groups import RosterLine


class GroupForm(forms.Form):
    """Its name."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("A cohort, a class: Data Science 2027, for example."),
        error_messages={"required": _("Give the group a name.")},
    )


class PersonForm(forms.Form):
    """One person."""

    email = forms.EmailField(
        label=_("Email address"),
        error_messages={"required": _("Give the address of the person.")},
    )
    name = forms.CharField(label=_("Name"), max_length=300, required=False)


class ImportForm(forms.Form):
    """A file or a pasted list."""

    mark_optional = False
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("CSV or Excel (XLSX) with a column Email, and Name where there is one."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"empty": _("The file is empty. Choose another one.")},
    )
    pasted = forms.CharField(
        label=_("Or paste a list"),
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(
            attrs={"rows": 8, "placeholder": "Ada Lovelace <ada@example.org>", "spellcheck": "false"}
        ),
        help_text=_("One person a line: an address, a name and an address, or columns out of a spreadsheet."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file") and not str(data.get("pasted") or "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file or paste a list."))
        return data

    def lines(self) -> list[RosterLine]:
        """What is in the file, or in the pasted list.

        Raises:
            Refused: it cannot be read, beside the field where it stood.
        """
        upload = self.cleaned_data["file"]
        if upload:
            return lines_of(upload.read(), name=upload.name, field="file")
        return lines_of(self.cleaned_data["pasted"].encode(), field="pasted")
