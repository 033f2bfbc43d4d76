"""What every page owes: headers, no inline code, no power for a stranger's text, limits, sound input."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

import insignia_server
from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Alignment, Assessment, Definition
from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding import badge_page, batches, claims
from insignia_server.awarding.models import Award
from insignia_server.config.environment import Environment
from insignia_server.credentials.services import issue_one
from insignia_server.credentials.subject import Evidence, Subject
from insignia_server.issuers import services as issuers
from insignia_server.kit import blind, limits, scopes
from insignia_server.kit.ids import uuid7
from insignia_server.kit.logging import blank_tokens, line_formatter
from insignia_server.kit.middleware import FailuresInWords, most_bytes
from insignia_server.organisations import clients, domains, groups, services
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.people.models import Identifier, User
from insignia_server.people.services import prove_identifier
from insignia_server.verifier.reading import Unreadable, read_text
from insignia_server.verifier.services import storable
from insignia_server.webhooks import services as webhooks

PACKAGE = Path(insignia_server.__file__).parent
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    b'<circle cx="32" cy="32" r="30" fill="#0f6b57"/></svg>'
)
ATTACK = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{7*7}}"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def hostile(scoped: Organisation, owner: Actor) -> Award:
    """An award whose every text tries to break out of its page."""
    scoped.name = f"Org {ATTACK}"
    scoped.save()
    issuer = issuers.create_issuer(
        by=owner, name=f"Issuer {ATTACK}", slug="hostile", description=f"{ATTACK}\n\n[x](javascript:alert(3))"
    )
    definition = Definition(
        name=f"Name {ATTACK}",
        description=f"Description {ATTACK}",
        criteria=f"{ATTACK}\n\n[click](javascript:alert(4)) ![p](data:text/html,x) <a href=javascript:1>",
        achievement_type="Badge",
        assessment=Assessment(
            methods=("test",),
            assessors=("issuer",),
            assessor_name=f"Assessor {ATTACK}",
            supervision="onsite",
            identity_check="document",
        ),
        tags=(f"tag {ATTACK}",),
        alignments=(Alignment(target_name=f"Skill {ATTACK}", target_url="https://skills.example/1"),),
    )
    made = achievements.create(by=owner, issuer=issuer, definition=definition)
    achievements.set_picture(by=owner, achievement=made, content=SVG)
    achievements.publish(by=owner, achievement=made)
    return award_of(achievements.current(made), name=f"Ann {ATTACK}")


def award_of(version: AchievementVersion, *, name: str) -> Award:
    now = timezone.now()
    subject = Subject(
        credential_id=uuid7(),
        identifier="ann@example.org",
        salt="s" * 16,
        name=name,
        valid_from=now - dt.timedelta(days=1),
        evidence=(
            Evidence(url="javascript:alert(5)", name=f"Evidence {ATTACK}", description=ATTACK),
            Evidence(url="https://portfolio.example/ann", name="Portfolio"),
        ),
        narrative=f"Narrative {ATTACK}",
    )
    credential = issue_one(version=version, subject=subject, now=now)
    row: Award = Award.objects.create(
        id=credential.pk,
        organisation_id=version.organisation_id,
        version=version,
        achievement_id=version.achievement_id,
        credential=credential,
        idempotency_key=str(credential.pk),
        source="manual",
        identifier="ann@example.org",
        blind_index=blind.index("emailAddress", "ann@example.org"),
        email="ann@example.org",
        name=name,
        created_at=now,
    )
    return row


def public_pages(award: Award) -> list[str]:
    return [
        "/",
        f"/badges/{award.credential_id}/",
        f"/achievements/{award.achievement_id}/",
        f"/achievements/{award.achievement_id}/1/",
        "/issuers/hostile/",
        "/report/?page=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/verify/?url=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/accounts/login/?next=%22%3E%3Cscript%3E",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/design/",
        "/nothing-here/",
    ]


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


def views(patterns: Any = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns if patterns is not None else get_resolver().url_patterns:
        place = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one.url_patterns, place)
        elif isinstance(one, URLPattern):
            yield place, one.callback


def test_only_programs_are_exempt_from_the_check_against_csrf() -> None:
    """The API reads a key and no cookie. Whatever else is exempt has to be written down here."""
    exempt = {place for place, view in views() if getattr(view, "csrf_exempt", False)}
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


# Input that databases do not like


GETS = [
    *("/verify/?url={}", "/report/?page={}", "/accounts/login/?next={}", "/console/new/?invitation={}"),
    *("/?{}={}", "/design/?sort={}", "/accounts/signup/?next={}", "/verify/?{}=1"),
]


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80", "%FF", "%C3", "%F4%90%80%80"])
@pytest.mark.parametrize("address", GETS)
def test_no_query_is_an_error_of_the_server(client: Client, address: str, bad: str) -> None:
    """PostgreSQL: 'text fields cannot contain NUL (0x00) bytes'."""
    answer = client.get(address.replace("{}", bad))
    assert answer.status_code < 500
    if "%00" in bad:
        assert answer.status_code == 400
        assert "Content-Security-Policy" in answer


@pytest.mark.parametrize(
    "path",
    [
        *("/claim/a%00b/", "/invitations/%00/", "/issuers/a%00/", "/console/a%00b/", "/badges/%00/", "/%00"),
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{2**63}/",
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{2**31}.json",
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{'9' * 400}.png",
        f"/issuers/nordhaven/log/{10**17}.json",
    ],
)
def test_no_path_is_an_error_of_the_server(client: Client, make_user: Callable[..., Any], path: str) -> None:
    client.force_login(make_user("ann@example.org"))
    assert client.get(path).status_code in (302, 400, 404)


FORMS: dict[str, dict[str, str]] = {
    "/verify/": {"text": "{}", "recipient": "ann@example.org"},
    "/report/": {"address": "x", "reason": "other", "text": "y"},
    "/accounts/login/": {"login": "ann@example.org", "password": "correct horse battery"},
    "/accounts/signup/": {
        "email": "new@example.org",
        "name": "New",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    },
    "/accounts/password/reset/": {"email": "ann@example.org"},
    "/theme/": {"theme": "dark", "next": "/"},
    "/language/setlang/": {"language": "de", "next": "/"},
}
SIGNED_IN: dict[str, dict[str, str]] = {
    "/accounts/profile/": {"name": "Ann", "language": "de", "time_zone": "UTC"},
    "/accounts/email/": {"email": "other@example.org", "action_add": "1"},
    "/console/new/": {"name": "Mine", "slug": "mine", "invitation": "token"},
}


@pytest.mark.parametrize("bad", ["a\x00b", "\x00", "%ED%A0%80", "\ufffe", "x" * 100_000])
@pytest.mark.parametrize(
    ("address", "field"),
    [(place, field) for place, fields in (FORMS | SIGNED_IN).items() for field in fields],
)
def test_no_field_is_an_error_of_the_server(
    client: Client, make_user: Callable[..., Any], address: str, field: str, bad: str
) -> None:
    if address in SIGNED_IN:
        client.force_login(make_user("ann@example.org"))
    given = {**(FORMS | SIGNED_IN)[address], field: bad}
    if bad.startswith("%"):
        body = "&".join(f"{name}={bad if name == field else value}" for name, value in given.items())
        answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
    else:
        answer = client.post(address, given)
    assert answer.status_code < 500, answer.content[:500]


def test_a_cookie_with_a_nul_is_no_cookie(client: Client) -> None:
    for name in ("__Host-session", "__Host-csrf", "theme", "django_language"):
        answer = client.get("/accounts/login/", headers={"Cookie": f'{name}="abcdefghij\\000"'})
        assert answer.status_code == 200, name


def test_a_value_that_the_database_refuses_is_the_request_s_fault(rf: RequestFactory) -> None:
    handler = FailuresInWords(lambda request: pytest.fail("not asked"))
    answer = handler.process_exception(rf.get("/"), DataError("NUL"))
    assert answer is not None
    assert answer.status_code == 400
    assert handler.process_exception(rf.get("/"), ValueError()) is None


def test_a_report_with_a_nul_can_be_stored() -> None:
    """PostgreSQL's jsonb: '\\u0000 cannot be converted to text'."""
    assert storable({"a\x00": ["\x00b", ("c\x00",), 1, None]}) == {"a�": ["�b", ["c�"], 1, None]}


