"""What a badge page says of an achievement and a learner, before and after it is signed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from insignia_server.achievements.definition import Definition, Texts, texts
from insignia_server.achievements.facts import Fact, about_facts, assessment_facts
from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding import evidence as evidence_files
from insignia_server.kit.markdown import render as markdown
from insignia_server.organisations.domains import held
from insignia_server.organisations.models import Domain


@dataclass(frozen=True)
class Skill:
    """An alignment, as a link where it has an address."""

    name: str
    url: str
    framework: str


@dataclass(frozen=True)
class Said:
    """The parts of a badge page that kit/parts/badge_page.html shows."""

    texts: Texts
    criteria: str  # clean HTML
    criteria_url: str
    skills: Sequence[Skill]
    tags: Sequence[str]
    about: Sequence[Fact]
    assessment: Sequence[Fact]
    results: Sequence[tuple[str, str]]
    evidence: Sequence[Mapping[str, Any]]
    narrative: str  # clean HTML


def languages() -> list[str]:
    """The reader's language first."""
    return [get_language() or "en"]


def proved_domains(organisation: uuid.UUID) -> list[str]:
    """The domains that an organisation has proved. In its scope."""
    rows = Domain.objects.filter(held(), organisation_id=organisation).order_by("name")
    return [name.encode().decode("idna") for name in rows.values_list("name", flat=True)]


def say(version: AchievementVersion, document: Mapping[str, Any]) -> Said:
    """From the version and the credential, signed or not. In a scope or a crossing."""
    definition = Definition.from_json(version.content)
    subject = document.get("credentialSubject") or {}
    words = texts(definition, languages())
    return Said(
        texts=words,
        criteria=markdown(words.criteria),
        criteria_url=link(definition.criteria_url),
        skills=skills(definition),
        tags=definition.tags,
        about=about_facts(definition),
        assessment=assessment_facts(definition),
        results=results(subject, version.document or {}),
        evidence=evidence_of(document),
        narrative=markdown(str(subject.get("narrative") or "")),
    )


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def skills(definition: Definition) -> list[Skill]:
    """The alignments."""
    return [
        Skill(one.target_name, link(one.target_url), one.target_framework) for one in definition.alignments
    ]


def link(address: Any) -> str:
    """The address if it leads to a page of the web, otherwise an empty text: no `javascript:`, no `data:`."""
    try:
        parts = urlsplit(str(address))
    except ValueError:
        return ""
    return str(address) if parts.scheme in ("http", "https") and parts.hostname else ""


def evidence_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The evidence that was signed; `id` is left out where it is no link to follow. `file` tells kind and
    size of a file that lies here. In a scope or a crossing."""
    found = [one for one in _many(document.get("evidence")) if isinstance(one, Mapping)]
    files = evidence_files.files_of([str(one.get("id", "")) for one in found])
    told = {url: evidence_files.told(row) for url, row in files.items()}
    return [
        {
            **one,
            "id": link(one.get("id", "")),
            "file": told.get(str(one.get("id", "")), ""),
            "narrative": markdown(str(one.get("narrative") or "")),
        }
        for one in found
    ]


def results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of what was measured and what was reached, from what was signed."""
    described = {one.get("id"): one for one in _many(achievement.get("resultDescription"))}
    found = []
    for one in _many(subject.get("result")):
        about = described.get(one.get("resultDescription"), {})
        levels = {level.get("id"): level.get("name") for level in _many(about.get("rubricCriterionLevel"))}
        level = levels.get(one.get("achievedLevel"))
        value = str(one.get("value") or level or one.get("status") or "")
        most = about.get("valueMax")
        if value and most and one.get("value"):
            value = _("{value} of {most}").format(value=value, most=most)
        found.append((str(about.get("name") or _("Result")), value))
    return found
