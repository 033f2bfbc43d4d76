"""Row-level security, the second net under the scopes (ADR 13): PostgreSQL itself hides foreign rows.

`apply` makes a policy for every table of a scoped model; `follow` makes each connection tell the server
the scope in force (kit/scopes.py) before a statement, when it has changed. Without one the tables are closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from insignia_server.kit import scopes

POLICY: Final = "insignia_scope"
_TELL: Final = (
    "SELECT set_config('insignia.scope', %s, false), set_config('insignia.organisation', %s, false), "
    "set_config('insignia.person', %s, false)"
)
_IDLE: Final = 0  # psycopg.pq.TransactionStatus.IDLE: no transaction is open
Words = tuple[str, str, str]  # what the three settings say

# What a person sees beside the own rows: what stands on a badge's page. Groups, batches, clients are not.
OPEN_TO_PEOPLE: Final = frozenset(
    {"organisations.organisation", "organisations.domain", "issuers.issuer", "issuers.keylogentry"}
    | {"achievements.achievement", "achievements.achievementversion", "achievements.picture"}
    | {"credentials.statuslist", "awarding.claimlink"}
)


@dataclass(frozen=True)
class Policy:
    """What a table shows: the SQL condition, for reading and writing alike."""

    table: str
    condition: str

    @property
    def mark(self) -> str:
        """Changes with the condition; kept as the policy's comment, so that a second run changes nothing."""
        return "insignia " + hashlib.sha256(self.condition.encode()).hexdigest()[:16]


def wanted() -> bool:
    """Whether this instance uses row-level security (ROW_SECURITY, PostgreSQL only)."""
    return bool(getattr(settings, "ROW_SECURITY", False))


def guards(model: type[models.Model]) -> bool:
    """Whether the table of this model has a policy: a tenant's rows, and the tenants themselves."""
    return issubclass(model, scopes.OrganisationOwned) or getattr(model, "ORGANISATION_PATH", "") == "id"


def binds(connection: BaseDatabaseWrapper, model: type[models.Model]) -> bool:
    """Whether writing to it must pass a policy: then PostgreSQL takes no COPY, only INSERT."""
    return connection.vendor == "postgresql" and wanted() and guards(model)


def policies() -> list[Policy]:
    """One for each table of a scoped model."""
    return [Policy(model._meta.db_table, _condition(model)) for model in apps.get_models() if guards(model)]


def apply(connection: BaseDatabaseWrapper) -> list[str]:
    """Make the policies that are missing or out of date; the tables changed. Nothing on other databases.

    Needs the owner of the tables. FORCE binds the owner too; superusers and BYPASSRLS roles are never bound.
    """
    if connection.vendor != "postgresql":
        return []
    there = _there(connection)
    changed = [policy for policy in policies() if there.get(policy.table) != policy.mark]
    with connection.cursor() as cursor:
        for policy in changed:
            table = connection.ops.quote_name(policy.table)
            cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            cursor.execute(f"DROP POLICY IF EXISTS {POLICY} ON {table}")
            cursor.execute(f"CREATE POLICY {POLICY} ON {table} USING ({policy.condition})")
            cursor.execute(f"COMMENT ON POLICY {POLICY} ON {table} IS '{policy.mark}'")
    return [policy.table for policy in changed]


def withdraw(connection: BaseDatabaseWrapper) -> list[str]:
    """Take all policies away; the tables changed."""
    if connection.vendor != "postgresql":
        return []
    found = sorted(_there(connection))
    with connection.cursor() as cursor:
        for name in found:
            table = connection.ops.quote_name(name)
            cursor.execute(f"DROP POLICY {POLICY} ON {table}")
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    return found


