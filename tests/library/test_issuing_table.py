"""Tables of recipients as they really arrive, and what their cells mean."""

from __future__ import annotations

import contextlib
import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.errors import ParseError
from insignia.issuing import cells, read_table, table
from insignia.issuing.cells import CellError
from insignia.issuing.headings import COLUMNS, column_of
from insignia.issuing.table import safe_cell, write_csv


def rows(content: bytes | str, **options: Any) -> list[dict[str, str]]:
    content = content.encode() if isinstance(content, str) else content
    return [dict(row.cells) for row in read_table(content, **options).rows]


def refused(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ParseError) as caught:
        read_table(content)
    return [(p.code, p.where) for p in caught.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends(encoding: str, delimiter: str, newline: str) -> None:
    text = newline.join(["email;name", "ann@example.org;Zoë", "", "bob@example.org;José", ";", ""])
    content = text.replace(";", delimiter).encode(encoding)
    assert rows(content) == [
        {"email": "ann@example.org", "name": "Zoë"},
        {"email": "bob@example.org", "name": "José"},
    ]
    assert read_table(content).delimiter == delimiter


def test_lines_are_those_of_the_file() -> None:
    text = 'email,narrative\n\nann@example.org,"a\nb, ""c"""\nbob@example.org,\n'
    read = read_table(text.encode())
    assert [(row.line, dict(row.cells)) for row in read.rows] == [
        (3, {"email": "ann@example.org", "narrative": 'a\nb, "c"'}),
        (5, {"email": "bob@example.org"}),
    ]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("E-Mail", "email"),
        (" Adresse électronique ", "email"),
        ("Correo electrónico", "email"),
        ("Prénom", "first_name"),
        ("Nachname", "last_name"),
        ("Nombre completo", "name"),
        ("Valid Until", "valid_until"),
        ("valid_until", "valid_until"),
        ("Status-Index", "status_index"),
        ("Lieblingsfarbe", None),
        ("", None),
    ],
)
def test_headings_in_several_languages(heading: str, column: str | None) -> None:
    assert column_of(heading) == column


def test_every_heading_means_one_column() -> None:
    headings = [h for hs in COLUMNS.values() for h in hs]
    assert len(headings) == len(set(headings))


def test_own_columns_and_ignored_ones() -> None:
    read = read_table(b"Wer,Notes,,e-mail\nAnn,x,,ann@example.org\n", columns={"Wer": "name"})
    assert dict(read.rows[0].cells) == {"name": "Ann", "email": "ann@example.org"}
    assert read.ignored == ("Notes",)
    assert read.headings == {"name": "Wer", "email": "e-mail"}


def test_a_bad_row_is_told_and_the_good_ones_stay_good() -> None:
    bad = "bob@example.org\nemail,name,\nc@example.org,C,,extra\n"
    read = read_table(f"email,name,\nann@example.org,Ann\n{bad}d@example.org,D,,\n".encode())
    assert [row.cells["email"] for row in read.rows] == ["ann@example.org", "d@example.org"]
    assert [(p.code, p.where) for p in read.problems] == [
        ("row.too-few-cells", "line 3"),
        ("row.header", "line 4"),
        ("row.too-many-cells", "line 5"),
    ]


def test_a_quote_that_never_closes_spoils_only_what_follows() -> None:
    read = read_table(b'email\nann@example.org\n"bob@example.org\nc@example.org\n')
    assert [row.cells["email"] for row in read.rows] == ["ann@example.org"]
    assert [(p.code, p.where, p.got) for p in read.problems] == [
        ("table.syntax", "line 3", "a quote that is never closed")
    ]


