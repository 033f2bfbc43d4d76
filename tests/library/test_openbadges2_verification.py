"""Verifying Open Badges 1.x and 2.x: each test quotes the sentence that it checks."""

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

from insignia import credential
from insignia.errors import ResolveError
from insignia.jose.compact import sign
from insignia.keys import KeyType, SecretKey, pem
from insignia.report import Outcome, Verdict
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose
from insignia.verification import INSPECTOR_COMPATIBLE, LENIENT, STRICT, render, verify


class Answers(MapResolver):
    """Some addresses redirect, some answer with an error."""

    def __init__(self, documents: dict[str, Any], *, moved: Any = None, errors: Any = None) -> None:
        super().__init__(documents)
        self.moved, self.errors = moved or {}, errors or {}
        self.asked: list[str] = []

    def resolve(self, url: str, purpose: Purpose) -> Document:
        self.asked.append(url)
        if url in self.errors:
            raise ResolveError.at(url, expected="a document", got="another answer", code=self.errors[url])
        found = super().resolve(url, purpose)
        return Document(url, found.content, final_url=self.moved.get(url))


def test_a_hosted_badge() -> None:
    found = report(assertion(), world())
    assert found.valid, [check for check in found.checks if check.outcome is Outcome.FAILED]
    assert [check.code for check in found.checks] == [
        *("proof", "data-model", "terms", "schema", "key-binding", "status.revocation"),
        *("validity.from", "validity.until", "endorsements"),
    ]
    assert found.subject["name"] == "Bicycle repair"
    assert found.subject["version"] == "2.0, hosted"
    assert found.subject["issuer"] == {"id": f"{HOST}/issuer.json", "name": "Cycling School"}
    assert render.sentence(found) == (
        "Valid: “Bicycle repair” was issued by Cycling School on 21 March 2024, is not revoked and has no "
        "expiry date."
    )
    assert "Open Badge 2.0, hosted" in render.text(found)


def test_only_what_is_published_counts() -> None:
    """ "the input data should only be trusted to identify the URI of the hosted verification file, and upon
    loading the hosted verification file, the retrieved data should be used as the Assertion value"."""
    forged = assertion(expires="2025-01-01T00:00:00Z", badge={"type": "BadgeClass", "name": "Doctor"})
    found = report(forged, world())
    assert found.valid
    assert found.subject["name"] == "Bicycle repair"
    assert warnings(found) == ["hosted.differs"]
    assert "badge, expires" in found.warnings[0].message
    published = report(assertion(), world(ann=assertion(expires="2025-01-01T00:00:00Z")))
    assert reason(published, "validity.until") == "validity.expired"


def test_an_address_alone() -> None:
    found = report(f"{HOST}/ann.json", world())
    assert found.valid
    assert found.warnings == ()


def test_redirects_are_permissible() -> None:
    """ "Redirects are permissible as long as appropriate Assertion content is eventually returned."."""
    resolver = Answers(world(), moved={f"{HOST}/ann.json": "https://new.example.org/ann.json"})
    found = report(assertion(), {}, resolver=resolver)
    assert found.valid
    assert warnings(found) == ["hosted.moved"]
    assert one(found, "proof").facts["finalUrl"] == "https://new.example.org/ann.json"
    upgraded = Answers(world(), moved={f"{HOST}/ann.json": "http://badges.example.org/ann.json"})
    assert report(assertion(), {}, resolver=upgraded).warnings == ()


def test_what_calls_itself_by_another_name_is_another_badge() -> None:
    found = report(assertion(), world(ann=assertion(id=f"{HOST}/ben.json")))
    assert reason(found, "proof") == "hosted.other-id"
    assert outcomes(found)["key-binding"] is Outcome.NOT_CHECKED
    assert found.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (
            {"type": ["VerifiableCredential"], "@context": "https://www.w3.org/ns/credentials/v2"},
            "hosted.other-kind",
        ),
        (badge_class(id=f"{HOST}/ann.json"), "hosted.other-kind"),
        ({"hello": "world"}, "hosted.other-kind"),
        (b"<html>", "hosted.unreadable"),
        (b"[1]", "hosted.unreadable"),
    ],
)
def test_something_else_is_published(published: Any, expected: str) -> None:
    found = report(assertion(), world(ann=published))
    assert reason(found, "proof") == expected
    assert found.verdict is Verdict.INVALID
    assert ("Verify what is there" in one(found, "proof").advice) is (
        "VerifiableCredential" in str(published)
    )


