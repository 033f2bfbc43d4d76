"""Achievements of an organisation, and their pages."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from insignia_server.achievements import services
from insignia_server.achievements.definition import (
    Alignment,
    Assessment,
    Creator,
    Definition,
    Expiry,
    OtherIdentifier,
    Related,
    ResultDescription,
    RubricLevel,
    Translation,
)
from insignia_server.achievements.models import Achievement
from insignia_server.kit import scopes

COMPLETE = Definition(
    name="Data Literacy",
    description="Reads data.",
    criteria="Five modules.",
    assessment=Assessment(
        methods=("portfolio",), assessors=("issuer",), supervision="onsite", identity_check="document"
    ),
)
SKILL = Alignment(target_name="analyse data", target_url="https://example.org/skills/1", target_code="S1")
FULL = replace(
    COMPLETE,
    criteria_url="https://n.example/c",
    image_alt="A compass",
    achievement_type="ext:Workshop",
    field_of_study="Statistics",
    tags=("data", "charts"),
    human_code="DL-1",
    other_identifiers=(OtherIdentifier(identifier="1", identifier_type="isbn"),),
    alignments=(SKILL, replace(SKILL, target_type="ext:Own", target_description="Two\nlines")),
    results=(
        ResultDescription(key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B")),
        ResultDescription(
            key="talk",
            name="Talk",
            result_type="RubricCriterionLevel",
            levels=(
                RubricLevel(key="good", name="Good", alignments=(SKILL,)),
                RubricLevel(key="fair", name="Fair"),
            ),
            required_level="fair",
            alignments=(SKILL,),
        ),
    ),
    credits_available=1.5,
    ects=2.5,
    workload_hours=80.0,
    eqf_level=5,
    related=(Related(id="https://n.example/1.json", in_language="de", version="1"),),
    version="2026",
    creator=Creator(name="Guild", url="https://g.example", email="a@g.example"),
    translations=(
        Translation(language="de", name="Datenkompetenz", learning_outcomes=("Liest", "Zeichnet")),
    ),
    learning_outcomes=("Reads, and draws", "Asks"),
    participation="blended",
    kind="knowledge",
    country="Norway",
    stackability="stackable",
    expiry=Expiry(kind="period", months=36, days=1),
    evidence_required=True,
    suite="ecdsa-rdfc-2019",
    status="message",
    name_in_credential=False,
)


def address(name: str, row: Achievement | None = None, organisation: str = "nordhaven") -> str:
    arguments: dict[str, Any] = {"organisation": organisation}
    if row is not None:
        arguments["achievement"] = row.pk
    return reverse(f"console:achievements:{name}", kwargs=arguments)


def newest(row: Achievement) -> Definition:
    with scopes.organisation(row.organisation_id):
        return services.newest(row).definition


def target(answer: Any) -> str:
    """Where an answer leads."""
    assert answer.status_code == 302
    found: str = answer["Location"]
    return found


FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>(?:(.*?)</\1>)?", re.DOTALL)


def fields_of(content: str) -> dict[str, list[str]]:
    """What a browser without JavaScript would post of the editor's form, without its buttons."""
    start = content.index('id="editor"')
    body = content[start : content.index("</form>", start)]
    stamp = re.search(r'<input type="hidden" name="stamp" value="([^"]*)"', content)
    assert stamp
    found: dict[str, list[str]] = {"stamp": [stamp[1]]}
    for kind, attributes, inner in FIELD.findall(body):
        name = re.search(r'\bname="([^"]*)"', attributes)
        if name is None:
            continue
        value = re.search(r'\bvalue="([^"]*)"', attributes)
        if kind == "select":
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', inner)
            first = re.search(r'<option value="([^"]*)"', inner)
            assert first
            found.setdefault(name[1], []).append(html.unescape((chosen or first)[1]))
        elif kind == "textarea":
            found.setdefault(name[1], []).append(html.unescape(inner).removeprefix("\n"))
        elif 'type="checkbox"' in attributes or 'type="radio"' in attributes:
            if re.search(r"\bchecked\b", attributes):
                found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "on")
        else:
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


def editor(page: Client, row: Achievement, query: str = "") -> dict[str, list[str]]:
    answer = page.get(address("edit", row) + query)
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def post(page: Client, row: Achievement, posted: dict[str, Any], act: str = "save") -> Any:
    return page.post(address("edit", row), posted | {"act": act})


# Pictures


def upload(name: str = "badge.png", content: bytes | None = None) -> SimpleUploadedFile:
    if content is None:
        out = io.BytesIO()
        Image.new("RGB", (64, 64), "navy").save(out, "PNG")
        content = out.getvalue()
    return SimpleUploadedFile(name, content, "image/png")
