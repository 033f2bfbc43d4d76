"""Every table of an organisation's rows is guarded by PostgreSQL itself, asked by raw SQL without Django.

Issue 3: 'on PostgreSQL row-level security is the second net'. A new model fails here until its table has a
policy or a reason not to have one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from row_security_in_tests import SERVER, sight

from insignia_server.issuers import services as issuer_services
from insignia_server.kit import row_security, scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

MODELS: Final = apps.get_models(include_auto_created=True)
GUARDED: Final = [model for model in MODELS if row_security.guards(model)]
NOW: Final = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
VALUES: Final[dict[str, Any]] = {
    "BooleanField": False,
    "JSONField": {},
    "BinaryField": b"\x00" * 16,
    "DateTimeField": NOW,
    "DateField": NOW.date(),
}


def label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def value(field: models.Field[Any, Any]) -> Any:
    """Something that the column takes; foreign keys are checked at the end, which does not come."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if kind == "UUIDField":
        return uuid.uuid4()
    if "Integer" in kind or kind == "FloatField":
        return 1
    return VALUES[kind] if kind in VALUES else uuid.uuid4().hex[: field.max_length or 32]


def row_of(model: type[models.Model], organisation: uuid.UUID) -> models.Model:
    """A row of this organisation with something in every column that must have something."""
    columns = {f.attname: value(f) for f in model._meta.concrete_fields if not f.null or f.unique}
    columns["id" if model._meta.label == "organisations.Organisation" else "organisation_id"] = organisation
    return model(**columns)


def seen(model: type[models.Model]) -> int:
    """How many rows raw SQL finds."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
        return int(cursor.fetchone()[0])


def touched(model: type[models.Model]) -> int:
    """How many rows raw SQL can change and take away."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}"')
        changed = cursor.rowcount
        cursor.execute(f'DELETE FROM "{table}"')
        return int(changed + cursor.rowcount)


@pytest.fixture
def bound(db: None) -> Iterator[None]:
    """As the application's role, and bound as the server's code is. What was written is taken back."""
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    with sight.bound(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_model_is_guarded_or_says_why_not() -> None:
    without = {label(model) for model in MODELS} - {label(model) for model in GUARDED}
    assert without == set(row_security.WITHOUT), "a new model: give it an organisation, or a reason here"
    assert all(len(reason) > 20 for reason in row_security.WITHOUT.values())
    assert {label(model) for model in MODELS if issubclass(model, scopes.OrganisationOwned)} <= {
        label(model) for model in GUARDED
    }
    for names in (row_security.OPEN_TO_PEOPLE, row_security.ONLY_CROSSINGS, row_security.APPEND_ONLY):
        assert names <= {label(model) for model in GUARDED}


@pytest.mark.parametrize("model", GUARDED, ids=label)
def test_raw_sql_sees_the_rows_of_the_scope_and_no_others(bound: None, model: type[models.Model]) -> None:
    mine, other = uuid.uuid4(), uuid.uuid4()
    shown = label(model) not in row_security.ONLY_CROSSINGS
    with scopes.crossing("operator"):
        before = seen(model)
        assert before == 0
        model._base_manager.bulk_create([row_of(model, mine)])
        assert seen(model) == 1
    assert seen(model) == 0, "without a scope"
    assert touched(model) == 0, "without a scope"
    with scopes.organisation(other):
        assert seen(model) == 0, "another organisation"
        assert touched(model) == 0, "another organisation"
    with scopes.person(uuid.uuid4()):
        assert seen(model) == (label(model) in row_security.OPEN_TO_PEOPLE), "a person"
    with scopes.organisation(mine):
        assert seen(model) == shown, "the organisation itself"
        if label(model) in row_security.APPEND_ONLY:
            assert touched(model) == 0, "what was done is not undone"
    with scopes.crossing("operator"):
        assert seen(model) == 1
        assert touched(model) == 2


@pytest.mark.parametrize("model", GUARDED, ids=label)
def test_nothing_is_written_for_another_organisation(bound: None, model: type[models.Model]) -> None:
    with (
        scopes.organisation(uuid.uuid4()),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        model._base_manager.bulk_create([row_of(model, uuid.uuid4())])
    if label(model) in row_security.APPEND_ONLY:
        return  # acts are written from everywhere but another organisation
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        model._base_manager.bulk_create([row_of(model, uuid.uuid4())])


def test_an_act_is_written_without_a_scope(bound: None) -> None:
    """Signing in, erasing and the operator's acts are logged too."""
    entry = apps.get_model("audit", "Entry")
    for organisation in (None, uuid.uuid4()):
        entry._base_manager.create(organisation_id=organisation, at=NOW, action="x.y")
    assert seen(entry) == 0
    with scopes.crossing("operator"):
        assert seen(entry) == 2


def test_the_application_s_role_is_bound(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    assert row_security.problems(connection) == []


def test_the_suite_itself_runs_bound(organisation: Organisation) -> None:
    """What a test asks sees all rows; what the server's code asks has its own scope only."""
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    space: dict[str, Any] = {"Organisation": Organisation}
    exec(compile("def count():\n    return Organisation.plain.count()", f"{SERVER}/x.py", "exec"), space)
    assert Organisation.plain.count() == 1
    assert space["count"]() == 0
    with scopes.organisation(organisation.pk):
        assert space["count"]() == 1


@pytest.mark.parametrize("place", ["did.json", "keys.json", "profile.json", ""])
def test_what_the_public_asks_without_a_scope_is_there(
    client: Client, owner: Actor, organisation: Organisation, place: str
) -> None:
    """The pages and documents of an issuer, which open a crossing of their own."""
    with scopes.organisation(organisation.pk):
        issuer = issuer_services.create_issuer(by=owner, name="Institute")
    answer = client.get(f"/issuers/{issuer.slug}/{place}", secure=True)
    assert answer.status_code == 200
    assert client.get(f"/issuers/{issuer.slug}-not/{place}", secure=True).status_code == 404
