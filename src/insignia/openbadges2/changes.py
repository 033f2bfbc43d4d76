"""What becomes of each part of a badge on its way between Open Badges 2.0 and 3.0."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Fate(StrEnum):
    """What happened to it."""

    KEPT = "kept"
    CHANGED = "changed"
    LOST = "lost"


class Change(NamedTuple):
    """One part, as a person would call it, and what to know about it."""

    fate: Fate
    what: str
    note: str = ""
