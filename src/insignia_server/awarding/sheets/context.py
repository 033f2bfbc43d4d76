"""What the database knows, handed in as plain data, and the rows that come out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, tzinfo
from enum import StrEnum
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

DateOrder = Literal["dmy", "mdy"]
Holding = tuple[str, str]  # id of the achievement, recipient (AwardRow.recipient)


class State(StrEnum):
    """Where an achievement is in its life. Only a published one can be awarded."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class AchievementChoice:
    """An achievement that rows may name by its id, name or human code (letter case does not matter)."""

    id: str
    name: str
    code: str = ""
    state: State = State.PUBLISHED


@dataclass(frozen=True, slots=True)
class ResultChoice:
    """A result description of the achievement.

    `type` is a ResultType of Open Badges 3.0 (GradePointAverage, Percent, PredictedScore, RawScore,
    RubricScore and ScaledScore are numbers unless `allowed` lists values). `minimum`, `maximum` and
    `required_value` are as typed in the achievement; empty for none. `required`: each row needs a value.
    """

    id: str
    name: str
    type: str = "Result"
    allowed: tuple[str, ...] = ()
    minimum: str = ""
    maximum: str = ""
    required: bool = False
    required_value: str = ""


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """The longest texts, in characters; and how many days ahead an award may be dated."""

    name: int = 200
    identifier: int = 500
    external_id: int = 200
    result: int = 500
    link: int = 2_000
    narrative: int = 10_000
    days_ahead: int = 366


def _nothing(_asked: Collection[Holding]) -> Collection[Holding]:
    return ()


def _nobody(_asked: Collection[str]) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the check has to know. The two callables are asked once for each chunk of rows.

    `achievement_id`: the achievement of the batch; empty when rows name theirs (`achievements`).
    `holders` gets pairs (achievement id, recipient) and answers those that hold the badge already;
    `suppressed` gets email addresses and answers those to which no mail is sent.
    `date_order`: how 03/04/2025 is read; None: found out from the other dates of the column, else an error.
    `zone`: the zone of times that name none. `own_domains` join the providers against which typing errors
    of a domain are seen. `groups` and `locales` None: any. `repeatable`: holding the badge is only a warning.
    `salt` makes the idempotency keys, so that they do not tell addresses.
    """

    today: date
    achievement_id: str = ""
    achievements: Collection[AchievementChoice] = ()
    results: tuple[ResultChoice, ...] = ()
    holders: Callable[[Collection[Holding]], Collection[Holding]] = _nothing
    suppressed: Callable[[Collection[str]], Collection[str]] = _nobody
    date_order: DateOrder | None = None
    zone: tzinfo = field(default_factory=lambda: ZoneInfo("UTC"))
    own_domains: Collection[str] = ()
    groups: Collection[str] | None = None
    locales: Collection[str] | None = None
    name_required: bool = False
    repeatable: bool = False
    salt: bytes = b""
    limits: CheckLimits = field(default_factory=CheckLimits)


class AwardRow(NamedTuple):  # not a dataclass: three times as quick to make, and 100,000 are made
    """A row that can be awarded, normalised; texts that the row does not have are empty.

    `recipient` is the email address or else the identifier; `identifier_type` is `emailAddress`, `did` or
    an IdentifierTypeEnum value. Dates are `2025-04-03` or `2025-04-03T10:00:00+02:00`. `results` are pairs
    (id of the result description, value), decimals with a point. `key` is the same for
    the same row uploaded again.
    """

    line: int
    key: str
    recipient: str
    email: str
    identifier: str
    identifier_type: str
    name: str
    given_name: str
    family_name: str
    achievement_id: str
    awarded_on: str
    expires_on: str
    results: tuple[tuple[str, str], ...]
    evidence_urls: tuple[str, ...]
    evidence_narrative: str
    narrative: str
    external_id: str
    locale: str
    group: str
