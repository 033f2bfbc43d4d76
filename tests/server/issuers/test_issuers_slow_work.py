"""Issue 3: 'write transactions there stay under 200 ms': an RSA key is made before its transaction begins."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from insignia_server.issuers import pictures, services, signing
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each RSA key that is made: whether a transaction was open."""
    found: list[bool] = []
    real = signing.rsa.generate_private_key

    def generate(**options: Any) -> Any:
        found.append(connection.in_atomic_block)
        return real(**options)

    monkeypatch.setattr(signing.rsa, "generate_private_key", generate)
    return found


@pytest.fixture
def faculty(scoped: Organisation, owner: Actor) -> Issuer:
    """The Faculty of Arts."""
    return services.create_issuer(by=owner, name="Faculty of Arts", now=NOW)


def test_no_rsa_key_is_made_within_a_transaction(faculty: Issuer, owner: Actor, made: list[bool]) -> None:
    first = services.add_key(by=owner, issuer=faculty, algorithm="RSA", now=NOW)
    second = services.rotate_key(by=owner, key=first, now=NOW)
    third = services.report_compromised(by=owner, key=second, since=NOW, now=NOW)
    assert made == [False] * 3
    states = dict(SigningKey.objects.filter(algorithm="RSA").values_list("pk", "state"))
    assert [states[one.pk] for one in (first, second, third)] == ["retired", "compromised", "active"]
    first.refresh_from_db()  # retired: no other key is needed
    services.report_compromised(by=owner, key=first, since=NOW, now=NOW)
    assert len(made) == 3


def test_the_first_use_makes_it_before_too(faculty: Issuer, made: list[bool]) -> None:
    signing.ready(faculty, "Ed25519")
    assert made == []
    signing.ready(faculty, "RSA")
    signing.ready(faculty, "RSA")
    assert made == [False]


def test_no_picture_is_drawn_within_a_transaction(
    faculty: Issuer, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[bool] = []
    real = pictures.render_png

    def render(*given: Any) -> bytes:
        drawn.append(connection.in_atomic_block)
        return real(*given)

    monkeypatch.setattr(pictures, "render_png", render)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'
    services.set_issuer_picture(by=owner, issuer=faculty, content=svg)
    assert drawn == [False]
    assert Issuer.objects.get(pk=faculty.pk).picture.endswith(".png")
