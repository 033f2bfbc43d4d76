"""Row-level security, the second net under the scopes (ADR 13): PostgreSQL itself hides foreign rows.

`apply` makes the policies of every table whose rows belong to an organisation; `follow` makes each connection
tell the server the scope in force (kit/scopes.py) before a statement, when it has changed. Without one the
tables are closed.
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
_READ: Final = "insignia_read"
_ADD: Final = "insignia_add"
_OTHERS: Final = (_READ, _ADD)
_TELL: Final = (
    "SELECT set_config('insignia.scope', %s, false), set_config('insignia.organisation', %s, false), "
    "set_config('insignia.person', %s, false)"
)
_IDLE: Final = 0  # psycopg.pq.TransactionStatus.IDLE: no transaction is open
# See no rows; the last one must be the first of its transaction.
_ABOUT_TRANSACTIONS: Final = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "SET TRANSACTION")
Words = tuple[str, str, str]  # what the three settings say

# What a person sees beside the own rows: what stands on a badge's page. Groups, batches, clients are not.
OPEN_TO_PEOPLE: Final = frozenset(
    {"organisations.organisation", "organisations.domain", "issuers.issuer", "issuers.keylogentry"}
    | {"achievements.achievement", "achievements.achievementversion", "achievements.picture"}
    | {"credentials.statuslist", "awarding.claimlink"}
    | {"certificates.certificatedesign", "certificates.designuse"}
)

# Rows about an organisation that it must not see itself: a report names who reported it.
ONLY_CROSSINGS: Final = frozenset({"organisations.abusereport"})

# Acts are written from every scope and never changed: read by their organisation, changed in a crossing.
APPEND_ONLY: Final = frozenset({"audit.entry"})

_ACCOUNT: Final = "an account belongs to no organisation, and signing in reads it before there is a scope"
_KEYS_ONLY: Final = "the work of the instance; its arguments are keys of rows that are guarded themselves"
_NOBODY: Final = "holds nothing of an organisation or a person"

# Every table without a policy, with the reason: a test fails for a model that is neither guarded nor here.
WITHOUT: Final[dict[str, str]] = {
    **dict.fromkeys(
        [
            *("people.user", "people.user_groups", "people.user_user_permissions", "people.identifier"),
            *("account.emailaddress", "account.emailconfirmation", "mfa.authenticator", "sessions.session"),
            *("socialaccount.socialaccount", "socialaccount.socialtoken", "usersessions.usersession"),
        ],
        _ACCOUNT,
    ),
    **dict.fromkeys(["django_tasks_database.dbtaskresult", "kit.lease", "kit.schedule"], _KEYS_ONLY),
    **dict.fromkeys(
        [
            *("auth.permission", "auth.group", "auth.group_permissions", "contenttypes.contenttype"),
            "socialaccount.socialapp",
        ],
        _NOBODY,
    ),
    "audit.pseudonym": "who an actor is, for every organisation in which the person acts",
    "mail.sharedcontext": "what many messages say alike; only a message, which is guarded, names the row",
    "organisations.foundinginvitation": "the organisation it is for does not exist yet",
    "organisations.operatorkey": "opens the instance, and is read before there is a scope",
    "verifier.verification": "a visitor's check; its random address is the only way to it",
}


@dataclass(frozen=True)
class Policy:
    """What a table shows and takes: PostgreSQL's policies, any of which may allow."""

    table: str
    rules: tuple[tuple[str, str], ...]  # name and the words after `ON <table>`

    @property
    def mark(self) -> str:
        """Changes with the rules; kept as the comment of each, so that a second run changes nothing."""
        return "insignia " + hashlib.sha256(repr(self.rules).encode()).hexdigest()[:16]


def wanted() -> bool:
    """Whether this instance uses row-level security (ROW_SECURITY, PostgreSQL only)."""
    return bool(getattr(settings, "ROW_SECURITY", False))


def guards(model: type[models.Model]) -> bool:
    """Whether the table of this model has a policy: rows that name an organisation, and organisations."""
    return _is_tenant(model) or any(f.attname == "organisation_id" for f in model._meta.concrete_fields)


def binds(connection: BaseDatabaseWrapper, model: type[models.Model]) -> bool:
    """Whether writing to it must pass a policy: then PostgreSQL takes no COPY, only INSERT."""
    return connection.vendor == "postgresql" and wanted() and guards(model)


def policies() -> list[Policy]:
    """One for each table that is guarded."""
    return [Policy(model._meta.db_table, _rules(model)) for model in apps.get_models() if guards(model)]


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
            for name in (POLICY, *_OTHERS):
                cursor.execute(f"DROP POLICY IF EXISTS {name} ON {table}")
            for name, words in policy.rules:
                cursor.execute(f"CREATE POLICY {name} ON {table} {words}")
                cursor.execute(f"COMMENT ON POLICY {name} ON {table} IS '{policy.mark}'")
    return [policy.table for policy in changed]


def withdraw(connection: BaseDatabaseWrapper) -> list[str]:
    """Take all policies away; the tables changed."""
    if connection.vendor != "postgresql":
        return []
    found = sorted(_there(connection))
    with connection.cursor() as cursor:
        for name in found:
            table = connection.ops.quote_name(name)
            for policy in (POLICY, *_OTHERS):
                cursor.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
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

    current = staticmethod(scopes.current)

    def __init__(self) -> None:
        self.told: Words | None = None
        self.in_transaction = False

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        """An execute_wrapper of Django."""
        if str(sql).startswith(_ABOUT_TRANSACTIONS):
            if str(sql).startswith("ROLLBACK"):
                self.told = None
            return execute(sql, params, many, context)
        self.tell(context["connection"], words(self.current()))
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


def _is_tenant(model: type[models.Model]) -> bool:
    return getattr(model, "ORGANISATION_PATH", "") == "id"


def _rules(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    """The policies of a table; without WITH CHECK the same condition holds for what is written."""
    crossing = "(SELECT starts_with(COALESCE(current_setting('insignia.scope', true), ''), 'crossing:'))"
    column = '"id"' if _is_tenant(model) else '"organisation_id"'
    own = f"{column} = {_setting('organisation', 'uuid')}"
    label = model._meta.label_lower
    if label in ONLY_CROSSINGS:
        return ((POLICY, f"USING ({crossing})"),)
    if label in APPEND_ONLY:
        elsewhere = "(SELECT COALESCE(current_setting('insignia.scope', true), '') <> 'organisation')"
        return (
            (POLICY, f"USING ({crossing})"),
            (_READ, f"FOR SELECT USING ({own})"),
            (_ADD, f'FOR INSERT WITH CHECK ({own} OR "organisation_id" IS NULL OR {elsewhere})'),
        )
    person = "(SELECT COALESCE(current_setting('insignia.scope', true), '') = 'person')"
    ways = [person] if label in OPEN_TO_PEOPLE else _own_rows(model)
    return ((POLICY, f"USING ({' OR '.join([crossing, own, *ways])})"),)


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
