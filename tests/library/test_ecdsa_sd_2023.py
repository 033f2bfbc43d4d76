"""ecdsa-sd-2023: base proofs, derivation, derived proofs (Data Integrity ECDSA Cryptosuites 1.0, 3.4-3.6)."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from copy import deepcopy
from typing import Any

import cbor2
import pytest
from credential_documents import CONTEXTS, credentials, everything
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from insignia import jsonld
from insignia.cryptosuites import disclosure_values, ecdsa_sd_2023, find
from insignia.cryptosuites.statements import Statements, hmac_labels
from insignia.did import did_key, did_key_method, verification_method
from insignia.errors import InsigniaError, IssuingError, JsonLdError, ParseError, ProofError
from insignia.issuing import IssuerKey, issue
from insignia.jsonld.selection import Names, select, separate
from insignia.jsonld.stable import _generally, stable_quads
from insignia.keys import KeyType, SecretKey
from insignia.proof import add_proof, check_proofs
from insignia.resolver import OfflineResolver

RESOLVER = OfflineResolver()
LOADER = jsonld.bundled_loader(RESOLVER)
KEY = SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1)))
BADGE: dict[str, Any] = {
    "@context": [
        *CONTEXTS,
        {
            "ext": "https://ext.example/vocab#",
            "ordered": {"@id": "ext:ordered", "@container": "@list"},
            "anything": {"@id": "ext:anything", "@type": "@json"},
        },
    ],
    "id": "urn:uuid:b8bb4e84-5a5b-4e33-9c0c-0b3d0c5c1b11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "https://university.example/issuer", "type": ["Profile"], "name": "University"},
    "validFrom": "2026-02-01T00:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://university.example/achievements/1",
            "type": ["Achievement"],
            "name": "Robotics",
            "description": "Builds robots that work.",
            "criteria": {"narrative": "Build three robots."},
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": f"Skill {i}",
                    "targetUrl": f"https://skills.example/{i}",
                }
                for i in range(3)
            ],
        },
    },
    "ordered": ["first", "second", "third"],
    "anything": {"a": [1, {"b": None}], "c": 1},
}
MANDATORY = ["/issuer", "/credentialSubject/achievement/name"]


def seeded(seed: int = 1) -> ecdsa_sd_2023.Random:
    return random.Random(seed).randbytes


def signed(
    document: dict[str, Any] = BADGE, pointers: list[str] = MANDATORY, seed: int = 1
) -> dict[str, Any]:
    return add_proof(
        document,
        suite=ecdsa_sd_2023.base(pointers, random=seeded(seed)),
        signer=KEY,
        verification_method=did_key_method(KEY.public_key),
        created="2026-03-01T12:00:00Z",
        loader=LOADER,
    )


def derived(base: dict[str, Any], *pointers: str) -> dict[str, Any]:
    return ecdsa_sd_2023.derive(base, pointers, loader=LOADER)[0]


def problems(document: dict[str, Any]) -> list[Any]:
    (result,) = check_proofs(
        document,
        loader=LOADER,
        find_key=lambda proof: verification_method(proof["verificationMethod"], resolver=RESOLVER),
    )
    return [] if result.verified else list(result.problems)


def test_what_is_derived_shows_the_mandatory_and_the_chosen_and_no_more() -> None:
    base = signed()
    shown = derived(base, "/credentialSubject/achievement/alignment/1/targetName")
    assert not problems(shown)
    achievement = shown["credentialSubject"]["achievement"]
    assert achievement == {
        "id": "https://university.example/achievements/1",
        "type": ["Achievement"],
        "name": "Robotics",
        "alignment": [{"type": ["Alignment"], "targetName": "Skill 1"}],
    }
    assert "validFrom" not in shown
    assert "ordered" not in shown
    assert "Skill 0" not in json.dumps(shown)


def test_how_much_is_shown() -> None:
    base = signed()
    _, shown = ecdsa_sd_2023.derive(base, ["/validFrom", "/ordered"], loader=LOADER)
    total = len(jsonld.canonize(BADGE, loader=LOADER).splitlines())
    assert shown.total == total
    assert (
        shown.chosen == 1 + 1 + 3 * 2
    )  # validFrom; the link to the list, and two lines for each of its cells
    everything_shown = ecdsa_sd_2023.derive(base, [""], loader=LOADER)[1]
    assert everything_shown.mandatory + everything_shown.chosen == total


def test_the_hmac_key_stays_with_the_holder() -> None:
    """Section 3.4.4: without the key, labels tell nothing of how many blank nodes there were."""
    base = signed()
    key = disclosure_values.read_base(base["proof"]["proofValue"]).hmac_key
    raw = urlsafe_b64decode(derived(base, "/ordered")["proof"]["proofValue"][1:] + "==")
    assert key not in raw


@pytest.mark.parametrize("place", ["/validFrom", "/credentialSubject/achievement/name", "/issuer/name"])
def test_a_changed_statement_does_not_verify(place: str) -> None:
    document = derived(signed(), "/validFrom")
    target = document
    *path, last = place.split("/")[1:]
    for step in path:
        target = target[step]
    target[last] = "2020-01-01T00:00:00Z"
    assert problems(document)


def test_statements_cannot_be_left_out_or_added_afterwards() -> None:
    document = derived(signed(), "/validFrom", "/ordered")
    less = {name: value for name, value in document.items() if name != "validFrom"}
    assert "signatures of statements" in problems(less)[0].expected
    assert problems({**document, "name": "More"})
    other = derived(signed({**BADGE, "validFrom": "2025-01-01T00:00:00Z"}), "/validFrom", "/ordered")
    assert problems({**document, "proof": other["proof"]})


def test_a_base_proof_is_not_for_verifiers() -> None:
    """Section 3.5.8: 'If the decodedProofValue does not start with the ECDSA-SD disclosure proof header bytes
    0xd9, 0x5d, and 0x01, an error MUST be raised'."""
    base = signed()
    assert ecdsa_sd_2023.is_base(base["proof"])
    (problem,) = problems(base)
    assert (problem.where, problem.got) == (
        "/proof/proofValue",
        "a base proof, from which nothing was derived yet",
    )
    assert not ecdsa_sd_2023.is_base(derived(base, "/validFrom")["proof"])


