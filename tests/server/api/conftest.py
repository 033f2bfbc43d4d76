"""A tenant with an issuer, a published achievement and API clients; another tenant beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache

sys.path.insert(0, str(Path(__file__).parent))

from api_caller import Api

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Assessment, Definition
from insignia_server.achievements.models import Achievement
from insignia_server.api import fast_verify
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.organisations import clients
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import ApiClient, Member, Organisation
from insignia_server.organisations.roles import Permission

COMPLETE = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the five modules and hand in a portfolio.",
    status="suspension",
    assessment=Assessment(
        methods=("portfolio", "oral-exam"),
        assessors=("issuer",),
        supervision="onsite",
        identity_check="document",
    ),
)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    fast_verify.forget()


MakeClient = Callable[..., tuple[ApiClient, str]]


@pytest.fixture
def make_client(organisation: Organisation, owner: Actor) -> MakeClient:
    """`make_client(Permission.READ)`: a client with these scopes (none named: all) and its key."""

    def make(*permissions: Permission, a_minute: int = 100_000) -> tuple[ApiClient, str]:
        with scopes.organisation(organisation.pk):
            return clients.create_client(
                by=owner, name="Student system", scopes_=permissions or tuple(Permission), a_minute=a_minute
            )

    return make


@pytest.fixture
def api(make_client: MakeClient) -> Api:
    """The API with a key that may do everything."""
    return Api(make_client()[1])


@pytest.fixture
def vc(make_client: MakeClient) -> Api:
    """The VC-API with a key that may do everything."""
    return Api(make_client()[1], "/vc-api")


@pytest.fixture
def issuer(organisation: Organisation, owner: Actor) -> Issuer:
    """The Faculty of Arts."""
    with scopes.organisation(organisation.pk):
        return issuers.create_issuer(by=owner, name="Faculty of Arts", url="https://arts.nordhaven.example")


@pytest.fixture
def achievement(issuer: Issuer, owner: Actor) -> Achievement:
    """Data Literacy, published, with suspension."""
    with scopes.organisation(issuer.organisation_id):
        made = achievements.create(by=owner, issuer=issuer, definition=COMPLETE)
        achievements.publish(by=owner, achievement=made)
        return made


@pytest.fixture
def stranger(make_organisation: Callable[..., Organisation]) -> Api:
    """The API with a key of another tenant that may do everything there."""
    other = make_organisation("southport", "Southport College")
    actor = Member.plain.get(organisation=other).actor()
    with scopes.organisation(other.pk):
        _client, key = clients.create_client(by=actor, name="Theirs", scopes_=tuple(Permission))
    return Api(key)
