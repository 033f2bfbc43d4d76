"""One credential is checked, signed and verified before it leaves; compiled ones are the same bytes."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import credential, jose
from insignia.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.credential import Form
from insignia.did import verification_method
from insignia.errors import DataModelError, InsigniaError, IssuingError
from insignia.issuing import SUITES, CompiledAchievement, IssuerKey, issue
from insignia.issuing.compiled import COMPILED_SUITES
from insignia.issuing.template import Template
from insignia.jsonld import bundled_loader
from insignia.keys import KeyType, PublicKey, SecretKey
from insignia.proof import check_proofs
from insignia.report import Outcome
from insignia.resolver import OfflineResolver

LOADER = bundled_loader(OfflineResolver())
CREATED = datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)
ED25519 = IssuerKey.from_secret(SecretKey.from_seed(bytes(range(32))))
P256 = IssuerKey.from_secret(SecretKey.generate(KeyType.P256, lambda n: b"\x07" * n))
P384 = IssuerKey.from_secret(SecretKey.generate(KeyType.P384, lambda n: b"\x07" * n))
BADGE: dict[str, Any] = {
    "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
    "id": "urn:uuid:11111111-1111-4111-8111-111111111111",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Teamwork",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:ann",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.org/achievements/1",
            "type": ["Achievement"],
            "criteria": {"narrative": "Be nominated."},
            "description": "Collaborates.",
            "name": "Teamwork",
        },
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": "Ann", "identityType": "name"}
        ],
    },
    "evidence": [{"id": "https://example.org/work/1", "type": ["Evidence"], "narrative": "Work"}],
}
SLOTS: dict[str, Any] = {
    "id": ["/id", "urn:uuid:", ""],
    "recipient": "/credentialSubject/id",
    "name": "/credentialSubject/identifier/0/identityHash",
    "from": "/validFrom",
    "evidence": [["/evidence/0/id", "https://example.org/", ""], "/evidence/0/narrative"],
}
VALUES = {
    "id": "22222222-2222-4222-8222-222222222222",
    "recipient": "did:example:bob",
    "name": "Bob",
    "from": "2026-01-02T00:00:00Z",
    "evidence": "work/2",
}


class FaultySigner:
    """A key service that signs with another key than it says."""

    public_key = ED25519.signer.public_key

    def sign(self, data: bytes, algorithm: str) -> bytes:
        return SecretKey.from_seed(b"\x01" * 32).sign(data, algorithm)


class KeyService:
    """A key service that signs with the key it says."""

    public_key = ED25519.signer.public_key

    def sign(self, data: bytes, algorithm: str) -> bytes:
        return ED25519.signer.sign(data, algorithm)


def key_for(suite: str) -> IssuerKey:
    return P256 if suite.startswith("ecdsa") else ED25519


def holds(content: bytes) -> bool:
    """Whether the bytes verify by what they say: an independent way through parsing and key resolution."""
    secured = credential.parse(content)
    if secured.jwt is not None:
        method = verification_method(secured.jwt.header["kid"], resolver=OfflineResolver())
        jose.verify_signature(secured.jwt, method.public_key, algorithms=["EdDSA", "ES256", "ES384"])
        return True
    results = check_proofs(
        secured.document,
        loader=LOADER,
        find_key=lambda proof: verification_method(proof["verificationMethod"], resolver=OfflineResolver()),
    )
    return all(r.outcome is Outcome.PASSED for r in results)


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_issues_what_verifies(suite: str) -> None:
    key = key_for(suite)
    content = issue(BADGE, key=key, suite=suite, created=CREATED, loader=LOADER)
    secured = credential.parse(content)
    assert holds(content)
    assert secured.document["issuer"] == {"id": key.controller, "type": ["Profile"]}
    expected = {"vc-jwt": Form.JWT_VC_JOSE, "ob-jwt": Form.JWT_OB}.get(suite, Form.DATA_INTEGRITY)
    assert secured.form is expected


def test_p384_signs_over_sha384() -> None:
    assert holds(issue(BADGE, key=P384, suite="ecdsa-rdfc-2019", created=CREATED, loader=LOADER))
    assert holds(issue(BADGE, key=P384, suite="vc-jwt", created=CREATED, loader=LOADER))


def test_the_members_keep_their_order_and_the_issuer_stands_where_it_belongs() -> None:
    content = issue(BADGE, key=ED25519, suite="eddsa-jcs-2022", created=CREATED, loader=LOADER, indent=2)
    names = list(json.loads(content))
    assert names[:6] == ["@context", "id", "type", "name", "issuer", "validFrom"]
    assert names[-1] == "proof"
    assert content.startswith(b'{\n  "@context": [\n')


def test_an_issuer_of_its_own_is_kept_and_a_did_must_be_the_keys() -> None:
    hosted = {**BADGE, "issuer": {"id": "https://example.org/issuer", "type": ["Profile"], "name": "X"}}
    content = issue(hosted, key=ED25519, suite="eddsa-jcs-2022", created=CREATED, loader=LOADER)
    assert json.loads(content)["issuer"] == hosted["issuer"]
    for issuer, where in (
        ("did:web:example.org", "/issuer"),
        ({"id": "did:web:a", "type": ["Profile"]}, "/issuer/id"),
    ):
        with pytest.raises(IssuingError) as caught:
            issue({**BADGE, "issuer": issuer}, key=ED25519, suite="vc-jwt", created=CREATED, loader=LOADER)
        assert [(p.code, p.where) for p in caught.value.problems] == [("issuer.key", where)]


def test_an_invalid_document_is_not_signed() -> None:
    broken = copy.deepcopy(BADGE)
    del broken["credentialSubject"]["achievement"]["name"], broken["validFrom"]
    with pytest.raises(IssuingError) as caught:
        issue(broken, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER)
    assert [p.code for p in caught.value.problems] == ["schema.required", "schema.required"]


def test_other_credentials_endorsements_and_presentations() -> None:
    other = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"id": "did:example:a"},
    }
    assert holds(issue(other, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER))
    endorsement = {
        **{n: BADGE[n] for n in ("@context", "id", "name", "validFrom")},
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "credentialSubject": {"id": "urn:x", "type": ["EndorsementSubject"]},
    }
    assert holds(issue(endorsement, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER))
    shown = {"@context": [CREDENTIALS_V2], "type": ["VerifiablePresentation"], "verifiableCredential": []}
    token = issue(shown, key=ED25519, suite="vc-jwt", created=CREATED, loader=LOADER)
    secured = credential.parse(token)
    assert secured.jwt is not None
    assert (secured.jwt.header["typ"], secured.document["holder"]) == ("vp+jwt", ED25519.controller)


def test_a_second_proof_makes_a_set() -> None:
    first = issue(BADGE, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER)
    second = issue(json.loads(first), key=ED25519, suite="eddsa-jcs-2022", created=CREATED, loader=LOADER)
    assert [p["cryptosuite"] for p in json.loads(second)["proof"]] == ["eddsa-rdfc-2022", "eddsa-jcs-2022"]
    assert holds(second)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "ob-jwt"])
def test_what_does_not_verify_does_not_leave(suite: str) -> None:
    key = IssuerKey(FaultySigner(), ED25519.verification_method)
    with pytest.raises(IssuingError):
        issue(BADGE, key=key, suite=suite, created=CREATED, loader=LOADER)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "vc-jwt", "ob-jwt"])
def test_a_key_service_gives_what_the_key_itself_gives(suite: str) -> None:
    badge = copy.deepcopy(BADGE)
    badge["credentialSubject"].setdefault("id", "urn:uuid:2c1f2a7e-6c1a-4b0e-9a51-0d3ce3c0c0aa")
    service = IssuerKey(KeyService(), ED25519.verification_method)
    theirs = issue(badge, key=service, suite=suite, created=CREATED, loader=LOADER)
    assert theirs == issue(badge, key=ED25519, suite=suite, created=CREATED, loader=LOADER)


@pytest.mark.parametrize(
    ("suite", "key"), [("eddsa-rdfc-2022", ED25519), ("ecdsa-rdfc-2019", P256), ("ecdsa-rdfc-2019", P384)]
)
def test_a_compiled_achievement_gives_the_bytes_of_the_general_way(suite: str, key: IssuerKey) -> None:
    badges = CompiledAchievement.compile(
        BADGE,
        SLOTS,
        signer=key.signer,
        verification_method=key.verification_method,
        suite=suite,
        loader=LOADER,
        shadow=1,
    )
    expected = copy.deepcopy(BADGE)
    expected["id"] = "urn:uuid:" + VALUES["id"]
    expected["validFrom"] = VALUES["from"]
    expected["credentialSubject"]["id"] = VALUES["recipient"]
    expected["credentialSubject"]["identifier"][0]["identityHash"] = "Bob"
    expected["evidence"][0] |= {"id": "https://example.org/work/2", "narrative": "work/2"}
    general = issue(expected, key=key, suite=suite, created=CREATED, loader=LOADER)
    assert badges.issue(VALUES, CREATED) == general
    assert badges.issue(VALUES, "2026-02-01T12:00:00Z") == general
    assert holds(general)


@pytest.mark.parametrize("suite", sorted(set(SUITES) - COMPILED_SUITES))
def test_other_suites_take_the_general_way(suite: str) -> None:
    key = key_for(suite)
    badges = CompiledAchievement.compile(
        BADGE,
        SLOTS,
        signer=key.signer,
        verification_method=key.verification_method,
        suite=suite,
        loader=LOADER,
    )
    content = badges.issue(VALUES, CREATED)
    assert holds(content)
    assert credential.parse(content).document["credentialSubject"]["id"] == "did:example:bob"


def compiled(**changes: Any) -> CompiledAchievement:
    options: dict[str, Any] = {
        "signer": ED25519.signer,
        "verification_method": ED25519.verification_method,
        "loader": LOADER,
    }
    return CompiledAchievement.compile(BADGE, SLOTS, **{**options, **changes})


BADGES = compiled(shadow=7)


@given(
    st.fixed_dictionaries(
        {
            "id": st.uuids().map(str),
            "recipient": st.sampled_from(["did:example:a", "urn:ü", "https://example.org/a?b=c#d"]),
            "name": st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
            "from": st.sampled_from(["2026-01-02T00:00:00Z", "2026-01-02T00:00:00.5+01:00"]),
            "evidence": st.text("abc/é😀", min_size=1, max_size=5),
        }
    )
)
@settings(max_examples=40)
def test_any_values_give_the_bytes_of_the_general_way(values: dict[str, str]) -> None:
    filled = Template(BADGE, SLOTS, credential.Kind.ACHIEVEMENT).fill(values)
    general = issue(filled, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER)
    assert BADGES.issue(values, CREATED) == general


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": None}, "values.missing"),
        ({"more": "x"}, "values.unknown"),
        ({"name": 5}, "schema.type"),
        ({"recipient": "no uri"}, "values.invalid"),
        ({"from": "yesterday"}, "values.invalid"),
        ({"id": "a b"}, "values.invalid"),
        ({"name": "\ud800"}, "jsonld.not-json"),
    ],
)
def test_values_that_do_not_fit(change: dict[str, Any], code: str) -> None:
    BADGES.issue(VALUES, CREATED)
    values = {n: v for n, v in {**VALUES, **change}.items() if v is not None}
    with pytest.raises(InsigniaError) as caught:
        BADGES.issue(values, CREATED)
    assert caught.value.code == code


def test_a_member_without_value_is_left_out() -> None:
    badges = CompiledAchievement.compile(
        {**BADGE, "description": "x"},
        {"text": "/description"},
        signer=ED25519.signer,
        verification_method=ED25519.verification_method,
        loader=LOADER,
    )
    content = badges.issue({"text": None}, CREATED)
    assert content == issue(BADGE, key=ED25519, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER)


def test_a_template_that_is_not_valid_is_told_at_the_first_credential() -> None:
    broken = {n: v for n, v in BADGE.items() if n != "validFrom"}
    badges = CompiledAchievement.compile(
        broken, {}, signer=ED25519.signer, verification_method=ED25519.verification_method, loader=LOADER
    )
    with pytest.raises(IssuingError) as caught:
        badges.issue({}, CREATED)
    assert caught.value.code == "schema.required"


@pytest.mark.parametrize(
    "changes",
    [{"suite": "rot13"}, {"signer": P256.signer}, {"suite": "ecdsa-rdfc-2019"}],
)
def test_what_cannot_be_compiled(changes: dict[str, Any]) -> None:
    with pytest.raises(InsigniaError):
        compiled(**changes)


def test_a_shadow_that_differs_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    badges = compiled(shadow=2)

    class Wrong:
        def canonize(self, values: dict[str, str]) -> bytes:
            return b"<urn:a> <urn:b> <urn:c> .\n"

    monkeypatch.setattr(badges, "_shape", Wrong())
    with pytest.raises(IssuingError) as caught:
        badges.issue(VALUES, CREATED)
    assert caught.value.code == "shadow.difference"


def test_a_document_of_the_data_model_1_1_gets_the_context_of_its_proof() -> None:
    legacy = {n: v for n, v in BADGE.items() if n != "validFrom"}
    legacy |= {"@context": [CREDENTIALS_V1, OPEN_BADGES_3_0_3], "issuanceDate": "2026-01-01T00:00:00Z"}
    badges = CompiledAchievement.compile(
        legacy,
        {"name": "/name"},
        signer=ED25519.signer,
        verification_method=ED25519.verification_method,
        loader=LOADER,
        shadow=1,
    )
    assert holds(badges.issue({"name": "x"}, CREATED))


def test_many_proof_times_are_not_all_kept() -> None:
    badges = compiled()
    for second in range(70):
        badges.issue(VALUES, f"2026-02-01T12:{second // 60:02d}:{second % 60:02d}Z")
    assert len(badges._proofs) <= 64


def test_places_of_slots() -> None:
    document = {"a~b": ["x", {"c/d": "y"}], "e": "z", "f": "w"}
    kind = credential.Kind.OTHER_VC
    template = Template(
        document, {"one": [["/a~0b/1/c~1d", "<", ">"], "/e"], "two": ["/f", "@@1@", ""]}, kind
    )
    values = {"one": 'q"\\\n', "two": "é"}
    filled = {"a~b": ["x", {"c/d": '<q"\\\n>'}], "e": 'q"\\\n', "f": "@@1@é"}
    assert template.fill(values) == filled
    assert json.loads(template.text(values) + "}") == filled
    assert document["e"] == "z"
    three = Template({"a": "1", "b": "2", "c": "3"}, {"x": ["/a", "/b", "/c"]}, kind)
    assert three.fill({"x": "v"}) == {"a": "v", "b": "v", "c": "v"}


@pytest.mark.parametrize("slot", ["/nowhere", "", "/type/9", "/type/x/y", ["/id", "/id"]])
def test_slots_without_a_text(slot: Any) -> None:
    with pytest.raises(DataModelError):
        Template(BADGE, {"x": slot}, credential.Kind.ACHIEVEMENT)


def test_terms_of_enumerations_in_slots() -> None:
    document = copy.deepcopy(BADGE)
    document["credentialSubject"]["achievement"]["achievementType"] = "Badge"
    slots = {
        "type": "/credentialSubject/achievement/achievementType",
        "other": "/credentialSubject/achievement/name",
    }
    template = Template(document, slots, credential.Kind.ACHIEVEMENT)
    template.check({"type": "ext:New", "other": "anything at all"})
    with pytest.raises(IssuingError):
        template.check({"type": "New", "other": ""})


def test_keys_are_named_by_their_method() -> None:
    assert ED25519.controller == ED25519.verification_method.partition("#")[0]
    assert isinstance(ED25519.signer.public_key, PublicKey)
