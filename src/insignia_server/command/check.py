"""Look at everything an instance needs, and say what is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Final

from insignia_server.command import saying

_IN_DATABASE: Final = ("migrations", "rows", "secrets")


class Note(str):
    """Nothing is wrong, but it could be better."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--skip-mail", action="store_true", help="do not connect to the mail server")


def run(options: argparse.Namespace) -> int:
    """One line for each thing looked at; 1 when one of them is wrong."""
    steps: dict[str, Callable[[], str]] = {
        "settings": _settings,
        "database": _database,
        "migrations": _migrations,
        "rows": _rows,
        "storage": _storage,
        "secrets": _secrets,
    }
    if not options.skip_mail:
        steps["mail"] = _mail
    wrong = 0
    unanswered = False
    for name, step in steps.items():
        if unanswered and name in _IN_DATABASE:
            print(f"{name:<12} skipped  the database does not answer")
            continue
        try:
            said = step()
            print(f"{name:<12} {'note' if isinstance(said, Note) else 'ok':<8} {said}")
        except Exception as error:
            wrong += 1
            unanswered = unanswered or name == "database"
            print(f"{name:<12} WRONG    {error}", file=sys.stderr)
    return 1 if wrong else 0


def _settings() -> str:
    from django.conf import settings
    from django.core.checks import run_checks

    found = [message for message in run_checks(include_deployment_checks=False) if message.level >= 40]
    if found:
        raise RuntimeError("; ".join(str(message) for message in found))
    if settings.VC_API_OPEN:
        return Note(f"{settings.PUBLIC_URL}; VC_API_OPEN is on: anybody may sign with the test issuers")
    return str(settings.PUBLIC_URL)


def _database() -> str:
    from django.db import DatabaseError, connection

    from insignia_server.kit.health import database_answers

    try:
        database_answers()
    except DatabaseError as error:
        raise RuntimeError(saying.database_trouble(error)) from error
    return f"{connection.vendor}: {saying.database_name()}"


def _migrations() -> str:
    from insignia_server.kit.health import missing_migrations

    missing = missing_migrations()
    if missing:
        raise RuntimeError(f"{len(missing)} migrations are missing. Run: insignia-server migrate")
    return "complete"


def _rows() -> str:
    """The second net under the scopes (ADR 13)."""
    from django.db import connection

    from insignia_server.kit import row_security

    if connection.vendor != "postgresql":
        return "the scopes alone; row-level security is PostgreSQL's"
    if not row_security.wanted():
        return Note(
            "row-level security is OFF, tenants are kept apart by the code alone: "
            "take ROW_SECURITY=false away and run insignia-server migrate"
        )
    found = row_security.problems(connection)
    if found:
        raise RuntimeError("; ".join(found))
    return "row-level security on"


def _storage() -> str:
    from insignia_server.kit.health import storage_works

    storage_works()
    return "writes, reads and deletes"


def _secrets() -> str:
    from django.conf import settings
    from django.db import DatabaseError

    from insignia_server.issuers.models import SigningKey
    from insignia_server.kit import scopes
    from insignia_server.kit.sealing import kek_name

    try:
        with scopes.crossing("key-rotation"):
            rows = SigningKey.objects.exclude(sealed=None).values_list("sealed", flat=True)
            in_use = {kek_name(bytes(row)) for row in rows if row is not None}
    except DatabaseError as error:
        raise RuntimeError("the keys cannot be read. Run: insignia-server migrate") from error
    missing = in_use - set(settings.KEY_ENCRYPTION_KEYS)
    if missing:
        raise RuntimeError(
            f"signing keys are sealed under {', '.join(sorted(missing))}: add to KEY_ENCRYPTION_KEYS"
        )
    return f"key-encryption keys in use: {', '.join(sorted(in_use)) or 'none yet'}"


def _mail() -> str:
    from django.core.mail import get_connection

    connection = get_connection()
    if connection.open() is not None:
        connection.close()
    return type(connection).__module__
