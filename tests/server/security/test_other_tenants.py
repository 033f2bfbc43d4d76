"""No key of another tenant opens anything, in pages and over the API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from security_world import views

from insignia_server.awarding import batches, claims
from insignia_server.awarding.models import Award
from insignia_server.kit import scopes
from insignia_server.organisations import clients, domains, groups, services
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.people.models import User
from insignia_server.webhooks import services as webhooks

pytestmark = pytest.mark.django_db


# Other tenants


def addresses(prefix: str, keys: list[Any], slug: str) -> Iterator[str]:
    """Every address below a prefix, each of its keys filled in by each of the given keys in turn."""
    for place in sorted({place for place, _view in views()}):
        parts = re.split(r"<(?:\w+:)?(\w+)>", place.strip("^$"))
        if not place.startswith(prefix) or not set(parts[1::2]) - {"organisation"}:
            continue
        for key in keys:
            names = [{"organisation": slug, "form": "csv"}.get(name, str(key)) for name in parts[1::2]]
            yield "/" + "".join(text + name for text, name in zip(parts[::2], [*names, ""], strict=True))


@pytest.fixture
def foreign_keys(hostile: Award, owner: Actor, scoped: Organisation) -> list[Any]:
    """The keys of one row of each kind, of Nordhaven."""
    batch = batches.start_bulk(
        by=owner,
        achievement=hostile.achievement,
        name="b",
        content=b"email,name\nann@example.org,Ann\n",
        file_name="b.csv",
    )
    endpoint, _secret = webhooks.create_endpoint(by=owner, url="https://hooks.example/", events=())
    client, _key = clients.create_client(by=owner, name="c", scopes_=["read"])
    link = claims.open_link(by=owner, achievement=hostile.achievement, name="l")
    group = groups.create_group(by=owner, name="g")
    domain = domains.add_domain(by=owner, name="nordhaven.example")
    invitation, _token = services.invite(
        by=owner, email="new@example.org", roles=["auditor"], now=timezone.now()
    )
    rows = [
        hostile,
        hostile.achievement,
        hostile.achievement.issuer,
        batch,
        endpoint,
        client,
        link,
        group,
        domain,
    ]
    rows += [invitation, Member.objects.get(), webhooks.send_test(by=owner, endpoint=endpoint)]
    return [row.pk for row in rows]


def test_no_key_of_another_tenant_opens_anything(
    client: Client, foreign_keys: list[Any], make_organisation: Callable[..., Organisation]
) -> None:
    """'An unscoped query raises; a foreign object is 404' (issue 3)."""
    make_organisation("kestrel", "Kestrel Works")
    client.force_login(User.objects.get(email="owner@kestrel.example"))
    tried = 0
    for address in addresses("console/", foreign_keys, "kestrel"):
        for method in (client.get, client.post):
            tried += 1
            answer = method(address)
            assert answer.status_code in (404, 405), (method.__name__, address)
    assert tried > 500
    for address in addresses("console/", foreign_keys[:1], "nordhaven"):
        assert client.get(address).status_code in (404, 405), address


def test_no_key_of_another_tenant_opens_anything_over_the_api(
    client: Client, foreign_keys: list[Any], make_organisation: Callable[..., Organisation]
) -> None:
    kestrel = make_organisation("kestrel", "Kestrel Works")
    actor = Member.plain.get(organisation=kestrel).actor()
    with scopes.organisation(kestrel.pk):
        _client, key = clients.create_client(
            by=actor, name="all", scopes_=list(actor.permissions), a_minute=100_000
        )
    given: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {key}"},
        "content_type": "application/json",
    }
    body: dict[str, Any] = {"data": {}}
    tried = 0
    for address in addresses("api/", foreign_keys, "kestrel"):
        for method in (client.get, client.post, client.patch, client.put, client.delete):
            tried += 1
            answer = method(address, **(body if method != client.get else {}), **given)
            # Of the operator's API such a key opens nothing at all.
            refused = (401, 405) if address.startswith("/api/operator/") else (400, 404, 405, 422)
            assert answer.status_code in refused, (
                method.__name__,
                address,
                answer.content[:200],
            )
    assert tried > 500
