"""A receipt says what was verified and how it ended, and only the verifier's key could have made it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verification_world import UNIVERSITY, badge, changed, check, endorsement

from insignia.errors import InsigniaError, ParseError, ProofError
from insignia.keys import KeyType, SecretKey
from insignia.verification import receipt, render

CREATED = datetime(2026, 1, 1, 0, 0, 5, tzinfo=UTC)
VERIFIER = SecretKey.from_seed(b"v" * 32)
SIGNED = json.dumps(UNIVERSITY.sign(badge()))
REPORT = check(SIGNED)
RECEIPT = receipt.sign(REPORT, VERIFIER, created=CREATED)


def test_a_receipt_holds_the_whole_report() -> None:
    found = receipt.check(RECEIPT, VERIFIER.public_key)
    assert found.report == render.tree(REPORT)
    assert found.verdict == "valid"
    assert found.report["policy"] == "strict"
    assert found.signed == "2026-01-01T00:00:05Z"
    assert found.verification_method.startswith("did:key:z6Mk")


def test_a_receipt_is_about_exact_bytes() -> None:
    found = receipt.check(RECEIPT.encode(), VERIFIER.public_key)
    assert found.is_about(SIGNED.encode())
    assert not found.is_about(SIGNED.encode() + b" ")


def test_a_bad_verdict_is_signed_as_it_is() -> None:
    report = check(changed(json.loads(SIGNED), "name", value="Forged"))
    made = receipt.sign(report, VERIFIER, created=CREATED)
    assert receipt.check(made, VERIFIER.public_key).verdict == "invalid"


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384])
def test_elliptic_curves_sign_too(key_type: KeyType) -> None:
    key = SecretKey.generate(key_type, os.urandom)
    made = receipt.sign(REPORT, key, created=CREATED, verification_method="https://verifier.example/keys#1")
    assert receipt.check(made, key.public_key).verification_method == "https://verifier.example/keys#1"
    with pytest.raises(ProofError):
        receipt.check(made, VERIFIER.public_key)


def test_a_key_without_a_suite_signs_nothing() -> None:
    key = SecretKey.generate(KeyType.P521, os.urandom)
    with pytest.raises(ProofError) as caught:
        receipt.sign(REPORT, key, created=CREATED)
    assert caught.value.code == "receipt.key"


def test_another_key_does_not_vouch_for_it() -> None:
    with pytest.raises(ProofError):
        receipt.check(RECEIPT, UNIVERSITY.key.public_key)


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else None
    if items is None:
        return [path]
    return [found for name, value in items for found in paths(value, (*path, name))]


@given(st.data())
def test_no_part_of_a_receipt_can_be_changed(data: Any) -> None:
    document = json.loads(RECEIPT)
    path = data.draw(st.sampled_from(paths(document)))
    other = changed(document, *path, value=data.draw(st.text(max_size=8) | st.booleans() | st.none()))
    if other != document:
        with pytest.raises(InsigniaError):
            receipt.check(json.dumps(other), VERIFIER.public_key)


def test_a_signed_document_that_is_no_receipt_is_refused() -> None:
    """A signature of the same key on something else must not pass for a receipt."""
    for document in (
        UNIVERSITY.sign(endorsement(), signer=VERIFIER),
        UNIVERSITY.sign({"type": receipt.TYPE, "report": {"verdict": "valid"}}, signer=VERIFIER),
        UNIVERSITY.sign({"type": receipt.TYPE, "report": 5}, signer=VERIFIER),
        UNIVERSITY.sign(json.loads(RECEIPT) | {"proof": None}, signer=VERIFIER, purpose="authentication"),
    ):
        with pytest.raises(ProofError) as caught:
            receipt.check(json.dumps(document), VERIFIER.public_key)
        assert caught.value.code == "receipt.malformed"


@given(
    st.one_of(
        st.binary(max_size=60), st.text(max_size=60), st.sampled_from(["[]", "5", '{"proof": []}', "{}"])
    )
)
def test_anything_else_is_refused_with_an_error_of_ours(value: bytes | str) -> None:
    with pytest.raises((ParseError, ProofError)):
        receipt.check(value, VERIFIER.public_key)
