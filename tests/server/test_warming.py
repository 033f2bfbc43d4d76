"""A new process is warm before its first visitor comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation

from insignia.report import Check, Outcome, Report
from insignia_server.config import warming


def test_it_needs_no_database_and_leaves_the_language_as_it_was() -> None:
    """pytest-django lets nothing near the database that does not ask for it."""
    with translation.override("de"):
        warming.warm()
        assert translation.get_language() == "de"
    resolver = get_resolver()
    assert {"en", "de"} <= set(resolver._reverse_dict)


def test_what_it_verifies_is_a_badge_like_any_other() -> None:
    report: Report = warming._verify_one()
    assert report.valid
    passed = {check.code for check in report.checks if check.outcome is Outcome.PASSED}
    assert {"data-model", "schema", "proof"} <= passed


def test_a_process_that_cannot_verify_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Check(code="proof", outcome=Outcome.FAILED, message="The proof does not hold.")
    bad = replace(warming._verify_one(), checks=(failed,))
    monkeypatch.setattr(warming, "_verify_one", lambda: bad)
    with pytest.raises(RuntimeError, match="does not verify"):
        warming.warm()


@pytest.mark.parametrize("name", warming.TEMPLATES)
def test_its_templates_are_there(name: str) -> None:
    assert get_template(name)
