"""The server's bulk award without awarding: places, signatures, storage and anchoring of many credentials.

    python benchmarks/server_bulk.py --rows 100000 --processes 2 [--database postgres]

`--database` is `sqlite` (default), `postgres` (a server for the run) or a URL: beside that database one of
its own is made and dropped.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
COMPARED = 5_000
Chunk = tuple[UUID, int, int, str]


def main() -> None:
    """Prepare an instance, measure, print."""
    options = read_arguments()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as home, database(options.database) as url:
        prepare_settings(home, url)
        import django

        django.setup()
        with own_database() as name:
            version_id = make_version(options.suite)
            compared = compare_inserts(version_id, min(COMPARED, options.rows))
            figures = measure(options, version_id, name)
    print_figures(options, figures, compared)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--suite", default="eddsa-rdfc-2022")
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres or a URL")
    return parser.parse_args()


@contextmanager
def database(named: str) -> Iterator[str]:
    """The URL that is meant; empty for SQLite in the temporary folder."""
    if named != "postgres":
        yield "" if named == "sqlite" else named
        return
    from tests.temporary_postgres import running

    with running(durable=True) as url:
        yield url


def prepare_settings(home: str, database: str) -> None:
    """The environment of an instance with secrets of its own, for this process and those that it starts."""
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
            "DATABASE_URL": database or f"sqlite:///{home}/bench.sqlite3",
            "LOG_LEVEL": "WARNING",
        }
    )


@contextmanager
def own_database() -> Iterator[str]:
    """A fresh database beside the one of the settings; its name."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["NAME"]
    old = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def make_version(suite: str) -> UUID:
    """An organisation, an issuer with keys, and a published version; its key."""
    from insignia_server.achievements.definition import Definition, ResultDescription
    from insignia_server.achievements.document import achievement_document
    from insignia_server.achievements.models import Achievement, AchievementVersion
    from insignia_server.issuers.services import create_issuer
    from insignia_server.kit import scopes
    from insignia_server.organisations.actors import job_actor
    from insignia_server.organisations.models import Organisation

    with scopes.crossing("demo"):
        organisation = Organisation.objects.create(slug="bench", name="Benchmark University")
    definition = Definition(
        name="Data Literacy",
        description="Reads, questions and shows data.",
        criteria="Finish the five modules and hand in a portfolio.\n" * 5,
        achievement_type="MicroCredential",
        tags=("data", "statistics", "charts"),
        results=(ResultDescription(key="grade", name="Grade", result_type="Percent"),),
        suite=suite,
    )
    with scopes.organisation(organisation.pk):
        issuer = create_issuer(by=job_actor(organisation.pk, label="bench"), name="Faculty", now=NOW)
        achievement = Achievement.objects.create(
            organisation=organisation, issuer=issuer, name=definition.name, state="published"
        )
        version = AchievementVersion(
            organisation=organisation, achievement=achievement, number=1, content=definition.to_json()
        )
        version.document = achievement_document(version, issuer)
        version.save()
    found: UUID = version.pk
    return found


def version_of(key: UUID) -> Any:
    """The version with its achievement and issuer, found as a job finds its row."""
    from insignia_server.achievements.models import AchievementVersion
    from insignia_server.kit import scopes

    with scopes.crossing("jobs"):
        return AchievementVersion.objects.select_related("achievement__issuer").get(pk=key)


def subjects(first: int, count: int) -> list[Any]:
    """Recipients with address, name, grade and a page of evidence."""
    from insignia_server.credentials.subject import Evidence, Result, Subject
    from insignia_server.kit.ids import uuid7

    return [
        Subject(
            credential_id=uuid7(),
            identifier=f"learner{number}@example.org",
            salt=secrets.token_hex(16),
            name=f"Learner Number {number}",
            valid_from=NOW,
            results=(Result(description="grade", value=str(number % 101)),),
            evidence=(Evidence(url=f"https://portfolio.example/{number}", name="Portfolio"),),
        )
        for number in range(first, first + count)
    ]


