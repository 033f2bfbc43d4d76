"""A signed award of a published achievement, and who may design."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Alignment, Assessment, Definition, Expiry
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award
from insignia_server.awarding.recipients import Recipient
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

DEFINITION = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the **five** modules.",
    achievement_type="MicroCredential",
    assessment=Assessment(
        methods=("portfolio",), assessors=("issuer",), supervision="onsite", identity_check="document"
    ),
    alignments=(Alignment(target_name="Statistics", target_url="https://skills.example/1"),),
    workload_hours=150,
    ects=6,
    expiry=Expiry(kind="period", months=24),
)


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Issuer:
    """The Academy."""
    return issuers.create_issuer(by=owner, name="Nordhaven Academy")


@pytest.fixture
def achievement(owner: Actor, issuer: Issuer) -> Achievement:
    """Published, with the picture that is drawn from its name."""
    made = achievements.create(by=owner, issuer=issuer, definition=DEFINITION)
    achievements.publish(by=owner, achievement=made)
    return made


@pytest.fixture
def give(owner: Actor, achievement: Achievement) -> Callable[..., Award]:
    """`give("Ada Lovelace")`: an award to her, signed."""

    def make(name: str, email: str = "") -> Award:
        address = email or f"{abs(hash(name))}@example.org"
        return awarding.award(
            by=owner,
            achievement=achievement,
            recipient=Recipient(email=address, name=name),
            key=name,
            send=False,
        )

    return make
