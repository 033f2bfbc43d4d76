"""Keys come, are rotated and are compromised; what the DID document and the key log then say."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from insignia import credential, did, issuing, jsonld
from insignia.cryptosuites import timestamps
from insignia.resolver import OfflineResolver
from insignia.verification import verify
from insignia_server.audit.models import Entry
from insignia_server.issuers import addresses, documents, keylog, services, signing
from insignia_server.issuers.models import Issuer, KeyLogEntry, KeyState, SigningKey
from insignia_server.issuers.remote import KeyUnavailable
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, Member

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)

LOADER = jsonld.bundled_loader(OfflineResolver())
LATER = NOW + dt.timedelta(days=30)


def document_of(issuer: Issuer) -> dict[str, Any]:
    return documents.did_document(issuer, SigningKey.objects.filter(issuer=issuer))


def method_of(issuer: Issuer, key: SigningKey) -> dict[str, Any]:
    (found,) = [
        method
        for method in document_of(issuer)["verificationMethod"]
        if method["id"] == f"{issuer.did}#{key.fragment}"
    ]
    return dict(found)


def events(issuer: Issuer) -> list[str]:
    return [entry["event"] for entry in json.loads(documents.key_log(issuer))]


def issue(issuer: Issuer, document: dict[str, Any], suite: str, now: dt.datetime = NOW) -> bytes:
    key = signing.signer(issuer, signing.algorithm_of(suite))
    return issuing.issue(document, key=key, suite=suite, created=now, loader=LOADER)


def verdict(content: bytes, now: dt.datetime = LATER) -> str:
    report = verify(credential.parse(content), resolver=LocalResolver(), now=now)
    return "valid" if report.valid else "; ".join(str(check) for check in report.failed())


def test_a_new_issuer_has_two_keys_that_sign(issuer: Issuer) -> None:
    """Issue 3: 'signing keys Ed25519 and P-256'."""
    keys = SigningKey.objects.filter(issuer=issuer).order_by("algorithm")
    assert [(key.algorithm, key.state, key.created_at) for key in keys] == [
        ("Ed25519", KeyState.ACTIVE, NOW),
        ("P-256", KeyState.ACTIVE, NOW),
    ]
    assert [signing.active_key(issuer, key.algorithm) for key in keys] == list(keys)


@pytest.mark.parametrize(
    "suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "vc-jwt", "ob-jwt"]
)
def test_what_each_key_signs_verifies_from_the_database_alone(
    issuer: Issuer, draft: Callable[..., dict[str, Any]], suite: str
) -> None:
    content = issue(issuer, draft(documents.profile(issuer)), suite)
    assert verdict(content) == "valid"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "vc-jwt", "ob-jwt"])
def test_a_demo_on_localhost_verifies_its_own(
    owner: Actor, scoped: object, settings: Any, draft: Callable[..., dict[str, Any]], suite: str
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    issuer = services.create_issuer(by=owner, name="Arts", slug="arts", now=NOW)
    assert issuer.did == "did:web:localhost%3A8000:issuers:arts"
    content = issue(issuer, draft(documents.profile(issuer)), suite)
    assert verdict(content) == "valid"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "vc-jwt", "ob-jwt"])
def test_an_issuer_on_its_own_domain_signs(
    issuer: Issuer, owner: Actor, draft: Callable[..., dict[str, Any]], suite: str
) -> None:
    domain = Domain.objects.create(
        organisation_id=issuer.organisation_id, name="arts.example", token="t", state="proved", proved_at=NOW
    )
    services.use_own_domain(by=owner, issuer=issuer, domain=domain)
    Issuer.objects.update(document_seen_at=NOW)
    content = issue(issuer, draft(documents.profile(issuer)), suite)
    assert credential.parse(content).document["issuer"]["id"] == "did:web:arts.example"
    assert verdict(content) == "valid"
    domain.delete()
    assert verdict(content) != "valid", "the domain, which is not reached here, has to be asked"


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_compiled_achievement_signs_with_it(
    issuer: Issuer, draft: Callable[..., dict[str, Any]], suite: str
) -> None:
    key = signing.signer(issuer, signing.algorithm_of(suite))
    compiled = issuing.CompiledAchievement.compile(
        draft(documents.profile(issuer)),
        {"id": "/id"},
        signer=key.signer,
        verification_method=key.verification_method,
        suite=suite,
        loader=LOADER,
        shadow=1,
    )
    for number in range(3):
        content = compiled.issue({"id": f"urn:uuid:0195a7c2-2b1e-7c3a-9d54-3f6e2a1b0c9{number}"}, NOW)
        assert verdict(content) == "valid"


def test_an_unknown_suite_has_no_algorithm() -> None:
    assert {signing.algorithm_of(suite) for suite in issuing.SUITES} == {"Ed25519", "P-256", "RSA"}
    with pytest.raises(ValueError, match=r"expected one of eddsa-rdfc-2022.*got 'bbs-2023'"):
        signing.algorithm_of("bbs-2023")


def test_the_rsa_key_comes_at_its_first_use(issuer: Issuer) -> None:
    """Issue 3: 'an RSA key (RS256) with an https `kid` that answers the bare JWK and that the DID document
    lists'."""
    assert not SigningKey.objects.filter(algorithm="RSA").exists()
    key = signing.ob_jwt_key(issuer)
    row = SigningKey.objects.get(algorithm="RSA")
    assert (
        key.verification_method
        == f"https://badges.example.test/issuers/{issuer.slug}/keys/{row.fragment}.json"
    )
    assert key.controller == issuer.did
    assert signing.ob_jwt_key(issuer).verification_method == key.verification_method
    assert SigningKey.objects.filter(algorithm="RSA").count() == 1
    assert row.public_jwk.keys() == {"kty", "alg", "n", "e"}
    found = did.signing_key(key.verification_method, issuer=issuer.did, resolver=LocalResolver())
    assert (found.type, found.public_key.algorithms) == ("JsonWebKey", ("RS256",))
    assert "https://w3id.org/security/jwk/v1" in document_of(issuer)["@context"]
    assert events(issuer) == ["created", "created", "created"]


