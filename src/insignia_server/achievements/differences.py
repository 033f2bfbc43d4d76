"""What changed between two versions, field by field, in words."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from insignia_server.achievements import terms
from insignia_server.achievements.definition import Definition, Expiry
from insignia_server.achievements.facts import expiry_words, number
from insignia_server.achievements.fields import FIELDS, value_of

_WORDS = re.compile(r"\s+|\S+")
_MOST_WORDS = 4_000
_LABELS: dict[str, terms.Labels] = {
    "achievement_type": terms.ACHIEVEMENT_TYPES,
    "assessment.methods": terms.ASSESSMENT_METHODS,
    "assessment.assessors": terms.ASSESSORS,
    "assessment.supervision": terms.SUPERVISION,
    "assessment.identity_check": terms.IDENTITY_CHECKS,
    "cycle": terms.CYCLES,
    "kind": terms.KINDS,
    "participation": terms.PARTICIPATION,
    "stackability": terms.STACKABILITY,
    "suite": terms.SUITES,
    "status": terms.STATUS_OPTIONS,
}


@dataclass(frozen=True)
class Piece:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """A field that says something else now."""

    path: str
    label: str
    before: str
    after: str

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, word by word."""
        old, new = _WORDS.findall(self.before), _WORDS.findall(self.after)
        if len(old) + len(new) > _MOST_WORDS:
            return [Piece(kind, text) for kind, text in (("gone", self.before), ("new", self.after)) if text]
        found: list[Piece] = []
        for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "equal":
                found.append(Piece("same", "".join(old[a:b])))
                continue
            found.extend(
                Piece(mark, text)
                for mark, text in (("gone", "".join(old[a:b])), ("new", "".join(new[c:d])))
                if text
            )
        return found


def differences(before: Definition, after: Definition) -> list[Difference]:
    """The fields whose values differ, in the order of the table of fields."""
    return [
        Difference(path, str(field.label), shown(before, path), shown(after, path))
        for path, field in FIELDS.items()
        if value_of(before, path) != value_of(after, path)
    ]


def shown(definition: Definition, path: str) -> str:
    """The value of a field as text, in the active language."""
    return _text(value_of(definition, path), _LABELS.get(path, {}))


def _text(value: Any, labels: terms.Labels) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return number_format(number(value))
    if isinstance(value, Expiry):
        return expiry_words(value)
    if isinstance(value, tuple):
        return "\n".join(_text(one, labels) for one in value)
    if is_dataclass(value):
        parts = (_text(getattr(value, one.name), {}) for one in fields(value) if one.name != "key")
        return " · ".join(part for part in parts if part)
    return terms.label(labels, str(value)) if value in labels else str(value)
