"""Home, settings, members, groups, domains."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from insignia_server.awarding.models import Batch, BatchState
from insignia_server.kit import scopes
from insignia_server.organisations import domains
from insignia_server.organisations.models import Domain, DomainState, Group, GroupMember, Member, Organisation
from insignia_server.people.models import User
from insignia_server.webhooks.models import Endpoint

BASE = "/console/nordhaven/"
Browser = Callable[[User], Client]
SETTINGS = {
    "name": "Nordhaven",
    "language": "de",
    "time_zone": "Europe/Berlin",
    "day_first": "day",
    "reply_to": "answers@nordhaven.example",
    "hold_minutes": "30",
    "approval_from": "50",
}


def text(client: Client, path: str = "") -> str:
    """A page of the console."""
    answer = client.get(BASE + path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_new_organisation_is_shown_the_first_steps(owner_browser: Client) -> None:
    page = text(owner_browser)
    assert "Four steps to the first badge" in page
    assert f'href="{BASE}issuers/new/"' in page


def test_home_after_the_first_award(owner_browser: Client, world: dict[str, Any]) -> None:
    page = text(owner_browser)
    assert "Four steps" not in page
    assert "ada@example.org" in page
    assert "1 domain is not proved" in page


@pytest.fixture
def busy(organisation: Organisation) -> None:
    """A batch that is being signed, and a webhook that fails."""
    Batch.plain.create(organisation=organisation, name="July", state=BatchState.SIGNING)
    row = Endpoint(organisation_id=organisation.pk, url="https://sis.example", sealed_secret=b"x")
    row.failing_since = timezone.now()
    row.save()


def test_work_and_failing_webhooks_are_told(owner_browser: Client, busy: None) -> None:
    page = text(owner_browser)
    assert "1 batch is in work" in page
    assert "1 webhook is failing" in page


def test_what_waits_is_told_to_those_who_can_act(
    organisation: Organisation, member: Callable[..., User], browser: Browser
) -> None:
    Batch.plain.create(organisation=organisation, name="June", state=BatchState.APPROVAL)
    assert "1 batch waits for approval" in text(browser(member("approver")))
    assert "waits for approval" not in text(browser(member("author")))


def test_navigation_shows_what_the_roles_allow(
    member: Callable[..., User], browser: Browser, owner_browser: Client
) -> None:
    pages = {"owner": text(owner_browser)}
    pages |= {role: text(browser(member(role))) for role in ("author", "auditor")}
    shown = {
        name: {role for role, page in pages.items() if f'href="{BASE}{name}/"' in page}
        for name in ("settings", "clients", "webhooks", "audit", "members", "groups")
    }
    assert shown == {
        "settings": {"owner"},
        "clients": {"owner"},
        "webhooks": {"owner"},
        "audit": {"owner", "auditor"},
        "members": {"owner", "author", "auditor"},
        "groups": {"owner", "author", "auditor"},
    }


def test_settings_are_saved_and_shown(owner_browser: Client, organisation: Organisation) -> None:
    assert owner_browser.post(f"{BASE}settings/", SETTINGS).status_code == 302
    organisation.refresh_from_db()
    saved = {name: getattr(organisation, name) for name in SETTINGS}
    changed = {"day_first": True, "hold_minutes": 30, "approval_from": 50}
    assert saved == {**SETTINGS, **changed}
    look = {"accent": "#E8A33D", "public_theme": "auto"}
    assert owner_browser.post(f"{BASE}settings/look/", look).status_code == 302
    page = text(owner_browser, "settings/look/")
    assert "/theme/e8a33d.css" in page
    assert "contrast of only 2.2 to 1" in page


def test_one_picture_that_is_refused_leaves_the_whole_look_as_it_was(
    owner_browser: Client, organisation: Organisation
) -> None:
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>'
    good = SimpleUploadedFile("logo.svg", drawn)
    bad = SimpleUploadedFile("cover.png", b"no picture")
    sent = {"accent": "#e8a33d", "public_theme": "dark", "logo": good, "cover": bad}
    answer = owner_browser.post(f"{BASE}settings/look/", sent)
    assert answer.status_code == 422
    assert "Choose a PNG, JPEG, WebP or SVG picture." in answer.content.decode()
    assert "logo.png" not in answer.content.decode()
    organisation.refresh_from_db()
    assert (organisation.logo, organisation.accent) == ("", "")


def test_the_enter_key_saves_the_look_and_removes_nothing(owner_browser: Client) -> None:
    """HTML 4.10.21.2, implicit submission: "the first submit button in tree order whose form owner is that
    form element" is pressed."""
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>'
    sent = {"public_theme": "auto", "logo": SimpleUploadedFile("logo.svg", drawn)}
    assert owner_browser.post(f"{BASE}settings/look/", sent).status_code == 302
    page = text(owner_browser, "settings/look/").partition('enctype="multipart/form-data"')[2]
    buttons = re.findall(r'<button[^>]*type="submit"[^>]*>', page)
    assert 'name="remove"' not in buttons[0]
    assert any('value="logo"' in one for one in buttons)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Give the organisation a name."),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
        ("hold_minutes", "-1", "greater than or equal to 0"),
        ("approval_from", "0", "greater than or equal to 1"),
        ("reply_to", "nobody", "valid email address"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    field: str, value: str, words: str, owner_browser: Client
) -> None:
    answer = owner_browser.post(f"{BASE}settings/", {**SETTINGS, field: value})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    other = "reply_to" if field != "reply_to" else "name"
    assert f'value="{SETTINGS[other]}"' in answer.content.decode()


