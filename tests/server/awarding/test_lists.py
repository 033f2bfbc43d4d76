"""Pages of awards hold what the filters say, each award once, in order, onwards and back."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from many_awards import fill

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import listing
from insignia_server.awarding.listing import Wanted
from insignia_server.awarding.models import Award, Batch
from insignia_server.awarding.querysets import SHOWN, name_key
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.kit import ranges
from insignia_server.kit.ids import first_key, uuid7
from insignia_server.kit.paging import Page
from insignia_server.organisations.actors import Actor

MakeAward = Callable[..., Award]
MakeAchievement = Callable[..., Achievement]


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def batch(achievement: Achievement) -> Batch:
    return Batch.objects.create(
        organisation_id=achievement.organisation_id, achievement=achievement, name="Spring"
    )


@pytest.fixture
def awards(
    make_award: MakeAward,
    make_achievement: MakeAchievement,
    achievement: Achievement,
    batch: Batch,
    now: dt.datetime,
) -> list[Award]:
    """Six hundred of two achievements, in every state."""
    first = make_award(now=now)
    fill(first, [achievement] * 5 + [make_achievement()], 600, seed=1, batch=batch)
    return list(Award.objects.select_related("credential"))


def wanted_rows(awards: list[Award], wanted: Wanted, now: dt.datetime) -> list[uuid.UUID]:
    """What a list should hold, found the slow way."""

    def fits(row: Award) -> bool:
        state = row.shown_state(now=now)
        text, folded = wanted.search.strip(), " ".join(wanted.search.casefold().split())
        return all(
            (
                not wanted.state or state == wanted.state,
                not wanted.achievement or row.achievement_id == wanted.achievement,
                not wanted.issuer or row.achievement.issuer_id == wanted.issuer,
                not wanted.batch or row.batch_id == wanted.batch,
                not wanted.delivery or row.delivery == wanted.delivery,
                wanted.state == "undone" or (wanted.undone and not wanted.delivery) or state != "undone",
                not text or row.email == text.lower() or ("@" not in text and fits_name(row, folded)),
                not wanted.since or row.created_at >= wanted.since,
                not wanted.until or row.created_at < wanted.until,
            )
        )

    def fits_name(row: Award, folded: str) -> bool:
        return " ".join(row.name.casefold().split()).startswith(folded)

    found = sorted((row for row in awards if fits(row)), key=lambda row: row.pk, reverse=True)
    if wanted.search and "@" not in wanted.search:
        found.sort(key=lambda row: row.name_key)
    return [row.pk for row in found]


def walk(wanted: Wanted, now: dt.datetime, size: int = 50) -> list[Page[Award]]:
    """Every page, by the cursor of the one before."""
    pages = [listing.page(wanted, now=now, size=size)]
    while pages[-1].older:
        pages.append(listing.page(wanted, now=now, after=pages[-1].older, size=size))
        assert len(pages) < 700
    return pages


def walk_back(wanted: Wanted, now: dt.datetime, last: uuid.UUID, size: int = 50) -> list[uuid.UUID]:
    """Every key before the last one, by the cursor to newer ones."""
    keys: list[uuid.UUID] = []
    cursor: str | None = str(last)
    while cursor:
        page = listing.page(wanted, now=now, before=cursor, size=size)
        keys = [row.pk for row in page.rows] + keys
        cursor = page.newer
    return [*keys, last]


def questions(awards: list[Award], issuer: Issuer, batch: Batch) -> list[Wanted]:
    """Every filter by itself, and pairs of them."""
    achievements = sorted({row.achievement_id for row in awards})
    middle = sorted(row.created_at for row in awards)[300]
    alone: list[dict[str, Any]] = [
        *({"state": one} for one in SHOWN),
        *({"achievement": one} for one in achievements),
        *({"delivery": one} for one in ("sent", "bounced", "queued", "claimed")),
        *({"search": one} for one in ("an", "Ånn", "bo 17", "learner7@Example.org", "zz")),
        {"search": "Maximiliane-Theodora von und zu Hohenstein-Waldeck 1"},
        {"issuer": issuer.pk},
        {"issuer": uuid7()},
        {"batch": batch.pk},
        {"since": middle},
        {"until": middle},
        {"undone": False},
    ]
    pairs = (one | other for one, other in itertools.combinations(alone, 2) if not one.keys() & other.keys())
    return [Wanted(), *(Wanted(**one) for one in [*alone, *pairs])]


def test_every_page_of_every_filter(
    awards: list[Award], issuer: Issuer, batch: Batch, now: dt.datetime
) -> None:
    asked = questions(awards, issuer, batch)
    assert len(asked) > 150
    for wanted in asked:
        expected = wanted_rows(awards, wanted, now)
        pages = walk(wanted, now)
        assert [row.pk for page in pages for row in page.rows] == expected, wanted
        assert pages[0].newer is None
        assert not any(page.short for page in pages)
        assert all(len(page.rows) == 50 for page in pages[:-1])
        if len(pages) > 1:
            assert walk_back(wanted, now, expected[-1]) == expected, wanted


def test_a_page_is_short_where_too_much_would_be_looked_through(
    awards: list[Award], issuer: Issuer, batch: Batch, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "WINDOW", 7)
    monkeypatch.setattr(ranges, "WINDOWS", 3)
    monkeypatch.setattr(listing, "MOST_RANGES", 3)
    short = 0
    for wanted in questions(awards, issuer, batch)[::3]:
        expected = wanted_rows(awards, wanted, now)
        pages = walk(wanted, now, size=20)
        assert [row.pk for page in pages for row in page.rows] == expected, wanted
        short += sum(page.short for page in pages)
        assert not pages[-1].short
        if expected:
            assert walk_back(wanted, now, expected[-1], size=20) == expected, wanted
    assert short > 100


def test_what_does_not_exist_is_an_empty_page(awards: list[Award], now: dt.datetime) -> None:
    nothing = ({"state": "lost"}, {"delivery": "lost"}, {"achievement": uuid7()}, {"search": "did:key:zzz"})
    for wanted in nothing:
        page = listing.page(Wanted(**wanted), now=now, after=str(uuid7()))
        assert (page.rows, page.newer, page.older, page.short) == ([], None, None, False)


@pytest.mark.parametrize("cursor", ["", "x", "0" * 40, "-1", "\x00", str(uuid.UUID(int=2**128 - 1))])
@pytest.mark.parametrize("search", ["", "an"])
def test_a_cursor_that_somebody_mistyped_begins_at_the_newest(
    cursor: str, search: str, awards: list[Award], now: dt.datetime
) -> None:
    first = listing.page(Wanted(search=search), now=now)
    page = listing.page(Wanted(search=search), now=now, after=cursor)
    assert [row.pk for row in page.rows] == [row.pk for row in first.rows]
    assert len(first.rows) == 50


def test_times_at_the_ends_of_the_calendar(awards: list[Award], now: dt.datetime) -> None:
    start, end = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
    assert len(listing.page(Wanted(since=start, until=end), now=now).rows) == 50
    assert not listing.page(Wanted(until=start), now=now).rows


def test_a_page_reads_its_rows_with_two_statements(
    awards: list[Award], now: dt.datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        page = listing.page(Wanted(), now=now)
        assert {row.achievement.issuer.name for row in page.rows} == {"Faculty of Arts"}
        assert {row.credential.state for row in page.rows} >= {"valid", "revoked"}
    with django_assert_num_queries(1):
        assert not listing.page(Wanted(search="zz"), now=now).rows


def test_another_organisation_sees_none_of_them(
    awards: list[Award], make_organisation: Callable[..., Any], now: dt.datetime
) -> None:
    from insignia_server.kit import scopes

    other = make_organisation("elsewhere")
    achievement = awards[0].achievement_id
    with scopes.organisation(other.pk):
        for wanted in ({}, {"achievement": achievement}, {"search": "an"}, {"state": "expired"}):
            assert not listing.page(Wanted(**wanted), now=now).rows


def test_an_issuer_among_several(awards: list[Award], owner: Actor, issuer: Issuer, now: dt.datetime) -> None:
    other = issuers.create_issuer(by=owner, name="Academy", now=now)
    assert not listing.page(Wanted(issuer=other.pk), now=now).rows
    assert len(walk(Wanted(issuer=issuer.pk), now)) == 13


def test_a_key_of_a_name_never_cuts_what_a_search_needs() -> None:
    for name in ("Ann", "Straße", "Ä" * 40, "𝒜𝓃𝓃" * 30, "x\ud800y", " Ann   Lee ", ""):
        key = name_key(name)
        assert len(key) <= 64
        for length in range(len(name)):
            assert key.startswith(name_key(name[:length].strip())) or name != name.strip()


def test_the_first_key_of_an_instant_lies_before_its_keys(now: dt.datetime) -> None:
    """RFC 9562, 5.7: 'unix_ts_ms: 48-bit big-endian unsigned number of the Unix Epoch timestamp in
    milliseconds'."""
    assert first_key(now - dt.timedelta(seconds=60)) < uuid7() < first_key(now + dt.timedelta(seconds=60))
    assert first_key(dt.datetime(1960, 1, 1, tzinfo=dt.UTC)).int >> 80 == 0
