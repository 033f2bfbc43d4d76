"""Forms of batches: the file, what its columns mean, why it is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.awarding.batches import Options, Preview
from insignia_server.awarding.sheets import Column, ReadLimits
from insignia_server.awarding.sheets.encoding import shown
from insignia_server.awarding.sheets.fields import RESULT
from insignia_server.console.fields import earned_on, valid_until

Label = str | Promise
Choices = list[tuple[Any, Any]]

FIELD_NAMES: Final[Mapping[str, tuple[Label, tuple[tuple[str, Label], ...]]]] = {
    "person": (
        gettext_lazy("The person"),
        (
            ("email", gettext_lazy("Email address")),
            ("name", gettext_lazy("Whole name")),
            ("given_name", gettext_lazy("Given name")),
            ("family_name", gettext_lazy("Family name")),
            ("identifier", gettext_lazy("Other identifier")),
            ("identifier_type", gettext_lazy("Kind of identifier")),
            ("locale", gettext_lazy("Language of the mail")),
            ("group", gettext_lazy("Group")),
        ),
    ),
    "award": (
        gettext_lazy("The award"),
        (
            ("awarded_on", gettext_lazy("Earned on")),
            ("expires_on", gettext_lazy("Valid until")),
            ("evidence_url", gettext_lazy("Evidence: link")),
            ("evidence_narrative", gettext_lazy("Evidence: what it shows")),
            ("narrative", gettext_lazy("About this learner's achievement")),
            ("achievement", gettext_lazy("Achievement")),
            ("external_id", gettext_lazy("Your key of the row")),
        ),
    ),
}
DELIMITERS: Final[tuple[tuple[str, str, Label], ...]] = (
    ("comma", ",", gettext_lazy("Comma ,")),
    ("semicolon", ";", gettext_lazy("Semicolon ;")),
    ("tab", "\t", gettext_lazy("Tab")),
    ("pipe", "|", gettext_lazy("Bar |")),
)
ENCODINGS: Final[tuple[tuple[str, Label], ...]] = (
    ("utf-8", "UTF-8"),
    ("cp1252", gettext_lazy("Windows-1252 (Western European)")),
    ("iso8859-15", gettext_lazy("ISO 8859-15 (Western European)")),
    ("cp1250", gettext_lazy("Windows-1250 (Central European)")),
    ("cp1251", gettext_lazy("Windows-1251 (Cyrillic)")),
    ("cp1253", gettext_lazy("Windows-1253 (Greek)")),
    ("cp1254", gettext_lazy("Windows-1254 (Turkish)")),
    ("mac-roman", "Mac Roman"),
    ("cp850", "Code page 850 (DOS)"),
    ("utf-16", "UTF-16"),
    ("shift_jis", "Shift JIS"),
    ("gb18030", "GB 18030"),
)
_LIMITS: Final = ReadLimits()
PASTED: Final = gettext_lazy("pasted.csv")


class UploadForm(forms.Form):
    """A list of people: a file, or pasted text."""

    mark_optional = False

    file = forms.FileField(
        label=gettext_lazy("CSV or Excel file"),
        required=False,
        help_text=gettext_lazy("One row for each person, with the names of the columns on top."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv,text/tab-separated-values"}
        ),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste the rows"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "placeholder": "Email;Name"}),
        help_text=gettext_lazy("Copied from a spreadsheet, with the names of the columns on top."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the batch"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("For you and your colleagues; empty: the name of the file."),
    )

    def clean_file(self) -> UploadedFile[Any] | None:
        """Not larger than what is read."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None and (file.size or 0) > _LIMITS.size:
            size, most = (file.size or 0) // 2**20, _LIMITS.size // 2**20
            text = _("The file has %(size)d MB, and at most %(most)d are read. Divide it into smaller files.")
            raise forms.ValidationError(text % {"size": size, "most": most})
        return file

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not (data.get("text") or "").strip():
            self.add_error("file", _("Choose a file, or paste the rows below."))
        return data

    def content(self) -> tuple[bytes, str]:
        """The bytes and the name of the file; the file goes before the text."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        if file is not None:
            return file.read(), file.name or ""
        return self.cleaned_data["text"].encode("utf-8", "surrogatepass"), str(PASTED)


class ColumnsForm(forms.Form):
    """How the file is read, what its columns mean, and what is done with it."""

    mark_optional = False

    default_awarded_on = earned_on(gettext_lazy("Empty: the day of signing."), kind=forms.CharField)
    default_expires_on = valid_until(kind=forms.CharField)
    default_narrative = forms.CharField(
        label=gettext_lazy("A few words about the achievement of all of them"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands on every badge page, and is signed."),
    )
    default_evidence_url = forms.CharField(
        label=gettext_lazy("Evidence: link"), required=False, max_length=2000
    )
    default_evidence_narrative = forms.CharField(
        label=gettext_lazy("Evidence: what it shows"), required=False, max_length=5000
    )
    default_locale = forms.ChoiceField(
        label=gettext_lazy("Language of the mail"),
        required=False,
        choices=lambda: [("", gettext_lazy("As usual")), *settings.LANGUAGES],
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("03/04/2025 means"),
        required=False,
        choices=[
            ("", gettext_lazy("As the organisation's settings say")),
            ("dmy", gettext_lazy("3 April 2025")),
            ("mdy", gettext_lazy("4 March 2025")),
        ],
    )
    held = forms.ChoiceField(
        label=gettext_lazy("Who holds the badge already"),
        required=False,
        choices=[
            ("warn", gettext_lazy("gets it once more, and you are warned")),
            ("refuse", gettext_lazy("does not get it again")),
        ],
    )
    send = forms.BooleanField(label=gettext_lazy("Send everybody an email with the badge"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: Preview,
        options: Options,
        results: Sequence[tuple[str, str]],
        one_achievement: bool,
        encoding_shown: str = "",
    ) -> None:
        self.sheet, self.options, self.one_achievement = sheet, options, one_achievement
        super().__init__(data, initial=self._chosen(options))
        self._reading()
        meaning = {heading: field for field, heading in options.mapping.items()}
        choices = _meanings(results, one_achievement=one_achievement)
        known = {value for _group, rows in choices[1:] for value, _label in rows}
        for column in sheet.columns:
            field = meaning.get(column.key, "")
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=_("Column {letter}: {heading}").format(letter=column.letter, heading=column.heading),
                required=False,
                choices=choices,
                initial=field if field in known else "",
                error_messages={"invalid_choice": _("Choose one of the fields.")},
            )

    @staticmethod
    def _chosen(options: Options) -> dict[str, Any]:
        values = {f"default_{name}": text for name, text in options.defaults.items()}
        return {"date_order": options.date_order, "held": options.held, "send": options.send, **values}

    def _reading(self) -> None:
        """Sheet, delimiter and encoding; what was found out is chosen."""
        sheet = self.sheet
        if len(sheet.sheet_names) > 1:
            names = [(name, name) for name in sheet.sheet_names]
            self.fields["sheet"] = forms.ChoiceField(
                label=_("Sheet"), required=False, choices=names, initial=sheet.sheet
            )
        if not sheet.delimiter:
            return
        named = next((name for name, sign, _label in DELIMITERS if sign == sheet.delimiter), "other")
        delimiters: Choices = [(name, label) for name, _sign, label in DELIMITERS]
        if named == "other":
            delimiters.append(("other", sheet.delimiter))
        self.fields["delimiter"] = forms.ChoiceField(
            label=_("Columns are divided by"), required=False, choices=delimiters, initial=named
        )
        encodings: Choices = list(ENCODINGS)
        if sheet.encoding not in dict(ENCODINGS):
            encodings.insert(0, (sheet.encoding, shown(sheet.encoding)))
        self.fields["encoding"] = forms.ChoiceField(
            label=_("Letters are written as"), required=False, choices=encodings, initial=sheet.encoding
        )

    def column_rows(self) -> list[tuple[Column, tuple[str, ...], forms.BoundField]]:
        """Each column with two example values and the field that says what it means."""
        pairs = zip(self.sheet.columns, self.sheet.examples, strict=True)
        return [(column, examples, self[f"column_{column.index}"]) for column, examples in pairs]

    def reading_fields(self) -> list[forms.BoundField]:
        """The fields that say how the file is read."""
        return [self[name] for name in ("sheet", "delimiter", "encoding") if name in self.fields]

    def reading(self) -> dict[str, str]:
        """How the file is to be read, as far as that was changed."""
        data, sheet, changed = self.cleaned_data, self.sheet, {}
        signs = {name: sign for name, sign, _label in DELIMITERS}
        if data.get("sheet") and data["sheet"] != sheet.sheet:
            changed["sheet"] = data["sheet"]
        if data.get("delimiter"):
            sign = signs.get(data["delimiter"], sheet.delimiter)
            if sign != sheet.delimiter:
                changed["delimiter"] = sign
        if data.get("encoding") and data["encoding"] != sheet.encoding:
            changed["encoding"] = data["encoding"]
        return changed

    def choices(self) -> dict[str, Any]:
        """Everything else but the columns."""
        data = self.cleaned_data
        prefix = "default_"
        defaults = {
            name.removeprefix(prefix): data.get(name) or "" for name in self.fields if name.startswith(prefix)
        }
        return {
            "defaults": defaults,
            "date_order": data.get("date_order") or "",
            "held": data.get("held") or "warn",
            "send": bool(data.get("send")),
        }

    def mapping(self) -> dict[str, str]:
        """Field -> heading, as it was chosen."""
        data = self.cleaned_data
        return {
            field: column.key
            for column in self.sheet.columns
            if (field := data.get(f"column_{column.index}", ""))
        }

    def clean(self) -> dict[str, Any]:
        """Each field from one column; somebody must be named."""
        data = super().clean() or {}
        taken: dict[str, str] = {}
        for column in self.sheet.columns:
            name = f"column_{column.index}"
            field = data.get(name, "")
            if field and field in taken:
                text = _("Column {letter} has this already. Choose something else for one of the two.")
                self.add_error(name, text.format(letter=taken[field]))
            elif field:
                taken[field] = column.letter
        if not self.errors:
            self._whole(taken)
        return data

    def _whole(self, taken: Mapping[str, str]) -> None:
        if self.data.get("act") == "read" or self.reading():
            return
        if not taken.keys() & {"email", "identifier"}:
            self.add_error(None, _("Say which column holds the email address, or another identifier."))
        if not self.one_achievement and "achievement" not in taken:
            self.add_error(None, _("Say which column names the achievement."))


class UnreadForm(forms.Form):
    """Other ways to read a file that could not be read."""

    mark_optional = False

    delimiter = forms.ChoiceField(
        label=gettext_lazy("Columns are divided by"),
        required=False,
        choices=[("", gettext_lazy("Automatic")), *((name, label) for name, _sign, label in DELIMITERS)],
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters are written as"),
        required=False,
        choices=[("", gettext_lazy("Automatic")), *ENCODINGS],
    )

    def __init__(self, data: Any = None, *, options: Options) -> None:
        named = next((name for name, sign, _label in DELIMITERS if sign == options.delimiter), "")
        super().__init__(data, initial={"delimiter": named, "encoding": options.encoding})

    def reading(self) -> dict[str, str]:
        """How the file is to be read; a sheet is found out."""
        signs = {name: sign for name, sign, _label in DELIMITERS}
        data = self.cleaned_data
        sign = signs.get(data.get("delimiter") or "", "")
        return {"sheet": "", "delimiter": sign, "encoding": data.get("encoding") or ""}


def _meanings(results: Sequence[tuple[str, str]], *, one_achievement: bool) -> Choices:
    """The fields in groups, for each column the same."""
    groups: Choices = [("", _("– not used –"))]
    for key, (title, fields) in FIELD_NAMES.items():
        shown = [(name, label) for name, label in fields if name != "achievement" or not one_achievement]
        groups.append((title, shown))
        if key == "person" and results:
            groups.append((_("The result"), [(RESULT + name, label) for name, label in results]))
    return groups


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The learners read it, on the page of their badge."),
        error_messages={"required": gettext_lazy("Say why: the learners read it.")},
    )


class NoForm(forms.Form):
    """Nothing to fill in, but errors to show."""