def test_who_comes_second_finds_the_rsa_key_of_the_first(issuer: Issuer) -> None:
    first = signing._first_rsa(issuer, NOW)
    assert signing._first_rsa(issuer, NOW) == first


def test_the_document_of_a_new_issuer(issuer: Issuer) -> None:
    ed25519, p256 = SigningKey.objects.order_by("algorithm")
    methods = [f"{issuer.did}#{key.fragment}" for key in (ed25519, p256)]
    assert document_of(issuer) == {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": "did:web:badges.example.test:issuers:faculty-of-arts",
        "verificationMethod": [
            {
                "id": methods[0],
                "type": "Multikey",
                "controller": issuer.did,
                "publicKeyMultibase": ed25519.fragment,
            },
            {
                "id": methods[1],
                "type": "Multikey",
                "controller": issuer.did,
                "publicKeyMultibase": p256.fragment,
            },
        ],
        "assertionMethod": methods,
    }


def test_the_contexts_define_every_term_of_the_document(issuer: Issuer, owner: Actor) -> None:
    services.report_compromised(
        by=owner, key=signing.active_key(issuer, "P-256"), since=NOW, now=NOW + dt.timedelta(hours=1)
    )
    assert jsonld.check_terms(document_of(issuer), loader=LOADER) == []


def test_a_rotated_key_stays_as_it_was(
    issuer: Issuer, owner: Actor, draft: Callable[..., dict[str, Any]]
) -> None:
    """Issue 3: 'A rotated key stays in `verificationMethod` and `assertionMethod` without `expires` or
    `revoked`'."""
    old = signing.active_key(issuer, "Ed25519")
    content = issue(issuer, draft(documents.profile(issuer)), "eddsa-rdfc-2022")
    before = method_of(issuer, old)
    new = services.rotate_key(by=owner, key=old, now=LATER)
    old.refresh_from_db()
    assert (old.state, old.retired_at, new.state, new.created_at) == ("retired", LATER, "active", LATER)
    assert method_of(issuer, old) == before
    assert f"{issuer.did}#{old.fragment}" in document_of(issuer)["assertionMethod"]
    assert signing.active_key(issuer, "Ed25519") == new
    assert signing.signer(issuer, "Ed25519").verification_method == f"{issuer.did}#{new.fragment}"
    assert verdict(content) == "valid"
    assert verdict(issue(issuer, draft(documents.profile(issuer)), "eddsa-rdfc-2022")) == "valid"


