"""What browsers are told, templates without inline code, and forms of this site only."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from security_world import PACKAGE, public_pages, views

from insignia_server.awarding.models import Award
from insignia_server.people.models import User

pytestmark = pytest.mark.django_db


def files(award: Award) -> list[str]:
    key = award.credential_id
    return [
        *(f"/badges/{key}.{suffix}" for suffix in ("png", "svg", "pdf")),
        f"/credentials/{key}.json",
        f"/refresh/{key}.json",
        f"/achievements/{award.achievement_id}/1.json",
        f"/achievements/{award.achievement_id}/1.png",
        "/issuers/hostile/did.json",
        "/issuers/hostile/profile.json",
        "/.well-known/did.json",
        "/healthz",
    ]


# Headers

POLICY = {"default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'"} | {
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}


def test_every_answer_carries_the_headers_that_browsers_obey(client: Client, hostile: Award) -> None:
    """'A page's policy: no inline script, no frame, no plugin, no other origin' (docs/design-system.md)."""
    for address in [*public_pages(hostile), *files(hostile)]:
        answer = client.get(address, secure=True)
        policy = answer["Content-Security-Policy"]
        assert "'unsafe-eval'" not in policy, address
        if "attachment" in answer.get("Content-Disposition", ""):
            assert policy.startswith("default-src 'none'"), address
            assert policy.endswith("sandbox"), address
        else:
            assert "'unsafe-inline'" not in policy, address
            for name, sources in POLICY.items():
                assert f"{name} {sources}" in policy, (address, name)
        assert answer["X-Content-Type-Options"] == "nosniff", address
        assert answer["X-Frame-Options"] == "DENY", address
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin", address
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert answer["Strict-Transport-Security"].startswith("max-age=31536000"), address


def sign_in(client: Client, user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    fields = {"login": user.email, "password": "correct horse battery"}
    assert client.post("/accounts/login/", fields, secure=True).status_code == 302


def test_cookies_are_bound_to_https_and_to_this_site(client: Client, make_user: Callable[..., Any]) -> None:
    sign_in(client, make_user("ann@example.org"))
    client.get("/report/", secure=True)
    client.post("/theme/", {"theme": "dark"}, secure=True)
    client.post("/language/setlang/", {"language": "de"}, secure=True)
    assert {"__Host-session", "__Host-csrf", "theme", "django_language"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["secure"], name


def test_the_session_has_another_key_after_sign_in(client: Client, make_user: Callable[..., Any]) -> None:
    user = make_user("ann@example.org")
    client.post("/report/", {"address": "x", "reason": "other", "text": "y"}, secure=True)
    before = client.cookies["__Host-session"].value
    sign_in(client, user)
    assert client.cookies["__Host-session"].value != before


# Templates and views

INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|hx-on|javascript:|<style\b|<script(?![^>]*(?:\bsrc=|application/json))""",
    re.IGNORECASE,
)
MAIL_ONLY = PACKAGE / "mail/templates/mail"  # mail programs know no other way; these are never pages


def test_no_template_of_a_page_has_inline_code() -> None:
    found, count = [], 0
    for path in PACKAGE.rglob("templates/**/*.html"):
        if MAIL_ONLY in path.parents or path.name.endswith("_message.html"):
            continue
        count += 1
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if INLINE.search(line):
                found.append(f"{path.relative_to(PACKAGE)}:{number}")
    assert count > 100
    assert found == []


@pytest.mark.parametrize(
    "bad",
    ['<p style="a">', "<a onclick='x'>", '<i hx-on:click="x">', "<script>", '<a href="javascript:1">'],
)
def test_the_search_for_inline_code_would_find_some(bad: str) -> None:
    assert INLINE.search(bad)


def test_only_help_texts_of_our_own_are_shown_unescaped() -> None:
    """`|safe` and `autoescape off` stand where Django's own field template has them, and nowhere else."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("templates/**/*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq", path.read_text())
    }
    assert found == {"kit/templates/kit/forms/field.html"}


def test_only_programs_are_exempt_from_the_check_against_csrf() -> None:
    """The API reads a key and no cookie; public files are read only, and answer 405 to all else. What
    else is exempt has to be written down here."""
    exempt = {
        place
        for place, view in views()
        if getattr(view, "csrf_exempt", False) and not getattr(view, "reads_only", False)
    }
    others = {place for place in exempt if not place.startswith(("api/", "vc-api/", "^api/"))}
    assert exempt
    assert others == set()


def test_a_post_without_its_token_changes_nothing(make_user: Callable[..., Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("ann@example.org"))
    for place in (
        "/report/",
        "/verify/",
        "/accounts/erase/",
        "/accounts/profile/",
        "/theme/",
        "/console/new/",
    ):
        answer = strict.post(place, {"text": "x"}, secure=True)
        assert answer.status_code in (403, 404), place
    answer = strict.post("/report/", {"text": "x"}, secure=True)
    assert answer.status_code == 403
    assert "Go back in your browser: what you typed still stands there." in answer.content.decode()


def test_the_maps_of_addresses_are_no_setting_of_production() -> None:
    """FETCH_MAPS would send a foreign https origin into our own network: tests and the demo only."""
    for path in (PACKAGE / "config").glob("*.py"):
        assert "FETCH_MAPS" not in path.read_text()
