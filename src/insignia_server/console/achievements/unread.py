"""What was typed into a field and could not be read (a number that is none) stays with the person's session,
so that it is there again when the editor is opened once more."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.console.achievements.forms import DefinitionForm
from insignia_server.console.achievements.reading import Reading, data_of
from insignia_server.kit.errors import Refusal

_LONGEST: Final = 200


def keep(request: HttpRequest, row: Achievement, reading: Reading) -> None:
    """After saving: the texts of the fields that could not be read; nothing where all could."""
    texts = {
        name: str(reading.form.data.get(name, ""))[:_LONGEST]
        for name in reading.form.errors
        if name in reading.form.fields
    }
    if texts:
        request.session[_name(row)] = texts
    else:
        forget(request, row)


def forget(request: HttpRequest, row: Achievement) -> None:
    """Nothing of this achievement is kept any more."""
    if _name(row) in request.session:
        del request.session[_name(row)]


def form_of(request: HttpRequest, row: Achievement, definition: Definition) -> DefinitionForm | None:
    """The form with what was typed, and what is wrong with it; None where everything could be read."""
    texts = request.session.get(_name(row))
    if not texts:
        return None
    form = DefinitionForm({**data_of(definition), **texts})
    form.full_clean()
    return form


def problems(request: HttpRequest, row: Achievement) -> list[Refusal]:
    """What stands against publishing: a text that nobody could read is not left out silently."""
    texts: dict[str, str] = request.session.get(_name(row)) or {}
    fields = DefinitionForm.base_fields
    found = []
    for name, text in texts.items():
        if name in fields:
            message = _("“{text}” in the field {label} cannot be read. Correct it, or empty the field.")
            message = message.format(text=text, label=fields[name].label)
            found.append(Refusal(message, name.replace("__", "."), "unread", got=text))
    return found


def _name(row: Achievement) -> str:
    return f"unread:{row.pk}"
