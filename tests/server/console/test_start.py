"""After sign-in, founding, invitations, and what waiting and suspended organisations are told."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import operator, services
from insignia_server.organisations.mailing import invite_founder_by_mail
from insignia_server.organisations.models import Group, Member, Organisation, OrganisationState
from insignia_server.organisations.roles import Role
from insignia_server.people.models import User

Browser = Callable[[User], Client]


def links_in(text: str) -> list[str]:
    """The paths of the links in a mail."""
    return re.findall(r"https://badges\.example\.test(/\S+)", text)


def test_one_organisation_leads_into_its_console(owner_browser: Client) -> None:
    assert owner_browser.get("/start/").headers["location"] == "/console/nordhaven/"


def test_several_organisations_are_offered(
    owner_browser: Client, its_owner: User, make_organisation: Callable[..., Organisation]
) -> None:
    Member.plain.create(
        organisation=make_organisation("kestrel", "Kestrel Works"), user=its_owner, roles=["author"]
    )
    page = owner_browser.get("/start/").content.decode()
    assert "/console/nordhaven/" in page
    assert "/console/kestrel/" in page


def test_nobodys_member_can_found_or_see_badges(make_user: Callable[..., User], browser: Browser) -> None:
    page = browser(make_user("ann@example.org")).get("/start/").content.decode()
    assert "/console/new/" in page
    assert 'href="/me/"' in page


def test_who_founds_is_owner(make_user: Callable[..., User], browser: Browser) -> None:
    client = browser(make_user("ann@example.org"))
    answer = client.post("/console/new/", {"name": "Acme Academy", "slug": ""})
    assert answer.headers["location"] == "/console/acme-academy/"
    assert Member.plain.get(organisation__slug="acme-academy").roles == [Role.OWNER]


def test_a_taken_address_is_told_beside_its_field(owner_browser: Client) -> None:
    answer = owner_browser.post("/console/new/", {"name": "Another", "slug": "nordhaven"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"slug": ["This address is taken. Choose another one."]}
    assert 'value="Another"' in answer.content.decode()


def test_by_invitation_only(
    settings: Any, make_user: Callable[..., User], browser: Browser, operator_user: User
) -> None:
    settings.FOUNDING = "invitation"
    client = browser(make_user("ann@example.org"))
    assert "by invitation" in client.get("/console/new/").content.decode()
    assert client.post("/console/new/", {"name": "Acme"}).status_code == 403
    invite_founder_by_mail(user=operator_user, email="Ann@Example.org", language="en", now=timezone.now())
    run_pending()
    (link,) = [one for one in links_in(mail.outbox[0].body) if one.startswith("/console/new/")]
    token = parse_qs(urlsplit(link).query)["invitation"][0]
    assert f'name="invitation" value="{token}"' in client.get(link).content.decode()
    assert client.post("/console/new/", {"name": "Acme", "invitation": token}).status_code == 302
    assert "does not fit" in client.get(link).content.decode()


def test_a_founded_organisation_that_waits_can_look_but_not_change(
    settings: Any, make_user: Callable[..., User], browser: Browser
) -> None:
    settings.FOUNDING = "approved"
    client = browser(make_user("ann@example.org"))
    client.post("/console/new/", {"name": "Acme"})
    row = Organisation.plain.get(slug="acme")
    assert row.state == OrganisationState.PENDING
    assert "Waiting for the operator" in client.get("/start/").content.decode()
    assert client.get("/console/acme/groups/").status_code == 200
    answer = client.post("/console/acme/groups/new/", {"name": "Class"})
    assert answer.status_code == 403
    assert "not approved" in answer.content.decode()
    assert not Group.plain.exists()


def test_a_suspended_organisation_is_told_why(
    owner_browser: Client, organisation: Organisation, operator_user: User
) -> None:
    operator.suspend(user=operator_user, organisation=organisation, reason="The name is not yours.")
    for address in ("/start/", "/console/nordhaven/"):
        assert "The name is not yours." in owner_browser.get(address).content.decode()
    answer = owner_browser.post("/console/nordhaven/settings/", {"name": "X"})
    assert (answer.status_code, "The name is not yours." in answer.content.decode()) == (403, True)


def invited(owner_browser: Client, email: str) -> str:
    """The path in the mail that the invitation page sends."""
    answer = owner_browser.post(
        "/console/nordhaven/members/invite/", {"email": email, "roles": ["author", "awarder"]}
    )
    assert answer.status_code == 302
    run_pending()
    assert mail.outbox[-1].to == [email]
    link = next(one for one in links_in(mail.outbox[-1].body) if one.startswith("/invitation/"))
    return urlsplit(link).path


def test_an_invitation_is_accepted_by_its_reader(
    owner_browser: Client, make_user: Callable[..., User], browser: Browser, client: Client
) -> None:
    path = invited(owner_browser, "ann@example.org")
    before = client.get(path).content.decode()
    assert f"/accounts/login/?next={path.replace('/', '%2F')}" in before
    assert f"/accounts/signup/?next={path.replace('/', '%2F')}" in before
    assert client.post(path).headers["location"].startswith("/accounts/login/?next=/invitation/")
    ann = make_user("ann@example.org")
    assert browser(ann).post(path).headers["location"] == "/console/nordhaven/"
    assert Member.plain.get(user=ann).roles == ["author", "awarder"]
    assert browser(ann).get(path).status_code == 404


def test_an_invitation_for_another_address_explains_itself(
    owner_browser: Client, make_user: Callable[..., User], browser: Browser
) -> None:
    path = invited(owner_browser, "ann@example.org")
    other = browser(make_user("eve@example.org"))
    assert "signed in with another address" in other.get(path).content.decode()
    assert other.post(path).status_code == 403
    assert Member.plain.filter(user__email="eve@example.org").count() == 0


def test_a_waiting_invitation_is_shown_and_accepted_without_the_mail(
    owner_browser: Client, make_user: Callable[..., User], browser: Browser, organisation: Organisation
) -> None:
    by = services.membership(User.objects.get(memberships__roles=["owner"]).pk, "nordhaven").actor()
    with scopes.organisation(organisation.pk):
        row, _token = services.invite(by=by, email="ann@example.org", roles=["auditor"], now=timezone.now())
    client = browser(make_user("ann@example.org"))
    assert str(row.pk) in client.get("/start/").content.decode()
    stranger = browser(make_user("eve@example.org"))
    assert stranger.post("/start/organisations/", {"invitation": str(row.pk)}).status_code == 404
    answer = client.post("/start/organisations/", {"invitation": str(row.pk)})
    assert answer.headers["location"] == "/console/nordhaven/"


@pytest.mark.parametrize("case", ["withdrawn", "old", "nonsense"])
def test_invitations_that_are_no_longer_open(
    case: str, owner_browser: Client, organisation: Organisation, client: Client
) -> None:
    by = services.membership(User.objects.get().pk, "nordhaven").actor()
    made_at = timezone.now() - dt.timedelta(days=15 if case == "old" else 0)
    with scopes.organisation(organisation.pk):
        row, token = services.invite(by=by, email="ann@example.org", roles=["author"], now=made_at)
    if case == "withdrawn":
        owner_browser.post(f"/console/nordhaven/members/invitations/{row.pk}/withdraw/")
    answer = client.get(f"/invitation/{'x' * 32 if case == 'nonsense' else token}/")
    assert (answer.status_code, "no longer open" in answer.content.decode()) == (404, True)
