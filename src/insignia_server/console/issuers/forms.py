"""Forms of issuer profiles and keys."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.conf.global_settings import LANGUAGES as NAMED
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from insignia_server.console.fields import picture_field
from insignia_server.console.forms_errors import sentence
from insignia_server.issuers.fields import cleaned
from insignia_server.issuers.models import Issuer
from insignia_server.kit.errors import Refused

KINDS: Final = ("linkedin", "ror", "ctid")
LANGUAGES: Final[dict[str, str]] = dict(NAMED)
SPARE: Final = 2  # empty rows for further languages


def checked(name: str, value: Any) -> Any:
    """One field of a profile in its stored form.

    Raises:
        ValidationError: with the sentence for its field.
    """
    try:
        return cleaned({name: value})[name]
    except Refused as refused:
        raise forms.ValidationError([sentence(one) for one in refused.refusals]) from refused


class IssuerForm(forms.Form):
    """Every field of an issuer profile, the further languages apart."""

    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("Who signs: a faculty, an academy, the organisation itself."),
        error_messages={"required": _("Give the issuer a name: who signs?")},
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_(
            "Part of the identifier that signs, and never changed. Left empty, it is made of the name."
        ),
    )
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    url = forms.CharField(
        label=_("Website"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    email = forms.CharField(label=_("Email address"), required=False, max_length=254, widget=forms.EmailInput)
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )
    parent = forms.ModelChoiceField(
        label=_("Belongs to"),
        required=False,
        queryset=Issuer.plain.none(),
        empty_label=_("No other issuer profile"),
        help_text=_("The profile above this one: the university above its faculty."),
    )
    linkedin = forms.CharField(
        label=_("LinkedIn page number"),
        required=False,
        max_length=200,
        help_text=_(
            "So that “Add to LinkedIn” shows your logo. It stands in the address of your page's admin view."
        ),
    )
    ror = forms.CharField(label=_("ROR identifier"), required=False, max_length=200)
    ctid = forms.CharField(label=_("Credential Registry identifier (CTID)"), required=False, max_length=200)
    others = forms.CharField(
        label=_("Other identifiers"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "VAT: DE123456789"}),
        help_text=_("One a line: kind, colon, identifier."),
    )

    def __init__(self, *args: Any, issuer: Issuer | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        parents = Issuer.objects.filter(archived_at=None).order_by("name")
        self.fields["parent"].queryset = parents.exclude(pk=issuer.pk) if issuer else parents  # type: ignore[attr-defined]
        if issuer is not None:
            del self.fields["slug"]
        if not self.fields["parent"].queryset.exists():  # type: ignore[attr-defined]
            del self.fields["parent"]

    def _one(self, kind: str) -> str:
        typed = str(self.cleaned_data[kind]).strip()
        if not typed:
            return ""
        value: str = checked("identifiers", [{"type": kind, "value": typed}])[0]["value"]
        return value

    def clean_linkedin(self) -> str:
        """The number."""
        return self._one("linkedin")

    def clean_ror(self) -> str:
        """With its check digits."""
        return self._one("ror")

    def clean_ctid(self) -> str:
        """`ce-` and a UUID."""
        return self._one("ctid")

    def clean_others(self) -> list[dict[str, str]]:
        """One a line; the line is named where something is wrong with it."""
        rows, wrong = [], []
        for number, line in enumerate(str(self.cleaned_data["others"]).splitlines(), 1):
            kind, _colon, value = line.partition(":")
            if not line.strip():
                continue
            try:
                rows += checked("identifiers", [{"type": kind.strip(), "value": value.strip()}])
            except forms.ValidationError as error:
                text = _("Line %(line)d: %(problem)s")
                wrong.append(
                    forms.ValidationError(text, params={"line": number, "problem": " ".join(error.messages)})
                )
        if wrong:
            raise forms.ValidationError(wrong)
        return rows

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        known = [{"type": kind, "value": data.pop(kind)} for kind in KINDS]
        identifiers = [one for one in known if one["value"]] + data.pop("others")
        if not data.get("slug", "x"):
            del data["slug"]
        return {**data, "identifiers": identifiers}


def language_choices() -> list[tuple[str, str]]:
    """The languages by their names in the reader's language."""
    named = [(code, gettext(name)) for code, name in LANGUAGES.items()]
    return sorted(named, key=lambda pair: pair[1].casefold())


class LanguageForm(forms.Form):
    """Name and description in another language."""

    use_required_attribute = False
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("Choose…")), *language_choices()],
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """A text needs its language."""
        data: dict[str, Any] = super().clean() or {}
        if (data.get("name") or data.get("description")) and not data.get("language"):
            self.add_error("language", _("Choose the language of these texts."))
        return data


LanguageForms = forms.formset_factory(LanguageForm, extra=SPARE, max_num=60)


def languages_of(formset: Any) -> dict[str, dict[str, str]]:
    """What was typed into the rows, by language; a later row of the same language counts."""
    rows = [form.cleaned_data for form in formset if form.cleaned_data.get("language")]
    return {
        row["language"]: {name: row[name] for name in ("name", "description") if row[name]}
        for row in rows
        if row["name"] or row["description"]
    }


def initial_of(issuer: Issuer) -> dict[str, Any]:
    """What stands in the fields of a profile."""
    known = {one["type"]: one["value"] for one in issuer.identifiers if one["type"] in KINDS}
    others = [f"{one['type']}: {one['value']}" for one in issuer.identifiers if one["type"] not in KINDS]
    names = ("name", "description", "url", "email", "phone", "parent")
    return {name: getattr(issuer, name) for name in names} | known | {"others": "\n".join(others)}


def rows_of(issuer: Issuer) -> list[dict[str, str]]:
    """What stands in the rows of further languages."""
    return [{"language": code, **texts} for code, texts in issuer.languages.items()]


class PictureForm(forms.Form):
    """An upload."""

    picture = picture_field(
        _("PNG, JPEG, WebP or SVG, best square, at least 512 pixels wide. It is checked and cleaned.")
    )


class CompromisedForm(forms.Form):
    """Since when others may have had the key."""

    since = forms.DateTimeField(
        label=_("Since when may somebody else have had it?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help_text=_("As early as it can have been: what was signed before counts, where the log shows it."),
        error_messages={"required": _("Say since when; if in doubt, the earliest possible moment.")},
    )
    sure = forms.BooleanField(
        label=_("I have read what will happen."),
        error_messages={"required": _("Read what will happen, and tick that you have.")},
    )

    def __init__(self, *args: Any, now: dt.datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["since"].widget.attrs["max"] = timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")
