"""A published achievement with a real picture, and an award of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding.models import Award
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.credentials.services import issue_one
from insignia_server.credentials.subject import Evidence, Result, Subject
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.kit import blind
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

ARTWORK = Path(__file__).parents[3] / "src/insignia_server/config/demo_artwork"


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Issuer:
    """The Academy of Nordhaven."""
    return issuers.create_issuer(
        by=owner,
        name="Nordhaven Academy",
        url="https://academy.nordhaven.example",
        description="Short *courses*.",
    )


@pytest.fixture
def achievement(owner: Actor, issuer: Issuer) -> Achievement:
    """Data Literacy: Foundations, as in the demo."""
    row = ACHIEVEMENTS[0]
    made = achievements.create(
        by=owner,
        issuer=issuer,
        definition=Definition.from_json(row["definition"]),
        framework=row["framework"],
    )
    picture = (ARTWORK / f"{row['artwork']}.svg").read_bytes()
    achievements.set_picture(by=owner, achievement=made, content=picture)
    achievements.publish(by=owner, achievement=made)
    return made


@pytest.fixture
def version(achievement: Achievement) -> AchievementVersion:
    """Its first version."""
    return achievements.current(achievement)


@pytest.fixture
def make_award(version: AchievementVersion) -> Callable[..., Award]:
    """`make_award(name="Ann")`: signed, stored, visible to whoever has the link."""

    def make(*, name: str = "Ann Lindqvist", email: str = "ann@example.org", **fields: Any) -> Award:
        now = timezone.now()
        signed = {name: fields.pop(name) for name in ("valid_from", "valid_until") if name in fields}
        subject = Subject(
            credential_id=uuid7(),
            identifier=email,
            salt="s" * 16,
            name=name,
            results=(Result(description="score", value="84"),),
            evidence=(Evidence(url="https://portfolio.example/ann", name="Portfolio"),),
            narrative="A careful project on tides.",
            **{"valid_from": now - dt.timedelta(days=3), **signed},
        )
        credential = issue_one(version=version, subject=subject, now=now)
        row: Award = Award.objects.create(
            id=credential.pk,
            organisation_id=version.organisation_id,
            version=version,
            achievement_id=version.achievement_id,
            credential=credential,
            idempotency_key=str(credential.pk),
            source="manual",
            identifier=email,
            blind_index=blind.index("emailAddress", email),
            email=email,
            name=name,
            created_at=now,
            **fields,
        )
        return row

    return make
