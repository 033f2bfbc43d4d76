"""How many requests a second the verify endpoint answers per worker process.

    python benchmarks/verify_endpoint.py [--rounds N] [--seconds N]

Starts an instance of its own (SQLite in a temporary folder, granian with one worker), issues credentials of
2 to 3 KB in the name of one of its issuers, and asks POST /vc-api/credentials/verify with `checks: ["proof"]`
through wrk (a Debian package), with a key, from 4 connections. Server and wrk share the machine's cores.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("KEY")
local at = 0
request = function() at = at % #bodies + 1; return wrk.format(nil, nil, nil, bodies[at]) end
done = function(summary, latency, requests)
  local e = summary.errors
  local wrong = e.status + e.connect + e.read + e.timeout
  local late = latency:percentile(99)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration, wrong, late))
end
"""


def settings(home: Path, port: int) -> dict[str, str]:
    """The environment of the instance."""
    return {
        "INSIGNIA_HOME": str(home),
        "PUBLIC_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{home / 'bench.sqlite3'}",
        "KEY_ENCRYPTION_KEYS": "k1:dGVzdC1vbmx5LWtleS1lbmNyeXB0aW9uLWtleS0wMTI",
        **{
            name: secrets.token_urlsafe(48)
            for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "STATUS_PERMUTATION_KEY")
        },
        "EMAIL_URL": "memorymail://",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "insignia_server.config.settings",
    }


def prepare(count: int) -> tuple[str, list[str]]:
    """A key, and the bodies of requests: signed credentials of an issuer of this instance."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from credentials import credentials
    from insignia.issuing import issue
    from insignia_server.credentials.keys import loader, signing_pair
    from insignia_server.issuers import services
    from insignia_server.kit import scopes
    from insignia_server.organisations import clients
    from insignia_server.organisations.actors import Actor
    from insignia_server.organisations.models import Organisation
    from insignia_server.organisations.roles import Permission

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    organisation = Organisation.plain.create(slug="bench", name="Bench")
    by = Actor("member", organisation.pk, frozenset(Permission))
    with scopes.organisation(organisation.pk):
        issuer = services.create_issuer(by=by, name="Bench")
        _row, key = signing_pair(issuer, "eddsa-rdfc-2022")
        _client, secret = clients.create_client(
            by=by, name="Bench", scopes_=[Permission.READ], a_minute=100_000_000
        )
    bodies = []
    for document in credentials(count):
        document["issuer"] = {**dict(document["issuer"]), "id": issuer.did}
        signed = issue(document, key=key, suite="eddsa-rdfc-2022", created=timezone.now(), loader=loader())
        bodies.append(f'{{"verifiableCredential":{signed.decode()},"options":{{"checks":["proof"]}}}}')
    return secret, bodies


def ask(url: str, key: str, body: str) -> Any:
    """One request."""
    request = urllib.request.Request(
        url,
        data=body.encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def wait(url: str, key: str, body: str) -> None:
    """Until the server answers; every body must verify."""
    for _attempt in range(100):
        try:
            if ask(url, key, body) == {"verified": True}:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server did not verify the credential")


def run(url: str, key: str, bodies: Path, seconds: int, script: Path) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of the time of one in milliseconds."""
    words = ["wrk", "-t1", "-c4", f"-d{seconds}s", "-s", str(script), url]
    env = {**os.environ, "BODIES": str(bodies), "KEY": f"Bearer {key}"}
    told = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", told)
    if found is None or found[3] != "0":
        sys.exit(f"some requests failed:\n{told}")
    return int(found[1]) / int(found[2]) * 1e6, int(found[4]) / 1000


def main() -> None:
    """Start, measure, stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--credentials", type=int, default=200)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with socket.socket() as probe:  # a free port
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="insignia-bench-") as folder:
        home = Path(folder)
        os.environ.update(settings(home, port))
        key, bodies = prepare(options.credentials)
        (home / "bodies").write_text("\n".join(bodies) + "\n")
        (home / "wrk.lua").write_text(SCRIPT)
        granian = Path(sys.executable).with_name("granian")
        server = subprocess.Popen(
            [
                *(str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--blocking-threads", "1", "--workers-kill-timeout", "10", "--no-ws"),
                *("--log-level", "warning", "insignia_server.config.wsgi:application"),
            ],
            cwd=ROOT,
        )
        try:
            url = f"http://127.0.0.1:{port}/vc-api/credentials/verify"
            wait(url, key, bodies[0])
            run(url, key, home / "bodies", 2, home / "wrk.lua")
            rounds = [
                run(url, key, home / "bodies", options.seconds, home / "wrk.lua")
                for _round in range(options.rounds)
            ]
        finally:
            server.terminate()
            server.wait(15)
    rates = [rate for rate, _late in rounds]
    sizes = sorted(map(len, bodies))
    print(
        f"{statistics.median(rates):,.0f} requests a second (median of {len(rates)} rounds of "
        f"{options.seconds} s; {min(rates):,.0f} to {max(rates):,.0f}), "
        f"99 % within {statistics.median(late for _rate, late in rounds):.1f} ms; "
        f"one worker process, bodies of {sizes[0]} to {sizes[-1]} bytes; at least 1,200, aim 2,500"
    )


if __name__ == "__main__":
    main()