@pytest.mark.parametrize(
    ("code", "outcome", "expected"),
    [
        (ResolveError.NOT_FOUND, Outcome.FAILED, "hosted.not-found"),
        (ResolveError.TIMEOUT, Outcome.NOT_CHECKED, "resolve.timeout"),
        (ResolveError.OFFLINE, Outcome.NOT_CHECKED, "resolve.offline"),
    ],
)
def test_what_is_not_there_is_not_passed(code: str, outcome: Outcome, expected: str) -> None:
    resolver = Answers(world(), errors={f"{HOST}/ann.json": code})
    found = report(assertion(), {}, resolver=resolver, recipient="a@example.com")
    assert (one(found, "proof").outcome, reason(found, "proof")) == (outcome, expected)
    others = {check.outcome for check in found.checks if check.code != "proof"}
    assert others == {Outcome.NOT_CHECKED}
    assert found.verdict is (Verdict.INVALID if outcome is Outcome.FAILED else Verdict.UNDETERMINED)


def test_410_is_revoked() -> None:
    """ "If either the 410 Gone status or a response body declaring revoked true is returned, the Assertion
    should be treated as revoked and thus invalid."."""
    resolver = Answers(world(), errors={f"{HOST}/ann.json": ResolveError.GONE})
    found = report(assertion(), {}, resolver=resolver)
    assert reason(found, "status.revocation") == "status.revoked"
    assert found.subject["name"] == "Bicycle repair"
    assert render.sentence(found).startswith(
        "Not valid: “Bicycle repair”. It was revoked by its issuer: its address"
    )


@pytest.mark.parametrize(
    "body", [{"id": f"{HOST}/ann.json", "revoked": True, "revocationReason": "A mistake"}, {"revoked": True}]
)
def test_a_revoked_body_needs_nothing_more(body: dict[str, Any]) -> None:
    """ "For revoked Assertions, only id and revoked are required."."""
    found = report(assertion(), world(ann=body))
    assert reason(found, "status.revocation") == "status.revoked"
    assert ("The issuer’s word: A mistake." in one(found, "status.revocation").message) is ("id" in body)
    assert outcomes(found)["data-model"] is Outcome.PASSED
    assert outcomes(found)["key-binding"] is Outcome.NOT_APPLICABLE
    assert found.verdict is Verdict.INVALID


def test_a_revoked_one_that_kept_its_links() -> None:
    found = report(assertion(), world(ann=assertion(revoked=True)))
    assert reason(found, "status.revocation") == "status.revoked"
    assert outcomes(found)["key-binding"] is Outcome.PASSED


