"""No text of others becomes markup, leads elsewhere or breaks a header."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from security_world import PACKAGE, public_pages

from insignia_server.awarding import badge_page
from insignia_server.awarding.models import Award
from insignia_server.config.environment import Environment

pytestmark = pytest.mark.django_db


# Texts of others


def test_no_text_of_others_becomes_markup(client: Client, hostile: Award) -> None:
    for address in public_pages(hostile):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert "onerror=alert(2)>" not in page.replace("&gt;", "⟩"), address
        assert not re.search(
            r"""<[^<>]*\s(?:href|src|action)\s*=\s*["']?\s*(?:javascript|data:text|vbscript)""", page
        ), address
        assert "'49" not in page, address
    shown = client.get(f"/badges/{hostile.credential_id}/").content.decode()
    assert "&lt;script&gt;alert(1)" in shown
    assert 'href="https://portfolio.example/ann"' in shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:1",
        "data:text/html,x",
        "//evil.example",
        "urn:x",
    ],
)
def test_only_web_addresses_become_links(address: str) -> None:
    assert badge_page.link(address) == ""


def test_a_web_address_stays_a_link() -> None:
    assert badge_page.link("https://skills.example/1?a=b") == "https://skills.example/1?a=b"


def test_a_baked_svg_cannot_run(client: Client, hostile: Award) -> None:
    answer = client.get(f"/badges/{hostile.credential_id}.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer["Content-Security-Policy"]
    drawn = re.sub(rb"<!\[CDATA\[.*?\]\]>", b"", answer.content, flags=re.DOTALL)
    assert b"<script" not in drawn
    assert b"]]>" not in drawn, "the credential does not end its section"


def test_a_file_name_cannot_break_its_header(client: Client, hostile: Award) -> None:
    for suffix in ("png", "svg", "pdf"):
        name = client.get(f"/badges/{hostile.credential_id}.{suffix}")["Content-Disposition"]
        assert re.fullmatch(rf'attachment; filename="[a-z0-9_-]+\.{suffix}"', name)


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_nothing_leads_to_another_site(client: Client, make_user: Callable[..., Any], evil: str) -> None:
    theme = client.post("/theme/", {"theme": "dark", "next": evil})
    language = client.post("/language/setlang/", {"language": "de", "next": evil}, headers={"Referer": evil})
    client.force_login(make_user("ann@example.org"))
    signed_in = client.get("/accounts/login/", {"next": evil})
    for answer in (theme, language, signed_in):
        assert answer.status_code == 302
        place = answer["Location"]
        assert re.match(r"/(?![/\\])", place), place


def test_a_mail_leads_to_the_instance_whatever_the_host_was(
    client: Client, make_user: Callable[..., Any], mailoutbox: Any
) -> None:
    user = make_user("ann@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    answer = client.post("/accounts/password/reset/", {"email": user.email}, headers={"Host": "evil.example"})
    assert answer.status_code == 302
    from insignia_server.kit.worker import run_pending

    run_pending()
    assert mailoutbox
    for mail in mailoutbox:
        content = mail.message().as_string()
        assert "evil.example" not in content
        assert "https://badges.example.test" in content


def test_all_hosts_are_refused_in_production() -> None:
    read = Environment({"DEBUG": "false"})
    assert not read.debug
    settings_text = (PACKAGE / "config/settings.py").read_text()
    assert 'if "*" in ALLOWED_HOSTS and not DEBUG' in settings_text
    read.text("PUBLIC_URL")
    with pytest.raises(ImproperlyConfigured):
        read.done()