def test_what_follows_the_pointer_to_everything_adds_nothing() -> None:
    document: dict[str, Any] = {"issuer": "did:example:1", "id": "urn:x"}
    assert select(document, ["", "/issuer"], Names()) is document
    assert select(document, ["/issuer", ""], Names()) is document


def test_a_list_or_json_value_is_shown_as_a_whole() -> None:
    base = signed()
    for pointer in ("/ordered/1", "/anything/a", "/anything/a/1"):
        with pytest.raises(ProofError) as error:
            derived(base, pointer)
        (problem,) = error.value.problems
        assert problem.where == "/selectivePointers"
        assert pointer in problem.expected
    assert derived(base, "/ordered")["ordered"] == BADGE["ordered"]
    assert not problems(derived(base, "/ordered", "/anything"))


@pytest.mark.parametrize(
    "pointer", ["validFrom", "/nothing", "/issuer/0", "/ordered/03", "/ordered/9", "/a~2", "/ordered/-"]
)
def test_a_pointer_to_nothing(pointer: str) -> None:
    with pytest.raises(ProofError) as error:
        signed(pointers=["/issuer", pointer])
    assert error.value.problems[0].where == "/proof/mandatoryPointers"
    with pytest.raises(ProofError) as error:
        derived(signed(), pointer)
    assert error.value.problems[0].where == "/selectivePointers"


def test_nothing_to_show() -> None:
    with pytest.raises(ProofError, match="something to show"):
        derived(signed(pointers=[]))


def test_only_a_base_proof_can_be_derived_from() -> None:
    for secured in (BADGE, derived(signed(), "/validFrom"), {**BADGE, "proof": []}, {**BADGE, "proof": 1}):
        with pytest.raises(ProofError, match="base proof"):
            derived(secured, "/validFrom")
    with pytest.raises(ProofError, match="signatures of statements"):
        derived({**signed(), "name": "one more"}, "/validFrom")


