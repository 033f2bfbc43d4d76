"""Nobody reads a code of the log: every one that is written anywhere has words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

import insignia_server
from insignia_server.audit import words
from insignia_server.issuers import keylog

ROOT = Path(insignia_server.__file__).parent
KEY_EVENTS = {getattr(keylog, name) for name in ("CREATED", "ROTATED", "COMPROMISED")}
# Codes that are put together when they are written; a new place of this kind must be named here.
PUT_TOGETHER = {
    ("awarding/changes.py", "f'award.{act}'"): {"award.revoke", "award.suspend", "award.reinstate"},
    ("issuers/signing.py", "f'key.{event}'"): {f"key.{event}" for event in KEY_EVENTS},
    ("organisations/operator.py", "action"): {
        *("organisation.approve", "organisation.suspend", "organisation.resume"),
    },
}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `audit.record` (by whatever name) in the server."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and {"by", "action"} <= {one.arg for one in node.keywords}:
                yield path.relative_to(ROOT).as_posix(), node


def codes(where: str, value: ast.expr) -> set[str]:
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.IfExp):
        return codes(where, value.body) | codes(where, value.orelse)
    return PUT_TOGETHER[where, ast.unparse(value)]


def written() -> set[str]:
    found: set[str] = set()
    for where, call in calls():
        action = next(one.value for one in call.keywords if one.arg == "action")
        found |= codes(where, action)
    return found


def test_every_act_that_is_written_has_a_sentence() -> None:
    assert len(written()) > 60  # the search finds them
    assert written() - words.ACTIONS.keys() == set()


def test_no_sentence_is_of_an_act_that_is_never_written() -> None:
    assert words.ACTIONS.keys() - written() == set()


def test_every_kind_of_act_can_be_chosen_in_the_list() -> None:
    kinds = {code.partition(".")[0] for code in written()}
    assert kinds - words.NOUNS.keys() == words.INSTANCE_NOUNS


def test_every_fact_has_a_name() -> None:
    names = {str(one.arg) for _, call in calls() for one in call.keywords if one.arg is not None}
    assert names - {"by", "action", "subject", "subjects"} - words.FACTS.keys() == set()


def test_every_thing_has_a_name() -> None:
    models = {model._meta.model_name for model in apps.get_models()}
    assert words.SUBJECTS.keys() - models == set()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("other_address", True, ("to another address", "yes")),
        ("count", 12, ("how many", "12")),
        ("roles", ["owner", "awarder"], ("roles", "Owner, Awarder")),
        ("roles", [], ("roles", "–")),
        ("source", "manual", ("source", "by hand")),
        ("awards", None, ("awards a month", "–")),
        ("of_a_newer_version", "x", ("of a newer version", "x")),
    ],
)
def test_facts_are_told_in_words(name: str, value: Any, expected: tuple[str, str]) -> None:
    assert words.fact(name, value) == expected


def test_what_a_newer_server_wrote_is_shown_by_its_code() -> None:
    assert words.said("moon.land") == "moon.land"
    assert words.thing("moon") == "moon"
    assert words.said("award.issue") == "The badge was awarded and signed"
