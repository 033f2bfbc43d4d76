"""What holds for any table and any bytes."""

from __future__ import annotations

import csv
import io
import random

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sheet_samples import context
from test_sheets_workbook import made

from insignia_server.awarding.sheets import (
    AwardRow,
    SheetError,
    annotate,
    check_rows,
    guess_mapping,
    iter_checked,
    read_sheet,
)
from insignia_server.awarding.sheets.emails import EmailCheck, _is_one_step
from insignia_server.awarding.sheets.exports import harmless, without_mark

HEADER = ["Email", "Name", "Issue date", "Score", "Evidence", "Comment", "Identifier", "Expires"]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd\ufeff"), max_size=30)
LATIN = st.text(st.characters(codec="cp1252", exclude_characters="\0"), max_size=20)


def tables(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    row = st.lists(text, min_size=8, max_size=8)
    return st.lists(
        row.filter(lambda cells: any(map(str.strip, cells)) and cells != HEADER), min_size=1, max_size=6
    )


@given(
    tables(TEXT),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
)
def test_any_table_is_read_as_it_was_written(table: list[list[str]], delimiter: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [HEADER, *[[harmless(cell) for cell in row] for row in table]]
    )
    sheet = read_sheet(out.getvalue().encode(encoding), encoding=encoding, delimiter=delimiter)
    assert [list(row.cells) for row in sheet.rows] == table
    guessed = read_sheet(out.getvalue().encode("utf-8-sig"))
    assert [list(row.cells) for row in guessed.rows] == table


@given(tables(LATIN), st.sampled_from(",;\t|"))
def test_any_table_in_windows_1252(table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(
        [HEADER, *[[harmless(cell) for cell in row] for row in table]]
    )
    sheet = read_sheet(out.getvalue().encode("cp1252"), encoding="cp1252")
    assert [list(row.cells) for row in sheet.rows] == table


@given(tables(TEXT))
@settings(max_examples=30)
def test_what_is_annotated_can_be_read_again(table: list[list[str]]) -> None:
    content = io.StringIO(newline="")
    csv.writer(content).writerows([HEADER, *[[harmless(cell) for cell in row] for row in table]])
    sheet = read_sheet(content.getvalue().encode())
    checked = check_rows(sheet, guess_mapping(sheet.headings), context=context())
    again = read_sheet(annotate(sheet, [*checked.problems, *checked.warnings], format="csv"))
    assert [list(row.cells[:8]) for row in again.rows] == table
    assert annotate(sheet, checked.problems, format="xlsx").startswith(b"PK")


@given(st.text(max_size=40))
@example("'=1")
@example(" '\t")
def test_the_mark_comes_off_as_it_was_put_on(text: str) -> None:
    assert without_mark(harmless(text)) == text


@given(
    st.binary(max_size=400) | st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b) | TEXT.map(str.encode)
)
@example(b"\xff\xfe\x00")
@example(b"\x00a")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b'"')
@example(b"sep=")
def test_hostile_bytes_give_a_sheet_or_the_one_error(content: bytes) -> None:
    try:
        sheet = read_sheet(content)
    except SheetError:
        return
    mapping = guess_mapping(sheet.headings, sample=[row.cells for row in sheet.rows])
    checked = check_rows(sheet, mapping | {"email": sheet.headings[0]}, context=context())
    assert checked.done == len(sheet.rows)


def test_damaged_workbooks_give_a_sheet_or_the_one_error() -> None:
    good = made(["Email", "Name"], ["a@example.org", "Anna Lee"], ["=1", 4.5])
    random_ = random.Random(1)
    for _ in range(150):
        content = bytearray(good)
        for _ in range(random_.randrange(1, 6)):
            content[random_.randrange(len(content))] = random_.randrange(256)
        try:
            assert len(read_sheet(bytes(content)).rows) < 10
        except SheetError:
            continue


@given(st.lists(st.lists(TEXT, min_size=8, max_size=8), min_size=1, max_size=8), st.integers(1, 5))
def test_any_row_is_awarded_or_told_and_chunks_make_no_difference(table: list[list[str]], chunk: int) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *table, ["a@example.org", *[""] * 7]])
    sheet = read_sheet(out.getvalue().encode())
    mapping = guess_mapping(sheet.headings)
    whole = check_rows(sheet, mapping, context=context())
    parts = list(iter_checked(sheet, mapping, context=context(), chunk=chunk))
    assert [row for part in parts for row in part.rows] == whole.rows
    assert [p for part in parts for p in part.problems] == whole.problems
    refused = {problem.line for problem in whole.problems}
    awarded = {row.line for row in whole.rows}
    assert not refused & awarded
    assert refused | awarded >= {row.line for row in sheet.rows}
    for row in whole.rows:
        assert isinstance(row, AwardRow)
        assert row.recipient


@given(st.text("abcg.", min_size=1, max_size=6), st.text("abcg.", min_size=1, max_size=6))
def test_one_step_is_the_damerau_levenshtein_distance_of_1(one: str, other: str) -> None:
    edits = {one[:i] + one[i + 1 :] for i in range(len(one))}
    edits |= {one[:i] + c + one[j:] for i in range(len(one) + 1) for j in (i, i + 1) for c in "abcg."}
    edits |= {one[:i] + one[i : i + 2][::-1] + one[i + 2 :] for i in range(len(one) - 1)}
    if one != other:
        assert _is_one_step(one, other) == (other in edits)


@given(
    st.sampled_from(["gmail.com", "hotmail.com", "outlook.com", "t-online.de"]),
    st.integers(0, 8),
    st.sampled_from("qxzw"),
)
def test_each_near_miss_of_a_provider_is_found(domain: str, place: int, letter: str) -> None:
    check = EmailCheck()
    place = min(place, domain.index(".") - 1)
    for typed in (domain[:place] + letter + domain[place:], domain[:place] + letter + domain[place + 1 :]):
        assert check.meant(typed) == domain
