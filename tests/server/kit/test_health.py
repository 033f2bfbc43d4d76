"""/healthz and /readyz, for load balancers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client, RequestFactory

from insignia_server.kit import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    health._seen.clear()
    yield
    health._seen.clear()


def answer() -> tuple[int, dict[str, str]]:
    response = health.ready(RequestFactory().get("/readyz"))
    return response.status_code, json.loads(response.content)


def test_alive(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_load_balancers_ask_a_machine_by_its_number(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["badges.example.test"]
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200
        assert client.head(path, headers={"host": "[fd00::1]"}).status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400
    assert client.post("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_ready_when_all_is_there() -> None:
    assert answer() == (200, {"database": "ok", "migrations": "ok", "cache": "ok", "storage": "ok"})
    assert default_storage.listdir("check")[1] == [], "the file of the trial is deleted"


def test_a_missing_migration_is_seen_and_asked_for_until_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "missing_migrations", lambda: ["awarding.0009_more"])
    assert answer() == (503, {"database": "ok", "migrations": "wrong", "cache": "ok", "storage": "ok"})
    monkeypatch.setattr(health, "missing_migrations", list)
    assert answer()[0] == 200
    monkeypatch.setattr(health, "missing_migrations", lambda: ["awarding.0009_more"])
    assert answer()[0] == 200, "a database that is complete stays so"


def test_a_storage_that_takes_no_file_is_seen_and_its_words_are_not_shown(
    settings: Any, tmp_path: Any
) -> None:
    blocked = tmp_path / "secret-path"
    blocked.write_text("a file where a folder should be")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(blocked)},
        },
    }
    status, said = answer()
    assert (status, said["storage"]) == (503, "wrong")
    assert "secret-path" not in json.dumps(said)
