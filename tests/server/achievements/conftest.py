"""An issuer profile, and definitions that can be published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from complete_definition import COMPLETE

from insignia_server.achievements import services
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation


@pytest.fixture
def issuer(scoped: Organisation) -> Issuer:
    """The profile of Nordhaven University, without keys."""
    row: Issuer = Issuer.objects.create(
        organisation=scoped,
        slug="nordhaven",
        name="Nordhaven University",
        url="https://nordhaven.example",
        base_url="https://badges.example.test",
        did="did:web:badges.example.test:issuers:nordhaven",
    )
    return row


@pytest.fixture
def complete() -> Definition:
    """A definition that the plain framework is content with."""
    return COMPLETE


@pytest.fixture
def make_achievement(owner: Actor, issuer: Issuer) -> Callable[..., Achievement]:
    """`make_achievement(definition, publish=True)`."""

    def make(definition: Definition = COMPLETE, *, publish: bool = False, **fields: Any) -> Achievement:
        achievement = services.create(
            by=fields.pop("by", owner), issuer=issuer, definition=definition, **fields
        )
        if publish:
            services.publish(by=owner, achievement=achievement)
        return achievement

    return make