def compare_inserts(version_id: UUID, rows: int) -> dict[str, float]:
    """Rows a second of `insert_many` and of `bulk_create`, with rows as they are stored; rolled back."""
    from django.db import transaction

    from insignia_server.credentials import bulk, status
    from insignia_server.credentials.models import Credential
    from insignia_server.kit import scopes
    from insignia_server.kit.bulk_insert import insert_many

    version = version_of(version_id)
    found: dict[str, float] = {}
    with scopes.organisation(version.organisation_id):
        places = status.allocate(version.achievement.issuer, "revocation", rows, now=NOW)
        mint = bulk.Mint(version, now=NOW)
        values = [bulk.row(mint, one) for one in mint.issue(subjects(0, rows), places)]
        for name in ("insert_many", "bulk_create"):
            with transaction.atomic():
                started = time.perf_counter()
                if name == "insert_many":
                    insert_many(Credential, bulk.COLUMNS, values)
                else:
                    made = [Credential(**dict(zip(bulk.COLUMNS, row, strict=True))) for row in values]
                    Credential.objects.bulk_create(made, batch_size=500)
                found[name] = rows / (time.perf_counter() - started)
                transaction.set_rollback(True)
    return found


def measure(options: argparse.Namespace, version_id: UUID, database: str) -> list[dict[str, float]]:
    """The figures of each chunk, made in `processes` processes; the last one is that of the whole."""
    from django.db import connections

    chunks: list[Chunk] = [
        (version_id, first, min(options.chunk, options.rows - first), database)
        for first in range(0, options.rows, options.chunk)
    ]
    connections.close_all()
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(options.processes, initializer=start) as pool:
        pool.map(nothing, range(options.processes), chunksize=1)
        began = time.perf_counter()
        figures = list(pool.imap_unordered(issue_chunk, chunks))
        ended = time.perf_counter()
    return [*figures, {"all": ended - began, "starting": began - started}]


def start() -> None:
    """A worker process: Django, and nothing else."""
    import django

    django.setup()


def nothing(number: int) -> int:
    """What tells that a process has started."""
    time.sleep(0.2)
    return number


def issue_chunk(chunk: Chunk) -> dict[str, float]:
    """Places, signatures and storage of one chunk, each in seconds."""
    from django.db import connection, transaction

    from insignia_server.credentials import bulk, status
    from insignia_server.kit import scopes

    version_id, first, count, database = chunk
    if connection.settings_dict["NAME"] != database:
        connection.close()
        connection.settings_dict["NAME"] = database
    version = version_of(version_id)
    given = subjects(first, count)
    marks = [time.perf_counter()]
    with scopes.organisation(version.organisation_id):
        places = status.allocate(version.achievement.issuer, "revocation", count, now=NOW)
        marks.append(time.perf_counter())
        mint = bulk.Mint(version, now=NOW)
        minted = mint.issue(given, places)
        marks.append(time.perf_counter())
        with transaction.atomic():
            bulk.store(mint, minted)
        marks.append(time.perf_counter())
    names = ("places", "signing", "storing")
    spans = {
        name: (after - before) / count for name, before, after in zip(names, marks, marks[1:], strict=False)
    }
    return {
        **spans,
        "rows": count,
        "verified": mint.counts.verified,
        "general": mint.counts.general,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def print_figures(
    options: argparse.Namespace, figures: Sequence[dict[str, float]], compared: dict[str, float]
) -> None:
    """What was measured, as JSON."""
    whole, chunks = figures[-1], figures[:-1]
    columns: dict[str, list[float]] = defaultdict(list)
    for chunk in chunks:
        for name, value in chunk.items():
            columns[name].append(value)
    report = {
        "database": "PostgreSQL" if options.database.startswith("postgres") else "SQLite",
        "suite": options.suite,
        "rows": int(sum(columns["rows"])),
        "processes": options.processes,
        "seconds": round(whole["all"], 2),
        "rows a second": round(sum(columns["rows"]) / whole["all"]),
        "median us a row": {
            name: round(statistics.median(columns[name]) * 1e6, 1)
            for name in ("places", "signing", "storing")
        },
        "verified in full": int(sum(columns["verified"])),
        "general path": int(sum(columns["general"])),
        "MB a process": round(max(columns["memory"])),
        "rows a second inserted": {name: round(value) for name, value in compared.items()},
    }
    json.dump(report, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
