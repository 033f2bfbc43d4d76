"""The public addresses of an issuer's documents: JSON for everyone, the same for everyone."""

from __future__ import annotations

import contextvars
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from insignia_server.issuers import addresses, documents, resolver, services, signing
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain

HOME = "/issuers/faculty-of-arts/"


def get(path: str, method: str = "get", **headers: str) -> Any:
    """A request outside of any scope."""
    call: Callable[..., Any] = getattr(Client(), method)
    return contextvars.Context().run(lambda: call(path, headers=headers))


@pytest.mark.parametrize("name", ["did", "keys", "profile"])
def test_each_document_has_its_file(issuer: Issuer, name: str) -> None:
    response = get(f"{HOME}{name}.json")
    assert response.status_code == 200
    assert response.content == resolver.document("faculty-of-arts", name)
    address = {"did": addresses.did_json, "keys": addresses.key_log, "profile": addresses.profile}[name]
    assert address(issuer) == f"https://badges.example.test{HOME}{name}.json"
    assert response["Content-Type"] == "application/json"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["ETag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_who_has_it_gets_304(issuer: Issuer, owner: Actor) -> None:
    etag = get(HOME + "did.json")["ETag"]
    response = get(HOME + "did.json", **{"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["Access-Control-Allow-Origin"]) == (etag, "*")
    assert get(HOME + "did.json", **{"if-none-match": '"x"'}).status_code == 200
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"))
    assert get(HOME + "did.json", **{"if-none-match": etag}).status_code == 200


def test_nothing_is_negotiated(issuer: Issuer) -> None:
    one, two = (
        get(HOME + "did.json", accept="text/html"),
        get(HOME + "did.json", accept="application/did+ld+json"),
    )
    assert (one.content, one["Content-Type"]) == (two.content, two["Content-Type"])


def test_other_methods(issuer: Issuer) -> None:
    head = get(HOME + "did.json", "head")
    assert (head.status_code, head.content) == (200, b"")
    assert get(HOME + "did.json", "options")["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert get(HOME + "did.json", "post").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["did.json", "keys.json", "profile.json", "keys/x.json", "image.png"])
def test_what_is_not_there_says_so_in_json(path: str) -> None:
    response = get(f"/issuers/nobody/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["status"] == 404
    assert response["Access-Control-Allow-Origin"] == "*"


def test_the_jwk_of_an_rsa_key_until_it_is_compromised(issuer: Issuer, owner: Actor) -> None:
    kid = signing.ob_jwt_key(issuer).verification_method
    key = signing.active_key(issuer, "RSA")
    path = kid.removeprefix("https://badges.example.test")
    assert get(path).json() == documents.jwk(key)
    services.report_compromised(by=owner, key=key, since=key.created_at)
    response = get(path)
    assert (response.status_code, response.json()["status"]) == (410, 410)


def test_the_profile_names_proved_domains(issuer: Issuer) -> None:
    Domain.objects.create(
        organisation_id=issuer.organisation_id,
        name="a.example",
        token="t",
        state="proved",
        proved_at=timezone.now(),
    )
    assert get(HOME + "profile.json").json()["otherIdentifier"] == [
        {"type": "IdentifierEntry", "identifier": "a.example", "identifierType": "ext:ProvedDomain"}
    ]


def test_the_picture(issuer: Issuer, owner: Actor) -> None:
    assert get(HOME + "image.png").status_code == 404
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    services.set_issuer_picture(by=owner, issuer=issuer, content=out.getvalue())
    response = get(HOME + "image.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response.content.startswith(b"\x89PNG")
    assert response["Cache-Control"] == "public, max-age=3600"


def test_documents_stay_when_the_issuer_is_archived(issuer: Issuer, owner: Actor) -> None:
    services.archive_issuer(by=owner, issuer=issuer)
    assert get(HOME + "did.json").status_code == 200


def test_documents_cost_few_queries(issuer: Issuer, django_assert_max_num_queries: Any) -> None:
    for name in ("did", "keys", "profile"):
        with django_assert_max_num_queries(3), scopes.crossing("public-pages"):
            get(f"{HOME}{name}.json")
