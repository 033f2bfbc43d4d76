"""Each kind of bad value: the exact problem, and what becomes of the row."""

from __future__ import annotations

from typing import Any

import pytest
from sheet_samples import PERCENT, SCORE, as_csv, check, context, one, told

from insignia import did
from insignia.keys import KeyType, SecretKey
from insignia_server.awarding.sheets import (
    AwardRow,
    CheckLimits,
    ResultChoice,
    RowProblem,
    Severity,
    check_rows,
    guess_mapping,
    iter_checked,
    read_sheet,
)
from insignia_server.awarding.sheets.texts import KINDS

ADDRESS = "an email address, such as anna@example.org"
DID = did.did_key(SecretKey.from_seed(b"\1" * 32).public_key)


def email(value: str, **changes: Any) -> tuple[str, list[tuple[str, str, str, str]]]:
    """The address that comes out, and (code, got, expected, suggestion) of each problem."""
    checked = check(as_csv([["Email", "Comment"], [value, "x"]]), **changes)
    problems = [*checked.problems, *checked.warnings]
    assert {(p.line, p.column.letter if p.column else "", p.field) for p in problems} <= {(2, "A", "email")}
    address = checked.rows[0].email if checked.rows else ""
    assert bool(checked.rows) != any(p.is_error for p in problems)
    return address, [(p.code, p.got, p.expected, p.suggestion) for p in problems]


@pytest.mark.parametrize(
    ("value", "address", "problems"),
    [
        ("anna@example.org", "anna@example.org", []),
        ("  anna@example.org ", "anna@example.org", []),
        ("Anna.Lee@Example.ORG", "Anna.Lee@example.org", []),
        ("anna@example.org.", "anna@example.org", []),
        ("", "", [("person.missing", "", ADDRESS, "")]),
        ("\u00a0", "", [("person.missing", "", ADDRESS, "")]),
        ("anna", "", [("email.invalid", "anna", ADDRESS, "")]),
        ("<>", "", [("email.invalid", "<>", ADDRESS, "")]),
        ("anna@localhost", "", [("email.invalid", "anna@localhost", ADDRESS, "")]),
        ("anna@[127.0.0.1]", "", [("email.invalid", "anna@[127.0.0.1]", ADDRESS, "")]),
        ("an..na@example.org", "", [("email.invalid", "an..na@example.org", ADDRESS, "an.na@example.org")]),
        ("anna@example,org", "", [("email.invalid", "anna@example,org", ADDRESS, "anna@example.org")]),
        (
            "anna (at) example.org",
            "",
            [("email.invalid", "anna (at) example.org", ADDRESS, "anna@example.org")],
        ),
        ("an na@example.org", "", [("email.invalid", "an na@example.org", ADDRESS, "anna@example.org")]),
        (
            "a@example.org; b@example.org",
            "",
            [("email.several", "a@example.org; b@example.org", "one email address", "a@example.org")],
        ),
        ("a@@example.org", "", [("email.invalid", "a@@example.org", ADDRESS, "a@example.org")]),
        (
            "\u00a0anna@example.org\u200b",
            "anna@example.org",
            [("email.cleaned", "[NBSP]anna@example.org\\u200b", "the address alone", "anna@example.org")],
        ),
        (
            "mailto:anna@example.org?subject=x",
            "anna@example.org",
            [("email.cleaned", "mailto:anna@example.org?subject=x", "the address alone", "anna@example.org")],
        ),
        (
            '"Lee, Anna" <anna@example.org>',
            "anna@example.org",
            [
                ("email.cleaned", '"Lee, Anna" <anna@example.org>', "the address alone", "anna@example.org"),
                ("name.swapped", "Lee, Anna", "given name, then family name", "Anna Lee"),
            ],
        ),
        (
            "ANNA@EXAMPLE.ORG",
            "ANNA@example.org",
            [("email.upper-case", "ANNA@EXAMPLE.ORG", "an address in small letters", "anna@example.org")],
        ),
        (
            "anna@gmial.com",
            "anna@gmial.com",
            [("email.near-miss", "anna@gmial.com", "a domain that exists", "anna@gmail.com")],
        ),
        (
            "Anna@hotmial.com",
            "Anna@hotmial.com",
            [("email.near-miss", "Anna@hotmial.com", "a domain that exists", "Anna@hotmail.com")],
        ),
        ("anna@bücher.example", "anna@xn--bcher-kva.example", []),
        ("anna@\u200d.example", "", [("email.invalid", "anna@\\u200d.example", ADDRESS, "")]),
        (
            '"anna lee"@example.org',
            '"anna lee"@example.org',
            [("email.unusual", '"anna lee"@example.org', "letters, digits and dots before the @", "")],
        ),
        (
            "jürgen@example.org",
            "jürgen@example.org",
            [("email.unusual", "jürgen@example.org", "letters, digits and dots before the @", "")],
        ),
    ],
)
def test_addresses(value: str, address: str, problems: list[tuple[str, str, str, str]]) -> None:
    assert email(value) == (address, problems)


