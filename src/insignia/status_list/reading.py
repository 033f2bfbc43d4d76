"""What a status list says of one credential (W3C Bitstring Status List 1.0, section 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia.errors import Problem, StatusListError, show
from insignia.status_list.bitstring import (
    MALFORMED,
    MAXIMUM_BYTES,
    MINIMUM_ENTRIES,
    BitstringStatusList,
    expand,
    malformed_list,
)
from insignia.status_list.entry import (
    BITSTRING_ENTRY,
    REVOCATION_LIST,
    STATUS_LIST_2021_ENTRY,
    StatusEntry,
    parse_messages,
    strings,
)

VERIFICATION: Final = "STATUS_VERIFICATION_ERROR"
_LIST_TYPES: Final = {
    BITSTRING_ENTRY: ("BitstringStatusListCredential", "BitstringStatusList"),
    STATUS_LIST_2021_ENTRY: ("StatusList2021Credential", "StatusList2021"),
}


@dataclass(frozen=True, slots=True)
class Status:
    """What a list says of one credential: `value` 0 means that the purpose does not apply.

    `entries` is the length of the list, `ttl` in milliseconds when the list states one.
    """

    type: str
    purpose: str
    value: int
    url: str
    index: int | None = None
    message: str | None = None
    references: tuple[str, ...] = ()
    entries: int | None = None
    ttl: int | None = None

    @property
    def is_set(self) -> bool:
        """True when the list says that the credential is revoked, suspended, …"""
        return self.value != 0


def read_entry(
    entry: Mapping[str, Any] | StatusEntry,
    list_document: Any,
    *,
    credential_id: str | None = None,
    minimum: int = MINIMUM_ENTRIES,
    limit: int = MAXIMUM_BYTES,
) -> Status:
    """What `list_document`, which the caller fetched and verified, says of the credential with `entry`.

    W3C Bitstring Status List 1.0, section 3.2, from step 5 on. `credential_id` is needed by a
    1EdTechRevocationList. `minimum` is lowered only where an ecosystem's specification does so.
    Raises StatusListError, NotSupportedYet for an unknown type.
    """
    parsed = entry if isinstance(entry, StatusEntry) else StatusEntry.parse(entry)
    if parsed.type == REVOCATION_LIST:
        return _read_revocation_list(parsed, list_document, credential_id)
    subject = _list_subject(parsed, list_document)
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise malformed_list("a string", show(encoded))
    if parsed.type == BITSTRING_ENTRY:
        bits = BitstringStatusList.decode(encoded, parsed.size, minimum=minimum, limit=limit)
    else:
        bits = _decode_2021(encoded, minimum, limit)
    value = bits.get(parsed.index or 0)
    ttl = subject.get("ttl")
    return Status(
        parsed.type,
        parsed.purpose,
        value,
        parsed.url,
        parsed.index,
        _message(parsed, subject, value),
        parsed.references,
        bits.length,
        ttl if type(ttl) is int and ttl >= 0 else None,
    )


def _decode_2021(encoded: str, minimum: int, limit: int) -> BitstringStatusList:
    """StatusList2021 (W3C CCG, 2023): GZIP in base64 of either alphabet, without multibase."""
    text = encoded.rstrip("=").replace("+", "-").replace("/", "_")
    return BitstringStatusList.from_bytes(expand(text, limit), minimum=minimum)


def _list_subject(entry: StatusEntry, document: Any) -> Mapping[str, Any]:
    """The status list in its credential, of the right types and for the entry's purpose."""
    credential_type, list_type = _LIST_TYPES[entry.type]
    if not isinstance(document, dict):
        raise StatusListError.at("", expected=credential_type, got=show(document), code=VERIFICATION)
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, dict):
        raise StatusListError.at(
            "/credentialSubject", expected="one status list", got=show(subject), code=VERIFICATION
        )
    problems = []
    if credential_type not in strings(document.get("type")):
        problems.append(Problem("/type", credential_type, show(document.get("type")), VERIFICATION))
    if list_type not in strings(subject.get("type")):
        got = show(subject.get("type"))
        problems.append(Problem("/credentialSubject/type", list_type, got, VERIFICATION))
    if entry.purpose not in strings(subject.get("statusPurpose")):
        got = show(subject.get("statusPurpose"))
        problems.append(Problem("/credentialSubject/statusPurpose", show(entry.purpose), got, VERIFICATION))
    if problems:
        raise StatusListError(problems)
    return subject


def _read_revocation_list(entry: StatusEntry, document: Any, credential_id: str | None) -> Status:
    """1EdTech Revocation List Status Method 1.0: `revoked` that is missing means true."""
    if credential_id is None:
        raise StatusListError.at(
            "/id", expected="a credential with an id, to be found in the list", got="none", code=VERIFICATION
        )
    if not isinstance(document, dict):
        raise StatusListError.at("", expected=REVOCATION_LIST, got=show(document), code=VERIFICATION)
    listed = document.get("revokedCredential", [])
    listed = listed if isinstance(listed, list) else [listed]
    wrong = [i for i, item in enumerate(listed) if not _is_revocation(item)]
    if wrong:
        raise StatusListError(
            Problem(f"/revokedCredential/{i}", "an object with id, revoked, …", show(listed[i]), MALFORMED)
            for i in wrong
        )
    found = [item for item in listed if item["id"] == credential_id]
    revoked = [item for item in found if item.get("revoked", True)]
    reason = revoked[0].get("revocationReason") if revoked else None
    return Status(
        entry.type,
        entry.purpose,
        1 if revoked else 0,
        entry.url,
        message=reason if isinstance(reason, str) else None,
        entries=len(listed),
    )


def _is_revocation(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and isinstance(item.get("id"), str)
        and isinstance(item.get("revoked", True), bool)
    )


def _message(entry: StatusEntry, subject: Mapping[str, Any], value: int) -> str | None:
    """Section 2.1, `statusMessage`; a list of the purpose `message` may hold `statusMessages` instead."""
    if entry.messages is not None:
        return entry.messages.get(value)
    if "statusMessages" in subject:
        problems: list[Problem] = []
        where = "/credentialSubject/statusMessages"
        messages = parse_messages(subject["statusMessages"], entry.size, where, problems)
        if problems:
            raise StatusListError(problems)
        return messages.get(value) if messages else None
    return "set" if value else "unset"
