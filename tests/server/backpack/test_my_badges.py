"""A learner's page: every badge of every proved address, page by page, to share, to take away, to hide."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
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
from insignia_server.backpack import reading
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import Identifier, User
from insignia_server.people.services import prove_identifier

Give = Callable[..., Award]
MakeUser = Callable[..., User]


@pytest.fixture
def achievement(scoped: Organisation, owner: Actor) -> Achievement:
    identifiers = [{"type": "linkedin", "value": "1441"}]
    issuer = issuers.create_issuer(by=owner, name="Faculty of Arts", identifiers=identifiers)
    row = next(one for one in ACHIEVEMENTS if one["artwork"] == "academic-writing")
    made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(row["definition"]))
    achievements.publish(by=owner, achievement=made)
    return made


@pytest.fixture
def give(owner: Actor, achievement: Achievement) -> Give:
    def make(key: str = "k", email: str = "ann@example.org", **more: Any) -> Award:
        person = awarding.Recipient(email=email, name="Ann")
        return awarding.award(
            by=owner, achievement=achievement, recipient=person, key=key, send=False, **more
        )

    return make


@pytest.fixture
def ann(make_user: MakeUser) -> User:
    user = make_user("ann@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    prove_identifier(user=user, kind="emailAddress", value=user.email, now=timezone.now())
    return user


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_many_badges_are_pages_in_a_stable_order(
    client: Client, give: Give, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE_SIZE", 2)
    monkeypatch.setattr(reading, "CHUNK", 2)
    made = [str(give(f"k{n}").pk) for n in range(5)][::-1]
    client.force_login(ann)
    seen: list[str] = []
    address = "/me/"
    for _page in range(3):
        page = text(client.get(address))
        seen += re.findall(r'id="badge-([0-9a-f-]{36})"', page)
        older = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = f"/me/{older[1]}" if older else ""
    assert (seen, address) == (made, "")
    content = b"".join(client.get("/me/export.zip").streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert len(file.namelist()) == 10, "five badges as data and as pictures, each under its own name"


def test_badges_are_found_by_name(client: Client, give: Give, ann: User) -> None:
    give()
    client.force_login(ann)
    assert "Academic Writing" in text(client.get("/me/?q=academic"))
    assert "Academic Writing" in text(client.get("/me/?q=faculty+of"))
    none = text(client.get("/me/?q=welding"))
    assert ("No badge is called so" in none, "Academic Writing" in none) == (True, False)


def test_a_newly_proved_address_finds_its_awards(client: Client, give: Give, ann: User) -> None:
    """Issue 3: 'so that a newly proven address finds its awards without a scan'."""
    late = give(email="ann@work.example")
    client.force_login(ann)
    assert "No badges yet" in text(client.get("/me/"))
    client.post("/accounts/reauthenticate/", {"password": "correct horse battery"})
    client.post("/accounts/email/", {"action_add": "", "email": "Ann@Work.example"})
    assert str(late.pk) not in text(client.get("/me/")), "not before it is proved"
    run_pending()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    client.post("/accounts/confirm-email/", {"code": code[1]})
    page = text(client.get("/me/"))
    assert f'id="badge-{late.pk}"' in page
    assert "ann@work.example" in page


def test_every_badge_has_its_downloads(client: Client, give: Give, ann: User) -> None:
    made = give()
    client.force_login(ann)
    page, signed = text(client.get("/me/")), bytes(made.credential.content)
    for kind in ("png", "svg", "pdf"):
        address = f"/badges/{made.credential_id}.{kind}"
        assert address in page
        content = client.get(address).content
        assert kind == "pdf" or baking.unbake(content).content == signed
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "private"})
    data = client.get(f"/me/{made.pk}/data/")
    assert (data.content, data["Content-Type"]) == (signed, "application/json")
    assert data["Content-Disposition"].startswith('attachment; filename="academic-writing')
    assert f"/me/{made.pk}/data/" in text(client.get(f"/badges/{made.credential_id}/"))


def test_the_data_is_its_learners_alone(client: Client, give: Give, ann: User, make_user: MakeUser) -> None:
    made = give()
    client.force_login(make_user("eve@example.org"))
    assert client.get(f"/me/{made.pk}/data/").status_code == 404
    assert Client().get(f"/me/{made.pk}/data/").status_code == 302


def test_linkedin_gets_the_organisation_and_the_dates(client: Client, give: Give, ann: User) -> None:
    ends = timezone.now() + dt.timedelta(days=800)
    made = give(valid_until=ends)
    client.force_login(ann)
    found = re.search(r'href="(https://www\.linkedin\.com/[^"]+)"', text(client.get("/me/")))
    assert found
    told = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert told["organizationId"] == ["1441"]
    assert told["issueYear"] == [str(made.credential.valid_from.year)]
    assert (told["expirationYear"], told["expirationMonth"]) == ([str(ends.year)], [str(ends.month)])
    assert told["certUrl"][0].endswith(f"/badges/{made.credential_id}/")
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "private"})
    assert "linkedin.com" not in text(client.get("/me/")), "nobody could look at a hidden page"


def test_the_state_and_its_reason_stand_there(client: Client, give: Give, ann: User, owner: Actor) -> None:
    revoked, sound, old = give("a"), give("b"), give("c")
    over = give("d", valid_until=timezone.now() + dt.timedelta(seconds=5), valid_from=timezone.now())
    awarding.revoke(by=owner, award=revoked, reason="Copied from elsewhere.")
    new = awarding.correct(by=owner, award=old, changes=awarding.Correction(reason="Misspelt.", name="Anna"))
    now = timezone.now() + dt.timedelta(days=1)
    with scopes.person(ann.pk):
        _page, lines = reading.badges("", after=None, before=None, now=now)
    states = {line.award.pk: line for line in lines}
    assert (states[revoked.pk].state, states[revoked.pk].reason) == ("revoked", "Copied from elsewhere.")
    assert states[old.pk].state == "superseded"
    assert states[old.pk].successor == f"/badges/{new.credential_id}/"
    assert (states[over.pk].state, states[over.pk].linkedin) == ("expired", "")
    assert states[sound.pk].state == "valid"
    client.force_login(ann)
    assert "Copied from elsewhere." in text(client.get("/me/"))


def test_the_choices_are_explained_and_saved_where_one_was(client: Client, give: Give, ann: User) -> None:
    made = give()
    client.force_login(ann)
    page = text(client.get("/me/"))
    for _name, words in reading.MEANINGS.values():
        assert str(words).split(".")[0] in page
    answer = client.post(f"/me/{made.pk}/visibility/", {"visibility": "private", "next": "/me/?q=academic"})
    assert answer["Location"] == f"/me/?q=academic#badge-{made.pk}"
    told = 'role="status"><div class="notice tone-good"'
    card = text(client.get("/me/?q=academic")).partition(f'id="badge-{made.pk}"')[2].partition("</li>")[0]
    assert told in card
    assert "Academic Writing: Hidden. Only you" in card
    assert told not in text(client.get("/me/?q=academic"))  # said once
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "everybody"})
    assert "notice tone-bad" in text(client.get("/me/")).partition(f'id="badge-{made.pk}"')[2]
    client.post(f"/me/{made.pk}/visibility/", {"visibility": "unlisted"})
    elsewhere = text(client.get("/me/?q=no-such-badge"))
    assert "Academic Writing: Only with the link." in elsewhere.partition("<h1")[0]  # not lost
    away = client.post(f"/me/{made.pk}/visibility/", {"visibility": "public", "next": "//evil.example/"})
    assert away["Location"] == "/me/"
    assert Client().get(f"/badges/{made.credential_id}/").status_code == 200


# Requests


@pytest.fixture
def link(owner: Actor, achievement: Achievement) -> ClaimLink:
    return claims.open_link(by=owner, achievement=achievement, name="Workshop", needs_approval=True, limit=1)


def asked(client: Client, link: ClaimLink, user: User) -> Claim:
    client.force_login(user)
    client.post(f"/claim/{link.token}/", {"name": "Ann", "email": user.email})
    with scopes.crossing("jobs"):
        return Claim.objects.select_related("link__achievement__issuer").get()


def test_who_asked_sees_the_request_after_the_link_has_closed(
    client: Client, link: ClaimLink, ann: User, owner: Actor, make_user: MakeUser
) -> None:
    """Issue 3: 'Nobody can read another person's request.'"""
    claim = asked(client, link, ann)
    claims.close_link(by=owner, link=link)
    address = f"/claim/{link.token}/"
    assert "waits for approval" in text(client.get(address))
    stranger = Client()
    assert "This link is closed" in text(stranger.get(address))
    stranger.force_login(make_user("eve@example.org"))
    page = text(stranger.get(address))
    assert ("This link is closed" in page, "waits for approval" in page) == (True, False)
    claims.approve(by=owner, claim=claim)
    assert client.get(address)["Location"].startswith("/badges/")
    assert client.post(address, {"name": "Ann", "email": ann.email})["Location"].startswith("/badges/")


