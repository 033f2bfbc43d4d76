"""Signed badges of Open Badges 2.0, endorsements, extensions, and the older versions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from old_badges import (
    CONTEXT,
    HASH,
    HOST,
    NOW,
    OTHER,
    SECRET,
    assertion,
    badge_class,
    endorsement,
    issuer,
    key,
    one,
    outcomes,
    reason,
    report,
    signed,
    warnings,
    world,
)
from openbadges2_world import Answers

from insignia import credential
from insignia.errors import ResolveError
from insignia.jose.compact import sign
from insignia.keys import KeyType, SecretKey, pem
from insignia.report import Outcome, Verdict
from insignia.resolver import OfflineResolver
from insignia.verification import INSPECTOR_COMPATIBLE, LENIENT, STRICT, render, verify

# Signed badges


def test_a_signed_badge() -> None:
    found = report(signed(), world())
    assert found.valid, [c for c in found.checks if c.outcome is not Outcome.PASSED]
    assert outcomes(found)["status"] is Outcome.NOT_APPLICABLE
    assert one(found, "key-binding").message.startswith("The profile of the issuer")
    assert found.subject["version"] == "2.0, signed"


def test_rsa_and_keys_inside_of_the_profile() -> None:
    """If there are multiple keys, "the Assertion's VerificationObject may specify the id of the public key
    that should be used for verification with its creator property"."""
    other = {**key(id=f"{HOST}/k2.json"), "publicKeyPem": pem.write(OTHER.public_key)}
    both = issuer(publicKey=[other, key()])
    assert report(signed(), world(both)).valid
    unnamed = signed(verification={"type": "SignedBadge"})
    assert report(unnamed, world(both)).valid


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (issuer(publicKey="https://evil.example/key.json"), "key.unlinked"),
        (issuer(publicKey=None), "key.unlinked"),
        (issuer(publicKey=[7]), "key.unlinked"),
    ],
)
def test_no_key_that_is_not_linked(profile: dict[str, Any], expected: str) -> None:
    """ "Do not trust a key that is not properly linked from the issuer Profile."."""
    found = report(signed(), world(profile))
    assert reason(found, "key-binding") == expected
    assert outcomes(found)["proof"] is Outcome.NOT_CHECKED
    assert found.verdict is Verdict.INVALID


def test_a_profile_without_keys() -> None:
    found = report(signed(verification={"type": "signed"}), world(issuer(publicKey=None)))
    assert reason(found, "key-binding") == "key.none"


@pytest.mark.parametrize(
    ("documents", "outcome", "expected"),
    [
        (world(key(owner="https://other.example/issuer")), Outcome.FAILED, "key.owner"),
        (world(key(publicKeyPem=None)), Outcome.FAILED, "key.pem"),
        (world(key(publicKeyPem="PEM")), Outcome.FAILED, "key.pem"),
        (world(key=None), Outcome.NOT_CHECKED, "resolve.not-found"),
        (world(key(publicKeyPem=pem.write(OTHER.public_key))), Outcome.FAILED, "jose.signature"),
        (world(key=pem.write(SECRET.public_key).encode()), Outcome.PASSED, ""),
    ],
)
def test_the_key_behind_the_link(documents: dict[str, Any], outcome: Outcome, expected: str) -> None:
    """ "If it is impossible to get a usable public key, the Assertion cannot be verified."."""
    found = report(signed(), documents)
    assert (outcomes(found)["proof"], reason(found, "proof")) == (outcome, expected)
    assert (outcomes(found)["key-binding"] is Outcome.PASSED) is (outcome is Outcome.PASSED)


def test_revoked_signed_badges() -> None:
    """Step 7: the id "does not appear in the revokedAssertions list. Legacy v1.x badges that lack a id
    property may be identified in this list by their uid."."""
    profile = issuer(revocationList=f"{HOST}/r.json")
    revocations = {"@context": CONTEXT, "type": "RevocationList", "id": f"{HOST}/r.json"}
    for entries, revoked in (
        (["urn:uuid:1"], True),
        ({"id": "urn:uuid:1"}, True),
        ([{"uid": "abc"}], True),
        ([{"id": "urn:uuid:1", "revoked": False}, {"id": 3}], False),
        (["urn:uuid:2"], False),
    ):
        found = report(signed(uid="abc"), world(profile, {**revocations, "revokedAssertions": entries}))
        assert (outcomes(found)["status.revocation"] is Outcome.FAILED) is revoked, entries
    unproven = report(signed(secret=OTHER), world(profile))
    assert reason(unproven, "status") == "proof.unverified"
    assert reason(unproven, "endorsements") == ""