def test_other_faults_of_csv() -> None:
    read = read_table(b'email\n"a"b\n')
    assert read.problems[0].code == "table.syntax"
    long = read_table(b"email\n" + b"a" * 200_000 + b"\n")
    assert "131,072" in long.problems[0].got


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table.empty"),
        (b"\n \n", "table.empty"),
        (b"ann@example.org,Ann\n", "table.header"),
        (b"email,E-Mail\n", "table.column-twice"),
        (b"PK\x03\x04...", "table.spreadsheet"),
        (b"\xd0\xcf\x11\xe0", "table.spreadsheet"),
        (b"email\na\x00b\n", "table.nul"),
        (b"email\n\x81\x8d\n", "table.encoding"),
        (b"\xff\xfea", "table.encoding"),
    ],
)
def test_files_that_cannot_be_used(content: bytes, code: str) -> None:
    assert refused(content)[0][0] == code


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAXIMUM_SIZE", 10)
    assert refused(b"email\naaaaaa") == [("table.too-large", "")]
    monkeypatch.setattr(table, "MAXIMUM_SIZE", 1000)
    monkeypatch.setattr(table, "MAXIMUM_ROWS", 1)
    read = read_table(b"email\na@b.de\nc@d.de\n")
    assert (len(read.rows), read.problems[0].code) == (1, "table.too-large")


