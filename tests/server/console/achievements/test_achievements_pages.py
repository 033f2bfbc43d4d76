"""Pages of the console where achievements are written, published and looked after."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from achievement_pages import COMPLETE, address, newest, target
from django.test import Client

from insignia_server.achievements import services
from insignia_server.achievements.definition import (
    Definition,
)
from insignia_server.achievements.models import Achievement
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.organisations.models import Member, Organisation, OrganisationState
from insignia_server.people.models import User

# Who comes in

PAGES = ["detail", "edit", "picture", "image", "preview", "json", "history", "publish", "archive", "discard"]
POSTS = ["autosave", "unarchive", "clone", "share"]
ROLES = {
    "owner": {*PAGES, *POSTS, "list", "new"},
    "author": {*PAGES, *POSTS, "list", "new"},
    "awarder": {"detail", "image", "preview", "json", "history", "list"},
    "approver": {"detail", "image", "preview", "json", "history", "list"},
    "auditor": {"detail", "image", "preview", "json", "history", "list"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_page_for_each_role(
    client: Client,
    make: Callable[..., Achievement],
    organisation: Organisation,
    make_user: Callable[..., User],
    role: str,
) -> None:
    row = make(publish=True)
    with scopes.organisation(organisation.pk):
        services.share(by=Member.plain.get(organisation=organisation).actor(), achievement=row, shared=True)
    user = make_user(f"{role}@n.example")
    Member.plain.create(organisation=organisation, user=user, roles=[role])
    client.force_login(user)
    for name in [*PAGES, "list", "new"]:
        target = None if name in ("list", "new") else row
        assert client.get(address(name, target)).status_code == (200 if name in ROLES[role] else 403), name
    for name in POSTS:
        status = client.post(address(name, row)).status_code
        assert (status in (200, 302)) == (name in ROLES[role]), name
        assert client.get(address(name, row)).status_code == 405, name


def test_strangers_find_nothing(
    client: Client,
    make: Callable[..., Achievement],
    make_user: Callable[..., User],
    make_organisation: Callable[..., Organisation],
) -> None:
    row = make(publish=True)
    for name in [*PAGES, *POSTS]:
        assert client.post(address(name, row)).status_code in (302, 405), "an unknown visitor signs in first"
    client.force_login(make_user("stranger@x.example"))
    for name in PAGES:
        assert client.get(address(name, row)).status_code == 404, name
    other = make_organisation("other", "Other")
    client.force_login(User.objects.get(email="owner@other.example"))
    for name in PAGES:
        assert client.get(address(name, row, other.slug)).status_code == 404, name


def test_a_suspended_tenant_reads_and_changes_nothing(
    page: Client, make: Callable[..., Achievement], organisation: Organisation
) -> None:
    row = make()
    Organisation.plain.update(state=OrganisationState.SUSPENDED)
    assert page.get(address("edit", row)).status_code == 200
    assert page.post(address("edit", row), {"name": "x"}).status_code == 403
    assert newest(row).name == "Data Literacy"


# Lists


def test_the_list_filters_and_searches(
    page: Client, make: Callable[..., Achievement], organisation: Organisation
) -> None:
    make(replace(COMPLETE, name="Ship Stability", human_code="MAR-7"), publish=True)
    make(Definition(name="Sailing"))
    gone = make(replace(COMPLETE, name="Knots"), publish=True)
    page.post(address("archive", gone))

    def names(query: str) -> set[str]:
        content = page.get(address("list") + query).content.decode()
        return {name for name in ("Ship Stability", "Sailing", "Knots") if f">{name}</a>" in content}

    assert names("") == {"Ship Stability", "Sailing"}
    assert names("?state=all") == {"Ship Stability", "Sailing", "Knots"}
    assert names("?state=archived") == {"Knots"}
    assert names("?state=draft") == {"Sailing"}
    assert names("?q=mar-7") == {"Ship Stability"}
    assert names("?issuer=nordhaven&q=sail") == {"Sailing"}
    assert names("?issuer=nobody") == set()
    assert "Nothing found" in page.get(address("list") + "?q=zebra").content.decode()


def test_a_list_of_none_says_what_to_do(page: Client, issuer: Issuer) -> None:
    content = page.get(address("list")).content.decode()
    assert "No achievements yet" in content
    assert address("new") in content


def test_a_long_list_has_pages(
    page: Client, make: Callable[..., Achievement], monkeypatch: pytest.MonkeyPatch
) -> None:
    from insignia_server.console.achievements import views

    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(5):
        make(Definition(name=f"Badge {number}"))
    seen, query = [], "?q=Badge"
    for _page in range(3):
        content = page.get(address("list") + query).content.decode()
        seen += re.findall(r">(Badge \d)</a>", content)
        older = re.search(r'href="(\?[^"]*after=[^"]*)"', content)
        query = html.unescape(older[1]) if older else ""
    assert seen == ["Badge 4", "Badge 3", "Badge 2", "Badge 1", "Badge 0"]
    assert query == ""


# New


def test_a_new_achievement(page: Client, organisation: Organisation, issuer: Issuer) -> None:
    assert page.get(address("new")).status_code == 200
    answer = page.post(address("new"), {"name": " ", "issuer": issuer.pk, "framework": "eu-microcredential"})
    assert "field--bad" in answer.content.decode()
    answer = page.post(
        address("new"), {"name": "Sailing", "issuer": issuer.pk, "framework": "eu-microcredential"}
    )
    made = Achievement.plain.get()
    assert target(answer) == address("edit", made)
    assert (made.name, made.framework, made.issuer_id) == ("Sailing", "eu-microcredential", issuer.pk)
    assert newest(made).in_language == organisation.language


def test_without_an_issuer_profile_the_page_says_so(page: Client) -> None:
    assert "No issuer profile yet" in page.get(address("new")).content.decode()
