"""Sign-in by SAML against an identity provider that runs here, set up as docs/settings.md says."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from driving import Demo, free_port
from instance import OWNER, environment, instance, process, wait
from lxml import etree
from playwright.sync_api import Page, Route, expect
from test_digitalbazaar import install

PACKAGES = {"samlp": "8.0.0"}
SCRIPT = Path(__file__).with_name("saml_provider.cjs")
ACCOUNTS: dict[str, dict[str, Any]] = {
    "ann": {"email": "ann@example.org", "name": "Ann Mbeki", "verified": True},
    "bob": {"email": "bob@example.org", "name": "Bob Stone", "verified": False},
    "owner": {"email": OWNER, "name": "The Owner", "verified": True},
    "tom": {"email": "tom@example.org", "name": "Tom Reed", "verified": True},
}
MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
Stranger = Callable[[str], Page]


@dataclass(frozen=True)
class Place:
    """An instance and its identity provider."""

    demo: Demo
    provider: str

    def said(self) -> str:
        """The log of the instance."""
        return (self.demo.folder / "said.log").read_text()


def pair(folder: Path, name: str) -> str:
    """A key and a self-signed certificate of an identity provider; the certificate as one line."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / f"{name}.crt").write_bytes(pem)
    return "".join(pem.decode().splitlines()[1:-1])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Place]:
    """An instance with SAML=true that knows one identity provider by its certificate, and by its metadata."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    if find_spec("onelogin") is None:
        pytest.skip("the extra `saml` is not installed")
    packages = install(npm, PACKAGES)
    port, there = free_port(), free_port()
    folder = tmp_path_factory.mktemp("saml")
    certificate = pair(folder, "idp")
    pair(folder, "other")
    provider, ours = f"http://localhost:{there}", f"http://localhost:{port}"
    idp = {"entity_id": f"{provider}/metadata", "sso_url": f"{provider}/sso", "x509cert": certificate}
    by_address = {"entity_id": f"{provider}/metadata", "metadata_url": f"{provider}/metadata"}
    apps = [
        {"provider_id": "campus", "name": "Campus", "client_id": "campus", "settings": {"idp": idp}},
        {"provider_id": "read", "name": "Read", "client_id": "read", "settings": {"idp": by_address}},
    ]
    env = environment(folder, port, SAML="true", SOCIALACCOUNT_PROVIDERS=json.dumps({"saml": {"APPS": apps}}))
    acs = {name: f"{ours}/accounts/saml/{name}/acs/" for name in ("campus", "read")}
    words = [node, str(SCRIPT), str(there), str(folder), json.dumps(acs), json.dumps(ACCOUNTS)]
    with (
        process(words, log=folder / "provider.log", cwd=packages),
        instance(folder, port, env, database) as made,
    ):
        wait(there, folder / "provider.log")
        yield Place(made, provider)


def go(page: Page, login: str, name: str = "Campus") -> None:
    """From the sign-in page to the identity provider and back."""
    page.goto("/accounts/login/")
    page.get_by_role("button", name=f"Go on with {name}").click()
    page.get_by_label("Login").fill(login)
    page.get_by_role("button", name="Go").click()


def addresses(place: Place) -> dict[str, str]:
    """The proved addresses, and whose they are."""
    with closing(sqlite3.connect(place.demo.folder / "insignia.sqlite3")) as rows:
        found = rows.execute(
            "SELECT value, name FROM people_identifier JOIN people_user ON people_user.id = user_id"
        )
        return {str(value): str(name) for value, name in found}


def refused(page: Page) -> None:
    """The page that helps, and nobody is signed in."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in did not work")
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_metadata_says_where_answers_go(place: Place) -> None:
    with urlopen(f"{place.demo.url}/accounts/saml/campus/metadata/") as answer:
        found = etree.fromstring(answer.read())
    assert found.get("entityID") == f"{place.demo.url}/accounts/saml/campus/metadata/"
    consumer = found.find(f"{MD}SPSSODescriptor/{MD}AssertionConsumerService")
    assert consumer is not None
    assert consumer.get("Location") == f"{place.demo.url}/accounts/saml/campus/acs/"
    assert consumer.get("Binding") == "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


@pytest.mark.parametrize(("name", "login"), [("Campus", "ann"), ("Read", "tom")])
def test_a_signed_assertion_signs_in(place: Place, stranger: Stranger, name: str, login: str) -> None:
    """By a certificate in the settings, and by metadata that is read from its address."""
    page = stranger(place.demo.url)
    go(page, login, name)
    page.wait_for_url("**/start/")
    assert addresses(place)[str(ACCOUNTS[login]["email"])] == ACCOUNTS[login]["name"]


def test_an_unverified_address_is_proved_by_a_code_first(place: Place, stranger: Stranger) -> None:
    page = stranger(place.demo.url)
    go(page, "bob")
    page.wait_for_url("**/accounts/confirm-email/")
    assert "bob@example.org" not in addresses(place)


def test_an_account_with_the_same_address_is_not_taken_over(place: Place, stranger: Stranger) -> None:
    page = stranger(place.demo.url)
    go(page, "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have an account here already")


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("forged ann", "Signature validation failed"),
        ("unsigned ann", "No Signature found"),
        ("altered tom", "Signature validation failed"),
        ("cancel", "was not Success, was Responder"),
    ],
)
def test_what_the_provider_did_not_sign_is_refused(
    place: Place, stranger: Stranger, login: str, why: str
) -> None:
    page, before = stranger(place.demo.url), place.said()
    go(page, login)
    refused(page)
    assert why in place.said()[len(before) :], "the operator can read why"


def test_an_answer_that_nobody_asked_for_is_refused(place: Place, stranger: Stranger) -> None:
    """A response taken from one browser signs nobody in from another: it answers no request of theirs."""
    taken: list[str] = []
    page = stranger(place.demo.url)

    def keep(route: Route) -> None:
        taken.append(parse_qs(route.request.post_data or "")["SAMLResponse"][0])
        route.abort()

    page.route("**/acs/", keep)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Go on with Campus").click()
    page.get_by_label("Login").fill("ann")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/acs/")):
        page.get_by_role("button", name="Go").click()
    assert taken
    other = stranger(place.demo.url)
    other.set_content(
        f'<form method="post" action="{place.demo.url}/accounts/saml/campus/acs/">'
        f'<input name="SAMLResponse" value="{taken[0]}"><button>Send</button></form>'
    )
    other.get_by_role("button").click()
    other.wait_for_url("**/acs/finish/")
    expect(other.get_by_role("heading", level=1)).to_be_visible()
    other.goto("/me/")
    expect(other).to_have_url(re.compile("/accounts/login/"))


def test_an_unreadable_answer_is_refused(place: Place, stranger: Stranger) -> None:
    page = stranger(place.demo.url)
    for value in ("", "%%%", "PGE+", "x" * 5000):
        page.set_content(
            f'<form method="post" action="{place.demo.url}/accounts/saml/campus/acs/">'
            f'<input name="SAMLResponse" value="{value}"><button>Send</button></form>'
        )
        page.get_by_role("button").click()
        page.wait_for_url("**/acs/finish/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Signing in did not work")
    assert "Internal Server Error" not in place.said()
