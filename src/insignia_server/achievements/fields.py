"""The one table of fields: what each is called, where in the editor it stands, and where it goes in the
signed Achievement. docs/achievement-fields.md shows it; a test holds the two together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from insignia_server.achievements.definition import Definition

CRITERIA: Final = "criteria.narrative"

SECTIONS: Final[dict[str, str | Promise]] = {
    "basics": _("What it is"),
    "criteria": _("Criteria"),
    "assessment": _("Assessment"),
    "learning": _("Learning"),
    "alignments": _("Skills and standards"),
    "results": _("Results"),
    "languages": _("Languages"),
    "identifiers": _("Codes and editions"),
    "awarding": _("Awarding"),
}


@dataclass(frozen=True)
class Field:
    """One field. `goes` is the property of the Achievement, `criteria.narrative` where it becomes text under
    `heading`, or empty where it is a rule of awarding and not part of the Achievement."""

    path: str
    label: str | Promise
    section: str
    goes: str = ""
    heading: str | Promise = ""
    note: str = ""


ABOUT: Final = _("About this achievement")
ASSESSED: Final = _("How it is assessed")
OUTCOMES: Final = _("What the learner can do")
ENTRY: Final = _("Entry requirements")
QUALITY: Final = _("Quality assurance")
FURTHER: Final = _("Further information")

FIELDS: Final[dict[str, Field]] = {
    field.path: field
    for field in (
        Field("name", _("Name"), "basics", "name"),
        Field("description", _("Description"), "basics", "description"),
        Field("image_alt", _("Description of the picture"), "basics", "image.caption"),
        Field("achievement_type", _("Type"), "basics", "achievementType"),
        Field("field_of_study", _("Field of study"), "basics", "fieldOfStudy"),
        Field("specialization", _("Specialization"), "basics", "specialization"),
        Field("tags", _("Tags"), "basics", "tag"),
        Field("in_language", _("Language"), "basics", "inLanguage"),
        Field("criteria", _("Criteria"), "criteria", CRITERIA, note="first, as written"),
        Field("criteria_url", _("Address of the criteria"), "criteria", "criteria.id"),
        Field("assessment.methods", _("Method of assessment"), "assessment", CRITERIA, ASSESSED),
        Field("assessment.assessors", _("Assessed by"), "assessment", CRITERIA, ASSESSED),
        Field("assessment.assessor_name", _("Name of the assessors"), "assessment", CRITERIA, ASSESSED),
        Field("assessment.supervision", _("Supervision"), "assessment", CRITERIA, ASSESSED),
        Field("assessment.identity_check", _("Check of identity"), "assessment", CRITERIA, ASSESSED),
        Field("assessment.description", _("More about the assessment"), "assessment", CRITERIA, ASSESSED),
        Field("learning_outcomes", _("Learning outcomes"), "learning", CRITERIA, OUTCOMES),
        Field("workload_hours", _("Workload in hours"), "learning", CRITERIA, ABOUT),
        Field(
            "ects",
            _("ECTS credits"),
            "learning",
            "creditsAvailable",
            note="and text under 'About this achievement', because creditsAvailable has no unit",
        ),
        Field(
            "credits_available",
            _("Other credits"),
            "learning",
            "creditsAvailable",
            note="instead of the ECTS credits, where both are given",
        ),
        Field(
            "eqf_level",
            _("EQF level"),
            "learning",
            "alignment",
            note="to http://data.europa.eu/snb/eqf/<level>; and text under 'About this achievement'",
        ),
        Field("cycle", _("Cycle (QF-EHEA)"), "learning", CRITERIA, ABOUT),
        Field("kind", _("Kind of micro-credential"), "learning", CRITERIA, ABOUT),
        Field("participation", _("Form of participation"), "learning", CRITERIA, ABOUT),
        Field("country", _("Country or region of the issuer"), "learning", CRITERIA, ABOUT),
        Field("stackability", _("Stackability"), "learning", CRITERIA, ABOUT),
        Field("stackability_note", _("What it counts towards"), "learning", CRITERIA, ABOUT),
        Field("entry_requirements", _("Entry requirements"), "learning", CRITERIA, ENTRY),
        Field("quality_assurance", _("Quality assurance"), "learning", CRITERIA, QUALITY),
        Field("quality_assurance_url", _("Address about quality assurance"), "learning", CRITERIA, QUALITY),
        Field("further_information", _("Further information"), "learning", CRITERIA, FURTHER),
        Field("alignments", _("Alignments"), "alignments", "alignment"),
        Field("results", _("Results"), "results", "resultDescription"),
        Field(
            "translations", _("Translations"), "languages", CRITERIA, note="last, a heading for each language"
        ),
        Field("human_code", _("Code"), "identifiers", "humanCode"),
        Field(
            "version",
            _("Version"),
            "identifiers",
            "version",
            note="where it is empty, the number of the version",
        ),
        Field("other_identifiers", _("Other identifiers"), "identifiers", "otherIdentifier"),
        Field(
            "related",
            _("Related editions"),
            "identifiers",
            "related",
            note="the version before this one is added by itself",
        ),
        Field("creator", _("Creator"), "identifiers", "creator", note="where it is empty, the issuer"),
        Field("expiry", _("Expiry"), "awarding", note="validUntil of the credential"),
        Field("evidence_required", _("Evidence is required"), "awarding", note="evidence of the credential"),
        Field("suite", _("Kind of signature"), "awarding", note="proof of the credential"),
        Field(
            "status", _("Revocation and suspension"), "awarding", note="credentialStatus of the credential"
        ),
        Field(
            "name_in_credential",
            _("The learner's name in the credential"),
            "awarding",
            note="credentialSubject.identifier of the type name",
        ),
    )
}


def value_of(definition: Definition, path: str) -> Any:
    """What stands in a field, by its path."""
    found: Any = definition
    for name in path.split("."):
        found = found[int(name)] if isinstance(found, tuple) else getattr(found, name)
    return found


def is_filled(definition: Definition, path: str) -> bool:
    """Whether something was said. Of a path such as `criteria|criteria_url` one of the two is enough."""
    values = (value_of(definition, one) for one in path.split("|"))
    return any(value.strip() if isinstance(value, str) else value not in (None, ()) for value in values)


def label_of(path: str) -> str:
    """The name of a field in the active language, of the outermost known part of a longer path."""
    first = path.split("|", maxsplit=1)[0]
    while first not in FIELDS and "." in first:
        first = first.rpartition(".")[0]
    return str(FIELDS[first].label) if first in FIELDS else first


def section_of(path: str) -> str:
    """The section of the editor where a field stands."""
    first = path.split("|", maxsplit=1)[0]
    while first not in FIELDS and "." in first:
        first = first.rpartition(".")[0]
    return (
        FIELDS[first].section
        if first in FIELDS
        else "identifiers"
        if first.startswith("creator")
        else "basics"
    )


def table() -> str:
    """The table of docs/achievement-fields.md, in English."""
    lines = ["| field | goes to | as text under the heading | note |", "|---|---|---|---|"]
    for field in FIELDS.values():
        goes = f"`{field.goes}`" if field.goes else "not in the Achievement"
        lines.append(f"| `{field.path}` | {goes} | {field.heading} | {field.note} |")
    return "\n".join(lines)
