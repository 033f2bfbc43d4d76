"""Jobs of which few run at once, so that strangers who start them keep no worker from the rest."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from insignia_server.awarding.jobs import sign_range
from insignia_server.kit import jobs
from insignia_server.kit.jobs import Running, job, next_ready
from insignia_server.kit.worker import JobWorker, run_pending
from insignia_server.mail.jobs import send_some, send_these
from insignia_server.verifier.jobs import run_verification

STARTED: list[str] = []


@job(at_once=2)
def slow(running: Running, *, word: str) -> None:
    """A job that strangers start."""
    STARTED.append(word)


@job(priority=-5)
def other(running: Running) -> None:
    """A job that comes after it."""
    STARTED.append("other")


def claimed(worker: str) -> str:
    """The job that a worker would take now; it is left running. Empty: none."""
    with transaction.atomic():
        row = next_ready("default")
        if row is None:
            return ""
        row.claim(worker)
        return jobs.job_name(row).rpartition(".")[2]


@pytest.mark.django_db
def test_no_more_run_than_may_and_workers_go_on_with_others() -> None:
    for number in range(4):
        slow.enqueue(word=str(number))
    other.enqueue()
    assert [claimed(worker) for worker in "abcd"] == ["slow", "slow", "other", ""]
    done = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, queue_name=slow.queue)[0]
    done.set_successful(None)
    assert [claimed(worker) for worker in "ef"] == ["slow", ""]


@pytest.mark.django_db
def test_one_worker_does_them_all_in_the_end() -> None:
    STARTED.clear()
    for number in range(5):
        slow.enqueue(word=str(number))
    assert run_pending() == 5
    assert len(STARTED) == 5


def test_signing_and_mail_come_before_strangers() -> None:
    """Verifications ask servers of strangers: none goes before these, and never are all workers at it."""
    assert run_verification.priority < min(made.priority for made in (sign_range, send_these, send_some))
    assert run_verification.at_once == 2


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_in_the_same_moment_take_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets in one that claims at a time")
    for number in range(8):
        slow.enqueue(word=str(number))
    together = threading.Barrier(6)
    monkeypatch.setattr(JobWorker, "run_task", lambda self, row: None)  # it stays running

    def claim() -> None:
        worker: Any = JobWorker(batch=True, upkeep=False)
        together.wait(timeout=20)
        worker.step()
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count() == 2
