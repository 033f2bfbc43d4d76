"""Status lists. Quotations are from W3C Bitstring Status List 1.0."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from status_list_samples import EMPTY, URL, listing, refused

from insignia.errors import StatusListError
from insignia.status_list import (
    MAXIMUM_BYTES,
    MINIMUM_ENTRIES,
    BitstringStatusList,
    status_list_credential,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "bitstring.jsonl"


def encode(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class TestVectors:
    """../shared/vectors/bitstring.jsonl"""

    @pytest.mark.parametrize(
        "case",
        [json.loads(line) for line in VECTORS.read_text().splitlines()] if VECTORS.exists() else [],
        ids=lambda case: case["request"]["id"],
    )
    def test_vector(self, case: dict[str, Any]) -> None:
        request, expect = case["request"], case["expect"]
        try:
            bits = BitstringStatusList.decode(request["encodedList"], request["size"])
            reply: dict[str, Any] = {"status": bits.get(request["index"])}
        except StatusListError as error:
            reply = {"error": error.code if expect.get("error") is not True else True}
        assert reply == expect

    def test_vectors_are_there(self) -> None:
        if not VECTORS.exists():
            pytest.skip("../shared/vectors is not part of a user's clone")
        assert len(VECTORS.read_text().splitlines()) >= 16


class TestBits:
    def test_the_first_index_is_the_left_most_bit(self) -> None:
        """'the first index, with a value of zero (0), is located at the left-most bit in the bitstring and
        the last index … is located at the right-most bit'"""
        bits = BitstringStatusList()
        bits.set(0)
        bits.set(MINIMUM_ENTRIES - 1)
        raw = bytes(bits)
        assert raw[0] == 0b1000_0000
        assert raw[-1] == 0b0000_0001
        assert not any(raw[1:-1])

    def test_an_entry_of_two_bits_lies_at_index_times_size(self) -> None:
        """'The position of the value is computed as statusListIndex times the statusSize.'"""
        bits = BitstringStatusList(size=2)
        bits.set(5, 3)
        bits.set(4, 1)
        assert bytes(bits)[1] == 0b0111_0000
        assert (bits.get(4), bits.get(5), bits.get(6)) == (1, 3, 0)

    @given(
        size=st.integers(1, 32),
        values=st.dictionaries(st.integers(0, MINIMUM_ENTRIES - 1), st.integers(0), max_size=12),
    )
    @settings(max_examples=60, deadline=None)
    def test_what_is_set_is_got_after_a_round_trip(self, size: int, values: dict[int, int]) -> None:
        bits = BitstringStatusList(size=size)
        values = {index: value % (1 << size) for index, value in values.items()}
        for index, value in values.items():
            bits.set(index, (1 << size) - 1)
            bits.set(index, value)
        again = BitstringStatusList.decode(bits.encode(), size)
        assert again == bits
        assert again.length == len(again) == MINIMUM_ENTRIES
        assert {index: again.get(index) for index in values} == values
        expected = sum(value << (size * (MINIMUM_ENTRIES - 1 - index)) for index, value in values.items())
        assert int.from_bytes(bytes(again), "big") == expected

    def test_set_all_and_equality(self) -> None:
        one, other = BitstringStatusList(), BitstringStatusList()
        one.set_all([3, 9])
        assert one != other
        other.set_all([9, 3])
        assert one == other
        other.set_all([9], 0)
        assert one != other
        assert one != BitstringStatusList.from_bytes(bytes(one) * 2, size=2)
        assert one != "a list"

    @pytest.mark.parametrize("index", [-1, MINIMUM_ENTRIES, 10**30])
    def test_an_index_outside_is_a_range_error(self, index: int) -> None:
        """'a value outside of the range of the bitstring, a RANGE_ERROR MUST be raised'"""
        bits = BitstringStatusList()
        with refused("RANGE_ERROR", "/statusListIndex"):
            bits.get(index)
        with refused("RANGE_ERROR", "/statusListIndex"):
            bits.set(index)

    @pytest.mark.parametrize("value", [-1, 2])
    def test_a_value_that_does_not_fit_is_a_range_error(self, value: int) -> None:
        with refused("RANGE_ERROR"):
            BitstringStatusList().set(1, value)

    def test_no_list_is_made_with_fewer_entries_than_131072(self) -> None:
        """'If the length of the revocation bitstring divided by statusSize is less than
        minimumNumberOfEntries, raise a STATUS_LIST_LENGTH_ERROR.'"""
        for size in (1, 2, 8):
            with refused("STATUS_LIST_LENGTH_ERROR"):
                BitstringStatusList(MINIMUM_ENTRIES - 1, size)

    def test_no_list_is_read_with_fewer_bits_than_16_kib(self) -> None:
        """'The uncompressed bitstring MUST be at least 16KB in size.'"""
        with refused("STATUS_LIST_LENGTH_ERROR"):
            BitstringStatusList.from_bytes(bytes(16 * 1024 - 1))
        assert BitstringStatusList.from_bytes(bytes(16 * 1024)).length == MINIMUM_ENTRIES
        assert BitstringStatusList.from_bytes(bytes(16 * 1024), size=2).length == MINIMUM_ENTRIES // 2
        short = BitstringStatusList.decode(encode(gzip.compress(bytes(12_500))), minimum=100_000)
        assert short.length == 100_000

    @pytest.mark.parametrize("size", [0, -1, 33])
    def test_a_size_out_of_bounds_is_malformed(self, size: int) -> None:
        with refused("MALFORMED_VALUE_ERROR", "/statusSize"):
            BitstringStatusList(size=size)
        with refused("MALFORMED_VALUE_ERROR", "/statusSize"):
            BitstringStatusList.from_bytes(bytes(64 * 1024), size=size)