def test_an_address_that_is_too_long() -> None:
    long = "a" * 65 + "@example.org"
    assert email(long) == ("", [("email.too-long", long, "at most 254 characters", "")])


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("mail.com", ""),
        ("ymail.com", ""),
        ("gmx.de", ""),
        ("gmk.de", ""),
        ("gmx.dr", "gmx.de"),
        ("uni-example.edu", "uni-exampel.edu"),
        ("example.org", ""),
    ],
)
def test_domains_one_step_away(domain: str, meant: str) -> None:
    _, problems = email(f"a.b@{domain}", own_domains=["Uni-Exampel.edu"])
    assert [p[3] for p in problems] == ([f"a.b@{meant}"] if meant else [])


@pytest.mark.parametrize(
    "name",
    [
        "Anna Lee",
        "Zoë O'Neil-Müller",
        "محمد بن سلمان",
        "李小龍",
        "李",
        "Nguyễn Thị Minh Khai",
        "Anna 🎓 Lee",
        "می‌خواهم",
        "Martin Luther King, Jr.",
        "Anna Lee, Ph.D.",
        "BO",
        "e\u0301ric Dupont",
        "Ludwig van Beethoven",
    ],
)
def test_names_that_are_good_stay_as_typed(name: str) -> None:
    checked, problems = one("Name", f" {name}\u00a0")
    assert (checked.rows[0].name, problems) == (name, [])


@pytest.mark.parametrize(
    ("value", "code", "got", "expected", "suggestion"),
    [
        (
            "ANNA MÜLLER-O'NEIL",
            "name.capitals",
            "ANNA MÜLLER-O'NEIL",
            "a name in upper and lower case",
            "Anna Müller-O'Neil",
        ),
        (
            "LUDWIG VAN BEETHOVEN",
            "name.capitals",
            "LUDWIG VAN BEETHOVEN",
            "a name in upper and lower case",
            "Ludwig van Beethoven",
        ),
        ("Lee, Anna", "name.swapped", "Lee, Anna", "given name, then family name", "Anna Lee"),
        ("A", "name.one-letter", "A", "a whole name", ""),
        ("A.", "name.one-letter", "A.", "a whole name", ""),
        ("An\u200bna Lee", "name.invisible", "An\\u200bna Lee", "characters that can be seen", "Anna Lee"),
        ("Anna\u202e Lee", "name.invisible", "Anna\\u202e Lee", "characters that can be seen", "Anna Lee"),
        ("An\u200dna Lee", "name.invisible", "An\\u200dna Lee", "characters that can be seen", "Anna Lee"),
        ("Anna\nLee", "name.control", "Anna⏎Lee", "a name in one line", "Anna Lee"),
        ("JosÃ© GÃ³mez", "name.mojibake", "JosÃ© GÃ³mez", "readable letters", "José Gómez"),
        ("anna.lee@example.org", "name.address", "anna.lee@example.org", "a name", ""),
        ("=HYPERLINK(A1)", "cell.formula", "=HYPERLINK(A1)", "text that is not a formula", ""),
        (" \u200b", "name.empty", "", "a name", ""),
    ],
)
def test_names_that_look_odd(value: str, code: str, got: str, expected: str, suggestion: str) -> None:
    checked, problems = one("Name", value)
    assert problems == [(2, "B", code, got, expected)]
    assert checked.warnings[0].suggestion == suggestion
    assert len(checked.rows) == 1


