"""The badge page and the other public pages and documents: server time and number of queries.

    python benchmarks/badge_page.py [--database postgres://…] [--rounds 200] [--seconds 5]

The instance is the demo: 61 badges with pictures, skills, results and evidence. Rows without "granian" go
through the whole WSGI application, as granian calls it, middleware included. CPU is time of the processor,
which other work on the machine disturbs less. The others run one process of the server; wrk asks it over
one connection and over four (left out without wrk). Default: SQLite in a temporary folder. With a PostgreSQL
for the time of the command:

    python tests/temporary_postgres.py sh -c 'python benchmarks/badge_page.py --database "$DATABASE_URL"'
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from server_bulk import own_database, prepare_settings

HOST = "badges.example.test"
HEADINGS = ("what", "CPU, median", "wall clock, median", "95 %", "queries", "bytes", "a second")


def main() -> None:
    """Fill an instance, measure, print."""
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as home:
        prepare_settings(home, options.database)
        os.environ["BEHIND_PROXY"] = "true"
        os.environ["FOUNDING"] = "open"
        os.environ["ALLOWED_HOSTS"] = f"{HOST},127.0.0.1"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        with own_database() as name:
            badges, others = fill()
            rows = [
                within("badge page, each badge once", badges),
                within("badge page, one badge again and again", badges[:1] * options.rounds),
                *(within(title, [path] * options.rounds) for title, path in others),
                *through_granian(badges, name, options.seconds),
            ]
        print_figures(rows)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="", help="a URL; default: SQLite in a temporary folder")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=5, help="how long wrk asks")
    return parser.parse_args()


def fill() -> tuple[list[str], list[tuple[str, str]]]:
    """The demo's content; the addresses of all badges, and of one of everything else."""
    from insignia_server.awarding.models import Award
    from insignia_server.command.seed_demo import seed
    from insignia_server.kit import scopes

    seed(now=dt.datetime.now(dt.UTC))
    with scopes.crossing("demo"):
        awards = list(
            Award.objects.select_related("credential", "achievement__issuer", "version").order_by("pk")
        )
    first = awards[0]
    issuer = f"/issuers/{first.achievement.issuer.slug}/"
    achievement = f"/achievements/{first.achievement_id}/"
    return [f"/badges/{award.credential_id}/" for award in awards], [
        ("achievement page", achievement),
        ("issuer page", issuer),
        ("front page", "/"),
        ("did.json", f"{issuer}did.json"),
        ("keys.json", f"{issuer}keys.json"),
        ("profile.json", f"{issuer}profile.json"),
        ("status list", f"/status/{first.credential.status_list_id}.json"),
        ("achievement as JSON", f"{achievement}{first.version.number}.json"),
        ("signed credential", f"/credentials/{first.credential_id}.json"),
    ]


def request_of(path: str) -> dict[str, Any]:
    """What a WSGI server gives for a request of a visitor."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "HTTP_HOST": HOST,
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_ACCEPT": "text/html",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }


def ask(path: str) -> bytes:
    """The body of the page."""
    from insignia_server.config.wsgi import application

    said: list[str] = []
    answer: Any = application(request_of(path), lambda status, _headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    assert said == ["200 OK"], f"{path}: {said}"
    return body


def within(title: str, paths: Sequence[str]) -> list[str]:
    """Medians of asking for these paths, and the most queries that one of them makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    if len(set(paths)) == 1:
        ask(paths[0])
    taken = [seconds(partial(ask, path)) for path in paths]
    queries = []
    for path in dict.fromkeys(paths):
        with CaptureQueriesContext(connection) as captured:
            size = len(ask(path))
        queries.append(len(captured))
    cpu, wall = ([one[which] for one in taken] for which in (0, 1))
    high = statistics.quantiles(wall, n=20)[-1]
    shown = [ms(statistics.median(cpu)), ms(statistics.median(wall)), ms(high)]
    return [title, *shown, str(max(queries)), f"{size:,}", ""]


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """How long it took: of the processor, and by the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def ms(value: float) -> str:
    """Milliseconds."""
    return f"{value * 1e3:.1f} ms"


def through_granian(badges: Sequence[str], database: str, duration: int) -> list[list[str]]:
    """The first page that a new process of the server shows, and what wrk says of it."""
    from django.db import connection

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = dict(os.environ)
    if connection.vendor == "postgresql":
        env["DATABASE_URL"] = re.sub(r"/[^/?]+(\?|$)", rf"/{database}\1", env["DATABASE_URL"], count=1)
    words = [sys.executable, "-m", "insignia_server.command", "web", "--port", str(port)]
    server = subprocess.Popen([*words, "--processes", "1", "--no-static"], env=env)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        once = [seconds(partial(open_page, port, path))[1] for path in badges]
        rows = [
            ["granian, the first page of a new process", "", ms(once[0]), "", "", "", ""],
            ["granian, each further badge once", "", ms(statistics.median(once[1:])), "", "", "", ""],
        ]
        if shutil.which("wrk") is not None:
            rows += [wrk(port, badges[0], connections, duration) for connections in (1, 4)]
        return rows
    finally:
        server.terminate()
        server.wait(15)


def wait_for(url: str) -> None:
    """Until it answers, at most half a minute."""
    end = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def open_page(port: int, path: str) -> None:
    """Ask the server as its proxy does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"X-Forwarded-Proto": "https", "Accept": "text/html"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def wrk(port: int, path: str, connections: int, duration: int) -> list[str]:
    """Median, 99th percentile and requests a second."""
    words = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{duration}s",
        "--latency",
        "-H",
        "X-Forwarded-Proto: https",
    ]
    said = subprocess.run(
        [*words, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    half, most = (re.search(rf"^\s+{share}%\s+(\S+)", said, re.MULTILINE) for share in (50, 99))
    rate = re.search(r"Requests/sec:\s+(\S+)", said)
    assert half, said
    assert most, said
    assert rate, said
    title = f"granian, one process, {connections} connection{'s' * (connections > 1)}"
    return [title, "", half[1], f"{most[1]} (99 %)", "", "", rate[1]]


def print_figures(rows: Iterable[Sequence[str]]) -> None:
    """A table in Markdown."""
    from django.db import connection

    print(f"{connection.vendor}\n\n| {' | '.join(HEADINGS)} |\n| --- |{' ---: |' * (len(HEADINGS) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
