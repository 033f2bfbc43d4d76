"""Badges of Open Badges 2.0 on the verify page: a job fetches, and the page tells the truth about them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from insignia.errors import ResolveError
from insignia.resolver import MapResolver
from insignia_server.kit.fetch import Fetched
from insignia_server.verifier import services
from insignia_server.verifier.models import Verification, VerificationState

HOST = "https://badges.example.org"
CONTEXT = "https://w3id.org/openbadges/v2"
ASSERTION = {
    "@context": CONTEXT,
    "type": "Assertion",
    "id": f"{HOST}/ann.json",
    "recipient": {"type": "email", "hashed": False, "identity": "ann@example.org"},
    "badge": f"{HOST}/badge.json",
    "issuedOn": "2024-03-21T10:00:00Z",
    "verification": {"type": "hosted"},
}
DOCUMENTS: dict[str, Any] = {
    ASSERTION["id"]: ASSERTION,
    f"{HOST}/badge.json": {
        "@context": CONTEXT,
        "type": "BadgeClass",
        "id": f"{HOST}/badge.json",
        "name": "Bicycle repair",
        "description": "Can repair a bicycle.",
        "image": f"{HOST}/badge.png",
        "criteria": {"narrative": "Mend a tyre."},
        "issuer": f"{HOST}/issuer.json",
    },
    f"{HOST}/issuer.json": {
        "@context": CONTEXT,
        "type": "Issuer",
        "id": f"{HOST}/issuer.json",
        "name": "Cycling School",
        "url": HOST,
        "email": "school@example.org",
    },
}


def answered(client: Client, content: str, resolver: Any, get: Any = None) -> str:
    """The page after the job."""
    client.post("/verify/", {"text": content}, follow=True)
    row = Verification.objects.get()
    assert row.state == VerificationState.WAITING  # no request waits for another server
    services.run(row, now=timezone.now(), resolver=resolver, **({"get": get} if get else {}))
    assert row.state == VerificationState.DONE
    return client.get(f"/verify/{row.pk}/").content.decode()


@pytest.mark.django_db
def test_a_hosted_badge(client: Client) -> None:
    text = answered(client, json.dumps(ASSERTION), MapResolver(DOCUMENTS))
    assert "“Bicycle repair” was issued by Cycling School to ann@example.org" in text
    assert "It is published at its own address" in text
    assert "it is not signed" in text
    assert "signed exactly this text" not in text
    assert f"published in the name of {HOST}/issuer.json" in text


@pytest.mark.django_db
def test_an_address_that_is_gone(client: Client) -> None:
    """Open Badges 2.0: "To mark a hosted assertion as revoked, respond with an HTTP Status of 410 Gone"."""

    class Gone(MapResolver):
        def resolve(self, url: str, purpose: Any) -> Any:
            raise ResolveError.at(url, expected="a document", got="status 410", code=ResolveError.GONE)

    def get(url: str, **_: Any) -> Fetched:
        raise ResolveError.at(url, expected="a document", got="status 410", code=ResolveError.GONE)

    text = answered(client, f"{HOST}/gone.json", Gone({}), get)
    assert "It was revoked by its issuer" in text
    assert "What this proves" not in text


@pytest.mark.django_db
def test_an_address_that_cannot_be_fetched(client: Client) -> None:
    def get(url: str, **_: Any) -> Fetched:
        raise ResolveError.at(url, expected="a document", got="nothing", code=ResolveError.TIMEOUT)

    client.post("/verify/", {"text": f"{HOST}/gone.json"}, follow=True)
    row = Verification.objects.get()
    services.run(row, now=timezone.now(), resolver=MapResolver({}), get=get)
    assert row.state == VerificationState.FAILED
