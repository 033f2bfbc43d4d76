"""A change of anything that was signed never verifies, under any suite."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia import cryptosuites, jsonld
from insignia.contexts import CREDENTIALS_V2
from insignia.did import did_key_method, verification_method
from insignia.errors import ProofError
from insignia.keys import KeyType, SecretKey
from insignia.proof import ProofResult, add_proof, check_proofs
from insignia.resolver import OfflineResolver

RESOLVER = OfflineResolver()
LOADER = jsonld.bundled_loader(RESOLVER)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEYS = {
    KeyType.ED25519: SecretKey.from_seed(bytes(range(32))),
    KeyType.P256: SecretKey.generate(KeyType.P256, lambda size: bytes(range(1, size + 1))),
    KeyType.P384: SecretKey.generate(KeyType.P384, lambda size: bytes(range(1, size + 1))),
}
SUITES = [(suite.name, kind) for suite in cryptosuites.SUITES.values() for kind in sorted(suite.key_types)]
MUTABLE: dict[str, Any] = {
    "@context": [
        CREDENTIALS_V2,
        {
            "steps": {"@id": "urn:x:steps", "@container": "@list"},
            "tags": "urn:x:tags",
            "score": "urn:x:score",
            "passed": "urn:x:passed",
            "part": "urn:x:part",
        },
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "https://vc.example/issuers/5678", "name": "University"},
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:abcdefgh",
        "name": "Ana",
        "steps": ["one", "two", "three"],
        "tags": ["red", "green", "blue"],
        "score": 7,
        "passed": True,
        "part": [{"name": "first", "score": 2.5}, {"name": "second", "steps": [1, 2]}],
    },
}
SIGNED: dict[tuple[str, KeyType], dict[str, Any]] = {}


def signed_with(suite: str, kind: KeyType) -> dict[str, Any]:
    if (suite, kind) not in SIGNED:
        extra = {"nonce": "n", "domain": ["a", "b"], "challenge": "c", "expires": "2040-01-01T00:00:00Z"}
        SIGNED[suite, kind] = add_proof(
            MUTABLE,
            suite=suite,
            signer=KEYS[kind],
            verification_method=did_key_method(KEYS[kind].public_key),
            created="2026-03-01T12:00:00Z",
            loader=LOADER,
            extra=extra,
        )
    return deepcopy(SIGNED[suite, kind])


def check(document: dict[str, Any]) -> list[ProofResult]:
    return check_proofs(
        document,
        loader=LOADER,
        find_key=lambda proof: verification_method(
            proof["verificationMethod"], resolver=RESOLVER, purpose=proof["proofPurpose"]
        ),
        now=NOW,
    )


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything below the root, except within `@context` and `proofValue`."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    found = []
    for step, child in children:
        if step not in ("@context", "proofValue"):
            found += [(*path, step), *spots(child, (*path, step))]
    return found


SCALARS = (
    st.text(max_size=6)
    | st.integers(-3, 300)
    | st.sampled_from([0.5, 7.0, 1e30, True, False, None, "true", "7", "urn:x:y", "did:example:abcdefgh"])
)
VALUES = (
    SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["name", "score"]), SCALARS)
)
NAMES = st.sampled_from(["name", "description", "score", "tags", "steps", "nonce", "id", "type", "unheardOf"])


def mutate(document: dict[str, Any], data: st.DataObject) -> None:
    """Change, add, delete or reorder at a random place."""
    path = data.draw(st.sampled_from(spots(document)))
    parent: Any = document
    for step in path[:-1]:
        parent = parent[step]
    step, value = path[-1], parent[path[-1]]
    kind = data.draw(st.sampled_from(["change", "type", "delete", "add", "reorder", "wrap"]))
    if kind == "change":
        parent[step] = data.draw(VALUES)
    elif kind == "type":
        parent[step] = (
            json.dumps(value) if not isinstance(value, str) else data.draw(st.sampled_from([7, True]))
        )
    elif kind == "delete":
        del parent[step]
    elif kind == "wrap":
        parent[step] = [value]
    elif isinstance(value, dict):
        value[data.draw(NAMES)] = data.draw(VALUES)
    elif isinstance(value, list):
        if kind == "add":
            value.insert(data.draw(st.integers(0, len(value))), data.draw(VALUES))
        else:
            value[:] = data.draw(st.permutations(value))
    elif isinstance(parent, dict):
        parent[data.draw(NAMES)] = data.draw(VALUES)
    else:
        parent.insert(data.draw(st.integers(0, len(parent))), data.draw(VALUES))


def rdf_of(document: dict[str, Any]) -> list[str]:
    """The canonical RDF of a signed document and of its proof, by an independent implementation."""
    from pyld import jsonld as pyld

    def load(url: str, options: Any) -> dict[str, Any]:
        return {"contextUrl": None, "documentUrl": url, "document": LOADER(url)}

    unsecured = {name: value for name, value in document.items() if name != "proof"}
    configuration = {name: value for name, value in document["proof"].items() if name != "proofValue"}
    configuration["@context"] = document["@context"]
    settings = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": load,
        "base": None,
    }
    return [pyld.normalize(part, settings) for part in (unsecured, configuration)]


def names_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


def same_json(one: Any, other: Any) -> bool:
    """Equality of JSON values, numbers by their value."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


