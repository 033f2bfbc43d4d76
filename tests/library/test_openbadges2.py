"""The documents of Open Badges 1.x and 2.x: reading, rules, writing for old displayers, drafts of 3.0."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_badges import (
    CONTEXT,
    HOST,
    NOW,
    SECRET,
    assertion,
    badge_class,
    issuer,
    report,
    signed,
    world,
)

from insignia import credential, openbadges2
from insignia.credential import Kind
from insignia.errors import InsigniaError, KeyFormatError, ParseError
from insignia.keys import SecretKey, pem
from insignia.openbadges2 import extensions as known
from insignia.openbadges2.linking import linked
from insignia.openbadges2.reading import (
    declared_mode,
    host_of,
    hosted_at,
    identity_type,
    moment_of,
    same_address,
    upgraded,
)
from insignia.openbadges2.revocation import look_up
from insignia.openbadges2.scope import Scope
from insignia.resolver import MapResolver
from insignia.verification import STRICT, render, verify

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


# Reading


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2016-12-31T23:59:59+00:00", True),
        ("2017-10-01T00:00Z", True),
        ("20161231T235959Z", True),
        ("2016-12-31T23:59:59", False),
        ("2016-12-31", False),
        ("yesterday", False),
        ("9" * 50, False),
        (1395396000, False),
    ],
)
def test_moments(value: Any, expected: bool) -> None:
    """ "strings compatible with ISO 8601 guidelines, including the time and a time zone indicator"."""
    assert (moment_of(value) is not None) is expected


def test_before_2_0_days_and_unix_times_were_allowed() -> None:
    assert moment_of("2016-12-31", zoned=False) is not None
    read = upgraded({"issuedOn": 0, "expires": True, "badge": {}, "recipient": {}}, Kind.ASSERTION)
    assert read["issuedOn"] == "1970-01-01T00:00:00Z"
    assert read["expires"] is True
    assert upgraded({"issuedOn": 10**30}, Kind.ASSERTION)["issuedOn"] == 10**30


def test_upgrades_keep_what_is_known() -> None:
    profile = upgraded({"contact": "a@b", "email": "c@d", "origin": HOST}, Kind.ISSUER_PROFILE)
    assert profile == {"contact": "a@b", "email": "c@d", "url": HOST, "type": "Profile"}
    aligned = upgraded({"alignment": {"name": "n", "targetName": "t", "url": "u"}}, Kind.BADGE_CLASS)
    assert aligned["alignment"] == [{"targetName": "t", "targetUrl": "u"}]
    both = upgraded({"verify": {"type": "hosted"}, "verification": {"type": "signed"}}, Kind.ASSERTION)
    assert both["verification"] == {"type": "signed"}
    email = upgraded({"recipient": "ann@example.org"}, Kind.ASSERTION)["recipient"]
    assert email == {"type": "email", "hashed": False, "identity": "ann@example.org"}


def test_addresses() -> None:
    assert host_of("https://Example.org:443/x") == host_of("http://example.org:80") == "example.org"
    assert host_of("https://example.org:8443") == "example.org:8443"
    assert host_of("https://[broken") == host_of("urn:x") == host_of("https://a:99999/") == ""
    assert same_address("http://a.example/1", "https://a.example/1")
    assert not same_address("http://a.example/1", "https://a.example/2")
    assert same_address("urn:1", "urn:1")
    assert hosted_at({"id": "urn:1"}) is None
    assert hosted_at({"id": "urn:1", "verify": {"type": "hosted", "url": HOST}}) == HOST
    assert hosted_at({"id": HOST, "verify": {"type": "signed", "url": "https://k.example"}}) == HOST
    assert declared_mode({"verification": {"type": ["hosted", "signed"]}}) == ""
    assert identity_type("http://schema.org/email") == identity_type("schema:email") == "emailAddress"
    assert identity_type("telephone") == "ext:telephone"
    assert identity_type(7) == "ext:unknown"


@pytest.mark.parametrize(
    ("policy", "url", "allowed"),
    [
        (None, f"{HOST}/a", True),
        (None, "http://badges.example.org/a", True),
        (None, "https://badges.example.org:8443/a", False),
        (None, "https://example.org/a", False),
        ({"allowedOrigins": ["example.com", "https://badges.example.org"]}, f"{HOST}/a", True),
        ({"allowedOrigins": "badges.example.org"}, "https://badges.example.org:8443/a", True),
        ({"allowedOrigins": "other.example"}, f"{HOST}/a", False),
        ({"allowedOrigins": "?"}, f"{HOST}/a", False),
        ({"allowedOrigins": [7]}, f"{HOST}/a", True),
        ({"startsWith": f"{HOST}/app/"}, f"{HOST}/app/1", True),
        ({"startsWith": f"{HOST}/app/"}, f"{HOST}/app/../1", False),
        ({"startsWith": f"{HOST}/app/"}, f"{HOST}/app/%2e%2E/1", False),
        ({"startsWith": HOST}, f"{HOST}.evil.example/1", False),
        ({"startsWith": [f"{HOST}/x", f"{HOST}/y"], "allowedOrigins": "z.example"}, f"{HOST}/x", False),
        ("nothing", f"{HOST}/a", True),
    ],
)
def test_the_scope_of_an_issuer(policy: Any, url: str, allowed: bool) -> None:
    """VerificationObject: "Valid Assertions must have an id within this scope. Multiple values allowed"; "The
    host registered name subcomponent of an allowed origin"."""
    profile = issuer(verification=policy)
    assert Scope.of(profile).allows(url) is allowed
    assert not Scope.of(profile).allows("urn:uuid:1")


