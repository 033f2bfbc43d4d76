"""What the pages of a batch tell: problems by kind, who is awarded, who approves, rows that were refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding import batches
from insignia_server.awarding.batches.chunks import REFUSED, RowOutcome, StoredRow, outcomes_of, rows_of
from insignia_server.awarding.models import Batch, BatchChunk
from insignia_server.awarding.sheets import RowProblem
from insignia_server.organisations.models import Member
from insignia_server.organisations.roles import Permission, granted

DUPLICATES: Final = frozenset(
    {"person.twice", "external.twice", "person.two-addresses", "award.already-held", "award.held-again"}
)
PAGE: Final = 200


@dataclass
class Kind:
    """One kind of problem: how often, and the first of them."""

    code: str
    count: int
    first: list[RowProblem] = field(default_factory=list)

    @property
    def is_error(self) -> bool:
        """Whether rows are not awarded for it."""
        return RowProblem(0, self.code).is_error

    @property
    def message(self) -> str:
        """What is the matter, as the first of them says it."""
        return self.first[0].message if self.first else self.code

    @property
    def more(self) -> int:
        """How many are not among the first."""
        return max(self.count - len(self.first), 0)


@dataclass(frozen=True)
class Found:
    """What the check found, the gravest first."""

    about_file: list[Kind]
    errors: list[Kind]
    duplicates: list[Kind]
    warnings: list[Kind]


def found(batch: Batch) -> Found:
    """The problems of a checked batch by kind, from its summary: no chunk is read."""
    counts: Mapping[str, int] = batch.summary.get("codes", {})
    kinds: dict[str, Kind] = {}
    whole: dict[str, Kind] = {}
    for stored in batch.summary.get("first", []):
        one = RowProblem.from_json(stored)
        place = whole if not one.line or one.code.startswith("sheet.") else kinds
        kind = place.setdefault(one.code, Kind(one.code, 0))
        kind.first.append(one)
    for kind in whole.values():
        kind.count = len(kind.first)
    for code, count in counts.items():
        kind = kinds.get(code) or Kind(code, 0)
        kind.count = count - (whole[code].count if code in whole else 0)
        if kind.count:
            kinds[code] = kind
    listed = sorted((kind for kind in kinds.values() if kind.count), key=lambda kind: -kind.count)
    return Found(
        about_file=sorted(whole.values(), key=lambda kind: not kind.is_error),
        errors=[one for one in listed if one.is_error and one.code not in DUPLICATES],
        duplicates=[one for one in listed if one.code in DUPLICATES],
        warnings=[one for one in listed if not one.is_error and one.code not in DUPLICATES],
    )


def problems_page(batch: Batch, *, code: str, number: int) -> tuple[list[RowProblem], bool]:
    """One page of the problems of a kind (all kinds without one), and whether there are more."""
    wanted: Iterable[RowProblem] = batches.problems(batch)
    if code:
        wanted = (one for one in wanted if one.code == code)
    start = PAGE * (number - 1)
    rows = list(islice(wanted, start, start + PAGE + 1))
    return rows[:PAGE], len(rows) > PAGE


def sample(batch: Batch, count: int = 5) -> list[StoredRow]:
    """The first rows that will be awarded."""
    chunk = BatchChunk.objects.filter(batch=batch, count__gt=0).order_by("number").first()
    return rows_of(chunk.rows)[:count] if chunk else []


def awarded(batch: Batch) -> list[AchievementVersion]:
    """The versions that rows of this batch are awarded under."""
    keys = list(batch.summary.get("versions", {}).values())[:50]
    rows = AchievementVersion.objects.filter(pk__in=keys).select_related("achievement__issuer")
    return list(rows.order_by("achievement__name"))


def needs_approval(batch: Batch) -> bool:
    """Whether a second person has to say yes."""
    least = batch.organisation.approval_from
    return least is not None and batch.good >= least


def approvers(batch: Batch, *, but: Iterable[uuid.UUID | None]) -> list[str]:
    """Names of those who may approve it."""
    members = Member.objects.select_related("user").filter(user__is_active=True)
    others = [
        one for one in members if Permission.APPROVE in granted(one.roles) and one.user_id not in set(but)
    ]
    return sorted(str(one.user) for one in others)


def refused_rows(batch: Batch, most: int = 50) -> list[RowOutcome]:
    """The first rows that could not be signed, with the reason."""
    rows = BatchChunk.objects.filter(batch=batch, refused__gt=0).order_by("number")
    found: list[RowOutcome] = []
    for content in rows.values_list("outcomes", flat=True)[:most]:
        found += [one for one in outcomes_of(content) if one.state == REFUSED]
        if len(found) >= most:
            break
    return found[:most]
