"""Rate limits in Redis (`CACHE_URL=redis://…`), against a server that is started here."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client

from insignia_server.config import backends
from insignia_server.kit import limits

SERVER = shutil.which("redis-server")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SERVER is None, reason="no Redis here (Debian: apt-get install redis-server)"),
    pytest.mark.skipif(find_spec("redis") is None, reason="the extra `redis` is not installed"),
]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The CACHE_URL of a Redis with nothing in it, until the last test here."""
    folder: Path = tmp_path_factory.mktemp("redis")
    port = free_port()
    words = [str(SERVER), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (
        (folder / "said.log").open("wb") as said,
        subprocess.Popen(words, stdout=said, stderr=said) as running,
    ):
        try:
            end = time.monotonic() + 60
            while b"Ready to accept connections" not in (folder / "said.log").read_bytes():
                assert running.poll() is None, (folder / "said.log").read_text()
                assert time.monotonic() < end, (folder / "said.log").read_text()
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            running.terminate()


@pytest.fixture(autouse=True)
def redis(address: str, settings: Any) -> Iterator[Any]:
    """The cache as the settings make it of CACHE_URL; gives the client of the package redis."""
    settings.CACHES = {"default": backends.cache(address)}
    cache.clear()
    client = caches["default"]._cache.get_client()
    yield client
    client.connection_pool.disconnect()


def test_windows_and_visitors_are_counted_and_forgotten(redis: Any) -> None:
    assert [limits.take("t", "a", 2, 60, 120.0) for _ in range(3)] == [0, 0, 60]
    assert limits.take("t", "b", 2, 60, 121.0) == 0
    assert limits.take("t", "a", 2, 60, 150.0) == 30
    assert limits.take("t", "a", 2, 60, 180.0) == 0
    kept = redis.keys("*limit:t:*")
    assert len(kept) == 3, "the counts lie in Redis: two windows of one visitor, one of another"
    assert all(0 < redis.ttl(key) <= 60 for key in kept), "nothing stays there for ever"


def test_who_ask_at_the_same_time_are_counted_together() -> None:
    """Each thread has a connection of its own, as each process of the server has."""

    def ask(_: int) -> int:
        return limits.take("crowd", "a", 25, 60, 120.0)

    with ThreadPoolExecutor(8) as crowd:
        waits = list(crowd.map(ask, range(100)))
    assert waits.count(0) == 25


def test_pages_are_limited(client: Client, settings: Any, redis: Any) -> None:
    settings.REPORTS_AN_HOUR = 1
    answers = [client.post("/report/", {"text": ""}) for _ in range(4)]
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1]["Retry-After"]) <= 3600
    assert redis.keys("*limit:report:*")


def test_failed_sign_ins_are_limited_by_allauth(client: Client, redis: Any) -> None:
    typed = {"login": "ann@example.org", "password": "wrong"}
    answers = [client.post("/accounts/login/", typed) for _ in range(45)]
    assert any(one.status_code == 429 or b"Too many failed login" in one.content for one in answers)
    assert redis.keys("*allauth*")
