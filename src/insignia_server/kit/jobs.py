"""Jobs are rows in the database, claimed by workers; one code path on SQLite and PostgreSQL.

django-tasks-db stores and claims them. Added here: a lease with a fencing token, which the commit of each
chunk checks, the reaper that gives the jobs of dead workers to others, retries with back-off, a schedule.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone
from django_tasks import TaskContext, task
from django_tasks.base import DEFAULT_TASK_QUEUE_NAME, TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from insignia_server.kit.models import Lease, Schedule

log = structlog.get_logger(__name__)
_QUEUE_NAME: Final = 32  # characters that django-tasks-db has room for


class LeaseLost(RuntimeError):
    """Another worker has this job now: whatever this one was about to commit is rolled back."""


class WorkersDied(RuntimeError):
    """Every worker that took this job ended before it was done."""


class Retry(Exception):
    """Raised by a job: try again later, for the reason given."""

    def __init__(self, reason: str, *, after: dt.timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True)
class Running:
    """A job's hold on its work. Call `check()` inside the transaction of each chunk."""

    task_id: uuid.UUID
    token: int
    seconds: int

    def check(self) -> None:
        """Renew the lease, or raise `LeaseLost`. In a transaction it locks the lease until the commit."""
        until = timezone.now() + dt.timedelta(seconds=self.seconds)
        held = Lease.objects.filter(task_id=self.task_id, token=self.token).update(expires_at=until)
        if not held:
            raise LeaseLost(f"job {self.task_id}: token {self.token} is no longer the newest")


@dataclass(frozen=True)
class Job:
    """A function that runs in a worker: `job.enqueue(**arguments)`. Arguments are JSON."""

    name: str
    function: Callable[..., Any]
    seconds: int
    attempts: int
    priority: int
    given_up: Callable[..., object] | None = None
    at_once: int | None = None

    @property
    def queue(self) -> str:
        """The queue of its rows: one of its own where few may run at once."""
        return DEFAULT_TASK_QUEUE_NAME if self.at_once is None else self.name[-_QUEUE_NAME:]

    def enqueue(self, *, after: dt.datetime | None = None, **arguments: Any) -> uuid.UUID:
        """Write the job's row in the current transaction; returns its key."""
        chosen = run_job.using(priority=self.priority, queue_name=self.queue, run_after=after)
        return uuid.UUID(str(chosen.enqueue(self.name, arguments).id))


JOBS: dict[str, Job] = {}
PERIODIC: dict[str, tuple[Job, dt.timedelta]] = {}


def job(
    *,
    seconds: int = 60,
    attempts: int = 8,
    priority: int = 0,
    every: dt.timedelta | None = None,
    given_up: Callable[..., object] | None = None,
    at_once: int | None = None,
) -> Callable[[Callable[..., Any]], Job]:
    """Make a job of a module-level function whose first argument is `running: Running`.

    `seconds`: the lease; `running.check()` renews it. `attempts`: then it has failed. `every`: comes round.
    `given_up` is called with the job's arguments when it has failed for good, to say so where people look.
    `at_once`: so many of it run at a time on all workers together, and no more; the others do other jobs.
    The decorated name is a `Job`; the function itself is `job.function`, to be called directly in tests.
    Jobs live in `<app>/jobs.py`, which kit/apps.py imports at start.
    """

    def decorate(function: Callable[..., Any]) -> Job:
        name = f"{function.__module__}.{function.__qualname__}"
        made = Job(name, function, seconds, attempts, priority, given_up, at_once)
        JOBS[name] = made
        if every is not None:
            PERIODIC[name] = (made, every)
        return made

    return decorate


@task(takes_context=True)
def run_job(context: TaskContext, name: str, arguments: dict[str, Any]) -> Any:
    """The one task that django-tasks knows: finds the job by its name, takes the lease and calls it."""
    result = context.task_result
    found = JOBS[name]
    worker = result.worker_ids[-1] if result.worker_ids else "immediate"
    running = take_lease(uuid.UUID(str(result.id)), worker=worker, seconds=found.seconds)
    return found.function(running, **arguments)


def next_ready(backend: str) -> DBTaskResult[Any, Any] | None:
    """The first job that is ready and may run now, locked; to be called in the transaction that claims it."""
    ready = DBTaskResult.objects.ready().filter(backend_name=backend)
    row = ready.get_locked()
    while row is not None and not _has_room(row):
        ready = ready.exclude(queue_name=row.queue_name)
        row = ready.get_locked()
    return row


