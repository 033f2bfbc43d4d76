"""Claim links: limits, dates, rosters, proof of the address, approval; nobody reads another's request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.server.awarding.conftest import NOW, MakeAchievement

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import claims
from insignia_server.awarding.models import Award, Claim, ClaimLink
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.groups import RosterLine, create_group, import_roster
from insignia_server.organisations.models import Organisation
from insignia_server.people import services as people
from insignia_server.people.models import User

HOUR = dt.timedelta(hours=1)
MakeLink = Callable[..., ClaimLink]


@pytest.fixture
def make_link(owner: Actor, achievement: Achievement) -> MakeLink:
    """`make_link(limit=1)`: an open link for Data Literacy."""

    def make(**more: Any) -> ClaimLink:
        return claims.open_link(**{"by": owner, "achievement": achievement, "name": "Open day", **more})

    return make


def ask(link: ClaimLink, email: str = "amara@example.org", **more: Any) -> claims.Requested:
    given = {"name": "Amara", "now": NOW, "token": lambda: f"token-of-{email}", **more}
    return claims.request(link=claims.find_link(link.token), email=email, **given)


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.refusals[0].code


def test_a_mailed_token_proves_the_address_and_awards(make_link: MakeLink) -> None:
    link = make_link()
    asked = ask(link, "Amara@Example.org")
    assert asked.claim is None
    message = Message.plain.get(kind="claim_confirm")
    assert message.to_address == "amara@example.org"
    assert message.context["url"].endswith("/claim/prove/token-of-Amara@Example.org/")
    assert not Award.objects.exists()
    claim = claims.prove("token-of-Amara@Example.org", now=NOW)
    award = Award.objects.get()
    assert (claim.state, claim.award_id, award.idempotency_key) == ("awarded", award.pk, f"claim:{claim.pk}")
    assert (award.source, award.name) == ("claim", "Amara")
    assert ClaimLink.objects.get().taken == 1
    with pytest.raises(NotHere):  # a token works once
        claims.prove("token-of-Amara@Example.org", now=NOW)


def test_one_claim_a_person_a_link(make_link: MakeLink, make_user: Callable[..., User]) -> None:
    link, user = make_link(), make_user("amara@example.org")
    people.prove_identifier(user=user, kind="emailAddress", value="amara@example.org", now=NOW)
    first = ask(link, user=user).claim
    second = ask(link, "AMARA@example.org", user=user, name="Somebody else").claim
    assert first is not None
    assert second is not None
    assert (first.pk, second.name, second.state) == (second.pk, "Amara", "awarded")
    assert Award.objects.get().person_id == user.pk
    assert ClaimLink.objects.get().taken == 1
    other = make_user("other@example.org")
    assert ask(link, user=other).claim is None  # has not proved that address: a mail, and nothing is told
    proved = claims.prove("token-of-amara@example.org", now=NOW)
    assert (proved.pk, Award.objects.count()) == (first.pk, 1)


def test_dates_limits_and_closing(owner: Actor, make_link: MakeLink) -> None:
    with pytest.raises(Refused) as refused:
        ask(make_link(opens_at=NOW + HOUR))
    assert code(refused) == "not-open"
    with pytest.raises(Refused) as refused:
        ask(make_link(closes_at=NOW, now=NOW - HOUR))
    assert code(refused) == "closed"
    with pytest.raises(Refused) as refused:
        make_link(closes_at=NOW, now=NOW)
    assert code(refused) == "past"
    closed = claims.close_link(by=owner, link=make_link(), now=NOW)
    with pytest.raises(Refused) as refused:
        ask(closed)
    assert code(refused) == "closed"
    link = make_link(limit=1)
    ask(link, "a@example.org")
    ask(link, "b@example.org")
    claims.prove("token-of-a@example.org", now=NOW)
    for attempt in (
        lambda: ask(link, "c@example.org"),
        lambda: claims.prove("token-of-b@example.org", now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert code(refused) == "full"
    assert Award.objects.count() == 1
    assert Claim.objects.get(email="b@example.org").state == "unproved"


def test_an_old_token_and_a_replaced_one_are_nothing(make_link: MakeLink) -> None:
    link = make_link()
    ask(link)
    with pytest.raises(NotHere):
        claims.prove("token-of-amara@example.org", now=NOW + dt.timedelta(hours=24))
    ask(link, token=lambda: "newer", name="Amara Okafor")
    with pytest.raises(NotHere):
        claims.prove("token-of-amara@example.org", now=NOW)
    assert claims.prove("newer", now=NOW).name == "Amara Okafor"
    for nonsense in ("", "x" * 5000, "\x00"):
        with pytest.raises(NotHere):
            claims.prove(nonsense, now=NOW)


def test_domains_and_rosters(owner: Actor, make_link: MakeLink) -> None:
    link = make_link(domains=["@Nordhaven.example"])
    ask(link, "a@students.nordhaven.example")
    for outsider in ("a@example.org", "a@evilnordhaven.example"):
        with pytest.raises(Refused) as refused:
            ask(link, outsider)
        assert code(refused) == "domain"
    group = create_group(by=owner, name="Class of 2026")
    import_roster(by=owner, group=group, lines=[RosterLine(1, "amara@example.org")])
    listed = make_link(group=group)
    ask(listed, "AMARA@example.org")
    known, unknown = ask(listed, "AMARA@example.org"), ask(listed, "stranger@example.org")
    assert (known.claim, unknown.claim) == (None, None), "who is on a roster is told to nobody else"
    assert not Claim.objects.filter(link=listed, email="stranger@example.org").exists()


def test_approval_and_declining(owner: Actor, act_as: Callable[..., Actor], make_link: MakeLink) -> None:
    link = make_link(needs_approval=True, limit=2)
    for name in ("a", "b"):
        ask(link, f"{name}@example.org")
        assert claims.prove(f"token-of-{name}@example.org", now=NOW).state == "waiting"
    assert not Award.objects.exists()
    one, two = Claim.objects.order_by("email")
    with pytest.raises(Forbidden):
        claims.approve(by=act_as("awarder"), claim=one, now=NOW)
    approver = act_as("approver")
    assert claims.approve(by=approver, claim=one, now=NOW).state == "awarded"
    with pytest.raises(Refused):
        claims.approve(by=approver, claim=one, now=NOW)
    with pytest.raises(Refused) as refused:
        claims.decline(by=approver, claim=two, reason=" ", now=NOW)
    assert code(refused) == "required"
    declined = claims.decline(by=approver, claim=two, reason="Not on the list.", now=NOW)
    assert (declined.state, declined.decision) == ("declined", "Not on the list.")
    assert Message.plain.get(kind="claim_declined").context["reason"] == "Not on the list."
    assert (ClaimLink.objects.get().taken, Award.objects.count()) == (1, 1)


def test_a_refused_award_leaves_the_claim_as_it_was(scoped: Organisation, make_link: MakeLink) -> None:
    """How it must behave: 'nothing is lost'."""
    link = make_link()
    ask(link)
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=0)
    with pytest.raises(Refused) as refused:
        claims.prove("token-of-amara@example.org", now=NOW)
    assert code(refused) == "quota"
    assert (Claim.objects.get().state, ClaimLink.objects.get().taken) == ("unproved", 0)
    Organisation.plain.filter(pk=scoped.pk).update(quota_awards_a_month=None)
    assert claims.prove("token-of-amara@example.org", now=NOW).state == "awarded"


def test_nobody_reads_anothers_request(make_link: MakeLink, make_user: Callable[..., User]) -> None:
    """Issue 3: 'Nobody can read another person's request.'"""
    user, stranger = make_user("amara@example.org"), make_user("s@example.org")
    people.prove_identifier(user=user, kind="emailAddress", value="amara@example.org", now=NOW)
    claim = ask(make_link(needs_approval=True), user=user).claim
    assert claim is not None
    assert claims.my_claim(user=user, key=claim.pk).pk == claim.pk
    with pytest.raises(NotHere):
        claims.my_claim(user=stranger, key=claim.pk)
    with pytest.raises(NotHere):
        claims.find_link("guessed")


def test_what_a_link_and_a_request_refuse(
    make_link: MakeLink, make_achievement: MakeAchievement, act_as: Callable[..., Actor]
) -> None:
    with pytest.raises(Refused) as refused:
        make_link(name=" ", limit=0, opens_at=NOW, closes_at=NOW, domains=["not a domain"])
    assert [one.field for one in refused.value.refusals] == ["name", "limit", "closes_at", "domains"]
    with pytest.raises(Forbidden):
        make_link(by=act_as("approver"))
    with pytest.raises(Refused):
        make_link(achievement=make_achievement(publish=False))
    strict = make_link(achievement=make_achievement(evidence_required=True))
    with pytest.raises(Refused) as refused:
        ask(strict)
    assert code(refused) == "evidence.missing"
    with pytest.raises(Refused) as refused:
        ask(strict, "nobody", name="")
    assert code(refused) == "email.invalid"
