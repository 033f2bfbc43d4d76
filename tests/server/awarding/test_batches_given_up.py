"""A step of a batch that fails for good is told, and taken up again by a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.server.awarding.test_batches import MakeBatch, make_batch, people
from tests.server.awarding.test_reading_job import GOOD

from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding import batches, jobs
from insignia_server.awarding.batches import checking, pausing, reading, signing, undoing
from insignia_server.awarding.models import Batch
from insignia_server.kit import failed_jobs
from insignia_server.kit.errors import Refused
from insignia_server.kit.jobs import JOBS, reap
from insignia_server.kit.models import Lease
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import operator
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

__all__ = ["make_batch"]


def all_attempts() -> None:
    """Every job that waits for another attempt runs at once, until none does."""
    while run_pending():
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now() - dt.timedelta(days=1))


def broken(*given: Any, **named: Any) -> Any:
    raise RuntimeError("the disk is odd")


def at(batch: Batch) -> tuple[str, bool]:
    batch.refresh_from_db()
    return batch.state, bool(batch.failure)


def test_a_file_that_is_not_read_in_eight_attempts_fails_and_is_read_again_by_a_person(
    owner: Actor,
    achievement: Achievement,
    scoped: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    """Issue 3: 'a half-finished form and a failed batch can be taken up again'."""
    batch = batches.start_bulk(by=owner, achievement=achievement, name="B", file_name="b.csv", content=GOOD)
    with monkeypatch.context() as patched:
        patched.setattr(reading, "open_sheet", broken)
        all_attempts()
    assert DBTaskResult.objects.get(status="FAILED").worker_ids.__len__() == 8
    assert at(batch) == ("failed", True)
    assert "disk" not in batch.failure
    assert Entry.objects.filter(action="batch.fail").exists()
    with pytest.raises(Refused) as refused:
        batches.check(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "state"
    client.force_login(User.objects.get(pk=str(owner.user_id)))
    address = f"/console/{scoped.slug}/batches/{batch.pk}/"
    page = client.get(address).content.decode()
    assert "could not be read" in page
    assert f'action="{address}retry/"' in page
    assert client.post(f"{address}retry/").status_code == 302
    assert at(batch) == ("reading", False)
    run_pending()
    assert (batches.progress(batch, now=timezone.now()).state, at(batch)) == ("draft", ("draft", False))
    assert batch.options["mapping"] == {"email": "Email", "name": "Name"}


def test_other_options_read_a_failed_file_again(
    owner: Actor, achievement: Achievement, scoped: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batches.start_bulk(by=owner, achievement=achievement, name="B", file_name="b.csv", content=GOOD)
    run_pending()
    batches.set_options(by=owner, batch=batch, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(reading, "open_sheet", broken)
        all_attempts()
    assert at(batch) == ("failed", True)
    batches.set_options(by=owner, batch=batch, mapping={"email": "Email"})
    assert at(batch) == ("reading", False)
    run_pending()
    assert at(batch) == ("draft", False)


def test_a_check_that_fails_for_good_is_told_and_checked_again(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make_batch(*people(3))
    with monkeypatch.context() as patched:
        patched.setattr(checking, "run_check", broken)
        batches.check(by=owner, batch=batch)
        all_attempts()
    assert at(batch) == ("failed", True)
    batches.retry_failed(by=owner, batch=batch)
    run_pending()
    assert at(batch) == ("checked", False)


def test_signing_that_fails_for_good_is_taken_up_again_and_nobody_is_awarded_twice(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SIZE", 2)
    batch = make_batch(*people(4))
    batches.check(by=owner, batch=batch)
    run_pending()
    with monkeypatch.context() as patched:
        attempt, calls = signing.Signer._attempt, []

        def second_breaks(self: Any, key: Any, **more: Any) -> int:
            calls.append(key)
            return attempt(self, key, **more) if len(calls) == 1 else broken()

        patched.setattr(signing.Signer, "_attempt", second_breaks)
        batches.confirm(by=owner, batch=batch)
        all_attempts()
    assert at(batch) == ("failed", True)
    assert batch.signed == 2
    batches.retry_failed(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    assert (batch.state in ("delivering", "done"), batch.signed) == (True, 4)


def test_undoing_that_fails_for_good_is_told_and_undone_once_more(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SIZE", 2)
    batch = make_batch(*people(4))
    batches.check(by=owner, batch=batch)
    run_pending()
    batches.confirm(by=owner, batch=batch)
    run_pending()
    with monkeypatch.context() as patched:
        attempt, calls = undoing._undo, []

        def second_breaks(*given: Any) -> int:
            calls.append(given)
            return attempt(*given) if len(calls) == 1 else broken()

        patched.setattr(undoing, "_undo", second_breaks)
        batches.undo_batch(by=owner, batch=batch, reason="The wrong list.")
        all_attempts()
    assert at(batch) == ("failed", True)
    assert batch.undone == 2
    with pytest.raises(Refused, match="undo it once more"):
        batches.retry_failed(by=owner, batch=batch)
    batches.undo_batch(by=owner, batch=batch, reason="The wrong list.")
    run_pending()
    assert at(batch) == ("undone", False)
    assert batch.undone == 4


def test_a_job_whose_workers_all_die_is_given_up(
    owner: Actor, achievement: Achievement, scoped: Organisation
) -> None:
    """A file that ends each worker (for want of memory) must not end them for ever."""
    batch = batches.start_bulk(by=owner, achievement=achievement, name="B", file_name="b.csv", content=GOOD)
    row = DBTaskResult.objects.get(args_kwargs__icontains="read_batch", status="READY")
    past = timezone.now() - dt.timedelta(hours=1)
    for died in range(1, JOBS[jobs.read_batch.name].attempts + 1):
        DBTaskResult.objects.filter(pk=row.pk).update(
            status="RUNNING", started_at=past, worker_ids=[f"w{number}" for number in range(died)]
        )
        Lease.objects.update_or_create(
            task_id=row.pk, defaults={"token": died, "worker": "w", "expires_at": past}
        )
        assert at(batch)[0] == "reading"
        reap()
    row.refresh_from_db()
    assert (row.status, at(batch)) == ("FAILED", ("failed", True))
    assert "memory" in failed_jobs.described(row).why


def test_a_held_batch_waits_while_its_organisation_is_suspended_and_goes_on(
    owner: Actor, make_batch: MakeBatch, scoped: Organisation, client: Client
) -> None:
    staff = User.objects.create_user("operator@insignia.example", is_staff=True)
    batch = make_batch(*people(3))
    batches.check(by=owner, batch=batch)
    run_pending()
    batches.confirm(by=owner, batch=batch)
    operator.suspend(user=staff, organisation=scoped, reason="Complaints.")
    run_pending()
    assert at(batch) == ("paused", True)
    assert (batch.started_at, batch.signed) == (None, 0)
    client.force_login(User.objects.get(pk=str(owner.user_id)))
    assert "paused" in client.get(f"/console/{scoped.slug}/batches/{batch.pk}/").content.decode()
    assert pausing.go_on() == 0
    operator.resume(user=staff, organisation=scoped)
    assert pausing.go_on() == 1
    run_pending()
    batch.refresh_from_db()
    assert (batch.state in ("delivering", "done"), batch.signed, batch.failure) == (True, 3, "")
