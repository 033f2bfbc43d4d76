"""What must not be signed, although the library's data model leaves it to verifiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from insignia import verification
from insignia.credential import from_json, types_of
from insignia.errors import show
from insignia.report import Outcome
from insignia.resolver import OfflineResolver
from insignia.status_list import StatusEntry
from insignia_server.api.vc.bodies import Malformed
from insignia_server.kit.errors import Refusal, Refused

ENTRY: Final = "BitstringStatusListEntry"


def check_members(credential: Mapping[str, Any], *, now: dt.datetime) -> None:
    """Raises Malformed, Refused, or StatusListError (Bitstring Status List 1.0, 3: malformed entries)."""
    # VC Data Model 2.0, 4.8: each subject has claims; 5.6: evidence has a type.
    for where, one in _listed(credential, "credentialSubject"):
        if one == {}:
            raise Malformed(where, "one or more claims", "none")
    for where, one in _listed(credential, "evidence"):
        if not types_of(one):
            raise Malformed(f"{where}/type", "a type", show(one))
    for value in credential.values():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and ENTRY in types_of(entry):
                StatusEntry.parse(entry)
    if "relatedResource" in credential:
        _check_resources(credential, now)


def _listed(credential: Mapping[str, Any], name: str) -> list[tuple[str, Any]]:
    value = credential.get(name)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [(f"/credential/{name}/{number}", one) for number, one in enumerate(values)]


def _check_resources(credential: Mapping[str, Any], now: dt.datetime) -> None:
    """VC Data Model 2.0, 5.3: a unique id, a digest, the right one where the document is at hand."""
    report = verification.verify(
        from_json(dict(credential)), resolver=OfflineResolver(), now=now, checks=("resources",)
    )
    wrong = [
        Refusal(check.message, f"credential{check.where.replace('/', '.')}", check.reason)
        for check in report.checks
        if check.code == "related-resources" and check.outcome is Outcome.FAILED
    ]
    if wrong:
        raise Refused(*wrong)
