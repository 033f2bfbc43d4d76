"""Claiming from the learner's side, my badges, and what nobody else may see."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from insignia import baking
from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import claims
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award, Claim, ClaimLink
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User
from insignia_server.people.services import prove_identifier

MakeUser = Callable[..., User]
MakeLink = Callable[..., ClaimLink]


@pytest.fixture
def achievement(scoped: Organisation, owner: Actor) -> Achievement:
    issuer = issuers.create_issuer(by=owner, name="Faculty of Arts")
    row = next(one for one in ACHIEVEMENTS if one["artwork"] == "academic-writing")
    made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(row["definition"]))
    achievements.publish(by=owner, achievement=made)
    return made


@pytest.fixture
def make_link(owner: Actor, achievement: Achievement) -> MakeLink:
    def make(**fields: Any) -> ClaimLink:
        return claims.open_link(by=owner, achievement=achievement, name="Workshop", **fields)

    return make


def learner(make_user: MakeUser, address: str) -> User:
    user = make_user(address)
    prove_identifier(user=user, kind="emailAddress", value=address, now=timezone.now())
    return user


def proof_link() -> str:
    run_pending()
    found = re.search(r"/claim/prove/[^/\s]+/", str(mail.outbox[-1].body))
    assert found
    return found[0]


def awards() -> list[Award]:
    with scopes.crossing("jobs"):
        return list(Award.objects.select_related("credential").order_by("pk"))


def test_who_has_proved_the_address_gets_the_badge_at_once(
    client: Client, make_link: MakeLink, make_user: MakeUser
) -> None:
    link = make_link()
    client.force_login(learner(make_user, "ann@example.org"))
    page = client.get(f"/claim/{link.token}/")
    assert 'value="ann@example.org"' in page.content.decode()
    done = client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "Ann@example.org"})
    [award] = awards()
    assert (done.status_code, done["Location"]) == (302, f"/badges/{award.credential_id}/")


def test_everybody_else_proves_it_by_mail(client: Client, make_link: MakeLink) -> None:
    link = make_link()
    sent = client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.org"})
    assert "We have written to ann@example.org" in sent.content.decode()
    assert awards() == []
    address = proof_link()
    assert "Is this your address?" in client.get(address).content.decode()
    assert awards() == [], "a mail program that opens the link proves nothing"
    client.post(address)
    [award] = awards()
    assert award.name == "Ann"
    assert client.post(address).status_code == 404, "a token works once"


def test_the_answer_tells_nobody_what_is_known_of_an_address(client: Client, make_link: MakeLink) -> None:
    """Issue 3: 'Nobody can read another person's request.'"""
    link = make_link()
    values = {"name": "Ann", "email": "ann@example.org"}
    client.post(f"/claim/{link.token}/", values)
    client.post(proof_link())
    again = Client().post(f"/claim/{link.token}/", {"name": "Eve", "email": "ann@example.org"})
    first = Client().post(f"/claim/{link.token}/", {"name": "Eve", "email": "nobody@example.org"})

    def main(text: str) -> str:
        found = re.search(r"<main.*</main>", text, re.DOTALL)
        assert found
        return found[0]

    known, unknown = (main(one.content.decode()) for one in (again, first))
    assert known.replace("ann@", "X@") == unknown.replace("nobody@", "X@")
    assert len(awards()) == 1


def test_with_approval_it_waits_and_the_decision_comes_by_mail(
    client: Client, make_link: MakeLink, make_user: MakeUser, organisation: Organisation, owner: Actor
) -> None:
    link = make_link(needs_approval=True)
    client.force_login(learner(make_user, "ann@example.org"))
    waiting = client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.org"})
    assert "waits for approval" in waiting.content.decode()
    assert "waits for approval" in client.get("/me/").content.decode()
    desk = Client()
    desk.force_login(User.objects.get(pk=owner.user_id))
    with scopes.crossing("jobs"):
        claim = Claim.objects.get()
    page = desk.get(f"/console/nordhaven/claims/{link.pk}/").content.decode()
    assert "ann@example.org" in page
    assert "<svg" in page
    done = desk.post(f"/console/nordhaven/claims/claim/{claim.pk}/approve/", follow=True)
    assert "Awarded to Ann." in done.content.decode()
    assert len(awards()) == 1


