"""Issue 3: 'A killed worker or a lost database connection in the middle of a batch of 10,000 neither loses
nor repeats an award: show it with a test that kills the worker.' Real worker processes, on the database of
the test run."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.models import Award, Batch, BatchChunk, BatchState
from insignia_server.credentials import log
from insignia_server.credentials.models import Credential
from insignia_server.kit.models import Lease
from insignia_server.kit.worker import run_pending
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

ROWS = 10_000
PATIENCE = 180.0


@pytest.fixture
def start_worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`start_worker()`: a worker process of its own on this test's database."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        database = settings.DATABASES["default"]
        url = f"sqlite:///{connection.settings_dict['NAME']}"
        if connection.vendor == "postgresql":
            host = database.get("HOST") or database.get("OPTIONS", {}).get("host", "")
            user = database["USER"]
            url = f"postgres://{user}@/{connection.settings_dict['NAME']}?host={host}"
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.server_settings",
            "INSIGNIA_TEST_HOME": str(settings.HOME),  # where the uploaded file lies
        }
        command = [sys.executable, "-m", "insignia_server.command", "worker", "--interval", "0.1"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def batch(owner: Actor, achievement: Achievement, scoped: Organisation) -> Batch:
    """10,000 rows, waiting to be checked; hold 0."""
    Organisation.plain.filter(pk=scoped.pk).update(hold_minutes=0)
    lines = ["Email,Name,Grade", *(f"learner{i}@uni.example,Learner {i},{'ABC'[i % 3]}" for i in range(ROWS))]
    made = batches.start_bulk(
        by=owner,
        achievement=achievement,
        name="Ten thousand",
        content="\n".join(lines).encode(),
        file_name="learners.csv",
    )
    run_pending()
    return made


def until(batch: Batch, condition: Callable[[batches.Progress], bool]) -> batches.Progress:
    """Poll the progress until the condition holds."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = batches.progress(batch, now=timezone.now())
        assert found.state != BatchState.FAILED, found.failure
        if condition(found):
            return found
        time.sleep(0.05)
    raise AssertionError(f"it did not come to that: {found}")


def signed(found: batches.Progress) -> bool:
    return found.state in (BatchState.DELIVERING, BatchState.DONE)


def time_passes() -> None:
    """The leases run out, as they do by themselves after 30 to 60 seconds without a heartbeat."""
    Lease.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))


def require_every_award_once(batch: Batch) -> None:
    awards = Award.objects.filter(batch=batch)
    assert awards.count() == ROWS
    assert awards.values("line").distinct().count() == ROWS
    assert awards.values("blind_index").distinct().count() == ROWS
    assert Credential.objects.count() == ROWS
    assert Credential.objects.values("status_list_id", "status_index").distinct().count() == ROWS
    assert Message.plain.filter(kind="award").count() == ROWS
    batch.refresh_from_db()
    assert (batch.signed, batch.refused, batch.skipped, batch.to_send) == (ROWS, 0, 0, ROWS)
    assert (
        batch.chunks_done
        == batch.chunk_count
        == BatchChunk.objects.filter(batch=batch, state="signed").count()
    )
    told = [one for one in batches.row_outcomes(batch) if one.state == "issued"]
    assert {one.award for one in told} == {str(key) for key in awards.values_list("pk", flat=True)}
    log.verify(batch.achievement.issuer)
    assert log.IssuanceLog.objects.get().count == ROWS


@pytest.mark.django_db(transaction=True)
def test_killed_workers_neither_lose_nor_repeat_an_award(
    owner: Actor, batch: Batch, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    first = start_worker()
    batches.check(by=owner, batch=batch)
    until(batch, lambda found: found.good > 1_000 or found.state == BatchState.CHECKED)
    first.send_signal(signal.SIGKILL)  # in the middle of the check
    first.wait()
    time_passes()
    second, third = start_worker(), start_worker()
    until(batch, lambda found: found.state == BatchState.CHECKED)
    batch.refresh_from_db()
    assert (batch.good, batch.bad) == (ROWS, 0)
    batches.confirm(by=owner, batch=batch)
    for process, enough in ((second, 500), (third, 4_000)):
        until(batch, lambda found, enough=enough: found.signed >= enough)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)  # in the middle of signing
        process.wait()
        assert enough <= batches.progress(batch, now=timezone.now()).signed < ROWS
        start_worker()
        time_passes()
    until(batch, signed)
    require_every_award_once(batch)


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_neither_loses_nor_repeats_an_award(
    owner: Actor, batch: Batch, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection to lose")
    workers = [start_worker(), start_worker()]
    batches.check(by=owner, batch=batch)
    until(batch, lambda found: found.state == BatchState.CHECKED)
    batch.refresh_from_db()
    batches.confirm(by=owner, batch=batch)
    for enough in (1_000, 4_000, 7_000):
        until(batch, lambda found, enough=enough: found.signed >= enough)  # type: ignore[misc]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        time.sleep(0.2)
        time_passes()
        workers += [start_worker() for process in workers if process.poll() is not None and len(workers) < 8]
    end = time.monotonic() + PATIENCE
    while not signed(batches.progress(batch, now=timezone.now())) and time.monotonic() < end:
        time.sleep(0.5)
        Lease.objects.filter(expires_at__lt=timezone.now() + dt.timedelta(seconds=20)).update(
            expires_at=timezone.now() - dt.timedelta(seconds=1)
        )
    require_every_award_once(batch)
