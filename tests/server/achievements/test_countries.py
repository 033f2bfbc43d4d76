"""A country that is given as its code is shown as its name."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from insignia_server.achievements import countries
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.facts import about_facts, criteria_text


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("en", "NO", "Norway"),
        ("de", "NO", "Norwegen"),
        ("de-at", "NO", "Norwegen"),
        ("fr", "NO", "Norvège"),
        ("es", "NO", "Noruega"),
        ("ar", "NO, DE", "النرويج، ألمانيا"),
        ("nl", "NO", "Norway"),
        ("de", "NO, SE/DK", "Norwegen, Schweden, Dänemark"),
        ("de", "EU", "Europäische Union"),
        ("de", "Bayern, DE", "Bayern, DE"),
        ("de", "no", "no"),
        ("de", "QQ", "QQ"),
        ("de", "", ""),
    ],
)
def test_codes_are_shown_as_names_and_other_texts_as_they_are(language: str, text: str, shown: str) -> None:
    with override(language):
        assert countries.in_words(text) == shown


def test_facts_and_signed_criteria_have_the_name() -> None:
    definition = Definition(name="X", country="NO", in_language="de")
    with override("en"):
        assert [(one.path, one.value) for one in about_facts(definition)][-1] == ("country", "Norway")
    assert criteria_text(definition).endswith("Norwegen")
    assert definition.country == "NO"
