"""Scopes, jobs and paging: what every app stands on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insignia_server.kit import jobs, scopes
from insignia_server.kit.models import Lease
from insignia_server.kit.paging import page
from insignia_server.kit.worker import JobWorker, run_pending
from insignia_server.organisations.models import Group, Organisation

CALLS: list[Any] = []


@jobs.job(seconds=30, attempts=3)
def note(running: jobs.Running, *, word: str) -> None:
    running.check()
    CALLS.append(word)


@jobs.job(seconds=30, attempts=2)
def stumble(running: jobs.Running) -> None:
    CALLS.append("stumbled")
    raise jobs.Retry("not yet", after=dt.timedelta(0))


@jobs.job(seconds=30, every=dt.timedelta(minutes=5))
def come_round(running: jobs.Running) -> None:
    CALLS.append("round")


@pytest.fixture(autouse=True)
def _forget_calls() -> None:
    CALLS.clear()


def test_an_unscoped_query_raises(organisation: Organisation) -> None:
    """Design, house rule 9: 'an unscoped query raises'."""
    with pytest.raises(scopes.Unscoped, match="Group was queried outside"):
        list(Group.objects.all())


def test_a_scope_sees_its_own_rows_only(make_organisation: Callable[..., Organisation]) -> None:
    here, there = make_organisation("here"), make_organisation("there")
    for tenant in (here, there):
        Group.plain.create(organisation=tenant, name="Class of 2026")
    with scopes.organisation(here.pk):
        assert [group.organisation_id for group in Group.objects.all()] == [here.pk]
        assert not Group.objects.filter(organisation=there).exists()
    with scopes.crossing("operator"):
        assert Group.objects.count() == 2
    with scopes.person(here.pk), pytest.raises(scopes.Unscoped, match="no person"):
        Group.objects.count()
    with pytest.raises(scopes.Unscoped, match="not listed"), scopes.crossing("because"):
        pass


@pytest.mark.django_db
def test_a_job_runs_once_and_is_done() -> None:
    note.enqueue(word="hello")
    assert run_pending() == 1
    assert run_pending() == 0
    assert CALLS == ["hello"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db
def test_a_job_that_fails_is_tried_again_until_its_attempts_are_used_up() -> None:
    stumble.enqueue()
    run_pending()
    assert CALLS == ["stumbled", "stumbled"]
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_a_job_of_a_dead_worker_is_given_back_and_the_dead_one_commits_nothing() -> None:
    note.enqueue(word="again")
    row = DBTaskResult.objects.get()
    row.claim("dead worker")
    held = jobs.take_lease(row.pk, worker="dead worker", seconds=30)
    assert jobs.reap() == 0, "its lease still runs"
    assert jobs.reap(now=timezone.now() + dt.timedelta(seconds=31)) == 1
    with pytest.raises(jobs.LeaseLost):
        held.check()
    assert run_pending() == 1
    assert CALLS == ["again"]
    assert Lease.objects.get().token == 3


@pytest.mark.django_db
def test_a_job_claimed_by_a_worker_that_died_before_it_took_the_lease_is_given_back() -> None:
    note.enqueue(word="early")
    row = DBTaskResult.objects.get()
    row.claim("dead worker")
    assert jobs.reap() == 0
    assert jobs.reap(now=timezone.now() + dt.timedelta(seconds=61)) == 1
    run_pending()
    assert CALLS == ["early"]


@pytest.mark.django_db
def test_a_job_comes_round_once_however_many_workers_ask() -> None:
    now = timezone.now()
    mine = f"{__name__}.come_round"
    assert mine in jobs.enqueue_due(now=now)
    assert mine not in jobs.enqueue_due(now=now)
    assert mine in jobs.enqueue_due(now=now + dt.timedelta(minutes=5))


@pytest.mark.django_db
def test_a_worker_takes_one_job_after_the_other() -> None:
    note.enqueue(word="one")
    note.enqueue(word="two")
    worker = JobWorker(batch=True, interval=0)
    while worker.step():
        pass
    assert {"one", "two"} <= set(CALLS)


def test_pages_by_key_meet_without_gap_or_overlap(scoped: Organisation) -> None:
    names = [f"group {number}" for number in range(7)]
    for name in names:
        Group.objects.create(organisation=scoped, name=name)
    first = page(Group.objects.all(), size=3)
    second = page(Group.objects.all(), after=first.older, size=3)
    third = page(Group.objects.all(), after=second.older, size=3)
    assert [row.name for row in (*first.rows, *second.rows, *third.rows)] == names[::-1]
    assert (first.newer, third.older) == (None, None)
    back = page(Group.objects.all(), before=third.newer, size=3)
    assert [row.name for row in back.rows] == [row.name for row in second.rows]
    assert page(Group.objects.all(), after="not a key", size=3).rows == first.rows