def test_a_hosted_badge_on_the_revocation_list() -> None:
    """ "If you find the badge in the revokedAssertions list, it has been revoked."."""
    entries = [{"id": f"{HOST}/ann.json", "revocationReason": "Fraud"}]
    revocations = {
        "@context": CONTEXT,
        "type": "RevocationList",
        "id": f"{HOST}/r.json",
        "revokedAssertions": entries,
    }
    listed = issuer(revocationList=f"{HOST}/r.json")
    found = report(assertion(), world(listed, revocations))
    assert reason(found, "status.revocation") == "status.revoked"
    assert "Fraud" in one(found, "status.revocation").message
    assert report(assertion(), world(listed, {**revocations, "revokedAssertions": []})).valid
    assert reason(report(assertion(), world(listed)), "status.revocation") == "resolve.not-found"
    broken = report(assertion(), world(listed, {**revocations, "revokedAssertions": [1]}))
    assert reason(broken, "status.revocation") == "revocation.list"
    assert broken.verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (issuer(id="https://other.example/issuer.json"), "binding.other-origin"),
        (
            issuer(
                id="https://other.example/issuer.json", verification={"allowedOrigins": "badges.example.org"}
            ),
            "",
        ),
        (issuer(id="https://other.example/issuer.json", verification={"startsWith": f"{HOST}/"}), ""),
        (
            issuer(id="https://other.example/issuer.json", verification={"startsWith": HOST[:-1]}),
            "binding.other-origin",
        ),
        (issuer(verification={"startsWith": [f"{HOST}/app/", f"{HOST}/x"]}), "binding.other-origin"),
        (issuer(id="urn:uuid:1"), "binding.nobody"),
    ],
)
def test_the_address_is_within_the_issuers_scope(profile: dict[str, Any], expected: str) -> None:
    """ "This defaults to requiring the Assertion and BadgeClass to be hosted on the same origin as the issuer
    Profile id if there is no verification property declared in the issuer Profile."."""
    place = profile["id"] if profile["id"].startswith("http") else f"{HOST}/issuer.json"
    documents = {**world(badge_class(issuer=place)), place: profile}
    found = report(assertion(), documents)
    assert reason(found, "key-binding") == expected
    assert found.valid is (expected == "")
    if expected == "binding.other-origin":
        assert "Do not rely on it" in one(found, "key-binding").advice


def test_the_definition_too_stands_with_the_issuer() -> None:
    foreign = badge_class(id="https://evil.example/badge.json")
    documents = {**world(assertion(badge=foreign["id"])), foreign["id"]: foreign}
    assert reason(report(assertion(badge=foreign["id"]), documents), "key-binding") == "binding.definition"
    lenient = report(assertion(badge=foreign["id"]), documents, policy=INSPECTOR_COMPATIBLE)
    assert "binding.definition" in warnings(lenient)
    assert lenient.valid


def test_an_embedded_profile_cannot_vouch_for_itself() -> None:
    """A forger embeds the issuer that he wants to be, with a scope of his own."""
    wanted = issuer(verification={"allowedOrigins": "evil.example"})
    forged = assertion(id="https://evil.example/a.json", badge=badge_class(id="urn:uuid:9", issuer=wanted))
    documents = {**world(), forged["id"]: forged}
    found = report(forged, documents)
    assert reason(found, "key-binding") == "binding.other-origin"
    alone = report(forged, {forged["id"]: forged})
    assert reason(alone, "data-model") == "resolve.not-found"


def test_an_embedded_copy_stands_in_on_its_own_host_only() -> None:
    whole = assertion(badge=badge_class(issuer=issuer()))
    found = report(whole, {whole["id"]: whole})
    assert found.valid, outcomes(found)
    ephemeral = assertion(badge=badge_class(id="urn:uuid:3"))
    assert report(ephemeral, world(ephemeral)).valid


def test_a_link_to_a_document_with_another_name() -> None:
    """What a document calls itself is where it is looked up."""
    moved = {**world(assertion(badge=f"{HOST}/alias.json")), f"{HOST}/alias.json": badge_class()}
    found = report(assertion(badge=f"{HOST}/alias.json"), moved)
    assert found.valid
    assert warnings(found) == ["link.other-id"]
    lying = {**moved, f"{HOST}/alias.json": badge_class(id=f"{HOST}/none.json")}
    assert reason(report(assertion(badge=f"{HOST}/alias.json"), lying), "data-model") == "resolve.not-found"
    assert report(assertion(badge=f"{HOST}/alias.json"), lying, policy=INSPECTOR_COMPATIBLE).valid
    twice = {**lying, f"{HOST}/none.json": badge_class()}
    assert reason(report(assertion(badge=f"{HOST}/alias.json"), twice), "data-model") == "badge.other-id"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"issuedOn": None}, ""),
        ({"issuedOn": "2024-03-21"}, "/issuedOn"),
        (
            {"recipient": {"type": "email", "hashed": True, "identity": "ann@example.org"}},
            "/recipient/identity",
        ),
        ({"image": "data:image/png;base64,AAAA"}, "/image"),
        ({"verification": {"type": "magic"}}, "/verification/type"),
        ({"type": ["Assertion", "Unknown"]}, "/type/1"),
        ({"badge": [f"{HOST}/badge.json", f"{HOST}/b2.json"]}, "/badge"),
        ({"expires": "2024-03-20T00:00:00Z"}, "/expires"),
        ({"@context": "https://example.org/other"}, "/@context"),
        ({"badge": 7}, "/badge"),
    ],
)
def test_what_does_not_conform(changes: dict[str, Any], where: str) -> None:
    broken = assertion(**changes)
    found = report(broken, world(broken))
    check = one(found, "data-model")
    assert (check.outcome, check.where) == (Outcome.FAILED, where)
    assert found.verdict is Verdict.INVALID