class TestMutations:
    """No change of what was signed verifies.

    The exceptions, by rule. The proof may stand alone or in an array of one. JCS: the order of members,
    and 7.0 for 7. RDFC: what makes no difference to
    the RDF, which is what is signed: the order and repetition of the members of a set, an array of one
    for its value, null and empty sets, `1.0` for `1`, a string for a native value that the context types.
    An independent implementation decides whether the RDF is the same; no undefined name ever passes.
    """

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    @given(data=st.data())
    @settings(max_examples=150, deadline=None)
    def test_no_mutation_verifies(self, suite: str, kind: KeyType, data: st.DataObject) -> None:
        original = signed_with(suite, kind)
        changed = deepcopy(original)
        for _ in range(data.draw(st.integers(1, 2))):
            mutate(changed, data)
        try:
            results = check(changed)
        except ProofError:
            return
        for result in results:
            assert result.verified is not bool(result.problems)
        if not all(result.verified for result in results):
            return
        if isinstance(changed["proof"], list):
            (changed["proof"],) = changed["proof"]
        if cryptosuites.named(suite).needs_context:
            assert "unheardOf" not in names_in(changed)
            assert rdf_of(changed) == rdf_of(original)
        else:
            assert same_json(changed, original)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    @given(data=st.data())
    @settings(max_examples=40, deadline=None)
    def test_no_other_proof_value_verifies(self, suite: str, kind: KeyType, data: st.DataObject) -> None:
        changed = signed_with(suite, kind)
        value = changed["proof"]["proofValue"]
        place = data.draw(st.integers(0, len(value) - 1))
        character = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
        changed["proof"]["proofValue"] = value[:place] + character + value[place + 1 :]
        assert check(changed)[0].verified is (character == value[place])

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_every_value_counts(self, suite: str, kind: KeyType) -> None:
        """Each value once, exhaustively: changed to another of its kind, and taken away."""
        original = signed_with(suite, kind)
        for path in spots(original):
            for edit in ("change", "delete"):
                changed = deepcopy(original)
                parent: Any = changed
                for step in path[:-1]:
                    parent = parent[step]
                if edit == "delete":
                    del parent[path[-1]]
                else:
                    parent[path[-1]] = other_than(parent[path[-1]])
                try:
                    verified = check(changed)[0].verified
                except ProofError:
                    verified = False
                assert not verified, (edit, path)

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    def test_the_order_of_a_list_counts(self, suite: str, kind: KeyType) -> None:
        changed = signed_with(suite, kind)
        assert check(changed)[0].verified
        changed["credentialSubject"]["steps"].reverse()
        assert not check(changed)[0].verified

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    @pytest.mark.parametrize(
        "edit",
        [
            lambda subject: subject["tags"].reverse(),
            lambda subject: subject["tags"].append("red"),
            lambda subject: subject.update(name=["Ana"]),
            lambda subject: subject.update(description=None),
            lambda subject: subject.update(description=[]),
            lambda subject: subject["part"].reverse(),
        ],
    )
    def test_what_makes_no_difference_to_the_rdf(self, suite: str, kind: KeyType, edit: Any) -> None:
        """The exceptions above: they verify under RDFC, where they are not signed, and not under JCS."""
        changed = signed_with(suite, kind)
        edit(changed["credentialSubject"])
        assert check(changed)[0].verified is cryptosuites.named(suite).needs_context

    @pytest.mark.parametrize(("suite", "kind"), SUITES)
    @pytest.mark.parametrize(
        "context",
        [
            {"name": "urn:x:other"},
            {"score": "urn:x:passed", "passed": "urn:x:score"},
            {"@vocab": "urn:x:"},
            {"steps": {"@id": "urn:x:steps", "@container": "@set"}},
        ],
    )
    def test_contexts_that_give_terms_another_meaning(self, suite: str, kind: KeyType, context: Any) -> None:
        """Put in the place of the old context, they change what every value says."""
        changed = signed_with(suite, kind)
        changed["@context"][1] = context
        assert not check(changed)[0].verified

    @pytest.mark.parametrize(
        ("suite", "kind"), [("ecdsa-rdfc-2019", KeyType.P256), ("ecdsa-jcs-2019", KeyType.P384)]
    )
    def test_the_other_signature_of_ecdsa_verifies_as_well(self, suite: str, kind: KeyType) -> None:
        """(r, n - s) is a good signature of the same data: FIPS 186-5 and the suites allow it, so a proof
        value is no identifier of a credential."""
        from insignia.keys.algorithms import CURVES
        from insignia.multibase import base58btc_decode, base58btc_encode

        changed = signed_with(suite, kind)
        signature = base58btc_decode(changed["proof"]["proofValue"][1:])
        half = len(signature) // 2
        s = CURVES[kind].order - int.from_bytes(signature[half:], "big")
        other = signature[:half] + s.to_bytes(half, "big")
        assert other != signature
        changed["proof"]["proofValue"] = "z" + base58btc_encode(other)
        assert check(changed)[0].verified


def other_than(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value + "x" if not value.endswith("Z") else value.replace("2", "1", 1)
    return {**value, "name": "Mallory"} if isinstance(value, dict) else [*value, "Mallory"]