def test_an_issuer_without_a_web_address_allows_nothing() -> None:
    scope = Scope.of(issuer(id="urn:uuid:1"))
    assert not scope.allows(f"{HOST}/a")
    assert scope.words() == "no web address"


@pytest.mark.parametrize("value", [7, [], {"type": "RevocationList"}, {"revokedAssertions": [7]}])
def test_what_is_no_revocation_list(value: Any) -> None:
    with pytest.raises(ParseError) as caught:
        look_up(value, {"id": "urn:1"})
    assert caught.value.code == "revocation.list"


def test_revocation_lists_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insignia.openbadges2.revocation._MOST", 1)
    with pytest.raises(ParseError):
        look_up({"revokedAssertions": ["a", "b"]}, {"id": "urn:1"})


def test_old_revocation_lists() -> None:
    """1.1: "an object where the keys are the uid or id of a revoked badge assertion, and the values are the
    reason for revocation"."""
    found = look_up({"abc": 7}, {"uid": "abc"})
    assert found is not None
    assert found.reason == ""
    assert look_up({"abc": False}, {"uid": "abc"}) is None
    assert look_up({}, {}) is None


# The data model


def places(document: dict[str, Any], kind: Kind, version: str = "2.0") -> set[tuple[str, str]]:
    return {(p.where, p.code) for p in openbadges2.check(document, kind, version)}


