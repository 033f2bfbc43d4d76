"""XLSX workbooks: guarded against bombs, then read with calamine; what calamine hides is found by a scan.

calamine reads values and dates (1900 and 1904) but gives '' for a formula without a result, and says
nothing of hidden rows and percent formats; and it lays out the whole rectangle between the outermost cells.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

import python_calamine
from lxml import etree

from insignia_server.awarding.sheets.model import ReadLimits, SheetError

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_PERCENT_FORMATS: Final = frozenset({9, 10})  # ECMA-376, part 1, 18.8.30: 0% and 0.00%
_AREA: Final = 3_000_000
_RELATION: Final = "{*}Relationship"

Cell = tuple[int, int]  # row and column from 0
Value = Any


@dataclass(slots=True)
class Oddities:
    """What the scan of one sheet found: rows and columns from 0, `bottom` and `right` of the last value;
    `cells` is how many there are in rows with a value."""

    bottom: int = -1
    right: int = -1
    cells: int = 0
    hidden: set[int] = field(default_factory=set)
    percent: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
    not_calculated: set[Cell] = field(default_factory=set)
    merged: list[tuple[Cell, Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: cells as text, row by row from the first of the sheet on, and its oddities."""

    name: str
    rows: Iterator[list[str]]
    odd: Oddities


def is_workbook(content: bytes) -> bool:
    """Whether the bytes are those of a spreadsheet program, whatever the file is called."""
    return content.startswith((OLE, *ZIP))


