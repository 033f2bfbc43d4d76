"""Instances on this machine for the tests of the commands."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from insignia_server.command.demo import environment

WORDS = (sys.executable, "-m", "insignia_server.command")


def instance(folder: Path, *, port: int = 8000, **more: str) -> dict[str, str]:
    """The environment of an instance in an empty folder, as the demo makes it."""
    return {**environment(folder, port), **more}


def run(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run([*WORDS, *words], env=env, capture_output=True, text=True, check=False, timeout=300)


def code(env: dict[str, str], source: str) -> str:
    """What a program prints within the instance; an error of it fails the test."""
    setup = "import django; django.setup()\n"
    done = subprocess.run(
        [sys.executable, "-c", setup + source],
        env={
            **env,
            "DJANGO_SETTINGS_MODULE": "insignia_server.config.settings",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, **headers: str) -> tuple[int, str]:
    """Status and text; 0 while nobody answers."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_for(url: str, process: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    """Until the address answers 200."""
    end = time.monotonic() + seconds
    while fetch(url)[0] != 200:
        assert process.poll() is None, "the server ended"
        assert time.monotonic() < end, f"{url} does not answer"
        time.sleep(0.2)
