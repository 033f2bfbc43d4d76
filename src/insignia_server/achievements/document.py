"""The Open Badges 3.0 Achievement of a version: what goes into credentials and is served at its address.

Published contexts only: what has no property of its own becomes criteria text (fields.py is the table).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from insignia import schema
from insignia.credential import Kind
from insignia.errors import Problem
from insignia_server.achievements.definition import (
    Alignment,
    Creator,
    Definition,
    ResultDescription,
    RubricLevel,
)
from insignia_server.achievements.facts import criteria_text
from insignia_server.achievements.models import AchievementVersion
from insignia_server.issuers.models import Issuer

EQF: Final = "http://data.europa.eu/snb/eqf/"
_CONTEXTS: Final = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


def achievement_address(version: AchievementVersion, issuer: Issuer, number: int | None = None) -> str:
    """`{base}/achievements/<uuid>/<number>`: with `.json` the id of the Achievement, with `.png` its picture.

    A draft has no number yet; it is shown with the one that it will get.
    """
    number = version.number or number or 1
    return f"{issuer.base_url}/achievements/{version.achievement_id}/{number}"


def achievement_document(
    version: AchievementVersion, issuer: Issuer, number: int | None = None
) -> dict[str, Any]:
    """The Achievement as JSON: nothing empty, arrays wherever more than one may stand."""
    definition = Definition.from_json(version.content)
    number = version.number or number or 1
    address = achievement_address(version, issuer, number)
    identifier = f"{address}.json"
    document: dict[str, Any] = {
        "id": identifier,
        "type": ["Achievement"],
        "name": definition.name,
        "description": definition.description,
        "achievementType": definition.achievement_type,
        "criteria": _filled({"id": definition.criteria_url, "narrative": criteria_text(definition)}),
        "image": _filled({"id": f"{address}.png", "type": "Image", "caption": definition.image_alt}),
        "creator": _creator(definition.creator, issuer),
        "creditsAvailable": _number(definition.credits_available or definition.ects),
        "fieldOfStudy": definition.field_of_study,
        "specialization": definition.specialization,
        "humanCode": definition.human_code,
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": one.identifier, "identifierType": one.identifier_type}
            for one in definition.other_identifiers
        ],
        "inLanguage": definition.in_language,
        "version": definition.version or str(number),
        "related": _related(definition, version, issuer, number),
        "alignment": [_alignment(one) for one in definition.alignments] + _eqf(definition),
        "resultDescription": [result_description(one, identifier) for one in definition.results],
        "tag": list(definition.tags),
    }
    return _filled(document)


def result_id(achievement_id: str, key: str) -> str:
    """The id of a result description, from the Achievement's id and the result's key."""
    return f"{achievement_id}#result-{key}"


def level_id(achievement_id: str, key: str, level: str) -> str:
    """The id of a rubric level, from the Achievement's id, the result's key and the level's key."""
    return f"{achievement_id}#level-{key}-{level}"


def result_description(one: ResultDescription, achievement_id: str) -> dict[str, Any]:
    """A ResultDescription as JSON."""
    return _filled(
        {
            "id": result_id(achievement_id, one.key),
            "type": ["ResultDescription"],
            "name": one.name,
            "resultType": one.result_type,
            "allowedValue": list(one.allowed_values),
            "requiredValue": one.required_value,
            "requiredLevel": level_id(achievement_id, one.key, one.required_level)
            if one.required_level
            else "",
            "valueMin": one.value_min,
            "valueMax": one.value_max,
            "rubricCriterionLevel": [_level(level, one.key, achievement_id) for level in one.levels],
            "alignment": [_alignment(alignment) for alignment in one.alignments],
        }
    )


def check(document: Mapping[str, Any]) -> list[Problem]:
    """What the schema of Open Badges 3.0 says about an Achievement; `where` points into it."""
    inside = "/credentialSubject/achievement"
    credential = {
        "@context": _CONTEXTS,
        "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "-",
        "issuer": {"id": "https://example.org/", "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://example.org/",
            "type": ["AchievementSubject"],
            "achievement": dict(document),
        },
    }
    found = schema.check(credential, Kind.ACHIEVEMENT)
    return [Problem(one.where.removeprefix(inside), one.expected, one.got, one.code) for one in found]


def _level(one: RubricLevel, result: str, achievement_id: str) -> dict[str, Any]:
    return _filled(
        {
            "id": level_id(achievement_id, result, one.key),
            "type": ["RubricCriterionLevel"],
            "name": one.name,
            "level": one.level,
            "points": one.points,
            "description": one.description,
            "alignment": [_alignment(alignment) for alignment in one.alignments],
        }
    )


def _alignment(one: Alignment) -> dict[str, Any]:
    return _filled(
        {
            "type": ["Alignment"],
            "targetName": one.target_name,
            "targetUrl": one.target_url,
            "targetDescription": one.target_description,
            "targetFramework": one.target_framework,
            "targetCode": one.target_code,
            "targetType": one.target_type,
        }
    )


def _eqf(definition: Definition) -> list[dict[str, Any]]:
    level = definition.eqf_level
    if level is None:
        return []
    return [
        {
            "type": ["Alignment"],
            "targetName": f"EQF level {level}",
            "targetUrl": f"{EQF}{level}",
            "targetFramework": "European Qualifications Framework",
            "targetCode": str(level),
        }
    ]


def _creator(creator: Creator, issuer: Issuer) -> dict[str, Any]:
    if creator.name:
        found = {
            "id": creator.url,
            "type": ["Profile"],
            "name": creator.name,
            "url": creator.url,
            "email": creator.email,
        }
    else:
        found = {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.url}
    return _filled(found)


def _related(
    definition: Definition, version: AchievementVersion, issuer: Issuer, number: int
) -> list[dict[str, Any]]:
    found = [
        _filled({"id": one.id, "type": ["Related"], "inLanguage": one.in_language, "version": one.version})
        for one in definition.related
    ]
    if number > 1:
        before = f"{issuer.base_url}/achievements/{version.achievement_id}/{number - 1}.json"
        found.append({"id": before, "type": ["Related"], "version": str(number - 1)})
    return found


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """Open Badges 3.0: no nulls, no empty strings, no empty arrays."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}
