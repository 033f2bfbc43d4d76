"""What a credential links to or holds: documents, schemas, newer versions, endorsements, credentials."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
    entry,
    found,
    outcomes,
    reasons,
    world,
)

from insignia import credential
from insignia.contexts import CREDENTIALS_V2, bundled
from insignia.errors import ParseError, ResolveError
from insignia.multibase import base64url_encode
from insignia.report import Verdict
from insignia.resolver import Document, MapResolver, Purpose
from insignia.verification import STRICT, verify
from insignia.verification.endorsements import find
from insignia.verification.related import digests

PINNED = "https://university.example/terms.json"
CONTENT = b'{"terms": 1}'


def sri(algorithm: str, content: bytes = CONTENT) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def multihash(code: int, algorithm: str, content: bytes = CONTENT) -> str:
    digest = hashlib.new(algorithm, content).digest()
    return "u" + base64url_encode(bytes([code, len(digest)]) + digest)


def pinning(*entries: Any) -> dict[str, Any]:
    return UNIVERSITY.sign(badge(relatedResource=list(entries)))


# relatedResource


@pytest.mark.parametrize(
    "digest",
    [
        *({"digestSRI": sri(a)} for a in ("sha256", "sha384", "sha512")),
        {"digestMultibase": multihash(0x12, "sha256")},
        {"digestMultibase": multihash(0x20, "sha384")},
        {"digestMultibase": multihash(0x13, "sha512")},
        {"digestMultibase": "u" + base64url_encode(hashlib.sha256(CONTENT).digest())},  # as the W3C's suite
        {"digestSRI": sri("sha384"), "digestMultibase": multihash(0x12, "sha256")},
        {"digestSRI": f"{sri('sha256', b'weaker ones do not count')} {sri('sha512')}"},
    ],
)
def test_a_pinned_document_with_its_digest_passes(digest: dict[str, str]) -> None:
    report = check(pinning({"id": PINNED, **digest}), world(**{PINNED: CONTENT}))
    assert outcomes(report)["related-resources"] == "passed"
    assert report.valid


@pytest.mark.parametrize(
    "digest",
    [
        {"digestSRI": sri("sha384", b"other")},
        {"digestMultibase": multihash(0x12, "sha256", b"other")},
        {"digestSRI": sri("sha384"), "digestMultibase": multihash(0x12, "sha256", b"other")},
        {"digestMultibase": "u" + base64url_encode(hashlib.sha256(b"other").digest())},
    ],
)
def test_another_document_is_an_error(digest: dict[str, str]) -> None:
    """VC Data Model 2.0, 5.3: `If the digest … does not match … MUST produce an error.`"""
    report = check(pinning({"id": PINNED, **digest}), world(**{PINNED: CONTENT}))
    assert reasons(report) == {("related-resources", "related.digest-mismatch")}
    assert report.verdict is Verdict.INVALID


def test_a_pinned_document_that_cannot_be_had_is_not_checked() -> None:
    report = check(pinning({"id": PINNED, "digestSRI": sri("sha384")}))
    assert reasons(report) == {("related-resources", ResolveError.NOT_FOUND)}
    assert report.verdict is Verdict.UNDETERMINED


def test_both_published_digests_of_the_v2_context_are_accepted() -> None:
    current = bundled(CREDENTIALS_V2)
    assert current is not None
    earlier = base64.b64encode(
        bytes.fromhex("24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9")
    ).decode()
    for digest in (sri("sha256", current), f"sha256-{earlier}"):
        assert check(pinning({"id": CREDENTIALS_V2, "digestSRI": digest})).valid
    published = {"id": CREDENTIALS_V2, "digestMultibase": "uEiAkoYyQ6YVtUmER8pN24wLZcLK9EBguM5WZlbAgfXBDuQ"}
    assert check(pinning(published)).valid
    assert not check(pinning({"id": CREDENTIALS_V2, "digestSRI": sri("sha256")})).valid


@pytest.mark.parametrize(
    "entries",
    [
        [{"id": PINNED, "digestSRI": "md5-AAAA"}],
        [{"id": PINNED, "digestSRI": "sha256-AAAA"}],
        [{"id": PINNED, "digestSRI": "sha256-A"}],
        [{"id": PINNED, "digestSRI": 7}],
        [{"id": PINNED, "digestMultibase": 7}],
        [{"id": PINNED, "digestMultibase": "!"}],
        [{"id": PINNED, "digestMultibase": "uAA"}],
        [{"id": PINNED, "digestMultibase": "uEiA"}],
        [{"id": PINNED}],
        [{"digestSRI": sri("sha256")}],
        ["?"],
        [{"id": PINNED, "digestSRI": sri("sha256")}] * 2,
    ],
)
def test_entries_that_pin_nothing_fail(entries: list[Any]) -> None:
    report = check(pinning(*entries), world(**{PINNED: CONTENT}))
    assert "related-resources" in {c.code for c in report.failed()}


def test_not_more_documents_are_fetched_than_the_limit() -> None:
    many = [{"id": f"{PINNED}?{i}", "digestSRI": sri("sha256")} for i in range(65)]
    report = check(pinning(*many), world(**{e["id"]: CONTENT for e in many}))
    assert ("related-resources", "related.too-many") in reasons(report)


def test_a_single_pinned_document_needs_no_array() -> None:
    signed = UNIVERSITY.sign(badge(relatedResource={"id": PINNED, "digestSRI": sri("sha384")}))
    report = check(signed, world(**{PINNED: CONTENT}))
    assert found(report, "related-resources").where == "/relatedResource"


@given(st.one_of(st.text(max_size=80), st.text("sha2561- AQ=+/", max_size=60)), st.booleans())
def test_a_digest_is_read_or_refused(value: str, as_sri: bool) -> None:
    try:
        for algorithm, digest in digests({"digestSRI" if as_sri else "digestMultibase": value}):
            assert len(digest) == hashlib.new(algorithm).digest_size
    except ParseError:
        pass


# credentialSchema

SCHEMA = "https://university.example/schema.json"
OB_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


def schema(**constraints: Any) -> dict[str, Any]:
    return {"$id": SCHEMA, "$schema": "https://json-schema.org/draft/2020-12/schema", **constraints}


def with_schema(kind: str, url: str = SCHEMA) -> dict[str, Any]:
    return UNIVERSITY.sign(badge(credentialSchema=[{"id": url, "type": kind}]))


@pytest.mark.parametrize("kind", ["1EdTechJsonSchemaValidator2019", "JsonSchema"])
@pytest.mark.parametrize(
    ("constraints", "verdict"), [({"required": ["name"]}, "valid"), ({"required": ["x"]}, "invalid")]
)
def test_the_schema_that_a_credential_names(kind: str, constraints: Any, verdict: str) -> None:
    report = check(with_schema(kind), world(**{SCHEMA: schema(**constraints)}))
    assert report.verdict.value == verdict
    assert verdict == "valid" or reasons(report) == {("schema", "schema.mismatch")}


@pytest.mark.parametrize("kind", ["1EdTechJsonSchemaValidator2019", "JsonSchema"])
def test_the_schemas_of_1edtech_are_at_hand(kind: str) -> None:
    assert check(with_schema(kind, OB_SCHEMA)).valid


def test_a_schema_that_cannot_be_had_or_used_is_not_checked() -> None:
    report = check(with_schema("JsonSchema"))
    assert reasons(report) == {("schema", ResolveError.NOT_FOUND)}
    for content in (b"<html>", schema(**{"$schema": "https://example.org/draft"})):
        noted = check(with_schema("JsonSchema"), world(**{SCHEMA: content}))
        assert noted.verdict is Verdict.UNDETERMINED


def test_a_schema_of_an_unknown_type_is_not_checked() -> None:
    report = check(with_schema("ZkpExampleSchema2018"))
    assert reasons(report) == {("schema", "schema.unknown-type")}
    single = UNIVERSITY.sign(badge(credentialSchema={"id": SCHEMA, "type": "ShExValidator"}))
    assert "/credentialSchema" in {c.where for c in check(single).not_checked()}


def schema_credential(**changes: Any) -> dict[str, Any]:
    return {
        "@context": [CREDENTIALS_V2],
        "id": SCHEMA,
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": UNIVERSITY.id,
        "credentialSchema": {
            "id": "https://www.w3.org/ns/credentials/json-schema/v2.json",
            "type": "JsonSchema",
        },
        "credentialSubject": {
            "id": "https://university.example/schema-proper.json",
            "type": "JsonSchema",
            "jsonSchema": schema(required=["name"]),
        },
        **changes,
    }


def test_a_schema_in_a_credential_must_itself_verify() -> None:
    """VC JSON Schema, 2.2: the schema is in a credential, which is verified like any other."""
    signed = UNIVERSITY.sign(schema_credential())
    assert check(with_schema("JsonSchemaCredential"), world(**{SCHEMA: signed})).valid
    spoilt = changed(signed, "credentialSubject", "jsonSchema", "required", value=[])
    report = check(with_schema("JsonSchemaCredential"), world(**{SCHEMA: spoilt}))
    assert reasons(report) == {("schema", "schema.unverified")}
    unknown = {
        SCHEMA: AGENCY.sign(schema_credential(issuer=AGENCY.id)),
        UNIVERSITY.url: UNIVERSITY.document(),
    }
    assert check(with_schema("JsonSchemaCredential"), unknown).verdict is Verdict.UNDETERMINED
    report = check(with_schema("JsonSchemaCredential"), world(**{SCHEMA: b"{}"}))
    assert report.verdict is Verdict.UNDETERMINED


# Refresh

SERVICE = "https://university.example/refresh"
OLD = badge(
    refreshService={"id": SERVICE, "type": "1EdTechCredentialRefresh"}, validUntil="2025-06-01T00:00:00Z"
)


def refreshed(newer: Any, **options: Any) -> Any:
    return check(UNIVERSITY.sign(OLD), world(**{SERVICE: newer}), **options)


def test_an_expired_credential_is_refreshed() -> None:
    newer = UNIVERSITY.sign(badge(validFrom="2025-06-01T00:00:00Z", name="Advanced Robotics, renewed"))
    report = refreshed(newer)
    assert report.valid
    assert found(report, "refresh").message == (
        "The issuer has a newer version, valid since 1 June 2025: what follows is about that one."
    )
    assert [part.path for part in report.parts] == ["/refreshService"]
    assert report.subject["validFrom"] == "2025-06-01T00:00:00Z"
    assert report.digest != report.parts[0].digest


def test_what_follows_a_refresh_is_about_the_newer_credential() -> None:
    newer = UNIVERSITY.sign(badge(validFrom="2025-06-01T00:00:00Z", credentialStatus=entry()))
    report = refreshed(newer)
    assert ("status.revocation", "STATUS_RETRIEVAL_ERROR") in reasons(report)


def test_a_refresh_happens_once() -> None:
    """Open Badges 3.0, 8.1: `do not complete Refresh a second time`."""
    newer = UNIVERSITY.sign({**OLD, "validFrom": "2025-03-01T00:00:00Z"})
    report = refreshed(newer)
    assert outcomes(report)["refresh"] == "passed"
    assert outcomes(report.parts[0]).keys() == {
        "data-model",
        "related-resources",
        "schema",
        "terms",
        "proof",
        "key-binding",
    }
    assert ("validity.until", "validity.expired") in reasons(report)


@pytest.mark.parametrize(
    ("newer", "reason"),
    [
        (b"<html>", "format.picture"),
        (UNIVERSITY.sign(badge(id="urn:uuid:other")), "refresh.other-credential"),
        (STRANGER.sign(badge(issuer=STRANGER.profile)), "refresh.other-credential"),
        (UNIVERSITY.sign(endorsement(issuer=UNIVERSITY.profile, id=OLD["id"])), "refresh.other-credential"),
        (UNIVERSITY.sign(badge(validFrom="2024-01-01T00:00:00Z")), "refresh.older"),
        (STRANGER.sign(badge()), "refresh.unverified"),
        (badge(), "refresh.unverified"),
    ],
)
def test_a_refresh_that_fails_keeps_the_original_and_says_so(newer: Any, reason: str) -> None:
    """Open Badges 3.0, 8.1, step 3: `continue the verification process using the original`."""
    report = refreshed(newer)
    noted = found(report, "refresh")
    assert (noted.outcome.value, noted.reason) == ("not checked", reason)
    assert "The credential as it was given is verified instead." in noted.message
    assert reasons(report) == {("validity.until", "validity.expired")}


def test_an_unreachable_refresh_does_not_decide() -> None:
    signed = UNIVERSITY.sign({**OLD, "validUntil": "2027-01-01T00:00:00Z"})
    report = check(signed)
    assert report.valid
    assert found(report, "refresh").reason == ResolveError.NOT_FOUND


def test_the_same_credential_again_is_the_newest() -> None:
    signed = UNIVERSITY.sign({**OLD, "validUntil": "2027-01-01T00:00:00Z"})
    report = check(signed, world(**{SERVICE: json.dumps(signed).encode()}))
    assert found(report, "refresh").message == "It is the newest version."


def test_refresh_may_be_unknown_or_unwanted() -> None:
    unknown = UNIVERSITY.sign(badge(refreshService={"id": SERVICE, "type": "ManualRefresh"}))
    assert found(check(unknown), "refresh").reason == "refresh.unknown-type"
    assert check(unknown).valid
    quiet = dataclasses.replace(STRICT, refresh=False)
    assert found(refreshed(b"", policy=quiet), "refresh").reason == "refresh.not-asked"


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
