"""A batch from the bytes of a CSV file to signed, stored and verified credentials with their delivery rows.

    python benchmarks/server_batch.py --rows 100000 --workers 2 --database sqlite
    python benchmarks/server_batch.py --rows 100000 --workers 2 --database postgres

Real worker processes, hold 0. Both databases are made for the run and thrown away; PostgreSQL keeps fsync
on. The clock runs from the upload until the last row is signed and stored; mail is queued and not sent
before the end.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import datetime as dt
import io
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
POLL = 0.2


def main() -> None:
    """Prepare an instance, measure, print."""
    options = read_arguments()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="insignia-batch-") as home, database(options, home) as url:
        prepare_settings(home, url)
        import django

        django.setup()
        from insignia_server.command.migrate import complete

        complete(verbosity=0)
        figures = [measure(options, number) for number in range(options.repeat)]
    print(json.dumps({"rows": options.rows, "database": options.database, "runs": figures}, indent=1))
    totals = [one["total"] for one in figures]
    print(
        f"{options.rows} rows, {options.database}, {options.workers} workers: "
        f"median {statistics.median(totals):.1f} s, best {min(totals):.1f} s"
    )


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--profile", default="", help="a folder for a profile of each worker")
    return parser.parse_args()


@contextmanager
def database(options: argparse.Namespace, home: str) -> Iterator[str]:
    """The URL of an empty database."""
    if options.database == "sqlite":
        yield f"sqlite:///{home}/batch.sqlite3"
        return
    from tests.temporary_postgres import running

    with running(durable=True) as url:
        yield url


def prepare_settings(home: str, url: str) -> None:
    """The environment of an instance with secrets of its own, for this process and the workers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insignia_server.config.settings")
    os.environ.update(
        {
            "INSIGNIA_HOME": home,
            "DEBUG": "false",
            "PUBLIC_URL": "https://badges.example.test",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BLIND_INDEX_KEY": secrets.token_urlsafe(48),
            "STATUS_PERMUTATION_KEY": secrets.token_urlsafe(48),
            "KEY_ENCRYPTION_KEYS": "k1:" + secrets.token_urlsafe(32),
            "EMAIL_URL": "memorymail://",
            "CACHE_URL": "locmemcache://",
            "DATABASE_URL": url,
            "LOG_LEVEL": "WARNING",
            "MAX_BULK_ROWS": "1000000",
        }
    )


def measure(options: argparse.Namespace, number: int) -> dict[str, Any]:
    """One run with a tenant of its own; seconds of each part and what the workers took."""
    from insignia_server.awarding import batches
    from insignia_server.awarding.models import BatchState
    from insignia_server.kit import scopes

    achievement, by = tenant(number)
    content = sheet(options.rows)
    with scopes.organisation(by.organisation_id), workers(options) as processes:
        wait_for_start(processes)
        before = sum(processor_seconds(process.pid) for process in processes)
        begun = time.perf_counter()
        batch = batches.start_bulk(
            by=by, achievement=achievement, name="Benchmark", content=content, file_name="learners.csv"
        )
        wait_until(batch, BatchState.DRAFT)
        read = time.perf_counter()
        batches.check(by=by, batch=batch)
        wait_until(batch, BatchState.CHECKED)
        checked = time.perf_counter()
        batches.confirm(by=by, batch=batch)
        wait_until(batch, BatchState.DELIVERING, BatchState.DONE)
        signed = time.perf_counter()
        memory = [peak(process.pid) for process in processes]
        spent = sum(processor_seconds(process.pid) for process in processes) - before
        verified = look(batch)
    return {
        "read": round(read - begun, 2),
        "check": round(checked - read, 2),
        "sign": round(signed - checked, 2),
        "total": round(signed - begun, 2),
        "a_second": round(options.rows / (signed - begun)),
        "worker_processor_seconds": round(spent, 1),
        "worker_megabytes": memory,
        "verified": verified,
    }


