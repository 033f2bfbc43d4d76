"""The worker: claims jobs, runs them one after the other, reaps and schedules in between."""

from __future__ import annotations

import gc
import time
from typing import Any

import structlog
from django.db import OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from insignia_server.kit import jobs

log = structlog.get_logger(__name__)
UPKEEP_SECONDS = 2.0


class JobWorker(Worker):
    """One process that runs jobs. `batch=True` ends when nothing is left to do."""

    def __init__(self, *, interval: float = 0.5, batch: bool = False, upkeep: bool = True) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.upkeep = upkeep
        self._looked_after = 0.0

    def run(self) -> None:
        """Until it is told to stop: reap, schedule, claim and run."""
        settle_memory()
        while self.running:
            close_old_connections()
            self.look_after()
            worked = self.claim_one()
            if not worked:
                if self.batch:
                    return
                time.sleep(self.interval)

    def claim_one(self) -> bool:
        """`step()`, but a database that is locked or away for a moment ends no worker."""
        try:
            return self.step()
        except OperationalError as error:
            log.warning("the database did not answer", error=str(error)[:200])
            time.sleep(self.interval)
            return True

    def step(self) -> bool:
        """Claim one job that is ready and run it; True when there was one."""
        with exclusive_transaction():
            row = jobs.next_ready(self.backend_name)
            if row is not None:
                row.claim(self.worker_id)
        if row is not None:
            self.run_task(row)
        return row is not None

    def look_after(self) -> None:
        """Every two seconds: give back the jobs of dead workers, and enqueue what is due."""
        if not self.upkeep or time.monotonic() - self._looked_after < UPKEEP_SECONDS:
            return
        self._looked_after = time.monotonic()
        jobs.reap()
        jobs.enqueue_due()

    def run_task(self, db_task_result: DBTaskResult[Any, Any]) -> None:
        """Run one job; a failure is tried again after a while, until its attempts are used up."""
        started = time.monotonic()
        row: Any = db_task_result
        name = jobs.job_name(row)
        plainly = row.set_failed

        def set_failed(error: BaseException) -> None:
            made = jobs.JOBS.get(name)
            again = isinstance(error, jobs.LeaseLost) or (
                made is not None and jobs.settle(row, error, attempts=made.attempts)
            )
            log.warning("job failed", job=name, task=str(row.pk), again=again, error=repr(error)[:500])
            if not again:
                row.set_failed = plainly
                jobs.give_up(row, error)

        row.set_failed = set_failed
        super().run_task(row)
        log.info("job ended", job=name, task=str(row.pk), seconds=round(time.monotonic() - started, 3))


def settle_memory() -> None:
    """What was imported stays for ever, and a job makes many objects that no cycle holds: the collector of
    cycles looks less often, and not at what was there before."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def run_pending(*, limit: int = 10_000) -> int:
    """Run every job that is ready, in this process: tests, the demo's seed. Returns how many."""
    worker = JobWorker(batch=True, upkeep=False)
    count = 0
    while count < limit and worker.step():
        count += 1
    return count
