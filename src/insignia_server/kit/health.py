"""Whether this process serves, for load balancers: /healthz is alive, /readyz has all it needs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

log = structlog.get_logger(__name__)
STORAGE_SECONDS: Final = 60.0  # a storage that took a file is not asked again before
_seen: dict[str, float] = {}


def alive(request: HttpRequest) -> HttpResponse:
    """200 `ok` when the database answers."""
    database_answers()
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations, cache and storage are as they must be, else 503; JSON says which is
    not."""
    steps: dict[str, Callable[[], object]] = {
        "database": database_answers,
        "migrations": _migrations_once,
        "cache": cache_works,
        "storage": _storage_sometimes,
    }
    said = {name: _try(name, step) for name, step in steps.items()}
    answer = JsonResponse(said, status=200 if set(said.values()) == {"ok"} else 503)
    answer["Cache-Control"] = "no-store"
    return answer


class Probes:
    """Load balancers ask a machine by its number, which is none of ALLOWED_HOSTS. What these two addresses
    answer says nothing of a host, so they answer under any."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = {"/healthz": alive, "/readyz": ready}.get(request.path)
        if probe is not None and request.method in ("GET", "HEAD"):
            try:
                request.get_host()
            except DisallowedHost:
                return probe(request)
        return self.get_response(request)


def database_answers() -> None:
    """Ask it something. Raises DatabaseError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def missing_migrations() -> list[str]:
    """Those that this version knows and the database does not have, as `app.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def cache_works() -> None:
    """Write and read a small value. Raises OSError, or what the cache raises."""
    name, said = f"check:{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(name, said, timeout=10)
    if cache.get(name) != said:
        raise OSError("what was written reads back as something else")
    cache.delete(name)


def storage_works() -> None:
    """Write, read and delete a small file. Raises OSError, or what the object store raises."""
    name = default_storage.save(f"check/{uuid.uuid4().hex}.txt", ContentFile(b"insignia"))
    try:
        with default_storage.open(name) as file:
            if file.read() != b"insignia":
                raise OSError("what was written reads back as something else")
    finally:
        default_storage.delete(name)


def _migrations_once() -> None:
    """A database that is complete stays so while this process lives."""
    if "migrations" not in _seen:
        missing = missing_migrations()
        if missing:
            raise RuntimeError(f"missing: {', '.join(missing[:5])}")
        _seen["migrations"] = time.monotonic()


def _storage_sometimes() -> None:
    if time.monotonic() - _seen.get("storage", -STORAGE_SECONDS) >= STORAGE_SECONDS:
        storage_works()
        _seen["storage"] = time.monotonic()


def _try(name: str, step: Callable[[], object]) -> str:
    """The reason goes to the log; the world reads only which part it is."""
    try:
        step()
    except Exception as error:
        log.warning("not ready", part=name, error=repr(error)[:500])
        return "wrong"
    return "ok"
