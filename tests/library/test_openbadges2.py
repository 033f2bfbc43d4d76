"""The documents of Open Badges 1.x and 2.x: reading, rules, writing for old displayers, drafts of 3.0."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from old_badges import (
    CONTEXT,
    HASH,
    HOST,
    NOW,
    SECRET,
    assertion,
    badge_class,
    issuer,
    outcomes,
    report,
    signed,
    world,
)

from insignia import baking, credential, issuing, openbadges2, schema
from insignia.credential import Kind
from insignia.errors import InsigniaError, IssuingError, KeyFormatError, ParseError, ResolveError
from insignia.keys import KeyType, PublicKey, SecretKey, pem
from insignia.openbadges2 import Addresses, Fate
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
from insignia.report import Outcome
from insignia.resolver import MapResolver, OfflineResolver
from insignia.verification import STRICT, render, verify

PNG = (Path(__file__).parents[2] / "examples" / "badge.png").read_bytes()
Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def fresh() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(numbers):012}"


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


# Writing Open Badges 2.0


DESCRIPTION: dict[str, Any] = {
    "achievement": {
        "id": "https://school.example/repair",
        "name": "Bicycle repair",
        "description": "Can repair a bicycle.",
        "criteria": "Mend a tyre.",
        "image": {"id": "https://school.example/repair.png", "caption": "A wheel"},
        "tags": ["bike"],
        "language": "en",
        "version": "2",
        "skills": [{"name": "Repair", "url": "https://esco.example/1", "type": "ceasn:Competency"}],
        "type": "Certificate",
    },
    "recipient": {"email": "ann@example.org", "name": "Ann"},
    "issuer": {
        "id": "https://school.example",
        "name": "Cycling School",
        "url": "https://school.example",
        "email": "school@example.org",
        "phone": "+1",
        "description": "A school",
        "image": "https://school.example/logo.png",
    },
    "evidence": {"url": "https://school.example/work", "name": "Work"},
    "narrative": "She did it.",
    "valid_until": "2030-01-01",
}
ADDRESSES = Addresses.below(f"{HOST}/2/ann/")


def draft(**changes: Any) -> dict[str, Any]:
    return issuing.draft({**DESCRIPTION, **changes}, now=NOW, identifier=fresh())


def test_a_hosted_badge_from_the_same_description() -> None:
    published = openbadges2.publish(draft(), addresses=ADDRESSES)
    names = ("assertion", "badge", "issuer")
    assert list(published.documents) == [f"{HOST}/2/ann/{name}.json" for name in names]
    content = json.dumps(published.assertion)
    found = report(content, dict(published.documents), recipient="Ann@Example.org")
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is Outcome.FAILED]
    assert published.assertion["narrative"] == "She did it."
    definition = published.documents[ADDRESSES.badge_class]
    assert definition["alignment"] == [{"targetName": "Repair", "targetUrl": "https://esco.example/1"}]
    assert definition["image"] == {"id": "https://school.example/repair.png", "caption": "A wheel"}
    fates = {(change.fate, change.what) for change in published.changes}
    assert (Fate.LOST, "achievement’s achievementType") in fates
    assert (Fate.LOST, "other identifiers of the recipient") in fates
    assert (Fate.CHANGED, "issuer’s id") in fates


def test_a_signed_badge_from_the_same_description() -> None:
    """With `verification.creator`; the key and the revocation list are linked from the profile."""
    public = SECRET.public_key
    published = openbadges2.publish(draft(), addresses=ADDRESSES, key=public)
    token = openbadges2.sign(published.assertion, SECRET)
    found = report(token, dict(published.documents))
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is Outcome.FAILED]
    assert outcomes(found)["status.revocation"] is Outcome.PASSED
    assert published.assertion["verification"] == {"type": "signed", "creator": ADDRESSES.key}
    assert ADDRESSES.assertion not in published.documents
    name = str(published.assertion["id"])
    entries = [(name, "Fraud"), ("x", "")]
    revoked = openbadges2.revocation_list(ADDRESSES.revocation_list, ADDRESSES.issuer, entries)
    again = report(token, {**published.documents, ADDRESSES.revocation_list: revoked})
    assert "Fraud" in again.checks[5].message


def test_other_recipients_and_criteria() -> None:
    by_id = draft(
        recipient="did:example:ann",
        achievement={**DESCRIPTION["achievement"], "criteria": "https://c.example"},
    )
    published = openbadges2.publish(by_id, addresses=ADDRESSES)
    assert published.assertion["recipient"] == {"type": "id", "hashed": False, "identity": "did:example:ann"}
    assert published.documents[ADDRESSES.badge_class]["criteria"] == "https://c.example"
    page = openbadges2.publish(draft(recipient="https://ann.example/"), addresses=ADDRESSES)
    assert page.assertion["recipient"]["type"] == "url"
    plain = {"type": "emailAddress", "value": "a@b.example", "hashed": False}
    open_address = openbadges2.publish(draft(recipient={"identifiers": [plain]}), addresses=ADDRESSES)
    assert "salt" not in open_address.assertion["recipient"]
    at_home = draft(issuer={**DESCRIPTION["issuer"], "id": ADDRESSES.issuer}, id=ADDRESSES.assertion)
    changes = openbadges2.publish(at_home, addresses=ADDRESSES).changes
    assert not [c for c in changes if c.what in ("id", "issuer’s id")]


def test_everything_that_is_missing_at_once() -> None:
    bare = {"credentialSubject": {"achievement": {"name": "x"}}, "issuer": "did:example:1"}
    with pytest.raises(IssuingError) as caught:
        openbadges2.publish(bare, addresses=Addresses("http://a", "b", "c", "d", "e"))
    codes = {(p.where, p.code) for p in caught.value.problems}
    assert ("/credentialSubject", "publish.recipient") in codes
    assert ("", "publish.addresses") in codes
    assert ("/credentialSubject/achievement", "badge.image-missing") in codes
    assert ("/issuer", "badge.required") in codes
    with pytest.raises(IssuingError):
        openbadges2.publish({"credentialSubject": {"achievement": "x"}}, addresses=ADDRESSES)


# Baking


@pytest.mark.parametrize("picture", [PNG, b"<svg xmlns='http://www.w3.org/2000/svg'/>"], ids=["png", "svg"])
@pytest.mark.parametrize("content", [json.dumps(assertion()), signed(), json.dumps(assertion(id="urn:x"))])
def test_baked_under_its_own_name(picture: bytes, content: str) -> None:
    """ "An iTXt chunk should be inserted into the PNG with keyword openbadges"; in SVG "the value of verify
    should either be a signed OpenBadges assertion or the URL"."""
    baked = baking.bake(picture, content)
    found = baking.unbake(baked)
    assert (found.format, found.content.decode()) == (baking.BakedFormat.OPEN_BADGES_2, content)
    hosted = content.startswith("{") and "urn:x" not in content
    if found.container is baking.Container.SVG:
        assert (f'verify="{HOST}/ann.json"' in baked.decode()) is hosted


