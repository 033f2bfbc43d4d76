"""The Open Badges 3.0 Achievement of a version, and the table of where fields go."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from insignia.credential import parse
from insignia.issuing import IssuerKey, issue
from insignia.jsonld import bundled_loader, check_terms
from insignia.keys import SecretKey
from insignia.resolver import OfflineResolver
from insignia.verification import verify
from insignia_server.achievements import document, facts, fields
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
    problems,
)
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.issuers.models import Issuer
from insignia_server.kit.markdown import render

ROOT = Path(__file__).resolve().parents[3]
NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
SKILL = Alignment(
    target_name="analyse data",
    target_url="https://example.org/skills/1",
    target_code="S1",
    target_framework="Skills of Nordhaven",
    target_type="CFItem",
    target_description="Looks closely.",
)
FULL = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the five modules.",
    criteria_url="https://nordhaven.example/data",
    image_alt="A compass",
    achievement_type="MicroCredential",
    field_of_study="Statistics",
    specialization="Charts",
    tags=("data", "charts"),
    human_code="DL-101",
    other_identifiers=(OtherIdentifier(identifier="978-3-16-148410-0", identifier_type="isbn"),),
    alignments=(SKILL,),
    results=(
        ResultDescription(
            key="grade",
            name="Grade",
            result_type="LetterGrade",
            allowed_values=("A", "B"),
            required_value="B",
            alignments=(SKILL,),
        ),
        ResultDescription(key="score", name="Score", result_type="RawScore", value_min="0", value_max="100"),
        ResultDescription(
            key="talk",
            name="Talk",
            result_type="RubricCriterionLevel",
            levels=(
                RubricLevel(key="good", name="Good", level="2", points="10", description="Clear"),
                RubricLevel(key="fair", name="Fair", alignments=(SKILL,)),
            ),
            required_level="fair",
        ),
    ),
    related=(Related(id="https://nordhaven.example/de.json", in_language="de", version="1"),),
    version="2026",
    creator=Creator(name="Data Guild", url="https://guild.example/", email="hello@guild.example"),
    translations=(
        Translation(
            language="de",
            name="Datenkompetenz",
            description="Liest Daten.",
            criteria="Fünf Module.",
            learning_outcomes=("Liest Tabellen",),
        ),
    ),
    workload_hours=80.0,
    ects=2.5,
    eqf_level=5,
    cycle="first",
    kind="knowledge",
    learning_outcomes=("Reads tables [critically]", "Draws charts"),
    participation="blended",
    assessment=Assessment(
        methods=("test", "portfolio"),
        description="Two hours; **60** of 100 to pass.",
        assessors=("issuer", "external"),
        assessor_name="Board of *Examiners*",
        supervision="onsite",
        identity_check="document",
    ),
    quality_assurance="Audited by NOKUT.",
    quality_assurance_url="https://nokut.example/",
    entry_requirements="Arithmetic.",
    stackability="stackable",
    stackability_note="Certificate in Statistics",
    country="Norway",
    further_information="Ask us.",
    expiry=Expiry(kind="period", months=36),
    evidence_required=True,
)


@pytest.fixture
def version(make_achievement: Callable[..., Achievement]) -> AchievementVersion:
    """A draft with every field."""
    assert problems(FULL, "eu-microcredential") == []
    assert problems(FULL, "1edtech-trusted-microcredential") == []
    found: AchievementVersion = make_achievement(FULL).versions.get()
    return found


def test_every_property_of_an_achievement(version: AchievementVersion, issuer: Issuer) -> None:
    found = document.achievement_document(version, issuer)
    address = f"https://badges.example.test/achievements/{version.achievement_id}/1"
    alignment = {
        "type": ["Alignment"],
        "targetName": "analyse data",
        "targetUrl": "https://example.org/skills/1",
        "targetDescription": "Looks closely.",
        "targetFramework": "Skills of Nordhaven",
        "targetCode": "S1",
        "targetType": "CFItem",
    }
    criteria = found.pop("criteria")
    assert criteria["id"] == "https://nordhaven.example/data"
    assert found == {
        "id": f"{address}.json",
        "type": ["Achievement"],
        "name": "Data Literacy",
        "description": "Reads, questions and shows data.",
        "achievementType": "MicroCredential",
        "image": {"id": f"{address}.png", "type": "Image", "caption": "A compass"},
        "creator": {
            "id": "https://guild.example/",
            "type": ["Profile"],
            "name": "Data Guild",
            "url": "https://guild.example/",
            "email": "hello@guild.example",
        },
        "creditsAvailable": 2.5,
        "fieldOfStudy": "Statistics",
        "specialization": "Charts",
        "humanCode": "DL-101",
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "978-3-16-148410-0", "identifierType": "isbn"}
        ],
        "inLanguage": "en",
        "version": "2026",
        "related": [
            {
                "id": "https://nordhaven.example/de.json",
                "type": ["Related"],
                "inLanguage": "de",
                "version": "1",
            }
        ],
        "alignment": [
            alignment,
            {
                "type": ["Alignment"],
                "targetName": "EQF level 5",
                "targetUrl": "http://data.europa.eu/snb/eqf/5",
                "targetFramework": "European Qualifications Framework",
                "targetCode": "5",
            },
        ],
        "resultDescription": [
            {
                "id": f"{address}.json#result-grade",
                "type": ["ResultDescription"],
                "name": "Grade",
                "resultType": "LetterGrade",
                "allowedValue": ["A", "B"],
                "requiredValue": "B",
                "alignment": [alignment],
            },
            {
                "id": f"{address}.json#result-score",
                "type": ["ResultDescription"],
                "name": "Score",
                "resultType": "RawScore",
                "valueMin": "0",
                "valueMax": "100",
            },
            {
                "id": f"{address}.json#result-talk",
                "type": ["ResultDescription"],
                "name": "Talk",
                "resultType": "RubricCriterionLevel",
                "requiredLevel": f"{address}.json#level-talk-fair",
                "rubricCriterionLevel": [
                    {
                        "id": f"{address}.json#level-talk-good",
                        "type": ["RubricCriterionLevel"],
                        "name": "Good",
                        "level": "2",
                        "points": "10",
                        "description": "Clear",
                    },
                    {
                        "id": f"{address}.json#level-talk-fair",
                        "type": ["RubricCriterionLevel"],
                        "name": "Fair",
                        "alignment": [alignment],
                    },
                ],
            },
        ],
        "tag": ["data", "charts"],
    }


def test_framework_fields_become_criteria_text() -> None:
    assert (
        facts.criteria_text(FULL)
        == """\
