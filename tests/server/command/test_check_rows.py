"""What `insignia-server check` says about row-level security (ADR 13)."""

from __future__ import annotations

import argparse
from typing import Any

import pytest
from django.db import connection

from insignia_server.command import check
from insignia_server.kit import row_security


@pytest.fixture
def on_postgresql(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    """The line about the rows, where it went: to the output or to the errors."""
    check.run(argparse.Namespace(skip_mail=True))
    heard = capsys.readouterr()
    line = next(line for line in (heard.out + heard.err).splitlines() if line.startswith("rows "))
    return line, "output" if line in heard.out else "errors"


def test_it_is_on_where_there_is_postgresql(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    line, where = said(capsys)
    expected = "row-level security on" if connection.vendor == "postgresql" else "the scopes alone"
    assert expected in line
    assert (line.split()[1], where) == ("ok", "output")


def test_that_it_is_off_is_noted(on_postgresql: None, settings: Any, capsys: Any) -> None:
    settings.ROW_SECURITY = False
    line, where = said(capsys)
    assert (line.split()[1], where) == ("note", "output")
    assert "row-level security is OFF" in line


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_not_bound_is_wrong(on_postgresql: None, capsys: Any) -> None:
    role, connection.settings_dict["USER"] = connection.settings_dict["USER"], "postgres"
    connection.close()
    try:
        line, where = said(capsys)
    finally:
        connection.close()
        connection.settings_dict["USER"] = role
    assert (line.split()[1], where) == ("WRONG", "errors")
    assert "the database role postgres is a superuser" in line


def test_a_missing_policy_is_wrong(on_postgresql: None, capsys: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"DROP POLICY {row_security.POLICY} ON mail_message")
    line, where = said(capsys)
    assert (line.split()[1], where) == ("WRONG", "errors")
    assert "no current policy on mail_message: run insignia-server migrate" in line