def test_roles_are_changed_but_the_last_owner_stays(
    owner_browser: Client, its_owner: User, member: Callable[..., User]
) -> None:
    author, mine = Member.plain.get(user=member("author")), Member.plain.get(user=its_owner)
    owner_browser.post(f"{BASE}members/{author.pk}/", {"roles": ["auditor", "approver"]})
    author.refresh_from_db()
    assert author.roles == ["approver", "auditor"]
    answer = owner_browser.post(f"{BASE}members/{mine.pk}/", {"roles": ["author"]})
    assert "needs an owner" in answer.context["form"].errors["roles"][0]
    own = owner_browser.post(f"{BASE}members/{mine.pk}/remove/")
    assert (own.status_code, "needs an owner" in own.content.decode()) == (422, True)
    assert owner_browser.post(f"{BASE}members/{author.pk}/remove/").status_code == 302
    assert not Member.plain.filter(pk=author.pk).exists()
    assert "needs an owner" in owner_browser.post(f"{BASE}members/leave/").content.decode()


def test_who_leaves_is_out(member: Callable[..., User], browser: Browser) -> None:
    client = browser(member("author"))
    assert client.post(f"{BASE}members/leave/").headers["location"] == "/start/organisations/"
    assert client.get(BASE).status_code == 404


def test_a_member_cannot_be_invited_again(owner_browser: Client, member: Callable[..., User]) -> None:
    member("author")
    values = {"email": "author@nordhaven.example", "roles": ["awarder"]}
    answer = owner_browser.post(f"{BASE}members/invite/", values)
    assert "is a member already" in answer.context["form"].errors["email"][0]


@pytest.fixture
def group(owner_browser: Client) -> Group:
    """A group, made in the browser."""
    answer = owner_browser.post(f"{BASE}groups/new/", {"name": "Class of 2027"})
    group = Group.plain.get()
    assert answer.headers["location"] == f"{BASE}groups/{group.pk}/add/"
    return group


def roster(group: Group) -> dict[str, str]:
    return dict(GroupMember.plain.filter(group=group).values_list("email", "name"))


@pytest.mark.parametrize(
    "pasted",
    [
        "Ada Lovelace <ada@example.org>\nGrace Hopper <grace@example.org>",
        "ada@example.org, Ada Lovelace\ngrace@example.org, Grace Hopper",
        "Ada Lovelace;ada@example.org\nGrace Hopper;grace@example.org",
        "Name\tE-Mail\nAda Lovelace\tada@example.org\nGrace Hopper\tgrace@example.org",
        "email,given name,family name\nada@example.org,Ada,Lovelace\ngrace@example.org,Grace,Hopper",
    ],
)
def test_a_roster_is_pasted_in_many_ways(pasted: str, owner_browser: Client, group: Group) -> None:
    answer = owner_browser.post(f"{BASE}groups/{group.pk}/add/", {"pasted": pasted})
    assert answer.headers["location"] == f"{BASE}groups/{group.pk}/"
    assert roster(group) == {"ada@example.org": "Ada Lovelace", "grace@example.org": "Grace Hopper"}


