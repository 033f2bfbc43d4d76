"""What a chunk holds: rows as they were checked, problems, and what became of each row, as compressed
JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from insignia_server.awarding.sheets.context import AwardRow
from insignia_server.awarding.sheets.model import RowProblem

SIZE: Final = 500
WAITING: Final = "waiting"
SIGNED: Final = "signed"
UNDONE: Final = "undone"

ISSUED: Final = "issued"
KNOWN: Final = "known"  # its key was awarded before
REFUSED: Final = "refused"


class StoredRow(NamedTuple):
    """A row that can be awarded, with the defaults of the batch put in. Empty texts are not said."""

    line: int
    kind: str
    identifier: str
    email: str
    name: str
    awarded_on: str
    expires_on: str
    results: list[list[str]]
    urls: list[str]
    evidence: str
    narrative: str
    external: str
    language: str
    group: str
    achievement: str


class RowOutcome(NamedTuple):
    """What became of a row: `issued`, `known` (with the award's key) or `refused` (with the reason)."""

    line: int
    state: str
    award: str
    message: str


def stored_row(row: AwardRow, defaults: Mapping[str, str], *, email: str, identifier: str) -> StoredRow:
    """A checked row to be stored; `email` and `identifier` in their normal form."""
    get = defaults.get
    urls = list(row.evidence_urls)
    if not urls and get("evidence_url"):
        urls = [defaults["evidence_url"]]
    return StoredRow(
        row.line,
        row.identifier_type or "emailAddress",
        identifier,
        email,
        row.name,
        row.awarded_on or get("awarded_on", ""),
        row.expires_on or get("expires_on", ""),
        [list(pair) for pair in row.results],
        urls,
        row.evidence_narrative or get("evidence_narrative", ""),
        row.narrative or get("narrative", ""),
        row.external_id,
        row.locale or get("locale", ""),
        row.group,
        row.achievement_id,
    )


def pack(value: Any) -> bytes:
    """JSON, compressed."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack(content: bytes | memoryview) -> Any:
    """What `pack` was given."""
    return json.loads(zlib.decompress(bytes(content)).decode("utf-8", "surrogatepass"))


def rows_of(content: bytes | memoryview) -> list[StoredRow]:
    """The rows of a chunk."""
    return [StoredRow(*row) for row in unpack(content)]


def outcomes_of(content: bytes | memoryview | None) -> list[RowOutcome]:
    """What became of the rows of a chunk so far."""
    return [] if content is None else [RowOutcome(*row) for row in unpack(content)]


def pack_problems(problems: Iterable[RowProblem]) -> bytes | None:
    """Errors and warnings of a chunk, or None."""
    stored = [one.as_json() for one in problems]
    return pack(stored) if stored else None


def problems_of(content: bytes | memoryview | None) -> list[RowProblem]:
    """What `pack_problems` was given."""
    return [] if content is None else [RowProblem.from_json(one) for one in unpack(content)]
