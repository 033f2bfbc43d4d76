"""10,000 rows with every kind of bad row: uploaded, checked, awarded, corrected and taken back in the console."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from django.test import Client
from django.utils import timezone

from conftest import DEFINITION
from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition, ResultDescription
from insignia_server.achievements.models import Achievement
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation

ROWS = 10_000
EACH = 20  # rows of each kind
ENDS = ("\r\n", "\n", "\r")
RESULTS = (
    ResultDescription(key="score", name="Score", result_type="RawScore", value_min="0", value_max="30"),
    ResultDescription(key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B", "C")),
)
LETTERS = "ABCDEFGHIJKLMNO"


@pytest.fixture
def noon(organisation: Organisation) -> dt.date:
    """The day where it is about noon now, so that no test runs over midnight; hold 0."""
    now = timezone.now()
    ahead = now.hour - 12
    Organisation.plain.filter(pk=organisation.pk).update(
        time_zone=f"Etc/GMT{ahead:+d}" if ahead else "UTC", hold_minutes=0
    )
    return (now - dt.timedelta(hours=ahead)).date()


@pytest.fixture
def published(organisation: Organisation, owner: Actor) -> Callable[..., Achievement]:
    """`published("Statistics", code="ST-1")`: an achievement that can be awarded."""

    def make(name: str, *, code: str = "", results: Sequence[ResultDescription] = ()) -> Achievement:
        with scopes.organisation(organisation.pk):
            content = {**DEFINITION.to_json(), "results": [], "name": name, "human_code": code}
            known = {**Definition.from_json(content).to_json()}
            definition = Definition.from_json(known)
            if results:
                import dataclasses

                definition = dataclasses.replace(definition, results=tuple(results))
            made = achievements.create(by=owner, issuer=faculty(owner), definition=definition)
            achievements.publish(by=owner, achievement=made)
        return made

    return make


def faculty(owner: Actor) -> issuers.Issuer:
    found = issuers.Issuer.objects.filter(slug="faculty").first()
    return found or issuers.create_issuer(by=owner, name="Faculty", slug="faculty")


@pytest.fixture
def desk_browser(organisation: Organisation) -> Client:
    """The owner's browser."""
    client = Client()
    client.force_login(Member.plain.get(organisation=organisation).user)
    return client


def short(text: str) -> str:
    """As the page shows what was there."""
    return text if len(text) <= 160 else text[:159] + "…"