Finish the five modules.

## What the learner can do

- Reads tables \\[critically\\]
- Draws charts

## How it is assessed

- Method of assessment: Test or quiz, Portfolio
- Assessed by: Staff of the issuer, External examiners
- Name of the assessors: Board of \\*Examiners\\*
- Supervision: Supervised on site
- Check of identity: Identity document checked

Two hours; **60** of 100 to pass.

## About this achievement

- Kind of micro-credential: Knowledge: foundational knowledge, shown in a validated assessment
- Workload in hours: 80 hours
- ECTS credits: 2.5 ECTS
- EQF level: 5
- Cycle (QF-EHEA): First cycle (bachelor)
- Form of participation: Blended: online and on site
- Country or region of the issuer: Norway
- Stackability: Counts towards a larger credential
- What it counts towards: Certificate in Statistics

## Entry requirements

Arithmetic.

## Quality assurance

Audited by NOKUT.

<https://nokut.example/>

## Further information

Ask us.

---

## Deutsch: Datenkompetenz

Liest Daten.

Fünf Module.

- Liest Tabellen"""
    )


def test_a_translation_may_be_a_name_only() -> None:
    assert (
        facts.criteria_text(Definition(translations=(Translation(language="tlh", name="De'"),)))
        == "---\n\n## tlh: De'"
    )


def test_the_criteria_text_is_in_the_achievements_language_whoever_publishes() -> None:
    with translation.override("de"):
        assert "## How it is assessed" in facts.criteria_text(FULL)


def test_what_was_typed_cannot_become_markup() -> None:
    hostile = replace(
        Definition(),
        country="<b>x</b>\n# heading",
        assessment=Assessment(assessor_name="[a](javascript:x) `c` *d*"),
        learning_outcomes=("- one\n- two",),
    )
    text = facts.criteria_text(hostile)
    html = render(text)
    assert "<b>" not in html
    assert "javascript" not in html or "href" not in html
    assert "# heading" in text.replace("\\", "")
    assert html.count("<h4>") == 3  # ours only
    assert html.count("<li>") == 3


@given(st.lists(st.text("ab1.)-+*_#&<>[]()`~|=\\\"'!:/ \n", max_size=12), max_size=3))
def test_text_of_one_line_is_shown_as_it_was_typed(outcomes: list[str]) -> None:
    said = [" ".join(one.split()) for one in outcomes if one.strip()]
    page = render(facts.criteria_text(Definition(learning_outcomes=tuple(said))))
    items = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    assert [unescape(item) for item in items] == said


def test_an_empty_definition_has_neither_nulls_nor_empty_members(
    make_achievement: Callable[..., Achievement], issuer: Issuer
) -> None:
    """Standards: 'No nulls, no empty arrays'."""
    found = document.achievement_document(make_achievement(Definition()).versions.get(), issuer)
    assert set(found) == {"id", "type", "image", "creator", "inLanguage", "version"}
    assert found["creator"] == {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
    }
    assert "null" not in json.dumps(found)
    assert {problem.where for problem in document.check(found)} == {""}


@pytest.mark.parametrize(
    ("ects", "credits", "expected"), [(3.0, None, 3), (3.0, 12.5, 12.5), (None, 4.0, 4), (None, None, None)]
)
def test_credits_available(
    make_achievement: Callable[..., Achievement],
    issuer: Issuer,
    ects: float | None,
    credits: float | None,
    expected: float | None,
) -> None:
    version = make_achievement(Definition(ects=ects, credits_available=credits)).versions.get()
    found = document.achievement_document(version, issuer).get("creditsAvailable")
    assert found == expected
    assert type(found) is type(expected)


def test_the_version_before_is_related(version: AchievementVersion, issuer: Issuer) -> None:
    """Open Badges 3.0, Related: 'alternate language editions or previous versions'."""
    found = document.achievement_document(version, issuer, 3)
    assert found["id"].endswith("/3.json")
    assert found["related"][-1] == {
        "id": f"https://badges.example.test/achievements/{version.achievement_id}/2.json",
        "type": ["Related"],
        "version": "2",
    }


def credential(achievement: dict[str, Any]) -> dict[str, Any]:
    """An unsigned credential around an achievement."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:0193f0aa-71d2-7000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement["name"],
        "validFrom": "2026-11-25T12:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "achievement": achievement,
        },
    }


