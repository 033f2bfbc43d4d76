"""Dates, expiry, scores and grades of a row, and what is said where they are wrong."""

from __future__ import annotations

import pytest
from sheet_samples import PERCENT, as_csv, check, one, told

from insignia_server.awarding.sheets import (
    ResultChoice,
)
from insignia_server.awarding.sheets.texts import KINDS


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2025-04-03", "2025-04-03"),
        ("2025/4/3", "2025-04-03"),
        ("20250403", "2025-04-03"),
        ("03.04.2025", "2025-04-03"),
        ("3.4.25", "2025-04-03"),
        ("13/04/2025", "2025-04-13"),
        ("04/13/2025", "2025-04-13"),
        ("04/04/2025", "2025-04-04"),
        ("3 April 2025", "2025-04-03"),
        ("April 3rd, 2025", "2025-04-03"),
        ("3. März 2025", "2025-03-03"),
        ("3 février 2025", "2025-02-03"),
        ("3 de abril de 2025", "2025-04-03"),
        ("03-Apr-2025", "2025-04-03"),
        ("Thursday, 3 April 2025, 10:00 AM UTC", "2025-04-03T10:00:00+00:00"),
        ("2025-04-03T10:00:00Z", "2025-04-03T10:00:00+00:00"),
        ("2025-04-03 22:30 +02:00", "2025-04-03T22:30:00+02:00"),
        ("2025-04-03 10:00 -0530", "2025-04-03T10:00:00-05:30"),
        ("2025-04-03 00:00:00", "2025-04-03"),
        ("12/31/75", "1975-12-31"),
        ("", ""),
        (" \u00a0", ""),
    ],
)
def test_dates_that_can_be_read(value: str, text: str) -> None:
    checked, problems = one("Issue date", value)
    assert (checked.rows[0].awarded_on, problems) == (text, [])


@pytest.mark.parametrize(
    ("value", "code", "expected", "suggestion"),
    [
        ("03/04/2025", "date.ambiguous", "2025-04-03 or 2025-03-04", ""),
        ("2025-02-30", "date.impossible", "a day of the calendar", ""),
        ("31.04.2025", "date.impossible", "a day of the calendar", ""),
        ("30 February 2025", "date.impossible", "a day of the calendar", ""),
        ("soon", "date.unreadable", "a date such as 2025-04-03", ""),
        ("3 Smarch 2025", "date.unreadable", "a date such as 2025-04-03", ""),
        ("2025-04-03 25:00Z", "date.unreadable", "a date such as 2025-04-03", ""),
        ("2025-04-03 13:00 pm", "date.unreadable", "a date such as 2025-04-03", ""),
        ("2025-04-03 10:00 +19:00", "date.unreadable", "a date such as 2025-04-03", ""),
        ("45750", "date.serial", "a date such as 2025-04-03", "2025-04-03"),
        ("2026-12-01", "date.future", "a day up to 2026-11-25", ""),
        ("2062-12-01", "date.too-far", "a day up to 2027-11-26", ""),
        ("1925-12-01", "date.long-ago", "a day after 1950-01-01", ""),
        (
            "2025-04-03 10:00",
            "date.no-zone",
            "a time with its zone, such as 10:00+02:00",
            "2025-04-03T10:00:00+02:00",
        ),
        (
            "2025-01-03 1:30 pm",
            "date.no-zone",
            "a time with its zone, such as 10:00+02:00",
            "2025-01-03T13:30:00+01:00",
        ),
    ],
)
def test_dates_that_look_wrong(value: str, code: str, expected: str, suggestion: str) -> None:
    checked, problems = one("Issue date", value)
    assert problems == [(2, "B", code, value, expected)]
    assert [p.suggestion for p in (*checked.problems, *checked.warnings)] == [suggestion]
    assert bool(checked.rows) == (KINDS[code].severity == "warning")


def test_the_order_of_dates_comes_from_the_setting_or_the_column() -> None:
    assert one("Issue date", "03/04/2025", date_order="dmy")[0].rows[0].awarded_on == "2025-04-03"
    assert one("Issue date", "03/04/2025", date_order="mdy")[0].rows[0].awarded_on == "2025-03-04"
    rows = [["Email", "Issue date"], ["a@example.org", "03/04/2025"], ["b@example.org", "04/25/2025"]]
    checked = check(as_csv(rows))
    assert [row.awarded_on for row in checked.rows] == ["2025-03-04", "2025-04-25"]
    assert told(checked.warnings) == [(0, "B", "sheet.date-order", "04/25/2025", "dates such as 2025-04-03")]
    assert "month/day/year, because line 3" in checked.warnings[0].message
    assert checked.warnings[0].where == "column B (Issue date)"
    contradicting = check(as_csv([*rows, ["c@example.org", "25/04/2025"]]))
    assert [(p.line, p.code) for p in contradicting.problems] == [(2, "date.ambiguous")]