# Drafts of Open Badges 3.0


def convert(
    content: str | dict[str, Any], documents: dict[str, Any]
) -> tuple[dict[str, Any], list[tuple[Fate, str]]]:
    secured = credential.parse(content) if isinstance(content, str) else credential.from_json(content)
    collected = openbadges2.collect(secured, MapResolver(documents))
    document, changes = openbadges2.convert(collected, now=NOW, identifier=fresh())
    return document, [(change.fate, change.what) for change in changes]


def test_a_draft_of_a_hosted_badge() -> None:
    rich = badge_class(
        tags=["bike", 7],
        alignment=[{"targetName": "n", "targetUrl": "https://a.example", "extra": 1}, "x"],
        image={"id": f"{HOST}/i.png", "caption": "A wheel"},
        version=2,
        endorsement=f"{HOST}/praise.json",
        **{"@language": "en", "extensions:x": {}},
    )
    full = assertion(
        narrative="She did it.",
        evidence=[f"{HOST}/work", {"id": "_:b0", "narrative": "Worked"}],
        expires="2030-01-01T00:00:00Z",
        image=f"{HOST}/baked.png",
        revoked=True,
    )
    document, changes = convert(assertion(), world(full, rich, issuer(image=f"{HOST}/logo.png")))
    assert schema.check(document, Kind.ACHIEVEMENT) == []
    subject = document["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == HASH
    assert subject["narrative"] == "She did it."
    assert subject["achievement"]["alignment"] == [
        {"type": ["Alignment"], "targetName": "n", "targetUrl": "https://a.example"}
    ]
    assert document["evidence"][1] == {"type": ["Evidence"], "narrative": "Worked"}
    assert document["validUntil"] == "2030-01-01T00:00:00Z"
    lost = {what for fate, what in changes if fate is Fate.LOST}
    assert lost == {"verification", "baked picture", "endorsement", "extensions:x", "publicKey", "revocation"}
    assert (Fate.CHANGED, "id") in changes


def test_a_draft_of_a_signed_badge_and_of_a_copy() -> None:
    document, _ = convert(signed(), world())
    assert document["validFrom"] == "2024-03-21T10:00:00Z"
    secured = credential.from_json(assertion(badge=badge_class(issuer=issuer())))
    collected = openbadges2.collect(secured, OfflineResolver())
    assert not collected.published
    assert "bundled" in collected.reason
    assert openbadges2.convert(collected, now=NOW, identifier=fresh())[0]["name"] == "Bicycle repair"
    unknown = assertion(verification={"type": "signed"}, issuedOn=None)
    kept, _ = convert(unknown, world(badge=badge_class(id="tag:x,1:y", image=None)))
    assert kept["validFrom"] == "2026-01-01T00:00:00Z"
    assert kept["credentialSubject"]["achievement"]["id"].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ({"type": "url", "hashed": False, "identity": "https://ann.example"}, {"id": "https://ann.example"}),
        ({"type": "telephone", "hashed": False, "identity": "+1"}, {"identityType": "ext:telephone"}),
        ({"type": "/x", "hashed": False, "identity": "+1"}, {"identityType": "ext:unknown"}),
    ],
)
def test_recipients_of_a_draft(recipient: dict[str, Any], expected: dict[str, Any]) -> None:
    document, _ = convert(assertion(), world(assertion(recipient=recipient)))
    subject = document["credentialSubject"]
    found = subject if "id" in expected else subject["identifier"][0]
    assert found.items() >= expected.items()
    assert schema.check(document, Kind.ACHIEVEMENT) == []


