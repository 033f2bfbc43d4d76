"""Checks of documents: bundled JSON Schemas, enumerations, and what schemas cannot say."""

from __future__ import annotations

import copy
import json
import runpy
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from badge_samples import ENDORSEMENT, FULL, PROFILE
from hypothesis import given
from hypothesis import strategies as st

from insignia import contexts, schema
from insignia.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.credential import Kind, from_json
from insignia.errors import InsigniaError
from insignia.schema import generation

HERE = "/credentialSubject"
ACHIEVEMENT = f"{HERE}/achievement"


def changed(where: str, value: Any = ..., document: dict[str, Any] = FULL) -> dict[str, Any]:
    """A copy of the full badge with one place set, or removed."""
    copied = copy.deepcopy(document)
    *path, last = where.split("/")[1:]
    here: Any = copied
    for step in path:
        here = here[int(step) if isinstance(here, list) else step]
    key: Any = int(last) if isinstance(here, list) else last
    if value is ...:
        del here[key]
    else:
        here[key] = value
    return copied


def found(document: dict[str, Any], kind: Kind = Kind.ACHIEVEMENT) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in schema.check(document, kind)]


def legacy() -> dict[str, Any]:
    """The full badge in the data model 1.1."""
    text = json.dumps(FULL).replace(CREDENTIALS_V2, CREDENTIALS_V1)
    text = text.replace('"validFrom"', '"issuanceDate"').replace('"validUntil"', '"expirationDate"')
    document: dict[str, Any] = json.loads(text)
    return document


def test_a_full_badge_has_no_problem_in_either_data_model() -> None:
    assert found(FULL) == []
    assert found(legacy()) == []
    assert schema.advise(FULL, Kind.ACHIEVEMENT) == []
    assert found(ENDORSEMENT, Kind.ENDORSEMENT) == []
    assert schema.check_profile(PROFILE) == []


def test_the_committed_schemas_are_the_generated_ones() -> None:
    folder = files(contexts).joinpath("schemas")
    written = dict(generation.texts())
    assert {f.name for f in folder.iterdir()} == set(written)
    for name, text in written.items():
        assert folder.joinpath(name).read_text(encoding="utf-8") == text, (
            "run python -m insignia.schema.generation"
        )