def test_a_missing_picture_is_tolerated_by_lenient_policies() -> None:
    documents = world(badge=badge_class(image=None))
    assert reason(report(assertion(), documents), "data-model") == "badge.image-missing"
    found = report(assertion(), documents, policy=LENIENT)
    assert found.valid
    assert warnings(found) == ["data-model"]


def test_whether_the_recipient_is_hashed_may_be_left_out() -> None:
    """The first example of the text leaves it out."""
    open_badge = assertion(recipient={"type": "email", "identity": "alice@example.org"})
    found = report(open_badge, world(open_badge))
    assert found.valid
    assert warnings(found) == ["data-model"]
    assert "alice@example.org" in render.sentence(found)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(ResolveError.TIMEOUT, Outcome.NOT_CHECKED), (ResolveError.GONE, Outcome.FAILED)],
)
@pytest.mark.parametrize("name", ["badge", "issuer"])
def test_links_that_lead_nowhere(name: str, code: str, outcome: Outcome) -> None:
    found = report(assertion(), {}, resolver=Answers(world(), errors={f"{HOST}/{name}.json": code}))
    assert outcomes(found)["data-model"] is outcome
    assert reason(found, "key-binding") == "binding.no-issuer"


def test_links_to_something_else() -> None:
    found = report(assertion(), world(badge=b"<html>"))
    assert reason(found, "data-model").startswith("json.")


@pytest.mark.parametrize(
    ("identifier", "fits"),
    [
        ("a@example.com", True),
        (" A@Example.com ", True),
        ("b@example.com", False),
        ("https://x.example", False),
    ],
)
def test_the_recipient(identifier: str, fits: bool) -> None:
    """ "The only supported algorithms are MD5 and SHA-256 ... expressed in hexadecimal using uppercase (A-F,
    0-9) or lowercase character (a-f, 0-9) sets."."""
    shouted = assertion(
        recipient={
            "type": "email",
            "hashed": True,
            "salt": "Kosher",
            "identity": f"sha256${HASH[7:].upper()}",
        }
    )
    for document in (assertion(), shouted):
        found = report(document, world(document), recipient=identifier)
        assert (outcomes(found)["recipient"] is Outcome.PASSED) is fits


def test_a_recipient_by_address_of_a_page() -> None:
    person = assertion(recipient={"type": "url", "hashed": False, "identity": "https://ann.example/"})
    found = report(person, world(person), recipient="https://ann.example/")
    assert outcomes(found)["recipient"] is Outcome.PASSED
    nobody = assertion(recipient="nobody")
    assert outcomes(report(nobody, world(nobody), recipient="x"))["recipient"] is Outcome.FAILED


@pytest.mark.parametrize(
    ("changes", "code", "expected"),
    [
        ({"issuedOn": "2100-01-01T00:00:00Z"}, "validity.from", "validity.not-yet"),
        ({"expires": "2025-01-01T00:00:00Z"}, "validity.until", "validity.expired"),
        ({"expires": "2030-01-01T00:00:00Z"}, "validity.until", ""),
        ({"expires": "soon"}, "validity.until", "validity.malformed"),
        ({"issuedOn": "once"}, "validity.from", "validity.malformed"),
    ],
)
def test_dates(changes: dict[str, Any], code: str, expected: str) -> None:
    document = assertion(**changes)
    assert reason(report(document, world(document)), code) == expected


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