def _has_room(row: DBTaskResult[Any, Any]) -> bool:
    """Whether one more of this job may run. Workers that ask this of the same job wait for each other."""
    made = JOBS.get(job_name(row))
    if made is None or made.at_once is None or row.queue_name != made.queue:
        return True
    Lease.objects.select_for_update().get_or_create(
        task_id=uuid.uuid5(uuid.NAMESPACE_OID, made.queue),
        defaults={"worker": "", "expires_at": timezone.now()},
    )
    running = DBTaskResult.objects.filter(queue_name=made.queue, status=TaskResultStatus.RUNNING)
    return running.count() < made.at_once


def job_name(row: DBTaskResult[Any, Any]) -> str:
    """Which job a row is."""
    return str(row.args_kwargs["args"][0])


def take_lease(task_id: uuid.UUID, *, worker: str, seconds: int) -> Running:
    """A new token for this job: whoever held it before can commit nothing more."""
    until = timezone.now() + dt.timedelta(seconds=seconds)
    with transaction.atomic():
        lease, made = Lease.objects.select_for_update().get_or_create(
            task_id=task_id, defaults={"token": 1, "worker": worker, "expires_at": until}
        )
        if not made:
            lease.token, lease.worker, lease.expires_at = lease.token + 1, worker, until
            lease.save(update_fields=["token", "worker", "expires_at"])
    return Running(task_id, lease.token, seconds)


def back_off(attempt: int) -> dt.timedelta:
    """How long to wait after the `attempt`-th failure: 2 s, 8 s, 32 s … at most one hour."""
    return dt.timedelta(seconds=min(2 * 4 ** max(attempt - 1, 0), 3600))


def settle(row: DBTaskResult[Any, Any], error: BaseException, *, attempts: int) -> bool:
    """After an error: True when the job will be tried again, which is then written down."""
    tries = len(row.worker_ids)
    if tries >= attempts or not isinstance(error, Exception):
        return False
    wait = error.after if isinstance(error, Retry) and error.after is not None else back_off(tries)
    changed = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + wait, traceback=str(error)[:2000]
    )
    return bool(changed)


def give_up(row: DBTaskResult[Any, Any], error: BaseException) -> None:
    """The job has failed for good: its row says so, and what `given_up` of the job does is done."""
    with transaction.atomic():
        row.set_failed(error)
        made = JOBS.get(job_name(row))
        if made is None or made.given_up is None:
            return
        try:
            with transaction.atomic():
                made.given_up(**row.args_kwargs["args"][1])
        except OperationalError:
            raise
        except Exception:
            log.exception("what follows a job given up failed", job=made.name, task=str(row.pk))


def reap(*, now: dt.datetime | None = None, unleased: dt.timedelta = dt.timedelta(seconds=60)) -> int:
    """Give back the jobs whose worker has not renewed its lease; returns how many.

    One that has used up its attempts in this way fails: it may be what ends the workers.
    """
    now = now or timezone.now()
    count = 0
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    leases = {lease.task_id: lease for lease in Lease.objects.filter(task_id__in=running.values("pk"))}
    for row in running.only("pk", "started_at", "worker_ids", "args_kwargs"):
        lease = leases.get(row.pk)
        if lease is None and row.started_at and row.started_at > now - unleased:
            continue
        if lease is not None and lease.expires_at > now:
            continue
        with transaction.atomic():
            if lease is not None and not Lease.objects.filter(
                task_id=row.pk, token=lease.token, expires_at__lte=now
            ).update(token=lease.token + 1, expires_at=now):
                continue
            made = JOBS.get(job_name(row))
            if made is not None and len(row.worker_ids) >= made.attempts:
                _end_dead(row)
                continue
            log.warning("job given back", job=job_name(row), task=str(row.pk), attempts=len(row.worker_ids))
            count += DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY, run_after=get_date_max()
            )
    return count


def _end_dead(row: DBTaskResult[Any, Any]) -> None:
    whole = DBTaskResult.objects.select_for_update().filter(pk=row.pk, status=TaskResultStatus.RUNNING)
    found = whole.first()
    if found is not None:
        log.error("job given up: its workers died", job=job_name(row), task=str(row.pk))
        give_up(found, WorkersDied(f"{len(row.worker_ids)} workers ended before it was done"))


def enqueue_due(*, now: dt.datetime | None = None) -> list[str]:
    """Enqueue the jobs that come round and are due; their names. Several workers may call it at once."""
    now = now or timezone.now()
    done = []
    for name, (made, every) in PERIODIC.items():
        row, _ = Schedule.objects.get_or_create(name=name, defaults={"due_at": now})
        if row.due_at > now:
            continue
        with transaction.atomic():
            if Schedule.objects.filter(name=name, due_at=row.due_at).update(due_at=now + every):
                made.enqueue()
                done.append(name)
    return done
