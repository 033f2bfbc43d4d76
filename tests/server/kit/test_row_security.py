"""Issue 3: 'on PostgreSQL row-level security is the second net'. What each connection is told, and when.

tests/temporary_postgres.py gives a role that PostgreSQL binds; test_row_security_tables.py asks every table.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from row_security_in_tests import sight

from insignia_server.kit import row_security, scopes
from insignia_server.organisations.models import Group, Member, Organisation

Tenants = tuple[Organisation, Organisation]


@pytest.fixture
def tenants(make_organisation: Callable[..., Organisation], settings: object) -> Iterator[Tenants]:
    """Two tenants with a group each; from now on the test is bound as the server's code is."""
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    here, there = make_organisation("here"), make_organisation("there")
    for tenant in (here, there):
        Group.plain.create(organisation=tenant, name=f"Class of {tenant.slug}")
    with sight.bound():
        yield here, there


def names() -> list[str]:
    """What raw SQL sees of the groups."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM organisations_group ORDER BY name")
        return [name for (name,) in cursor.fetchall()]


def add(organisation: Organisation) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisations_group (id, organisation_id, name, created_at) "
            "VALUES (%s, %s, 'new', now())",
            [uuid.uuid4(), organisation.pk],
        )


def test_raw_sql_within_a_scope_sees_one_tenant(tenants: Tenants) -> None:
    here, there = tenants
    with scopes.organisation(here.pk):
        assert names() == ["Class of here"]
        with scopes.organisation(there.pk):
            assert names() == ["Class of there"]
        assert names() == ["Class of here"], "the scope is told again when it changes back"
        assert Group.plain.count() == 1, "the manager without a scope is bound too"
        assert Organisation.plain.get() == here
        assert Member.plain.filter(organisation=there).update(roles=["owner"]) == 0
        assert Group.plain.filter(organisation=there).delete() == (0, {})
    with scopes.crossing("operator"):
        assert names() == ["Class of here", "Class of there"]


def test_outside_of_any_scope_there_is_nothing(tenants: Tenants) -> None:
    here, _ = tenants
    assert names() == []
    assert not Organisation.plain.exists()
    with scopes.crossing("operator"):
        assert len(names()) == 2
    assert names() == [], "a scope that ended is no longer in force"
    with pytest.raises(DatabaseError, match="row-level security"):
        add(here)


def test_a_row_for_another_tenant_is_not_written(tenants: Tenants) -> None:
    here, there = tenants
    with scopes.organisation(here.pk):
        add(here)
        with pytest.raises(DatabaseError, match="row-level security"):
            add(there)
        row = Group.plain.get(name="new")
        row.organisation = there
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            row.save()
        assert names() == ["Class of here", "new"]


def test_a_rollback_does_not_leave_an_older_scope_in_force(tenants: Tenants) -> None:
    """PostgreSQL takes set_config back with the transaction in which it was called."""
    here, there = tenants
    with scopes.organisation(here.pk):
        assert names() == ["Class of here"]
    with scopes.organisation(there.pk):
        with transaction.atomic():
            assert names() == ["Class of there"]
            transaction.set_rollback(True)
        assert names() == ["Class of there"]


def test_a_person_sees_their_own_rows_and_the_names_of_organisations(tenants: Tenants) -> None:
    here, _ = tenants
    with scopes.crossing("sign-in"):
        user = Member.plain.get(organisation=here).user_id
    with scopes.person(user):
        assert names() == []
        assert [row.organisation_id for row in Member.plain.all()] == [here.pk]
        assert Organisation.plain.count() == 2
    with scopes.person(uuid.uuid4()):
        assert not Member.plain.exists()


def test_the_policies_are_made_once_and_can_be_taken_back(tenants: Tenants) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert row_security.apply(connection) == [], "a second run changes nothing"
    tables = {policy.table for policy in row_security.policies()}
    assert {"organisations_organisation", "awarding_award", "credentials_credential"} <= tables
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert {name for (name,) in cursor.fetchall()} == tables
        assert row_security.problems(connection) == []
        cursor.execute("COMMENT ON POLICY insignia_scope ON awarding_award IS 'of an older version'")
    assert any("awarding_award" in sentence for sentence in row_security.problems(connection))
    assert row_security.apply(connection) == ["awarding_award"]
    assert set(row_security.withdraw(connection)) == tables
    assert row_security.withdraw(connection) == []


def test_a_role_that_goes_past_the_policies_is_reported(tenants: Tenants) -> None:
    other = connection.copy()
    other.settings_dict = {**connection.settings_dict, "USER": "postgres"}
    try:
        found = row_security.problems(other)
        assert any("is a superuser" in sentence for sentence in found)
        with other.cursor() as cursor:
            cursor.execute("CREATE ROLE past_all_policies BYPASSRLS")
            cursor.execute("SET ROLE past_all_policies")
        assert any("has BYPASSRLS" in sentence for sentence in row_security.problems(other))
        with other.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP ROLE past_all_policies")
    finally:
        other.close()


@pytest.mark.django_db
def test_a_connection_follows_only_where_it_is_asked_for(settings: object) -> None:
    before = list(connection.execute_wrappers)
    try:
        settings.ROW_SECURITY = False  # type: ignore[attr-defined]
        row_security.follow(connection)
        assert connection.execute_wrappers == before
        settings.ROW_SECURITY = True  # type: ignore[attr-defined]
        row_security.follow(connection)
        row_security.follow(connection)
        found = [one for one in connection.execute_wrappers if isinstance(one, row_security.Follower)]
        assert len(found) == (1 if connection.vendor == "postgresql" else 0)
    finally:
        connection.execute_wrappers[:] = before


def test_other_databases_have_no_such_net() -> None:
    class Other:
        vendor = "sqlite"

    for function in (row_security.apply, row_security.withdraw, row_security.problems):
        assert function(Other()) == []  # type: ignore[arg-type]


def test_a_connection_is_told_only_what_changed() -> None:
    """Settings are sent again when the scope differs or a transaction in which they were sent has ended."""

    class Driver:
        def __init__(self) -> None:
            self.sent: list[tuple[str, ...]] = []
            self.info = self
            self.transaction_status = 0

        def cursor(self) -> Driver:
            return self

        def __enter__(self) -> Driver:
            return self

        def __exit__(self, *error: object) -> None:
            return None

        def execute(self, sql: str, values: tuple[str, ...]) -> None:
            self.sent.append(values)

    class Connection:
        connection = Driver()
        wrap_database_errors = connection

    driver, follower = Connection.connection, row_security.Follower()
    key = uuid.uuid4()
    one, other = row_security.words(scopes.Scope(organisation=key)), row_security.words(None)
    for now in (one, one, other, other):
        follower.tell(Connection, now)  # type: ignore[arg-type]
    assert driver.sent == [("organisation", str(key), ""), ("", "", "")]
    driver.transaction_status = 2
    follower.tell(Connection, one)  # type: ignore[arg-type]
    follower.tell(Connection, one)  # type: ignore[arg-type]
    assert len(driver.sent) == 3
    driver.transaction_status = 0
    follower.tell(Connection, one)  # type: ignore[arg-type]
    assert len(driver.sent) == 4, "nobody knows whether the transaction was rolled back"
