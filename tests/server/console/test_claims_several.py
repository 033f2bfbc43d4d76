"""Several claims approved or declined at once, without scripts, over the API and by hostile posts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from insignia_server.awarding import several_claims
from insignia_server.awarding.models import Award, Claim, ClaimLink
from insignia_server.kit import blind, scopes
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation


@pytest.fixture
def waiting(world: dict[str, Any], organisation: Organisation) -> list[Claim]:
    """Three claims that wait, the world's one first."""
    with scopes.organisation(organisation.pk):
        first = Claim.objects.get(pk=world["claims"]["claim"])
        ClaimLink.objects.filter(pk=first.link_id).update(taken=3)
        return [first, *(_claim(first, f"g{n}@example.org") for n in (1, 2))]


def _claim(first: Claim, email: str) -> Claim:
    made: Claim = Claim.objects.create(
        organisation_id=first.organisation_id,
        link_id=first.link_id,
        email=email,
        blind_index=blind.index("emailAddress", email),
        name=f"Guest of {email}",
        state="waiting",
    )
    return made


def address(claims: list[Claim], end: str = "decide/") -> str:
    return f"/console/nordhaven/claims/{claims[0].link_id}/{end}"


def states(claims: list[Claim]) -> list[str]:
    return [Claim.plain.get(pk=one.pk).state for one in claims]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "Open"),
        ({"closes_at": timezone.now() - dt.timedelta(hours=1)}, "Closed"),
        ({"opens_at": timezone.now() + dt.timedelta(hours=1)}, "Not open yet"),
        ({"limit": 3}, "All places taken"),
    ],
)
def test_a_link_stands_as_it_answers_learners(
    waiting: list[Claim], owner_browser: Client, fields: dict[str, Any], word: str
) -> None:
    ClaimLink.plain.filter(pk=waiting[0].link_id).update(**fields)
    for place in (address(waiting, ""), "/console/nordhaven/claims/"):
        page = owner_browser.get(place).content.decode()
        said = {
            one for one in ("Open", "Closed", "Not open yet", "All places taken") if f"{one}</span>" in page
        }
        assert said == {word}


def test_the_ticked_ones_are_approved(waiting: list[Claim], owner_browser: Client) -> None:
    page = owner_browser.get(address(waiting, "")).content.decode()
    for one in waiting:
        assert f'name="claim" value="{one.pk}" form="several"' in page
    before = Award.plain.count()
    keys = [str(one.pk) for one in waiting[:2]]
    answer = owner_browser.post(address(waiting), {"act": "approve", "claim": keys}, follow=True)
    assert "2 claims are awarded." in answer.content.decode()
    assert states(waiting) == ["awarded", "awarded", "waiting"]
    assert Award.plain.count() == before + 2
    again = owner_browser.post(address(waiting), {"act": "approve", "claim": keys}, follow=True)
    assert "Tick at least one" in again.content.decode()
    assert Award.plain.count() == before + 2


def test_declining_asks_for_a_reason_and_loses_nothing(waiting: list[Claim], owner_browser: Client) -> None:
    keys = [str(one.pk) for one in waiting]
    asked = owner_browser.post(address(waiting), {"act": "decline", "claim": keys})
    assert asked.status_code == 200
    for key in keys:
        assert f'type="hidden" name="claim" value="{key}"' in asked.content.decode()
    given = {"act": "decline", "confirmed": "yes", "claim": keys, "reason": " "}
    wrong = owner_browser.post(address(waiting), given)
    assert wrong.status_code == 422
    assert keys[2] in wrong.content.decode()
    assert states(waiting) == ["waiting"] * 3
    owner_browser.post(address(waiting), {**given, "reason": "The course is over."})
    assert states(waiting) == ["declined"] * 3
    sent = Message.plain.filter(kind="claim_declined")
    assert {one.context["reason"] for one in sent} == {"The course is over."}
    assert ClaimLink.plain.get(pk=waiting[0].link_id).taken == 0


def test_all_that_wait(waiting: list[Claim], owner_browser: Client) -> None:
    owner_browser.post(address(waiting), {"act": "approve", "every": "yes"})
    assert states(waiting) == ["awarded"] * 3


def test_one_that_is_refused_stops_no_other(waiting: list[Claim], owner_browser: Client) -> None:
    Claim.plain.filter(pk=waiting[1].pk).update(email="nobody")
    keys = [str(one.pk) for one in waiting]
    page = owner_browser.post(address(waiting), {"act": "approve", "claim": keys}, follow=True)
    text = page.content.decode()
    assert "2 claims are awarded." in text
    assert f"{waiting[1].name}: " in text
    assert states(waiting) == ["awarded", "waiting", "awarded"]


def test_keys_of_others_and_nonsense_decide_nothing(
    waiting: list[Claim], owner_browser: Client, make_organisation: Callable[..., Organisation]
) -> None:
    keys = ["nonsense", str(uuid.uuid4()), ""]
    owner_browser.post(address(waiting), {"act": "approve", "claim": keys})
    owner_browser.post(address(waiting), {"act": "decline", "confirmed": "yes", "claim": keys, "reason": "x"})
    assert states(waiting) == ["waiting"] * 3


def test_the_service(
    waiting: list[Claim], scoped: Organisation, owner: Actor, act_as: Callable[..., Actor]
) -> None:
    keys = [waiting[0].pk, waiting[0].pk, uuid.uuid4()]
    with pytest.raises(Forbidden):
        several_claims.approve_many(by=act_as("awarder"), keys=keys)
    with pytest.raises(Refused, match="at least one"):
        several_claims.approve_many(by=owner, keys=[])
    with pytest.raises(Refused, match="100"):
        several_claims.approve_many(by=owner, keys=[uuid.uuid4() for _ in range(101)])
    with pytest.raises(Refused, match="Say why"):
        several_claims.decline_many(by=owner, keys=keys, reason=" ")
    done, missing = several_claims.approve_many(by=owner, keys=keys)
    assert done.claim is not None
    assert (done.claim.state, list(done.refusals)) == ("awarded", [])
    assert (missing.claim, missing.refusals[0].code) == (None, "not-here")