def test_signing_needs_randomness_a_p256_key_and_defined_terms() -> None:
    options = {"verificationMethod": did_key_method(KEY.public_key), "proofPurpose": "assertionMethod"}
    with pytest.raises(ProofError, match="randomness"):
        ecdsa_sd_2023.SUITE.create(BADGE, options, KEY, loader=LOADER)
    suite = ecdsa_sd_2023.base(random=seeded())
    with pytest.raises(ProofError, match="P-256"):
        suite.create(BADGE, options, SecretKey.from_seed(bytes(32)), loader=LOADER)
    with pytest.raises(ProofError, match="nothing yet"):
        suite.create(BADGE, {**options, "proofValue": "u"}, KEY, loader=LOADER)
    with pytest.raises(ProofError) as error:
        suite.create({**BADGE, "undefined": "x"}, options, KEY, loader=LOADER)
    assert error.value.problems[0].where == "/undefined"
    with pytest.raises(ProofError) as error:
        suite.create(BADGE, {**options, "undefined": "x"}, KEY, loader=LOADER)
    assert error.value.problems[0].where == "/proof/undefined"


def test_the_same_object_in_two_places_is_two_nodes() -> None:
    shared = {"type": ["Evidence"], "narrative": "A film."}
    document = {**BADGE, "evidence": [shared, shared]}
    once = {**BADGE, "evidence": [shared, deepcopy(shared)]}
    assert Statements.of(document, hmac_labels(b""), loader=LOADER).lines == (
        Statements.of(once, hmac_labels(b""), loader=LOADER).lines
    )
    assert not problems(derived(signed(document), "/evidence/0"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(document=st.one_of(credentials(), everything()), data=st.data())
def test_any_part_of_any_document(document: dict[str, Any], data: st.DataObject) -> None:
    """What is derived verifies, and its statements are those of the whole document."""
    pointers = sorted(set(data.draw(st.lists(st.sampled_from(sorted(places(document))), max_size=4))))
    try:
        base = signed(document, [])
    except InsigniaError:
        assume(False)
    try:
        shown = derived(base, *pointers)
    except ProofError as error:
        assume(error.problems[0].where == "/selectivePointers")  # a part of a list or of a value
        return
    assert not problems(shown), pointers


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(credentials(), everything()))
def test_stable_quads_are_those_of_the_document(document: dict[str, Any]) -> None:
    """By either way, the canonical form is that of `canonize`, the oracle of the other suites."""
    try:
        expected = jsonld.canonize(document, loader=LOADER).decode()
    except InsigniaError:
        assume(False)
    for make in (lambda *a: stable_quads(*a, loader=LOADER), lambda *a: _generally(*a, LOADER)):
        found = make(separate(document), Names())
        assert jsonld.rdfc10.canonicalize(found).nquads == expected


def places(value: Any, where: str = "") -> set[str]:
    """JSON Pointers to all members."""
    found = {where}
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, child in children:
        if name != "@context":
            found |= places(child, f"{where}/{str(name).replace('~', '~0').replace('/', '~1')}")
    return found


def test_selecting_keeps_id_and_type_of_what_is_on_the_way() -> None:
    document = {
        "@context": "c",
        "id": "urn:1",
        "type": "T",
        "a": {"id": "_:b", "type": ["U"], "b": [1, {"c": 2}], "d": 3},
    }
    assert select(document, ["/a/b/1"], Names()) == {
        "@context": "c",
        "id": "urn:1",
        "type": "T",
        "a": {"type": ["U"], "b": [{"c": 2}]},
    }
    assert select(document, [], Names()) is None
    assert select(document, ["/a", "/a/d", ""], Names()) is document
    with pytest.raises(InsigniaError, match="at most"):
        select(document, ["/a"] * 1_001, Names())


def packed(header: bytes, value: Any) -> str:
    return "u" + urlsafe_b64encode(header + cbor2.dumps(value)).decode().rstrip("=")


GOOD = [bytes(64), b"\x80\x24" + bytes(33), [bytes(64)], {0: bytes(32)}, [0]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "encoding"),
        (1, "encoding"),
        ("", "encoding"),
        ("z2V0B", "encoding"),
        ("u!!!!", "encoding"),
        ("u" + "A" * 5_000_000, "encoding"),
        ("u2V0A", "header"),
        ("uAAAA", "header"),
        ("u2V0B", "cbor"),
        (
            "u"
            + urlsafe_b64encode(disclosure_values.DERIVED + cbor2.dumps(GOOD) + b"\0").decode().rstrip("="),
            "cbor",
        ),
        ("u" + urlsafe_b64encode(disclosure_values.DERIVED + b"\x9f" * 5_000).decode().rstrip("="), "cbor"),
        (
            "u" + urlsafe_b64encode(disclosure_values.DERIVED + b"\x5b" + b"\xff" * 8).decode().rstrip("="),
            "cbor",
        ),
        (packed(disclosure_values.DERIVED, {}), "shape"),
        (packed(disclosure_values.DERIVED, GOOD[:4]), "shape"),
        *(
            (packed(disclosure_values.DERIVED, [*GOOD[:i], wrong, *GOOD[i + 1 :]]), "shape")
            for i, wrongs in enumerate(
                [
                    [b"", "x", bytes(63)],
                    [bytes(35), b"\x80\x24", 1],
                    [1, [b""], [1]],
                    [[], {"a": bytes(32)}, {0: b""}, {-1: bytes(32)}, {True: bytes(32)}],
                    [0, [-1], [0, 0], [True], ["0"], [2**70]],
                ]
            )
            for wrong in wrongs
        ),
    ],
)
def test_hostile_proof_values(value: Any, code: str) -> None:
    with pytest.raises(ParseError) as error:
        disclosure_values.read_derived(value)
    assert error.value.code == f"proof-value.{code}"


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_calmly(data: bytes) -> None:
    for read, header in (
        (disclosure_values.read_base, disclosure_values.BASE),
        (disclosure_values.read_derived, disclosure_values.DERIVED),
    ):
        text = "u" + urlsafe_b64encode(header + data).decode().rstrip("=")
        with pytest.raises(ParseError):
            read(text)


