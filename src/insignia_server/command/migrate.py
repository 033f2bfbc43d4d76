"""Bring the database to this version."""

from __future__ import annotations

import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing can be said."""


def run(options: argparse.Namespace) -> int:
    """Migrations, the table of the cache where the database holds it, and the policies of PostgreSQL."""
    from django.conf import settings

    settings.HOME.mkdir(parents=True, exist_ok=True)
    complete(verbosity=1)
    return 0


def complete(*, verbosity: int) -> None:
    """All that a database needs; safe to run again. A migration that moves rows sees those of all tenants."""
    from django.core.management import call_command
    from django.db import connection

    from insignia_server.kit import row_security, scopes

    with scopes.crossing("operator"):
        call_command("migrate", interactive=False, verbosity=verbosity)
    call_command("createcachetable", verbosity=0)
    change = row_security.apply if row_security.wanted() else row_security.withdraw
    tables = change(connection)
    if tables and verbosity:
        print(f"row-level security {'on' if row_security.wanted() else 'off'}: {len(tables)} tables")
