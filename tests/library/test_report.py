"""The verdict follows from the checks that the policy fixed before the run, and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.report import Check, Outcome, Report, Verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
CODES = ["proof", "status", "status.revocation", "status.message", "validity.from", "refresh"]


def report(required: set[str], *checks: tuple[str, Outcome]) -> Report:
    made = tuple(Check(code, outcome, "It is so.") for code, outcome in checks)
    return Report({"kind": "credential", "types": []}, "strict", NOW, frozenset(required), made)


def test_valid_means_every_required_check_passed_or_is_not_applicable() -> None:
    found = report({"proof", "status"}, ("proof", Outcome.PASSED), ("status", Outcome.NOT_APPLICABLE))
    assert found.verdict is Verdict.VALID
    assert found.valid


def test_a_required_check_that_was_never_made_leaves_the_verdict_open() -> None:
    found = report({"proof", "status"}, ("proof", Outcome.PASSED))
    assert found.verdict is Verdict.UNDETERMINED
    assert not found.valid


def test_not_checked_is_not_passed() -> None:
    found = report({"proof", "status"}, ("proof", Outcome.PASSED), ("status.revocation", Outcome.NOT_CHECKED))
    assert found.verdict is Verdict.UNDETERMINED
    assert [check.code for check in found.not_checked()] == ["status.revocation"]


def test_one_unchecked_member_of_a_family_is_enough() -> None:
    members = ("status.revocation", Outcome.PASSED), ("status.message", Outcome.NOT_CHECKED)
    assert report({"status"}, *members).verdict is Verdict.UNDETERMINED


def test_what_is_not_required_may_stay_unchecked_but_may_not_fail() -> None:
    proof = ("proof", Outcome.PASSED)
    assert report({"proof"}, proof, ("refresh", Outcome.NOT_CHECKED)).verdict is Verdict.VALID
    assert report({"proof"}, proof, ("refresh", Outcome.FAILED)).verdict is Verdict.INVALID


def test_a_failure_outweighs_what_was_not_checked() -> None:
    found = report({"proof", "status"}, ("status", Outcome.NOT_CHECKED), ("proof", Outcome.FAILED))
    assert found.verdict is Verdict.INVALID
    assert [check.code for check in found.failed()] == ["proof"]


def test_a_check_is_found_by_its_code() -> None:
    found = report({"proof"}, ("proof", Outcome.PASSED))
    assert found.check("proof") == found.checks[0]
    assert found.check("status") is None


@pytest.mark.parametrize(
    ("required", "code", "answer"),
    [
        ({"status"}, "status.revocation", True),
        ({"status"}, "status", True),
        ({"status.revocation"}, "status.revocation", True),
        ({"status.revocation"}, "status.message", False),
        ({"proof"}, "status", False),
    ],
)
def test_a_family_stands_for_its_members(required: set[str], code: str, answer: bool) -> None:
    assert report(required).requires(code) is answer


@given(
    st.sets(st.sampled_from(CODES)),
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(list(Outcome))), max_size=8),
)
def test_valid_never_hides_an_unanswered_or_failed_check(
    required: set[str], checks: list[tuple[str, Outcome]]
) -> None:
    found = report(required, *checks)
    if found.valid:
        assert all(c.outcome is not Outcome.FAILED for c in found.checks)
        for code in required:
            answers = [c.outcome for c in found.checks if c.code == code or c.code.startswith(code + ".")]
            assert answers
            assert set(answers) <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}