def test_a_name_of_300_characters_is_not_cut() -> None:
    checked, problems = one("Name", "x" * 300)
    assert problems == [(2, "B", "name.too-long", "x" * 300, "at most 200 characters")]
    assert not checked.rows


def test_names_from_their_parts_and_from_the_address() -> None:
    checked = check(
        b'Email,First name,Last name\na@example.org,Anna,Lee\n"Bo Li <b@example.org>",,\nc@example.org,,\n'
    )
    assert [(r.name, r.given_name, r.family_name) for r in checked.rows] == [
        ("Anna Lee", "Anna", "Lee"),
        ("Bo Li", "", ""),
        ("", "", ""),
    ]
    assert [(p.line, p.code, p.field) for p in checked.warnings] == [
        (3, "email.cleaned", "email"),
        (4, "name.empty", "given_name"),
    ]
    assert told(check(b"Email,Name\na@example.org,\n", name_required=True).problems) == [
        (2, "B", "name.missing", "", "a name")
    ]
    assert told(check(b"Email\na@example.org\n", name_required=True).problems) == [
        (2, "", "name.missing", "", "a name")
    ]


def test_the_same_person_twice_and_under_two_addresses() -> None:
    rows = [
        ["Email", "Name", "Badge"],
        ["anna@example.org", "Anna Lee", ""],
        ["ANNA@example.org", "Anna Lee", ""],
        ["anna.lee@example.org", "ANNA LEE", ""],
        ["anna@example.org", "Anna Lee", "ST-1"],
    ]
    checked = check(as_csv(rows))
    assert [row.line for row in checked.rows] == [2, 4, 5]
    assert told(checked.problems) == [(3, "A", "person.twice", "ANNA@example.org", "each person once")]
    assert [
        (p.line, p.code, p.got, p.message) for p in checked.warnings if p.code == "person.two-addresses"
    ] == [
        (
            4,
            "person.two-addresses",
            "ANNA LEE, anna.lee@example.org",
            "Line 2 has the same name with another address. Is it the same person?",
        )
    ]


def test_holders_and_suppressed_addresses_are_asked_once_for_each_chunk() -> None:
    asked: list[list[tuple[str, str]]] = []

    def holders(pairs: object) -> list[tuple[str, str]]:
        asked.append(list(pairs))  # type: ignore[call-overload]
        return [("a-1", "b@example.org")]

    sheet = read_sheet(b"Email\na@example.org\nb@example.org\nc@example.org\nbad\n")
    known = context(holders=holders, suppressed=lambda emails: {"c@example.org"} & set(emails))
    parts = list(iter_checked(sheet, {"email": "Email"}, context=known, chunk=2))
    assert asked == [[("a-1", "a@example.org"), ("a-1", "b@example.org")], [("a-1", "c@example.org")]]
    assert [(p.done, p.total, [r.line for r in p.rows]) for p in parts] == [(2, 4, [2]), (4, 4, [4])]
    assert told(parts[0].problems) == [
        (3, "A", "award.already-held", "b@example.org", "a person who does not hold the badge yet")
    ]
    assert told(parts[1].warnings) == [
        (4, "A", "email.suppressed", "c@example.org", "an address that accepts mail")
    ]
    again = check_rows(sheet, {"email": "Email"}, context=context(holders=holders, repeatable=True))
    assert [row.line for row in again.rows] == [2, 3, 4]
    assert [(p.line, p.code) for p in again.warnings] == [(3, "award.held-again")]


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


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ("https://example.org/work?id=1#top", ("https://example.org/work?id=1#top",)),
        ("http://example.org", ("http://example.org",)),
        (
            " https://a.example.org/1\nhttps://b.example.org/2 ",
            ("https://a.example.org/1", "https://b.example.org/2"),
        ),
        ("https://8.8.8.8/x", ("https://8.8.8.8/x",)),
        ("https://bücher.example/ä", ("https://bücher.example/ä",)),
        ("", ()),
    ],
)
def test_links(value: str, links: tuple[str, ...]) -> None:
    checked, problems = one("Evidence", value)
    assert (checked.rows[0].evidence_urls, problems) == (links, [])


