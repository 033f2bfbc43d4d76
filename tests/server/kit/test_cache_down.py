"""Redis is killed: what only counts goes on, what protects people says so (docs/operating.md)."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import caches
from django.test import Client
from tests.server.kit.test_limits_redis import SERVER, free_port

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.awarding import claims
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.config import backends
from insignia_server.issuers import services as issuers
from insignia_server.kit import health, scopes
from insignia_server.organisations import clients
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import AbuseReport, Organisation
from insignia_server.people.models import User

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SERVER is None, reason="no Redis here (Debian: apt-get install redis-server)"),
    pytest.mark.skipif(find_spec("redis") is None, reason="the extra `redis` is not installed"),
]


@pytest.fixture
def kill(tmp_path: Path, settings: Any) -> Iterator[Callable[[], None]]:
    """`kill()`: the Redis that is the cache until then ends at once."""
    assert SERVER
    port = free_port()
    words = [SERVER, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with (
        (tmp_path / "said.log").open("wb") as said,
        subprocess.Popen(words, stdout=said, stderr=said) as running,
    ):
        try:
            end = time.monotonic() + 60
            while b"Ready to accept connections" not in (tmp_path / "said.log").read_bytes():
                assert time.monotonic() < end
                time.sleep(0.05)
            settings.CACHES = {"default": backends.cache(f"redis://127.0.0.1:{port}/0")}
            client = caches["default"]._cache.get_client()

            def end_it() -> None:
                running.kill()
                running.wait()

            yield end_it
            client.connection_pool.disconnect()
        finally:
            running.kill()


def test_sign_in_says_try_again_and_reports_go_on(client: Client, kill: Callable[[], None]) -> None:
    User.objects.create_user("ann@example.org", "correct horse battery")
    typed = {"login": "ann@example.org", "password": "wrong"}
    report = {"address": "/badges/x/", "reason": "other", "text": "Look."}
    assert client.post("/accounts/login/", typed).status_code == 200
    kill()
    for path, data in (
        ("/accounts/login/", typed),
        ("/accounts/signup/", {"email": "b@example.org", "password1": "x" * 20, "password2": "x" * 20}),
        ("/accounts/password/reset/", {"email": "ann@example.org"}),
    ):
        answer = client.post(path, data)
        assert (path, answer.status_code, answer["Retry-After"]) == (path, 503, "60")
        assert "Try again in a minute" in answer.content.decode()
    assert not User.objects.filter(email="b@example.org").exists()
    assert not mail.outbox
    assert client.post("/report/", report).status_code in (200, 302)
    with scopes.crossing("operator"):
        assert AbuseReport.objects.filter(text="Look.").exists()
    assert client.get("/verify/").status_code == 200
    assert client.post("/verify/", {"text": "rubbish"}).status_code == 422


def test_a_claim_sends_no_mail_uncounted(
    client: Client, kill: Callable[[], None], owner: Actor, scoped: Organisation
) -> None:
    definition = Definition.from_json(ACHIEVEMENTS[0]["definition"])
    issuer = issuers.create_issuer(by=owner, name="Faculty", slug="faculty")
    achievement = achievements.create(by=owner, issuer=issuer, definition=definition)
    achievements.publish(by=owner, achievement=achievement)
    claim_link = claims.open_link(by=owner, achievement=achievement, name="Workshop")
    assert client.get(f"/claim/{claim_link.token}/").status_code == 200
    kill()
    asked = client.post(f"/claim/{claim_link.token}/", {"name": "Ann", "email": "ann@example.org"})
    assert asked.status_code == 503
    assert not claim_link.claims.exists()


def test_the_api_goes_on(
    client: Client, kill: Callable[[], None], owner: Actor, scoped: Organisation
) -> None:
    _client, key = clients.create_client(by=owner, name="SIS", scopes_=["read"])
    kill()
    answer = client.get("/api/v1/organisation", headers={"authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["slug"]) == (200, scoped.slug)


def test_readyz_says_which_part_is_down(client: Client, kill: Callable[[], None]) -> None:
    health._seen.clear()
    assert client.get("/readyz").status_code == 200
    kill()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content) == {
        "database": "ok",
        "migrations": "ok",
        "cache": "wrong",
        "storage": "ok",
    }
    assert client.get("/healthz").status_code == 200
    health._seen.clear()


def test_a_redis_out_of_reach_holds_nobody_up() -> None:
    made = backends.cache("redis://127.0.0.1:6379/0")
    assert made["OPTIONS"] == {"socket_connect_timeout": 1.0, "socket_timeout": 2.0}
    assert dt.timedelta(seconds=made["OPTIONS"]["socket_timeout"]) < dt.timedelta(seconds=5)
