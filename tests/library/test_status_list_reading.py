"""Reading status lists, entries, and the lists of older drafts."""

from __future__ import annotations

import base64
import gzip
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from status_list_samples import EMPTY, URL, listing, refused

from insignia.errors import InsigniaError, NotSupportedYet
from insignia.status_list import (
    MINIMUM_ENTRIES,
    BitstringStatusList,
    StatusEntry,
    read_entry,
)


def entry(**members: Any) -> dict[str, Any]:
    return {
        "id": f"{URL}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": URL,
        **members,
    }


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