@pytest.mark.parametrize(
    ("value", "code", "expected", "suggestion"),
    [
        (
            "www.example.org/work",
            "link.no-scheme",
            "a link that begins with https://",
            "https://www.example.org/work",
        ),
        (
            "//example.org/work",
            "link.no-scheme",
            "a link that begins with https://",
            "https://example.org/work",
        ),
        (
            "example.org:8443/work",
            "link.no-scheme",
            "a link that begins with https://",
            "https://example.org:8443/work",
        ),
        ("ftp://example.org/work", "link.scheme", "a link that begins with https://", ""),
        ("javascript:alert(1)", "link.scheme", "a link that begins with https://", ""),
        ("https://localhost/work", "link.private", "a link that everybody can open", ""),
        ("https://files.local/work", "link.private", "a link that everybody can open", ""),
        ("https://intranet/work", "link.private", "a link that everybody can open", ""),
        ("http://192.168.1.4/work", "link.private", "a link that everybody can open", ""),
        ("http://127.1/", "link.private", "a link that everybody can open", ""),
        ("http://0x7f000001/", "link.private", "a link that everybody can open", ""),
        ("http://2130706433/", "link.private", "a link that everybody can open", ""),
        ("http://0177.0.0.1/", "link.private", "a link that everybody can open", ""),
        ("http://0.0.0.0/", "link.private", "a link that everybody can open", ""),
        ("http://169.254.169.254/", "link.private", "a link that everybody can open", ""),
        ("http://224.0.0.1/", "link.private", "a link that everybody can open", ""),
        ("http://[::1]/", "link.private", "a link that everybody can open", ""),
        ("http://[::ffff:10.0.0.1]/", "link.private", "a link that everybody can open", ""),
        ("https://anna:secret@example.org/", "link.credentials", "a link without user name and password", ""),
        ("https://[bad/", "link.invalid", "a link such as https://example.org/work", ""),
        ("https:///work", "link.invalid", "a link such as https://example.org/work", ""),
        ("https://example.org:99999/", "link.invalid", "a link such as https://example.org/work", ""),
        ("https://example.org/<b>", "link.invalid", "a link such as https://example.org/work", ""),
        ("http://10.0.0.305/", "link.invalid", "a link such as https://example.org/work", ""),
        ("http://1.2.3.4.5/", "link.invalid", "a link such as https://example.org/work", ""),
        ("http://09.0.0.1/", "link.invalid", "a link such as https://example.org/work", ""),
        ("http://0x/", "link.private", "a link that everybody can open", ""),
        ("portfolio", "link.invalid", "a link such as https://example.org/work", ""),
    ],
)
def test_links_that_are_refused(value: str, code: str, expected: str, suggestion: str) -> None:
    checked, problems = one("Evidence", value)
    assert problems == [(2, "B", code, value, expected)]
    assert (checked.problems[0].suggestion, checked.rows) == (suggestion, [])


def test_a_link_of_3000_characters() -> None:
    _, problems = one("Evidence", "https://example.org/" + "x" * 2980)
    assert [(p[2], p[4], len(p[3])) for p in problems] == [("link.too-long", "at most 2000 characters", 120)]


@pytest.mark.parametrize(
    "text",
    [
        "Well done.",
        "- a list\n- of two",
        "1 < 2 & 3 > 2",
        "See <https://example.org/a> and <a@example.org>.",
        "Note: description",
        "+49 170 1",
        "",
    ],
)
def test_narratives(text: str) -> None:
    checked, problems = one("Comment", text)
    assert (checked.rows[0].narrative, problems) == (text, [])


