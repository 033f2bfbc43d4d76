"""What is wrong with a definition, all at once and with paths; what is missing, by framework."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.achievements import checks, frameworks
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
from insignia_server.achievements.fields import FIELDS, SECTIONS, label_of, section_of, value_of
from insignia_server.achievements.frameworks import FRAMEWORKS, completeness, framework_of

SKILL = Alignment(target_name="analyse data", target_url="https://example.org/skills/1")
SCORE = ResultDescription(key="score", name="Score", result_type="RawScore", value_min="0", value_max="100")
LEVEL = RubricLevel(key="good", name="Good")
RUBRIC = ResultDescription(key="r", name="Rubric", result_type="RubricCriterionLevel", levels=(LEVEL,))


def codes(definition: Definition) -> set[tuple[str, str]]:
    """The places and codes of the faults."""
    return {(one.field, one.code) for one in checks.faults(definition)}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, set()),
        ({"name": "x" * 301}, {("name", "length")}),
        ({"name": "a\nb"}, {("name", "length")}),
        ({"name": "   "}, {("name", "required")}),
        ({"description": " \n "}, {("description", "required")}),
        ({"criteria": "x" * 30_001}, {("criteria", "length")}),
        ({"achievement_type": "Badge"}, set()),
        ({"achievement_type": "ext:Workshop"}, set()),
        ({"achievement_type": "ext:"}, {("achievement_type", "term")}),
        ({"achievement_type": "Baccalaureate"}, {("achievement_type", "term")}),
        ({"tags": ("a", "A ")}, {("tags", "duplicate")}),
        ({"tags": ("", "x" * 101)}, {("tags.0", "length"), ("tags.1", "length")}),
        ({"tags": tuple(map(str, range(51)))}, {("tags", "length")}),
        ({"learning_outcomes": ("x" * 1001,)}, {("learning_outcomes.0", "length")}),
        ({"criteria_url": "https://example.org/ä?q=1"}, set()),
        ({"criteria_url": "example.org"}, {("criteria_url", "url")}),
        ({"criteria_url": "javascript:alert(1)"}, {("criteria_url", "url")}),
        ({"criteria_url": "https://exa mple.org"}, {("criteria_url", "url")}),
        ({"criteria_url": "https://[::1"}, {("criteria_url", "url")}),
        ({"criteria_url": "https://"}, {("criteria_url", "url")}),
        ({"quality_assurance_url": "ftp://x.example"}, {("quality_assurance_url", "url")}),
        ({"ects": 0.0}, {("ects", "range")}),
        ({"ects": 2.5}, set()),
        ({"workload_hours": -1.0}, {("workload_hours", "range")}),
        ({"credits_available": 10_001.0}, {("credits_available", "range")}),
        ({"eqf_level": 9}, {("eqf_level", "range")}),
        ({"eqf_level": 8}, set()),
        ({"cycle": "fourth"}, {("cycle", "term")}),
        ({"kind": "wisdom"}, {("kind", "term")}),
        ({"participation": "telepathy"}, {("participation", "term")}),
        ({"suite": ""}, {("suite", "term")}),
        ({"status": "refresh"}, {("status", "term")}),
        ({"in_language": "english"}, {("in_language", "language")}),
        ({"in_language": "pt-BR"}, set()),
        ({"in_language": "EN"}, {("in_language", "language")}),
    ],
)
def test_faults_of_single_fields(fields: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert codes(replace(Definition(), **fields)) == expected


@pytest.mark.parametrize(
    ("assessment", "expected"),
    [
        (Assessment(methods=("test", "osmosis")), {("assessment.methods", "term")}),
        (Assessment(assessors=("aunt",)), {("assessment.assessors", "term")}),
        (Assessment(methods=("none", "test")), {("assessment.methods", "order")}),
        (Assessment(methods=("none",)), set()),
        (Assessment(supervision="drone"), {("assessment.supervision", "term")}),
        (Assessment(identity_check="smile"), {("assessment.identity_check", "term")}),
    ],
)
def test_faults_of_the_assessment(assessment: Assessment, expected: set[tuple[str, str]]) -> None:
    assert codes(Definition(assessment=assessment)) == expected


def test_a_trusted_microcredential_is_assessed() -> None:
    definition = Definition(kind="knowledge", assessment=Assessment(methods=("none",)))
    assert codes(definition) == {("assessment.methods", "order")}


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [
        (SKILL, set()),
        (replace(SKILL, target_url="urn:uuid:5e6b9ab6-7f2e-4a0a-8d6f-3f1e3f0c5a11"), set()),
        (Alignment(), {("alignments.0.target_name", "required"), ("alignments.0.target_url", "required")}),
        (replace(SKILL, target_url="skill 1"), {("alignments.0.target_url", "url")}),
        (replace(SKILL, target_type="Skill"), {("alignments.0.target_type", "term")}),
        (replace(SKILL, target_type="ext:Skill"), set()),
    ],
)
def test_faults_of_alignments(alignment: Alignment, expected: set[tuple[str, str]]) -> None:
    assert codes(Definition(alignments=(alignment,))) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((SCORE, RUBRIC), set()),
        ((SCORE, SCORE), {("results", "duplicate")}),
        (
            (ResultDescription(),),
            {("results.0.key", "term"), ("results.0.name", "required"), ("results.0.result_type", "term")},
        ),
        ((replace(SCORE, result_type="Feeling"),), {("results.0.result_type", "term")}),
        ((replace(SCORE, result_type="ext:Feeling"),), set()),
        ((replace(SCORE, value_min="ten"),), {("results.0.value_min", "number")}),
        ((replace(SCORE, value_max="0"),), {("results.0.value_max", "order")}),
        ((replace(SCORE, required_value="101"),), {("results.0.required_value", "range")}),
        ((replace(SCORE, required_value="60,5"),), set()),
        ((replace(SCORE, value_min="", value_max="", required_value="-4"),), set()),
        (
            (ResultDescription(key="g", name="Grade", result_type="LetterGrade", allowed_values=("A", "B"),
                               required_value="C"),),
            {("results.0.required_value", "reference")},
        ),
        ((replace(SCORE, allowed_values=("1", "1")),), {("results.0.allowed_values", "duplicate")}),
        ((replace(RUBRIC, levels=()),), {("results.0.levels", "required")}),
        ((replace(RUBRIC, levels=(LEVEL, LEVEL)),), {("results.0.levels", "duplicate")}),
        (
            (replace(RUBRIC, levels=(RubricLevel(),)),),
            {("results.0.levels.0.key", "term"), ("results.0.levels.0.name", "required")},
        ),
        ((replace(RUBRIC, required_level="bad"),), {("results.0.required_level", "reference")}),
        ((replace(RUBRIC, required_level="good"),), set()),
        (
            (replace(RUBRIC, alignments=(Alignment(target_url="https://x.example"),)),),
            {("results.0.alignments.0.target_name", "required")},
        ),
        (
            (replace(RUBRIC, levels=(replace(LEVEL, alignments=(replace(SKILL, target_url="b c"),)),)),),
            {("results.0.levels.0.alignments.0.target_url", "url")},
        ),
    ],
)  # fmt: skip
def test_faults_of_results(results: tuple[ResultDescription, ...], expected: set[tuple[str, str]]) -> None:
    assert codes(Definition(results=results)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"expiry": Expiry(kind="sometime")}, {("expiry.kind", "term")}),
        ({"expiry": Expiry(kind="date")}, {("expiry.date", "date")}),
        ({"expiry": Expiry(kind="date", date="31.12.2027")}, {("expiry.date", "date")}),
        ({"expiry": Expiry(kind="date", date="2027-12-31")}, set()),
        ({"expiry": Expiry(kind="period")}, {("expiry.months", "range")}),
        ({"expiry": Expiry(kind="period", months=1201)}, {("expiry.months", "range")}),
        ({"expiry": Expiry(kind="period", months=-1, days=5)}, {("expiry.months", "range")}),
        ({"expiry": Expiry(kind="period", days=36_600)}, set()),
        ({"other_identifiers": (OtherIdentifier(identifier="1", identifier_type="isbn"),)}, set()),
        ({"other_identifiers": (OtherIdentifier(identifier="1", identifier_type="ext:CTID"),)}, set()),
        (
            {"other_identifiers": (OtherIdentifier(),)},
            {("other_identifiers.0.identifier", "required"), ("other_identifiers.0.identifier_type", "term")},
        ),
        ({"related": (Related(id="https://example.org/1.json", in_language="de"),)}, set()),
        (
            {"related": (Related(id="1", in_language="de_DE"),)},
            {("related.0.id", "url"), ("related.0.in_language", "language")},
        ),
        ({"creator": Creator(name="A", url="https://a.example", email="a@a.example")}, set()),
        ({"creator": Creator(name="A")}, {("creator.url", "required")}),
        ({"creator": Creator(url="https://a.example")}, {("creator.name", "required")}),
        (
            {"creator": Creator(name="A", url="a.example", email="a@")},
            {("creator.url", "url"), ("creator.email", "email")},
        ),
        ({"translations": (Translation(language="de", name="D"),)}, set()),
        (
            {"translations": (Translation(language="en", name="E"),)},
            {("translations.0.language", "duplicate")},
        ),
        (
            {"translations": (Translation(),)},
            {("translations.0.language", "required"), ("translations.0.name", "required")},
        ),
        (
            {"translations": (Translation(language="d", name="x" * 301, criteria="y" * 30_001),)},
            {
                ("translations.0.language", "language"),
                ("translations.0.name", "length"),
                ("translations.0.criteria", "length"),
            },
        ),
        (
            {"translations": (Translation(language="de", name="D", learning_outcomes=("a", "a")),)},
            {("translations.0.learning_outcomes", "duplicate")},
        ),
    ],
)
def test_faults_of_rows_and_rules(fields: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert codes(replace(Definition(), **fields)) == expected


WORDS = st.sampled_from(
    ["", " ", "x", "none", "test", "https://a.example", "10", "2026-01-01", "grade", "de", "ü\n"]
)


@given(st.data())
def test_no_definition_makes_the_checks_stumble(data: st.DataObject) -> None:
    names = [field.name for field in dataclasses.fields(Definition) if field.type == "str"]
    drawn: dict[str, Any] = {name: data.draw(WORDS) for name in names}
    definition = Definition(**drawn)
    for framework in ("", *FRAMEWORKS):
        for refusal in problems(definition, framework):
            assert refusal.message
            assert section_of(refusal.field) in SECTIONS


def missing(definition: Definition, framework: str) -> list[str]:
    return [gap.path for gap in completeness(definition, framework).missing]


def test_every_template_asks_how_it_is_assessed() -> None:
    """Issue 3: 'How it is assessed (method, by whom, supervision, check of the learner's identity) is part of
    every achievement'."""
    asked = {
        "assessment.methods",
        "assessment.assessors",
        "assessment.supervision",
        "assessment.identity_check",
    }
    for name in FRAMEWORKS:
        assert asked <= set(missing(Definition(), name)), name


