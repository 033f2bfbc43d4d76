"""The operator's list of jobs that were given up: why, in words; try again; discard."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insignia_server.audit.models import Entry
from insignia_server.kit import failed_jobs, scopes
from insignia_server.kit.errors import Forbidden
from insignia_server.kit.jobs import JOBS, take_lease
from insignia_server.kit.models import Lease
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import failed_jobs as services
from insignia_server.organisations.jobs import check_stale_domains
from insignia_server.people.models import User

LIST = "/operator/jobs/"


def give_up(path: str = "django.db.utils.OperationalError", last: str = "database is locked") -> DBTaskResult:  # type: ignore[type-arg]
    key = check_stale_domains.enqueue()
    take_lease(key, worker="w", seconds=1)
    text = f"Traceback (most recent call last):\n  File x\n{path}: {last}\n"
    DBTaskResult.objects.filter(pk=key).update(
        status="FAILED",
        finished_at=timezone.now(),
        started_at=timezone.now(),
        worker_ids=["a", "b", "c"],
        exception_class_path=path,
        traceback=text,
    )
    return DBTaskResult.objects.get(pk=key)


@pytest.fixture
def desk(operator_user: User, browser: Callable[[User], Client]) -> Client:
    """The operator's browser."""
    return browser(operator_user)


def test_every_job_has_a_name_in_words() -> None:
    known = {name.removeprefix("insignia_server.") for name in JOBS if name.startswith("insignia_server.")}
    assert known == failed_jobs.WHAT.keys()


def test_it_tells_what_and_why_without_addresses_of_people(desk: Client, db: None) -> None:
    give_up()
    give_up("smtplib.SMTPRecipientsRefused", "{'ann@example.org': (550, b'no such user ann@example.org')}")
    give_up("builtins.ZeroDivisionError", "division by zero")
    page = desk.get(LIST).content.decode()
    assert "Check the proofs of all domains" in page
    assert "The database did not answer" in page
    assert "The server made an error." in page
    assert "ann@example.org" not in page
    home = desk.get("/operator/").content.decode()
    assert f'href="{LIST}"' in home
    assert "Jobs that were given up: 3" in home


def test_one_is_tried_again_with_all_its_attempts(desk: Client, db: None) -> None:
    one, other = give_up(), give_up()
    answer = desk.post(f"{LIST}retry/", {"key": str(one.pk)}, follow=True)
    assert "1 job is tried again." in answer.content.decode()
    one.refresh_from_db()
    assert (one.status, one.worker_ids, one.traceback, one.finished_at) == ("READY", [], "", None)
    assert run_pending() >= 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.status, other.status) == ("SUCCESSFUL", "FAILED")
    with scopes.crossing("operator"):
        assert Entry.objects.get(action="job.retry").facts == {"count": 1}


def test_all_are_tried_again(desk: Client, db: None) -> None:
    rows = [give_up() for _ in range(3)]
    desk.post(f"{LIST}retry/", {"every": "yes"})
    assert {DBTaskResult.objects.get(pk=row.pk).status for row in rows} == {"READY"}


def test_discarding_asks_first_and_takes_only_failed_ones(desk: Client, db: None) -> None:
    one, ready = give_up(), check_stale_domains.enqueue()
    address = f"{LIST}discard/?key={one.pk}&key={ready}"
    assert "What they were to do is not done" in desk.get(address).content.decode()
    assert DBTaskResult.objects.filter(pk=one.pk).exists()
    desk.post(f"{LIST}discard/", {"key": [str(one.pk), str(ready)]})
    assert not DBTaskResult.objects.filter(pk=one.pk).exists()
    assert not Lease.objects.filter(task_id=one.pk).exists()
    assert DBTaskResult.objects.get(pk=ready).status == "READY"
    last = give_up()
    desk.post(f"{LIST}discard/", {"every": "yes"})
    assert not DBTaskResult.objects.filter(pk=last.pk).exists()


def test_nonsense_does_nothing(desk: Client, db: None) -> None:
    one = give_up()
    for given in ({}, {"key": "x"}, {"key": str(uuid.uuid4())}, {"every": "no"}):
        desk.post(f"{LIST}retry/", given)
        desk.post(f"{LIST}discard/", given)
    assert DBTaskResult.objects.get(pk=one.pk).status == "FAILED"


def test_only_the_operator(
    db: None, make_user: Callable[..., User], browser: Callable[[User], Client], world: dict[str, Any]
) -> None:
    one, user = give_up(), make_user("a@example.org")
    for method, end in (("get", ""), ("post", "retry/"), ("post", "discard/")):
        assert getattr(browser(user), method)(LIST + end, {"every": "yes"}).status_code == 404
    with pytest.raises(Forbidden):
        services.retry(user=user)
    with pytest.raises(Forbidden):
        services.discard(user=user, keys=[one.pk])


def test_a_job_of_another_version_is_said_to_be_one(db: None) -> None:
    row = give_up()
    row.args_kwargs = {"args": ["insignia_server.gone.jobs.old", {}], "kwargs": {}}
    told = failed_jobs.described(row)
    assert (told.what, told.attempts) == ("gone.jobs.old", 3)
    assert "does not know this job" in told.why
