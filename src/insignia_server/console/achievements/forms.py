"""The forms of the editor.

A draft may hold anything: nothing is required here, and only what cannot be read as a number is refused;
achievements.definition.problems says what keeps a draft from being published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements import terms
from insignia_server.achievements.frameworks import FRAMEWORKS
from insignia_server.achievements.plain_json import MOST_CHARACTERS
from insignia_server.console.fields import picture_field
from insignia_server.issuers.models import Issuer

Choices = list[tuple[str, "str | Promise"]]
UNSAID: Final = _("Not said")


def choices_of(labels: Mapping[str, str | Promise], *, empty: str | Promise | None = UNSAID) -> Choices:
    """Choices for a select, with an empty one first unless `empty` is None."""
    return [*([("", empty)] if empty is not None else []), *labels.items()]


def printable(text: str) -> str:
    """Text without the control characters that come with pasting from slides and PDFs."""
    kept = "".join(c if (c >= " " and c != "\x7f") or c in "\t\n\r" else " " for c in text)
    return kept[:MOST_CHARACTERS]


class Text(forms.CharField):
    """A line of text, or several. Whatever is typed can be kept."""

    def __init__(self, *, lines: int = 1, **options: Any) -> None:
        if lines > 1:
            options.setdefault("widget", forms.Textarea(attrs={"rows": lines}))
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:
        """The text as one that both databases keep."""
        found: str = super().to_python(value) or ""
        return printable(found.replace("\r\n", "\n").replace("\r", "\n"))


class Several(Text):
    """Several short texts, one a line or, where `separator` is a comma, separated by it."""

    def __init__(self, *, separator: str = "\n", **options: Any) -> None:
        self.separator = separator
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """A tuple of the texts; empty and repeated ones are left out."""
        text = super().clean(value)
        parts = text.replace("\n", self.separator).split(self.separator)
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def written(self, values: Iterable[str]) -> str:
        """The texts as they stand in the field."""
        return ("\n" if self.separator == "\n" else f"{self.separator} ").join(values)


class Amount(forms.FloatField):
    """A number with a point or a comma. Refuses what is none, without losing it."""

    def __init__(self, *, unit: str | Promise = "", **options: Any) -> None:
        self.unit = unit
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, widget=widget, min_value=-1e8, max_value=1e8, **options)

    def to_python(self, value: Any) -> Any:
        """The number, or None for an empty field."""
        text = str(value or "").strip().replace(",", ".")
        try:
            return super().to_python(text)
        except ValidationError:
            raise ValidationError(_("This is not a number. Write it as 30 or 2.5."), code="number") from None


class Whole(Amount):
    """A whole number."""

    def to_python(self, value: Any) -> Any:
        """The number, or None for an empty field."""
        found = super().to_python(value)
        if found is not None and found != int(found):
            raise ValidationError(_("This is not a whole number. Write it as 12."), code="number")
        return None if found is None else int(found)


class Choice(forms.CharField):
    """One of several values; a value of another version or an extension is kept and offered too."""

    def __init__(self, labels: Mapping[str, str | Promise], *, radio: bool = False, **options: Any) -> None:
        empty = options.pop("empty", UNSAID)
        widget = (forms.RadioSelect if radio else forms.Select)(choices=choices_of(labels, empty=empty))
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        """The value, whatever it is: checks.py says whether it is one of the terms."""
        return printable(super().to_python(value) or "")[:200]

    def keep(self, value: str) -> None:
        """Offer this value too."""
        known = {key for key, _label in self.widget.choices}
        if value and value not in known:
            self.widget.choices = [*self.widget.choices, (value, value.removeprefix("ext:"))]


class Many(forms.MultipleChoiceField):
    """Check boxes."""

    def __init__(self, labels: Mapping[str, str | Promise], **options: Any) -> None:
        self.terms = tuple(labels)
        super().__init__(
            required=False,
            choices=choices_of(labels, empty=None),
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def clean(self, value: Any) -> Any:
        """A tuple in the order of the choices."""
        ticked = set(super().clean(value))
        return tuple(key for key in self.terms if key in ticked)


class EditorForm(forms.Form):
    """Base: no `required` in the browser, because a draft may be unfinished."""

    use_required_attribute = False


_LANGUAGES: Final[dict[str, str | Promise]] = dict(terms.LANGUAGES)


class DefinitionForm(EditorForm):
    """The single fields of a definition; `a__b` stands for the path `a.b`."""

    name = Text(
        label=_("Name"), max_length=300, help_text=_("As it stands on the badge, such as “Data Literacy”.")
    )
    description = Text(
        label=_("Description"), lines=3, help_text=_("One or two sentences: what does it stand for?")
    )
    achievement_type = Choice(terms.ACHIEVEMENT_TYPES, label=_("Type"))
    in_language = Choice(
        _LANGUAGES, empty=None, label=_("Language"), help_text=_("Of all texts on this page.")
    )
    field_of_study = Text(label=_("Field of study"))
    specialization = Text(label=_("Specialization"))
    tags = Several(separator=",", label=_("Tags"), help_text=_("Separated by commas."))
    image_alt = Text(
        label=_("Description of the picture"), help_text=_("Read out to people who do not see the picture.")
    )

    criteria = Text(
        label=_("Criteria"),
        lines=8,
        help_text=_(
            "What somebody has to do to earn it. Markdown: # heading, - list, **bold**, [link](https://…)."
        ),
    )
    criteria_url = Text(label=_("Address of the criteria"), help_text=_("A page of yours that says more."))

    assessment__methods = Many(terms.ASSESSMENT_METHODS, label=_("Method"))
    assessment__assessors = Many(terms.ASSESSORS, label=_("Assessed by"))
    assessment__assessor_name = Text(
        label=_("Name of the assessors"), help_text=_("An examination board, a company.")
    )
    assessment__supervision = Choice(terms.SUPERVISION, label=_("Supervision"))
    assessment__identity_check = Choice(terms.IDENTITY_CHECKS, label=_("Check of the learner's identity"))
    assessment__description = Text(
        label=_("More about the assessment"), lines=3, help_text=_("Duration, pass mark, attempts. Markdown.")
    )

    learning_outcomes = Several(
        label=_("Learning outcomes"), lines=5, help_text=_("What a learner can do afterwards, one a line.")
    )
    workload_hours = Amount(label=_("Workload in hours"))
    ects = Amount(label=_("ECTS credits"))
    credits_available = Amount(
        label=_("Other credits"), help_text=_("Of another system; signed instead of ECTS.")
    )
    eqf_level = Choice(terms.EQF_LEVELS, label=_("EQF level"))
    cycle = Choice(terms.CYCLES, label=_("Cycle of higher education"))
    participation = Choice(terms.PARTICIPATION, label=_("Form of participation"))
    kind = Choice(terms.KINDS, label=_("Kind of TrustEd Microcredential"))
    country = Text(
        label=_("Country or region of the issuer"),
        help_text=_("A code such as NO is shown as the name in each reader's language."),
    )
    stackability = Choice(terms.STACKABILITY, label=_("Stackability"))
    stackability_note = Text(label=_("What it counts towards"))
    entry_requirements = Text(label=_("Entry requirements"), lines=2)
    quality_assurance = Text(
        label=_("Quality assurance"), lines=2, help_text=_("Who assures the quality, by which standard.")
    )
    quality_assurance_url = Text(label=_("Address about quality assurance"))
    further_information = Text(label=_("Further information"), lines=2)

    human_code = Text(label=_("Code"), help_text=_("As in a course catalogue, such as DL-101."))
    version = Text(label=_("Name of the version"), help_text=_("Without one, versions are called 1, 2, 3."))
    creator__name = Text(
        label=_("Creator"), help_text=_("Only where somebody else than the issuer wrote it.")
    )
    creator__url = Text(label=_("Creator's web address"))
    creator__email = Text(label=_("Creator's email"))

    expiry__kind = Choice(terms.EXPIRY_KINDS, radio=True, empty=None, label=_("When does a credential end?"))
    expiry__date = Text(label=_("On this day"), widget=forms.DateInput(attrs={"type": "date"}))
    expiry__months = Whole(label=_("Months"))
    expiry__days = Whole(label=_("Days"))
    evidence_required = forms.BooleanField(
        required=False,
        label=_("Evidence is required"),
        help_text=_("Awards without a file, link or text are refused."),
    )
    name_in_credential = forms.BooleanField(
        required=False,
        label=_("The learner's name stands in the credential"),
        help_text=_("Without it, a credential shows only a salted hash of the email address."),
    )
    suite = Choice(terms.SUITES, radio=True, empty=None, label=_("Kind of signature"))
    status = Choice(terms.STATUS_OPTIONS, radio=True, empty=None, label=_("Revocation and suspension"))


class AlignmentForm(EditorForm):
    """A skill or standard."""

    target_name = Text(label=_("Name"))
    target_url = Text(label=_("Address"), help_text=_("From ESCO, CASE, O*NET or another public framework."))
    target_framework = Text(label=_("Framework"))
    target_code = Text(label=_("Code"))
    target_type = Choice(terms.ALIGNMENT_TARGET_TYPES, label=_("Kind"))
    target_description = Text(label=_("Description"), lines=2)


class LevelForm(EditorForm):
    """A level of a rubric."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    name = Text(label=_("Level"))
    level = Text(label=_("Short"))
    points = Text(label=_("Points"))
    description = Text(label=_("Description"))
    required_here = forms.BooleanField(required=False, label=_("Required to pass"))


