"""The state that lists go by follows what happens to an award. That it does so everywhere else is looked at
after each test of awarding: conftest.issuer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from insignia_server.awarding import jobs, listing, services, standing
from insignia_server.awarding.listing import Wanted
from insignia_server.awarding.models import Award
from insignia_server.kit.jobs import Running
from insignia_server.organisations.actors import Actor

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MakeAward = Callable[..., Award]


class Held(Running):
    """A lease that nobody takes away."""

    def check(self) -> None:
        pass


@pytest.fixture
def running() -> Running:
    return Held(uuid.UUID(int=0), 1, 60)


def shown(award: Award) -> str:
    return str(Award.plain.values_list("shown", flat=True).get(pk=award.pk))


def listed(state: str, now: dt.datetime) -> list[str]:
    return [row.email for row in listing.page(Wanted(state=state), now=now).rows]


def test_it_follows_each_act(make_award: MakeAward, make_achievement: Any, owner: Actor) -> None:
    award = make_award(achievement=make_achievement(status="message"))
    assert shown(award) == "valid"
    services.suspend(by=owner, award=award, reason="Looked into", now=NOW)
    assert (shown(award), listed("suspended", NOW)) == ("suspended", ["amara@example.org"])
    services.reinstate(by=owner, award=award, now=NOW)
    assert shown(award) == "valid"
    changes = services.Correction(reason="A new name", name="Amara O. Okafor")
    newer = services.correct(by=owner, award=award, changes=changes, now=NOW)
    assert (shown(award), shown(newer)) == ("superseded", "valid")
    services.revoke(by=owner, award=newer, reason="A mistake", now=NOW)
    assert shown(newer) == "revoked"
    assert listed("revoked", NOW) == listed("superseded", NOW) == ["amara@example.org"]
    assert listed("valid", NOW) == listed("suspended", NOW) == []


def test_what_is_over_is_found_before_and_after_the_job(
    make_award: MakeAward, owner: Actor, running: Running
) -> None:
    soon = make_award("soon@example.org", valid_until=NOW + DAY)
    later = make_award("later@example.org", valid_until=NOW + 3 * DAY)
    make_award("never@example.org")
    assert soon.valid_until == soon.credential.valid_until
    at = NOW + 2 * DAY
    for marked in ("valid", "expired"):
        assert shown(soon) == marked
        assert listed("expired", at) == ["soon@example.org"]
        assert listed("valid", at) == ["never@example.org", "later@example.org"]
        assert standing.mark_expired(running, now=at) == (marked == "valid")
    services.revoke(by=owner, award=soon, reason="A mistake", now=at)
    assert (shown(soon), shown(later)) == ("revoked", "valid")
    assert standing.mark_expired(running, now=NOW + 9 * DAY) == 1
    assert shown(soon) == "revoked"


def test_what_is_over_is_marked_in_chunks(
    make_award: MakeAward, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "CHUNK", 2)
    for number in range(5):
        make_award(f"learner{number}@example.org", valid_until=NOW + DAY)
    assert standing.mark_expired(running, now=NOW + DAY) == 5
    assert len(listed("expired", NOW + DAY)) == 5


def test_the_migration_fills_what_lists_go_by(make_award: MakeAward, owner: Actor) -> None:
    ending = make_award("ending@example.org", valid_until=NOW + DAY, name="Maximiliane Theodora Hohenstein")
    services.revoke(by=owner, award=make_award("revoked@example.org"), reason="A mistake", now=NOW)
    undone = make_award("undone@example.org")
    Award.plain.filter(pk=undone.pk).update(state="undone", shown="undone")
    before = list(Award.plain.order_by("pk").values_list("shown", "valid_until", "name_key"))
    Award.plain.update(shown="valid", valid_until=None)
    Award.plain.filter(pk=ending.pk).update(name_key=ending.name_key[:32])
    module = import_module("insignia_server.awarding.migrations.0009_lists_by_ranges")
    module.fill(apps, None)
    assert list(Award.plain.order_by("pk").values_list("shown", "valid_until", "name_key")) == before
    assert {shown for shown, _until, _key in before} == {"valid", "revoked", "undone"}


def test_the_job_marks_for_every_organisation(make_award: MakeAward, running: Running) -> None:
    award = make_award(valid_from=NOW - 9 * DAY, valid_until=NOW - DAY)
    assert jobs.mark_expired.function(running) == 1
    assert shown(award) == "expired"