def test_the_generator_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemas").mkdir()
    monkeypatch.setattr(contexts, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.delitem(sys.modules, generation.__name__)
    runpy.run_module(generation.__name__, run_name="__main__")
    assert {f.name for f in (tmp_path / "schemas").iterdir()} == set(dict(generation.texts()))


def test_the_schemas_are_bundled_under_their_public_urls() -> None:
    base = "https://purl.imsglobal.org/spec/ob/v3p0/schema"
    for folder in ("json", "json-ld"):
        for name in ("achievementcredential", "anyachievementcredential", "endorsementcredential", "profile"):
            content = contexts.bundled(f"{base}/{folder}/ob_v3p0_{name}_schema.json")
            assert content is not None
            assert json.loads(content)["$schema"] == "https://json-schema.org/draft/2019-09/schema"


@pytest.mark.parametrize(
    ("where", "value", "problem"),
    [
        # Required members (appendix B).
        ("/id", ..., ("schema.required", "")),
        ("/validFrom", ..., ("schema.required", "")),
        ("/issuer", ..., ("schema.required", "")),
        (f"{HERE}/achievement", ..., ("schema.required", HERE)),
        (f"{ACHIEVEMENT}/criteria", ..., ("schema.required", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/description", ..., ("schema.required", ACHIEVEMENT)),
        (f"{ACHIEVEMENT}/alignment/0/targetUrl", ..., ("schema.required", f"{ACHIEVEMENT}/alignment/0")),
        ("/credentialStatus/id", ..., ("schema.required", "/credentialStatus")),
        # Types that must be there.
        ("/type", ["VerifiableCredential"], ("schema.value", "/type")),
        ("/type", "AchievementCredential", ("schema.type", "/type")),
        (f"{HERE}/type", ["Subject"], ("schema.value", f"{HERE}/type")),
        (f"{HERE}/type", "Subject", ("schema.value", f"{HERE}/type")),
        ("/issuer/type", ["Organization"], ("schema.value", "/issuer/type")),
        ("/evidence/0/type", "Proof", ("schema.value", "/evidence/0/type")),
        (f"{HERE}/identifier/0/type", ["IdentityObject"], ("schema.value", f"{HERE}/identifier/0/type")),
        # The order of the contexts.
        ("/@context/0", OPEN_BADGES_3_0_3, ("schema.value", "/@context/0")),
        ("/@context/1", "https://example.org/context", ("schema.pattern", "/@context/1")),
        ("/@context/2", 5, ("schema.type", "/@context/2")),
        # 'Unordered sets of values MUST be represented as an JSON Array, NOT as a single value.'
        ("/evidence", FULL["evidence"][0], ("schema.type", "/evidence")),
        (f"{ACHIEVEMENT}/tag", "research", ("schema.type", f"{ACHIEVEMENT}/tag")),
        ("/credentialStatus", [FULL["credentialStatus"]], ("schema.type", "/credentialStatus")),
        # 'Null values and empty arrays MUST be ommitted'.
        ("/description", None, ("schema.type", "/description")),
        ("/evidence", [], ("data-model.empty", "/evidence")),
        # Enumerations.
        (f"{ACHIEVEMENT}/achievementType", "Program", ("schema.term", f"{ACHIEVEMENT}/achievementType")),
        (f"{ACHIEVEMENT}/achievementType", "xext:a", ("schema.term", f"{ACHIEVEMENT}/achievementType")),
        (f"{HERE}/result/0/status", "ext:done", ("schema.term", f"{HERE}/result/0/status")),
        # Formats.
        ("/validFrom", "2020-01-01", ("schema.format", "/validFrom")),
        ("/validFrom", "2020-01-01T00:00:00", ("schema.format", "/validFrom")),
        ("/awardedDate", "today", ("schema.format", "/awardedDate")),
        ("/issuer/dateOfBirth", "1900-13-01", ("schema.format", "/issuer/dateOfBirth")),
        (f"{ACHIEVEMENT}/inLanguage", "english!", ("schema.pattern", f"{ACHIEVEMENT}/inLanguage")),
        ("/endorsementJwt/0", "not a token", ("schema.pattern", "/endorsementJwt/0")),
        (f"{HERE}/creditsEarned", "42", ("schema.type", f"{HERE}/creditsEarned")),
        # Closed classes.
        ("/image/width", 5, ("schema.unknown-member", "/image/width")),
        (f"{HERE}/identifier/0/a~b", 5, ("schema.unknown-member", f"{HERE}/identifier/0/a~0b")),
        # Beyond schemas.
        ("/id", "badge 1", ("data-model.uri", "/id")),
        ("/issuer", "issuer", ("data-model.uri", "/issuer")),
        (
            "/endorsement/0/credentialSubject/id",
            "x",
            ("data-model.uri", "/endorsement/0/credentialSubject/id"),
        ),
        ("/validUntil", "2019-12-31T23:59:59Z", ("validity.order", "/validUntil")),
        (
            f"{HERE}/result/0/resultDescription",
            "urn:no",
            ("result.description", f"{HERE}/result/0/resultDescription"),
        ),
        (f"{ACHIEVEMENT}/resultDescription/0/resultType", "Status", ("result.status", f"{HERE}/result/0")),
    ],
)
def test_one_thing_wrong(where: str, value: Any, problem: tuple[str, str]) -> None:
    assert problem in found(changed(where, value))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("/name", ...),
        ("/type", ["OpenBadgeCredential", "VerifiableCredential", "ext:Other"]),
        (f"{HERE}/type", "AchievementSubject"),
        ("/issuer", "did:web:example.edu"),
        ("/proof", {"type": "DataIntegrityProof"}),
        ("/credentialSchema", FULL["credentialSchema"][0]),
        ("/@context/1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json"),
        (f"{ACHIEVEMENT}/achievementType", "ext:Nanodegree"),
        (f"{ACHIEVEMENT}/unknown", {"any": [None]}),
        (f"{HERE}/id", ...),
        (f"{HERE}/identifier", ...),
        (f"{HERE}/result/0/resultDescription", ...),
        ("/validUntil", FULL["validFrom"]),
        ("/id", "urn:uuid:ñ-é"),
    ],
)
def test_allowed_variations(where: str, value: Any) -> None:
    assert found(changed(where, value)) == []


def test_the_recipient_is_identified() -> None:
    """'Either `id` or at least one `identifier` MUST be supplied.'"""
    nobody = changed(f"{HERE}/id", document=changed(f"{HERE}/identifier"))
    assert found(nobody) == [("subject.unidentified", HERE)]


@pytest.mark.parametrize("digest", ["sha256$00", "abc", "sha1$" + "0" * 40, "sha256$" + "g" * 64])
def test_a_hashed_identity_has_a_hash(digest: str) -> None:
    """IdentityHash: 'the resulting hash MUST be expressed in hexadecimal'."""
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": digest,
        "identityType": "emailAddress",
    }
    where = f"{HERE}/identifier/0"
    assert found(changed(where, identity)) == [("identity.hash", f"{where}/identityHash")]
    assert found(changed(where, {**identity, "identityHash": "md5$" + "0" * 32})) == []


