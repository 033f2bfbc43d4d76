"""A fresh instance, set up by its documented environment alone, and the provider that it trusts."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from driving import ROOT, Demo, answers

PASSWORD = "correct horse battery"
OWNER = "owner@nordhaven.example"
WORDS = [sys.executable, "-m", "insignia_server.command"]


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    """What an operator sets, with secrets made for this run."""
    ours = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "CACHE_URL", "MEDIA_STORAGE_URL", "INSIGNIA_TEST_HOME")
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        **{
            name: secrets.token_urlsafe(48)
            for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "STATUS_PERMUTATION_KEY")
        },
        "KEY_ENCRYPTION_KEYS": f"k1:{key}",
        "INSIGNIA_HOME": str(folder),
        "PUBLIC_URL": f"http://localhost:{port}",
        "DEBUG": "false",
        "EMAIL_URL": "filemail://",
        "LOG_LEVEL": "WARNING",
        "INSIGNIA_OWNER_PASSWORD": PASSWORD,
        **more,
    }


def command(*words: str, env: Mapping[str, str], log: Path) -> None:
    """Run a command of the server to its end."""
    with log.open("ab") as said:
        done = subprocess.run(
            [*WORDS, *words], env=env, cwd=ROOT, stdout=said, stderr=said, input=b"", timeout=300
        )
    assert done.returncode == 0, log.read_text()


def migrated(folder: Path) -> Path:
    """An SQLite database after `insignia-server migrate`, made once in `folder`."""
    database = folder / "insignia.sqlite3"
    if not (folder / "complete").exists():
        command("migrate", env=environment(folder, 80), log=folder / "said.log")
        (folder / "complete").touch()
    return database


@contextmanager
def instance(folder: Path, port: int, env: Mapping[str, str], database: Path) -> Iterator[Demo]:
    """A copy of the migrated `database`, then `create-owner` and `web`, until the end."""
    said = folder / "said.log"
    shutil.copy(database, folder)
    command("create-owner", OWNER, env=env, log=said)
    with process([*WORDS, "web", "--port", str(port), "--processes", "1"], env=env, log=said):
        wait(port, said)
        yield Demo(f"http://localhost:{port}", folder)


@contextmanager
def process(
    words: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the test."""
    with log.open("ab") as said:
        running = subprocess.Popen(words, env=env, cwd=cwd, stdout=said, stderr=said)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait(10)


def wait(port: int, said: Path, seconds: float = 180) -> None:
    """Until somebody listens there."""
    end = time.monotonic() + seconds
    while not answers(port):
        assert time.monotonic() < end, said.read_text()
        time.sleep(0.1)
