"""Many awards at once: prepare, check, confirm, sign in chunks, deliver, and undo.
docs/adr/0011-batches-as-chunks.md."""

from insignia_server.awarding.batches.deciding import approve, confirm, retry_failed, stop, undo_batch
from insignia_server.awarding.batches.files import ready_or_asked, small
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.batches.preparing import check, set_options, start_bulk
from insignia_server.awarding.batches.reading import Preview, what_failed
from insignia_server.awarding.batches.reports import (
    Progress,
    outcomes_file,
    problems,
    problems_file,
    progress,
    row_outcomes,
)

__all__ = [
    "Options",
    "Preview",
    "Progress",
    "approve",
    "check",
    "confirm",
    "outcomes_file",
    "problems",
    "problems_file",
    "progress",
    "ready_or_asked",
    "retry_failed",
    "row_outcomes",
    "set_options",
    "small",
    "start_bulk",
    "stop",
    "undo_batch",
    "what_failed",
]
