"""An entry in `credentialStatus`, parsed (W3C Bitstring Status List 1.0, section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from insignia.errors import NotSupportedYet, Problem, StatusListError, show
from insignia.status_list.bitstring import MALFORMED, MAXIMUM_SIZE

BITSTRING_ENTRY: Final = "BitstringStatusListEntry"
STATUS_LIST_2021_ENTRY: Final = "StatusList2021Entry"
REVOCATION_LIST: Final = "1EdTechRevocationList"
_TYPES: Final = (BITSTRING_ENTRY, STATUS_LIST_2021_ENTRY, REVOCATION_LIST)


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """One member of `credentialStatus`, parsed. `messages` maps a value to its text.

    `index` is None for a 1EdTechRevocationList, whose `url` is the entry's `id`.
    """

    type: str
    purpose: str
    url: str
    index: int | None = None
    size: int = 1
    messages: Mapping[int, str] | None = None
    references: tuple[str, ...] = ()

    @classmethod
    def parse(cls, entry: Any) -> Self:
        """Read an entry. Raises StatusListError with all problems (MALFORMED_VALUE_ERROR), or
        NotSupportedYet when its type is none of the three that this version knows."""
        if not isinstance(entry, dict):
            raise StatusListError(Problem("", "an object", show(entry), MALFORMED))
        kind = _known_type(entry.get("type"))
        if kind == REVOCATION_LIST:
            if not _is_url(entry.get("id")):
                raise StatusListError(Problem("/id", "the URL of the list", show(entry.get("id")), MALFORMED))
            return cls(kind, "revocation", entry["id"])
        problems: list[Problem] = []
        purpose, url = entry.get("statusPurpose"), entry.get("statusListCredential")
        if not isinstance(purpose, str) or not purpose:
            problems.append(Problem("/statusPurpose", "a string", show(purpose), MALFORMED))
        if not _is_url(url):
            problems.append(Problem("/statusListCredential", "a URL", show(url), MALFORMED))
        if _is_url(url) and entry.get("id") == url:
            problems.append(Problem("/id", "another URL than that of the list", show(url), MALFORMED))
        index = _parse_index(entry.get("statusListIndex"), problems)
        size = _parse_size(entry.get("statusSize", 1), problems) if kind == BITSTRING_ENTRY else 1
        messages = parse_messages(entry.get("statusMessage"), size, "/statusMessage", problems)
        if size > 1 and messages is None and "statusMessage" not in entry:
            problems.append(Problem("/statusMessage", f"{1 << size} messages", "nothing", MALFORMED))
        references = _parse_references(entry.get("statusReference"), problems)
        if problems:
            raise StatusListError(problems)
        return cls(kind, str(purpose), str(url), index, size, messages, references)


def _known_type(value: Any) -> str:
    known = [kind for kind in strings(value) if kind in _TYPES]
    if not known:
        raise NotSupportedYet.at(
            "/type",
            expected=" or ".join(_TYPES),
            got=show(value),
            code="status.unknown-type",
        )
    return known[0]


def _parse_index(value: Any, problems: list[Problem]) -> int:
    """Section 2.1: an integer of at least 0 as a base 10 string. A JSON integer is read as well: it
    is unambiguous, and lists of the 1EdTech inspector have it."""
    if type(value) is int and value >= 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        return int(value)
    problems.append(Problem("/statusListIndex", "an integer from 0 up, as a string", show(value), MALFORMED))
    return 0


def _parse_size(value: Any, problems: list[Problem]) -> int:
    if type(value) is int and 1 <= value <= MAXIMUM_SIZE:
        return value
    problems.append(Problem("/statusSize", f"an integer from 1 to {MAXIMUM_SIZE}", show(value), MALFORMED))
    return 1


def parse_messages(value: Any, size: int, where: str, problems: list[Problem]) -> Mapping[int, str] | None:
    """Section 2.1: one `{status: "0x…", message}` for each possible value."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 1 << size:
        got = f"{len(value)} messages" if isinstance(value, list) else show(value)
        problems.append(Problem(where, f"{1 << size} messages", got, MALFORMED))
        return None
    messages: dict[int, str] = {}
    for i, item in enumerate(value):
        status, text = (item.get("status"), item.get("message")) if isinstance(item, dict) else (None, None)
        number = _parse_hexadecimal(status)
        if number is None or number in messages or number >> size or not isinstance(text, str):
            expected = "an object with status (hexadecimal, from 0x0 up, once each) and message"
            problems.append(Problem(f"{where}/{i}", expected, show(item), MALFORMED))
        else:
            messages[number] = text
    return messages


def _parse_hexadecimal(value: Any) -> int | None:
    if not isinstance(value, str) or not value.startswith("0x") or not 3 <= len(value) <= 10:
        return None
    digits = value[2:]
    return int(digits, 16) if all(c in "0123456789abcdefABCDEF" for c in digits) else None


def _parse_references(value: Any, problems: list[Problem]) -> tuple[str, ...]:
    if value is None:
        return ()
    references = value if isinstance(value, list) else [value]
    if not references or not all(map(_is_url, references)):
        problems.append(Problem("/statusReference", "a URL or an array of URLs", show(value), MALFORMED))
    return tuple(str(reference) for reference in references)


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and ":" in value and not any(c.isspace() for c in value)


def strings(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