class TestEncoding:
    def test_the_encoding_is_multibase_base64url_of_gzip(self) -> None:
        """'Multibase-encoded base64url (with no padding) representation of the GZIP-compressed bitstring'"""
        bits = BitstringStatusList()
        bits.set_all(range(0, MINIMUM_ENTRIES, 97))
        encoded = bits.encode()
        assert encoded[0] == "u"
        assert not set(encoded) & set("+/=")
        packed = base64.urlsafe_b64decode(encoded[1:] + "==")
        assert gzip.decompress(packed) == bytes(bits)
        assert packed[4:8] == bytes(4)  # no time of compression
        assert encoded == BitstringStatusList.from_bytes(bytes(bits)).encode()

    def test_a_sparse_list_is_small(self) -> None:
        bits = BitstringStatusList()
        bits.set_all((i * 7919 * 13) % MINIMUM_ENTRIES for i in range(1311))
        assert len(bits.encode()) < 3_500

    @pytest.mark.parametrize(
        "encoded",
        [
            "",
            "u",
            EMPTY[1:],
            "z" + EMPTY[1:],
            EMPTY + "=",
            EMPTY + "==",
            EMPTY[:-1],
            EMPTY[:-8],
            EMPTY[:20] + "\n" + EMPTY[20:],
            EMPTY.replace("-", "+"),
            "u" + "A" * 40,
            "uüñí",
            encode(zlib.compress(bytes(16384))),
            encode(gzip.compress(bytes(16384), mtime=0) + b"trailing"),
            encode(gzip.compress(bytes(16384), mtime=0) + b"\0"),
            encode(gzip.compress(bytes(16384), mtime=0)[:-8] + bytes(8)),
        ],
    )
    def test_anything_else_is_malformed(self, encoded: str) -> None:
        with refused("MALFORMED_VALUE_ERROR", "/credentialSubject/encodedList"):
            BitstringStatusList.decode(encoded)

    def test_several_gzip_members_are_one_list(self) -> None:
        """RFC 1952, section 2.2: 'A gzip file consists of a series of members'"""
        packed = gzip.compress(bytes(10_000)) + gzip.compress(b"\xff" * 6_384)
        bits = BitstringStatusList.decode(encode(packed))
        assert (bits.length, bits.get(79_999), bits.get(80_000)) == (MINIMUM_ENTRIES, 0, 1)

    def test_a_bomb_stops_at_the_limit(self) -> None:
        bomb = encode(gzip.compress(bytes(MAXIMUM_BYTES + 1)))
        assert len(bomb) < 30_000
        with refused("MALFORMED_VALUE_ERROR", "/credentialSubject/encodedList"):
            BitstringStatusList.decode(bomb)
        assert BitstringStatusList.decode(bomb, limit=MAXIMUM_BYTES + 1).length == 8 * (MAXIMUM_BYTES + 1)
        members = encode(gzip.compress(bytes(20_000)) * 4)
        with refused("MALFORMED_VALUE_ERROR"):
            BitstringStatusList.decode(members, limit=70_000)

    def test_more_text_than_a_list_can_need_is_not_even_decoded(self) -> None:
        with refused("MALFORMED_VALUE_ERROR"):
            BitstringStatusList.decode("u" + "A" * 200_001, limit=100_000)

    @given(st.text(max_size=80) | st.binary(max_size=80).map(encode))
    @settings(max_examples=300, deadline=None)
    def test_hostile_text_gives_an_error_of_ours(self, text: str) -> None:
        with pytest.raises(StatusListError):
            BitstringStatusList.decode(text)

    @given(st.data())
    @settings(max_examples=150, deadline=None)
    def test_hostile_changes_of_a_good_list_give_an_error_of_ours(self, data: st.DataObject) -> None:
        packed = bytearray(base64.urlsafe_b64decode(EMPTY[1:] + "=="))
        for _ in range(data.draw(st.integers(1, 4))):
            packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
        try:
            bits = BitstringStatusList.decode(encode(bytes(packed)), limit=100_000)
        except StatusListError:
            return
        assert bits.length >= MINIMUM_ENTRIES


class TestCredential:
    def test_the_credential_has_the_members_of_section_2_2(self) -> None:
        bits = BitstringStatusList()
        document = status_list_credential(
            url=URL,
            issuer={"id": "did:example:1", "name": "University"},
            purpose=["revocation", "suspension"],
            encoded_list=bits.encode(),
            valid_from="2026-01-01T00:00:00Z",
            valid_until="2026-02-01T00:00:00Z",
            ttl=300_000,
        )
        assert document == {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": URL,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": {"id": "did:example:1", "name": "University"},
            "validFrom": "2026-01-01T00:00:00Z",
            "validUntil": "2026-02-01T00:00:00Z",
            "credentialSubject": {
                "id": URL + "#list",
                "type": "BitstringStatusList",
                "statusPurpose": ["revocation", "suspension"],
                "encodedList": bits.encode(),
                "ttl": 300_000,
            },
        }

    def test_one_purpose_is_a_string_and_none_is_refused(self) -> None:
        assert listing(BitstringStatusList())["credentialSubject"]["statusPurpose"] == "revocation"
        assert listing(BitstringStatusList(), ["message"])["credentialSubject"]["statusPurpose"] == "message"
        for purpose in ([], [""], ""):
            with refused("MALFORMED_VALUE_ERROR", "/statusPurpose"):
                listing(BitstringStatusList(), purpose)
