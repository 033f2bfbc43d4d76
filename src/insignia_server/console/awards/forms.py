"""Forms to award one learner and to correct an award."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.definition import Definition, ResultDescription
from insignia_server.awarding import days
from insignia_server.awarding import evidence as evidence_files
from insignia_server.awarding.models import EvidenceFile
from insignia_server.awarding.services import Evidence, Recipient, Result
from insignia_server.console import fields
from insignia_server.console.awards import evidence_fields

KINDS = (
    ("", _("Email address")),
    ("did", _("DID")),
    ("sourcedId", _("Sourced id")),
    ("systemId", _("Identifier in a system")),
    ("identifier", _("Identifier of another kind")),
)


def at_day(day: dt.date | None, zone: dt.tzinfo, *, end: bool = False) -> dt.datetime | None:
    """A day as a moment: its beginning, or its last second."""
    if day is None:
        return None
    return days.last_second(day) if end else days.beginning(day, zone=zone, now=timezone.now())


class FactsForm(forms.Form):
    """What is said of an award, whoever it is for. Results get a field for each result description, and each
    piece of evidence has its fields; there is always an empty one to fill in."""

    mark_optional = False

    valid_from = fields.earned_on(_("Empty: today."))
    valid_until = fields.valid_until()
    narrative = forms.CharField(
        label=_("A few words about this learner's achievement"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands on the badge page, and is signed."),
    )

    def __init__(
        self, *args: Any, definition: Definition, pieces: Sequence[Evidence] = (), **options: Any
    ) -> None:
        self.definition = definition
        self.before = pieces  # the evidence that the award has already
        self.kept: Sequence[EvidenceFile] = ()
        self.file_errors: list[str] = []
        self.most_bytes: int = settings.MAX_EVIDENCE_BYTES  # of one file
        super().__init__(*args, **options)
        for one in definition.results:
            self.fields[f"result_{one.key}"] = result_field(one)
        evidence_fields.add(self)
        evidence = [name for name in self.fields if name.startswith("evidence_")]
        self.order_fields([*self.ordered(), "valid_from", "valid_until", *evidence])
        if definition.evidence_required:
            self.fields[evidence[0]].help_text = _(
                "This achievement asks for evidence: a link, or words below."
            )

    def ordered(self) -> Sequence[str]:
        """The fields that come first."""
        return ()

    def results(self) -> Sequence[Result]:
        """The results that were filled in."""
        found = []
        for one in self.definition.results:
            value = (self.cleaned_data.get(f"result_{one.key}") or "").strip()
            if value and one.levels:
                found.append(Result(description=one.key, level=value))
            elif value:
                found.append(Result(description=one.key, value=value))
        return found

    def kept_files(self) -> list[tuple[EvidenceFile, str]]:
        """The kept files, with kind and size in words."""
        return [(one, evidence_files.told(one)) for one in self.kept]

    def evidence(self) -> Sequence[Evidence]:
        """The links and the words, and the files that were kept."""
        said = evidence_fields.said(self)
        return [*said.values(), *(evidence_files.piece(one) for one in self.kept)]

    def pieces(self) -> list[evidence_fields.Piece]:
        """The fields of each piece of evidence, for the page; the last piece is empty."""
        return evidence_fields.pieces(self)

    def result_fields(self) -> list[forms.BoundField]:
        """The fields of results, for the page."""
        return [self[f"result_{one.key}"] for one in self.definition.results]

    def field_of(self, place: str) -> str:
        """The field that a refusal of the service belongs to."""
        if place in self.fields:
            return place
        head, _dot, key = place.partition(".")
        if head == "results":
            names = [one.key for one in self.definition.results]
            named = key.partition(".")[0]
            key = names[int(named)] if named.isdigit() and int(named) < len(names) else named
            return f"result_{key}" if f"result_{key}" in self.fields else ""
        return evidence_fields.field_of(self, key) if head == "evidence" else ""


def result_field(one: ResultDescription) -> forms.Field:
    """A field for a result: a choice where the values are fixed, a text otherwise."""
    if one.levels:
        choices = [("", _("Not given")), *((level.key, level.name) for level in one.levels)]
        return forms.ChoiceField(label=one.name, required=False, choices=choices)
    if one.allowed_values:
        return forms.ChoiceField(
            label=one.name,
            required=False,
            choices=[("", _("Not given")), *((value, value) for value in one.allowed_values)],
        )
    limits = [part for part in (one.value_min, one.value_max) if part]
    text = _("From {least} to {most}.").format(least=limits[0], most=limits[1]) if len(limits) == 2 else ""
    return forms.CharField(label=one.name, required=False, max_length=200, help_text=text)


class AwardForm(FactsForm):
    """Award one learner."""

    email = forms.CharField(
        label=_("Email address"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=300, help_text=_("As it should stand on the badge.")
    )
    identifier_kind = forms.ChoiceField(
        label=_("Awarded to"),
        choices=KINDS,
        required=False,
        help_text=_("What the badge names its learner by."),
    )
    identifier = forms.CharField(
        label=_("Other identifier"),
        required=False,
        max_length=2000,
        help_text=_("Only when it is not the address."),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"),
        required=False,
        choices=lambda: [("", _("As usual")), *settings.LANGUAGES],
    )
    send = forms.BooleanField(label=_("Send an email with the badge"), required=False, initial=True)
    key = forms.CharField(widget=forms.HiddenInput)

    def ordered(self) -> Sequence[str]:
        """Who, what was reached, what shows it; what is rarely needed comes last."""
        results = [f"result_{one.key}" for one in self.definition.results]
        return ("email", "name", *results, "valid_from", "valid_until")

    def recipient(self) -> Recipient:
        """Whom it is for, as it was typed."""
        data = self.cleaned_data
        return Recipient(
            email=data["email"],
            name=data["name"],
            identifier=data["identifier"],
            identifier_kind=data["identifier_kind"],
            language=data["language"],
        )


class CorrectionForm(FactsForm):
    """What was wrong, and what is right."""

    valid_from = fields.earned_on("", required=True)
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The learner reads it."),
        error_messages={"required": _("Say why: the learner reads it.")},
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=300)
    email = forms.CharField(label=_("Email address"), required=False, max_length=400)
    newest_version = forms.BooleanField(label=_("By the newest version of the achievement"), required=False)
    send = forms.BooleanField(label=_("Send an email with the corrected badge"), required=False, initial=True)

    def ordered(self) -> Sequence[str]:
        """Why first, then what is usually wrong."""
        return ("reason", "name", "email")


class ReasonForm(forms.Form):
    """Why something is done to an award."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The learner reads it."),
        error_messages={"required": _("Say why: the learner reads it.")},
    )
    send = forms.BooleanField(label=_("Tell the learner by email"), required=False, initial=True)


class AddressForm(forms.Form):
    """To which address a mail goes."""

    email = forms.CharField(
        label=_("Email address"),
        max_length=400,
        error_messages={"required": _("Give the address to write to.")},
    )
