"""An organisation's own host name: an alias for its public pages, and for nothing else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from insignia.errors import ResolveError
from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.issuers.models import Issuer
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import domains, look, pages_hosts
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.jobs import check_pages_host
from insignia_server.organisations.models import Domain, DomainState, Organisation, PagesHost

HOST = "badges.nordhaven.example"
_PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>"""
SECRET = "sessionid=x; __Host-session=x; theme=dark"


@pytest.fixture
def domain(owner: Actor, scoped: Organisation) -> Domain:
    """nordhaven.example, proved."""
    row = domains.add_domain(by=owner, name="nordhaven.example")
    return domains.conclude(row, method="dns", detail="", now=timezone.now())


@pytest.fixture
def chosen(owner: Actor, domain: Domain) -> PagesHost:
    """The host of its pages."""
    return pages_hosts.choose(by=owner, domain=domain, host=HOST)


@pytest.fixture(autouse=True)
def _hosts(settings: Any) -> None:
    """As in production, where `*` is refused."""
    settings.ALLOWED_HOSTS = ["badges.example.test", "testserver", "localhost"]


def get(client: Client, path: str, host: str = HOST, **more: Any) -> Any:
    """A request as a proxy passes it on."""
    return client.get(path, HTTP_HOST=host, **more)


def test_pages_answer_there_and_everything_else_is_sent_home(
    client: Client,
    chosen: PagesHost,
    issuer: Issuer,
    achievement: Achievement,
    make_award: Callable[..., Award],
) -> None:
    award = make_award()
    page = get(client, f"/badges/{award.pk}/", HTTP_COOKIE=SECRET)
    assert page.status_code == 200
    text = page.content.decode()
    assert f'<link rel="canonical" href="https://badges.example.test/badges/{award.pk}/">' in text
    assert "/accounts/login/" not in text
    assert "<form" not in text
    for path in (
        f"/badges/{award.pk}.png",
        f"/achievements/{achievement.pk}/",
        f"/achievements/{achievement.pk}/1.png",
        f"/issuers/{issuer.slug}/",
        "/robots.txt",
    ):
        answer = get(client, path)
        assert (answer.status_code, dict(answer.cookies)) == (200, {}), path
    for path in (
        f"/credentials/{award.pk}.json",
        f"/issuers/{issuer.slug}/did.json",
        f"/achievements/{achievement.pk}/1.json",
        f"/status/{uuid.uuid4()}.json",
        f"/refresh/{award.pk}.json",
        "/accounts/login/?next=/me/",
        "/console/nordhaven/",
        "/api/v1/awards",
        "/verify/",
        "/metrics",
    ):
        answer = get(client, path)
        assert answer.status_code == 302, path
        assert answer["Location"] == f"https://badges.example.test{path}"
    assert get(client, "/")["Location"] == f"/issuers/{issuer.slug}/"
    own = f"/issuers/{issuer.slug}/catalogue/?q=tides"
    assert get(client, "/catalogue/?q=tides")["Location"] == own, "not everybody's catalogue"


def test_what_its_pages_are_made_of_is_there_too(
    client: Client, chosen: PagesHost, issuer: Issuer, owner: Actor, make_organisation: Any
) -> None:
    """The policy of the pages is `img-src 'self'; script-src 'self'`: a redirect would show nothing."""
    organisation = Organisation.objects.get(pk=owner.organisation_id)
    for place in ("logo", "logo_dark", "cover"):
        look.set_picture(by=owner, organisation=organisation, place=place, content=_PICTURE)
    page = get(client, f"/issuers/{issuer.slug}/").content.decode()
    pictures = [unescape(one) for one in re.findall(r'["\s](/organisations/[^"\s]+)', page)]
    for address in (*pictures, "/embed.js"):
        answer = get(client, address)
        assert (answer.status_code, dict(answer.cookies)) == (200, {}), address
    assert {one.split("?")[0].rpartition("/")[2] for one in pictures} == {
        *("logo.png", "logo-dark.png", "cover.webp")
    }
    other = make_organisation("kestrel", "Kestrel Works")
    assert get(client, f"/organisations/{other.slug}/logo.png").status_code == 404


def test_no_cookie_is_read_or_set_and_nothing_can_be_posted(
    client: Client, chosen: PagesHost, issuer: Issuer, make_award: Callable[..., Award], make_user: Any
) -> None:
    person = make_user("ann@example.org")
    award = make_award(visibility="private", person=person)
    client.force_login(person)
    assert client.get(f"/badges/{award.pk}/").status_code == 200
    assert get(client, f"/badges/{award.pk}/").status_code == 404
    answer = client.post(f"/issuers/{issuer.slug}/", HTTP_HOST=HOST)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    for path in (f"/issuers/{issuer.slug}/", "/language/setlang/", "/accounts/login/", "/"):
        assert not get(client, path, HTTP_AUTHORIZATION="Bearer x").cookies


def test_pages_of_other_organisations_are_not_there(
    client: Client, chosen: PagesHost, make_organisation: Callable[..., Organisation], issuer: Issuer
) -> None:
    other = make_organisation("kestrel", "Kestrel Works")
    foreign = Issuer.plain.create(organisation=other, slug="kestrel", name="Kestrel Works")
    assert get(client, f"/issuers/{foreign.slug}/").status_code == 404
    assert get(client, "/issuers/nobody/").status_code == 404
    assert get(client, f"/badges/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "nordhaven.example",  # proved, but not chosen
        "x.badges.nordhaven.example",
        "badges.nordhaven.example.evil.example",
        "badges.nordhaven.example@evil.example",
        "badges.nordhaven.example/..",
        "xn--",
        "[::1]",
        "a" * 300,
        "badges.nordhaven.example\x00",
    ],
)
def test_other_hosts_are_refused_as_before(client: Client, chosen: PagesHost, host: str) -> None:
    assert get(client, "/", host).status_code == 400