def test_a_declined_request_is_told_to_who_asked(
    client: Client, link: ClaimLink, ann: User, owner: Actor
) -> None:
    ann.language = "de"
    ann.save(update_fields=["language"])
    claim = asked(client, link, ann)
    claims.decline(by=owner, claim=claim, reason="You were not there.")
    claims.close_link(by=owner, link=link)
    client.force_login(ann)
    assert "You were not there." in text(client.get(f"/claim/{link.token}/"))
    assert "You were not there." in text(client.get("/me/"))
    run_pending()
    assert "abgelehnt" in str(mail.outbox[-1].subject), "in the learner's own language"


def test_an_approved_request_says_so_in_one_mail(
    client: Client, link: ClaimLink, ann: User, owner: Actor
) -> None:
    claim = asked(client, link, ann)
    claims.approve(by=owner, claim=claim)
    run_pending()
    [message] = [one for one in mail.outbox if "ann@example.org" in one.to[0]]
    assert "was approved" in str(message.subject)
    assert "/badges/" in str(message.body)


def test_a_signed_in_learner_keeps_the_address_that_the_mail_proved(
    client: Client, owner: Actor, achievement: Achievement, ann: User, make_user: MakeUser
) -> None:
    link = claims.open_link(by=owner, achievement=achievement, name="Open")
    client.force_login(ann)
    client.post(f"/claim/{link.token}/", {"name": "Ann", "email": "ann@work.example"})
    run_pending()
    proof = re.search(r"/claim/prove/[^/\s]+/", str(mail.outbox[-1].body))
    assert proof
    assert "signed in as ann@example.org" in text(client.get(proof[0]))
    client.post(proof[0])
    assert Identifier.objects.filter(user=ann, value="ann@work.example").exists()
    assert "Academic Writing" in text(client.get("/me/"))
    again = client.get(proof[0])
    assert (again.status_code, "This link works no more" in text(again)) == (404, True)


def test_an_address_of_another_account_stays_there(
    client: Client, owner: Actor, achievement: Achievement, ann: User, make_user: MakeUser
) -> None:
    bob = make_user("bob@example.org")
    prove_identifier(user=bob, kind="emailAddress", value=bob.email, now=timezone.now())
    link = claims.open_link(by=owner, achievement=achievement, name="Open")
    client.force_login(ann)
    client.post(f"/claim/{link.token}/", {"name": "Bob", "email": "bob@example.org"})
    run_pending()
    proof = re.search(r"/claim/prove/[^/\s]+/", str(mail.outbox[-1].body))
    assert proof
    client.post(proof[0])
    assert "No badges yet" in text(client.get("/me/"))
    with scopes.crossing("jobs"):
        assert (Award.objects.get().person_id, Claim.objects.get().person_id) == (bob.pk, None)