def test_a_signed_badge_without_its_signature() -> None:
    document = assertion(verification={"type": "signed"})
    assert reason(report(document, world()), "proof") == "signed.no-signature"
    nowhere = assertion(id="urn:uuid:1")
    assert reason(report(nowhere, world()), "proof") == "hosted.no-address"


def test_a_token_that_says_that_it_is_hosted_is_hosted() -> None:
    found = report(signed(assertion(), secret=OTHER), world())
    assert found.valid
    assert found.subject["version"] == "2.0, hosted"


def test_a_signed_badge_with_its_definition_inside() -> None:
    inside = badge_class(id="https://elsewhere.example/badge.json")
    assert report(signed(badge=inside), world()).valid
    foreign = signed(badge=inside["id"])
    found = report(foreign, {**world(), inside["id"]: inside})
    assert found.valid
    assert warnings(found) == ["binding.definition"]
    lost = report(signed(), world(issuer=None))
    assert reason(lost, "proof") == "signed.no-issuer"
    assert reason(lost, "key-binding") == "proof.unverified"


# Endorsements, extensions, other documents


def test_endorsements_of_all_parts() -> None:
    documents = world(
        endorsement(),
        badge_class(endorsement={**endorsement(id=f"{HOST}/p2.json"), "claim": {"id": f"{HOST}/badge.json"}}),
        endorsement(id=f"{HOST}/p2.json", claim={"id": f"{HOST}/badge.json"}),
        assertion(endorsement=[f"{HOST}/praise.json"]),
    )
    found = report(assertion(), documents)
    assert found.valid, [c.message for c in found.checks if c.outcome is Outcome.FAILED]
    assert [part.path for part in found.parts] == ["/endorsement/0", "/badge/endorsement"]
    assert found.parts[0].subject["comment"] == "Well done."
    assert one(found, "endorsements").facts == {"count": 2}
    single = report(assertion(), world(endorsement(), assertion(endorsement=f"{HOST}/praise.json")))
    assert one(single, "endorsements").message == "Its endorsement verifies."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"{HOST}/none.json", "endorsement.invalid"),
        (7, "endorsement.unreadable"),
        ({**endorsement(), "@context": None}, "endorsement.invalid"),
    ],
)
def test_endorsements_that_do_not_verify(value: Any, expected: str) -> None:
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if name != "@context"}
    document = assertion(endorsement=[value])
    assert reason(report(document, world(document)), "endorsements") == expected
    assert report(document, world(document), policy=LENIENT).check("endorsements").outcome is Outcome.PASSED  # type: ignore[union-attr]


def test_endorsements_of_something_else() -> None:
    praise = endorsement(claim={"id": "https://other.example/1"})
    found = report(assertion(), world(praise, assertion(endorsement=f"{HOST}/praise.json")))
    assert found.valid
    assert warnings(found) == ["hosted.differs", "endorsement.other-subject"]


def test_signed_endorsements() -> None:
    praise = endorsement(id="urn:uuid:5", verification={"type": "signed", "creator": f"{HOST}/key.json"})
    assert report(sign({}, praise, SECRET), world()).valid


def test_terms_without_a_meaning() -> None:
    """Properties "that cannot be mapped to JSON-LD terms defined in the object's @context" are "not
    considered part of the badge object's meaning"."""
    document = assertion(mood="happy")
    found = report(document, world(document))
    assert found.valid
    assert warnings(found) == ["terms"]
    assert one(found, "terms").message.startswith("1 of its terms")
    elsewhere = assertion(**{"@context": [CONTEXT, "https://w3id.org/openbadges/v2/more"]})
    assert report(elsewhere, world(elsewhere)).valid


