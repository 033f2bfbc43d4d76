"""A query whose SQL is written once gives what the queryset gives, each time from the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation


def keys_of(key: Any) -> models.QuerySet[Any, Any]:
    found: models.QuerySet[Any, Any] = SigningKey.objects.filter(issuer_id=key).order_by("pk")
    return found


BUILDS: tuple[Callable[[Any], models.QuerySet[Any, Any]], ...] = (
    keys_of,
    lambda key: keys_of(key).order_by("algorithm")[:1],
    lambda key: keys_of(key).select_related("issuer__organisation"),
    lambda key: keys_of(key).only("fragment", "public_jwk"),
    lambda key: keys_of(key).values_list("pk", "created_at", "sealed"),
    lambda key: keys_of(key).values_list("public_jwk", flat=True),
    lambda key: Issuer.objects.filter(pk=key).select_related("parent"),
    lambda key: Issuer.objects.filter(pk=key).annotate(count=Count("keys")),
    lambda key: keys_of(key).filter(state="compromised"),
)


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Issuer:
    """An issuer with its keys."""
    return issuers.create_issuer(by=owner, name="Faculty of Arts")


def told(row: Any) -> Any:
    """A row with everything that was loaded with it, to compare."""
    if isinstance(row, bytes | memoryview):
        return bytes(row)
    if isinstance(row, tuple):
        return tuple(told(one) for one in row)
    if not isinstance(row, models.Model):
        return row
    state = row._state
    related = {name: told(one) for name, one in state.fields_cache.items()}
    members = {name: told(value) for name, value in vars(row).items() if name != "_state"}
    return type(row), members, related, state.adding, state.db, row.get_deferred_fields()


@pytest.mark.parametrize("build", BUILDS)
def test_it_gives_what_the_queryset_gives(
    issuer: Issuer, build: Callable[[Any], models.QuerySet[Any, Any]]
) -> None:
    query = Compiled[Any](build)
    with scopes.crossing("demo"):
        for key in (issuer.pk, uuid.uuid4(), issuer.pk):
            wanted = [told(row) for row in build(key)]
            assert [told(row) for row in query.all(key)] == wanted
            assert told(query.first(key)) == (wanted[0] if wanted else None)
        assert build(issuer.pk).exists() == (build is not BUILDS[-1])


def test_the_sql_is_written_once_and_the_rows_are_read_each_time(issuer: Issuer) -> None:
    asked: list[Any] = []

    def build(slug: Any) -> models.QuerySet[Any, Any]:
        asked.append(slug)
        return Issuer.objects.filter(slug=slug).values_list("name", flat=True)

    query = Compiled[str](build, kind=str)
    with scopes.crossing("demo"), CaptureQueriesContext(connection) as captured:
        assert query.first(issuer.slug) == "Faculty of Arts"
        Issuer.objects.filter(pk=issuer.pk).update(name="School of Arts")
        assert query.first(issuer.slug) == "School of Arts"
        assert query.first("nobody") is None
    assert len(asked) == 1
    assert len(captured) == 4


def test_each_scope_sees_its_own_rows(issuer: Issuer, make_organisation: Callable[..., Organisation]) -> None:
    """House rule 9: two scopes, closed by default: an unscoped query raises."""
    other = make_organisation("elsewhere", "Elsewhere")
    query = Compiled[Issuer](lambda key: Issuer.objects.filter(pk=key))
    with scopes.crossing("demo"):
        assert query.first(issuer.pk) == issuer
    with scopes.organisation(issuer.organisation_id):
        assert query.first(issuer.pk) == issuer
    with scopes.organisation(other.pk):
        assert query.first(issuer.pk) is None
    with scopes.person(uuid.uuid4()), pytest.raises(scopes.Unscoped):
        query.first(issuer.pk)


@pytest.mark.django_db
def test_outside_of_a_scope_it_raises_even_when_the_sql_is_there() -> None:
    query = Compiled[Issuer](lambda key: Issuer.objects.filter(pk=key))
    with scopes.crossing("demo"):
        assert query.first(uuid.uuid4()) is None
    with pytest.raises(scopes.Unscoped):
        query.first(uuid.uuid4())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(slug=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60))
@pytest.mark.django_db
def test_any_text_is_a_value_and_never_sql(slug: str) -> None:
    query = Compiled[Any](lambda slug: Issuer.objects.filter(slug=slug).values_list("pk"), kind=str)
    with scopes.crossing("demo"):
        for text in (slug, f"' OR 1=1 -- {slug}", f"%s{slug}%(x)s", "the-value-goes-here-5c1e3f7a9d24"):
            assert query.all(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "build",
    [
        lambda key: Issuer.objects.exclude(slug=""),
        lambda key: Issuer.objects.filter(slug__contains=str(key)),
    ],
)
def test_a_value_that_is_not_in_the_conditions_is_refused(
    build: Callable[[Any], models.QuerySet[Any, Any]],
) -> None:
    with scopes.crossing("demo"), pytest.raises(ValueError, match="as it was given"):
        Compiled[Issuer](build).all(uuid.uuid4())
