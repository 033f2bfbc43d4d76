"""The one form of the verify page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from insignia_server.verifier.reading import Found, Unreadable, read_file, read_text


class VerifyForm(forms.Form):
    """A file, or a text; `found` is what was in it."""

    mark_optional = False  # one of the first two is needed

    file = forms.FileField(label=_("A file"), required=False)
    text = forms.CharField(
        label=_("Or paste a web address, or the badge itself"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        max_length=2_000_000,
    )
    recipient = forms.CharField(
        label=_("Whose badge should it be?"),
        required=False,
        max_length=300,
        help_text=_("An email address, if you know it. Then it is checked that the badge was given to it."),
    )

    found: Found
    source: str

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        most = filesizeformat(settings.MAX_VERIFY_BYTES)
        self.fields["file"].help_text = _(
            "PNG, SVG, JSON, a certificate as PDF, or a photo of a QR code; at most {most}."
        ).format(most=most)

    def clean(self) -> dict[str, Any]:
        """Find the badge in what was given, or say beside the field why there is none."""
        cleaned: dict[str, Any] = super().clean() or {}
        file, text = cleaned.get("file"), (cleaned.get("text") or "").strip()
        if self.errors:
            return cleaned
        if not file and not text:
            raise forms.ValidationError(_("Choose a file, or paste an address or a badge."))
        try:
            if file:
                if file.size > settings.MAX_VERIFY_BYTES:
                    most = filesizeformat(settings.MAX_VERIFY_BYTES)
                    sent = filesizeformat(file.size)
                    text = _("The file has {sent}; at most {most} are taken. Choose a smaller one.")
                    raise Unreadable(text.format(sent=sent, most=most), "")
                self.found, self.source = read_file(file.read()), file.name
            else:
                self.found = read_text(text)
                self.source = self.found.address or str(_("what you pasted"))
        except Unreadable as error:
            self.add_error("file" if file else "text", f"{error.sentence} {error.advice}".strip())
        return cleaned