def test_endless_endorsements_end() -> None:
    circle = endorsement(endorsement=f"{HOST}/praise.json")
    document = assertion(endorsement=f"{HOST}/praise.json")
    found = report(document, world(document, circle))
    deepest = found
    while deepest.parts:
        deepest = deepest.parts[0]
    assert reason(deepest, "endorsements") == "endorsement.limit"
    assert found.verdict is Verdict.UNDETERMINED


def test_extensions() -> None:
    def extended(**members: Any) -> dict[str, Any]:
        extension = {
            "@context": "https://w3id.org/openbadges/extensions/applyLinkExtension/context.json",
            "type": ["Extension", "extensions:ApplyLink"],
            **members,
        }
        return badge_class(**{"extensions:applyLink": extension})

    good = report(assertion(), world(extended(url="https://apply.example")))
    assert good.valid
    assert one(good, "schema").where == "/badge/extensions:applyLink"
    bad = report(assertion(), world(extended(url=5)))
    assert reason(bad, "schema") == "extension.value"
    assert not bad.valid
    assert reason(report(assertion(), world(extended())), "schema") == "extension.value"
    unknown = report(assertion(), world(extended(type=["Extension", "https://example.org/mine"])))
    assert reason(unknown, "schema") == "extension.unknown"
    assert unknown.valid  # "an optional JSON-schema based mechanism"


def test_definitions_profiles_and_endorsements_by_themselves() -> None:
    definition = report(badge_class(), world())
    assert definition.valid
    assert render.sentence(definition) == "Valid: “Bicycle repair” is defined by Cycling School."
    profile = report(issuer(), world())
    assert profile.valid
    assert render.sentence(profile) == ("Valid: “Cycling School” is what this issuer publishes about itself.")
    praise = report(endorsement(), world(endorsement()))
    assert praise.valid
    assert praise.subject["recipient"] == {"id": f"{HOST}/ann.json"}
    foreign = badge_class(id="https://elsewhere.example/badge.json")
    lone = {**world(), foreign["id"]: foreign}
    assert reason(report(foreign, lone), "key-binding") == "binding.other-origin"
    assert report(foreign, lone, policy=INSPECTOR_COMPATIBLE).valid
    rogue = endorsement(issuer=7)
    assert reason(report(rogue, world(rogue)), "data-model") == "badge.value"


def test_a_claim_about_nothing() -> None:
    praise = endorsement(claim={"endorsementComment": "Good"})
    found = report(praise, world(praise))
    assert "recipient" not in found.subject
    assert outcomes(found)["data-model"] is Outcome.FAILED


def test_some_checks_only() -> None:
    found = report(assertion(), world(), checks=["status"])
    assert [check.code for check in found.checks] == ["status.revocation"]
    assert found.valid


# Older versions


def old(**changes: Any) -> dict[str, Any]:
    document = {
        "uid": "abc",
        "recipient": {"type": "email", "hashed": True, "salt": "Kosher", "identity": HASH},
        "badge": f"{HOST}/badge.json",
        "issuedOn": 1395396000,
        "verify": {"type": "hosted", "url": f"{HOST}/ann.json"},
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def old_world(**changes: Any) -> dict[str, Any]:
    definition = badge_class(**{"@context": None}, id=None, type=None, criteria=f"{HOST}/criteria.html")
    definition["alignment"] = [{"name": "ESCO", "url": "https://esco.example/1"}, "?"]
    profile = issuer(**{"@context": None}, id=None, type=None, email=None, publicKey=None)
    return {
        f"{HOST}/ann.json": old(),
        f"{HOST}/badge.json": definition,
        f"{HOST}/issuer.json": profile,
        f"{HOST}/key.pem": pem.write(SECRET.public_key).encode(),
        **changes,
    }


def test_a_hosted_badge_of_1_0() -> None:
    """1.1, 'Hosted Assertion': "Perform an HTTP GET request on the verify.url."."""
    documents = old_world()
    documents[f"{HOST}/badge.json"]["alignment"].pop()
    found = report(old(), documents)
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is Outcome.FAILED]
    assert found.subject["version"] == "1.0, hosted"
    assert found.subject["validFrom"] == "2014-03-21T10:00:00Z"
    assert outcomes(found)["terms"] is Outcome.NOT_APPLICABLE
    assert reason(report(old(), old_world()), "data-model") == "badge.value"


