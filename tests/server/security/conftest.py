"""A badge full of hostile texts, and where it shows, as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from security_world import ATTACK, SVG, award_of

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Alignment, Assessment, Definition
from insignia_server.awarding.models import Award
from insignia_server.issuers import services as issuers
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def hostile(scoped: Organisation, owner: Actor) -> Award:
    """An award whose every text tries to break out of its page."""
    scoped.name = f"Org {ATTACK}"
    scoped.save()
    issuer = issuers.create_issuer(
        by=owner, name=f"Issuer {ATTACK}", slug="hostile", description=f"{ATTACK}\n\n[x](javascript:alert(3))"
    )
    definition = Definition(
        name=f"Name {ATTACK}",
        description=f"Description {ATTACK}",
        criteria=f"{ATTACK}\n\n[click](javascript:alert(4)) ![p](data:text/html,x) <a href=javascript:1>",
        achievement_type="Badge",
        assessment=Assessment(
            methods=("test",),
            assessors=("issuer",),
            assessor_name=f"Assessor {ATTACK}",
            supervision="onsite",
            identity_check="document",
        ),
        tags=(f"tag {ATTACK}",),
        alignments=(Alignment(target_name=f"Skill {ATTACK}", target_url="https://skills.example/1"),),
    )
    made = achievements.create(by=owner, issuer=issuer, definition=definition)
    achievements.set_picture(by=owner, achievement=made, content=SVG)
    achievements.publish(by=owner, achievement=made)
    return award_of(achievements.current(made), name=f"Ann {ATTACK}")