def test_the_usual_documents_conform() -> None:
    for document, kind in (
        (assertion(), Kind.ASSERTION),
        (badge_class(), Kind.BADGE_CLASS),
        (issuer(), Kind.ISSUER_PROFILE),
    ):
        assert places(document, kind) == set()
    assert places(assertion(badge=badge_class(issuer=issuer())), Kind.ASSERTION) == set()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"criteria": {}}, {("/criteria", "badge.required")}),
        ({"criteria": []}, {("", "badge.required")}),
        ({"alignment": [{"targetName": "x"}]}, {("/alignment/0", "badge.required")}),
        ({"alignment": ["y"]}, {("/alignment/0", "badge.value")}),
        ({"tags": ["a", 1]}, {("/tags/1", "badge.value")}),
        ({"version": True}, {("/version", "badge.value")}),
        ({"version": 2}, set()),
        ({"@language": "x y"}, {("/@language", "badge.value")}),
        ({"image": {"caption": 1}}, {("/image", "badge.required"), ("/image/caption", "badge.value")}),
        ({"issuer": {"id": "x"}}, {("/issuer/id", "badge.value"), ("/issuer", "badge.required")}),
        ({"type": []}, {("/type", "badge.type")}),
        ({"type": ["BadgeClass", 7]}, {("/type/1", "badge.type")}),
        ({"type": ["BadgeClass", "obi:Thing", "urn:x", "https://x.example"]}, set()),
        ({"type": ["BadgeClass", "zzz:Thing"]}, {("/type/1", "badge.type")}),
        ({"@context": [CONTEXT, {"Mine": "urn:mine"}], "type": ["BadgeClass", "Mine"]}, set()),
        ({"@context": [CONTEXT, "https://x.example/c"], "type": ["BadgeClass", "Mine"]}, set()),
        ({"@context": {"obi": "https://w3id.org/openbadges#", "BadgeClass": "obi:BadgeClass"}}, set()),
        ({"@context": None}, {("/@context", "badge.context")}),
    ],
)
def test_what_a_definition_needs(changes: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert places(badge_class(**changes), Kind.BADGE_CLASS) == expected


def test_an_embedded_definition_has_no_context_of_its_own() -> None:
    inside = badge_class(**{"@context": None})
    assert openbadges2.check(inside, Kind.BADGE_CLASS, embedded=True) == []


def test_a_nest_of_documents_ends() -> None:
    assert (
        places(badge_class(issuer=issuer(image={"id": "urn:i", "author": issuer()})), Kind.BADGE_CLASS)
        == set()
    )


def test_a_revoked_badge_needs_its_id_only() -> None:
    assert places({"revoked": True, "id": HOST}, Kind.ASSERTION) == set()
    assert places({"revoked": True}, Kind.ASSERTION) == {("", "badge.required")}


@given(Json)
def test_hostile_documents_are_refused_in_words(value: Any) -> None:
    for kind in (Kind.ASSERTION, Kind.BADGE_CLASS, Kind.ISSUER_PROFILE, Kind.BADGE_ENDORSEMENT):
        document = upgraded(value, kind) if isinstance(value, dict) else {"id": value}
        assert openbadges2.check(document, kind)
        list(known.find(document))
    with contextlib.suppress(ParseError):
        look_up(value, {"id": "x", "uid": "y"})


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "recipient", "badge", "verification", "issuedOn", "expires", "endorsement", "type"]
        ),
        Json,
    )
)
def test_hostile_badges_get_a_report(changes: dict[str, Any]) -> None:
    document = {**assertion(), **changes}
    with contextlib.suppress(InsigniaError):
        secured = credential.from_json(document)
        for documents in (world(), {HOST + "/ann.json": document, **world(badge=changes, issuer=changes)}):
            found = verify(secured, resolver=MapResolver(documents), now=NOW, policy=STRICT, recipient="x")
            render.text(found)
            render.json(found)
    token = signed(document)
    with contextlib.suppress(InsigniaError):
        render.text(report(token, world(issuer=changes, key=changes)))


def test_extensions_of_the_registry() -> None:
    def found(**members: Any) -> list[known.Found]:
        return list(known.find({"a": [{"type": ["Extension", "extensions:GeoCoordinates"], **members}]}))

    [good] = found(description="Here", geo={"latitude": 1, "longitude": 2})
    assert (good.where, good.known, good.problems) == ("/a/0", True, ())
    [expanded] = found(**{"http://schema.org/description": "Here", "geo": {}, "name": "x"})
    assert expanded.problems == ()
    [bad] = found(description="Here")
    assert [p.where for p in bad.problems] == ["/a/0"]
    [nameless] = known.find({"type": "Extension"})
    assert nameless.name == "an extension without a name"
    [foreign] = known.find({"type": ["Extension", "ApplyLink"]})
    assert not foreign.known
    deep: Any = {"type": "Extension"}
    for _ in range(20):
        deep = {"a": deep}
    assert list(known.find(deep)) == list(known.find(7)) == []


# Keys


def test_keys_in_pem() -> None:
    ed = SecretKey.from_seed(bytes(range(32))).public_key
    for public in (SECRET.public_key, ed):
        assert pem.read(pem.write(public)) == public
    text = pem.write(SECRET.public_key)
    assert text.startswith("-----BEGIN PUBLIC KEY-----\n")


@pytest.mark.parametrize(
    "text", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "x" * 20000, "\ud800"]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(KeyFormatError) as caught:
        pem.read(text)
    assert caught.value.code == "key.pem"


def test_other_kinds_of_keys_are_refused() -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa, x25519

    for secret in (ec.generate_private_key(ec.SECP256K1()), x25519.X25519PrivateKey.generate()):
        text = secret.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        with pytest.raises(KeyFormatError):
            pem.read(text.decode())
    short = rsa.generate_private_key(65537, 1024).public_key()
    text = short.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)
    with pytest.raises(KeyFormatError) as caught:
        pem.read(text.decode())
    assert caught.value.code == "key.length"


# Links


def test_a_link_that_is_none() -> None:
    with pytest.raises(ParseError) as caught:
        linked(7, Kind.BADGE_CLASS, resolver=MapResolver({}), host="", version="2.0")
    assert caught.value.code == "badge.link"