def test_the_key_before_signs_that_another_follows(issuer: Issuer, owner: Actor) -> None:
    for algorithm, suite in (("Ed25519", "eddsa-jcs-2022"), ("P-256", "ecdsa-jcs-2019")):
        old = signing.active_key(issuer, algorithm)
        services.rotate_key(by=owner, key=old, now=LATER)
        entry = last_entry(issuer)
        assert (entry["event"], entry["replaces"]) == ("rotated", f"#{old.fragment}")
        assert entry["proof"]["cryptosuite"] == suite
        assert entry["proof"]["verificationMethod"] == f"{issuer.did}#{old.fragment}"
        history = keylog.read(documents.key_log(issuer)).keys[old.fragment]
        assert history.retired == timestamps.write(LATER)


def last_entry(issuer: Issuer) -> dict[str, Any]:
    return dict(json.loads(documents.key_log(issuer))[-1])


def test_an_rsa_key_is_rotated_in_the_name_of_another(issuer: Issuer, owner: Actor) -> None:
    kid = signing.ob_jwt_key(issuer, now=NOW).verification_method
    services.rotate_key(by=owner, key=signing.active_key(issuer, "RSA"), now=LATER)
    entry = last_entry(issuer)
    assert (entry["event"], entry["algorithm"]) == ("rotated", "RSA")
    assert entry["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    assert signing.ob_jwt_key(issuer).verification_method != kid
    assert len(keylog.read(documents.key_log(issuer)).keys) == 4


def test_only_a_key_that_signs_is_rotated(issuer: Issuer, owner: Actor) -> None:
    key = signing.active_key(issuer, "Ed25519")
    services.rotate_key(by=owner, key=key)
    with pytest.raises(Refused, match="Only a key that signs"):
        services.rotate_key(by=owner, key=key)
    assert events(issuer) == ["created", "created", "rotated"]


def test_a_compromised_key_is_revoked_and_leaves_assertion_method(
    issuer: Issuer, owner: Actor, draft: Callable[..., dict[str, Any]]
) -> None:
    """Issue 3: 'A compromised key gets `revoked` and leaves `assertionMethod`'."""
    bad = signing.active_key(issuer, "Ed25519")
    content = issue(issuer, draft(documents.profile(issuer)), "eddsa-rdfc-2022")
    since = NOW - dt.timedelta(days=1)
    new = services.report_compromised(by=owner, key=bad, since=since, now=LATER)
    bad.refresh_from_db()
    assert (bad.state, bad.compromised_since, bad.revoked_at) == ("compromised", since, LATER)
    assert method_of(issuer, bad)["revoked"] == "2026-11-24T12:00:00Z"
    assert f"{issuer.did}#{bad.fragment}" not in document_of(issuer)["assertionMethod"]
    assert signing.active_key(issuer, "Ed25519") == new
    assert "lists" in verdict(content)
    assert verdict(issue(issuer, draft(documents.profile(issuer)), "eddsa-rdfc-2022", LATER)) == "valid"


def test_a_surviving_key_reports_the_compromise(issuer: Issuer, owner: Actor) -> None:
    bad, survivor = signing.active_key(issuer, "Ed25519"), signing.active_key(issuer, "P-256")
    services.report_compromised(by=owner, key=bad, since=NOW, now=LATER)
    assert events(issuer) == ["created", "created", "compromised", "created"]
    assert last_entry(issuer)["replaces"] == f"#{bad.fragment}"
    assert last_entry(issuer)["proof"]["verificationMethod"] == f"{issuer.did}#{survivor.fragment}"
    assert keylog.read(documents.key_log(issuer)).keys[bad.fragment].compromised_since == timestamps.write(
        NOW
    )


def test_a_retired_key_can_be_compromised_too(issuer: Issuer, owner: Actor) -> None:
    old = signing.active_key(issuer, "P-256")
    new = services.rotate_key(by=owner, key=old, now=NOW)
    assert services.report_compromised(by=owner, key=old, since=NOW, now=LATER) == new
    assert method_of(issuer, old)["revoked"]
    assert events(issuer) == ["created", "created", "rotated", "compromised"]
    assert not keylog.read(documents.key_log(issuer)).keys[old.fragment].active


def test_a_second_report_only_moves_the_time_back(issuer: Issuer, owner: Actor) -> None:
    key = signing.active_key(issuer, "P-256")
    services.report_compromised(by=owner, key=key, since=NOW, now=NOW)
    with pytest.raises(Refused, match="known to be compromised since 2026-11-25T12:00:00Z"):
        services.report_compromised(by=owner, key=key, since=NOW, now=LATER)
    earlier = NOW - dt.timedelta(days=3)
    services.report_compromised(by=owner, key=key, since=earlier, now=LATER)
    key.refresh_from_db()
    assert (key.compromised_since, key.revoked_at) == (earlier, NOW)
    assert keylog.read(documents.key_log(issuer)).keys[key.fragment].compromised_since == timestamps.write(
        earlier
    )


def test_a_compromise_lies_not_in_the_future(issuer: Issuer, owner: Actor) -> None:
    with pytest.raises(Refused, match="not in the future") as caught:
        services.report_compromised(by=owner, key=signing.active_key(issuer, "P-256"), since=LATER, now=NOW)
    assert caught.value.refusals[0].field == "since"
    assert signing.active_key(issuer, "P-256").state == "active"


def test_without_a_survivor_nothing_can_be_reported(issuer: Issuer, owner: Actor) -> None:
    SigningKey.objects.filter(algorithm="P-256").update(state=KeyState.RETIRED)
    key = signing.active_key(issuer, "Ed25519")
    with pytest.raises(Refused, match="No other key is left"):
        services.report_compromised(by=owner, key=key, since=NOW)
    new = services.add_key(by=owner, issuer=issuer, algorithm="P-256")
    assert new.state == "active"
    services.report_compromised(by=owner, key=key, since=NOW)


def test_keys_are_added_where_none_signs(issuer: Issuer, owner: Actor) -> None:
    with pytest.raises(Refused, match="There is an active Ed25519 key"):
        services.add_key(by=owner, issuer=issuer, algorithm="Ed25519")
    with pytest.raises(Refused, match="Choose one of Ed25519, P-256, RSA"):
        services.add_key(by=owner, issuer=issuer, algorithm="P-384")
    with pytest.raises(Refused, match="has no RSA key that signs"):
        signing.active_key(issuer, "RSA")
    key = services.add_key(by=owner, issuer=issuer, algorithm="RSA", now=NOW)
    assert signing.ob_jwt_key(issuer).verification_method == addresses.jwk(issuer, key)


def test_a_key_that_the_issuer_had_before_is_refused(issuer: Issuer, owner: Actor) -> None:
    same = bytes(range(64)).__getitem__
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"), random=lambda n: same(slice(n)))
    with pytest.raises(Refused, match="had this key before"):
        services.rotate_key(
            by=owner, key=signing.active_key(issuer, "Ed25519"), random=lambda n: same(slice(n))
        )
    assert events(issuer) == ["created", "created", "rotated"]


def test_randomness_is_an_argument(owner: Actor, scoped: object) -> None:
    def fixed(count: int) -> bytes:
        return bytes(range(count))

    one, two = (services.create_issuer(by=owner, name="A", now=NOW, random=fixed) for _ in range(2))
    assert signing.active_key(one, "Ed25519").fragment == signing.active_key(two, "Ed25519").fragment


def test_keys_are_a_matter_of_those_who_may(issuer: Issuer, act_as: Callable[..., Actor]) -> None:
    key, awarder = signing.active_key(issuer, "Ed25519"), act_as("awarder", "author", "approver", "auditor")
    with pytest.raises(Forbidden):
        services.rotate_key(by=awarder, key=key)
    with pytest.raises(Forbidden):
        services.report_compromised(by=awarder, key=key, since=NOW)
    with pytest.raises(Forbidden):
        services.add_key(by=awarder, issuer=issuer, algorithm="RSA")


def test_keys_of_another_tenant_are_not_here(
    issuer: Issuer, make_organisation: Callable[..., Any], owner: Actor
) -> None:
    stranger = Member.plain.get(organisation=make_organisation("elsewhere", "Elsewhere")).actor()
    key = signing.active_key(issuer, "Ed25519")
    calls: list[Callable[[], object]] = [
        lambda: services.rotate_key(by=stranger, key=key),
        lambda: services.report_compromised(by=stranger, key=key, since=NOW),
        lambda: services.add_key(by=stranger, issuer=issuer, algorithm="RSA"),
    ]
    for call in calls:
        with pytest.raises(NotHere):
            call()
    with scopes.organisation(stranger.organisation_id), pytest.raises(NotHere):
        signing.signer(issuer, "Ed25519")
    with scopes.organisation(stranger.organisation_id), pytest.raises(Refused, match="no Ed25519 key"):
        signing.active_key(issuer, "Ed25519")


def test_every_act_with_a_key_is_audited(issuer: Issuer, owner: Actor) -> None:
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"))
    services.report_compromised(by=owner, key=signing.active_key(issuer, "P-256"), since=NOW)
    signing.ob_jwt_key(issuer)
    assert list(Entry.objects.order_by("id").values_list("action", "actor_kind")) == [
        ("key.created", "member"),
        ("key.created", "member"),
        ("issuer.create", "member"),
        ("key.rotated", "member"),
        ("key.compromised", "member"),
        ("key.created", "member"),
        ("issuer.pin", "job"),
        ("key.created", "job"),
    ]


def test_opening_costs_one_query_and_nothing_per_signature(
    issuer: Issuer, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing.signer(issuer, "Ed25519")
    monkeypatch.setattr(signing, "unseal", None)
    with django_assert_num_queries(1):
        key = signing.signer(issuer, "Ed25519")
        for _ in range(100):
            key.signer.sign(b"data", "EdDSA")


def test_few_keys_stay_open(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "OPEN_KEYS", 1)
    signing.signer(issuer, "Ed25519")
    last = signing.active_key(issuer, "P-256").pk
    signing.signer(issuer, "P-256")
    assert list(signing._opened) == [last]


@pytest.mark.django_db(transaction=True)
def test_a_replaced_key_is_forgotten_after_the_commit(issuer: Issuer, owner: Actor) -> None:
    old = signing.active_key(issuer, "Ed25519")
    signing.signer(issuer, "Ed25519")
    services.rotate_key(by=owner, key=old)
    assert old.pk not in signing._opened


def test_a_key_without_secret_and_place_is_named(issuer: Issuer) -> None:
    key = signing.active_key(issuer, "Ed25519")
    SigningKey.objects.filter(pk=key.pk).update(sealed=None)
    signing.forget(key.pk)
    with pytest.raises(KeyUnavailable, match="neither a secret nor a place"):
        signing.signer(issuer, "Ed25519")


def test_entries_are_kept_with_their_digests(issuer: Issuer, owner: Actor) -> None:
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"))
    entries = list(KeyLogEntry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == [0, 1, 2]
    for entry in entries:
        assert bytes(entry.digest) == keylog.digest(bytes(entry.content))
        assert bytes(entry.content) in documents.key_log(issuer)


def test_the_log_never_goes_back_in_time(issuer: Issuer, owner: Actor) -> None:
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"), now=NOW - dt.timedelta(days=5))
    assert last_entry(issuer)["at"] == timestamps.write(NOW)
    assert len(keylog.read(documents.key_log(issuer)).keys) == 3


def at_once(count: int, call: Callable[[], object], organisation_id: Any) -> list[object]:
    """What `count` threads got that made the call at the same time: a result, or what was raised."""
    barrier, results = threading.Barrier(count), list[object]()

    def run() -> None:
        barrier.wait()
        try:
            with scopes.organisation(organisation_id):
                results.append(call())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_rotations_at_once_one_counts(issuer: Issuer, owner: Actor) -> None:
    key = signing.active_key(issuer, "Ed25519")
    results = at_once(2, lambda: services.rotate_key(by=owner, key=key), issuer.organisation_id)
    assert sorted(type(result).__name__ for result in results) == ["Refused", "SigningKey"]
    assert events(issuer) == ["created", "created", "rotated"]
    assert len(keylog.read(documents.key_log(issuer)).keys) == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_first_uses_at_once_one_makes_the_rsa_key(issuer: Issuer) -> None:
    results = at_once(
        3, lambda: signing.ob_jwt_key(Issuer.objects.get()).verification_method, issuer.organisation_id
    )
    assert len(set(results)) == 1
    assert results[0] == addresses.jwk(issuer, signing.active_key(issuer, "RSA"))
    assert Entry.objects.filter(action="issuer.pin").count() == 1
