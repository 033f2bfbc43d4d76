"""Pages of awards: which index a list is read from, and what is looked through (ADR 16).

The newest come first; what is found by the beginning of a name comes by name.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award, DeliveryState
from insignia_server.awarding.querysets import (
    EXPIRED,
    SHOWN,
    UNDONE,
    VALID,
    AwardQuerySet,
    longer_name,
    name_key,
)
from insignia_server.kit import ranges
from insignia_server.kit.ids import first_key
from insignia_server.kit.paging import Page
from insignia_server.kit.ranges import Ranges, unseen

MOST_RANGES: Final = 60  # merged in one statement
_UNMARKED: Final = 500  # over, and not marked by the job yet
_NEAR: Final = dt.timedelta(hours=1)  # no job takes longer from an award's time to its key
_RARE: Final = (DeliveryState.QUEUED, DeliveryState.BOUNCED, DeliveryState.FAILED, DeliveryState.WITHHELD)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list shows; what is empty filters nothing. `state`: a name of `querysets.SHOWN`.

    `search`: an address, a DID, or the beginning of a name. `since` and `until` (not included) are times of
    the award. Undone awards are left out with a `delivery`, and where `undone` is false.
    """

    search: str = ""
    state: str = ""
    achievement: uuid.UUID | None = None
    issuer: uuid.UUID | None = None
    batch: uuid.UUID | None = None
    delivery: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    undone: bool = True


def page(
    wanted: Wanted, *, now: dt.datetime, after: str | None = None, before: str | None = None, size: int = 50
) -> Page[Award]:
    """A page of the awards in scope, as `kit.paging.page` gives it, with what a line of a list shows."""
    found = found_in(wanted, now=now)
    return ranges.page(found, Award.objects.for_list(), after=after, before=before, size=size)


def found_in(wanted: Wanted, *, now: dt.datetime) -> Ranges[Award]:
    """Where the awards are read: the ranges of one index, and what is looked through."""
    return _Choice(wanted, now).found()


class _Choice:
    """Chooses the index by what narrows most, and keeps the rest of the question."""

    def __init__(self, wanted: Wanted, now: dt.datetime) -> None:
        self.wanted = wanted
        self.words = wanted.search.strip()
        self.states = _states(wanted)
        self.late = _late(now) if wanted.state in (VALID, EXPIRED) else []

    def found(self) -> Ranges[Award]:
        """The choice. A rare state or delivery is read by itself, and not looked for among all others."""
        wanted, rows = self.wanted, Award.objects.all()
        if not self.states:
            return Ranges([])
        if self.words:
            return self._searched(rows)
        if wanted.batch:
            return self._newest([rows.filter(batch_id=wanted.batch)], "batch")
        if wanted.delivery and wanted.state != UNDONE and (not wanted.achievement or self._rare()):
            return self._newest([rows.delivered(wanted.delivery)], "delivery")
        if wanted.achievement:
            return self._newest(self._shown([wanted.achievement]), "achievement", "state")
        if wanted.issuer:
            keys = list(_achievements_of(wanted.issuer)[: MOST_RANGES + 1])
            if len(keys) * len(self.states) <= MOST_RANGES:
                return self._newest(self._shown(keys), "issuer", "state")
        return self._newest(self._shown(None), "state")

    def _searched(self, rows: AwardQuerySet) -> Ranges[Award]:
        if "@" in self.words or self.words.lower().startswith("did:"):
            return self._newest([rows.matching(self.words)])
        key, rest = name_key(self.words), self._rest() & longer_name(self.words)
        return Ranges([rows], rest, by="name_key", low=key, high=key + "g")

    def _rare(self) -> bool:
        """Whether the delivery narrows more than the achievement in these states does."""
        return self.wanted.delivery in _RARE and self.wanted.state in ("", VALID)

    def _shown(self, achievements: Sequence[uuid.UUID] | None) -> list[AwardQuerySet]:
        """A range for each state (and achievement), as the indexes have them."""
        bases: list[AwardQuerySet] = [Award.objects.all()]
        if achievements is not None:
            bases = [Award.objects.filter(achievement_id=key) for key in achievements]
        found = [base.filter(shown=unseen(state)) for base in bases for state in self.states]
        if not self.late:
            return found
        if self.wanted.state == VALID:
            return [one.exclude(pk__in=self.late) for one in found]
        late = Award.objects.filter(pk__in=self.late)
        return [*found, late if achievements is None else late.filter(achievement_id__in=achievements)]

    def _newest(self, ranges_of: Iterable[AwardQuerySet], *known: str) -> Ranges[Award]:
        """By key; keys are made in the order of time, so what lies far outside is not looked through."""
        since, until = _key(self.wanted.since, -_NEAR), _key(self.wanted.until, _NEAR)
        return Ranges(list(ranges_of), self._rest(*known), low=since, high=until)

    def _rest(self, *known: str) -> Q:
        """What the chosen index does not know."""
        wanted, rest = self.wanted, Q()
        if "state" not in known and not ("delivery" in known and not wanted.state):
            rest &= self._state()
        if wanted.achievement and "achievement" not in known:
            rest &= Q(achievement_id=wanted.achievement)
        if wanted.issuer and "issuer" not in known:
            rest &= Q(achievement_id__in=_achievements_of(wanted.issuer))
        if wanted.batch and "batch" not in known:
            rest &= Q(batch_id=wanted.batch)
        if wanted.delivery and "delivery" not in known:
            rest &= Q(delivery=wanted.delivery)
        if wanted.since:
            rest &= Q(created_at__gte=wanted.since)
        if wanted.until:
            rest &= Q(created_at__lt=wanted.until)
        return rest

    def _state(self) -> Q:
        if self.states == SHOWN:
            return Q()
        shown = Q(shown__in=self.states)
        if self.wanted.state == EXPIRED:
            return shown | Q(pk__in=self.late)
        return shown & ~Q(pk__in=self.late) if self.late else shown


def _states(wanted: Wanted) -> tuple[str, ...]:
    """Which values of `shown` are wanted; none for a state or a delivery that does not exist."""
    if wanted.delivery and wanted.delivery not in DeliveryState.values:
        return ()
    if wanted.state:
        return tuple(one for one in SHOWN if one == wanted.state)
    left_out = UNDONE if wanted.delivery or not wanted.undone else ""
    return tuple(one for one in SHOWN if one != left_out)


def _late(now: dt.datetime) -> list[uuid.UUID]:
    """What is over and not marked as expired yet: the job comes every minute."""
    found = Award.objects.filter(shown=VALID, valid_until__lte=now).order_by("valid_until")
    return list(found.values_list("pk", flat=True)[:_UNMARKED])


def _key(at: dt.datetime | None, later: dt.timedelta) -> uuid.UUID | None:
    """The first key of about that time; None also at the ends of the calendar."""
    try:
        return first_key(at + later) if at else None
    except (OverflowError, ValueError):
        return None


def _achievements_of(issuer: uuid.UUID) -> Any:
    return Achievement.objects.filter(issuer_id=issuer).order_by().values_list("pk", flat=True)
