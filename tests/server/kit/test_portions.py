"""What is written in portions: each a transaction of its own on SQLite, and nothing is left over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from insignia_server.kit import portions
from insignia_server.organisations import groups
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import GroupMember, Organisation
from insignia_server.verifier.models import Verification
from insignia_server.verifier.services import forget_old

ON_SQLITE = connection.vendor == "sqlite"


@pytest.mark.django_db
def test_old_rows_go_in_portions_and_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "_DELETED", 10)
    Verification.objects.bulk_create(Verification(source=str(i)) for i in range(25))
    now = timezone.now() + dt.timedelta(days=2)
    assert portions.delete_in_portions(Verification.objects.filter(source="none")) == 0
    calls: list[int] = []
    some = Verification.objects.filter(source__in=[str(i) for i in range(20)])
    assert portions.delete_in_portions(some, check=lambda: calls.append(1)) == 20
    assert len(calls) == 3  # two full portions, and one that finds nothing more
    with CaptureQueriesContext(connection) as captured:
        assert forget_old(now=now) == 5
    deletes = [query for query in captured.captured_queries if query["sql"].startswith("DELETE")]
    assert len(deletes) == 1
    assert not Verification.objects.exists()


def test_a_roster_is_written_in_portions(
    owner: Actor, scoped: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "_PEOPLE_SQLITE", 4)
    group = groups.create_group(by=owner, name="Everybody")
    lines = [groups.RosterLine(i, f"learner{i}@uni.example", f"Learner {i}") for i in range(10)]
    found = groups.import_roster(by=owner, group=group, lines=lines[:6])
    assert (found.added, found.renamed, found.unchanged) == (6, 0, 0)
    again = [groups.RosterLine(one.line, one.email, f"New {one.line}") for one in lines]
    with CaptureQueriesContext(connection) as captured:
        found = groups.import_roster(by=owner, group=group, lines=[*again, groups.RosterLine(11, "nobody")])
    assert (found.added, found.renamed, len(found.problems)) == (4, 6, 1)
    written = [query["sql"] for query in captured.captured_queries]
    entries = sum("INSERT" in sql and "audit_entry" in sql for sql in written)
    assert entries == (2 if ON_SQLITE else 1)  # each portion has its entry
    names = dict(GroupMember.objects.filter(group=group).values_list("email", "name"))
    assert names == {one.email: one.name for one in again}


def test_the_size_of_a_portion_is_that_of_the_database(db: Any) -> None:
    assert portions.portion(500, sqlite=50) == (50 if ON_SQLITE else 500)
