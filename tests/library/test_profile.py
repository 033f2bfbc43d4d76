"""Hashed recipient identifiers and profiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.errors import IssuingError
from insignia.profile import IdentityObject, identity_hash

KOSHER = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"


def identity(
    value: str, *, hashed: bool = True, salt: str | None = None, kind: str = "emailAddress"
) -> IdentityObject:
    members = {"type": "IdentityObject", "hashed": hashed, "identityHash": value, "identityType": kind}
    return IdentityObject.read(members if salt is None else {**members, "salt": salt})


def test_the_hash_of_the_specification() -> None:
    """IdentityHash: 'the result of calculating a SHA-256 hash on the string a@example.comKosher'."""
    assert identity_hash("a@example.com", "Kosher") == KOSHER
    assert identity(KOSHER, salt="Kosher").matches("a@example.com")
    assert identity(KOSHER.upper().replace("SHA256", "sha256"), salt="Kosher").matches(" A@Example.com ")
    assert not identity(KOSHER, salt="kosher").matches("a@example.com")


def test_md5_is_read() -> None:
    """'The only supported algorithms are MD5 and SHA-256, identified by the strings md5 and sha256'."""
    assert identity_hash("a", algorithm="md5") == "md5$0cc175b9c0f1b6a831c399e269772661"
    assert identity(identity_hash("a@example.com", "s", "md5"), salt="s").matches("a@example.com")


@pytest.mark.parametrize("digest", ["sha1$00", "b5809d8a", "", "sha256$", "$"])
def test_other_hashes_match_nothing(digest: str) -> None:
    assert not identity(digest, salt="Kosher").matches("a@example.com")


def test_another_algorithm_cannot_be_made() -> None:
    with pytest.raises(IssuingError):
        identity_hash("a", algorithm="sha1")


def test_plain_identities() -> None:
    assert identity("Ann@Example.org", hashed=False).matches("ann@example.org")
    assert identity("Ann", hashed=False, kind="name").matches("Ann")
    assert not identity("Ann", hashed=False, kind="name").matches("ann")


@given(st.text(), st.text())
def test_what_is_hashed_is_matched(value: str, salt: str) -> None:
    value = value.encode(errors="replace").decode()
    salt = salt.encode(errors="replace").decode()
    assert identity(identity_hash(value, salt), salt=salt, kind="userName").matches(value)
