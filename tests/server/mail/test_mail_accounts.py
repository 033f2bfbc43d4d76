"""The mails of allauth (accounts, second factors, connected accounts) in the look of all others."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import allauth
import lxml.html
import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.template import engines
from django.test import RequestFactory

from insignia_server.people.models import User

FOLDER = Path(allauth.__file__).parent / "templates"
PREFIXES = sorted(
    str(path.relative_to(FOLDER)).removesuffix("_subject.txt")
    for app in ("account", "mfa", "socialaccount")
    for path in (FOLDER / app / "email").glob("*_subject.txt")
)
CODES = {"account/email/login_code", "account/email/password_reset_code"}
CONTEXT: dict[str, Any] = {
    "email": "ann@elsewhere.example",
    "from_email": "ann@old.example",
    "to_email": "ann@new.example",
    "deleted_email": "ann@old.example",
    "provider": "Nordhaven SSO",
    "ip": "192.0.2.7",
    "user_agent": "Browser <script>alert(1)</script>",
    "timestamp": dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC),
    "signup_url": "https://badges.example.test/accounts/signup/",
    "password_reset_url": "https://badges.example.test/accounts/password/reset/key/abc/",
    "code": "K7QX2M",
}


def rendered(prefix: str, **more: Any) -> tuple[str, str, str]:
    """Subject, text and HTML, as allauth makes them."""
    request = RequestFactory().get("/", headers={"host": "badges.example.test"})
    user = User(email="ann@elsewhere.example", name="Ann")
    with request_context(request):
        message: Any = get_adapter().render_mail(
            prefix, "ann@elsewhere.example", CONTEXT | {"user": user, "request": request} | more
        )
    return message.subject, message.body, message.alternatives[0][0]


def test_allauth_has_mails_to_look_at() -> None:
    assert len(PREFIXES) >= 19


@pytest.mark.parametrize("prefix", PREFIXES)
def test_each_mail_of_allauth_has_our_look(prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    monkeypatch.setattr(engine.engine, "string_if_invalid", "!!missing %s!!")
    subject, text, html = rendered(prefix)
    for part in (subject, text, html):
        assert "!!missing" not in part
    assert "example.com" not in text
    assert "Hello from" not in text, "allauth's own greeting"
    page: Any = lxml.html.document_fromstring(html)
    assert len(page.xpath("//h1")) == 1
    assert page.xpath("string(//h1)").strip()
    assert not page.xpath("//script")
    assert all(re.match("https://", link) for link in page.xpath("//@href"))
    assert "Sent by Insignia." in page.text_content()
    shown = " ".join(page.text_content().split())
    for sentence in (line for line in text.splitlines() if line.strip() and line != "-- "):
        words = " ".join(sentence.rstrip(":").split())
        assert words in shown, "the HTML says what the text says"


@pytest.mark.parametrize("prefix", sorted(CODES | {"account/email/email_confirmation"}))
def test_a_code_is_in_both_forms(prefix: str) -> None:
    _, text, html = rendered(prefix)
    assert "K7QX2M" in text
    assert "K7QX2M" in html


def test_an_address_can_be_confirmed_by_a_link_instead_of_a_code() -> None:
    url = "https://badges.example.test/accounts/confirm-email/abc/"
    _, text, html = rendered("account/email/email_confirmation", code="", activate_url=url)
    assert url in text
    page: Any = lxml.html.document_fromstring(html)
    assert page.xpath("//a[contains(@class, 'button')]/@href") == [url]


def test_a_changed_account_says_from_where_and_what_to_do() -> None:
    _, text, html = rendered("mfa/email/totp_deactivated")
    assert "192.0.2.7" in text
    assert "When: 25 November 2026, 12:00 UTC" in text  # a time shows its zone
    assert "change your password now" in text
    assert "<script>" not in html
