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
from pinned_documents import CONTENT, PINNED, sri
from verification_world import (
    AGENCY,
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

from insignia.contexts import CREDENTIALS_V2, bundled
from insignia.errors import ParseError, ResolveError
from insignia.multibase import base64url_encode
from insignia.report import Verdict
from insignia.verification import STRICT
from insignia.verification.related import digests


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