def test_everything_is_told_at_once() -> None:
    document = changed("/id", "x", changed("/evidence", [], changed(f"{ACHIEVEMENT}/name", 5)))
    assert {code for code, _ in found(document)} == {"data-model.uri", "data-model.empty", "schema.type"}


def test_problems_speak_to_a_person() -> None:
    texts = [str(p) for p in schema.check(changed("/type", ["VerifiableCredential"]), Kind.ACHIEVEMENT)]
    expected = "AchievementCredential or OpenBadgeCredential among the values"
    assert texts == [f'at /type: expected {expected}, got ["VerifiableCredential"]']
    (problem,) = schema.check(changed(f"{HERE}/result/0/status", "Done"), Kind.ACHIEVEMENT)
    assert problem.expected == "one of Completed, Enrolled, Failed, InProgress, OnHold, Provisional, Withdrew"
    (problem,) = schema.check(changed("/type", []), Kind.ENDORSEMENT)[:1]
    assert "at least 1 value" in [p.expected for p in schema.check(changed("/type", []), Kind.ENDORSEMENT)]


@pytest.mark.parametrize(
    ("where", "value", "advice"),
    [
        (f"{ACHIEVEMENT}/criteria", {"type": "Criteria"}, ("criteria.empty", f"{ACHIEVEMENT}/criteria")),
        (f"{HERE}/result/1/achievedLevel", "urn:no", ("result.level", f"{HERE}/result/1/achievedLevel")),
        (f"{HERE}/result/0/value", "Z", ("result.value", f"{HERE}/result/0/value")),
        ("/credentialSchema", [{"id": "urn:x", "type": "JsonSchema"}], ("schema.entry", "/credentialSchema")),
        ("/issuer/image", "https://example.edu/i.png", ("image.not-an-object", "/issuer/image")),
    ],
)
def test_advice_is_no_problem(where: str, value: Any, advice: tuple[str, str]) -> None:
    document = changed(where, value)
    assert found(document) == []
    assert [(p.code, p.where) for p in schema.advise(document, Kind.ACHIEVEMENT)] == [advice]


def test_an_issuer_string_in_the_data_model_1_1_is_advised_against() -> None:
    document = {**legacy(), "issuer": "did:web:example.edu"}
    assert found(document) == []
    assert [p.code for p in schema.advise(document, Kind.ACHIEVEMENT)] == ["issuer.not-an-object"]
    assert ("schema.required", "") in found({n: v for n, v in legacy().items() if n != "name"})