def test_declined_says_why(client: Client, make_link: MakeLink, make_user: MakeUser, owner: Actor) -> None:
    link = make_link(needs_approval=True)
    client.force_login(learner(make_user, "ann@example.org"))
    client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.org"})
    desk = Client()
    desk.force_login(User.objects.get(pk=owner.user_id))
    with scopes.crossing("jobs"):
        claim = Claim.objects.get()
    address = f"/console/nordhaven/claims/claim/{claim.pk}/decline/"
    assert desk.post(address, {"reason": " "}).status_code == 422
    desk.post(address, {"reason": "You were not on the list."})
    run_pending()
    assert "You were not on the list." in str(mail.outbox[-1].body)
    again = client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.org"})
    assert "You were not on the list." in again.content.decode()
    assert awards() == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"opens_at": timezone.now() + dt.timedelta(days=1)}, "opens on"),
        (
            {
                "closes_at": timezone.now() - dt.timedelta(days=1),
                "now": timezone.now() - dt.timedelta(days=2),
            },
            "closed",
        ),
    ],
)
def test_a_link_has_its_time(
    client: Client, make_link: MakeLink, fields: dict[str, Any], sentence: str
) -> None:
    link = make_link(**fields)
    assert sentence in client.get(f"/claim/{link.token}/").content.decode()
    assert (
        "<form"
        not in client.get(f"/claim/{link.token}/").content.decode().split("<main")[1].split("</main")[0]
    )


def test_a_link_has_its_limit_its_domains_and_its_end(
    client: Client, make_link: MakeLink, make_user: MakeUser, owner: Actor
) -> None:
    link = make_link(limit=1, domains=["students.example.org"])
    wrong = client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.com"})
    assert (wrong.status_code, "Use an address of students.example.org" in wrong.content.decode()) == (
        422,
        True,
    )
    client.force_login(learner(make_user, "ann@students.example.org"))
    client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@students.example.org"})
    assert "All places of this link are taken" in Client().get(f"/claim/{link.token}/").content.decode()
    desk = Client()
    desk.force_login(User.objects.get(pk=owner.user_id))
    desk.post(f"/console/nordhaven/claims/{link.pk}/close/")
    assert "This link is closed" in Client().get(f"/claim/{link.token}/").content.decode()
    assert Client().get("/claim/no-such-link/").status_code == 404


def test_a_link_is_opened_in_the_console(owner: Actor, achievement: Achievement) -> None:
    desk = Client()
    desk.force_login(User.objects.get(pk=owner.user_id))
    wrong = desk.post("/console/nordhaven/claims/new/", {"achievement": achievement.pk, "name": ""})
    assert wrong.status_code == 422
    done = desk.post(
        "/console/nordhaven/claims/new/",
        {"achievement": achievement.pk, "name": "Workshop", "limit": "20", "domains": "a.example, b.example"},
        follow=True,
    )
    assert "The link is open." in done.content.decode()
    with scopes.crossing("jobs"):
        link = ClaimLink.objects.get()
    assert (link.limit, link.domains) == (20, ["a.example", "b.example"])
    assert link.token in desk.get(f"/console/nordhaven/claims/{link.pk}/print/").content.decode()


def test_my_badges_are_mine(
    client: Client, achievement: Achievement, owner: Actor, scoped: Organisation, make_user: MakeUser
) -> None:
    ann, eve = learner(make_user, "ann@example.org"), learner(make_user, "eve@example.org")
    made = awarding.award(
        by=owner,
        achievement=achievement,
        recipient=awarding.Recipient(email="ann@example.org", name="Ann"),
        key="k",
        send=False,
    )
    client.force_login(eve)
    assert "No badges yet" in client.get("/me/").content.decode()
    assert client.post(f"/me/{made.pk}/visibility/", {"visibility": "public"}).status_code == 404
    client.force_login(ann)
    assert "Academic Writing" in client.get("/me/").content.decode()
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "private"})
    assert Client().get(f"/badges/{made.credential_id}/").status_code == 404
    assert Client().get(f"/credentials/{made.credential_id}.json").status_code == 404
    assert client.get(f"/badges/{made.credential_id}/").status_code == 200
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "everyone"})
    assert awards()[0].visibility == "private"


def test_everything_can_be_taken_away(
    client: Client, achievement: Achievement, owner: Actor, scoped: Organisation, make_user: MakeUser
) -> None:
    ann = learner(make_user, "ann@example.org")
    made = awarding.award(
        by=owner,
        achievement=achievement,
        recipient=awarding.Recipient(email="ann@example.org", name="Ann"),
        key="k",
        send=False,
    )
    client.force_login(ann)
    content = b"".join(client.get("/me/export.zip").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        files = {name.rpartition(".")[2]: file.read(name) for name in file.namelist()}
    assert files["json"] == bytes(made.credential.content)
    assert baking.unbake(files["png"]).content == bytes(made.credential.content)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/me/", "/me/export.zip"])
def test_strangers_sign_in_first(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


def test_what_somebody_else_typed_is_shown_before_it_is_confirmed(
    client: Client, make_link: MakeLink
) -> None:
    link = make_link()
    client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@example.org"})
    Client().post(f"/claim/{link.token}/", {"name": "Silly Name", "email": "ann@example.org"})
    assert "Silly Name" in client.get(proof_link()).content.decode()
    assert awards() == []


def test_one_address_gets_five_mails_an_hour(client: Client, make_link: MakeLink) -> None:
    link = make_link()
    values = {"name": "Ann", "email": "flooded@example.org"}
    codes = [client.post(f"/claim/{link.token}/", values).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
