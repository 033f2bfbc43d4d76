"""The verify endpoint before Django: what it answers by itself, and what it hands on."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from api_caller import Api
from test_vc_api import ENTRY, _issue, credential

from insignia_server.api.fast_verify import ANSWER, FRESH, PATH, REMEMBERED, FastVerify
from insignia_server.issuers import services
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission

pytestmark = pytest.mark.django_db


class World:
    """The application with a clock of its own, and how often Django was asked."""

    def __init__(self) -> None:
        self.now, self.django = 100.0, 0
        self.application = FastVerify(self._django, clock=lambda: self.now)

    def _django(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Reads the body as Django would, and answers with it."""
        self.django += 1
        start_response("299 Django", [])
        return [environ["wsgi.input"].read()]

    def ask(self, body: Any, key: str = "", **environ: str) -> tuple[str, bytes, dict[str, str]]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        seen: list[Any] = []
        given = {
            "PATH_INFO": PATH,
            "REQUEST_METHOD": "POST",
            "HTTP_HOST": "badges.example.test",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
            "wsgi.url_scheme": "https",
            **({"HTTP_AUTHORIZATION": f"Bearer {key}"} if key else {}),
            **environ,
        }
        answer = self.application(given, lambda status, headers, exc=None: seen.extend((status, headers)))
        return seen[0], b"".join(answer), dict(seen[1])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def known(vc: Api, issuer: Issuer, world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A request whose caller Django has let in, as if just now by the world's clock."""
    from insignia_server.api import fast_verify

    monkeypatch.setattr(fast_verify.remember, "__kwdefaults__", {"clock": lambda: world.now})
    body = {
        "verifiableCredential": _issue(vc, credential(issuer.did), credentialStatus=[ENTRY]),
        "options": {"checks": ["proof"]},
    }
    assert vc("POST", "/credentials/verify", body).status == 200
    return body


def test_a_good_proof_of_a_known_caller_never_reaches_django(
    world: World, vc: Api, known: dict[str, Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    status, content, headers = world.ask(known, vc.key or "")
    assert (status, content, world.django) == ("200 OK", ANSWER, 0)
    assert json.loads(content) == {"verified": True}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    with django_assert_num_queries(0):
        assert world.ask(known, vc.key or "")[0] == "200 OK"


def test_the_caller_is_asked_for_again_after_half_a_minute(
    world: World, vc: Api, known: dict[str, Any]
) -> None:
    world.now += REMEMBERED - 1
    assert world.ask(known, vc.key or "")[0] == "200 OK"
    world.now += 2
    assert world.ask(known, vc.key or "")[0] == "299 Django"


def test_everything_else_is_handed_on_with_its_body(world: World, vc: Api, known: dict[str, Any]) -> None:
    key = vc.key or ""
    changed = json.loads(json.dumps(known))
    changed["verifiableCredential"]["credentialSubject"]["name"] = "Eve"
    bodies = [
        changed,
        {**known, "options": {"checks": ["proof", "credentialStatus"]}},
        {**known, "options": {}},
        {"verifiableCredential": known["verifiableCredential"]},
        {"verifiableCredential": "x.y.z", "options": {"checks": ["proof"]}},
        {"verifiableCredential": {"proof": 1}, "options": {"checks": ["proof"]}},
        {
            "verifiableCredential": {"type": "VerifiablePresentation", "proof": {}},
            "options": {"checks": ["proof"]},
        },
        [],
        b"{",
        b"[" * 5000,
    ]
    for body in bodies:
        status, content, _headers = world.ask(body, key)
        assert status == "299 Django"
        assert content == (body if isinstance(body, bytes) else json.dumps(body).encode())
    for environ in (
        {"REQUEST_METHOD": "GET"},
        {"PATH_INFO": "/vc-api/credentials/issue"},
        {"CONTENT_LENGTH": ""},
        {"CONTENT_LENGTH": "x"},
        {"HTTP_AUTHORIZATION": "Bearer insignia_x_y"},
        {"HTTP_AUTHORIZATION": ""},
    ):
        assert world.ask(known, key, **environ)[0] == "299 Django", environ


def test_a_foreign_host_and_plain_http_are_djangos(
    world: World, vc: Api, known: dict[str, Any], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["badges.example.test"]
    assert world.ask(known, vc.key or "", HTTP_HOST="evil.example")[0] == "299 Django"
    settings.SECURE_SSL_REDIRECT = True
    assert world.ask(known, vc.key or "", **{"wsgi.url_scheme": "http"})[0] == "299 Django"
    assert world.ask(known, vc.key or "")[0] == "200 OK"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert world.ask(known, vc.key or "", HTTP_X_FORWARDED_PROTO="http")[0] == "299 Django"


def test_a_compromised_key_is_noticed_within_a_second(
    world: World, vc: Api, known: dict[str, Any], issuer: Issuer, owner: Actor
) -> None:
    assert world.ask(known, vc.key or "")[0] == "200 OK"
    with scopes.organisation(issuer.organisation_id):
        key = SigningKey.objects.select_related("issuer").get(issuer=issuer, algorithm="Ed25519")
        services.report_compromised(by=owner, key=key, since=key.created_at)
    world.now += FRESH + 0.1
    assert world.ask(known, vc.key or "")[0] == "299 Django"


def test_the_allowance_counts_here_too(
    world: World, make_client: Callable[..., tuple[ApiClient, str]], known: dict[str, Any]
) -> None:
    key = make_client(Permission.READ, a_minute=3)[1]
    assert Api(key, "/vc-api")("POST", "/credentials/verify", known).status == 200
    answers = [world.ask(known, key) for _ in range(4)]
    assert [one[0][:3] for one in answers] == ["200", "200", "200", "429"]
    assert answers[3][2]["Retry-After"] == "20"
    assert json.loads(answers[3][1])["status"] == 429


def test_a_client_that_may_not_read_is_not_remembered(
    world: World, make_client: Callable[..., tuple[ApiClient, str]], known: dict[str, Any]
) -> None:
    key = make_client(Permission.AWARD)[1]
    assert Api(key, "/vc-api")("POST", "/credentials/verify", known).status == 403
    assert world.ask(known, key)[0] == "299 Django"


def test_an_open_instance_needs_no_key_here(world: World, known: dict[str, Any], settings: Any) -> None:
    settings.VC_API_OPEN = True
    assert world.ask(known)[0] == "200 OK"
