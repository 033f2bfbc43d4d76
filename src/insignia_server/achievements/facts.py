"""The framework fields in words: as criteria text that is signed, and for pages in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insignia_server.achievements import countries, fields, terms
from insignia_server.achievements.definition import Definition, Expiry, Translation
from insignia_server.achievements.fields import FIELDS, value_of
from insignia_server.kit.wording import listed

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<>#|~&=]")
_LIST_MARK: Final = re.compile(r"^(\d*)([-+.)])(?=\s|$|[-+])")
_TERMS: Final[dict[str, terms.Labels]] = {
    "assessment.methods": terms.ASSESSMENT_METHODS,
    "assessment.assessors": terms.ASSESSORS,
    "assessment.supervision": terms.SUPERVISION,
    "assessment.identity_check": terms.IDENTITY_CHECKS,
    "cycle": terms.CYCLES,
    "kind": terms.KINDS,
    "participation": terms.PARTICIPATION,
    "stackability": terms.STACKABILITY,
}
_ASSESSED: Final = (
    "assessment.methods",
    "assessment.assessors",
    "assessment.assessor_name",
    "assessment.supervision",
    "assessment.identity_check",
)
_ABOUT: Final = (
    "kind",
    "workload_hours",
    "ects",
    "eqf_level",
    "cycle",
    "participation",
    "country",
    "stackability",
    "stackability_note",
)


@dataclass(frozen=True)
class Fact:
    """One line: the field's path, its name and its value in the active language."""

    path: str
    label: str
    value: str


def assessment_facts(definition: Definition) -> list[Fact]:
    """How it was assessed and by whom: method, assessors, supervision, check of identity."""
    return _facts(definition, _ASSESSED)


def about_facts(definition: Definition) -> list[Fact]:
    """Workload, credits, level, form of participation, and so on."""
    return _facts(definition, _ABOUT)


def expiry_words(expiry: Expiry) -> str:
    """When a credential ends, as a phrase."""
    if expiry.kind == "date":
        return _("until %(date)s") % {"date": expiry.date}
    if expiry.kind == "period":
        parts = []
        if expiry.months:
            parts.append(ngettext("%d month", "%d months", expiry.months) % expiry.months)
        if expiry.days:
            parts.append(ngettext("%d day", "%d days", expiry.days) % expiry.days)
        return _("for %(period)s") % {"period": _(" and ").join(parts)}
    return _("without end")


def criteria_text(definition: Definition) -> str:
    """The Markdown of `criteria.narrative`: the criteria as written, then every framework field that has no
    property of its own, in the definition's language."""
    with translation.override(definition.in_language.partition("-")[0] or "en"):
        parts = [part for part in _parts(definition) if part]
    return "\n\n".join(parts)


def _parts(definition: Definition) -> Iterator[str]:
    yield definition.criteria.strip()
    if definition.learning_outcomes:
        yield _heading(fields.OUTCOMES)
        yield _list(definition.learning_outcomes)
    assessed = assessment_facts(definition)
    if assessed or definition.assessment.description.strip():
        yield _heading(fields.ASSESSED)
        yield _lines(assessed)
        yield definition.assessment.description.strip()
    about = about_facts(definition)
    if about:
        yield _heading(fields.ABOUT)
        yield _lines(about)
    for heading, text in (
        (fields.ENTRY, definition.entry_requirements.strip()),
        (fields.QUALITY, _quality(definition)),
        (fields.FURTHER, definition.further_information.strip()),
    ):
        if text:
            yield _heading(heading)
            yield text
    for one in definition.translations:
        yield from _translation(one)


def _quality(definition: Definition) -> str:
    url = definition.quality_assurance_url
    return "\n\n".join(
        part for part in (definition.quality_assurance.strip(), f"<{url}>" if url else "") if part
    )


def _translation(one: Translation) -> Iterator[str]:
    """Under a rule and the language's own name, so that a reader of another language finds where to begin."""
    yield f"---\n\n## {_escaped(terms.language_name(one.language))}: {_escaped(one.name)}"
    yield one.description.strip()
    yield one.criteria.strip()
    if one.learning_outcomes:
        yield _list(one.learning_outcomes)


def _facts(definition: Definition, paths: tuple[str, ...]) -> list[Fact]:
    found = []
    for path in paths:
        words = _words(path, value_of(definition, path))
        if words:
            found.append(Fact(path, str(FIELDS[path].label), words))
    return found


def _words(path: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, tuple):
        return listed(terms.label(_TERMS[path], one) for one in value)
    if path in _TERMS:
        return terms.label(_TERMS[path], value)
    if path == "workload_hours":
        return _("%(hours)s hours") % {"hours": number_format(number(value))}
    if path == "ects":
        return _("%(credits)s ECTS") % {"credits": number_format(number(value))}
    text = " ".join(str(value).split())
    return countries.in_words(text) if path == "country" else text


def number(value: float) -> str:
    """A number without needless zeros: 5, 2.5."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _heading(text: object) -> str:
    return f"## {text}"


def _list(values: tuple[str, ...]) -> str:
    return "\n".join(f"- {_escaped(' '.join(value.split()))}" for value in values)


def _lines(facts: list[Fact]) -> str:
    return "\n".join(f"- {fact.label}: {_escaped(fact.value)}" for fact in facts)


def _escaped(text: str) -> str:
    """Text of one line that Markdown shows as it is."""
    return _LIST_MARK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\g<0>", text))