def test_a_draft_of_a_badge_whose_issuer_has_no_name_of_its_own() -> None:
    inside = assertion(badge=badge_class(id="urn:b", issuer={"name": "School"}))
    document, changes = convert(inside, world(inside))
    assert document["issuer"] == {"type": ["Profile"], "name": "School"}
    assert (Fate.CHANGED, "issuer’s id") in changes


def test_what_no_draft_is_made_of() -> None:
    with pytest.raises(IssuingError) as caught:
        convert(badge_class(), world())
    assert caught.value.code == "convert.kind"
    with pytest.raises(IssuingError) as caught:
        convert(assertion(), world(assertion(recipient="x y")) | {f"{HOST}/ann.json": assertion(recipient=7)})
    assert caught.value.code == "convert.recipient"
    with pytest.raises(ResolveError):
        convert(f"{HOST}/none.json", world())
    with pytest.raises(ResolveError):
        convert(assertion(), world(badge=None))


def test_there_and_back() -> None:
    """What both versions know survives both ways."""
    published = openbadges2.publish(draft(), addresses=ADDRESSES)
    document, _ = convert(dict(published.assertion), dict(published.documents))
    before = draft()["credentialSubject"]["achievement"]
    after = document["credentialSubject"]["achievement"]
    for name in ("name", "description", "criteria", "tag", "inLanguage", "version"):
        assert after[name] == before[name], name


def test_the_key_of_a_profile_is_public() -> None:
    public = SecretKey.generate(KeyType.P384, lambda size: bytes(range(3, size + 3))).public_key
    assert isinstance(pem.read(pem.write(public)), PublicKey)
