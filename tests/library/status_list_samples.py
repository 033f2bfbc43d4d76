"""Entries and lists as documents."""

from __future__ import annotations

from typing import Any

from insignia.errors import StatusListError
from insignia.status_list import (
    BitstringStatusList,
    status_list_credential,
)

URL = "https://example.com/status/3"
EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"  # section 2.2, example 3


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
