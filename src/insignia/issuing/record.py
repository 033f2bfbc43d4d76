"""A learner's record (CLR 2.0) made of credentials that were signed before."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from insignia import contexts
from insignia.clr import Association
from insignia.credential import Form, Secured
from insignia.errors import IssuingError, Problem, show
from insignia.issuing.description import build
from insignia.issuing.drafting import EXTENSIONS_CONTEXT, draft
from insignia.presentation import enveloped

CLR_SCHEMA_URL = "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json"
_OWN = frozenset({"associations", "association", "partial"})
# What `draft` needs of an achievement, to be thrown away: a record names its own things.
_STAND_IN = {"id": "urn:x", "name": "x", "description": "x", "criteria": "x"}


def record(
    description: Mapping[str, Any],
    credentials: Sequence[Secured],
    *,
    now: datetime,
    identifier: Callable[[], str],
) -> dict[str, Any]:
    """The unsigned ClrCredential that holds `credentials` as they are.

    The description has `name`, and may have what `draft` knows (issuer, recipient, valid_until, status, ...),
    `associations` (`type`, `source`, `target`: ids or names of achievements) and `partial`. Without a
    recipient the one that all credentials name by an `id` is taken. Raises IssuingError with every problem.
    """
    problems = _problems(description, credentials)
    known = _achievements(credentials)
    own = {name: value for name, value in description.items() if name not in _OWN}
    recipient = own.get("recipient") or _only_subject(credentials)
    if recipient is None:
        got = "none, and the credentials do not all name the same id"
        problems.append(Problem("/recipient", "whose record it is", got, "description.missing"))
    if problems:
        raise IssuingError(problems)
    given = {**own, "recipient": recipient, "achievement": _STAND_IN, "schema": False}
    document = draft(given, now=now, identifier=identifier)
    subject = document["credentialSubject"]
    del subject["achievement"]
    subject["type"] = ["ClrSubject"]
    subject["verifiableCredential"] = [_held(one) for one in credentials]
    associations = _associations(description, known, problems)
    if associations:
        subject["association"] = associations
    if problems:
        raise IssuingError(problems)
    more = [url for url in document["@context"][2:] if url != EXTENSIONS_CONTEXT]
    first = [contexts.CREDENTIALS_V2, contexts.CLR_2_0_1, contexts.OPEN_BADGES_3_0_3, EXTENSIONS_CONTEXT]
    document["@context"] = [*first, *more]
    document["type"] = ["VerifiableCredential", "ClrCredential"]
    if isinstance(description.get("partial"), bool):
        document["partial"] = description["partial"]
    document["credentialSchema"] = [{"id": CLR_SCHEMA_URL, "type": "1EdTechJsonSchemaValidator2019"}]
    return document


def _problems(description: Mapping[str, Any], credentials: Sequence[Secured]) -> list[Problem]:
    found = []
    if not isinstance(description.get("name"), str) or not description["name"].strip():
        got = show(description["name"]) if "name" in description else "nothing"
        found.append(Problem("/name", "the name of the record", got, "description.missing"))
    if "achievement" in description:
        got = "an achievement"
        expected = "a record, whose achievements are those of its credentials"
        found.append(Problem("/achievement", expected, got, "description.unknown-name"))
    if not isinstance(description.get("partial", False), bool):
        expected, got = "true or false", show(description["partial"])
        found.append(Problem("/partial", expected, got, "description.type"))
    if not credentials:
        found.append(Problem("", "at least one credential", "none", "record.empty"))
    for number, one in enumerate(credentials):
        if one.form is Form.UNSECURED:
            found.append(Problem(f"credential {number + 1}", "a signed one", "no proof", "record.unsigned"))
    return found


def _held(one: Secured) -> dict[str, Any]:
    """A credential as it stands in the record: a token in an envelope (VC Data Model 2.0, 4.13)."""
    return copy.deepcopy(one.document) if one.jwt is None else enveloped(one.content.decode().strip())


def _only_subject(credentials: Sequence[Secured]) -> dict[str, str] | None:
    found = {_subject(one).get("id") for one in credentials}
    only = found.pop() if len(found) == 1 else None
    return {"id": only} if isinstance(only, str) else None


def _subject(one: Secured) -> Mapping[str, Any]:
    subject = one.document.get("credentialSubject")
    first = subject[0] if isinstance(subject, list) and subject else subject
    return first if isinstance(first, Mapping) else {}


def _achievements(credentials: Sequence[Secured]) -> dict[str, str]:
    """The ids of the achievements, by id and by name."""
    known: dict[str, str] = {}
    for one in credentials:
        achievement = _subject(one).get("achievement")
        if isinstance(achievement, Mapping) and isinstance(achievement.get("id"), str):
            for name in (achievement["id"], achievement.get("name")):
                if isinstance(name, str):
                    known.setdefault(name, achievement["id"])
    return known


def _associations(
    description: Mapping[str, Any], known: Mapping[str, str], problems: list[Problem]
) -> list[dict[str, Any]]:
    given = description.get("associations", description.get("association", []))
    found = []
    for position, one in enumerate(given if isinstance(given, list) else [given]):
        place = f"/associations/{position}"
        if not isinstance(one, Mapping) or one.keys() - {"type", "source", "target"}:
            expected = "type, source and target"
            problems.append(Problem(place, expected, show(one), "description.type"))
            continue
        ends = {}
        for name in ("source", "target"):
            end = known.get(str(one.get(name)))
            if end is None:
                expected = "the id or name of an achievement of the record: " + ", ".join(sorted(known))
                problems.append(Problem(f"{place}/{name}", expected, show(one.get(name)), "association.id"))
            ends[f"{name}Id"] = end
        built = build(
            Association,
            {"associationType": one.get("type"), **{k: v for k, v in ends.items() if v}},
            place,
            problems,
        )
        found.append(built)
    return found
