"""The documents of this instance come from its database, and only they."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from insignia import did, schema
from insignia.errors import ResolveError
from insignia.keys import PublicKey
from insignia.resolver import Document, MapResolver, Purpose
from insignia_server.issuers import documents, resolver, services, signing
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.issuers.resolver import Gone, LocalResolver, register_local
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, DomainState, Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
HOME = "https://badges.example.test/issuers/faculty-of-arts/"


class Nobody:
    """A resolver that must not be asked."""

    def resolve(self, url: str, purpose: Purpose) -> Document:
        raise AssertionError(f"{url} went over the network")


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "_answerers", {})
    monkeypatch.setattr(resolver, "_kept", {})


def code(url: str, local: LocalResolver | None = None) -> str:
    with pytest.raises(ResolveError) as caught:
        (local or LocalResolver(Nobody())).resolve(url, Purpose.STATUS)
    return caught.value.code


def test_did_document_key_log_and_profile(issuer: Issuer) -> None:
    local = LocalResolver(Nobody())
    document = local.resolve(HOME + "did.json", Purpose.CONTROLLER)
    assert document.json() == documents.did_document(issuer, SigningKey.objects.all())
    assert (document.source, document.media_type) == ("this instance", "application/json")
    assert local.resolve(HOME + "keys.json", Purpose.RELATED).content == documents.key_log(issuer)
    profile = local.resolve(HOME + "profile.json", Purpose.RELATED).json()
    assert profile["id"] == issuer.did
    assert schema.check_profile(profile) == []


def test_documents_are_kept_until_something_changes(
    issuer: Issuer, owner: Actor, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = LocalResolver(Nobody())
    for name in ("did", "keys"):
        before = local.resolve(f"{HOME}{name}.json", Purpose.CONTROLLER).content
        with django_assert_num_queries(1):
            assert local.resolve(f"{HOME}{name}.json", Purpose.CONTROLLER).content == before
        key = signing.active_key(issuer, "P-256")
        services.report_compromised(by=owner, key=key, since=key.created_at)
        assert key.fragment in local.resolve(f"{HOME}{name}.json", Purpose.CONTROLLER).content.decode()
        assert local.resolve(f"{HOME}{name}.json", Purpose.CONTROLLER).content != before
    services.update_issuer(by=owner, issuer=issuer, name="Arts")
    assert local.resolve(HOME + "profile.json", Purpose.RELATED).json()["name"] == "Arts"
    monkeypatch.setattr(resolver, "KEPT", 1)
    for name in ("did", "keys"):
        services.rotate_key(by=owner, key=signing.active_key(issuer, "P-256"))
        local.resolve(f"{HOME}{name}.json", Purpose.CONTROLLER)
    assert [name for _, name in resolver._kept] == ["keys"]


def test_a_did_resolves_outside_of_any_scope(issuer: Issuer) -> None:
    """The crossing `did-resolution`: 'a DID of this instance is answered from its own database'."""
    import contextvars

    found = contextvars.Context().run(lambda: did.resolve(issuer.did, resolver=LocalResolver(Nobody())))
    assert found.document["id"] == issuer.did
    assert found.source == "this instance"


def test_the_jwk_of_an_rsa_key(issuer: Issuer, owner: Actor) -> None:
    kid = signing.ob_jwt_key(issuer).verification_method
    key = signing.active_key(issuer, "RSA")
    found = LocalResolver(Nobody()).resolve(kid, Purpose.KEY).json()
    assert found == {**key.public_jwk, "kid": key.fragment}
    assert PublicKey.from_jwk(found).algorithms == ("RS256",)
    services.rotate_key(by=owner, key=key)
    assert LocalResolver(Nobody()).resolve(kid, Purpose.KEY).json() == found
    services.report_compromised(by=owner, key=key, since=NOW)
    assert code(kid) == ResolveError.GONE


def test_only_rsa_keys_have_such_an_address(issuer: Issuer) -> None:
    assert code(f"{HOME}keys/{signing.active_key(issuer, 'Ed25519').fragment}.json") == ResolveError.NOT_FOUND


@pytest.mark.parametrize(
    "url",
    [
        "https://badges.example.test/issuers/nobody/did.json",
        "https://badges.example.test/issuers/faculty-of-arts/did.jsonx",
        "https://badges.example.test/issuers/faculty%2Dof%2Darts/did.json",
        "https://badges.example.test/issuers/../issuers/faculty-of-arts/did.json",
        "https://badges.example.test/issuers/faculty-of-arts/keys/../../x.json",
        "https://badges.example.test/issuers//did.json",
        "https://badges.example.test/",
        "https://badges.example.test",
        "https://badges.example.test/.well-known/did.json",
        "https://BADGES.example.test:443/status/1.json",
        "http://badges.example.test/x",
    ],
)
def test_an_address_of_ours_with_nothing_there_never_goes_out(issuer: Issuer, url: str) -> None:
    assert code(url) == ResolveError.NOT_FOUND


@pytest.mark.parametrize(
    "url",
    [
        HOME.replace("badges", "BADGES") + "did.json",
        HOME.replace("test/", "test:443/") + "did.json?v=1",
        HOME + "did.json#key",
    ],
)
def test_spellings_of_one_address(issuer: Issuer, url: str) -> None:
    assert LocalResolver(Nobody()).resolve(url, Purpose.CONTROLLER).json()["id"] == issuer.did


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/issuers/faculty-of-arts/did.json",
        "https://badges.example.test:8443/issuers/faculty-of-arts/did.json",
        "https://badges.example.test@elsewhere.example/issuers/faculty-of-arts/did.json",
        "https://elsewhere.example/.well-known/did.json",
        "ftp://badges.example.test/issuers/faculty-of-arts/did.json",
        "urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9d",
        "https://[broken/issuers/faculty-of-arts/did.json",
        "",
    ],
)
def test_everything_else_goes_to_the_other_resolver(issuer: Issuer, url: str) -> None:
    others = MapResolver({url: {"found": "elsewhere"}})
    assert LocalResolver(others).resolve(url, Purpose.CONTROLLER).json() == {"found": "elsewhere"}
    with pytest.raises(ResolveError) as caught:
        LocalResolver().resolve(url, Purpose.CONTROLLER)
    assert caught.value.code == ResolveError.OFFLINE


@pytest.mark.parametrize("sign", ["\n", "\t", " ", "\\", "\x00", "\x7f"])
def test_an_address_that_two_readers_read_in_two_ways_is_refused(issuer: Issuer, sign: str) -> None:
    for url in (
        f"{HOME}did.json{sign}",
        HOME.replace("badges", f"bad{sign}ges"),
        f"https://a.example{sign}@{HOME[8:]}",
    ):
        assert code(url) == ResolveError.BLOCKED


def test_contexts_come_from_the_library(issuer: Issuer) -> None:
    assert LocalResolver().resolve("https://www.w3.org/ns/did/v1", Purpose.CONTEXT).source == "bundled"


@pytest.mark.django_db
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=80))
def test_any_text_is_answered_or_refused(text: str) -> None:
    for url in (text, "https://badges.example.test/" + text, "https://badges.example.test/issuers/" + text):
        with pytest.raises(ResolveError):
            LocalResolver().resolve(url, Purpose.KEY)


def test_a_former_host_is_still_ours(issuer: Issuer, settings: Any) -> None:
    services.pin(issuer)
    settings.PUBLIC_URL = "https://moved.example.test"
    local = LocalResolver(Nobody())
    assert local.resolve(HOME + "did.json", Purpose.CONTROLLER).json()["id"] == issuer.did
    assert local.resolve(HOME + "keys.json", Purpose.RELATED)
    assert local.resolve("https://moved.example.test/issuers/faculty-of-arts/did.json", Purpose.CONTROLLER)


def test_upper_apps_answer_for_their_folders(issuer: Issuer) -> None:
    seen: list[str] = []

    def status(path: str) -> bytes | None:
        scope = scopes.current()
        assert scope is not None
        assert scope.crossing == "verification"
        seen.append(path)
        if path.endswith("gone.json"):
            raise Gone
        return b'{"list": 1}' if path.endswith("1.json") else None

    register_local("/status/", status)
    register_local("/status/deep/", lambda path: b"{}")
    local = LocalResolver(Nobody())
    assert (
        local.resolve("https://badges.example.test/status/1.json#94", Purpose.STATUS).content
        == b'{"list": 1}'
    )
    assert local.resolve("https://badges.example.test/status/deep/2.json", Purpose.STATUS).content == b"{}"
    assert code("https://badges.example.test/status/2.json") == ResolveError.NOT_FOUND
    assert code("https://badges.example.test/status/gone.json") == ResolveError.GONE
    assert code("https://badges.example.test/statuses/1.json") == ResolveError.NOT_FOUND
    assert seen == ["/status/1.json", "/status/2.json", "/status/gone.json"]


@pytest.mark.parametrize("prefix", ["", "/", "//", "status/", "/status"])
def test_a_prefix_is_a_folder(prefix: str) -> None:
    with pytest.raises(ValueError, match="a prefix like '/status/'"):
        register_local(prefix, lambda path: None)


@pytest.fixture
def own(issuer: Issuer, owner: Actor, scoped: Organisation) -> Domain:
    """The issuer's DID is did:web:nordhaven.example."""
    domain = Domain.objects.create(
        organisation=scoped, name="nordhaven.example", token="t", state=DomainState.PROVED, proved_at=NOW
    )
    services.use_own_domain(by=owner, issuer=issuer, domain=domain)
    return domain


