"""From what was pasted or uploaded to lines of a roster."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from insignia_server.awarding.sheets import ReadLimits, Sheet, SheetError, guess_mapping, read_sheet
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.groups import RosterLine

LIMITS = ReadLimits(size=8 * 1024 * 1024, rows=20_000, columns=100, unpacked=64 * 1024 * 1024)
WITH_NAME = re.compile(r"\s*(?P<name>.*?)\s*<(?P<email>[^<>\s]+@[^<>\s]+)>\s*[,;]?\s*")
ADDRESS = re.compile(r'[^\s<>()",;:|@]+@[^\s<>()"\',;:|@]+\.[^\s<>()"\',;:|@]+')
SAMPLE = 20


def lines_of(content: bytes, *, name: str = "", field: str = "file") -> list[RosterLine]:
    """Email and name of each row of a CSV file, a workbook or pasted text; headings are not needed.

    Raises:
        Refused: nothing can be read, or there is no column of email addresses.
    """
    try:
        sheet = read_sheet(content, name=name, limits=LIMITS)
    except SheetError as error:
        raise Refused(Refusal(str(error), field, error.problem.code)) from error
    sample = [row.cells for row in sheet.rows[:SAMPLE]]
    mapping = guess_mapping(sheet.headings, sample=sample)
    place = _place(sheet, mapping.get("email", ""))
    if place is None:
        place = _column_of_addresses(sample)
    if place is None:
        message = _("There is no column of email addresses. Give one the heading Email.")
        raise Refused(Refusal(message, field, "no-email", "Email", ", ".join(sheet.headings)[:200]))
    names = _name_places(sheet, mapping, place)
    found = [_line(row.line, row.cells, place, names) for row in sheet.rows if any(row.cells)]
    return _as_typed(found, content.decode()) if field == "pasted" else found


def _as_typed(found: list[RosterLine], pasted: str) -> list[RosterLine]:
    """Lines of a pasted list that are written in another way than most of them: the one address in a line is
    the address, what stands around it the name."""
    typed = pasted.splitlines()
    return [
        _loose(one, typed[one.line - 1])
        if not ADDRESS.fullmatch(one.email) and 0 < one.line <= len(typed)
        else one
        for one in found
    ]


def _loose(one: RosterLine, text: str) -> RosterLine:
    addresses = ADDRESS.findall(text)
    if len(addresses) != 1:
        return one
    name = text.replace(addresses[0], " ").strip(' \t,;|<>"')
    return RosterLine(one.line, addresses[0], " ".join(re.sub(r'[\t;|<>"]', " ", name).split()))


def _place(sheet: Sheet, heading: str) -> int | None:
    column = sheet.column(heading) if heading else None
    return column.index if column else None


def _column_of_addresses(sample: Sequence[Sequence[str]]) -> int | None:
    width = max((len(row) for row in sample), default=0)
    counts = [sum("@" in row[at] for row in sample if at < len(row)) for at in range(width)]
    best = max(range(width), key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] else None


def _name_places(sheet: Sheet, mapping: dict[str, str], email: int) -> list[int]:
    """Where the name stands: its column, given and family name, or without headings the next column."""
    if (whole := _place(sheet, mapping.get("name", ""))) is not None:
        return [whole]
    parts = [_place(sheet, mapping.get(name, "")) for name in ("given_name", "family_name")]
    found = [place for place in parts if place is not None]
    if found or sheet.header_line:
        return found
    others = [column.index for column in sheet.columns if column.index != email]
    return others[:1]


def _line(line: int, cells: Sequence[str], place: int, names: Sequence[int]) -> RosterLine:
    cell = cells[place].strip() if place < len(cells) else ""
    name = " ".join(cells[at].strip() for at in names if at < len(cells) and cells[at].strip())
    if match := WITH_NAME.fullmatch(cell):
        return RosterLine(line, match["email"], name or match["name"].strip('" '))
    return RosterLine(line, cell, name)
