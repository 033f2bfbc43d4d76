"""Secrets at rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit.sealing import SealBroken, kek_name, seal, unseal

OLD, NEW = {"k1": b"1" * 31 + b"a"}, {"k2": b"2" * 31 + b"b"}


@given(st.binary(max_size=5000), st.text(max_size=40))
def test_what_was_sealed_opens_again(plain: bytes, context: str) -> None:
    sealed = seal(plain, context=context, keys=OLD)
    assert unseal(sealed, context=context, keys={**NEW, **OLD}) == plain
    assert len(plain) < 8 or plain not in sealed


def test_a_blob_does_not_open_in_another_place() -> None:
    sealed = seal(b"secret", context="issuer-1#key", keys=OLD)
    with pytest.raises(SealBroken, match="not those that were sealed for 'issuer-2#key'"):
        unseal(sealed, context="issuer-2#key", keys=OLD)


def test_a_missing_key_is_named() -> None:
    sealed = seal(b"secret", context="c", keys=OLD)
    assert kek_name(sealed) == "k1"
    with pytest.raises(SealBroken, match="'k1', which is not in KEY_ENCRYPTION_KEYS"):
        unseal(sealed, context="c", keys=NEW)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_no_changed_bit_goes_unseen(place: int, flip: int) -> None:
    sealed = bytearray(seal(b"secret", context="c", keys=OLD))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(SealBroken):
        unseal(bytes(sealed), context="c", keys=OLD)


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(content, context="c", keys=OLD)