def test_any_verifiable_credential() -> None:
    """VC Data Model 2.0: validFrom and id are optional, several subjects and statuses allowed."""
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:1",
        "credentialSubject": [{"id": "did:example:2"}, {"name": "x"}],
        "credentialStatus": [{"type": "BitstringStatusListEntry"}],
        "name": {"@value": "x", "@language": "en"},
    }
    assert found(document, Kind.OTHER_VC) == []
    assert found({**document, "credentialSubject": {"id": "x y"}}, Kind.STATUS_LIST) == [
        ("data-model.uri", f"{HERE}/id")
    ]
    assert ("data-model.uri", f"{HERE}/1/id") in found(
        {**document, "credentialSubject": [{}, {"id": 5}]}, Kind.OTHER_VC
    )
    assert ("schema.empty", HERE) in found({**document, "credentialSubject": []}, Kind.OTHER_VC)
    assert ("schema.value", "/@context/0") in found({**document, "@context": ["urn:x"]}, Kind.OTHER_VC)


def test_presentations() -> None:
    document = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "holder": "did:example:1"}
    assert found(document, Kind.PRESENTATION) == []
    assert found({**document, "verifiableCredential": [5]}, Kind.PRESENTATION) == [
        ("schema.type", "/verifiableCredential/0")
    ]
    assert schema.advise(document, Kind.PRESENTATION) == []


@pytest.mark.parametrize("value", [b"bytes", {5: 6}, "\ud800", float("inf"), object()])
def test_values_that_no_json_gives(value: Any) -> None:
    codes = {code for code, _ in found(changed(f"{HERE}/creditsEarned", value))}
    assert codes & {"schema.not-json", "schema.type"}


def test_uris() -> None:
    for good in (
        "https://example.org/a?b#c",
        "urn:uuid:1",
        "did:web:example.org",
        "data:image/png;base64,AA==",
    ):
        assert schema.is_uri(good)
    for bad in ("", "a", "a b:c", "1a:b", "https://example.org/a b", "x:", "http://a/<b>", "a:\x00", "/a:b"):
        assert not schema.is_uri(bad)


@given(
    st.sampled_from(
        ["", HERE, ACHIEVEMENT, "/issuer", f"{HERE}/result/0", f"{ACHIEVEMENT}/resultDescription/0"]
    ),
    st.sampled_from(
        ["id", "type", "result", "achievement", "resultDescription", "identifier", "image", "@context"]
    ),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda c: (
            st.lists(c, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "x"]), c, max_size=2)
        ),
        max_leaves=6,
    ),
)
def test_any_value_anywhere_is_checked_without_another_error(where: str, name: str, value: Any) -> None:
    document = changed(f"{where}/{name}", value)
    for kind in Kind:
        schema.check(document, kind)
        schema.advise(document, kind)


def test_documents_of_open_badges_2_are_for_another_module() -> None:
    (problem,) = schema.check({}, Kind.ASSERTION)
    assert problem.code == "schema.kind"
    assert schema.advise({}, Kind.ISSUER_PROFILE) == []


def test_valid_samples_of_others_have_only_problems_that_a_lenient_policy_tolerates(
    vectors: Callable[[str], list[dict[str, Any]]],
) -> None:
    tolerated = {"subject.unidentified", "schema.term"}
    for case in [*vectors("onedtech"), *vectors("dcc")]:
        request = case["request"]
        if "credential" not in request or request.get("profile") not in ("ob30", "endorsement", "vc"):
            continue
        try:
            secured = from_json(request["credential"])
        except InsigniaError:
            continue
        codes = {p.code for p in schema.check(secured.document, secured.kind)}
        if case["expect"] == "valid":
            assert codes <= tolerated, request["id"]
        if "-err-" in request["id"] and "-type" in request["id"]:
            assert "schema.value" in codes, request["id"]