class ResultForm(EditorForm):
    """A result: a grade, a score, a rubric."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    name = Text(label=_("Name"), help_text=_("Such as Grade."))
    result_type = Choice(terms.RESULT_TYPES, label=_("Kind"))
    allowed_values = Several(
        separator=",", label=_("Allowed values"), help_text=_("From best to worst, by commas.")
    )
    required_value = Text(label=_("Value needed to pass"))
    value_min = Text(label=_("Smallest value"))
    value_max = Text(label=_("Largest value"))


class IdentifierForm(EditorForm):
    """Another identifier."""

    identifier = Text(label=_("Identifier"))
    identifier_type = Choice(terms.IDENTIFIER_TYPES, label=_("Kind"))


class RelatedForm(EditorForm):
    """Another edition."""

    id = Text(label=_("Address of its JSON"))
    in_language = Choice(_LANGUAGES, label=_("Language"))
    version = Text(label=_("Version"))


class TranslationForm(EditorForm):
    """The texts in another language."""

    language = Choice(_LANGUAGES, label=_("Language"))
    name = Text(label=_("Name"))
    description = Text(label=_("Description"), lines=3)
    criteria = Text(label=_("Criteria"), lines=5)
    learning_outcomes = Several(label=_("Learning outcomes"), lines=3, help_text=_("One a line."))


_FRAMEWORK_LABELS: Final[dict[str, str | Promise]] = {key: one.label for key, one in FRAMEWORKS.items()}


class NewForm(forms.Form):
    """The first questions."""

    name = forms.CharField(
        label=_("Name"),
        max_length=300,
        help_text=_("It can be changed later."),
        error_messages={"required": _("Give the achievement a name.")},
    )
    issuer = forms.ModelChoiceField(
        queryset=Issuer.plain.none(),
        label=_("Issuer"),
        empty_label=None,
        error_messages={"required": _("Choose who issues it.")},
    )
    framework = forms.ChoiceField(
        label=_("Template"),
        choices=choices_of(_FRAMEWORK_LABELS, empty=None),
        widget=forms.RadioSelect,
        initial="plain",
    )

    def __init__(self, *args: Any, issuers: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]
        if len(issuers) == 1:
            self.fields["issuer"].initial = issuers[0]


class SettingsForm(NewForm):
    """What stands above the editor: the issuer until the first publication, and the template."""

    name = None  # type: ignore[assignment]


class EarnForm(forms.Form):
    """Where it can be earned; achievements.earning checks it."""

    earn_url = forms.CharField(
        label=_("Where it can be earned"),
        required=False,
        help_text=_("The https address of the course. It can change at any time without a new version."),
        widget=forms.URLInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )


class PictureForm(forms.Form):
    """An upload."""

    picture = picture_field(
        _("PNG, JPEG, WebP or SVG, square, at least 512 pixels wide. It is checked and cleaned.")
    )


class PublishForm(forms.Form):
    """What changed, for colleagues."""

    note = forms.CharField(
        label=_("What changed"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For your colleagues; it stands in the history."),
    )
