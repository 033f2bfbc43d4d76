"""The form of a design, and how its fields become values and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.achievements.models import Achievement
from insignia_server.certificates import designs
from insignia_server.certificates.models import CertificateDesign
from insignia_server.issuers.models import Issuer
from insignia_server.kit.pdf import BLOCKS, LAYOUTS, ORNAMENTS, PAPERS
from insignia_server.kit.pictures import Picture

EXAMPLE: Final = "example"
_ORIENTATIONS: Final = (
    ("portrait", gettext_lazy("Portrait")),
    ("landscape", gettext_lazy("Landscape")),
)
_LABELS: Final = {
    "kicker": gettext_lazy("Words at the top"),
    "before": gettext_lazy("Before the name"),
    "after": gettext_lazy("After the name"),
    "closing": gettext_lazy("Below the achievement"),
}
_USUAL: Final = {
    "kicker": gettext_lazy("Certificate"),
    "before": gettext_lazy("This certifies that"),
    "after": gettext_lazy("has earned"),
}
_ACCEPT: Final = {"accept": "image/png,image/jpeg,image/svg+xml"}


def _picture(label: Any, hint: Any = "") -> forms.FileField:
    return forms.FileField(label=label, help_text=hint, required=False, widget=forms.FileInput(attrs=_ACCEPT))


class DesignForm(forms.Form):
    """Everything that a design says. Whether it can be shown is checked by the service, as for the API."""

    name = forms.CharField(
        label=gettext_lazy("Name of the design"),
        max_length=120,
        help_text=gettext_lazy("Only you see it, for example “Diploma with the rector's signature”."),
    )
    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"),
        widget=forms.RadioSelect,
        choices=lambda: [(name, one.label) for name, one in LAYOUTS.items()],
    )
    orientation = forms.ChoiceField(label=gettext_lazy("Orientation"), choices=_ORIENTATIONS)
    paper = forms.ChoiceField(label=gettext_lazy("Paper"), choices=lambda: list(PAPERS.items()))
    accent = forms.CharField(
        label=gettext_lazy("Colour"),
        required=False,
        max_length=7,
        help_text=gettext_lazy(
            "For example #1d5c8f. Empty: the organisation's colour. It is darkened where words in it could "
            "not be read."
        ),
    )
    second = forms.CharField(
        label=gettext_lazy("Second colour"),
        required=False,
        max_length=7,
        help_text=gettext_lazy(
            "For lines and ornaments. Empty: the organisation's second colour, or a lighter tone of "
            "the first."
        ),
    )
    ornament = forms.ChoiceField(label=gettext_lazy("Ornament"), choices=lambda: list(ORNAMENTS.items()))
    logo = _picture(
        gettext_lazy("Logo"),
        gettext_lazy(
            "PNG, JPEG or SVG. Without one, the organisation's logo stands there, or the issuer's name."
        ),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Without a logo of its own from now on"), required=False)
    blocks = forms.MultipleChoiceField(
        label=gettext_lazy("What is shown"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: list(BLOCKS.items()),
        help_text=gettext_lazy("Name, achievement and the address of the badge page always stand there."),
    )
    sample = forms.ChoiceField(
        label=gettext_lazy("Shown with"),
        required=False,
        help_text=gettext_lazy("Only for the preview: nothing of it is kept in the design."),
    )
    shown_in = forms.ChoiceField(
        label=gettext_lazy("Language of the preview"),
        required=False,
        choices=lambda: list(settings.LANGUAGES),
    )

    def __init__(self, *args: Any, samples: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in (1, 2):
            self._add_signature(number)
        for code, _name in settings.LANGUAGES:
            self._add_texts(code)
        sample: Any = self.fields["sample"]
        sample.choices = [(EXAMPLE, _("An invented award")), *samples]

    def _add_signature(self, number: int) -> None:
        self.fields[f"signer_{number}"] = forms.CharField(label=_("Name"), required=False, max_length=100)
        self.fields[f"function_{number}"] = forms.CharField(
            label=_("Function"), required=False, max_length=120
        )
        self.fields[f"signature_{number}"] = _picture(
            _("Picture of the signature"),
            _("Best as a PNG or SVG without background. Without one there is room to sign by hand."),
        )
        self.fields[f"no_signature_{number}"] = forms.BooleanField(
            label=_("Without the picture from now on"), required=False
        )

    def _add_texts(self, code: str) -> None:
        for name in designs.TEXTS:
            attributes: dict[str, Any] = {"lang": code}
            if name == "closing":
                attributes["rows"] = 2
            widget: Any = forms.Textarea if name == "closing" else forms.TextInput
            usual = _USUAL.get(name)
            self.fields[f"{name}_{code}"] = forms.CharField(
                label=_LABELS[name],
                required=False,
                max_length=designs.MOST_TEXT[name],
                widget=widget(attrs=attributes),
                help_text=_("Usually “%(words)s”.") % {"words": usual} if usual else "",
            )

    @property
    def texts(self) -> list[tuple[str, str, list[Any], bool]]:
        """Code and name of each language, its fields, and whether one of them says something."""
        found = []
        for code, name in settings.LANGUAGES:
            several = [self[f"{text}_{code}"] for text in designs.TEXTS]
            found.append((code, str(name), several, any(one.value() or one.errors for one in several)))
        return found

    @property
    def signatures(self) -> list[tuple[int, list[Any], Any, bool]]:
        """The fields of each signature."""
        return [
            (
                number,
                [self[f"signer_{number}"], self[f"function_{number}"], self[f"signature_{number}"]],
                self[f"no_signature_{number}"],
                bool(self[f"signer_{number}"].value() or self[f"signer_{number}"].errors),
            )
            for number in (1, 2)
        ]

    def values(self) -> designs.Values:
        """What was typed."""
        data = self.cleaned_data
        signers = [
            designs.Signer(name=data[f"signer_{number}"], function=data[f"function_{number}"])
            for number in (1, 2)
        ]
        while signers and not (signers[-1].name or signers[-1].function):
            signers.pop()
        wording = {
            code: {name: data[f"{name}_{code}"] for name in designs.TEXTS}
            for code, _name in settings.LANGUAGES
        }
        same = ("layout", "paper", "orientation", "accent", "second", "ornament")
        return designs.Values(
            **{name: data[name] for name in same},
            blocks=tuple(data["blocks"]),
            signatures=tuple(signers),
            wording={code: texts for code, texts in wording.items() if any(texts.values())},
        )

    def pictures(self) -> dict[str, Picture | None]:
        """The pictures that were sent, cleaned; None for those that are to go.

        Raises:
            Refused: one is no picture, damaged or too large.
        """
        fields = {"logo": "logo", "signature-1": "signature_1", "signature-2": "signature_2"}
        found: dict[str, Picture | None] = {}
        for slot, name in fields.items():
            sent = self.cleaned_data.get(name)
            if sent:
                found[slot] = designs.read_drawing(sent.read(), name)
            elif self.cleaned_data.get(f"no_{name}"):
                found[slot] = None
        return found


def initial(design: CertificateDesign | None) -> dict[str, Any]:
    """The fields of a stored design, or of a new one."""
    values = designs.Values.from_json(design.values) if design else designs.Values()
    same = ("layout", "paper", "orientation", "accent", "second", "ornament", "blocks")
    found: dict[str, Any] = {name: getattr(values, name) for name in same}
    found["name"] = design.name if design else ""
    for number, one in enumerate(values.signatures, start=1):
        found |= {f"signer_{number}": one.name, f"function_{number}": one.function}
    for code, texts in values.wording.items():
        found |= {f"{name}_{code}": text for name, text in texts.items()}
    return found


def field_names() -> Mapping[str, str]:
    """Fields of refusals by the names that they have in the form."""
    texts = {
        f"wording.{code}.{name}": f"{name}_{code}"
        for code, _name in settings.LANGUAGES
        for name in designs.TEXTS
    }
    people = {
        f"signatures.{number}.{part}": f"{name}_{number}"
        for number in (1, 2)
        for part, name in (("name", "signer"), ("function", "function"))
    }
    return {**texts, **people}


class UseForm(forms.Form):
    """Which issuers and achievements have this design."""

    issuers: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Issuer profiles"),
        required=False,
        queryset=Issuer.plain.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    achievements: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Achievements"),
        required=False,
        queryset=Achievement.plain.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers: Any = self.fields["issuers"]
        issuers.queryset = Issuer.objects.filter(archived_at=None).order_by("name")
        achievements: Any = self.fields["achievements"]
        achievements.queryset = Achievement.objects.exclude(state="archived").order_by("name")
