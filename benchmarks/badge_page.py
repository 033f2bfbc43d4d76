"""The badge page: server time and number of queries, within the process and through granian.

    python benchmarks/badge_page.py [--database postgres://…] [--pages 300] [--seconds 5]

`within` goes through the whole WSGI application, middleware included, as granian calls it. `granian` runs one
process of the real server and asks it with wrk over one connection and over four (left out where wrk is not
installed). The default database is SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
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
from collections.abc import Callable
from typing import Any

from awards_list import make_award
from server_bulk import own_database, prepare_settings

HOST = "badges.example.test"


def main() -> None:
    """Make an award, measure its page, print."""
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as home:
        prepare_settings(home, options.database)
        os.environ["BEHIND_PROXY"] = "true"
        os.environ["ALLOWED_HOSTS"] = f"{HOST},127.0.0.1"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        with own_database() as name:
            path = f"/badges/{make_award().pk}/"
            rows = [within(path, options.pages), *through_granian(path, name, options.seconds)]
        print_figures(rows)


def read_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", default="", help="a URL; default: SQLite in a temporary folder")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=5, help="how long wrk asks")
    return parser.parse_args()


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


def within(path: str, pages: int) -> list[str]:
    """Median and 95th percentile of `pages` calls, and how many queries one makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from insignia_server.config.wsgi import application

    def ask() -> bytes:
        said: list[str] = []
        answer = application(request_of(path), lambda status, _headers: said.append(status))
        body = b"".join(answer)
        answer.close()
        assert said == ["200 OK"], f"{path}: {said}"
        return body

    for _ in range(20):
        body = ask()
    times = [seconds(ask) for _ in range(pages)]
    with CaptureQueriesContext(connection) as captured:
        ask()
    print(f"{connection.vendor}: {len(body):,} bytes, {len(captured)} queries", file=sys.stderr)
    high = statistics.quantiles(times, n=20)[-1]
    return ["within the process", ms(statistics.median(times)), ms(high), str(len(captured)), ""]


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ms(value: float) -> str:
    """Milliseconds."""
    return f"{value * 1e3:.1f} ms"


def through_granian(path: str, database: str, duration: int) -> list[list[str]]:
    """What wrk says of one process of the server."""
    if shutil.which("wrk") is None:
        return []
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
        return [wrk(port, path, connections, duration) for connections in (1, 4)]
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
    half, most = (re.search(rf"{share}%\s+(\S+)", said) for share in (50, 99))
    rate = re.search(r"Requests/sec:\s+(\S+)", said)
    assert half, said
    assert most, said
    assert rate, said
    title = f"granian, one process, {connections} connection{'s' * (connections > 1)}"
    return [title, half[1], f"{most[1]} (99 %)", "", rate[1]]


def print_figures(rows: list[list[str]]) -> None:
    """A table in Markdown."""
    from django.db import connection

    print(f"| badge page, {connection.vendor} | median | 95 % | queries | a second |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
