"""XLSX workbooks, and files that only pretend to be what they are called."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet
from sheet_samples import check, told

from insignia_server.awarding.sheets import ReadLimits, Sheet, SheetError, read_sheet
from insignia_server.awarding.sheets import workbook as workbook_module

STAMP = datetime.fromisoformat("2025-04-03T10:30:00")
HEAD = ["Email", "Name", "Issue date"]


def made(*rows: list[Any], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows:
        page.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def page_of(book: openpyxl.Workbook) -> Worksheet:
    page = book.active
    assert isinstance(page, Worksheet)
    return page


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


def refused(content: bytes, **options: Any) -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        read_sheet(content, **options)
    return caught.value.problem.code, caught.value.problem.got


def test_values_come_out_as_people_would_type_them() -> None:
    row = [
        "a@example.org",
        4.0,
        4.5,
        True,
        date(2025, 4, 3),
        STAMP,
        time(9, 5),
        0.1 + 0.2,
    ]
    sheet = read_sheet(made(["Email", *"bcdefgh"], row, ["b@example.org", False, timedelta(hours=30)]))
    assert cells(sheet) == [
        (
            "a@example.org",
            "4",
            "4.5",
            "TRUE",
            "2025-04-03",
            "2025-04-03T10:30:00",
            "09:05:00",
            "0.3",
        ),
        ("b@example.org", "FALSE", "1 day, 6:00:00", "", "", "", "", ""),
    ]
    assert (sheet.encoding, sheet.delimiter, sheet.sheet_names, sheet.sheet) == ("", "", ("Sheet",), "Sheet")


@pytest.mark.parametrize("mac", [False, True])
def test_dates_as_numbers_of_both_systems(mac: bool) -> None:
    def change(book: openpyxl.Workbook) -> None:
        if mac:
            book.epoch = CALENDAR_MAC_1904

    content = made(HEAD, ["a@example.org", "Anna Lee", date(2025, 4, 3)], change=change)
    assert check(content).rows[0].awarded_on == "2025-04-03"


def test_percent_formats_are_seen() -> None:
    def change(book: openpyxl.Workbook) -> None:
        page_of(book)["B2"].number_format = "0.0%"
        page_of(book)["B3"].number_format = "0%"

    content = made(["Email", "Score"], ["a@example.org", 0.285], ["b@example.org", "x"], change=change)
    assert cells(read_sheet(content)) == [("a@example.org", "28.5%"), ("b@example.org", "x")]
    assert told(check(content).problems)[0] == (2, "B", "score.percent", "28.5%", "a number up to 30")


def test_formulas_with_and_without_a_result() -> None:
    content = made(
        ["Email", "Name"], ["=B2", "Anna Lee"], ["b@example.org", "#N/A"], ["c@example.org", "Cy Li"]
    )
    checked = check(content)
    assert told(checked.problems) == [
        (2, "A", "cell.formula-not-calculated", "=", "a value"),
        (3, "B", "cell.formula-error", "#N/A", "a value"),
    ]
    assert [row.line for row in checked.rows] == [4]
    calculated = changed(content, "xl/worksheets/sheet1.xml", b"<v></v>", b"<v>a@example.org</v>")
    calculated = changed(calculated, "xl/worksheets/sheet1.xml", b"<v />", b"<v>a@example.org</v>")
    assert [row.line for row in check(calculated).rows] == [2, 4]


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    return out.getvalue()


def test_merged_cells_hidden_rows_and_gaps() -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = page_of(book)
        page.merge_cells("C4:C5")
        page.merge_cells("A1:C1")
        page.row_dimensions[5].hidden = True
        page.row_dimensions[40].hidden = True

    rows: list[list[Any]] = [
        ["Spring"],
        HEAD,
        [],
        ["a@example.org", "Anna Lee", date(2025, 4, 3)],
        ["b@example.org", "Bo Li"],
    ]
    checked = check(made(*rows, change=change))
    assert [(r.line, r.awarded_on) for r in checked.rows] == [(4, "2025-04-03"), (5, "2025-04-03")]
    assert told(checked.warnings) == [
        (0, "", "sheet.above-header", "", "the names of the columns in the first row"),
        (0, "", "sheet.merged", "C4:C5", "one value in each cell"),
        (5, "", "row.hidden", "", "a row that can be seen"),
    ]


def test_a_table_that_does_not_begin_in_the_corner() -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = page_of(book)
        page["C3"], page["D3"], page["C4"], page["D4"] = "Email", "Name", "a@example.org", "Anna Lee"

    sheet = read_sheet(made(change=change))
    assert sheet.columns[2].letter == "C"
    assert (sheet.columns[2].heading, sheet.rows[0].line, sheet.rows[0].cells[2]) == (
        "Email",
        4,
        "a@example.org",
    )


def two_sheets(book: openpyxl.Workbook) -> None:
    data = book.create_sheet("People")
    data.append(HEAD)
    data.append(["a@example.org", "Anna Lee", "2025-04-03"])
    book.create_sheet("Empty")
    book.create_sheet("Secret").sheet_state = "hidden"


def test_the_data_on_the_second_sheet() -> None:
    content = made(["Read me"], ["before you begin"], change=two_sheets)
    sheet = read_sheet(content)
    assert (sheet.sheet, sheet.sheet_names) == ("People", ("Sheet", "People", "Empty", "Secret"))
    assert told(sheet.problems) == [
        (0, "", "sheet.chosen", "Sheet, People, Empty, Secret", "one sheet with data")
    ]
    assert read_sheet(content, sheet="Sheet").headings == ("Read me",)
    assert refused(content, sheet="Gone") == ("sheet.not-found", "Gone")
    assert refused(content, sheet="Empty") == ("sheet.empty", "only blank rows")


def test_files_are_told_by_their_content() -> None:
    assert read_sheet(made(HEAD, ["a@example.org"]), name="people.csv").sheet == "Sheet"
    assert read_sheet(b"email\na@example.org\n", name="people.xlsx").delimiter == ","


def test_workbooks_that_cannot_be_read() -> None:
    ole = workbook_module.OLE
    assert refused(ole + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")) == (
        "sheet.password",
        "EncryptedPackage",
    )
    assert refused(ole + b"\0" * 600) == ("sheet.format", "XLS")
    good = made(HEAD, ["a@example.org"])
    assert refused(good[: len(good) // 2])[0] == "sheet.damaged"
    for part in (
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
        "xl/styles.xml",
    ):
        assert refused(changed(good, part, b"<", b"<<"))[0] == "sheet.damaged"
    assert refused(without(good, "xl/_rels/workbook.xml.rels"))[0] == "sheet.damaged"
    assert refused(without(good, "xl/worksheets/sheet1.xml"))[0] == "sheet.damaged"
    assert cells(read_sheet(without(good, "docProps/core.xml"))) == [("a@example.org", "", "")]
    assert refused(zipped({"mimetype": b"application/vnd.oasis"})) == ("sheet.format", "ODS")
    assert refused(zipped({"xl/workbook.bin": b""})) == ("sheet.format", "XLSB")
    assert refused(zipped({"a.txt": b"x"})) == ("sheet.format", "a ZIP file")


def without(content: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return zipped({name: source.read(name) for name in source.namelist() if name != part})


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return out.getvalue()


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    good = made(HEAD, ["a@example.org"])
    with zipfile.ZipFile(io.BytesIO(good)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    bomb = zipped(parts | {"xl/sharedStrings.xml": b" " * 3_000_000})
    assert refused(bomb, limits=ReadLimits(unpacked=2_000_000))[0] == "sheet.bomb"
    # A size in the directory that is not true: the part is longer than it says.
    lying = bytearray(zipped(parts | {"xl/styles.xml": b"<a>" + b" " * 90_000 + b"</a>"}))
    size = struct.pack("<I", 90_007)
    place = lying.rfind(size)
    lying[place : place + 4] = struct.pack("<I", 10)
    assert refused(bytes(lying))[0] == "sheet.damaged"


def test_cells_at_the_far_end_are_refused_before_a_rectangle_is_laid_out() -> None:
    def far(reference: str) -> Callable[[openpyxl.Workbook], None]:
        def change(book: openpyxl.Workbook) -> None:
            page_of(book)[reference] = "x"

        return change

    assert refused(made(HEAD, ["a@example.org"], change=far("XFD9")))[0] == "sheet.too-many-columns"
    assert refused(made(HEAD, ["a@example.org"], change=far("GA1048576")))[0] == "sheet.too-wide"
    assert refused(made(HEAD, ["a@example.org"], change=far("EA200000")))[0] == "sheet.too-wide"


def test_too_many_rows() -> None:
    content = made(HEAD, *[["a@example.org"]] * 4)
    assert refused(content, limits=ReadLimits(rows=3)) == ("sheet.too-many-rows", "4")


def test_a_panic_of_calamine_is_a_damaged_workbook_and_nothing_else_is_swallowed() -> None:
    class PanicException(BaseException):
        pass

    def panic() -> None:
        raise PanicException("index out of bounds")

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SheetError) as caught:
        workbook_module._calamine(panic)
    assert caught.value.problem.code == "sheet.damaged"
    with pytest.raises(KeyboardInterrupt):
        workbook_module._calamine(stop)


def test_entities_are_not_resolved() -> None:
    good = made(HEAD, ["a@example.org"])
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><'
    for part, root in (("xl/worksheets/sheet1.xml", b"worksheet"), ("xl/sharedStrings.xml", b"sst")):
        hostile = changed(changed(good, part, b"<" + root, doctype + root), part, b"a@example.org", b"&b;")
        try:
            found = cells(read_sheet(hostile))
        except SheetError:
            continue
        assert "aaaa" not in str(found)


def test_cells_without_a_reference_follow_each_other() -> None:
    content = made(["Email", "Name"], ["a@example.org", "#N/A"])
    for reference in (b"A1", b"B1", b"A2", b"B2"):
        content = changed(content, "xl/worksheets/sheet1.xml", b' r="' + reference + b'"', b"")
    assert told(read_sheet(content).problems) == [(2, "B", "cell.formula-error", "#N/A", "a value")]


def test_rows_without_a_number_and_with_none() -> None:
    content = made(["Email", "Name"], ["a@example.org", "Anna"])
    bare = changed(content, "xl/worksheets/sheet1.xml", b'<row r="2"', b"<row")
    assert cells(read_sheet(bare)) == [("a@example.org", "Anna")]
    assert (
        refused(changed(content, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="x"'))[0]
        == "sheet.damaged"
    )


def test_dates_beyond_the_calendar_and_merges_without_end() -> None:
    def change(book: openpyxl.Workbook) -> None:
        page = page_of(book)
        for cell, number in (("C2", 1e300), ("C3", -5), ("C4", 60)):
            page[cell] = number
            page[cell].number_format = "yyyy-mm-dd"
        page.merge_cells("B2:B4")

    rows = [["a@example.org", "Anna Lee"], ["b@example.org"], ["c@example.org"]]
    content = made(HEAD, *rows, change=change)
    content = changed(content, "xl/worksheets/sheet1.xml", b"B2:B4", b"B2:B1048576")
    assert [row.cells[:2] for row in read_sheet(content).rows] == [
        ("a@example.org", "Anna Lee"),
        ("b@example.org", "Anna Lee"),
        ("c@example.org", "Anna Lee"),
    ]
    broken = changed(content, "xl/worksheets/sheet1.xml", b"B2:B1048576", b"B2")
    assert len(read_sheet(broken).rows) == 3
