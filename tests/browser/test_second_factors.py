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
from collections.abc import Callable, Iterator

import pytest
from driving import Demo, problems
from playwright.sync_api import CDPSession, Page, expect

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


def test_explore(visit: Visit, axe: str) -> None:
    page = visit(sign_in="author@nordhaven.example")
    authenticator(page)
    def look(name):
        page.wait_for_load_state()
        print("=====", name, page.url, page.title()); print(page.locator("main").inner_text()); print("AXE", problems(page, axe)); page.screenshot(path=f"/tmp/idp/mfa-{name}.png", full_page=True)
    page.goto("/accounts/2fa/"); look("index")
    page.get_by_role("link", name="Add a passkey").click(); page.wait_for_timeout(500); look("add")
    is_it_you(page); look("add2"); print(page.locator("main").inner_html())
    page.goto("/accounts/2fa/totp/activate/"); look("totp"); print(page.locator("main").inner_html())
    page.goto("/accounts/sessions/"); look("sessions")
