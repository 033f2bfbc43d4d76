"""Passkeys, authenticator apps, recovery codes and sessions, with Chromium's virtual authenticator.

Issue 3: "Accounts: email and password, verified email, passkeys and TOTP, …, session list."
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable

from driving import Demo, problems
from playwright.sync_api import Browser, CDPSession, Page, expect

from insignia_server.command.demo_data import PASSWORD

Visit = Callable[..., Page]


def totp(secret: str, at: float) -> str:
    """RFC 6238 with the usual choices: SHA-1, 30 seconds, six digits."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def authenticator(page: Page) -> CDPSession:
    """A platform authenticator that says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def is_it_you(page: Page) -> None:
    """The password once more, where it is asked for."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(lambda url: "/reauthenticate/" not in url)


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/logout/" not in url)


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email", exact=False).first.fill(email)
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    is_it_you(page)
    page.get_by_label("Name").fill(name)
    expect(page.get_by_label("Passwordless")).to_be_checked()
    page.get_by_role("button", name="Add it", exact=True).click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)


def test_a_passkey_signs_in_without_a_password_and_can_be_removed(visit: Visit, axe: str) -> None:
    page = visit(sign_in="author@nordhaven.example")
    device = authenticator(page)
    add_passkey(page, "My laptop")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("rowheader", name="My laptop")).to_contain_text("Passkey")
    assert problems(page, axe) == []
    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.wait_for_url("**/console/nordhaven/**")
    sign_out(page)
    sign_in(page, "author@nordhaven.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.goto("/console/nordhaven/")
    expect(page).to_have_url(re.compile("/accounts/"))  # the password alone is not enough
    page.goto("/accounts/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url("**/console/nordhaven/**")
    page.goto("/accounts/2fa/webauthn/")
    is_it_you(page)
    page.get_by_role("link", name="Remove My laptop").click()
    is_it_you(page)
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url(lambda url: "/remove" not in url)
    sign_out(page)
    device.send("WebAuthn.disable")
    sign_in(page, "author@nordhaven.example")
    page.wait_for_url("**/console/nordhaven/**")  # and nothing more is asked


def test_an_unknown_passkey_is_refused_in_words(browser: Browser, demo: Demo) -> None:
    """Not by `visit`: allauth's script writes the refusal into the console as well."""
    with browser.new_context(base_url=demo.url) as context:
        refuse_unknown(context.new_page())


def refuse_unknown(page: Page) -> None:
    authenticator(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")


def test_an_app_and_recovery_codes(visit: Visit, axe: str) -> None:
    email = "awarder@nordhaven.example"
    page = visit(sign_in=email)
    page.goto("/accounts/2fa/totp/activate/")
    is_it_you(page)
    secret = page.locator(".copyable .mono").inner_text()
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("Incorrect code.", exact=True)).to_be_visible()
    assert page.locator(".copyable .mono").inner_text() == secret, "the same secret as in the app"
    page.get_by_label("Authenticator code").fill(totp(secret, time.time()))
    page.get_by_role("button", name="Turn it on").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/**")
    assert problems(page, axe) == []
    codes = re.findall(r"\b[0-9a-f]{8}\b", page.locator("main").inner_html())
    assert len(set(codes)) == 10
    sign_out(page)
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    assert problems(page, axe) == []
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console/nordhaven/**")
    sign_out(page)
    sign_in(page, email)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("Incorrect code.", exact=True)).to_be_visible()  # each works once
    page.get_by_label("Code").fill(totp(secret, time.time() + 30))  # the first one was used up above
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console/nordhaven/**")
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("9 of 10 codes are unused.")).to_be_visible()
    page.get_by_role("link", name="Turn off").click()
    is_it_you(page)
    page.get_by_role("button", name="Turn it off").click()
    page.wait_for_url("**/accounts/2fa/")
    sign_out(page)
    sign_in(page, email)
    page.wait_for_url("**/console/nordhaven/**")


def test_another_session_is_seen_and_ended(visit: Visit, axe: str) -> None:
    email = "approver@nordhaven.example"
    there, here = visit(sign_in=email), visit(sign_in=email)
    third = visit(
        sign_in=email, user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    )
    here.goto("/accounts/sessions/")
    rows = here.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="This one")).to_have_count(1)
    assert problems(here, axe) == []
    here.get_by_role("button", name=re.compile("^Sign out Firefox")).click()
    expect(here.get_by_text("That session is signed out.")).to_be_visible()
    expect(here.locator("tbody tr")).to_have_count(2)
    third.goto("/console/nordhaven/")
    third.wait_for_url("**/accounts/login/**")
    here.get_by_role("button", name="Sign out the other sessions").click()
    expect(here.locator("tbody tr")).to_have_count(1)
    there.goto("/console/nordhaven/")
    there.wait_for_url("**/accounts/login/**")
    here.goto("/console/nordhaven/")
    here.wait_for_url("**/console/nordhaven/**")
