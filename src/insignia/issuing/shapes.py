"""The template of one shape of row: which fields are there decides which members a credential has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import datetime
from typing import Any

from insignia.issuing.drafting import draft
from insignia.strict_json import pointer

_MARK = "urn:insignia-field:"
_SLOT = re.compile(_MARK + r"(\w+)")
_TEXTS = ("license_number", "role", "term")


def shape_template(
    description: Mapping[str, Any],
    fields: Set[str],
    credits: str | None,
    *,
    now: datetime,
    identifier: Callable[[], str],
) -> tuple[dict[str, Any], dict[str, list[list[str]]]]:
    """An unsigned credential for rows with these fields, and the places of each field in it.

    Raises IssuingError when the description is wrong.
    """
    filled = dict(description)
    filled["id"] = _slot("credential_id")
    filled["recipient"] = _recipient(fields)
    evidence = {name: _slot(name) for name in ("evidence", "evidence_name", "narrative") if name in fields}
    if evidence:
        own = filled.get("evidence", [])
        renamed = {"evidence": "id", "evidence_name": "name", "narrative": "narrative"}
        added = {renamed[name]: slot for name, slot in evidence.items()}
        filled["evidence"] = [*(own if isinstance(own, list) else [own]), added]
    if "valid_until" in fields:
        filled["valid_until"] = now
    if credits is not None:
        filled["credits_earned"] = float(credits)
    filled.update({name: _slot(name) for name in _TEXTS if name in fields})
    if "status_index" in fields:
        filled["status"] = {**filled["status"], "index": 0}
    document = draft(filled, now=now, identifier=identifier)
    _place_moments_and_results(document, fields)
    return document, _slots(document)


def is_indexed(description: Mapping[str, Any]) -> bool:
    """Whether each credential needs a position of its own in a status list."""
    status = description.get("status")
    return isinstance(status, Mapping) and "list" in status


def _slot(name: str) -> str:
    return _MARK + name


def _recipient(fields: Set[str]) -> dict[str, Any]:
    identities = [
        {
            "hashed": True,
            "identityHash": _slot(f"{column}_hash"),
            "identityType": kind,
            "salt": _slot(f"{column}_salt"),
        }
        for column, kind in (("email", "emailAddress"), ("student_id", "sourcedId"))
        if f"{column}_hash" in fields
    ]
    if "name" in fields:
        identities.append({"hashed": False, "identityHash": _slot("name"), "identityType": "name"})
    recipient: dict[str, Any] = {"identifiers": identities} if identities else {}
    return {"id": _slot("did"), **recipient} if "did" in fields else recipient


def _place_moments_and_results(document: dict[str, Any], fields: Set[str]) -> None:
    """What a draft would refuse as a placeholder: dates, positions and results."""
    for name, member in (("valid_from", "validFrom"), ("valid_until", "validUntil")):
        if name in fields:
            document[member] = _slot(name)
    if "status_index" in fields:
        status = document["credentialStatus"]
        status["id"] = status["id"].rpartition("#")[0] + "#" + _slot("status_index")
        status["statusListIndex"] = _slot("status_index")
    subject = document["credentialSubject"]
    valued, levelled = describers(subject["achievement"])
    results: dict[str, dict[str, Any]] = {}
    for name, member, description in (("level", "achievedLevel", levelled), ("result", "value", valued)):
        if name in fields and description is not None:
            result = results.setdefault(description["id"], {"type": ["Result"]})
            result["resultDescription"] = description["id"]
            result[member] = _slot(name)
    if results:
        subject["result"] = [*subject.get("result", []), *results.values()]


def describers(achievement: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """The result descriptions of a result (the first without levels) and of a level (the first with)."""
    descriptions = achievement.get("resultDescription", [])
    levelled = next((d for d in descriptions if d.get("rubricCriterionLevel")), None)
    valued = next((d for d in descriptions if not d.get("rubricCriterionLevel")), levelled)
    return valued, levelled


def _slots(document: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for where, text in _strings(document, ""):
        match = _SLOT.search(text)
        if match is not None:
            place = [where, text[: match.start()], text[match.end() :]]
            found.setdefault(match[1], []).append(place)
    return found


def _strings(value: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from _strings(child, where + pointer(name))
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _strings(child, f"{where}/{position}")
