"""Endorsements and presentations: what is verified through the same steps."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from pinned_documents import PINNED, sri
from verification_world import (
    AGENCY,
    NOW,
    PERSON,
    STRANGER,
    UNIVERSITY,
    badge,
    changed,
    check,
    endorsement,
    found,
    outcomes,
    reasons,
    world,
)

from insignia import credential
from insignia.contexts import CREDENTIALS_V2
from insignia.errors import ResolveError
from insignia.report import Verdict
from insignia.resolver import Document, MapResolver, Purpose
from insignia.verification import STRICT, verify
from insignia.verification.endorsements import find

# Endorsements

ENDORSED = AGENCY.sign(endorsement())


def endorsing(value: Any, member: str = "endorsement") -> dict[str, Any]:
    return UNIVERSITY.sign(changed(badge(), "issuer", member, value=[value]))


def test_endorsements_are_found_everywhere() -> None:
    document = badge(endorsement=["a"], endorsementJwt="b")
    document["issuer"]["endorsement"] = ["c", "d"]
    document["issuer"]["parentOrg"] = {"id": "urn:p", "endorsementJwt": ["e"]}
    document["credentialSubject"]["achievement"]["endorsement"] = [{"issuer": {"endorsement": ["hidden"]}}]
    document["credentialSubject"]["achievement"]["creator"] = {"id": "urn:c", "endorsement": ["f"]}
    everywhere = {where: (value, owner) for where, value, owner in find(document)}
    assert everywhere == {
        "/endorsement/0": ("a", document["id"]),
        "/endorsementJwt": ("b", document["id"]),
        "/issuer/endorsement/0": ("c", UNIVERSITY.id),
        "/issuer/endorsement/1": ("d", UNIVERSITY.id),
        "/issuer/parentOrg/endorsementJwt/0": ("e", "urn:p"),
        "/credentialSubject/achievement/endorsement/0": (
            {"issuer": {"endorsement": ["hidden"]}},
            "https://university.example/achievements/robotics",
        ),
        "/credentialSubject/achievement/creator/endorsement/0": ("f", "urn:c"),
    }


def test_an_endorsement_is_verified_through_the_same_steps() -> None:
    report = check(endorsing(ENDORSED))
    assert report.valid
    assert outcomes(report)["endorsements"] == "passed"
    [part] = report.parts
    assert part.valid
    assert part.path == "/issuer/endorsement/0"
    assert part.subject["kind"] == "endorsement"
    assert {"data-model", "proof", "key-binding", "status", "validity.from"} <= outcomes(part).keys()


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (AGENCY.sign(endorsement(validUntil="2025-06-01T00:00:00Z")), "endorsement.invalid"),
        (STRANGER.sign(endorsement()), "endorsement.invalid"),
        (endorsement(), "endorsement.invalid"),
        (AGENCY.sign(badge(issuer=AGENCY.profile)), "endorsement.other-kind"),
        ({"type": "?"}, "endorsement.unreadable"),
    ],
)
def test_a_bad_endorsement_makes_the_badge_invalid(bad: Any, reason: str) -> None:
    """Open Badges 3.0, 8.1: `If all the above steps pass` (step 6 is the endorsements)."""
    report = check(endorsing(bad))
    assert report.verdict is Verdict.INVALID
    assert ("endorsements", reason) in reasons(report)
    lenient = check(endorsing(bad), policy=dataclasses.replace(STRICT, endorsements=False))
    assert ("endorsements", reason) not in reasons(lenient)
    assert reason in {notice.code for notice in lenient.warnings}


def test_an_endorsement_that_cannot_be_checked_leaves_the_verdict_open() -> None:
    report = check(endorsing(ENDORSED), {UNIVERSITY.url: UNIVERSITY.document()})
    assert report.verdict is Verdict.UNDETERMINED
    assert reasons(report) == {("endorsements", "endorsement.undetermined")}


def test_an_endorsement_of_something_else_is_pointed_out() -> None:
    other = AGENCY.sign(changed(endorsement(), "credentialSubject", "id", value="did:web:other.example"))
    report = check(endorsing(other))
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["endorsement.other-subject"]


def test_endorsements_of_endorsers_end_somewhere() -> None:
    inner = ENDORSED
    for _ in range(4):
        document = endorsement()
        document["issuer"] = {**AGENCY.profile, "endorsement": [inner]}
        inner = AGENCY.sign(document)
    report = check(endorsing(inner))
    assert report.verdict is Verdict.UNDETERMINED
    deepest = report.parts[0].parts[0].parts[0]
    assert ("endorsements", "endorsement.limit") in reasons(deepest)
    assert deepest.path == "/issuer/endorsement/0" * 3


def test_not_more_endorsements_are_verified_than_the_limit() -> None:
    many = UNIVERSITY.sign(badge(endorsement=[ENDORSED] * 65))
    report = check(many)
    assert len(report.parts) == 64
    assert ("endorsements", "endorsement.limit") in reasons(report)


def test_endorsements_of_a_forged_badge_are_not_looked_at() -> None:
    report = check(changed(endorsing(ENDORSED), "name", value="Forged"))
    assert ("endorsements", "proof.unverified") in reasons(report)
    assert report.parts == ()


# Presentations


def presentation(*credentials: Any, **options: Any) -> dict[str, Any]:
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": PERSON.id,
        "verifiableCredential": list(credentials),
    }
    given_options = {"purpose": "authentication", "extra": {"challenge": "c-1", "domain": "verifier.example"}}
    return PERSON.sign(document, **{**given_options, **options})


SIGNED = UNIVERSITY.sign(badge())
ASKED = {"challenge": "c-1", "domain": "verifier.example"}


def test_a_presentation_and_every_credential_in_it() -> None:
    report = check(presentation(SIGNED, UNIVERSITY.sign(badge(id="urn:uuid:2"))), **ASKED)
    assert report.valid
    assert report.warnings == ()
    assert [part.path for part in report.parts] == ["/verifiableCredential/0", "/verifiableCredential/1"]
    assert outcomes(report) == {
        "data-model": "passed",
        "terms": "passed",
        "proof": "passed",
        "holder": "passed",
        "credentials": "passed",
    }
    assert report.subject == {
        "kind": "presentation",
        "types": ["VerifiablePresentation"],
        "credentials": 2,
        "issuer": {"id": PERSON.id},
    }


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({**ASKED, "challenge": "c-2"}, "INVALID_CHALLENGE_ERROR"),
        ({**ASKED, "domain": "other.example"}, "INVALID_DOMAIN_ERROR"),
    ],
)
def test_a_presentation_answers_the_verifier(asked: dict[str, str], reason: str) -> None:
    """Data Integrity, 4.4: INVALID_CHALLENGE_ERROR, INVALID_DOMAIN_ERROR."""
    report = check(presentation(SIGNED), **asked)
    assert ("proof", reason) in reasons(report)


def test_a_replay_cannot_be_excluded_without_a_challenge() -> None:
    report = check(presentation(SIGNED))
    assert report.valid
    assert [notice.code for notice in report.warnings] == ["proof.no-challenge"]


@pytest.mark.parametrize(
    ("inside", "reason", "verdict"),
    [
        (changed(SIGNED, "name", value="Forged"), "credentials.invalid", "invalid"),
        ({"type": "?"}, "format.unknown", "invalid"),
        (
            STRANGER.sign(badge(issuer={"id": "did:example:1", "type": ["Profile"]})),
            "credentials.undetermined",
            "undetermined",
        ),
    ],
)
def test_a_bad_credential_spoils_the_presentation(inside: Any, reason: str, verdict: str) -> None:
    report = check(presentation(inside), **ASKED)
    assert report.verdict.value == verdict
    assert ("credentials", reason) in reasons(report)


def test_a_presentation_by_someone_else() -> None:
    document = presentation(SIGNED)
    stolen = STRANGER.sign({k: v for k, v in document.items() if k != "proof"}, purpose="authentication")
    assert ("holder", "notListedByController") in reasons(check(stolen))
    other = STRANGER.sign(
        {**{k: v for k, v in document.items() if k != "proof"}, "holder": STRANGER.id},
        purpose="authentication",
    )
    report = check(other)
    assert report.valid
    assert "credentials.other-holder" in {notice.code for notice in report.warnings}
    nobody = STRANGER.sign(
        {k: v for k, v in document.items() if k not in ("proof", "holder")}, purpose="authentication"
    )
    report = check(nobody)
    assert outcomes(report)["holder"] == "not applicable"
    assert STRANGER.id in found(report, "holder").message
    assert "credentials.other-holder" in {notice.code for notice in report.warnings}


def test_a_presentation_asserted_instead_of_authenticated_fails() -> None:
    report = check(presentation(SIGNED, purpose="assertionMethod"), **ASKED)
    assert ("proof", "PROOF_VERIFICATION_ERROR") in reasons(report)


def test_an_empty_presentation_and_a_crowded_one() -> None:
    empty = presentation()
    del empty["verifiableCredential"]
    del empty["proof"]
    report = check(PERSON.sign(empty, purpose="authentication"))
    assert outcomes(report)["credentials"] == "not applicable"
    crowded = check(presentation(*[SIGNED] * 66), **ASKED)
    assert ("credentials", "credentials.too-many") in reasons(crowded)


def test_presentations_of_presentations_end_somewhere() -> None:
    inner = presentation(SIGNED)
    for _ in range(4):
        inner = presentation(inner)
    report = check(inner)
    assert report.verdict is Verdict.UNDETERMINED
    assert ("credentials", "credentials.too-many") in reasons(report.parts[0].parts[0].parts[0])


def test_one_verification_asks_for_a_bounded_number_of_documents() -> None:
    """A badge must not make its verifier fetch without end."""
    asked: list[str] = []

    class Spy:
        def resolve(self, url: str, purpose: Purpose) -> Document:
            asked.append(url)
            return MapResolver(world()).resolve(url, purpose)

    pinned = [{"id": f"{PINNED}?{i}", "digestSRI": sri("sha256")} for i in range(60)]
    inner = [
        AGENCY.sign(endorsement(relatedResource=[{**p, "id": p["id"] + f"&{n}"} for p in pinned]))
        for n in range(3)
    ]
    signed = UNIVERSITY.sign(badge(endorsement=inner))
    report = verify(credential.parse(json.dumps(signed)), resolver=Spy(), now=NOW)
    assert len(asked) == 128
    assert report.verdict is Verdict.UNDETERMINED
    assert ("related-resources", ResolveError.BLOCKED) in reasons(report.parts[2])


def test_the_known_recipient_is_looked_for_in_each_credential() -> None:
    report = check(presentation(SIGNED), recipient=STRANGER.id, **ASKED)
    assert ("recipient", "recipient.mismatch") in reasons(report.parts[0])
    assert not report.valid