def tenant(number: int) -> tuple[Any, Any]:
    """An organisation with hold 0, an issuer and a published achievement."""
    from insignia_server.achievements import services as achievements
    from insignia_server.achievements.definition import Assessment, Definition, ResultDescription
    from insignia_server.issuers import services as issuers
    from insignia_server.kit import scopes
    from insignia_server.organisations.models import Member, Organisation
    from insignia_server.organisations.roles import Role
    from insignia_server.people.models import User

    user = User.objects.create_user(f"owner{number}@nordhaven.example")
    with scopes.crossing("demo"):
        organisation = Organisation.objects.create(
            slug=f"bench-{number}", name="Nordhaven University", hold_minutes=0
        )
        by = Member.objects.create(organisation=organisation, user=user, roles=[Role.OWNER]).actor()
    definition = Definition(
        name="Data Literacy",
        description="Reads, questions and shows data.",
        criteria="Finish the five modules and hand in a portfolio.",
        achievement_type="MicroCredential",
        assessment=Assessment(
            methods=("portfolio",), assessors=("issuer",), supervision="onsite", identity_check="document"
        ),
        results=(
            ResultDescription(
                key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B", "C")
            ),
        ),
    )
    now = dt.datetime.now(dt.UTC)
    with scopes.organisation(organisation.pk):
        issuer = issuers.create_issuer(by=by, name="Faculty of Arts", url="https://arts.example", now=now)
        achievement = achievements.create(by=by, issuer=issuer, definition=definition)
        achievements.publish(by=by, achievement=achievement, now=now)
    return achievement, by


def sheet(rows: int) -> bytes:
    """A file as people upload them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Email", "First name", "Last name", "Grade", "Date", "Evidence"])
    for i in range(rows):
        writer.writerow(
            [
                f"learner{i}@students.nordhaven.example",
                f"Given{i % 997}",
                f"Family{i}",
                "ABC"[i % 3],
                f"2026-11-{1 + i % 20:02}",
                f"https://portfolio.example/{i}" if i % 2 else "",
            ]
        )
    return out.getvalue().encode()


@contextmanager
def workers(options: argparse.Namespace) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Worker processes like those of an instance."""
    processes = []
    for number in range(options.workers):
        profile = (
            ["-m", "cProfile", "-o", f"{options.profile}/worker{number}.prof"] if options.profile else []
        )
        command = [sys.executable, *profile, "-m", "insignia_server.command", "worker", "--interval", "0.1"]
        processes.append(subprocess.Popen(command))
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)


def wait_for_start(processes: list[subprocess.Popen[bytes]]) -> None:
    """Until every worker has imported the application and asked for work."""
    time.sleep(6)
    if any(process.poll() is not None for process in processes):
        raise SystemExit("a worker ended by itself")


def wait_until(batch: Any, *states: Any) -> None:
    """Poll the progress as the page does."""
    from django.utils import timezone

    from insignia_server.awarding import batches
    from insignia_server.awarding.models import BatchState

    while True:
        found = batches.progress(batch, now=timezone.now())
        if found.state in states:
            batch.refresh_from_db()
            return
        if found.state in (BatchState.FAILED, BatchState.DRAFT):
            raise SystemExit(f"the batch failed: {found.failure}")
        time.sleep(POLL)


def peak(pid: int) -> int:
    """Megabytes of memory that a process had at most."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def processor_seconds(pid: int) -> float:
    """Seconds of processor time that a process has taken: what the run costs when the machine does other
    things."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def look(batch: Any) -> int:
    """Verify some of the credentials as a stranger would, and count everything; how many were verified."""
    from django.utils import timezone

    from insignia.verification import STRICT
    from insignia_server.awarding.models import Award
    from insignia_server.credentials.models import Credential
    from insignia_server.credentials.verification import verify_bytes
    from insignia_server.mail.models import Message

    assert Award.objects.filter(batch=batch).count() == batch.good == batch.signed
    assert Credential.objects.count() == batch.good
    assert Message.objects.filter(kind="award").count() == batch.good
    places = Credential.objects.values_list("status_list_id", "status_index").distinct().count()
    assert places == batch.good
    chosen = Credential.objects.order_by("pk")[:: max(batch.good // 20, 1)]
    for credential in chosen:
        report = verify_bytes(bytes(credential.content), now=timezone.now(), policy=STRICT)
        assert report.valid, report.failed()
    return len(chosen)


if __name__ == "__main__":
    main()
