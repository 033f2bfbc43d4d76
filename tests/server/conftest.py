"""What the server's tests share: people, a tenant, and someone who acts in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation
from row_security_in_tests import sight

from insignia_server.achievements import pictures
from insignia_server.kit import row_security, scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.organisations.roles import Role
from insignia_server.people.models import User

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """On PostgreSQL the policies are made as `insignia-server migrate` makes them (ADR 13)."""
    with django_db_blocker.unblock():
        row_security.apply(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_security.Follower, "current", staticmethod(sight.current))
        yield


@pytest.fixture(scope="session", autouse=True)
def _same_starters() -> Iterator[None]:
    """Achievements of the same name and type get the same starter, so that each is drawn once a session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "seed_of", lambda achievement: "tests")
        yield


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """What was counted in one test (limits), and the language of its last request, end with it."""
    cache.clear()
    translation.activate("en")


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """`make_user("ann@example.org")`: an account with the password `correct horse battery`."""

    def make(email: str, name: str = "", **fields: object) -> User:
        return User.objects.create_user(
            email, "correct horse battery", name=name or email.split("@")[0], **fields
        )

    return make


@pytest.fixture
def make_organisation(make_user: Callable[..., User]) -> Callable[..., Organisation]:
    """A tenant with an owner `owner@<slug>.example`."""

    def make(slug: str = "nordhaven", name: str = "Nordhaven University", **fields: object) -> Organisation:
        organisation = Organisation.plain.create(slug=slug, name=name, **fields)
        Member.plain.create(
            organisation=organisation, user=make_user(f"owner@{slug}.example"), roles=[Role.OWNER]
        )
        return organisation

    return make


@pytest.fixture
def organisation(make_organisation: Callable[..., Organisation]) -> Organisation:
    """Nordhaven University."""
    return make_organisation()


@pytest.fixture
def owner(organisation: Organisation) -> Actor:
    """Its owner, as the one who acts."""
    who = f"owner@{organisation.slug}.example"
    return Member.plain.get(organisation=organisation, user__email=who).actor()


@pytest.fixture(autouse=True)
def _requests_open_their_own_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request never runs in the scope of its test: on a server nobody has opened one for it."""
    real = Client.request

    def request(self: Client, **asked: Any) -> Any:
        token = scopes._current.set(None)
        try:
            return real(self, **asked)
        finally:
            scopes._current.reset(token)

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture
def scoped(organisation: Organisation) -> Iterator[Organisation]:
    """The test runs in the scope of Nordhaven University."""
    with scopes.organisation(organisation.pk):
        yield organisation


@pytest.fixture
def act_as(organisation: Organisation, make_user: Callable[..., User]) -> Callable[..., Actor]:
    """`act_as("awarder")`: a new member with these roles, as the one who acts."""

    def make(*roles: str) -> Actor:
        user = make_user(f"{'-'.join(roles)}@{organisation.slug}.example")
        return Member.plain.create(organisation=organisation, user=user, roles=list(roles)).actor()

    return make