def test_base_values_are_checked_too() -> None:
    good = [bytes(64), b"\x80\x24" + bytes(33), bytes(32), [bytes(64)], ["/a"]]
    assert disclosure_values.read_base(packed(disclosure_values.BASE, good)).mandatory_pointers == ("/a",)
    for i, wrong in ((2, b"short"), (2, "text"), (4, "/a"), (4, [1])):
        with pytest.raises(ParseError):
            disclosure_values.read_base(packed(disclosure_values.BASE, [*good[:i], wrong, *good[i + 1 :]]))


def test_a_derived_proof_with_wrong_positions_or_labels() -> None:
    document = derived(signed(), "/ordered")
    value = disclosure_values.read_derived(document["proof"]["proofValue"])
    for changed in (
        {"mandatory": (*value.mandatory, 900)},
        {"mandatory": value.mandatory[1:]},
        {"labels": {}},
        {"signatures": value.signatures[::-1]},
        {"signature": bytes(64)},
    ):
        fields = {name: getattr(value, name) for name in value.__slots__}
        broken = disclosure_values.DerivedValue(**{**fields, **changed})
        assert problems({**document, "proof": {**document["proof"], "proofValue": broken.text()}}), changed


def test_the_suite_is_found_by_its_name() -> None:
    assert find({"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}) is ecdsa_sd_2023.SUITE
    with pytest.raises(ProofError):
        ecdsa_sd_2023.SUITE.verify(BADGE, {"type": "X"}, KEY.public_key, loader=LOADER)


INLINE = {
    "ext": "https://ext.example/vocab#",
    "note": "ext:note",
    "lists": {"@id": "ext:lists", "@container": "@list"},
    "graph": {"@id": "ext:graph", "@container": "@graph"},
    "byId": {"@id": "ext:byId", "@container": "@id"},
    "partOf": {"@reverse": "ext:part"},
}
UNUSUAL: dict[str, dict[str, Any]] = {
    "characters that N-Quads escapes": {"note": "a\x7fb"},
    "lists in lists": {"lists": [["a", ["b"]], ["c"]]},
    "a graph container": {"graph": {"note": "inside"}},
    "a map by id": {"byId": {"https://ext.example/1": {"note": "x"}}},
    "a reverse property": {"partOf": {"note": "the whole"}},
    "own blank nodes": {"@id": "_:b1", "note": "x", "ext:other": {"@id": "_:b1"}},
    "the default graph": {"@graph": [{"note": "x"}, {"note": "y"}]},
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_documents_have_the_same_quads(name: str) -> None:
    document = {"@context": INLINE, **UNUSUAL[name]}
    expected = jsonld.canonize(document, loader=LOADER).decode()
    for found in (
        stable_quads(separate(document), Names(), loader=LOADER),
        _generally(separate(document), Names(), LOADER),
    ):
        assert jsonld.rdfc10.canonicalize(found).nquads == expected


def test_a_document_without_a_context() -> None:
    bare = {"https://ext.example/vocab#note": "x"}
    expected = jsonld.canonize(bare, loader=LOADER).decode()
    assert jsonld.rdfc10.canonicalize(stable_quads(bare, Names(), loader=LOADER)).nquads == expected


def test_proofs_that_are_none() -> None:
    for value in (None, "z2V0A", "u2V0!", "u"):
        assert not ecdsa_sd_2023.is_base({"cryptosuite": "ecdsa-sd-2023", "proofValue": value})
    base = signed()
    assert ecdsa_sd_2023.derive({**base, "proof": [base["proof"]]}, [], loader=LOADER)[1].chosen == 0


def test_a_foreign_signer_is_checked_by_what_can_be_derived() -> None:
    class Remote:
        """A key in another process; `broken` gives another signature."""

        def __init__(self, *, broken: bool) -> None:
            self.public_key = KEY.public_key
            self.broken = broken

        def sign(self, data: bytes, algorithm: str) -> bytes:
            return KEY.sign(data + b"!" * self.broken, algorithm)

    document = {
        **BADGE,
        "issuer": did_key(KEY.public_key),
        "credentialSubject": {"id": "did:example:1", **BADGE["credentialSubject"]},
    }
    for broken in (False, True):
        key = IssuerKey(Remote(broken=broken), did_key_method(KEY.public_key))
        suite = ecdsa_sd_2023.base(["/issuer"], random=seeded())
        arguments: dict[str, Any] = {
            "key": key,
            "suite": suite,
            "created": "2026-03-01T12:00:00Z",
            "loader": LOADER,
        }
        if broken:
            with pytest.raises(IssuingError):
                issue(document, **arguments)
        else:
            assert ecdsa_sd_2023.is_base(json.loads(issue(document, **arguments))["proof"])


def test_what_is_usually_mandatory_leaves_a_whole_badge() -> None:
    """Open Badges 3.0, AchievementSubject: 'Either id or at least one identifier MUST be supplied.'"""
    identifiers = [{"hashed": False, "identityHash": "Ann"}, {"hashed": True, "identityHash": "sha256$0"}]
    subject = {"achievement": {"name": "x"}, "identifier": identifiers}
    usual = ecdsa_sd_2023.usual_pointers
    assert usual({"issuer": "i", "credentialStatus": {}, "credentialSubject": subject}) == [
        "/issuer",
        "/credentialStatus",
        "/credentialSubject/achievement/name",
        "/credentialSubject/identifier/1",
    ]
    assert usual({"credentialSubject": {"identifier": identifiers[:1]}}) == [
        "/credentialSubject/identifier/0"
    ]
    assert usual({"credentialSubject": {**subject, "id": "did:x"}})[0] == "/credentialSubject/id"
    assert usual({"credentialSubject": [subject]}) == []


def test_what_is_no_json_ld() -> None:
    with pytest.raises(JsonLdError):
        stable_quads({"@context": {"note": 1}, "note": "x"}, Names(), loader=LOADER)
