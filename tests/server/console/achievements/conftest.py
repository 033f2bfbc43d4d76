"""Achievements of an organisation, and their pages, as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from achievement_pages import COMPLETE
from django.test import Client

from insignia_server.achievements import services
from insignia_server.achievements.definition import (
    Definition,
)
from insignia_server.achievements.models import Achievement
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User


@pytest.fixture
def issuer(organisation: Organisation) -> Issuer:
    row: Issuer = Issuer.plain.create(
        organisation=organisation,
        slug="nordhaven",
        name="Nordhaven University",
        base_url="https://badges.example.test",
        did="did:web:badges.example.test:issuers:nordhaven",
    )
    return row


@pytest.fixture
def make(organisation: Organisation, owner: Actor, issuer: Issuer) -> Callable[..., Achievement]:
    """`make(definition, publish=True)`."""

    def make(definition: Definition = COMPLETE, *, publish: bool = False, framework: str = "") -> Achievement:
        with scopes.organisation(organisation.pk):
            row = services.create(by=owner, issuer=issuer, definition=definition, framework=framework)
            if publish:
                services.publish(by=owner, achievement=row)
        return row

    return make


@pytest.fixture
def page(client: Client, organisation: Organisation) -> Client:
    """Signed in as the owner."""
    client.force_login(User.objects.get(email=f"owner@{organisation.slug}.example"))
    return client