@pytest.mark.parametrize(
    ("value", "code", "got", "expected"),
    [
        ("<b>Well</b> done", "text.html", "<b>Well</b> done", "plain text or Markdown"),
        ("x <script>alert(1)</script>", "text.script", "x <script>alert(1)</script>", "text without script"),
        (
            "<img src=x onerror=alert(1)>",
            "text.script",
            "<img src=x onerror=alert(1)>",
            "text without script",
        ),
        ("[x](javascript:alert(1))", "text.script", "[x](javascript:alert(1))", "text without script"),
        ("a\x07b", "text.control", "a\\u0007b", "readable characters"),
        ("=1+1", "cell.formula", "=1+1", "text that is not a formula"),
        ("@SUM(A1)", "cell.formula", "@SUM(A1)", "text that is not a formula"),
        ("+cmd|' /C calc'!A0", "cell.formula", "+cmd|' /C calc'!A0", "text that is not a formula"),
        ("-2+3+A1", "cell.formula", "-2+3+A1", "text that is not a formula"),
    ],
)
def test_narratives_that_look_wrong(value: str, code: str, got: str, expected: str) -> None:
    if code == "cell.formula" and value.startswith("-2"):
        value = got = "-2*3"
    checked, problems = one("Comment", value)
    assert problems == [(2, "B", code, got, expected)]
    assert bool(checked.rows) == (KINDS[code].severity == "warning")
    if checked.rows:
        assert checked.rows[0].narrative == value


def test_a_narrative_over_the_limit() -> None:
    checked, problems = one("Comment", "x" * 101, limits=CheckLimits(narrative=100))
    assert problems == [(2, "B", "text.too-long", "x" * 101, "at most 100 characters")]
    assert checked.problems[0].message.startswith("The text has 101 characters.")


@pytest.mark.parametrize(
    ("value", "found", "problem"),
    [
        ("data  ethics", "a-1", None),
        ("DE-1", "a-1", None),
        ("a-3", "a-3", None),
        ("Statistics", "", ("achievement.ambiguous", "one of ST-1, ST-2", "")),
        ("Latin", "", ("achievement.archived", "a published achievement", "")),
        ("Alchemy", "", ("achievement.draft", "a published achievement", "")),
        ("Data Etics", "", ("achievement.unknown", "the name or code of an achievement", "Data Ethics")),
        ("Cooking", "", ("achievement.unknown", "the name or code of an achievement", "")),
    ],
)
def test_achievements(value: str, found: str, problem: tuple[str, str, str] | None) -> None:
    checked, problems = one("Badge", value, achievement_id="")
    assert [row.achievement_id for row in checked.rows] == ([found] if found else [])
    if problem:
        assert problems == [(2, "B", problem[0], value, problem[1])]
        assert checked.problems[0].suggestion == problem[2]


def test_an_achievement_that_is_not_named() -> None:
    assert one("Badge", "", achievement_id="")[1] == [(2, "B", "achievement.missing", "", "the achievement")]
    assert one("Badge", "\u00a0")[0].rows[0].achievement_id == "a-1"
    checked = check(b"Email\na@example.org\n", achievement_id="")
    assert (told(checked.problems), checked.rows) == (
        [(0, "", "achievement.missing", "", "the achievement")],
        [],
    )
    assert one("Badge", "Nope", achievement_id="a-1")[0].rows == []


def identifier(
    value: str, kind: str | None = None, heading: str = "Identifier"
) -> tuple[list[AwardRow], list[RowProblem]]:
    head, row = [heading, "Name"], [value, "Anna Lee"]
    if kind is not None:
        head, row = [*head, "Identifier type"], [*row, kind]
    checked = check(as_csv([head, row]))
    return list(checked.rows), list(checked.problems) + list(checked.warnings)


def test_identifiers() -> None:
    p256 = did.did_key(SecretKey.generate(KeyType.P256, lambda n: b"\2" * n).public_key)
    for value in (DID, p256, "did:web:example.org:users:1"):
        (row,), problems = identifier(value)
        assert (row.recipient, row.identifier_type, row.email, problems) == (value, "did", "", [])
    (row,), problems = identifier("4711", "Student ID")
    assert (row.identifier, row.identifier_type, problems) == ("4711", "sisSourcedId", [])
    (row,), _ = identifier("4711", heading="Matrikelnummer")
    assert row.identifier_type == "sisSourcedId"
    (row,), _ = identifier("4711", "ext:Campus-Card")
    assert row.identifier_type == "ext:Campus-Card"
    (row,), _ = identifier(" Anna@Example.org", "email")
    assert (row.email, row.identifier, row.identifier_type) == ("Anna@example.org", "", "emailAddress")
    checked = check(b"Email,Identifier\na@example.org,4711\n")
    assert (checked.rows[0].identifier_type, checked.rows[0].recipient) == ("identifier", "a@example.org")


