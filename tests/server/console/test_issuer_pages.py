"""Issuer profiles in the browser: fields, picture, domain, keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.organisations.models import Domain, DomainState, Organisation
from insignia_server.people.models import User
from server.console.conftest import SVG

BASE = "/console/nordhaven/issuers/"
NO_ROWS = {"languages-TOTAL_FORMS": "0", "languages-INITIAL_FORMS": "0"}
PROFILE = {
    "name": "Faculty of Computing",
    "slug": "computing",
    "url": "https://nordhaven.example/computing",
    "email": "badges@nordhaven.example",
    "linkedin": "https://www.linkedin.com/company/1337/",
    "ror": "02mhbdp94",
    "others": "VAT: DE123456789\n\nISNI: 0000 0001 2150 090X",
    "languages-TOTAL_FORMS": "2",
    "languages-INITIAL_FORMS": "0",
    "languages-0-language": "de",
    "languages-0-name": "Fakultät für Informatik",
}


@pytest.fixture
def issuer(owner_browser: Client) -> Issuer:
    """A profile, made in the browser."""
    answer = owner_browser.post(f"{BASE}new/", PROFILE)
    assert answer.headers["location"] == f"{BASE}computing/picture/"
    return Issuer.plain.get()


def test_every_field_is_kept_and_comes_back_to_be_changed(owner_browser: Client, issuer: Issuer) -> None:
    assert issuer.identifiers == [
        {"type": "linkedin", "value": "1337"},
        {"type": "ror", "value": "https://ror.org/02mhbdp94"},
        {"type": "VAT", "value": "DE123456789"},
        {"type": "ISNI", "value": "0000 0001 2150 090X"},
    ]
    assert issuer.languages == {"de": {"name": "Fakultät für Informatik"}}
    page = owner_browser.get(f"{BASE}computing/edit/")
    form, languages = page.context["form"], page.context["languages"]
    again = {name: form[name].value() or "" for name in form.fields}
    again |= {
        f"languages-{number}-{name}": row[name].value() or ""
        for number, row in enumerate(languages)
        for name in row.fields
    }
    again |= {"languages-TOTAL_FORMS": str(len(languages.forms)), "languages-INITIAL_FORMS": "1"}
    before = {name: getattr(issuer, name) for name in ("name", "url", "email", "identifiers", "languages")}
    assert owner_browser.post(f"{BASE}computing/edit/", again).status_code == 302
    issuer.refresh_from_db()
    assert {name: getattr(issuer, name) for name in before} == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Give the issuer a name: who signs?"),
        ("slug", "Not A Slug!", "small letters"),
        ("url", "nordhaven", "Expected: https://www.example.edu."),
        ("email", "nobody", "Write an email address."),
        ("phone", "call me", "Write a telephone number."),
        ("linkedin", "nordhaven", "number of the LinkedIn page"),
        ("ror", "02mhbdp95", "check digits do not fit"),
        ("ctid", "ce-1", "ce- and a UUID"),
        ("others", "VAT: DE1\nnothing", "Line 2:"),
    ],
)
def test_what_is_wrong_stands_beside_its_own_field(
    field: str, value: str, words: str, owner_browser: Client
) -> None:
    answer = owner_browser.post(f"{BASE}new/", {**PROFILE, field: value})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert "Fakultät für Informatik" in answer.content.decode()
    assert not Issuer.plain.exists()


def test_a_text_in_another_language_needs_its_language(owner_browser: Client) -> None:
    answer = owner_browser.post(f"{BASE}new/", {**PROFILE, "languages-0-language": ""})
    assert answer.context["languages"].forms[0].errors == {
        "language": ["Choose the language of these texts."]
    }


def test_a_circle_of_parents_is_refused(owner_browser: Client, issuer: Issuer) -> None:
    owner_browser.post(f"{BASE}new/", {"name": "Lab", "slug": "lab", "parent": issuer.pk, **NO_ROWS})
    lab = Issuer.plain.get(slug="lab")
    values = {"name": "Faculty", "parent": lab.pk, **NO_ROWS}
    answer = owner_browser.post(f"{BASE}computing/edit/", values)
    assert "belongs to" in answer.context["form"].errors["parent"][0]


def test_a_picture_is_cleaned_shown_and_taken_away(owner_browser: Client, issuer: Issuer) -> None:
    address = f"{BASE}computing/picture/"
    assert owner_browser.get(f"{BASE}computing/image/").status_code == 404
    owner_browser.post(address, {"picture": SimpleUploadedFile("a.svg", SVG)})
    answer = owner_browser.get(f"{BASE}computing/image/")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["x-content-type-options"] == "nosniff"
    bad = owner_browser.post(address, {"picture": SimpleUploadedFile("a.png", b"no picture")})
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["picture"])
    owner_browser.post(address, {"remove": "yes"})
    assert owner_browser.get(f"{BASE}computing/image/").status_code == 404


@pytest.fixture
def domain(organisation: Organisation) -> Domain:
    """A domain that is proved."""
    row: Domain = Domain.plain.create(
        organisation=organisation,
        name="nordhaven.example",
        token="t",
        state=DomainState.PROVED,
        proved_at=timezone.now(),
    )
    return row


def test_the_did_moves_to_an_own_domain_before_it_is_fixed(
    owner_browser: Client, issuer: Issuer, domain: Domain
) -> None:
    address = f"{BASE}computing/domain/"
    assert owner_browser.post(address, {"domain": "nordhaven.example"}).status_code == 302
    issuer.refresh_from_db()
    assert issuer.did == "did:web:nordhaven.example"
    page = owner_browser.get(address).content.decode()
    assert "https://nordhaven.example/.well-known/did.json" in page
    assert "proxy_pass" in page
    assert owner_browser.post(f"{BASE}computing/domain/check/").status_code == 302
    assert owner_browser.post(address, {"domain": "other.example"}).status_code == 422
    Issuer.plain.update(pinned_at=timezone.now())
    answer = owner_browser.post(address, {"domain": ""})
    assert "fixed since" in answer.context["form"].errors["domain"][0]
    assert "This identifier is fixed since" in owner_browser.get(address).content.decode()


def active(algorithm: str) -> SigningKey:
    row: SigningKey = SigningKey.plain.get(algorithm=algorithm, state=KeyState.ACTIVE)
    return row


def test_a_key_is_rotated_once(owner_browser: Client, issuer: Issuer) -> None:
    old = active("Ed25519")
    address = f"{BASE}computing/keys/{old.pk}/rotate/"
    assert owner_browser.post(address).status_code == 302
    old.refresh_from_db()
    assert (old.state, active("Ed25519").pk != old.pk) == (KeyState.RETIRED, True)
    again = owner_browser.post(address)
    assert (again.status_code, "Only a key that signs" in again.content.decode()) == (422, True)


def test_a_compromised_key_is_reported_with_its_consequences(owner_browser: Client, issuer: Issuer) -> None:
    bad = active("Ed25519")
    address = f"{BASE}computing/keys/{bad.pk}/compromised/"
    assert "This cannot be undone." in owner_browser.get(address).content.decode()
    since = (timezone.now() - dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    unsure = owner_browser.post(address, {"since": since})
    assert list(unsure.context["form"].errors) == ["sure"]
    later = (timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    future = owner_browser.post(address, {"since": later, "sure": "on"})
    assert "not in the future" in future.context["form"].errors["since"][0]
    assert owner_browser.post(address, {"since": since, "sure": "on"}).status_code == 302
    bad.refresh_from_db()
    assert bad.state == KeyState.COMPROMISED
    page = owner_browser.get(f"{BASE}computing/keys/").content.decode()
    assert "A key of this issuer is compromised" in page
    assert active("Ed25519").fragment[:15] in page


def test_another_kind_of_key(owner_browser: Client, issuer: Issuer) -> None:
    address = f"{BASE}computing/keys/add/"
    owner_browser.post(address, {"algorithm": "RSA"})
    assert active("RSA")
    for algorithm, words in (("RSA", "Rotate it instead"), ("DES", "Choose one of")):
        assert words in owner_browser.post(address, {"algorithm": algorithm}, follow=True).content.decode()


def test_archive_and_back(owner_browser: Client, issuer: Issuer) -> None:
    owner_browser.post(f"{BASE}computing/archive/", {"archive": "yes"})
    issuer.refresh_from_db()
    assert issuer.archived_at
    owner_browser.post(f"{BASE}computing/archive/", {"archive": "no"})
    issuer.refresh_from_db()
    assert issuer.archived_at is None


def test_readers_see_no_buttons(
    issuer: Issuer, member: Callable[..., User], browser: Callable[[User], Client]
) -> None:
    client = browser(member("auditor"))
    for address, words in (("computing/", "/edit/"), ("computing/keys/", "/rotate/"), ("", "/new/")):
        answer: Any = client.get(BASE + address)
        assert (answer.status_code, words in answer.content.decode()) == (200, False)
