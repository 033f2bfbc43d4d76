"""API keys, webhooks, the audit log: secrets shown once, answers shown verbatim, names only of members."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from insignia_server.audit import services as audit
from insignia_server.audit.models import Entry
from insignia_server.organisations.clients import find_client
from insignia_server.organisations.models import ApiClient, Organisation
from insignia_server.people.models import User
from insignia_server.webhooks.models import Delivery, Endpoint

BASE = "/console/nordhaven/"


def test_a_key_is_shown_once_and_works_until_it_is_revoked(owner_browser: Client) -> None:
    values = {"name": "Campus management", "scopes": ["read", "awards.write"], "a_minute": "60"}
    page = owner_browser.post(f"{BASE}clients/new/", values, follow=True).content.decode()
    row = ApiClient.plain.get()
    found = re.search(rf"insignia_{row.public_part}_[\w-]+", page)
    assert found
    assert find_client(found[0]) == row
    assert found[0] not in owner_browser.get(f"{BASE}clients/{row.pk}/").content.decode()
    assert found[0] not in str(dict(owner_browser.session))
    assert (row.scopes, row.a_minute) == (["awards.write", "read"], 60)
    owner_browser.post(f"{BASE}clients/{row.pk}/revoke/")
    assert find_client(found[0]) is None


def test_a_key_needs_a_name_and_something_to_do(owner_browser: Client) -> None:
    answer = owner_browser.post(f"{BASE}clients/new/", {"name": "", "a_minute": "0"})
    assert set(answer.context["form"].errors) == {"name", "scopes", "a_minute"}


@pytest.fixture
def endpoint(owner_browser: Client) -> Endpoint:
    """A webhook, made in the browser."""
    owner_browser.post(
        f"{BASE}webhooks/new/", {"url": "https://sis.example/hook", "events": ["award.issued"]}
    )
    return Endpoint.objects.get()


def test_a_webhooks_secret_is_shown_once_and_can_be_changed(
    owner_browser: Client, endpoint: Endpoint
) -> None:
    address = f"{BASE}webhooks/{endpoint.pk}/"
    first = re.findall(r"whsec_[\w+/=]+", owner_browser.get(address).content.decode())
    assert first
    assert "whsec_" not in owner_browser.get(address).content.decode()
    changed = owner_browser.post(f"{address}secret/", follow=True).content.decode()
    assert re.findall(r"whsec_[\w+/=]+", changed)[0] != first[0]


@pytest.mark.parametrize("url", ["http://sis.example/hook", "ftp://sis.example", "https://", "sis"])
def test_a_webhook_needs_https(url: str, owner_browser: Client) -> None:
    answer = owner_browser.post(f"{BASE}webhooks/new/", {"url": url})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["url"])
    assert not Endpoint.objects.exists()


def test_a_test_event_and_its_answer(owner_browser: Client, endpoint: Endpoint) -> None:
    answer = owner_browser.post(f"{BASE}webhooks/{endpoint.pk}/test/")
    delivery = Delivery.objects.get()
    assert answer.headers["location"] == f"{BASE}webhooks/deliveries/{delivery.pk}/"
    assert 'hx-trigger="every 2s"' in owner_browser.get(answer.headers["location"]).content.decode()
    delivery.state, delivery.status, delivery.attempts = "failed", 500, 10
    delivery.answer = "<script>alert(1)</script>"
    delivery.save()
    page = owner_browser.get(answer.headers["location"]).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    owner_browser.post(f"{BASE}webhooks/deliveries/{delivery.pk}/replay/")
    assert set(Delivery.objects.values_list("event_id", flat=True)) == {delivery.event_id}
    assert Delivery.objects.count() == 2
    listed = owner_browser.get(f"{BASE}webhooks/{endpoint.pk}/?state=failed").content.decode()
    assert listed.count("webhooks/deliveries/") == 1


def test_a_webhook_is_switched_off_and_removed(owner_browser: Client, endpoint: Endpoint) -> None:
    owner_browser.post(f"{BASE}webhooks/{endpoint.pk}/enable/", {"enabled": "no"})
    endpoint.refresh_from_db()
    assert endpoint.disabled_at
    owner_browser.post(f"{BASE}webhooks/{endpoint.pk}/enable/", {"enabled": "yes"})
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    owner_browser.post(f"{BASE}webhooks/{endpoint.pk}/remove/")
    assert not Endpoint.objects.exists()


def test_the_audit_log_names_members_until_the_mapping_is_gone(
    owner_browser: Client, its_owner: User, make_user: Callable[..., User], organisation: Organisation
) -> None:
    its_owner.name = "Ines Alvarado"
    its_owner.save()
    owner_browser.post(f"{BASE}groups/new/", {"name": "Class"})
    page = owner_browser.get(f"{BASE}audit/?action=group").content.decode()
    assert "group.create" in page
    assert page.count("Ines Alvarado") == 2  # the menu, and the entry
    audit.erase(its_owner.pk)
    page = owner_browser.get(f"{BASE}audit/?action=group").content.decode()
    assert "group.create" in page
    assert page.count("Ines Alvarado") == 1


def test_the_audit_log_is_filtered_and_of_one_organisation(
    owner_browser: Client, organisation: Organisation, make_organisation: Callable[..., Organisation]
) -> None:
    owner_browser.post(f"{BASE}groups/new/", {"name": "Class"})
    entry = Entry.objects.get(action="group.create")
    Entry.objects.filter(pk=entry.pk).update(organisation_id=make_organisation("kestrel").pk)
    assert "group.create" not in owner_browser.get(f"{BASE}audit/").content.decode()
    Entry.objects.filter(pk=entry.pk).update(organisation_id=organisation.pk)
    assert "Nothing found" in owner_browser.get(f"{BASE}audit/?action=domain").content.decode()
    assert "group.create" in owner_browser.get(f"{BASE}audit/?subject={entry.subject}").content.decode()
    assert "group.create" in owner_browser.get(f"{BASE}audit/?action=nonsense&after=x").content.decode()