class Workbook:
    """An open workbook. Raises SheetError: sheet.password, sheet.format, sheet.damaged, sheet.bomb."""

    def __init__(self, content: bytes, limits: ReadLimits) -> None:
        if content.startswith(OLE):
            if _ENCRYPTED in content:
                raise SheetError.of("sheet.password", "EncryptedPackage")
            raise SheetError.of("sheet.format", "XLS")
        self._limits = limits
        self._scanned: dict[str, Oddities] = {}
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
            self._guard()
            self._paths = self._sheet_paths()
            self._percent_styles = self._find_percent_styles()
        except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, OSError, ValueError) as error:
            raise SheetError.of("sheet.damaged", str(error)[:200]) from None
        except (KeyError, NotImplementedError, RuntimeError) as error:  # a part that is missing or encrypted
            raise SheetError.of("sheet.damaged", str(error)[:200]) from None
        self._book = _calamine(lambda: python_calamine.load_workbook(io.BytesIO(content)))
        self.names = tuple(
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet and sheet.name in self._paths
        )
        if not self.names:
            raise SheetError.of("sheet.damaged", "no sheet")
        self.visible = tuple(
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.name in self.names and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        )

    def grid(self, name: str) -> Grid:
        """The sheet of this name. Raises SheetError: sheet.damaged, sheet.too-wide, sheet.too-many-…"""
        try:
            odd = self._scanned[name] = self._scanned.get(name) or self._scan(name)
        except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, EOFError, OSError, ValueError) as error:
            raise SheetError.of("sheet.damaged", str(error)[:200]) from None
        if odd.right >= self._limits.columns:
            got = f"{odd.right + 1}"
            raise SheetError.of("sheet.too-many-columns", got, limit=self._limits.columns)
        if (odd.bottom + 1) * (odd.right + 1) > _AREA:
            raise SheetError.of("sheet.too-wide", f"{odd.bottom + 1} x {odd.right + 1}")
        if odd.bottom < 0:
            return Grid(name, iter(()), odd)
        sheet = _calamine(lambda: self._book.get_sheet_by_name(name))
        return Grid(name, _texts(sheet, odd), odd)

    def peek(self, name: str, rows: int = 10) -> list[list[str]]:
        """The first rows of a sheet, for choosing one among several."""
        return [row for row, _ in zip(self.grid(name).rows, range(rows), strict=False)]

    def _guard(self) -> None:
        """Reads each part once, so that no size in the directory has to be believed."""
        names = set(self._archive.namelist())
        if "xl/workbook.xml" not in names:
            got = "a ZIP file" if "mimetype" not in names else "ODS"
            raise SheetError.of("sheet.format", "XLSB" if "xl/workbook.bin" in names else got)
        total = 0
        for entry in self._archive.infolist():
            total += entry.file_size
            if total > self._limits.unpacked or entry.file_size > 5_000 * (entry.compress_size + 100):
                raise SheetError.of("sheet.bomb", f"{total}", limit=self._limits.unpacked)
        for entry in self._archive.infolist():
            with self._archive.open(entry) as part:
                while part.read(1 << 20):
                    pass

    def _xml(self, path: str) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        return etree.fromstring(self._archive.read(path), parser)

    def _sheet_paths(self) -> dict[str, str]:
        relations = {
            relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target") or ""))
            for relation in self._xml("xl/_rels/workbook.xml.rels").iter(_RELATION)
        }
        found = {}
        for sheet in self._xml("xl/workbook.xml").iter("{*}sheet"):
            key = next((v for k, v in sheet.attrib.items() if str(k).endswith("}id")), None)
            path = relations.get(str(key), "").lstrip("/")
            if path in self._archive.namelist():
                found[sheet.get("name") or ""] = path
        return found

    def _find_percent_styles(self) -> frozenset[str]:
        if "xl/styles.xml" not in self._archive.namelist():
            return frozenset()
        styles = self._xml("xl/styles.xml")
        formats = {
            int(number.get("numFmtId") or 0)
            for number in styles.iter("{*}numFmt")
            if "%" in (number.get("formatCode") or "")
        } | _PERCENT_FORMATS
        used = styles.find("{*}cellXfs")
        return frozenset(
            str(place)
            for place, style in enumerate(used if used is not None else ())
            if int(style.get("numFmtId") or 0) in formats
        )

    def _scan(self, name: str) -> Oddities:
        odd = Oddities()
        with self._archive.open(self._paths[name]) as part:
            events = etree.iterparse(
                part,
                events=("end",),
                tag=("{*}row", "{*}mergeCell"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            line = -1
            for _, element in events:
                if etree.QName(element).localname == "mergeCell":
                    _merge(odd, element.get("ref") or "")
                else:
                    line = int(element.get("r") or line + 2) - 1
                    self._scan_row(odd, line, element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                if odd.cells > _AREA:
                    raise SheetError.of("sheet.too-wide", f"{odd.cells}")
        return odd

    def _scan_row(self, odd: Oddities, line: int, row: etree._Element) -> None:
        last, notable, percent = None, [], self._percent_styles
        for cell in row:
            if not len(cell):
                continue
            last = cell
            if cell.get("t") == "e" or cell[0].tag.endswith("}f") or cell.get("s") in percent:
                notable.append(cell)
        if last is None:
            return
        odd.bottom = line
        odd.cells += len(row)
        odd.right = max(odd.right, _place(last, row))
        if row.get("hidden") in ("1", "true"):
            odd.hidden.add(line)
        for cell in notable:
            place = line, _place(cell, row)
            if cell.get("t") == "e":
                odd.errors[place] = "".join(str(text) for text in cell.itertext("{*}v"))
            elif cell[0].tag.endswith("}f") and not any(e.tag.endswith("}v") and e.text for e in cell):
                odd.not_calculated.add(place)
            elif cell.get("s") in percent:
                odd.percent.add(place)


def _place(cell: etree._Element, row: etree._Element) -> int:
    """The column of a cell from 0; where the file names no places, cells follow each other."""
    reference = cell.get("r")
    if reference:
        return _column(reference)
    place = -1
    for other in row:
        place = _column(other.get("r") or "") if other.get("r") else place + 1
        if other is cell:
            break
    return place


def _calamine(work: Any) -> Any:
    """Calls calamine: its errors, and the panics of its Rust code, are damaged workbooks."""
    try:
        return work()
    except python_calamine.PasswordError:
        raise SheetError.of("sheet.password") from None
    except (python_calamine.CalamineError, ValueError, OSError, OverflowError) as error:
        raise SheetError.of("sheet.damaged", str(error)[:200]) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # it derives from BaseException
            raise
        raise SheetError.of("sheet.damaged", str(error)[:200]) from None


def _column(reference: str) -> int:
    number = 0
    for character in reference:
        if not "A" <= character <= "Z":
            break
        number = number * 26 + ord(character) - 64
    return number - 1


def _merge(odd: Oddities, reference: str) -> None:
    corners = _REFERENCE.findall(reference)
    if len(corners) == 2:
        (left, top), (right, bottom) = corners
        odd.merged.append(((int(top) - 1, _column(left)), (int(bottom) - 1, _column(right))))


def _values(sheet: Any) -> Iterator[list[Value]]:
    rows = _calamine(sheet.iter_rows)
    while (row := _calamine(lambda: next(rows, None))) is not None:
        yield row


def _texts(sheet: Any, odd: Oddities) -> Iterator[list[str]]:
    """The rows from the first of the sheet on. Merged cells have their value in each of their rows."""
    _, left = sheet.start or (0, 0)  # iter_rows begins at row 0, but at the first column with a value
    width = odd.right + 1
    begins: dict[int, list[tuple[int, int]]] = {}
    for (top, column), (bottom, _) in odd.merged:
        if bottom > top and column < width:
            begins.setdefault(top, []).append((column, bottom))
    open_cells: dict[int, tuple[str, int]] = {}  # column: value, last row
    for line, values in enumerate(_values(sheet)):
        cells = [""] * left + [v if type(v) is str else _text(v) for v in values]
        cells += [""] * (width - len(cells))
        for column in range(len(cells)) if odd.percent else ():
            if (line, column) in odd.percent and cells[column]:
                cells[column] = _percent(cells[column])
        for column, (value, last) in open_cells.items():
            if line <= last and not cells[column]:
                cells[column] = value
        for column, last in begins.get(line, ()):
            open_cells[column] = cells[column], last
        yield cells


def _text(value: Value) -> str:
    """A value as a person would type it; dates in ISO form, which is never ambiguous."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _percent(text: str) -> str:
    try:
        return f"{round(float(text) * 100, 10):.10g}%"
    except ValueError:
        return text
