"""Verifying Open Badges 1.x and 2.x: each test quotes the sentence that it checks."""

from __future__ import annotations

from typing import Any

import pytest
from old_badges import (
    CONTEXT,
    HASH,
    HOST,
    assertion,
    badge_class,
    issuer,
    one,
    outcomes,
    reason,
    report,
    warnings,
    world,
)
from openbadges2_world import Answers

from insignia.errors import ResolveError
from insignia.report import Outcome, Verdict
from insignia.verification import INSPECTOR_COMPATIBLE, LENIENT, render


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
