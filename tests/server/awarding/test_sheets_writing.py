"""Files that go out: problems and outcomes beside the rows, and no formula."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sheet_samples import as_csv, check

from insignia_server.awarding.sheets import Outcome, annotate, outcomes, read_sheet
from insignia_server.awarding.sheets.exports import harmless, without_mark

ROWS = [
    ["Email", "Name", "Score"],
    ["anna@example.org", "=HYPERLINK(A1)", "31"],
    ["bo@example.org", "Bo Li", "-1"],
    ["cy@gmial.com", "Cy Li", "4"],
    ["di@example.org", "Di Li", "5"],
]


def test_problems_stand_beside_their_rows() -> None:
    content = as_csv(ROWS, ";")
    checked = check(content)
    sheet = read_sheet(content)
    data = annotate(sheet, [*checked.problems, *checked.warnings], format="csv")
    assert data.startswith(b"\xef\xbb\xbfEmail;Name;Score;Line;Problems;Warnings\r\n")
    again = read_sheet(data, delimiter=";")
    assert [row.cells for row in again.rows] == [
        (
            "anna@example.org",
            "=HYPERLINK(A1)",
            "31",
            "2",
            "column C (Score): The score is over the maximum. Correct it. [31]",
            "column B (Name): A spreadsheet would run this text as a formula. It is kept as text and made"
            " harmless in exports. [=HYPERLINK(A1)]",
        ),
        (
            "bo@example.org",
            "Bo Li",
            "-1",
            "3",
            "column C (Score): The score is under the minimum. Correct it. [-1]",
            "",
        ),
        (
            "cy@gmial.com",
            "Cy Li",
            "4",
            "4",
            "",
            "column A (Email): This looks like a typing error of gmail.com. Check it, or the mail goes"
            " astray. [cy@gmial.com] → cy@gmail.com",
        ),
        ("di@example.org", "Di Li", "5", "5", "", ""),
    ]
    assert b";'=HYPERLINK(A1);" in data
    assert b";'-1;" in data
    bad = annotate(sheet, checked.problems, format="csv", only_bad=True)
    assert [row.cells[0] for row in read_sheet(bad).rows] == ["anna@example.org", "bo@example.org"]


def test_problems_of_the_file_stand_beside_the_header() -> None:
    content = b"Email,Email\na@example.org,b@example.org\nb@example.org,,x\n"
    sheet = read_sheet(content)
    lines = annotate(sheet, sheet.problems, format="csv").decode("utf-8-sig").splitlines()
    assert lines[0].startswith(
        "Email,Email,Line,Problems,Warnings: column B (Email): Two columns have the same name."
    )
    assert lines[2].startswith("b@example.org,,3,column C: The row has more cells than the header.")
    assert lines[2].endswith(",x")


def test_a_workbook_with_problems_holds_text_only() -> None:
    content = as_csv([*ROWS, ["x" * 40_000, "a\x07b", "'=1"]])
    checked = check(content)
    sheet = read_sheet(content)
    book = openpyxl.load_workbook(io.BytesIO(annotate(sheet, checked.problems, format="xlsx")))
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == ["Email", "Name", "Score", "Line", "Problems", "Warnings"]
    assert page["A1"].font.bold
    assert page["B2"].value == "'=HYPERLINK(A1)"
    assert {cell.data_type for row in page.iter_rows() for cell in row if cell.value} == {"s"}
    assert (len(str(page["A6"].value)), page["B6"].value) == (32_767, "a\ufffdb")
    again = read_sheet(annotate(sheet, [], format="xlsx"))
    assert [row.cells[:3] for row in again.rows][:4] == [tuple(row) for row in ROWS[1:]]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_outcomes_stand_beside_their_rows(format: str) -> None:
    sheet = read_sheet(as_csv(ROWS))
    done = [Outcome(2, "awarded", "https://badges.example.org/1"), Outcome(4, "failed", detail="=no")]
    again = read_sheet(outcomes(sheet, done, format=format))  # type: ignore[arg-type]
    assert again.headings == ("Email", "Name", "Score", "Line", "Outcome", "Badge page", "Detail")
    assert [row.cells[3:] for row in again.rows] == [
        ("2", "awarded", "https://badges.example.org/1", ""),
        ("3", "", "", ""),
        ("4", "failed", "", "=no"),
        ("5", "", "", ""),
    ]


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\tx", "\rx", " =1", "'=1", "''\tx", "＝1", "\n=1", " ' -x"]
)
def test_texts_that_would_run_are_marked_and_the_mark_comes_off(text: str) -> None:
    assert harmless(text) == "'" + text
    assert without_mark(harmless(text)) == text


@pytest.mark.parametrize("text", ["Anna", "'Anna'", "a=b", "", "'", "O'Neil", "' x"])
def test_other_texts_stay(text: str) -> None:
    assert harmless(text) == text == without_mark(text)