def test_participation_needs_no_assessors() -> None:
    took_part = Definition(assessment=Assessment(methods=("none",)))
    assert not [path for path in missing(took_part, "plain") if path.startswith("assessment")]


def test_mandatory_elements_of_the_council_recommendation() -> None:
    """2022/C 243/02, annex I, 'mandatory elements': country or region of the issuer, learning outcomes,
    notional workload, type of assessment, form of participation, type of quality assurance. Learner, title,
    awarding body and date are part of every credential."""
    assert {
        "country",
        "learning_outcomes",
        "ects",
        "participation",
        "quality_assurance",
        "assessment.methods",
    } <= set(missing(Definition(), "eu-microcredential"))
    optional = {gap.path for gap in completeness(Definition(), "eu-microcredential").advised}
    assert {"eqf_level", "entry_requirements", "results", "stackability", "further_information"} <= optional


def test_the_workload_may_be_told_in_hours() -> None:
    assert "ects" not in missing(Definition(workload_hours=80.0), "eu-microcredential")


def test_an_application_microcredential_shows_its_evidence() -> None:
    knowledge, application = Definition(kind="knowledge"), Definition(kind="application")
    name = "1edtech-trusted-microcredential"
    assert "evidence_required" not in missing(knowledge, name)
    assert "evidence_required" in missing(application, name)
    assert "evidence_required" not in missing(replace(application, evidence_required=True), name)