def test_a_port_and_a_dot_at_the_end_are_the_same_host(
    client: Client, chosen: PagesHost, issuer: Issuer
) -> None:
    for host in (f"{HOST}:8443", HOST.upper(), f"{HOST}."):
        assert get(client, f"/issuers/{issuer.slug}/", host).status_code == 200


def test_without_proof_or_activity_the_host_is_nobodys(
    client: Client, chosen: PagesHost, domain: Domain, organisation: Organisation, issuer: Issuer
) -> None:
    path = f"/issuers/{issuer.slug}/"
    Domain.objects.update(state=DomainState.LOST)
    assert get(client, path).status_code == 400
    Domain.objects.update(state=DomainState.PROVED)
    Organisation.plain.update(state="suspended")
    assert get(client, path).status_code == 400
    Organisation.plain.update(state="active")
    assert get(client, path).status_code == 200


def test_a_proxy_may_ask_for_which_hosts_it_makes_certificates(client: Client, chosen: PagesHost) -> None:
    """Caddy's `ask`: 200 where a certificate may be made, anything else where not; under any host."""
    for name, status in (
        (HOST, 200),
        (HOST.upper(), 200),
        ("badges.example.test", 200),
        ("evil.example", 404),
        ("", 404),
        ("*", 404),
        ("badges.nordhaven.example\x00", 404),
    ):
        answer = client.get("/.well-known/insignia/tls-ask", {"domain": name}, HTTP_HOST="127.0.0.1:5000")
        assert answer.status_code == status, name


def test_http_is_sent_to_https_of_the_same_host(
    client: Client, chosen: PagesHost, issuer: Issuer, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = get(client, f"/issuers/{issuer.slug}/?a=b")
    assert answer["Location"] == f"https://{HOST}/issuers/{issuer.slug}/?a=b"
    assert client.get(f"/issuers/{issuer.slug}/", HTTP_HOST=HOST, secure=True).status_code == 200


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "host"),
        ("badges", "host"),
        ("badges.nordhaven.example:80", "host"),
        ("bad_host.nordhaven.example", "host"),
        ("badges.kestrel.example", "domain"),
        ("evilnordhaven.example", "domain"),
        ("a" * 300, "host"),
        ("badges.nordhaven.example\x00", "host"),
    ],
)
def test_only_a_host_within_the_proved_domain_can_be_chosen(
    owner: Actor, domain: Domain, typed: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        pages_hosts.choose(by=owner, domain=domain, host=typed)
    assert [(one.field, one.code) for one in caught.value.refusals] == [("host", code)]


def test_choosing(owner: Actor, domain: Domain, act_as: Callable[..., Actor], settings: Any) -> None:
    first = pages_hosts.choose(by=owner, domain=domain, host="https://Badges.Nordhaven.example./x")
    assert first.host == HOST
    assert pages_hosts.choose(by=owner, domain=domain, host=HOST).pk == first.pk
    assert pages_hosts.choose(by=owner, domain=domain, host="nordhaven.example").pk != first.pk
    assert PagesHost.objects.count() == 1
    with pytest.raises(Forbidden):
        pages_hosts.choose(by=act_as("author"), domain=domain, host=HOST)
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    with pytest.raises(Refused):
        pages_hosts.choose(by=owner, domain=domain, host=HOST)
    Domain.objects.update(state=DomainState.PENDING)
    domain.refresh_from_db()
    with pytest.raises(Refused, match="Prove the domain first"):
        pages_hosts.choose(by=owner, domain=domain, host="x.nordhaven.example")


def test_the_check_asks_the_host_itself(client: Client, owner: Actor, chosen: PagesHost) -> None:
    seen: list[str] = []

    def here(url: str) -> str:
        seen.append(url)
        return str(get(client, "/.well-known/insignia/pages-host.txt").content.decode())

    works, detail = pages_hosts.look(chosen, file=here)
    pages_hosts.conclude(chosen, works=works, detail=detail, now=timezone.now())
    assert seen == [f"https://{HOST}/.well-known/insignia/pages-host.txt"]
    assert (chosen.state, chosen.detail) == ("working", "The host answers as it should.")
    assert chosen.worked_at

    def refused(url: str) -> str:
        raise ResolveError.at(url, expected="an answer", got="none", code=ResolveError.UNREACHABLE)

    for file in (refused, lambda _url: "insignia-pages=other"):
        works, detail = pages_hosts.look(chosen, file=file)
        assert not works
        assert detail
    pages_hosts.conclude(chosen, works=False, detail=detail, now=timezone.now())
    assert chosen.state == "failing"
    assert chosen.worked_at  # when it worked last


def test_the_job_writes_down_what_it_saw(owner: Actor, chosen: PagesHost, settings: Any) -> None:
    settings.FETCH_MAPS = {f"https://{HOST}": "http://127.0.0.1:59998"}  # nobody listens there
    pages_hosts.ask_check(by=owner, row=chosen)
    assert PagesHost.objects.get().state == "checking"
    run_pending()
    row = PagesHost.objects.get()
    assert row.state == "failing"
    assert "was not reached over https" in row.detail
    check_pages_host.enqueue(pages_host=str(uuid.uuid4()))  # given up meanwhile
    run_pending()
