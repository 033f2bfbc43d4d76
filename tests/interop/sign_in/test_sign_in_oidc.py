"""Sign-in by OpenID Connect against a provider that runs here, set up as docs/settings.md says."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from driving import Demo, free_port, text_of
from instance import OWNER, PASSWORD, environment, instance, process, wait
from playwright.sync_api import Page, expect
from test_digitalbazaar import install

PACKAGES = {"oidc-provider": "9.13.3"}
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
ACCOUNTS = {
    "ann": {"email": "ann@example.org", "email_verified": True, "name": "Ann Mbeki"},
    "bob": {"email": "bob@example.org", "email_verified": False, "name": "Bob Stone"},
    "thief": {"email": OWNER, "email_verified": False, "name": "Thief"},
    "other-thief": {"email": OWNER, "email_verified": False, "name": "Thief"},
    "owner": {"email": OWNER, "email_verified": True, "name": "The owner"},
    "nobody": {"name": "No address"},
}
Stranger = Callable[[str], Page]


def app(
    provider_id: str, server: str, *, secret: str = "the-right-secret", **settings: Any
) -> dict[str, Any]:
    """What docs/settings.md shows; each of our names has a client of its own at the provider."""
    return {
        "provider_id": provider_id,
        "name": provider_id.title(),
        "client_id": f"insignia-{provider_id}",
        "secret": secret,
        "settings": {"server_url": server, **settings},
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, database: Path) -> Iterator[Demo]:
    """An instance that knows one real provider by three names, and one that is down."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    packages = install(npm, PACKAGES)
    port, provider = free_port(), free_port()
    folder = tmp_path_factory.mktemp("oidc")
    server = f"http://localhost:{provider}"
    apps = [
        app("campus", server),
        app("linking", server, email_authentication=True),
        app("misset", server, secret="another"),
        app("gone", f"http://localhost:{free_port()}"),
    ]
    clients = {
        one["client_id"]: f"http://localhost:{port}/accounts/oidc/{one['provider_id']}/login/callback/"
        for one in apps
    }
    words = [node, str(SCRIPT), str(provider), json.dumps(clients), json.dumps(ACCOUNTS)]
    env = environment(folder, port, SOCIALACCOUNT_PROVIDERS=json.dumps({"openid_connect": {"APPS": apps}}))
    with (
        process(words, log=folder / "provider.log", cwd=packages),
        instance(folder, port, env, database) as made,
    ):
        wait(provider, folder / "provider.log")
        yield made


def at_provider(page: Page, login: str) -> None:
    """Who they are there, and that Insignia may know it."""
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill("anything")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def go(page: Page, name: str, login: str) -> None:
    """From the sign-in page to the provider and back. No SIGN_IN_ORIGINS: the origin is in server_url."""
    page.goto("/accounts/login/")
    page.get_by_role("button", name=f"Go on with {name}").click()
    at_provider(page, login)


def is_it_you(page: Page) -> None:
    """What changes how one signs in asks for the password once more."""
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def said(place: Demo) -> str:
    """The log of the instance."""
    return (place.folder / "said.log").read_text()


def proved(place: Demo) -> list[tuple[str, str]]:
    """The addresses that are proved, and the names of who proved them."""
    with closing(sqlite3.connect(place.folder / "insignia.sqlite3")) as rows:
        found = rows.execute(
            "SELECT value, name FROM people_identifier JOIN people_user ON people_user.id = user_id"
        )
        return [(str(value), str(name)) for value, name in found]


def accounts(place: Demo) -> int:
    with closing(sqlite3.connect(place.folder / "insignia.sqlite3")) as rows:
        return int(rows.execute("SELECT count(*) FROM people_user").fetchone()[0])


