"""An issuer with keys, a published version of an achievement, and recipients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from insignia_server.achievements.definition import Definition, ResultDescription, RubricLevel
from insignia_server.achievements.document import achievement_document
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.credentials.subject import Evidence, Result, Subject
from insignia_server.issuers import services as issuer_services
from insignia_server.issuers.models import Issuer
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
DEFINITION = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the five modules and hand in a portfolio.",
    achievement_type="MicroCredential",
    tags=("data",),
    results=(
        ResultDescription(
            key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B", "C")
        ),
        ResultDescription(
            key="reading",
            name="Reads charts",
            result_type="RubricCriterionLevel",
            levels=(RubricLevel(key="basic", name="Basic"), RubricLevel(key="expert", name="Expert")),
        ),
    ),
)
MakeVersion = Callable[..., AchievementVersion]
MakeSubject = Callable[..., Subject]


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Issuer:
    """The Faculty of Arts."""
    return issuer_services.create_issuer(
        by=owner,
        name="Faculty of Arts",
        url="https://arts.nordhaven.example",
        now=NOW - dt.timedelta(days=30),
    )


@pytest.fixture
def make_version(issuer: Issuer) -> MakeVersion:
    """`make_version(suite="ob-jwt")`: a published version with these members of its definition."""

    def make(definition: Definition = DEFINITION, **members: Any) -> AchievementVersion:
        content = {**definition.to_json(), **members}
        achievement = Achievement.objects.create(
            organisation_id=issuer.organisation_id, issuer=issuer, name=definition.name, state="published"
        )
        version: AchievementVersion = AchievementVersion.objects.create(
            organisation_id=issuer.organisation_id,
            achievement=achievement,
            number=1,
            content=content,
            published_at=NOW,
        )
        version.document = achievement_document(version, issuer)
        version.save()
        return version

    return make


@pytest.fixture
def version(make_version: MakeVersion) -> AchievementVersion:
    """Data Literacy, signed with eddsa-rdfc-2022, revocable."""
    return make_version()


def subject(number: int = 1, **fields: Any) -> Subject:
    """A recipient with an address and a name."""
    given = {
        "credential_id": uuid7(),
        "identifier": f"learner{number}@example.org",
        "salt": f"salt-{number:08}",
        "name": f"Learner {number}",
        "valid_from": NOW,
    }
    return Subject(**{**given, **fields})


def full_subject(number: int = 1, **fields: Any) -> Subject:
    """A recipient of whom everything is said that can be."""
    given = {
        "valid_until": NOW + dt.timedelta(days=365),
        "awarded_at": NOW - dt.timedelta(days=1),
        "activity_start": NOW - dt.timedelta(days=90),
        "activity_end": NOW - dt.timedelta(days=2),
        "results": (
            Result(description="grade", value="A", status="Completed"),
            Result(description="reading", level="expert"),
        ),
        "evidence": (
            Evidence(url="https://portfolio.example/1", name="Portfolio", genre="Portfolio"),
            Evidence(
                name="Talk", description="A talk before the class.", narrative='It was "good": ümlauts & all.'
            ),
        ),
        "narrative": "Worked with *great* care.",
        "credits_earned": 2.5,
        "license_number": "L-1",
        "role": "Student",
        "term": "Autumn",
    }
    return subject(number, **{**given, **fields})