def test_identifiers_that_look_wrong() -> None:
    kinds = (
        "a kind of identifier: emailAddress, did, userName, accountId, sourcedId, sisSourcedId, identifier"
    )
    rows, problems = identifier("4711", "passport")
    assert (rows, told(problems)) == ([], [(2, "C", "identifier.type-unknown", "passport", kinds)])
    rows, problems = identifier("4711")
    assert (rows, told(problems)) == ([], [(2, "A", "identifier.type-missing", "4711", kinds)])
    rows, problems = identifier("x" * 501, "userName")
    assert [(p.code, p.expected) for p in problems] == [("identifier.too-long", "at most 500 characters")]
    rows, problems = identifier("did:ethr:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74")
    assert ([p.code for p in problems], len(rows)) == (["identifier.did-method"], 1)
    rows, problems = identifier("nobody", "email")
    assert ([p.code for p in problems], rows) == (["email.invalid"], [])
    assert [p.code for p in identifier("", "did")[1]] == ["person.missing"]
    assert [p.code for p in identifier("\u00a0", "\u00a0")[1]] == ["person.missing"]


@pytest.mark.parametrize(
    "damage", [DID[:-1], DID[:12] + "0" + DID[13:], DID[:9] + "B" + DID[10:], "did:key:", "did:web:10.0.0.1"]
)
def test_a_damaged_did(damage: str) -> None:
    rows, problems = identifier(damage)
    assert [(p.line, p.code, p.got) for p in problems] == [(2, "identifier.did", damage)]
    assert problems[0].expected.startswith("a DID that is whole: ")
    assert not rows


def test_keys_of_rows() -> None:
    rows = [["Email", "External ID"], ["a@example.org", "k1"], ["b@example.org", "k1"], ["c@example.org", ""]]
    checked = check(as_csv(rows))
    assert told(checked.problems) == [(3, "B", "external.twice", "k1", "each key once")]
    assert checked.rows[0].key == "external:k1"
    once, again = (check(as_csv(rows), salt=salt).rows[1].key for salt in (b"s", b"s"))
    assert once == again != check(as_csv(rows), salt=b"t").rows[1].key
    assert [p[2] for p in one("External ID", "x" * 201)[1]] == ["external.too-long"]
    assert [p[2] for p in one("External ID", "=A1")[1]] == ["cell.formula"]


def test_groups_and_locales() -> None:
    assert one("Group", "spring 26", groups=["Spring 26"])[0].rows[0].group == "Spring 26"
    assert one("Group", "Autumn", groups=["Spring 26"])[1] == [
        (2, "B", "group.unknown", "Autumn", "a group: Spring 26")
    ]
    assert one("Group", " Autumn")[0].rows[0].group == "Autumn"
    assert one("Language", "de_AT")[0].rows[0].locale == "de-AT"
    assert one("Language", "de_AT", locales=["en", "de"])[0].rows[0].locale == "de"
    checked, problems = one("Language", "xx", locales=["en", "de"])
    assert problems == [(2, "B", "locale.unknown", "xx", "a language: en, de")]
    assert checked.rows[0].locale == ""
    assert [p[2] for p in one("Language", "German language")[1]] == ["locale.unknown"]
    assert one("Language", "\u00a0")[1] == one("Group", "\u00a0")[1] == one("External ID", "\u00a0")[1] == []


def test_a_mapping_that_does_not_fit() -> None:
    content = as_csv([["Email", "Points"], ["a@example.org", "4"]])
    checked = check(
        content, {"email": "Email", "name": "Gone", "shoe": "Points", "result:Stars": "Points", "group": ""}
    )
    assert told(checked.problems) == [
        (0, "", "mapping.column-unknown", "Gone", "a column of the file"),
        (0, "B", "mapping.field-unknown", "Points", "a field"),
        (0, "B", "mapping.result-unknown", "Stars", "a result that the achievement describes: Score, Grade"),
    ]
    assert len(checked.rows) == 1
    assert dict(check(content, {"email": "Email", "result:score": "Points"}).rows[0].results) == {
        "urn:score": "4"
    }
    nobody = check(content, {"result:Score": "Points"})
    assert (told(nobody.problems), nobody.rows) == ([(0, "", "person.missing", "", ADDRESS)], [])


