"""Each kind of bad value: the exact problem, and what becomes of the row."""

from __future__ import annotations

from typing import Any

import pytest
from sheet_cells import ADDRESS
from sheet_samples import as_csv, check, context, one, told

from insignia_server.awarding.sheets import (
    check_rows,
    iter_checked,
    read_sheet,
)


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
            "anna@uni.example Lee",
            "",
            [("email.invalid", "anna@uni.example Lee", ADDRESS, "anna@uni.example")],
        ),
        (
            '"anna lee"@example.org',
            '"anna lee"@example.org',
            [("email.unusual", '"anna lee"@example.org', "letters, digits and dots before the @", "")],
        ),
        (
            "jürgen@example.org",
            "jürgen@example.org",
            [("email.unsendable", "jürgen@example.org", "letters a to z, digits and dots before the @", "")],
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