@pytest.mark.parametrize(
    ("issued", "expires", "problem"),
    [
        ("2025-04-03", "2027-04-03", None),
        ("2025-04-03", "2025-04-02", ("expiry.before-issue", "2025-04-02", "a day after 2025-04-03")),
        ("", "2025-04-02", ("expiry.before-issue", "2025-04-02", "a day after 2026-11-25")),
        ("2025-04-03", "2026-01-01", ("expiry.past", "2026-01-01", "a day after 2026-11-25")),
    ],
)
def test_expiry(issued: str, expires: str, problem: tuple[str, str, str] | None) -> None:
    checked = check(as_csv([["Email", "Issued on", "Expires"], ["a@example.org", issued, expires]]))
    assert told([*checked.problems, *checked.warnings]) == ([(2, "C", *problem)] if problem else [])
    assert [row.expires_on for row in checked.rows] == ([] if checked.problems else [expires])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4,5", "4.5"),
        ("4.5", "4.5"),
        ("4", "4"),
        ("04.50", "4.5"),
        (" 17/30 ", "17"),
        ("-0", "0"),
        ("1,234", "1.234"),
        ("", ""),
    ],
)
def test_scores(value: str, text: str) -> None:
    checked, problems = one("Score", value)
    assert (dict(checked.rows[0].results), problems) == ({"urn:score": text} if text else {}, [])


@pytest.mark.parametrize(
    ("value", "code", "expected", "suggestion"),
    [
        ("31", "score.over-maximum", "at most 30", ""),
        ("30,5", "score.over-maximum", "at most 30", ""),
        ("-1", "score.under-minimum", "at least 0", ""),
        ("85 %", "score.percent", "a number up to 30", "25.5"),
        ("x %", "score.unreadable", "a number such as 4.5", ""),
        ("good", "score.unreadable", "a number such as 4.5", ""),
        ("17/20", "score.unreadable", "a number such as 4.5", ""),
        ("1.2.3", "score.unreadable", "a number such as 4.5", ""),
    ],
)
def test_scores_that_do_not_fit(value: str, code: str, expected: str, suggestion: str) -> None:
    checked, problems = one("Score", value)
    assert problems == [(2, "B", code, value, expected)]
    assert (checked.problems[0].suggestion, checked.rows) == (suggestion, [])


def test_numbers_with_thousands() -> None:
    wide = ResultChoice("urn:score", "Score", "RawScore", maximum="5000")
    assert one("Score", "1,234", results=(wide,))[1] == [
        (2, "B", "score.ambiguous", "1,234", "1.234 or 1234")
    ]
    assert dict(one("Score", "1.234,5", results=(wide,))[0].rows[0].results) == {"urn:score": "1234.5"}
    assert dict(one("Score", "1’234", results=(wide,))[0].rows[0].results) == {"urn:score": "1234"}
    free = ResultChoice("urn:score", "Score", "RawScore")
    assert dict(one("Score", "3.667", results=(free,))[0].rows[0].results) == {"urn:score": "3.667"}
    assert one("Score", "85%", results=(free,))[1] == [(2, "B", "score.percent", "85%", "a number up to …")]
    high = ResultChoice("urn:score", "Score", "RawScore", minimum="1000", maximum="5000")
    assert dict(one("Score", "1,234", results=(high,))[0].rows[0].results) == {"urn:score": "1234"}


def test_percent_grades_statuses_and_what_is_required() -> None:
    assert dict(one("Percent", "85 %", results=(PERCENT,))[0].rows[0].results) == {"urn:percent": "85"}
    assert one("Percent", "101%", results=(PERCENT,))[1] == [
        (2, "B", "score.over-maximum", "101%", "at most 100")
    ]
    assert dict(one("Grade", " b")[0].rows[0].results) == {"urn:grade": "B"}
    assert one("Grade", "F")[1] == [(2, "B", "grade.not-allowed", "F", "one of A, B, C")]
    steps = ResultChoice("urn:s", "Step", "RubricScore", allowed=("1.0", "1.3", "2"))
    assert dict(one("Step", "1,0", results=(steps,))[0].rows[0].results) == {"urn:s": "1.0"}
    assert one("Step", "3", results=(steps,))[1] == [(2, "B", "grade.not-allowed", "3", "one of 1.0, 1.3, 2")]
    status = ResultChoice("urn:s", "Status", "Status")
    assert dict(one("Status", "completed", results=(status,))[0].rows[0].results) == {"urn:s": "Completed"}
    text = ResultChoice("urn:t", "Result", "Result", required=True)
    assert dict(one("Result", "passed", results=(text,))[0].rows[0].results) == {"urn:t": "passed"}
    assert one("Result", "", results=(text,))[1] == [(2, "B", "result.missing", "", "a value for Result")]
    _, problems = one("Result", "x" * 501, results=(text,))
    assert [(p[2], len(p[3]), p[4]) for p in problems] == [("result.too-long", 120, "at most 500 characters")]
    assert one("Result", "<script>", results=(text,))[1] == [
        (2, "B", "text.script", "<script>", "text without script")
    ]
    needed = ResultChoice("urn:score", "Score", "RawScore", required_value="15")
    checked, problems = one("Score", "14", results=(needed,))
    assert problems == [(2, "B", "score.under-required", "14", "at least 15")]
    assert dict(checked.rows[0].results) == {"urn:score": "14"}