def test_an_address_out_of_a_code_has_no_control_characters() -> None:
    with pytest.raises(Unreadable):
        read_text("https://example.org/\x00a")


# Limits


def test_verifying_too_often_is_answered_with_429_and_when_to_come_again(
    client: Client, settings: Any
) -> None:
    settings.VERIFY_A_MINUTE = 3
    seen = [client.post("/verify/", {"text": "x"}).status_code for _ in range(3)]
    answer = client.post("/verify/", {"text": "x"})
    if answer.status_code != 429:  # a minute began between the requests
        answer = [client.post("/verify/", {"text": "x"}) for _ in range(3)][-1]
    assert seen == [422, 422, 422]
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "too fast" in answer.content.decode()
    assert client.get("/verify/").status_code == 200, "reading is free"
    assert client.post("/verify/", {"text": "x"}, REMOTE_ADDR="192.0.2.9").status_code == 422


def test_reports_are_limited_too(client: Client, settings: Any) -> None:
    settings.REPORTS_AN_HOUR = 1
    statuses = [client.post("/report/", {"text": ""}).status_code for _ in range(4)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_a_limit_counts_by_window_and_visitor() -> None:
    take = limits.take
    assert [take("t", "a", 2, 60, 120.0) for _ in range(3)] == [0, 0, 60]
    assert take("t", "b", 2, 60, 121.0) == 0
    assert take("t", "a", 2, 60, 150.0) == 30
    assert take("t", "a", 2, 60, 180.0) == 0
    assert take("other", "a", 2, 60, 121.0) == 0


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "who"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", 0, "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.5", 1, "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("", "", 0, "unknown"),
    ],
)
def test_a_visitor_is_the_address_that_our_proxy_saw(
    rf: RequestFactory, settings: Any, address: str, forwarded: str, proxies: int, who: str
) -> None:
    """What a visitor writes into X-Forwarded-For does not count."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert limits.visitor(rf.get("/", REMOTE_ADDR=address, headers=headers)) == who


@pytest.mark.parametrize("place", ["login", "signup", "reset"])
def test_accounts_are_limited_by_allauth(client: Client, place: str) -> None:
    address, fields = {
        "login": ("/accounts/login/", {"login": "ann@example.org", "password": "wrong"}),
        "signup": ("/accounts/signup/", {**FORMS["/accounts/signup/"], "email": "bad"}),
        "reset": ("/accounts/password/reset/", {"email": "ann@example.org"}),
    }[place]
    answers = [client.post(address, fields) for _ in range(45)]
    refused = [
        one for one in answers if one.status_code == 429 or b"Too many failed login attempts" in one.content
    ]
    assert refused
    for one in refused:
        if one.status_code == 429:
            assert int(one["Retry-After"]) > 0
            assert b"too fast" in one.content


def test_a_body_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    endless: dict[str, Any] = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(10**9)}
    settings.MAX_VERIFY_BYTES, settings.MAX_UPLOAD_BYTES = 1000, 2000
    for place in ("/verify/", "/report/", "/accounts/login/"):
        answer = client.generic(
            "POST",
            place,
            content_type="multipart/form-data; boundary=x",
            **endless,
        )
        assert answer.status_code == 413, place
        said = answer.content.decode().replace("\xa0", " ")
        assert "at most 1000 bytes at once, and what you sent has 953.7 MB" in said, place
    assert most_bytes("/console/nordhaven/batches/") - most_bytes("/verify/") == 1000
    odd = client.generic("POST", "/verify/", content_type="text/plain", CONTENT_LENGTH="many")
    assert odd.status_code in (400, 422)


# What a stranger learns


def test_accounts_cannot_be_told_apart(client: Client, make_user: Callable[..., Any]) -> None:
    make_user("there@example.org")
    pages: dict[str, list[Any]] = {}
    for address in ("there@example.org", "nobody@example.org"):
        cache.clear()
        reset = client.post("/accounts/password/reset/", {"email": address}, follow=True)
        wrong = client.post("/accounts/login/", {"login": address, "password": "wrong"})
        signup = Client().post("/accounts/signup/", {**FORMS["/accounts/signup/"], "email": address})
        blank = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
        pages[address] = [
            blank.sub("", one.content.decode()).replace(address, "ADDRESS") for one in (reset, wrong, signup)
        ] + [signup.status_code, signup.get("Location")]
    assert pages["there@example.org"] == pages["nobody@example.org"]


def test_a_private_badge_looks_like_none(client: Client, hostile: Award) -> None:
    with scopes.crossing("public-pages"):
        Award.objects.filter(pk=hostile.pk).update(visibility="private")
    other = uuid7()

    def without(answer: Any, key: Any) -> str:
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode().replace(str(key), ""))

    for form in (
        *("/badges/{}/", "/badges/{}.png", "/badges/{}.svg", "/badges/{}.pdf"),
        *("/credentials/{}.json", "/credentials/{}.jwt", "/refresh/{}.json"),
    ):
        private = client.get(form.format(hostile.credential_id))
        nothing = client.get(form.format(other))
        assert private.status_code == nothing.status_code == 404, form
        assert without(private, hostile.credential_id) == without(nothing, other), form


def test_verifying_the_address_of_a_private_badge_does_not_show_it(client: Client, hostile: Award) -> None:
    with scopes.crossing("public-pages"):
        Award.objects.filter(pk=hostile.pk).update(visibility="private")
    for suffix in (f"badges/{hostile.credential_id}/", f"credentials/{hostile.credential_id}.json"):
        page = client.post(
            "/verify/", {"text": f"https://badges.example.test/{suffix}"}, follow=True
        ).content.decode()
        assert not re.search("Narrative|Ann ", page), suffix


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not Found: /claim/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_/", "Not Found: /claim/[blanked]/"),
        (
            "Forbidden: /accounts/password/reset/key/2x-c4k9ab-0123456789abcdef0123456789abcdef/",
            "Forbidden: /accounts/password/reset/key/[blanked]/",
        ),
        (
            "Not Found: /badges/0192c7a0-0000-7000-8000-000000000000/",
            "Not Found: /badges/0192c7a0-0000-7000-8000-000000000000/",
        ),
        ("Not Found: /issuers/nordhaven/", "Not Found: /issuers/nordhaven/"),
    ],
)
def test_no_token_of_a_path_reaches_the_log(said: str, kept: str) -> None:
    assert blank_tokens(None, "", {"event": said, "level": "warning", "count": 3})["event"] == kept


def test_a_failed_invitation_is_logged_without_its_token(client: Client, caplog: Any) -> None:
    token = "T0kEn" * 9
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert client.get(f"/invitations/{token}/nothing").status_code == 404
    lines = [line_formatter(as_json=True).format(record) for record in caplog.records]
    assert lines
    assert not any(token in line for line in lines)


def test_a_traceback_is_logged_in_words_and_without_values() -> None:
    password = "hunter2-in-a-variable"
    try:
        raise ValueError(len(password))
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "failed", (), (type(error), error, error.__traceback__)
        )
    for as_json in (True, False):
        line = line_formatter(as_json=as_json).format(record)
        assert "Traceback (most recent call last)" in line
        assert password not in line


def test_an_address_that_a_second_account_proves_takes_nothing(make_user: Callable[..., Any]) -> None:
    first, second = make_user("ann@example.org"), make_user("bob@example.org")
    prove_identifier(user=first, kind="emailAddress", value="shared@example.org", now=timezone.now())
    address = EmailAddress.objects.create(user=second, email="shared@example.org", verified=True)
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    assert Identifier.objects.get(value="shared@example.org").user_id == first.pk


def test_pages_for_failures_say_nothing_of_the_inside(rf: RequestFactory) -> None:
    for status in (400, 403, 404, 413, 429, 500):
        page = get_template(f"kit/{status}.html").render({}, rf.get("/"))
        assert not re.search(f"Traceback|{re.escape(str(PACKAGE))}", page)


# Other tenants


def addresses(prefix: str, keys: list[Any], slug: str) -> Iterator[str]:
    """Every address below a prefix, each of its keys filled in by each of the given keys in turn."""
    for place in sorted({place for place, _view in views()}):
        parts = re.split(r"<(?:\w+:)?(\w+)>", place.strip("^$"))
        if not place.startswith(prefix) or not set(parts[1::2]) - {"organisation"}:
            continue
        for key in keys:
            names = [{"organisation": slug, "form": "csv"}.get(name, str(key)) for name in parts[1::2]]
            yield "/" + "".join(text + name for text, name in zip(parts[::2], [*names, ""], strict=True))


@pytest.fixture
def foreign_keys(hostile: Award, owner: Actor, scoped: Organisation) -> list[Any]:
    """The keys of one row of each kind, of Nordhaven."""
    batch = batches.start_bulk(
        by=owner,
        achievement=hostile.achievement,
        name="b",
        content=b"email,name\nann@example.org,Ann\n",
        file_name="b.csv",
    )
    endpoint, _secret = webhooks.create_endpoint(by=owner, url="https://hooks.example/", events=())
    client, _key = clients.create_client(by=owner, name="c", scopes_=["read"])
    link = claims.open_link(by=owner, achievement=hostile.achievement, name="l")
    group = groups.create_group(by=owner, name="g")
    domain = domains.add_domain(by=owner, name="nordhaven.example")
    invitation, _token = services.invite(
        by=owner, email="new@example.org", roles=["auditor"], now=timezone.now()
    )
    rows = [
        hostile,
        hostile.achievement,
        hostile.achievement.issuer,
        batch,
        endpoint,
        client,
        link,
        group,
        domain,
    ]
    rows += [invitation, Member.objects.get(), webhooks.send_test(by=owner, endpoint=endpoint)]
    return [row.pk for row in rows]


def test_no_key_of_another_tenant_opens_anything(
    client: Client, foreign_keys: list[Any], make_organisation: Callable[..., Organisation]
) -> None:
    """'An unscoped query raises; a foreign object is 404' (issue 3)."""
    make_organisation("kestrel", "Kestrel Works")
    client.force_login(User.objects.get(email="owner@kestrel.example"))
    tried = 0
    for address in addresses("console/", foreign_keys, "kestrel"):
        for method in (client.get, client.post):
            tried += 1
            answer = method(address)
            assert answer.status_code in (404, 405), (method.__name__, address)
    assert tried > 500
    for address in addresses("console/", foreign_keys[:1], "nordhaven"):
        assert client.get(address).status_code in (404, 405), address


def test_no_key_of_another_tenant_opens_anything_over_the_api(
    client: Client, foreign_keys: list[Any], make_organisation: Callable[..., Organisation]
) -> None:
    kestrel = make_organisation("kestrel", "Kestrel Works")
    actor = Member.plain.get(organisation=kestrel).actor()
    with scopes.organisation(kestrel.pk):
        _client, key = clients.create_client(
            by=actor, name="all", scopes_=list(actor.permissions), a_minute=100_000
        )
    given: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {key}"},
        "content_type": "application/json",
    }
    body: dict[str, Any] = {"data": {}}
    tried = 0
    for address in addresses("api/", foreign_keys, "kestrel"):
        for method in (client.get, client.post, client.patch, client.put, client.delete):
            tried += 1
            answer = method(address, **(body if method != client.get else {}), **given)
            assert answer.status_code in (400, 404, 405, 422), (
                method.__name__,
                address,
                answer.content[:200],
            )
    assert tried > 500
