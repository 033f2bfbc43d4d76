"""benchmarks/adapter.py: the contract with those who measure with their own credentials."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from credentials import credentials, fillings, status_items, template
from insignia import did, jose, jsonld
from insignia.did import did_key_method
from insignia.issuing import IssuerKey, issue
from insignia.jsonld import rdfc10
from insignia.keys import SecretKey
from insignia.proof import check_proofs
from insignia.resolver import MapResolver, OfflineResolver
from insignia.status_list import BitstringStatusList

ROOT = Path(__file__).resolve().parents[2]
SEED = "1f" * 32
CREATED = "2026-03-04T05:06:07Z"
DOCUMENTS = list(credentials(5, seed=21))
LOADER = jsonld.bundled_loader(OfflineResolver())
KEY = SecretKey.from_seed(bytes.fromhex(SEED))


def adapter(mode: str, items: Sequence[Any], *words: str) -> tuple[list[Any], dict[str, Any]]:
    """The answers and the figures for `items`."""
    script = str(ROOT / "benchmarks" / "adapter.py")
    command = [sys.executable, script, mode, "--repeat", "1", "--warm", "1", "--seed", SEED]
    text = "".join(json.dumps(item) + "\n" for item in items)
    done = subprocess.run(
        [*command, "--created", CREATED, *words], input=text, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.split("\n") if line], json.loads(
        done.stderr.splitlines()[-1]
    )


def verified(document: dict[str, Any]) -> bool:
    results = check_proofs(
        document,
        loader=LOADER,
        find_key=lambda proof: did.verification_method(
            proof["verificationMethod"], resolver=OfflineResolver()
        ),
    )
    return all(result.verified for result in results)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_issue_answers_each_line_with_the_same_credential_signed(suite: str) -> None:
    answers, figures = adapter("issue", DOCUMENTS, "--suite", suite)
    assert figures["n"] == len(answers) == len(DOCUMENTS)
    assert 0 < figures["best_us"] <= figures["us"]
    for document, answer in zip(DOCUMENTS, answers, strict=True):
        proof = answer.pop("proof")
        assert proof["cryptosuite"] == suite
        assert proof["created"] == CREATED
        issuer = proof["verificationMethod"].partition("#")[0]
        assert answer == {**document, "issuer": {**document["issuer"], "id": issuer}}
        assert verified({**answer, "proof": proof})


def test_issue_uses_the_did_of_the_seed() -> None:
    (answer,), _ = adapter("issue", DOCUMENTS[:1])
    assert answer["issuer"]["id"] == did_key_method(KEY.public_key).partition("#")[0]


def test_several_processes_answer_the_same_in_the_same_order() -> None:
    alone, _ = adapter("issue", DOCUMENTS)
    together, figures = adapter("issue", DOCUMENTS, "--procs", "2")
    assert together == alone
    assert figures["n"] == len(DOCUMENTS)


def test_n_items_are_taken_in_turn_from_the_lines() -> None:
    answers, figures = adapter("canon", DOCUMENTS[:2], "--n", "5")
    assert figures["n"] == 5
    assert answers == [answers[0], answers[1], answers[0], answers[1], answers[0]]


@pytest.mark.parametrize(("suite", "algorithm"), [("vc-jwt-eddsa", "EdDSA"), ("vc-jwt-es256", "ES256")])
def test_tokens_are_issued_and_verified(suite: str, algorithm: str) -> None:
    tokens, _ = adapter("issue", DOCUMENTS[:2], "--suite", suite)
    parsed = jose.parse(tokens[0])
    assert parsed.header["alg"] == algorithm
    assert parsed.header["typ"] == "vc+jwt"
    tampered = tokens[1][:-4] + ("AAAA" if tokens[1][-4:] != "AAAA" else "BBBB")
    answers, _ = adapter("verify", [tokens[0], tampered])
    assert answers[0] == {"ok": True}
    assert answers[1]["ok"] is False


def test_verify_tells_good_from_tampered() -> None:
    (signed,), _ = adapter("issue", DOCUMENTS[:1])
    answers, _ = adapter("verify", [signed, {**signed, "name": "Another"}, {"nonsense": 1}])
    assert answers[0] == {"ok": True}
    assert [answer["ok"] for answer in answers] == [True, False, False]
    assert all(answer["error"] for answer in answers[1:])


def test_canon_gives_the_complete_algorithms_lines() -> None:
    answers, _ = adapter("canon", DOCUMENTS)
    for document, answer in zip(DOCUMENTS, answers, strict=True):
        quads = jsonld.to_rdf(document, loader=LOADER)
        assert answer == rdfc10.canonicalize(quads).nquads


def test_canon_uses_the_given_contexts(tmp_path: Path) -> None:
    url = "https://example.org/context"
    context = {"@context": {"nick": "https://example.org/nick"}}
    path = tmp_path / "contexts.json"
    path.write_text(json.dumps({url: context}))
    document = {"@context": url, "@id": "urn:x:1", "nick": "Bo"}
    (answer,), _ = adapter("canon", [document], "--contexts", str(path))
    assert answer == '<urn:x:1> <https://example.org/nick> "Bo" .\n'
    loader = jsonld.bundled_loader(MapResolver({url: context}))
    assert jsonld.canonize(document, loader=loader).decode() == answer


def test_a_template_gives_what_issuing_one_by_one_gives() -> None:
    document, slots = template()
    values = [*fillings(4), {**next(fillings(1, seed=5)), "narrative": '"\\ 💀\n\x7f'}]
    answers, _ = adapter("issue-template", [{"template": document, "slots": slots}, *values])
    assert len(answers) == 5
    key = IssuerKey(KEY, did_key_method(KEY.public_key))
    for value, answer in zip(values, answers, strict=True):
        assert answer["credentialSubject"]["result"][0]["value"] == value["score"]
        assert answer["credentialStatus"]["id"].endswith(f"#{value['status']}")
        unsigned = {name: member for name, member in answer.items() if name != "proof"}
        again = issue(unsigned, key=key, suite="eddsa-rdfc-2022", created=CREATED, loader=LOADER)
        assert json.loads(again) == answer


def test_status_gives_a_signed_list_with_those_bits() -> None:
    item = next(status_items(1))
    (answer,), _ = adapter("status", [item])
    bits = BitstringStatusList.decode(answer["credentialSubject"]["encodedList"])
    assert [index for index in range(item["bits"]) if bits.get(index)] == item["set"]
    assert verified(answer)
