"""POST /awards/bulk: 1,000 rows in one request, each with its outcome; signed, stored, mail queued.

    python benchmarks/api_bulk.py --rows 1000 --repeat 5 --database sqlite
    python benchmarks/api_bulk.py --rows 1000 --repeat 5 --database postgres

Through the whole application (the WSGI handler with its middleware, the key of an API client), without HTTP
of a socket. The database is made for the run and thrown away.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from typing import Any

from server_batch import ROOT, database, prepare_settings, tenant


def main() -> None:
    """Prepare an instance, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory(prefix="insignia-bulk-") as home, database(options, home) as url:
        prepare_settings(home, url)
        import django

        django.setup()
        from insignia_server.command.migrate import complete

        complete(verbosity=0)
        seconds = measure(options)
    print(json.dumps({"rows": options.rows, "database": options.database, "seconds": seconds}))
    print(
        f"{options.rows} rows in one request, {options.database}: "
        f"median {statistics.median(seconds):.2f} s, best {min(seconds):.2f} s"
    )


def measure(options: argparse.Namespace) -> list[float]:
    """Seconds of each request; the first one, which compiles, is not among them."""
    from django.test import Client

    from insignia_server.kit import scopes
    from insignia_server.organisations import clients
    from insignia_server.organisations.roles import Permission

    achievement, by = tenant(0)
    with scopes.organisation(by.organisation_id):
        _client, key = clients.create_client(
            by=by, name="Benchmark", scopes_=[Permission.AWARD.value, Permission.READ.value]
        )
    client = Client(SERVER_NAME="badges.example.test", headers={"Authorization": f"Bearer {key}"})
    found = []
    for number in range(options.repeat + 1):
        body = json.dumps({"achievement": str(achievement.pk), "rows": rows(options.rows, number)})
        begun = time.perf_counter()
        answer = client.post("/api/v1/awards/bulk", body, content_type="application/json", secure=True)
        seconds = time.perf_counter() - begun
        if answer.status_code != 200 or answer.json()["awarded"] != options.rows:
            raise SystemExit(f"{answer.status_code}: {answer.content[:500]!r}")
        found.append(round(seconds, 3))
    return found[1:]


def rows(count: int, number: int) -> list[dict[str, Any]]:
    """Other learners in each request, with a grade and, every second one, evidence."""
    return [
        {
            "recipient": {"email": f"learner{number}.{i}@students.example", "name": f"Given{i} Family{i}"},
            "results": [{"description": "grade", "value": "ABC"[i % 3]}],
            "evidence": [{"url": f"https://portfolio.example/{i}"}] if i % 2 else [],
        }
        for i in range(count)
    ]


if __name__ == "__main__":
    main()