def test_completeness_counts_what_is_required(complete: Definition) -> None:
    nothing, all_there = completeness(Definition(in_language="")), completeness(complete)
    assert (nothing.percent, nothing.filled) == (0, 0)
    assert (all_there.percent, all_there.missing) == (100, ())
    half = completeness(Definition(name="Half", description="There"))
    assert (half.filled, half.required, half.percent) == (3, 8, 37)
    assert half.missing[0].label == "Criteria"
    assert half.missing[0].why


def test_criteria_may_be_an_address_only(complete: Definition) -> None:
    assert not problems(replace(complete, criteria="", criteria_url="https://example.org/criteria"))
    assert [one.field for one in problems(replace(complete, criteria=""))] == ["criteria"]


def test_problems_are_faults_and_gaps_together(complete: Definition) -> None:
    assert problems(complete) == []
    found = problems(replace(complete, description="", criteria_url="x"))
    assert {(one.field, one.code) for one in found} == {("criteria_url", "url"), ("description", "required")}


def test_frameworks_name_fields_that_exist() -> None:
    for framework in FRAMEWORKS.values():
        for path in framework.fields:
            for one in path.split("|"):
                value_of(Definition(), one)
                assert label_of(one) != one, one
    assert framework_of("") is FRAMEWORKS["plain"]
    with pytest.raises(KeyError):
        framework_of("none")


def test_every_field_of_a_definition_is_in_the_table() -> None:
    known = {path.partition(".")[0] for path in FIELDS}
    assert {field.name for field in dataclasses.fields(Definition)} == known


def test_a_place_that_no_table_knows_is_named_as_it_is() -> None:
    assert label_of("results.0.levels.1.name") == "Results"
    assert label_of("elsewhere") == "elsewhere"
    assert section_of("creator.email") == "identifiers"
    assert section_of("elsewhere.1") == "basics"


def test_messages_come_in_the_readers_language() -> None:
    with translation.override("de"):
        assert frameworks.missing(Definition(), "plain")[0].message