def test_a_did_on_an_own_domain(issuer: Issuer, own: Domain) -> None:
    found = did.resolve("did:web:nordhaven.example", resolver=LocalResolver(Nobody()))
    assert found.document == json.loads(resolver.did_json(issuer))
    assert LocalResolver(Nobody()).resolve(HOME + "did.json", Purpose.CONTROLLER).json()["id"] == issuer.did


def test_a_domain_that_was_lost_speaks_for_itself(issuer: Issuer, own: Domain) -> None:
    """'Nobody becomes Harvard by typing it': without the proof the domain is asked like any other."""
    Domain.objects.update(state=DomainState.CHECKING)
    assert LocalResolver(Nobody()).resolve(
        "https://nordhaven.example/.well-known/did.json", Purpose.CONTROLLER
    )
    Domain.objects.update(state=DomainState.LOST)
    assert code("https://nordhaven.example/.well-known/did.json", LocalResolver()) == ResolveError.OFFLINE
    Domain.objects.all().delete()
    assert code("https://nordhaven.example/.well-known/did.json", LocalResolver()) == ResolveError.OFFLINE


def test_other_addresses_of_an_own_domain_are_not_ours(own: Domain) -> None:
    assert (
        code("https://nordhaven.example/issuers/faculty-of-arts/did.json", LocalResolver())
        == ResolveError.OFFLINE
    )