def test_a_credential_of_it_is_issued_and_verified(version: AchievementVersion, issuer: Issuer) -> None:
    """'published contexts only': nothing in it is undefined, and the library's own verifier passes it."""
    found = document.achievement_document(version, issuer)
    assert document.check(found) == []
    resolver = OfflineResolver()
    loader = bundled_loader(resolver)
    assert check_terms(credential(found), loader=loader) == []
    key = IssuerKey.from_secret(SecretKey.from_seed(bytes(range(32))))
    signed = issue(credential(found), key=key, suite="eddsa-rdfc-2022", created=NOW, loader=loader)
    report = verify(parse(signed), resolver=resolver, now=NOW)
    assert report.valid, report.failed()
    assert parse(signed).document["credentialSubject"]["achievement"] == found


def test_the_schema_is_a_second_net(version: AchievementVersion, issuer: Issuer) -> None:
    found = document.achievement_document(version, issuer) | {"achievementType": "Nonsense"}
    assert [problem.where for problem in document.check(found)] == ["/achievementType"]


def test_the_documented_table_is_the_one_in_the_code() -> None:
    with translation.override("en"):
        assert fields.table() in (ROOT / "docs" / "achievement-fields.md").read_text(encoding="utf-8")


def test_the_table_tells_the_truth(make_achievement: Callable[..., Achievement], issuer: Issuer) -> None:
    """Taking one field away changes the property that the table names, and no other."""
    before = document.achievement_document(make_achievement(FULL).versions.get(), issuer)
    for path, field in fields.FIELDS.items():
        outer, _dot, inner = path.partition(".")
        if inner:
            group = getattr(FULL, outer)
            changed = replace(FULL, **{outer: replace(group, **{inner: type(getattr(group, inner))()})})
        else:
            changed = replace(FULL, **{outer: getattr(Definition(), outer)})
        row = AchievementVersion(content=changed.to_json(), achievement_id=before["id"].split("/")[-2])
        after = document.achievement_document(row, issuer)
        touched = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        named = {field.goes.partition(".")[0]} - {""}
        if path == "ects" or path == "eqf_level":
            named.add("criteria")
        if path == "credits_available" or path == "in_language":
            named = set()  # FULL has ECTS only, and is in English
        assert touched == named, path


def test_expiry_in_words() -> None:
    assert facts.expiry_words(Expiry()) == "without end"
    assert facts.expiry_words(Expiry(kind="date", date="2027-01-01")) == "until 2027-01-01"
    assert facts.expiry_words(Expiry(kind="period", months=1, days=2)) == "for 1 month and 2 days"
    assert facts.expiry_words(Expiry(kind="period", days=1)) == "for 1 day"


def test_ids_of_results_and_levels() -> None:
    assert document.result_id("https://a/1.json", "grade") == "https://a/1.json#result-grade"
    assert document.level_id("https://a/1.json", "talk", "fair") == "https://a/1.json#level-talk-fair"
