"""No page of awards reads more than a page needs: the work is counted, on SQLite as steps of its machine, on
PostgreSQL as rows that its plan touched. A plan that scans the awards there are is far beyond the limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from many_awards import fill
from row_security_in_tests import sight

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import listing
from insignia_server.awarding.listing import Wanted
from insignia_server.awarding.models import Award, Batch
from insignia_server.awarding.querysets import SHOWN
from insignia_server.backpack.reading import PAGE_SIZE, awards_of_mine
from insignia_server.console.delivery.views import counted
from insignia_server.console.home.figures import figures, matters
from insignia_server.kit import paging, ranges, scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

MANY = 20_000
STEPS, ROWS = 25_000, 500  # a page of all states: 51 keys of each merged, 50 rows of four tables
MORE_STEPS, MORE_ROWS = 120_000, 3_000  # and five windows of 100 looked through, in each of six ranges
COUNT_STEPS, COUNT_ROWS = 60_000, 6_000  # five counts to a thousand


class Work:
    """What the statements of one question cost."""

    def __init__(self) -> None:
        self.amount = 0
        self.plans: list[str] = []


@contextmanager
def counted_work() -> Iterator[Work]:
    """Counts until it ends."""
    work = Work()
    if connection.vendor == "sqlite":
        connection.ensure_connection()

        def tick() -> int:
            work.amount += 10
            return 0

        connection.connection.set_progress_handler(tick, 10)
        try:
            yield work
        finally:
            connection.connection.set_progress_handler(None, 0)
        return

    def explained(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0][0]["Plan"]
            work.amount += touched(plan)
            work.plans.append(str(plan))
        return execute(sql, params, many, context)

    with sight.bound(), connection.execute_wrapper(explained):
        yield work


def touched(plan: dict[str, Any]) -> int:
    """Rows that the scans of a plan read, those included that they threw away."""
    here = 0
    if "Scan" in plan["Node Type"] and plan["Node Type"] not in ("Subquery Scan", "CTE Scan"):
        read = plan["Actual Rows"] + sum(
            plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck")
        )
        here = read * plan["Actual Loops"]
    return int(here) + sum(touched(one) for one in plan.get("Plans", ()))


def limits(more: bool) -> int:
    if connection.vendor == "sqlite":
        return MORE_STEPS if more else STEPS
    return MORE_ROWS if more else ROWS


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def keys(
    make_award: Callable[..., Award],
    make_achievement: Callable[..., Achievement],
    achievement: Achievement,
    now: dt.datetime,
) -> tuple[Any, ...]:
    """Many awards; the keys of an achievement of many and of one of few, and of a batch."""
    batch = Batch.objects.create(
        organisation_id=achievement.organisation_id, achievement=achievement, name="Spring"
    )
    rare = make_achievement()
    fill(make_award(now=now), [achievement] * 50 + [rare], MANY, seed=2, batch=batch)
    Award.objects.filter(shown="valid", valid_until__lte=now).update(shown="expired")  # as the job does
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return achievement.pk, rare.pk, batch.pk


def test_no_list_reads_more_than_a_page_needs(
    keys: tuple[Any, ...], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "WINDOW", 100)
    common, rare, batch = keys
    exact: list[dict[str, Any]] = [
        {},
        {"undone": False},
        *({"state": one} for one in (*SHOWN, "lost")),
        *({"achievement": one} for one in (common, rare)),
        *({"achievement": one, "state": state} for one in (common, rare) for state in SHOWN),
        *({"delivery": one} for one in ("none", "queued", "sent", "opened", "bounced", "failed", "claimed")),
        {"batch": batch},
        {"search": "ann"},
        {"search": "Bo 17"},
        {"search": "nobody"},
        {"search": "learner7@example.org"},
        {"search": "did:key:z6Mk"},
        {"issuer": Achievement.objects.get(pk=common).issuer_id},
    ]
    looked: list[dict[str, Any]] = [
        {"delivery": "bounced", "state": "suspended"},
        {"delivery": "bounced", "achievement": rare},
        {"delivery": "sent", "achievement": rare, "state": "undone"},
        {"search": "ann", "state": "suspended", "delivery": "failed"},
        {"search": "learner7@example.org", "state": "revoked"},
        {"batch": batch, "state": "superseded"},
        {"since": now - dt.timedelta(hours=1)},
        {"until": now - dt.timedelta(days=300)},
        {"until": now - dt.timedelta(hours=12)},
    ]
    order = list(Award.objects.order_by("-pk").values_list("pk", flat=True))
    places: list[dict[str, Any]] = [{}, {"after": str(order[9_000])}, {"before": str(order[9_000])}]
    beyond, total = [], 0
    for wanted, place in ((one, place) for one in [*exact, *looked] for place in places):
        with counted_work() as work:
            listing.page(Wanted(**wanted), now=now, **place)
        total += work.amount
        if work.amount > limits(wanted in looked):
            beyond.append((wanted, place, work.amount, work.plans))
    assert not beyond
    assert total > 5 * limits(more=False)


def test_counts_end(keys: tuple[Any, ...], now: dt.datetime, scoped: Organisation, owner: Actor) -> None:
    most = COUNT_STEPS if connection.vendor == "sqlite" else COUNT_ROWS
    with counted_work() as work:
        found = {one: counted(one) for one in ("sent", "claimed", "none", "bounced", "lost")}
    assert found["sent"] == found["claimed"] == found["none"] == 1_001
    assert 0 < found["bounced"] < 1_000
    assert found["lost"] == 0
    assert 0 < work.amount < most
    with counted_work() as work:
        assert figures(scoped, now=now).awarded == "1,000+"
        assert matters(scoped, owner)
    assert 0 < work.amount < most


def test_my_badges_are_found_among_many(keys: tuple[Any, ...], make_user: Callable[..., Any]) -> None:
    person = make_user("amara@example.org")
    Award.objects.to_email("learner7@example.org").update(person=person)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with scopes.person(person.pk), counted_work() as work:
        assert len(paging.page(awards_of_mine(), after=None, before=None, size=PAGE_SIZE).rows) > 10
    assert 0 < work.amount < limits(more=False)


def test_marking_what_has_expired_does_not_look_at_what_was_marked(
    keys: tuple[Any, ...], now: dt.datetime
) -> None:
    with counted_work() as work, scopes.crossing("expiry"):
        over = Award.objects.filter(shown="valid", valid_until__lte=now).order_by("valid_until")
        assert not over[:1_000]
    assert work.amount < (2_000 if connection.vendor == "sqlite" else 50)
