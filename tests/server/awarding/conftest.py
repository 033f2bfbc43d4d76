"""An issuer that signs, published achievements, and people to award them to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Assessment, Definition, ResultDescription, RubricLevel
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import services
from insignia_server.awarding.models import Award
from insignia_server.awarding.recipients import Recipient
from insignia_server.issuers import services as issuer_services
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
DEFINITION = Definition(
    name="Data Literacy",
    description="Reads, questions and shows data.",
    criteria="Finish the five modules and hand in a portfolio.",
    achievement_type="MicroCredential",
    assessment=Assessment(
        methods=("portfolio",), assessors=("issuer",), supervision="onsite", identity_check="document"
    ),
    results=(
        ResultDescription(
            key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B", "C")
        ),
        ResultDescription(
            key="score",
            name="Score",
            result_type="Percent",
            value_min="0",
            value_max="100",
            required_value="50",
        ),
        ResultDescription(
            key="reading",
            name="Reads charts",
            result_type="RubricCriterionLevel",
            levels=(
                RubricLevel(key="basic", name="Basic", points="1"),
                RubricLevel(key="expert", name="Expert", points="2"),
            ),
            required_level="expert",
        ),
    ),
)
MakeAchievement = Callable[..., Achievement]
MakeAward = Callable[..., Award]


@pytest.fixture
def issuer(scoped: Organisation, owner: Actor) -> Iterator[Issuer]:
    """The Faculty of Arts, with keys. Whatever a test did, lists say of each award what is true of it."""
    yield issuer_services.create_issuer(
        by=owner,
        name="Faculty of Arts",
        url="https://arts.nordhaven.example",
        now=NOW - dt.timedelta(days=30),
    )
    if connection.needs_rollback:  # the database refused the last statement, as the test wanted
        return
    for row in Award.plain.select_related("credential"):
        state = row.shown_state(now=dt.datetime.min.replace(tzinfo=dt.UTC))  # whatever the time is
        over = row.shown == "expired" and state == "valid" and row.valid_until is not None
        assert over or row.shown == state, (row.shown, state)
        assert row.valid_until == row.credential.valid_until


@pytest.fixture
def make_achievement(owner: Actor, issuer: Issuer) -> MakeAchievement:
    """`make_achievement(evidence_required=True)`: published, with these members of its definition."""

    def make(*, publish: bool = True, **members: Any) -> Achievement:
        content = {**DEFINITION.to_json(), **members}
        made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(content))
        if publish:
            achievements.publish(by=owner, achievement=made, now=NOW)
        return made

    return make


@pytest.fixture
def achievement(make_achievement: MakeAchievement) -> Achievement:
    """Data Literacy."""
    return make_achievement()


@pytest.fixture
def make_award(owner: Actor, achievement: Achievement) -> MakeAward:
    """`make_award("ann@example.org", name="Ann")`: an award of Data Literacy."""

    def make(
        email: str = "amara@example.org", *, key: str = "", name: str = "Amara Okafor", **more: Any
    ) -> Award:
        given = {"by": owner, "achievement": achievement, "now": NOW, **more}
        return services.award(
            recipient=Recipient(email=email, name=name), key=key or f"test:{email}", **given
        )

    return make