def test_a_verified_address_is_in_at_once_and_proved(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    go(page, "Campus", "ann")
    page.wait_for_url("**/start/")
    assert ("ann@example.org", "Ann Mbeki") in proved(place), "awards to it are found"
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_role("button", name="Go on with Campus").click()
    page.wait_for_url("**/me/")  # the provider still knows them


def test_an_unverified_address_is_proved_by_a_code_first(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    go(page, "Campus", "bob")
    page.wait_for_url("**/accounts/confirm-email/")
    assert "bob@example.org" not in dict(proved(place))
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/accounts/confirm-email/"))
    code = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", text_of(place.mail("bob@example.org")))
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/start/")
    assert ("bob@example.org", "Bob Stone") in proved(place)


@pytest.mark.parametrize("name", ["Campus", "Linking"])
def test_an_unverified_address_takes_nobodys_account(place: Demo, stranger: Stranger, name: str) -> None:
    page, before = stranger(place.url), accounts(place)
    go(page, name, "thief" if name == "Campus" else "other-thief")
    page.wait_for_url(f"{place.url}/**")
    page.goto("/start/")
    expect(page).to_have_url(re.compile("/accounts/(login|confirm-email)/"))
    assert accounts(place) == before
    assert "account already" in str(place.mail(OWNER)["Subject"]), "the owner is told"


def test_a_verified_address_of_an_account_is_not_linked_unasked(place: Demo, stranger: Stranger) -> None:
    page, before = stranger(place.url), accounts(place)
    go(page, "Campus", "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("You have an account here already")
    expect(page.locator("main")).to_contain_text(OWNER)
    assert accounts(place) == before
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email", exact=False).first.fill(OWNER)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/3rdparty/")
    page.get_by_role("button", name="Connect Campus").click()
    is_it_you(page)
    page.wait_for_url("**/accounts/3rdparty/")
    expect(page.get_by_role("heading", name="Campus")).to_be_visible()
    again = stranger(place.url)
    go(again, "Campus", "owner")
    again.wait_for_url("**/start/")
    again.goto("/accounts/3rdparty/")
    again.get_by_role("button", name="Remove Campus").click()
    is_it_you(again)
    expect(again.get_by_text("None is connected yet.")).to_be_visible()


def test_a_provider_that_is_trusted_to_link_does(place: Demo, stranger: Stranger) -> None:
    page, before = stranger(place.url), accounts(place)
    go(page, "Linking", "owner")
    page.wait_for_url("**/start/")
    expect(page.get_by_role("heading", name="Operator")).to_be_visible()
    assert accounts(place) == before


def test_without_an_address_the_person_is_asked(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    go(page, "Campus", "nobody")
    page.wait_for_url("**/accounts/3rdparty/signup/")
    expect(page.get_by_label("Your name")).to_have_value("No address")
    page.get_by_label("Email", exact=False).first.fill("asked@example.org")
    page.get_by_role("button", name="Create an account").click()
    page.wait_for_url("**/accounts/confirm-email/")
    assert "asked@example.org" not in dict(proved(place)), "what a person types is no proof"


def test_a_wrong_secret_is_said_to_the_operator(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    go(page, "Misset", "ann")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in did not work")
    page.get_by_role("link", name="To the sign-in page").click()
    page.wait_for_url("**/accounts/login/")
    assert "invalid_client" in said(place)
    assert "another" not in said(place), "no secret in the log"


def test_a_provider_that_is_down_is_not_our_fault(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    page.goto("/accounts/login/")
    with page.expect_navigation() as answer:
        page.get_by_role("button", name="Go on with Gone").click()
    assert answer.value is not None
    assert answer.value.status == 502
    expect(page.locator("main")).to_contain_text("does not answer")
    assert "Traceback" not in said(place)


def test_who_cancels_is_told_that_nothing_happened(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Go on with Campus").click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You did not sign in")
    page.get_by_role("link", name="To the sign-in page").click()
    page.wait_for_url("**/accounts/login/")


def test_an_answer_that_nobody_asked_for_is_refused(place: Demo, stranger: Stranger) -> None:
    page = stranger(place.url)
    answer = page.goto("/accounts/oidc/campus/login/callback/?code=stolen&state=guessed")
    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Signing in did not work")
