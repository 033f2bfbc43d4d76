"""`web` serves and `worker` works until they are told to end: real processes, real signals."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from instances import WORDS, fetch, free_port, instance, run, wait_for

TOKEN = "token-of-the-test-0123456789"
SLOW = """
import os, pathlib, time
import django
django.setup()
import argparse
from insignia_server.kit import jobs
from insignia_server.command import worker
FOLDER = pathlib.Path(os.environ["INSIGNIA_HOME"])

@jobs.job(seconds=30)
def slow(running, *, name):
    (FOLDER / f"{name}.started").touch()
    time.sleep(3)
    (FOLDER / f"{name}.ended").touch()

slow.enqueue(name="one")
slow.enqueue(name="two")
raise SystemExit(worker.run(argparse.Namespace(batch=False, interval=0.1)))
"""


def end(process: subprocess.Popen[bytes]) -> float:
    """Ask it to end; how many seconds it took."""
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    finally:
        process.kill()
        process.wait()
    return time.monotonic() - started


def scheduled(folder: Path) -> int:
    """How many jobs that come round the worker has written down; the first thing that it does."""
    with closing(sqlite3.connect(folder / "insignia.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM kit_schedule").fetchone()[0])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance without anybody."""
    folder = tmp_path_factory.mktemp("instance")
    done = run(instance(folder), "migrate")
    assert done.returncode == 0, done.stderr
    return folder


def test_web_serves_and_ends_when_it_is_told_to(home: Path) -> None:
    port = free_port()
    env = instance(home, port=port, METRICS_TOKEN=TOKEN)
    process = subprocess.Popen([*WORDS, "web", "--port", str(port), "--processes", "2"], env=env)
    address = f"http://localhost:{port}"
    try:
        wait_for(f"{address}/healthz", process)
        assert fetch(f"{address}/healthz") == (200, "ok")
        status, page = fetch(f"{address}/accounts/login/")
        assert (status, "<form" in page) == (200, True)
        assert fetch(f"{address}/static/no-such-file.css")[0] == 404
        assert end(process) < 12
    finally:
        process.kill()
        process.wait()


def test_web_says_what_is_wrong_with_its_arguments(home: Path) -> None:
    done = run(instance(home), "web", "--processes", "0")
    assert (done.returncode, "--processes: expected a whole number from 1 on" in done.stderr) == (2, True)


def test_a_worker_ends_after_the_job_that_it_runs(home: Path) -> None:
    env = {
        **instance(home),
        "DJANGO_SETTINGS_MODULE": "insignia_server.config.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen([sys.executable, "-c", SLOW], env=env)
    try:
        limit = time.monotonic() + 60
        while not list(home.glob("*.started")):
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)
        assert end(process) < 12
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    started, ended = (sorted(p.stem for p in home.glob(f"*.{word}")) for word in ("started", "ended"))
    assert started == ended, "the job that ran came to its end"
    assert len(ended) == 1, "the next one was left to others"


def test_an_idle_worker_ends_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(instance(home), "migrate").returncode == 0
    process = subprocess.Popen([*WORDS, "worker", "--interval", "0.2"], env=instance(home))
    try:
        limit = time.monotonic() + 60
        while not scheduled(home):
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.1)
        assert end(process) < 12
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0


def test_a_worker_in_batch_mode_ends_when_nothing_is_left(home: Path) -> None:
    assert run(instance(home), "worker", "--batch").returncode == 0
