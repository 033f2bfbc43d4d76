"""Issue 3: 'No request thread ...': a job reads the file. A worker that is killed while it reads leaves
nothing behind, and another one reads the file again. Real worker processes, on the database of the run."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.server.awarding.test_worker_killed import PATIENCE, start_worker, time_passes

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.models import Batch, BatchState
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

__all__ = ["start_worker"]
ROWS = 100_000


def until(condition: Callable[[], bool], pause: float) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(pause)


@pytest.mark.django_db(transaction=True)
def test_another_worker_reads_what_a_killed_one_was_reading(
    owner: Actor,
    achievement: Achievement,
    scoped: Organisation,
    start_worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    lines = ["Email,Name,Grade", *(f"learner{i}@uni.example,Learner {i},{'ABC'[i % 3]}" for i in range(ROWS))]
    first = start_worker()
    content = "\n".join(lines).encode()
    batch = batches.start_bulk(
        by=owner, achievement=achievement, name="B", content=content, file_name="l.csv"
    )
    until(lambda: DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).exists(), 0.005)
    first.send_signal(signal.SIGKILL)
    first.wait()
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.preview) == (BatchState.READING, 0, {})  # killed in the middle
    time_passes()
    start_worker()
    until(lambda: bool(Batch.objects.filter(pk=batch.pk).exclude(state=BatchState.READING).exists()), 0.1)
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.failure) == (BatchState.DRAFT, ROWS, "")
    assert batch.options["mapping"]["email"] == "Email"
