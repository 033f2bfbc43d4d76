"""How long the jobs of an instance on SQLite hold its write lock; at most 200 ms are asked for.

    python benchmarks/sqlite_transactions.py                     20,000 rows, one worker as in the demo
    python benchmarks/sqlite_transactions.py --rows 2000         to see that it works

A batch is checked, signed, partly mailed and undone; another one is issued again after its key was
compromised; old rows are cleaned away; a roster is imported. Each write transaction is timed from the moment
that it holds the lock to the end of its COMMIT; waiting for the lock is not counted.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server_batch import POLL, prepare_settings, sheet, tenant, wait_until
from transactions import Recorder, by_kind, read

MOST = 200.0  # milliseconds
Call = Callable[..., Any]


def main() -> None:
    """Prepare an instance, do everything in it, print."""
    options = read_arguments()
    if options.worker:
        work(options.worker)
        return
    with tempfile.TemporaryDirectory(prefix="insignia-transactions-") as folder:
        home = Path(folder)
        prepare_settings(folder, f"sqlite:///{home}/batch.sqlite3")
        os.environ["EMAIL_URL"] = "dummymail://"
        import django

        django.setup()
        from insignia_server.command.migrate import complete

        complete(verbosity=0)
        Recorder.install()
        with workers(options.workers, home) as files:
            everything(options)
        print_figures(options, by_kind([*Recorder.found, *read(files)]))


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--mails", type=int, default=1_000, help="so many are sent before the batch is undone"
    )
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


@contextmanager
def workers(count: int, home: Path) -> Iterator[list[Path]]:
    """Processes that run the jobs; at the end the files with what they noted are complete."""
    files = [home / f"worker{number}.json" for number in range(count)]
    processes = [subprocess.Popen([sys.executable, __file__, "--worker", str(file)]) for file in files]
    try:
        yield files
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=120)


def work(file: Path) -> None:
    """A worker that notes its transactions by job."""
    import django

    django.setup()
    from insignia_server.kit import jobs
    from insignia_server.kit.worker import JobWorker

    Recorder.install()
    for name, made in list(jobs.JOBS.items()):
        jobs.JOBS[name] = dataclasses.replace(made, function=noted(name, made.function))
    worker = JobWorker(interval=0.1)

    def stop(*_: object) -> None:
        worker.running = False

    signal.signal(signal.SIGTERM, stop)
    worker.run()
    Recorder.write(file)


def noted(name: str, function: Call) -> Call:
    """The function of a job, with its transactions under its name."""
    kind = "job " + ".".join(part for part in name.split(".")[1:] if part != "jobs")

    def run(*words: Any, **named: Any) -> Any:
        with Recorder.during(kind):
            return function(*words, **named)

    return run


def everything(options: argparse.Namespace) -> None:
    """What the jobs of an instance do, one after the other."""
    from insignia_server.kit import scopes

    with Recorder.during("preparing"):
        achievement, by = tenant(0)
    with scopes.organisation(by.organisation_id):
        say(f"a batch of {options.rows} rows …")
        batch = award(achievement, by, options.rows)
        say("mail, and undoing …")
        undo(batch, by, min(options.mails, options.rows))
        say("issuing again …")
        reissue(achievement, by, max(options.rows // 4, 1))
        say("a roster …")
        roster(by, options.rows)
        say("cleaning …")
        clean(by, options.rows)


def award(achievement: Any, by: Any, rows: int) -> Any:
    """A batch, from the file to the last signature."""
    from insignia_server.awarding import batches
    from insignia_server.awarding.models import BatchState

    with Recorder.during("request: upload, check, confirm"):
        batch = batches.start_bulk(
            by=by, achievement=achievement, name="Benchmark", content=sheet(rows), file_name="learners.csv"
        )
        wait_until(batch, BatchState.DRAFT)
        batches.check(by=by, batch=batch)
        wait_until(batch, BatchState.CHECKED)
        batches.confirm(by=by, batch=batch)
        wait_until(batch, BatchState.DELIVERING, BatchState.DONE)
    return batch


def undo(batch: Any, by: Any, mails: int) -> None:
    """Some messages go out; then all of it is taken back."""
    from insignia_server.awarding import batches
    from insignia_server.awarding.models import Batch, BatchState

    until(lambda: Batch.objects.values_list("sent", flat=True).get(pk=batch.pk) >= mails)
    with Recorder.during("request: undo"):
        batches.undo_batch(by=by, batch=batch, reason="The wrong file.")
    wait_until(batch, BatchState.UNDONE)


def reissue(achievement: Any, by: Any, rows: int) -> None:
    """Another batch, whose key turns out to be compromised; everything is issued again."""
    from insignia_server.awarding import reissuing
    from insignia_server.awarding.models import Reissue, ReissueState
    from insignia_server.credentials.models import Credential
    from insignia_server.issuers import services as issuers
    from insignia_server.issuers.models import SigningKey

    since = dt.datetime.now(dt.UTC)
    award(achievement, by, rows)
    newest = Credential.objects.order_by("-pk").values_list("key_id", flat=True)[0]
    key = SigningKey.objects.get(pk=newest)
    with Recorder.during("request: issue again"):
        issuers.report_compromised(by=by, key=key, since=since)
        key.refresh_from_db()
        row = reissuing.start(by=by, key=key, reason="A key was stolen.", everything=True)
    until(lambda: Reissue.objects.values_list("state", flat=True).get(pk=row.pk) != ReissueState.RUNNING)
    row.refresh_from_db()
    if row.reissued != rows:
        raise SystemExit(f"{row.reissued} of {rows} were issued again: {row.failure} {row.refusals[:1]}")


def roster(by: Any, rows: int) -> None:
    """A group gets its people, and then other names for all of them."""
    from insignia_server.organisations import groups

    with Recorder.during("preparing"):
        group = groups.create_group(by=by, name="Everybody")
    for kind, word in (("added", "Given"), ("renamed", "Other")):
        lines = [
            groups.RosterLine(i, f"learner{i}@students.example", f"{word} Family{i}") for i in range(rows)
        ]
        with Recorder.during(f"request: roster, {kind}"):
            groups.import_roster(by=by, group=group, lines=lines)


def clean(by: Any, rows: int) -> None:
    """Rows that are over, and the jobs that delete them."""
    from insignia_server.api.jobs import forget_answers
    from insignia_server.api.models import IdempotentRequest
    from insignia_server.awarding.jobs import drop_evidence
    from insignia_server.awarding.models import EvidenceFile
    from insignia_server.organisations import clients
    from insignia_server.organisations.roles import Permission
    from insignia_server.verifier.jobs import forget_old
    from insignia_server.verifier.models import Verification

    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=30)
    with Recorder.during("preparing"):
        client, _key = clients.create_client(by=by, name="Benchmark", scopes_=[Permission.READ.value])
        for start in range(0, rows, 1_000):
            some = range(start, min(start + 1_000, rows))
            IdempotentRequest.objects.bulk_create(
                IdempotentRequest(
                    organisation_id=by.organisation_id,
                    client=client,
                    key=str(i),
                    fingerprint=secrets.token_bytes(32),
                    started_at=old,
                    status=200,
                    answer=secrets.token_bytes(4_000),
                )
                for i in some
            )
            Verification.objects.bulk_create(
                Verification(source="x", content=secrets.token_bytes(4_000), report={}) for _ in some
            )
        Verification.objects.update(created_at=old)
        EvidenceFile.objects.bulk_create(evidence(by.organisation_id, i, old) for i in range(min(rows, 500)))
    with Recorder.during("request: cleaning asked for"):
        for job in (forget_answers, forget_old, drop_evidence):
            job.enqueue()
    until(lambda: not IdempotentRequest.objects.exists())
    until(lambda: not Verification.objects.exists())
    until(lambda: not EvidenceFile.objects.exclude(stored="").exists())


def evidence(organisation: Any, number: int, at: dt.datetime) -> Any:
    """A file that nobody used."""
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    from insignia_server.awarding.models import EvidenceFile

    content = secrets.token_bytes(1_000)
    return EvidenceFile(
        organisation_id=organisation,
        token=secrets.token_urlsafe(32),
        name="work.pdf",
        media_type="application/pdf",
        size=len(content),
        digest=secrets.token_bytes(32),
        stored=default_storage.save(f"evidence/benchmark/{number}", ContentFile(content)),
        created_at=at,
    )


def until(over: Callable[[], bool], most: float = 1_800) -> None:
    """Poll; at most so many seconds."""
    end = time.monotonic() + most
    while not over():
        if time.monotonic() > end:
            raise SystemExit("it did not come to an end")
        time.sleep(POLL)


def say(message: str) -> None:
    """Progress, on standard error."""
    print(message, file=sys.stderr, flush=True)


def high(times: Sequence[float]) -> float:
    """The 99th percentile."""
    return times[min(len(times) * 99 // 100, len(times) - 1)]


def print_figures(options: argparse.Namespace, kinds: dict[str, tuple[list[float], float]]) -> None:
    """A table in Markdown, and the longest. Other work on the machine disturbs the processor's time less."""
    kinds.pop("preparing", None)
    print("| write transactions, ms | count | median | 99 % | longest | of the processor |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, (times, processor) in kinds.items():
        cells = (statistics.median(times), high(times), times[-1], processor)
        print(f"| {kind} | {len(times):,} | {' | '.join(f'{one:.1f}' for one in cells)} |")
    name, longest = max(
        ((kind, times[-1]) for kind, (times, _cpu) in kinds.items()), key=lambda pair: pair[1]
    )
    print(
        f"{options.rows} rows on SQLite: the longest write transaction held the lock for {longest:.0f} ms "
        f"({name}); at most {MOST:.0f} ms are asked for"
    )


if __name__ == "__main__":
    main()