@given(
    st.binary(max_size=80)
    | st.text(max_size=60).map(str.encode)
    | st.text(max_size=40).map(lambda t: b"email\n" + t.encode())
)
def test_any_bytes_are_a_table_or_a_parse_error(content: bytes) -> None:
    with contextlib.suppress(ParseError):
        read_table(content)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])),
            min_size=2,
            max_size=2,
        )
    )
)
def test_what_is_written_holds_no_formula_and_reads_back(values: list[list[str]]) -> None:
    """CWE-1236: a spreadsheet takes cells that begin with = + - @ for formulas."""
    read = list(csv.reader(io.StringIO(write_csv(values), newline="")))
    assert read == [[safe_cell(v) for v in row] for row in values]
    assert not any(cell[:1] in "=+-@\t\r" for row in read for cell in row if cell)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ann@example.org", "ann@example.org"),
        ("\u00a0Ann.Example+x@Example.ORG \u200b", "ann.example+x@example.org"),
        ("mailto:ann@example.org", "ann@example.org"),
        ('"Example, Ann" <ann@example.org>', "ann@example.org"),
        ('"a b"@example.org', '"a b"@example.org'),
        ("jörg@müller.example", "jörg@müller.example"),
        ("o'neil@sub.example.co.uk", "o'neil@sub.example.co.uk"),
    ],
)
def test_emails(text: str, address: str) -> None:
    assert cells.email(text) == address


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ann@example.org; bob@example.org", "cell.two-emails"),
        ("ann@@example.org", "cell.two-emails"),
        ("ann", "cell.email"),
        ("ann@example", "cell.email"),
        ("ann@exa..mple.org", "cell.email"),
        ("ann@-.org" + "x" * 300, "cell.email"),
        ("ann@" + "ü" * 80 + ".org", "cell.email"),
        ("a b@example.org", "cell.email"),
        ("ann@gmial.com", "cell.email-typo"),
        ("Ann@HOTMIAL.com", "cell.email-typo"),
    ],
)
def test_bad_emails(text: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        cells.email(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (cells.name, "Ann  Example", "Ann Example"),
        (cells.name, "Jose\u0301\u200b\u202e", "José"),
        (cells.name, "علی\u200cرضا", "علی\u200cرضا"),
        (cells.name, "李小龍", "李小龍"),
        (cells.name, "O", "O"),
        (cells.prose, "**Good**\n\n<b>x</b>", "**Good**\n\n<b>x</b>"),
        (cells.link, "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (cells.link, "http://münchen.example/ü", "http://münchen.example/ü"),
        (cells.link, "https://8.8.8.8/x", "https://8.8.8.8/x"),
        (cells.did, "did:web:example.org%3A3000:a", "did:web:example.org%3A3000:a"),
        (
            cells.did,
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        ),
        (
            cells.identifier,
            "0B2C0F9E-6F6E-4F39-8B4F-0C0C0C0C0C0C",
            "urn:uuid:0b2c0f9e-6f6e-4f39-8b4f-0c0c0c0c0c0c",
        ),
        (cells.identifier, "https://example.org/1", "https://example.org/1"),
        (cells.moment, "2026-01-31", "2026-01-31T00:00:00Z"),
        (cells.moment, "2026-01-31T10:00:00+01:00", "2026-01-31T10:00:00+01:00"),
        (cells.moment, "31/01/2026", "2026-01-31T00:00:00Z"),
        (cells.moment, "1/31/2026", "2026-01-31T00:00:00Z"),
        (cells.moment, "02.02.2026", "2026-02-02T00:00:00Z"),
        (cells.number, "4,5", "4.5"),
        (cells.number, "4.5", "4.5"),
        (cells.number, "-95 %", "-95"),
        (cells.index, "007", "7"),
    ],
)
def test_good_cells(reader: Any, text: str, value: str) -> None:
    assert reader(text) == value


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        (cells.name, "\u200b\u202e", "cell.name"),
        (cells.name, "a" * 300, "cell.too-long"),
        (cells.prose, "<script>x</script>", "cell.script"),
        (cells.prose, "[x](JavaScript:alert(1))", "cell.script"),
        (cells.prose, "a" * 20_000, "cell.too-long"),
        (cells.link, "example.org/work", "cell.link"),
        (cells.link, "ftp://example.org", "cell.link"),
        (cells.link, "https://a b", "cell.link"),
        (cells.link, "https://[::1", "cell.link"),
        (cells.link, "https://example.org/" + "a" * 3_000, "cell.too-long"),
        (cells.link, "http://localhost:8000/", "cell.private-link"),
        (cells.link, "http://printer.local/", "cell.private-link"),
        (cells.link, "http://192.168.1.1/", "cell.private-link"),
        (cells.link, "http://[::1]/", "cell.private-link"),
        (cells.did, "did:Web:example.org", "cell.did"),
        (cells.did, "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do", "cell.did"),
        (cells.identifier, "badge 1", "cell.identifier"),
        (cells.moment, "03/04/2025", "cell.ambiguous-date"),
        (cells.moment, "2025-02-30", "cell.date"),
        (cells.moment, "31/31/2025", "cell.date"),
        (cells.moment, "2025-01-01T10:00:00", "cell.date"),
        (cells.moment, "tomorrow", "cell.date"),
        (cells.number, "four", "cell.number"),
        (cells.index, "-1", "cell.index"),
        (cells.index, "٧", "cell.index"),
    ],
)
def test_bad_cells(reader: Any, text: str, code: str) -> None:
    with pytest.raises(CellError) as caught:
        reader(text)
    assert caught.value.code == code


def test_results_that_the_description_allows() -> None:
    assert cells.result("a", {"allowedValue": ["F", "A"]}) == "A"
    assert cells.result("anything", {}) == "anything"
    assert cells.result("99,5", {"valueMin": "0", "valueMax": "100"}) == "99.5"
    assert cells.result("1e", {"valueType": "x"}) == "1e"
    for text, description in (
        ("Z", {"allowedValue": ["F", "A"]}),
        ("101", {"valueMax": "100"}),
        ("-1", {"valueMin": "0"}),
        ("many", {"valueMin": "0"}),
    ):
        with pytest.raises(CellError):
            cells.result(text, description)


@given(
    st.text(max_size=30),
    st.sampled_from(
        [
            cells.email,
            cells.name,
            cells.prose,
            cells.link,
            cells.did,
            cells.moment,
            cells.number,
            cells.index,
            cells.identifier,
        ]
    ),
)
def test_any_text_in_any_cell_is_read_or_refused(text: str, reader: Any) -> None:
    with contextlib.suppress(CellError):
        assert isinstance(reader(text), str)
