"""Award files: reading what people really upload, checking every row, and writing it back with its problems.

A pure package: no models, no settings, no clock. What a kind of problem means: docs/bulk-files.md.
"""

from insignia_server.awarding.sheets.checking import Checked, check_rows, iter_checked
from insignia_server.awarding.sheets.context import (
    AchievementChoice,
    AwardRow,
    CheckLimits,
    ResultChoice,
    RowContext,
    State,
)
from insignia_server.awarding.sheets.fields import FIELDS, guess_mapping
from insignia_server.awarding.sheets.model import (
    Column,
    ReadLimits,
    Row,
    RowProblem,
    Severity,
    Sheet,
    SheetError,
)
from insignia_server.awarding.sheets.reading import read_sheet
from insignia_server.awarding.sheets.writing import Outcome, annotate, outcomes

__all__ = [
    "FIELDS",
    "AchievementChoice",
    "AwardRow",
    "CheckLimits",
    "Checked",
    "Column",
    "Outcome",
    "ReadLimits",
    "ResultChoice",
    "Row",
    "RowContext",
    "RowProblem",
    "Severity",
    "Sheet",
    "SheetError",
    "State",
    "annotate",
    "check_rows",
    "guess_mapping",
    "iter_checked",
    "outcomes",
    "read_sheet",
]
