"""Links, narratives, achievements, identifiers and mappings of a row, and what is said of wrong ones."""

from __future__ import annotations

import pytest
from sheet_cells import ADDRESS
from sheet_samples import SCORE, as_csv, check, context, one, told

from insignia import did
from insignia.keys import KeyType, SecretKey
from insignia_server.awarding.sheets import (
    AwardRow,
    CheckLimits,
    RowProblem,
    Severity,
    check_rows,
    guess_mapping,
    read_sheet,
)
from insignia_server.awarding.sheets.texts import KINDS

DID = did.did_key(SecretKey.from_seed(b"\1" * 32).public_key)


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