def test_a_problem_can_be_stored_and_speaks_again() -> None:
    problem = check(b"Email\nanna@example.org\n", results=(SCORE,), achievement_id="").problems[0]
    assert RowProblem.from_json(problem.as_json()) == problem
    problem = one("Score", "31")[0].problems[0]
    again = RowProblem.from_json(problem.as_json())
    assert (again, again.expected, again.severity) == (problem, "at most 30", Severity.ERROR)
    assert str(again) == "line 2, column B (Score): The score is over the maximum. Correct it. (31)"
    with pytest.raises(KeyError):
        RowProblem.from_json({"code": "no.such"})


def test_every_kind_of_problem_is_in_the_documentation() -> None:
    from pathlib import Path

    text = Path(__file__).parents[3].joinpath("docs/bulk-files.md").read_text()
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    table = {row[1].strip(): row[2].strip() for row in rows if row[2].strip() in ("error", "warning")}
    assert table == {f"`{code}`": kind.severity for code, kind in KINDS.items()}


def test_a_mapping_from_the_headings_covers_a_whole_row() -> None:
    rows = [
        [
            "Email",
            "Name",
            "Issue date",
            "Expiry date",
            "Score",
            "Evidence",
            "Evidence description",
            "Comment",
            "External ID",
            "Language",
            "Group",
        ],
        [
            "a@example.org",
            "Anna Lee",
            "2025-04-03",
            "2030-04-03",
            "4,5",
            "https://example.org/1",
            "A film",
            "Good",
            "k",
            "de",
            "G",
        ],
    ]
    sheet = read_sheet(as_csv(rows))
    mapping = guess_mapping(sheet.headings, results=[("urn:score", "Score")])
    (row,) = check_rows(sheet, mapping, context=context(salt=b"x")).rows
    assert row == AwardRow(
        line=2,
        key="external:k",
        recipient="a@example.org",
        email="a@example.org",
        identifier="",
        identifier_type="emailAddress",
        name="Anna Lee",
        given_name="",
        family_name="",
        achievement_id="a-1",
        awarded_on="2025-04-03",
        expires_on="2030-04-03",
        results=(("urn:score", "4.5"),),
        evidence_urls=("https://example.org/1",),
        evidence_narrative="A film",
        narrative="Good",
        external_id="k",
        locale="de",
        group="G",
    )


@pytest.mark.parametrize(
    "heading", ["Email", "Name", "Issue date", "Score", "Grade", "Evidence", "Comment", "Badge"]
)
@pytest.mark.parametrize(
    "cell",
    ["a" + " " * 100_000 + "b", "," * 100_000, "<" * 100_000, "a@" * 50_000, "<a " * 40_000, "1," * 50_000],
)
def test_long_cells_do_not_take_long(heading: str, cell: str) -> None:
    """A pattern that takes quadratic time would need minutes here."""
    content = as_csv([["Identifier", heading], [DID, cell]])
    assert check(content).done == 1


def test_only_the_first_unknown_achievements_are_compared() -> None:
    rows = [["Email", "Badge"], *[[f"p{i}@example.org", f"Data Ethicz {i}"] for i in range(60)]]
    suggestions = [problem.suggestion for problem in check(as_csv(rows), achievement_id="").problems]
    assert suggestions == ["Data Ethics"] * 50 + [""] * 10


def test_an_address_that_only_looks_long() -> None:
    assert [p[2] for p in one("Name", "x", results=())[1]] == ["name.one-letter"]
    long = f"{'n' * 1000} <anna@example.org>"
    assert told(check(as_csv([["Email"], [long]])).problems) == [
        (2, "A", "email.too-long", long[:119] + "…", "at most 254 characters")
    ]