def problems(connection: BaseDatabaseWrapper) -> list[str]:
    """Why the net would not hold, in sentences for the operator."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, superuser, bypasses = cursor.fetchone()
    found = []
    if superuser or bypasses:
        why = "is a superuser" if superuser else "has BYPASSRLS"
        found.append(
            f"the database role {name} {why}, so row-level security does not bind it: "
            f"use a role made with CREATE ROLE {name}_app LOGIN NOSUPERUSER NOBYPASSRLS that owns the tables"
        )
    there = _there(connection)
    missing = [policy.table for policy in policies() if there.get(policy.table) != policy.mark]
    if missing:
        found.append(f"no current policy on {', '.join(missing[:5])}: run insignia-server migrate")
    return found


def follow(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Receiver of `connection_created`: from now on the connection is told the scope in force."""
    if connection.vendor != "postgresql" or not wanted():
        return
    connection.execute_wrappers[:] = [
        wrapper for wrapper in connection.execute_wrappers if not isinstance(wrapper, Follower)
    ]
    connection.execute_wrappers.append(Follower())


def words(scope: scopes.Scope | None) -> Words:
    """A scope as the three settings; without one everything is closed."""
    if scope is None:
        return ("", "", "")
    if scope.crossing is not None:
        return (f"crossing:{scope.crossing}", "", "")
    if scope.organisation is not None:
        return ("organisation", str(scope.organisation), "")
    return ("person", "", str(scope.person))


class Follower:
    """Tells one connection the scope in force, only when it differs from what was told last.

    A rollback takes `set_config` back. So what was told in a transaction is told again after its end, and
    after a rollback to a savepoint.
    """

    def __init__(self) -> None:
        self.told: Words | None = None
        self.in_transaction = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """An execute_wrapper of Django."""
        if str(sql).startswith(("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")):
            if str(sql).startswith("ROLLBACK"):
                self.told = None
            return execute(sql, params, many, context)
        self.tell(context["connection"], words(scopes.current()))
        return execute(sql, params, many, context)

    def tell(self, connection: BaseDatabaseWrapper, now: Words) -> None:
        """Send the three settings, if they are not there already."""
        driver = connection.connection
        if self.in_transaction and driver.info.transaction_status == _IDLE:
            self.told, self.in_transaction = None, False
        if self.told == now:
            return
        with connection.wrap_database_errors, driver.cursor() as cursor:
            cursor.execute(_TELL, now)
        self.told = now
        self.in_transaction = driver.info.transaction_status != _IDLE


def _setting(name: str, kind: str = "text") -> str:
    """A sub-select is worked out once a query, not once a row."""
    return f"(SELECT NULLIF(current_setting('insignia.{name}', true), '')::{kind})"


def _condition(model: type[models.Model]) -> str:
    owner = '"id"' if getattr(model, "ORGANISATION_PATH", "") == "id" else '"organisation_id"'
    ways = [
        "(SELECT starts_with(COALESCE(current_setting('insignia.scope', true), ''), 'crossing:'))",
        f"{owner} = {_setting('organisation', 'uuid')}",
    ]
    if model._meta.label_lower in OPEN_TO_PEOPLE:
        ways.append("(SELECT COALESCE(current_setting('insignia.scope', true), '') = 'person')")
    else:
        ways.extend(_own_rows(model))
    return " OR ".join(ways)


def _own_rows(model: type[models.Model]) -> list[str]:
    """The rows of the person in whose scope we are: by a column, or by one of a row that points here."""
    path = getattr(model, "PERSON_PATH", None)
    if path is None:
        return []
    hop, _, column = path.rpartition("__")
    mine = _setting("person", "uuid")
    if not hop:
        return [f'"{column}" = {mine}']
    relation: Any = model._meta.get_field(hop)
    other, link = relation.related_model._meta.db_table, relation.field.column
    this = model._meta.db_table
    condition = f'o."{link}" = "{this}"."id" AND o."{column}" = {mine}'
    return [f'EXISTS (SELECT 1 FROM "{other}" o WHERE {condition})']  # noqa: S608 - names of our own models


def _there(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Table -> mark of the policies that the database has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, COALESCE(obj_description(p.oid, 'pg_policy'), '') FROM pg_policy p "
            "JOIN pg_class c ON c.oid = p.polrelid WHERE p.polname = %s AND pg_table_is_visible(c.oid)",
            [POLICY],
        )
        return dict(cursor.fetchall())
