"""Status lists. Quotations are from W3C Bitstring Status List 1.0."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia.errors import InsigniaError, NotSupportedYet, StatusListError
from insignia.status_list import (
    MAXIMUM_BYTES,
    MINIMUM_ENTRIES,
    BitstringStatusList,
    StatusEntry,
    read_entry,
    status_list_credential,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "bitstring.jsonl"
URL = "https://example.com/status/3"
EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"  # section 2.2, example 3


def encode(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def entry(**members: Any) -> dict[str, Any]:
    return {
        "id": f"{URL}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URL,
        **members,
    }


def listing(bits: BitstringStatusList, purpose: Any = "revocation", **subject: Any) -> dict[str, Any]:
    document = status_list_credential(
        url=URL, issuer="did:example:12345", purpose=purpose, encoded_list=bits.encode()
    )
    document["credentialSubject"] |= subject
    return document


def refused(code: str, *places: str) -> Any:
    class Refused:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
            assert isinstance(error, StatusListError), error
            assert {problem.code for problem in error.problems} == {code}
            if places:
                assert tuple(problem.where for problem in error.problems) == places
            return True

    return Refused()


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


class TestReading:
    def test_a_revoked_credential(self) -> None:
        bits = BitstringStatusList()
        bits.set(94567)
        status = read_entry(entry(), listing(bits, ttl=60_000))
        assert status.is_set
        assert (status.purpose, status.value, status.message) == ("revocation", 1, "set")
        assert (status.url, status.index, status.entries, status.ttl) == (URL, 94567, MINIMUM_ENTRIES, 60_000)

    def test_a_credential_that_is_not_revoked(self) -> None:
        """'message values associated with the status bit values of 1 and 0 are "set" and "unset"'"""
        status = read_entry(entry(statusListIndex="94566"), listing(BitstringStatusList(), ttl="soon"))
        assert not status.is_set
        assert (status.message, status.ttl) == ("unset", None)

    def test_a_list_with_several_purposes(self) -> None:
        """'The statusListCredential might contain multiple status purposes in a single list.'"""
        document = listing(BitstringStatusList(), ["suspension", "revocation"])
        assert not read_entry(entry(), document).is_set
        with refused("STATUS_VERIFICATION_ERROR", "/credentialSubject/statusPurpose"):
            read_entry(entry(statusPurpose="refresh"), document)

    def test_a_message(self) -> None:
        messages = [
            {"status": "0x0", "message": "pending_review"},
            {"status": "0x1", "message": "accepted"},
            {"status": "0x2", "message": "rejected", "colour": "red"},
            {"status": "0x3", "message": "undefined"},
        ]
        bits = BitstringStatusList(size=2)
        bits.set(94567, 2)
        asked = entry(
            statusPurpose="message",
            statusSize=2,
            statusMessage=messages,
            statusReference="https://example.org/status-dictionary/",
        )
        status = read_entry(asked, listing(bits, "message"))
        assert (status.value, status.message) == (2, "rejected")
        assert status.references == ("https://example.org/status-dictionary/",)

    def test_messages_of_the_list(self) -> None:
        """'The status message descriptions MUST be defined in credentialSubject.statusMessages.'"""
        document = listing(
            BitstringStatusList(),
            "message",
            statusMessages=[{"status": "0x0", "message": "fine"}, {"status": "0x1", "message": "held"}],
        )
        assert read_entry(entry(statusPurpose="message"), document).message == "fine"
        assert (
            read_entry(
                entry(statusPurpose="message"), listing(BitstringStatusList(), "message", statusMessages=None)
            ).message
            is None
        )
        document["credentialSubject"]["statusMessages"][1]["status"] = "1"
        with refused("MALFORMED_VALUE_ERROR", "/credentialSubject/statusMessages/1"):
            read_entry(entry(statusPurpose="message"), document)

    def test_the_index_is_checked_against_the_list(self) -> None:
        with refused("RANGE_ERROR", "/statusListIndex"):
            read_entry(entry(statusListIndex=str(MINIMUM_ENTRIES)), listing(BitstringStatusList()))

    def test_the_minimum_can_be_lowered_by_an_ecosystem(self) -> None:
        """'131,072 unless a different lower bound is established by a specific ecosystem specification'"""
        document = listing(BitstringStatusList(100_000, minimum=100_000))
        with refused("STATUS_LIST_LENGTH_ERROR"):
            read_entry(entry(), document)
        assert read_entry(entry(), document, minimum=100_000).entries == 100_000

    @pytest.mark.parametrize(
        ("change", "places"),
        [
            ({"type": ["VerifiableCredential"]}, ["/type"]),
            ({"type": "StatusList2021Credential"}, ["/type"]),
            ({"credentialSubject": None}, ["/credentialSubject"]),
            ({"credentialSubject": []}, ["/credentialSubject"]),
            ({"credentialSubject": [{}, {}]}, ["/credentialSubject"]),
            (
                {"type": 1, "credentialSubject": {}},
                ["/type", "/credentialSubject/type", "/credentialSubject/statusPurpose"],
            ),
        ],
    )
    def test_a_document_that_is_no_such_list(self, change: dict[str, Any], places: list[str]) -> None:
        with refused("STATUS_VERIFICATION_ERROR", *places):
            read_entry(entry(), listing(BitstringStatusList()) | change)

    @pytest.mark.parametrize("document", [None, [], "list", 3])
    def test_a_document_that_is_no_object(self, document: Any) -> None:
        with refused("STATUS_VERIFICATION_ERROR", ""):
            read_entry(entry(), document)
        with refused("STATUS_VERIFICATION_ERROR", ""):
            read_entry({"id": URL, "type": "1EdTechRevocationList"}, document, credential_id="urn:1")

    def test_an_array_with_one_subject_is_that_subject(self) -> None:
        document = listing(BitstringStatusList())
        document["credentialSubject"] = [document["credentialSubject"]]
        assert not read_entry(entry(), document).is_set

    @pytest.mark.parametrize("encoded", [None, 7, ["u"]])
    def test_an_encoded_list_that_is_no_string(self, encoded: Any) -> None:
        with refused("MALFORMED_VALUE_ERROR", "/credentialSubject/encodedList"):
            read_entry(entry(), listing(BitstringStatusList(), encodedList=encoded))


class TestEntry:
    def test_a_parsed_entry(self) -> None:
        parsed = StatusEntry.parse(entry(statusReference=["https://a.example/", "https://b.example/"]))
        assert parsed == StatusEntry(
            "BitstringStatusListEntry",
            "revocation",
            URL,
            94567,
            references=("https://a.example/", "https://b.example/"),
        )
        assert read_entry(parsed, listing(BitstringStatusList())).value == 0

    def test_an_integer_index_is_read(self) -> None:
        assert StatusEntry.parse(entry(statusListIndex=23)).index == 23

    @pytest.mark.parametrize(
        "index", [None, -1, True, 1.0, "", "-1", "+1", "0x1", "1.0", " 1", "1\n", "٣", "9" * 21, [1]]
    )
    def test_a_malformed_index(self, index: Any) -> None:
        """'an arbitrary size integer greater than or equal to 0, expressed as a string in base 10'"""
        with refused("MALFORMED_VALUE_ERROR", "/statusListIndex"):
            StatusEntry.parse(entry(statusListIndex=index))

    @pytest.mark.parametrize("size", [0, -1, "2", True, 33, 1.5, None])
    def test_a_malformed_size(self, size: Any) -> None:
        """'If present, statusSize MUST be an integer greater than zero.'"""
        with refused("MALFORMED_VALUE_ERROR", "/statusSize"):
            StatusEntry.parse(entry(statusSize=size))

    def test_a_larger_size_needs_messages(self) -> None:
        """'If statusSize is provided and is greater than 1, then … statusMessage MUST be present'"""
        with refused("MALFORMED_VALUE_ERROR", "/statusMessage"):
            StatusEntry.parse(entry(statusSize=2))

    @pytest.mark.parametrize(
        ("messages", "place"),
        [
            ("set", "/statusMessage"),
            ([], "/statusMessage"),
            ([{"status": "0x0", "message": "a"}], "/statusMessage"),
            ([{"status": "0x0", "message": "a"}, "b"], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": "0x0", "message": "b"}], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": "0x2", "message": "b"}], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": "0xg", "message": "b"}], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": "0x", "message": "b"}], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": 1, "message": "b"}], "/statusMessage/1"),
            ([{"status": "0x0", "message": "a"}, {"status": "0x1"}], "/statusMessage/1"),
        ],
    )
    def test_malformed_messages(self, messages: Any, place: str) -> None:
        """'the length of which MUST equal the number of possible status messages indicated by statusSize'"""
        with refused("MALFORMED_VALUE_ERROR", place):
            StatusEntry.parse(entry(statusMessage=messages))

    def test_every_problem_at_once(self) -> None:
        """'It MUST NOT be the URL for the status list.' (id)"""
        with refused(
            "MALFORMED_VALUE_ERROR", "/statusPurpose", "/id", "/statusListIndex", "/statusReference"
        ):
            StatusEntry.parse(entry(id=URL, statusPurpose=7, statusListIndex="x", statusReference=[]))
        with refused("MALFORMED_VALUE_ERROR", "/statusPurpose", "/statusListCredential"):
            StatusEntry.parse(entry(statusPurpose="", statusListCredential="no url"))

    @pytest.mark.parametrize("kind", ["RevocationList2020Status", None, [], 5, ["Other"]])
    def test_an_unknown_type_is_not_supported_rather_than_passed(self, kind: Any) -> None:
        with pytest.raises(NotSupportedYet) as raised:
            read_entry(entry(type=kind), listing(BitstringStatusList()))
        assert raised.value.problems[0].where == "/type"

    @pytest.mark.parametrize("value", [None, [], "x", 4])
    def test_an_entry_that_is_no_object(self, value: Any) -> None:
        with refused("MALFORMED_VALUE_ERROR", ""):
            StatusEntry.parse(value)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [*entry(), "statusSize", "statusMessage", "statusReference", "status", "message"]
                    ),
                    inner,
                    max_size=8,
                )
            ),
            max_leaves=12,
        )
    )
    @settings(max_examples=300, deadline=None)
    def test_hostile_entries_give_an_error_of_ours(self, value: Any) -> None:
        changed = entry() | value if isinstance(value, dict) else value
        try:
            read_entry(changed, listing(BitstringStatusList()))
        except InsigniaError:
            return


class TestStatusList2021:
    def document(self, encoded: str) -> dict[str, Any]:
        return {
            "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"],
            "type": ["VerifiableCredential", "StatusList2021Credential"],
            "credentialSubject": {
                "type": "StatusList2021",
                "statusPurpose": "revocation",
                "encodedList": encoded,
            },
        }

    @pytest.mark.parametrize("style", ["base64url", "base64", "padded base64url"])
    def test_a_list_without_multibase_prefix(self, style: str) -> None:
        bits = bytearray(16384)
        bits[::7] = bytes(range(1, 235)) * 10 + bytes([1])
        bits[94567 // 8] |= 0x80 >> (94567 % 8)
        packed = gzip.compress(bytes(bits))
        encoded = (base64.b64encode if style == "base64" else base64.urlsafe_b64encode)(packed).decode()
        encoded = encoded.rstrip("=") if style == "base64url" else encoded
        status = read_entry(entry(type="StatusList2021Entry", statusSize=9), self.document(encoded))
        assert (status.type, status.value) == ("StatusList2021Entry", 1)

    def test_a_multibase_prefix_is_refused_there(self) -> None:
        with refused("MALFORMED_VALUE_ERROR"):
            read_entry(entry(type="StatusList2021Entry"), self.document(EMPTY))

    def test_an_entry_of_one_kind_does_not_read_a_list_of_the_other(self) -> None:
        with refused("STATUS_VERIFICATION_ERROR", "/type", "/credentialSubject/type"):
            read_entry(entry(), self.document(EMPTY[1:]))


class TestRevocationList:
    """1EdTech Revocation List Status Method 1.0"""

    ENTRY: ClassVar[dict[str, Any]] = {
        "id": "https://1edtech.edu/revocations",
        "type": "1EdTechRevocationList",
    }
    LIST: ClassVar[dict[str, Any]] = {
        "id": "https://1edtech.edu/revocations",
        "issuer": "https://1edtech.edu/issuers/1",
        "revokedCredential": [
            {"id": "urn:1", "revoked": True, "revocationReason": "issued in error"},
            {"id": "urn:2"},
            {"id": "urn:3", "revoked": False},
            {"id": "urn:4", "revoked": False},
            {"id": "urn:4", "revoked": True, "revocationReason": 5},
        ],
    }

    @pytest.mark.parametrize(
        ("credential", "value", "reason"),
        [
            ("urn:1", 1, "issued in error"),
            ("urn:2", 1, None),
            ("urn:3", 0, None),
            ("urn:4", 1, None),
            ("urn:5", 0, None),
        ],
    )
    def test_the_list(self, credential: str, value: int, reason: str | None) -> None:
        status = read_entry(self.ENTRY, self.LIST, credential_id=credential)
        assert (status.purpose, status.value, status.message) == ("revocation", value, reason)
        assert (status.url, status.entries) == ("https://1edtech.edu/revocations", 5)

    def test_one_object_or_none_in_the_list(self) -> None:
        one = {"revokedCredential": {"id": "urn:1"}}
        assert read_entry(self.ENTRY, one, credential_id="urn:1").is_set
        assert not read_entry(self.ENTRY, {"id": "urn:list"}, credential_id="urn:1").is_set

    def test_a_malformed_member_is_an_error_even_for_another_credential(self) -> None:
        broken = {
            "revokedCredential": [{"id": "urn:1"}, "urn:2", {"id": 3}, {"id": "urn:4", "revoked": "no"}]
        }
        with refused(
            "MALFORMED_VALUE_ERROR", "/revokedCredential/1", "/revokedCredential/2", "/revokedCredential/3"
        ):
            read_entry(self.ENTRY, broken, credential_id="urn:1")

    def test_a_credential_without_id_cannot_be_looked_up(self) -> None:
        with refused("STATUS_VERIFICATION_ERROR", "/id"):
            read_entry(self.ENTRY, self.LIST)

    def test_an_entry_without_the_url_of_the_list(self) -> None:
        with refused("MALFORMED_VALUE_ERROR", "/id"):
            read_entry({"type": ["1EdTechRevocationList"]}, self.LIST, credential_id="urn:1")