def test_a_signed_badge_of_1_1() -> None:
    """1.1, 'Signed Assertion': "Extract the verify.url property", "store public key", "ensure the uid of the
    badge does not appear in the list"."""
    document = old(**{"@context": "https://w3id.org/openbadges/v1"}, type="Assertion", id="urn:uuid:1")
    document["verify"] = {"type": "signed", "url": f"{HOST}/key.pem"}
    document["issuedOn"] = "2014-03-21"
    documents = old_world()
    documents[f"{HOST}/badge.json"]["alignment"] = []
    documents[f"{HOST}/issuer.json"]["revocationList"] = f"{HOST}/revoked.json"
    documents[f"{HOST}/revoked.json"] = {"xyz": "Issued in error", "id": "abc"}
    token = sign({}, document, SECRET)
    found = report(token, documents)
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is not Outcome.PASSED]
    documents[f"{HOST}/revoked.json"] = {"abc": "Issued in error"}
    revoked = report(token, documents)
    assert "Issued in error" in one(revoked, "status.revocation").message
    document["verify"]["url"] = "https://evil.example/key.pem"
    forged = report(sign({}, document, SECRET), {**documents, "https://evil.example/key.pem": b""})
    assert reason(forged, "key-binding") == "key.unlinked"


def test_a_badge_of_0_5_by_its_address() -> None:
    ancient = {
        "recipient": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
        "salt": "Kosher",
        "issued_on": "2012-03-21",
        "badge": {
            "version": "0.5.0",
            "name": "Welder",
            "description": "Welds",
            "image": f"{HOST}/i.png",
            "criteria": f"{HOST}/c",
            "issuer": {"origin": HOST, "name": "School", "contact": "s@example.org"},
        },
    }
    found = report(f"{HOST}/0.json", {f"{HOST}/0.json": ancient}, recipient="a@example.com")
    assert outcomes(found)["recipient"] is Outcome.PASSED
    assert outcomes(found)["data-model"] is Outcome.PASSED
    assert reason(found, "key-binding") == "binding.nobody"
    assert found.subject["name"] == "Welder"
    unsalted = {**ancient, "recipient": "a@example.com"}
    unsalted.pop("salt")
    seen = report(f"{HOST}/0.json", {f"{HOST}/0.json": unsalted})
    assert "a@example.com" in render.text(seen)


def test_http_is_asked_as_https_where_it_is_blocked() -> None:
    plain = assertion(id="http://badges.example.org/ann.json")
    errors = {"http://badges.example.org/ann.json": ResolveError.BLOCKED}
    resolver = Answers(world(plain) | {f"{HOST}/ann.json": plain}, errors=errors)
    assert report(plain, {}, resolver=resolver).valid
    assert resolver.asked[:2] == ["http://badges.example.org/ann.json", f"{HOST}/ann.json"]


def test_an_offline_badge_is_not_confirmed() -> None:
    secured = credential.parse(json.dumps(assertion()))
    found = verify(secured, resolver=OfflineResolver(), now=NOW, policy=STRICT)
    assert found.verdict is Verdict.UNDETERMINED
    assert render.sentence(found).startswith("Not confirmed: a badge.")


def test_rs256() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.generate_private_key(65537, 2048).private_numbers()

    def text(value: int) -> str:
        from insignia.multibase import base64url_encode

        return base64url_encode(value.to_bytes((value.bit_length() + 7) // 8))

    public = numbers.public_numbers
    jwk = {"kty": "RSA", "n": text(public.n), "e": text(public.e), "d": text(numbers.d), "p": text(numbers.p)}
    jwk |= {
        "q": text(numbers.q),
        "dp": text(numbers.dmp1),
        "dq": text(numbers.dmq1),
        "qi": text(numbers.iqmp),
    }
    secret = SecretKey.from_jwk(jwk)
    assert secret.public_key.key_type is KeyType.RSA
    documents = world(key(publicKeyPem=pem.write(secret.public_key)))
    found = report(signed(secret=secret), documents)
    assert found.valid
    assert "RS256, RSA" in one(found, "proof").message
