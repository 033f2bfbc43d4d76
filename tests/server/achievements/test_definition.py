"""Definitions as JSON, in several languages, and when their credentials end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Texts,
    Translation,
    texts,
)
from insignia_server.achievements.plain_json import MOST_CHARACTERS, MOST_ITEMS, storable
from insignia_server.kit.errors import Refusal, Refused

TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=30
)
WORDS = st.lists(TEXT, max_size=4).map(tuple)
AMOUNT = st.none() | st.floats(min_value=-1e8, max_value=1e8, allow_nan=False)
COUNT = st.none() | st.integers(min_value=-(10**8), max_value=10**8)


def some(cls: type, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any value of a dataclass; its texts are arbitrary, other fields are given."""
    fields = {
        field.name: known.get(field.name, TEXT)
        for field in dataclasses.fields(cls)
        if field.name not in ("_",)
    }
    return st.builds(cls, **fields)


ALIGNMENTS = st.lists(some(Alignment), max_size=2).map(tuple)
LEVELS = st.lists(some(RubricLevel, alignments=ALIGNMENTS), max_size=2).map(tuple)
DEFINITIONS = some(
    Definition,
    tags=WORDS,
    learning_outcomes=WORDS,
    other_identifiers=st.lists(some(OtherIdentifier), max_size=2).map(tuple),
    alignments=ALIGNMENTS,
    results=st.lists(
        some(ResultDescription, allowed_values=WORDS, levels=LEVELS, alignments=ALIGNMENTS), max_size=2
    ).map(tuple),
    credits_available=AMOUNT,
    workload_hours=AMOUNT,
    ects=AMOUNT,
    eqf_level=COUNT,
    related=st.lists(some(Related), max_size=2).map(tuple),
    creator=some(Creator),
    translations=st.lists(some(Translation, learning_outcomes=WORDS), max_size=2).map(tuple),
    assessment=some(Assessment, methods=WORDS, assessors=WORDS),
    expiry=some(Expiry, months=COUNT, days=COUNT),
    evidence_required=st.booleans(),
    name_in_credential=st.booleans(),
)


@given(DEFINITIONS)
def test_a_definition_comes_back_from_json_as_it_was(definition: Definition) -> None:
    written = json.loads(json.dumps(definition.to_json()))
    assert Definition.from_json(written) == definition


def test_what_is_empty_is_left_out() -> None:
    assert Definition().to_json() == {}
    assert Definition(name="A", expiry=Expiry(kind="period", months=3)).to_json() == {
        "name": "A",
        "expiry": {"kind": "period", "months": 3},
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([f.name for f in dataclasses.fields(Definition)]), JSON, max_size=4)
    | JSON
)
def test_any_json_is_read_or_refused_with_places(value: Any) -> None:
    refusals, definition = read(value)
    assert all(one.message and one.code in ("unknown", "type") for one in refusals)
    assert definition is None or Definition.from_json(definition.to_json()) == definition


def read(value: Any) -> tuple[list[Refusal], Definition | None]:
    """What is refused, or the definition."""
    try:
        return [], Definition.from_json(value)
    except Refused as refused:
        assert refused.refusals  # noqa: PT017
        return list(refused.refusals), None


def test_every_problem_of_the_json_is_told_at_once_with_its_path() -> None:
    with pytest.raises(Refused) as raised:
        Definition.from_json(
            {
                "name": 5,
                "nmae": "typo",
                "ects": "three",
                "eqf_level": 5.5,
                "evidence_required": "yes",
                "tags": "data",
                "learning_outcomes": ["fine", None],
                "results": [{"name": "Grade", "levels": [{"nam": "A"}]}],
                "creator": [],
                "workload_hours": True,
                "credits_available": float("inf"),
            }
        )
    assert {(one.field, one.code) for one in raised.value.refusals} == {
        ("name", "type"),
        ("nmae", "unknown"),
        ("ects", "type"),
        ("eqf_level", "type"),
        ("evidence_required", "type"),
        ("tags", "type"),
        ("learning_outcomes.1", "type"),
        ("results.0.levels.0.nam", "unknown"),
        ("creator", "type"),
        ("workload_hours", "type"),
        ("credits_available", "type"),
    }
    got = {one.field: one.got for one in raised.value.refusals}
    assert got["name"] == "5"
    assert got["ects"] == '"three"'


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x0b", "\x7f", "x" * (MOST_CHARACTERS + 1)])
def test_text_that_a_database_would_not_keep_is_refused(text: str) -> None:
    """PostgreSQL keeps neither U+0000 nor lone surrogates in jsonb."""
    assert not storable(text)
    with pytest.raises(Refused):
        Definition.from_json({"name": text})


def test_too_many_entries_are_refused() -> None:
    with pytest.raises(Refused) as raised:
        Definition.from_json({"tags": ["x"] * (MOST_ITEMS + 1)})
    assert raised.value.refusals[0].field == "tags"


def test_numbers_may_be_null_and_whole() -> None:
    definition = Definition.from_json({"ects": 3, "workload_hours": None, "eqf_level": None})
    assert (definition.ects, definition.workload_hours, definition.eqf_level) == (3.0, None, None)


AT = dt.datetime(2026, 1, 31, 9, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("expiry", "end"),
    [
        (Expiry(), None),
        (Expiry(kind="date", date="2027-12-31"), dt.datetime(2027, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        (Expiry(kind="period", months=1), dt.datetime(2026, 2, 28, 9, 30, tzinfo=dt.UTC)),
        (Expiry(kind="period", months=25), dt.datetime(2028, 2, 29, 9, 30, tzinfo=dt.UTC)),
        (Expiry(kind="period", months=11), dt.datetime(2026, 12, 31, 9, 30, tzinfo=dt.UTC)),
        (Expiry(kind="period", days=30), dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)),
        (Expiry(kind="period", months=1, days=1), dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)),
    ],
)
def test_when_a_credential_ends(expiry: Expiry, end: dt.datetime | None) -> None:
    assert expiry.until(AT) == end


def test_results_are_found_by_key() -> None:
    grade = ResultDescription(key="grade", name="Grade", result_type="LetterGrade")
    assert Definition(results=(grade,)).result("grade") == grade
    assert Definition(results=(grade,)).result("score") is None


MULTILINGUAL = Definition(
    name="Data Literacy",
    description="Reads data.",
    criteria="Do it.",
    in_language="en",
    learning_outcomes=("Reads",),
    translations=(
        Translation(language="de", name="Datenkompetenz", description="Liest Daten."),
        Translation(language="pt-BR", name="Dados"),
    ),
)


@pytest.mark.parametrize(
    ("languages", "language", "name"),
    [
        (["de"], "de", "Datenkompetenz"),
        (["de-AT"], "de", "Datenkompetenz"),
        (["fr", "de"], "de", "Datenkompetenz"),
        (["en-GB", "de"], "en", "Data Literacy"),
        (["pt"], "pt-BR", "Dados"),
        (["fr"], "en", "Data Literacy"),
        ([], "en", "Data Literacy"),
    ],
)
def test_texts_in_the_readers_language(languages: list[str], language: str, name: str) -> None:
    found = texts(MULTILINGUAL, languages)
    assert (found.language, found.name) == (language, name)


def test_what_a_translation_lacks_is_told_in_the_own_language() -> None:
    assert texts(MULTILINGUAL, ["de"]) == Texts("de", "Datenkompetenz", "Liest Daten.", "Do it.", ("Reads",))


def test_participation_alone_is_no_assessment() -> None:
    assert Assessment(methods=("none",)).by_participation
    assert not Assessment(methods=("none", "test")).by_participation
    assert not Assessment().by_participation
