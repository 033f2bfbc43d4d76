"""What the tests of award files share: a context, and the short way from a table to its problems."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from insignia_server.awarding.sheets import (
    AchievementChoice,
    Checked,
    ResultChoice,
    RowContext,
    RowProblem,
    State,
    check_rows,
    guess_mapping,
    read_sheet,
)

TODAY = date(2026, 11, 25)
SCORE = ResultChoice("urn:score", "Score", "RawScore", minimum="0", maximum="30")
GRADE = ResultChoice("urn:grade", "Grade", "LetterGrade", allowed=("A", "B", "C"))
PERCENT = ResultChoice("urn:percent", "Percent", "Percent")
ACHIEVEMENTS = (
    AchievementChoice("a-1", "Data Ethics", "DE-1"),
    AchievementChoice("a-2", "Statistics", "ST-1"),
    AchievementChoice("a-3", "Statistics", "ST-2"),
    AchievementChoice("a-4", "Latin", "LA-1", State.ARCHIVED),
    AchievementChoice("a-5", "Alchemy", "AL-1", State.DRAFT),
)

Told = tuple[int, str, str, str, str]  # line, letter of the column, code, got, expected


def context(**changes: Any) -> RowContext:
    """The context of a batch of one achievement, on 25 November 2026."""
    given: dict[str, Any] = {
        "today": TODAY,
        "achievement_id": "a-1",
        "achievements": ACHIEVEMENTS,
        "results": (SCORE, GRADE),
        "zone": ZoneInfo("Europe/Berlin"),
    }
    return RowContext(**{**given, **changes})


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """The table as a CSV file in UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def check(content: bytes, mapping: dict[str, str] | None = None, **changes: Any) -> Checked:
    """Reads and checks a file, its columns mapped by their headings."""
    sheet = read_sheet(content)
    known = context(**changes)
    names = [(choice.id, choice.name) for choice in known.results]
    mapping = mapping or guess_mapping(sheet.headings, results=names)
    return check_rows(sheet, mapping, context=known)


def told(problems: Iterable[RowProblem]) -> list[Told]:
    """The problems, as the tests compare them."""
    return [(p.line, p.column.letter if p.column else "", p.code, p.got, p.expected) for p in problems]


def one(heading: str, value: str, **changes: Any) -> tuple[Checked, list[Told]]:
    """What is told of a row with a good address and this value in a second column."""
    checked = check(as_csv([["Email", heading], ["anna@example.org", value]]), **changes)
    return checked, told([*checked.problems, *checked.warnings])
