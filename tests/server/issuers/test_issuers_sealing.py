"""Sealing: what was sealed opens, and nothing else does."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.audit.models import Entry
from insignia_server.issuers import jobs, sealing, signing
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.issuers.sealing import seal, unseal
from insignia_server.kit import scopes
from insignia_server.kit.sealing import SealBroken, kek_name
from insignia_server.kit.worker import run_pending

KEYS = {"k1": bytes(range(32)), "k2": bytes(range(1, 33)), "k3": bytes(range(2, 34))}


@pytest.fixture
def keks(settings: Any) -> Any:
    """`keks("k2", "k1")`: the key-encryption keys of the instance, the first one in use."""

    def use(*names: str) -> None:
        settings.KEY_ENCRYPTION_KEYS = {name: KEYS[name] for name in names}

    use("k1")
    return use


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_context(plain: bytes, context: str) -> None:
    sealed = seal(plain, context)
    assert unseal(sealed, context) == plain
    if len(plain) >= 8:
        assert plain not in sealed


def test_every_flipped_bit_is_noticed(keks: Any) -> None:
    sealed = seal(b"a seed of thirty-two octets here", "issuer#key")
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises(SealBroken):
                unseal(bytes(changed), "issuer#key")


def test_every_shortened_blob_is_refused(keks: Any) -> None:
    sealed = seal(b"secret", "issuer#key")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(sealed[:length], "issuer#key")


@given(st.binary(max_size=200))
def test_garbage_is_refused(data: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(data, "issuer#key")


def test_a_blob_in_the_place_of_another_does_not_open(keks: Any) -> None:
    with pytest.raises(SealBroken, match="not those that were sealed for"):
        unseal(seal(b"secret", "issuer#one"), "issuer#two")


def test_an_unknown_key_encryption_key_is_named(keks: Any) -> None:
    sealed = seal(b"secret", "issuer#key")
    keks("k2", "k3")
    with pytest.raises(SealBroken, match=r"key-encryption key 'k1', which is not in KEY_ENCRYPTION_KEYS"):
        unseal(sealed, "issuer#key")


def test_another_key_under_the_same_name_is_noticed(keks: Any, settings: Any) -> None:
    sealed = seal(b"secret", "issuer#key")
    settings.KEY_ENCRYPTION_KEYS = {"k1": KEYS["k2"]}
    with pytest.raises(SealBroken, match="not those that were sealed for"):
        unseal(sealed, "issuer#key")


def test_the_first_key_seals_and_all_open(keks: Any) -> None:
    old = seal(b"secret", "issuer#key")
    keks("k2", "k1")
    assert unseal(old, "issuer#key") == b"secret"
    new = sealing.reseal(old, "issuer#key")
    assert (kek_name(old), kek_name(new)) == ("k1", "k2")
    assert sealing.reseal(new, "issuer#key") == new
    keks("k2")
    assert unseal(new, "issuer#key") == b"secret"


def sealed_by(issuer: Issuer) -> set[str]:
    return {kek_name(bytes(key.sealed or b"")) for key in SigningKey.objects.filter(issuer=issuer)}


def test_all_keys_are_resealed_and_still_sign(keks: Any, issuer: Issuer) -> None:
    secrets = {key.pk: public(key) for key in SigningKey.objects.all()}
    keks("k2", "k1")
    jobs.reseal_keys.enqueue()
    assert run_pending() == 1
    assert sealed_by(issuer) == {"k2"}
    keks("k2")
    for key in SigningKey.objects.all():
        signing.forget(key.pk)
        assert public(key) == secrets[key.pk]
        data = signing.signer(issuer, key.algorithm)
        assert data.signer.public_key.verify(
            data.signer.sign(b"data", "EdDSA" if key.algorithm == "Ed25519" else "ES256"),
            b"data",
            "EdDSA" if key.algorithm == "Ed25519" else "ES256",
        )
    entry = Entry.objects.get(action="keys.reseal")
    assert (entry.organisation_id, entry.facts) == (None, {"changed": 2, "unchanged": 0})


def public(key: SigningKey) -> str:
    return key.fragment


def test_the_command_says_what_it_did(keks: Any, issuer: Issuer, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("reseal_keys")
    assert "0 keys resealed, 2 were sealed by the first key already" in capsys.readouterr().out


def test_what_does_not_open_is_named_and_the_rest_is_resealed(keks: Any, issuer: Issuer) -> None:
    broken = SigningKey.objects.get(algorithm="P-256")
    SigningKey.objects.filter(pk=broken.pk).update(sealed=b"\x01\x02k1" + bytes(100))
    keks("k2", "k1")
    with pytest.raises(
        CommandError, match=rf"1 keys were resealed, 1 could not be opened.*{broken.fragment}"
    ):
        call_command("reseal_keys")
    assert sealed_by(issuer) == {"k1", "k2"}


def test_a_blob_of_another_row_does_not_sign(issuer: Issuer) -> None:
    """Whoever can write to the database cannot make one issuer sign with the key of another place."""
    one, two = SigningKey.objects.order_by("algorithm")
    SigningKey.objects.filter(pk=one.pk).update(sealed=two.sealed)
    signing.forget(one.pk)
    with pytest.raises(SealBroken, match="not those that were sealed for"):
        signing.signer(issuer, "Ed25519")


def test_resealing_sees_every_tenant_by_its_crossing(keks: Any, issuer: Issuer) -> None:
    keks("k2", "k1")
    with scopes.organisation(uuid.uuid4()):
        done = sealing.reseal_all()
    assert done == sealing.Resealing(changed=2, unchanged=0)
    assert str(done) == "2"