def test_problems_of_a_file_are_told_by_line_and_the_rest_is_in(owner_browser: Client, group: Group) -> None:
    content = b"Email;Name\nada@example.org;Ada\nnot-an-address;Bob\n"
    file = SimpleUploadedFile("roster.csv", content)
    answer = owner_browser.post(f"{BASE}groups/{group.pk}/add/", {"file": file})
    page = answer.content.decode()
    assert "Line 3: “not-an-address” is no email address." in page
    assert roster(group) == {"ada@example.org": "Ada"}


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"pasted": ""}, "__all__", "Choose a file or paste a list."),
        ({"pasted": "just some words\nand more of them"}, "pasted", "no column of email addresses"),
        ({"email": "nobody"}, "email", "valid email address"),
    ],
)
def test_what_cannot_be_read_is_refused(
    data: dict[str, str], field: str, words: str, owner_browser: Client, group: Group
) -> None:
    answer = owner_browser.post(f"{BASE}groups/{group.pk}/add/", data)
    assert answer.status_code == 422
    assert words in answer.context["form"].errors[field][0]


def test_a_workbook_that_is_none_is_refused_beside_the_file(owner_browser: Client, group: Group) -> None:
    file = SimpleUploadedFile("roster.xlsx", b"PK\x03\x04 this is no workbook")
    answer = owner_browser.post(f"{BASE}groups/{group.pk}/add/", {"file": file})
    assert list(answer.context["form"].errors) == ["file"]


def test_one_person_comes_and_goes(owner_browser: Client, group: Group) -> None:
    owner_browser.post(f"{BASE}groups/{group.pk}/add/", {"email": "Ada@Example.org", "name": "Ada"})
    person = GroupMember.plain.get()
    assert "Ada" in text(owner_browser, f"groups/{group.pk}/?q=ada")
    assert "Nobody found" in text(owner_browser, f"groups/{group.pk}/?q=zoe")
    owner_browser.post(f"{BASE}groups/{group.pk}/people/{person.pk}/remove/")
    assert roster(group) == {}


def test_groups_are_renamed_and_put_away(owner_browser: Client, group: Group) -> None:
    owner_browser.post(f"{BASE}groups/new/", {"name": "Other"})
    answer = owner_browser.post(f"{BASE}groups/{group.pk}/rename/", {"name": "other"})
    assert "of this name already" in answer.context["form"].errors["name"][0]
    owner_browser.post(f"{BASE}groups/{group.pk}/rename/", {"name": "Class of 2028"})
    owner_browser.post(f"{BASE}groups/{group.pk}/archive/", {"archive": "yes"})
    text(owner_browser, f"groups/{group.pk}/")  # takes the message
    assert "Class of 2028" not in text(owner_browser, "groups/")
    assert "Class of 2028" in text(owner_browser, "groups/?state=archived")
    owner_browser.post(f"{BASE}groups/{group.pk}/archive/", {"archive": "no"})
    assert "Class of 2028" in text(owner_browser, "groups/?q=class")
    assert "Nothing found" in text(owner_browser, "groups/?q=zzz")


def test_a_domain_is_added_with_exact_instructions(owner_browser: Client) -> None:
    answer = owner_browser.post(f"{BASE}domains/add/", {"name": "https://Nordhaven.example/"})
    row = Domain.plain.get()
    assert answer.headers["location"] == f"{BASE}domains/{row.pk}/"
    page = text(owner_browser, f"domains/{row.pk}/")
    for words in (
        "_insignia-challenge.nordhaven.example",
        f"insignia-domain={row.token}",
        "https://nordhaven.example/.well-known/insignia-domain.txt",
    ):
        assert f'data-copy="{words}"' in page


def test_a_wrong_domain_stays_in_its_field(owner_browser: Client) -> None:
    answer = owner_browser.post(f"{BASE}domains/add/", {"name": "not a domain"})
    assert answer.context["form"].errors["name"] == ["Write the domain alone, like example.edu."]
    assert 'value="not a domain"' in answer.content.decode()


def test_the_page_follows_a_check_by_a_job(owner_browser: Client, organisation: Organisation) -> None:
    owner_browser.post(f"{BASE}domains/add/", {"name": "nordhaven.example"})
    row = Domain.plain.get()
    assert "hx-trigger" not in text(owner_browser, f"domains/{row.pk}/")
    owner_browser.post(f"{BASE}domains/{row.pk}/check/")
    assert 'hx-trigger="every 2s"' in text(owner_browser, f"domains/{row.pk}/")
    row.refresh_from_db()
    assert row.state == DomainState.CHECKING
    with scopes.organisation(organisation.pk):
        domains.conclude(row, method="", detail="0 TXT records", now=timezone.now())
        assert "0 TXT records" in text(owner_browser, f"domains/{row.pk}/")
        domains.conclude(row, method="dns", detail="TXT record found", now=timezone.now())
    assert "This domain is yours" in text(owner_browser, f"domains/{row.pk}/")
    assert owner_browser.post(f"{BASE}domains/{row.pk}/remove/").status_code == 302
    assert not Domain.plain.exists()
