"""Every kind of problem: how grave it is, what was expected, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from insignia_server.awarding.sheets import texts_of_files, texts_of_people, texts_of_values
from insignia_server.awarding.sheets.kinds import COLUMN, LINE, TEXT_LINE, Grave, Kind, _, translate

__all__ = ["COLUMN", "KINDS", "LINE", "TEXT_LINE", "Grave", "Kind", "_", "translate"]

KINDS: Final[Mapping[str, Kind]] = {
    code: kind
    for kinds in (
        texts_of_files.FILE_ERRORS,
        texts_of_files.FILE_WARNINGS,
        texts_of_files.ROW_ERRORS,
        texts_of_people.PERSON_ERRORS,
        texts_of_people.PERSON_WARNINGS,
        texts_of_values.DATE_ERRORS,
        texts_of_values.DATE_WARNINGS,
        texts_of_values.RESULT_ERRORS,
        texts_of_values.RESULT_WARNINGS,
        texts_of_values.TEXT_ERRORS,
        texts_of_values.TEXT_WARNINGS,
    )
    for code, kind in kinds
}
