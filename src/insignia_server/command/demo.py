"""`python3 dev.py demo`: an instance of one's own on this machine, with an invented university in it."""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from insignia_server.command.demo_data import ACCOUNTS, PASSWORD

WORDS = [sys.executable, "-m", "insignia_server.command"]


def main(argv: Sequence[str] | None = None) -> int:
    """Make the instance if it is not there, then serve it until Ctrl-C; 0 unless something failed."""
    parser = argparse.ArgumentParser(prog="dev.py demo")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=Path("var/demo"))
    parser.add_argument("--fresh", action="store_true", help="forget the last demo")
    parser.add_argument("--once", action="store_true", help="start, look at the pages, stop")
    options = parser.parse_args(argv)
    if not port_is_free(options.port):
        print(f"Port {options.port} is in use. Try: python3 dev.py demo --port {options.port + 1}")
        return 1
    folder = options.folder.resolve()
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    made = folder / "seeded"
    env = environment(folder, options.port)
    if not made.exists():
        print("Making the demo: database, keys, badges …", flush=True)
        for words in (["migrate"], ["seed-demo"]):
            done = subprocess.run([*WORDS, *words], env=env, check=False, stdout=subprocess.DEVNULL)
            if done.returncode:
                print(
                    f"`insignia-server {' '.join(words)}` failed; what it said stands above.", file=sys.stderr
                )
                return done.returncode
        made.write_text("")
    return serve(env, options.port, once=options.once)


def environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of the demo; its secrets are made once and kept in its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "settings.json"
    if file.exists():
        kept: dict[str, str] = json.loads(file.read_text())
    else:
        names = ("SECRET_KEY", "BLIND_INDEX_KEY", "STATUS_PERMUTATION_KEY")
        kept = {name: secrets.token_urlsafe(48) for name in names}
        kept["KEY_ENCRYPTION_KEYS"] = "demo:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        file.touch(mode=0o600)
        file.write_text(json.dumps(kept))
    dropped = (
        "DATABASE_URL",
        "CACHE_URL",
        "EMAIL_URL",
        "MEDIA_STORAGE_URL",
        "DJANGO_SETTINGS_MODULE",
        "DEBUG",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in dropped}
    return {
        **inherited,
        **kept,
        "INSIGNIA_HOME": str(folder),
        "PUBLIC_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "INSTANCE_NAME": "Insignia",
        "DEMO": "true",
        "FOUNDING": "open",
        "EMAIL_URL": "filemail://",
        "LOG_LEVEL": "WARNING",
        "OPERATOR_EMAIL": "operator@insignia.example",
    }


def serve(env: dict[str, str], port: int, *, once: bool) -> int:
    """The web process and the worker; ends both when one ends."""
    web = [*WORDS, "web", "--port", str(port), "--processes", "1"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that both processes end with this one
    running = [subprocess.Popen(words, env=env) for words in (web, [*WORDS, "worker"])]
    address = f"http://localhost:{port}"
    try:
        if not answers(f"{address}/healthz", running):
            print("The server did not start; what it said stands above.", file=sys.stderr)
            return 1
        if once:
            return look(address)
        print(welcome(address, Path(env["INSIGNIA_HOME"])), flush=True)
        while all(process.poll() is None for process in running):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        print("\nThe demo has stopped. Start it again, and everything is as it was.")
        return 0
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(url: str, running: Sequence[subprocess.Popen[bytes]], *, seconds: float = 60) -> bool:
    """Whether an address answers 200 in time, while the processes live."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and all(process.poll() is None for process in running):
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own address
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def look(address: str) -> int:
    """Fetch the pages that a visitor sees first; 1 when one does not answer 200."""
    wrong = 0
    for path in (
        "/",
        "/verify/",
        "/design/",
        "/accounts/login/",
        "/issuers/nordhaven-academy/",
        "/api/v1/docs",
    ):
        try:
            with urllib.request.urlopen(address + path, timeout=20) as response:  # noqa: S310 - our own address
                status, size = response.status, len(response.read())
        except urllib.error.HTTPError as error:
            status, size = error.code, 0
        wrong += status != 200
        print(f"{status}  {path}  {size:,} bytes")
    return 1 if wrong else 0


def welcome(address: str, folder: Path) -> str:
    """What a newcomer reads in the terminal."""
    lines = [f"  {account['email']:<28} {description(account)}" for account in ACCOUNTS]
    return "\n".join(
        [
            "",
            f"Insignia runs at {address}",
            f"Sign in at {address}/accounts/login/ with the password {PASSWORD}:",
            *lines,
            "",
            f"Mails that the demo sends lie in {folder / 'outbox'}. Stop with Ctrl-C.",
        ]
    )


def description(account: dict[str, object]) -> str:
    """Who an account is, in a few words."""
    if account.get("operator"):
        return "operator of the instance"
    if "in" not in account:
        return "a learner"
    roles = account["roles"]
    return f"{', '.join(roles) if isinstance(roles, list) else roles} at {account['in']}"


def port_is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())
