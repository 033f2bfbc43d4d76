"""The fields of pieces of evidence: address, name and words of each; one piece more than there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from insignia_server.awarding.evidence import token_of
from insignia_server.awarding.facts import MOST_EVIDENCE
from insignia_server.awarding.services import Evidence

if TYPE_CHECKING:
    from insignia_server.console.awards.forms import FactsForm

PARTS: Final = {"url": "url", "name": "name", "text": "narrative"}  # of a field's name: of a piece


@dataclass(frozen=True)
class Piece:
    """A piece of evidence on the page. `file`: address and name, where it is a file of this instance."""

    number: int
    fields: Sequence[forms.BoundField]
    text: forms.BoundField
    remove: forms.BoundField | None
    file: tuple[str, str] | None
    filled: bool


def name_of(at: int, part: str) -> str:
    """The name of a field of the piece at this place."""
    return f"evidence_{at}_{part}" if at else f"evidence_{part}"


def initial(pieces: Sequence[Evidence]) -> dict[str, str]:
    """The pieces as the fields show them."""
    return {
        name_of(at, part): getattr(piece, attribute)
        for at, piece in enumerate(pieces)
        for part, attribute in PARTS.items()
    }


def add(form: FactsForm) -> None:
    """Give the form its fields, with one piece that is empty. A file of this instance keeps its address."""
    for at in range(_count(form)):
        known = form.before[at] if at < len(form.before) else None
        if known is None or not token_of(known.url):
            form.fields[name_of(at, "url")] = forms.CharField(
                label=_("Evidence: address"),
                required=False,
                max_length=2000,
                help_text=_("A link to the work, https://…"),
            )
        form.fields[name_of(at, "name")] = forms.CharField(
            label=_("Evidence: name"), required=False, max_length=300
        )
        form.fields[name_of(at, "text")] = forms.CharField(
            label=_("Evidence: what it shows"),
            required=False,
            max_length=5000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        if known is not None:
            form.fields[name_of(at, "remove")] = forms.BooleanField(label=_("Remove"), required=False)


def _count(form: FactsForm) -> int:
    used = [at for at in range(MOST_EVIDENCE) if form.is_bound and _typed(form.data, at)]
    return min(max([1, len(form.before), *(at + 1 for at in used)]) + 1, MOST_EVIDENCE)


def _typed(data: Any, at: int) -> bool:
    return any(str(data.get(name_of(at, part)) or "").strip() for part in PARTS)


def said(form: FactsForm) -> dict[int, Evidence]:
    """The pieces that were filled in and not removed, by their place in the form."""
    data, found = form.cleaned_data, {}
    for at in range(_count(form)):
        known = form.before[at] if at < len(form.before) else Evidence()
        typed = {
            attribute: data.get(name_of(at, part), "")
            for part, attribute in PARTS.items()
            if name_of(at, part) in form.fields
        }
        piece = replace(known, **typed)
        something = piece.url or piece.name or piece.narrative or piece.description
        if something and not data.get(name_of(at, "remove")):
            found[at] = piece
    return found


def pieces(form: FactsForm) -> list[Piece]:
    """What the page shows."""
    found = []
    for at in range(_count(form)):
        known = form.before[at] if at < len(form.before) else Evidence()
        names = [name for name in (name_of(at, "url"), name_of(at, "name")) if name in form.fields]
        parts = [form[name] for name in (*names, name_of(at, "text"))]
        remove = name_of(at, "remove")
        found.append(
            Piece(
                number=at + 1,
                fields=parts[:-1],
                text=parts[-1],
                remove=form[remove] if remove in form.fields else None,
                file=None if name_of(at, "url") in form.fields else (known.url, known.name or known.url),
                filled=at == 0 or any(field.value() or field.errors for field in parts),
            )
        )
    return found


def field_of(form: FactsForm, place: str) -> str:
    """The field that a refusal of the piece at this place among those sent belongs to."""
    sent = list(said(form)) if hasattr(form, "cleaned_data") else []
    number = place.partition(".")[0]
    at = sent[int(number)] if number.isdigit() and int(number) < len(sent) else 0
    names = [name for name in (name_of(at, "url"), name_of(at, "name")) if name in form.fields]
    return names[0]
