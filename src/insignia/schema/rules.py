"""What the texts ask and JSON Schemas cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from insignia.achievement import AchievementCredential
from insignia.clr import ClrCredential
from insignia.credential import Kind, instant
from insignia.data_model import Node, node_class
from insignia.endorsement import EndorsementCredential
from insignia.errors import Problem, show
from insignia.strict_json import pointer
from insignia.verifiable_credential import VerifiableCredential, VerifiablePresentation

CLASSES: Mapping[Kind, type[Node]] = {
    Kind.ACHIEVEMENT: AchievementCredential,
    Kind.ENDORSEMENT: EndorsementCredential,
    Kind.CLR: ClrCredential,
    Kind.PRESENTATION: VerifiablePresentation,
    Kind.STATUS_LIST: VerifiableCredential,
    Kind.OTHER_VC: VerifiableCredential,
}
_OPEN_BADGES = frozenset({Kind.ACHIEVEMENT, Kind.ENDORSEMENT, Kind.CLR})
VALIDATOR_TYPE = "1EdTechJsonSchemaValidator2019"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+")
_HASH = re.compile(r"sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32}")
_REQUIRED_URI = "a URI with its scheme, such as https://example.org/1"


def is_uri(value: str) -> bool:
    """Whether a string is an absolute URI or IRI: a scheme, and no character that none may hold."""
    return _URI.fullmatch(value) is not None


def problems(document: Mapping[str, Any], kind: Kind, model: str) -> list[Problem]:
    """What breaks a MUST of Open Badges 3.0 or of the data model and a schema does not see."""
    found = _walk(document, kind, model).problems
    found.extend(_period(document, model))
    subject = document.get("credentialSubject")
    if kind is Kind.ACHIEVEMENT and isinstance(subject, dict):
        found.extend(_recipient(subject))
        found.extend(_results(subject))
    elif kind is Kind.CLR and isinstance(subject, dict):
        found.extend(_recipient(subject))
    elif kind in (Kind.STATUS_LIST, Kind.OTHER_VC):
        found.extend(_subject_ids(subject))
    return found


def warnings(document: Mapping[str, Any], kind: Kind, model: str) -> list[Problem]:
    """What a SHOULD asks, and what others accept though the text does not."""
    found = _walk(document, kind, model).images
    if kind in _OPEN_BADGES:
        found.extend(_schema_entry(document))
        if model == "1.1" and isinstance(document.get("issuer"), str):
            got = show(document["issuer"])
            found.append(Problem("/issuer", "a Profile object", got, "issuer.not-an-object"))
    subject = document.get("credentialSubject")
    if kind is Kind.ACHIEVEMENT and isinstance(subject, dict):
        found.extend(_criteria(subject))
        found.extend(_values(subject))
    if kind is Kind.CLR and isinstance(subject, dict):
        found.extend(_associations(subject))
    return found


# Where something lies, written out only when there is something to tell: the path above it, and its step.
_Path: TypeAlias = "tuple[_Path, str | int] | None"


class _Step(NamedTuple):
    """What to look at in one member: is it a URI, an array, an object of a known class?"""

    uri: bool
    many: bool
    image: bool
    steps: Mapping[str, _Step] | None


@cache
def _steps(kind: Kind, model: str) -> Mapping[str, _Step]:
    """The members of a kind of document that are looked at; classes that hold themselves make it a cycle."""
    return _compile(CLASSES[kind], model, {})


def _compile(cls: type[Node], model: str, known: dict[type[Node], dict[str, _Step]]) -> dict[str, _Step]:
    if cls in known:
        return known[cls]
    steps = known[cls] = {}
    for m in cls.members:
        inner = None
        if m.model not in (None, model):
            continue
        if isinstance(m.type, str) and ":" in m.type:
            inner = _compile(node_class(m.type), model, known)
        step = _Step(m.type == "uri" or m.or_uri, m.many, m.type == "profile:Image", inner)
        if step.uri or step.many or inner is not None:
            steps[m.name] = step
    return steps


class _Walk:
    """One pass over every known member of every known object."""

    def __init__(self, *, empty_arrays: bool) -> None:
        self._empty_arrays = empty_arrays
        self.problems: list[Problem] = []
        self.images: list[Problem] = []

    def object(self, value: Mapping[str, Any], steps: Mapping[str, _Step], where: _Path) -> None:
        for name, member in value.items():
            step = steps.get(name)
            if step is None:
                continue
            if type(member) is str:
                if step.uri:
                    self._text(member, step, (where, name))
            elif type(member) is dict:
                self._object(member, step, (where, name))
            elif step.many and type(member) is list:
                self._array(member, step, (where, name))

    def _array(self, items: list[Any], step: _Step, where: _Path) -> None:
        if not items and self._empty_arrays:
            self._tell(where, "at least one value, or no such member", "an empty array", "data-model.empty")
        for position, item in enumerate(items):
            if type(item) is dict:
                self._object(item, step, (where, position))

    def _object(self, value: Mapping[str, Any], step: _Step, where: _Path) -> None:
        if step.steps is not None:
            self.object(value, step.steps, where)
        digest = value.get("identityHash")
        if value.get("hashed") is True and isinstance(digest, str) and _HASH.fullmatch(digest) is None:
            expected = "sha256$ or md5$ and the hexadecimal hash"
            self._tell((where, "identityHash"), expected, show(digest), "identity.hash")

    def _text(self, value: str, step: _Step, where: _Path) -> None:
        if _URI.fullmatch(value) is None:
            self._tell(where, _REQUIRED_URI, show(value), "data-model.uri")
        if step.image:
            self.images.append(
                Problem(_pointer(where), "an Image object", show(value), "image.not-an-object")
            )

    def _tell(self, where: _Path, expected: str, got: str, code: str) -> None:
        self.problems.append(Problem(_pointer(where), expected, got, code))


def _pointer(path: _Path) -> str:
    steps: list[str | int] = []
    while path is not None:
        path, step = path
        steps.append(step)
    return pointer(*reversed(steps))


def _walk(document: Mapping[str, Any], kind: Kind, model: str) -> _Walk:
    walk = _Walk(empty_arrays=kind in _OPEN_BADGES)
    walk.object(document, _steps(kind, model), None)
    return walk


def _period(document: Mapping[str, Any], model: str) -> Iterator[Problem]:
    """VC Data Model 2.0, 4.9: validFrom is the same as or earlier than validUntil."""
    first, last = ("validFrom", "validUntil") if model == "2.0" else ("issuanceDate", "expirationDate")
    start, end = instant(document.get(first)), instant(document.get(last))
    if start is not None and end is not None and end < start:
        expected = f"a time that is not before {first} ({document[first]})"
        yield Problem(f"/{last}", expected, show(document[last]), "validity.order")


def _recipient(subject: Mapping[str, Any]) -> Iterator[Problem]:
    """Open Badges 3.0, AchievementSubject: either `id` or at least one `identifier` MUST be supplied."""
    if not subject.get("id") and not subject.get("identifier"):
        expected = "an `id` or at least one `identifier` of the recipient"
        yield Problem("/credentialSubject", expected, "neither", "subject.unidentified")


def _associations(subject: Mapping[str, Any]) -> Iterator[Problem]:
    """CLR 2.0, Association: its ids name achievements of the record, all of which a partial one lacks."""
    known = {a.get("id") for _, a in _objects(subject.get("achievement"))}
    for _, held in _objects(subject.get("verifiableCredential")):
        if held.get("type") == "EnvelopedVerifiableCredential":
            return  # what a token holds is not seen here
        inner = held.get("credentialSubject")
        for one in inner if isinstance(inner, list) else [inner]:
            achieved = one.get("achievement") if isinstance(one, dict) else None
            if isinstance(achieved, dict):
                known.add(achieved.get("id"))
    for position, association in _objects(subject.get("association")):
        for name in ("sourceId", "targetId"):
            link = association.get(name)
            if isinstance(link, str) and link not in known:
                place = f"/credentialSubject/association/{position}/{name}"
                yield Problem(place, "the id of an achievement of the record", show(link), "association.id")


def _subject_ids(subject: Any) -> Iterator[Problem]:
    subjects = subject if isinstance(subject, list) else [subject]
    for position, one in enumerate(subjects):
        place = f"/credentialSubject/{position}" if isinstance(subject, list) else "/credentialSubject"
        identifier = one.get("id", "") if isinstance(one, dict) else ""
        if not isinstance(identifier, str) or (identifier and not is_uri(identifier)):
            yield Problem(f"{place}/id", _REQUIRED_URI, show(identifier), "data-model.uri")


def _objects(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    return [(i, v) for i, v in enumerate(value) if isinstance(v, dict)] if isinstance(value, list) else []


def _descriptions(subject: Mapping[str, Any]) -> dict[Any, Mapping[str, Any]]:
    achievement = subject.get("achievement")
    found = achievement.get("resultDescription") if isinstance(achievement, dict) else None
    return {d["id"]: d for _, d in _objects(found) if isinstance(d.get("id"), str)}


def _results(subject: Mapping[str, Any]) -> Iterator[Problem]:
    """Open Badges 3.0, Result: the linked description must be in the achievement; `status` is required if
    its type is Status."""
    descriptions = _descriptions(subject)
    for position, result in _objects(subject.get("result")):
        place = f"/credentialSubject/result/{position}"
        link = result.get("resultDescription")
        if not isinstance(link, str):
            continue
        description = descriptions.get(link)
        if description is None:
            expected = "the id of a resultDescription of the achievement"
            yield Problem(f"{place}/resultDescription", expected, show(link), "result.description")
        elif description.get("resultType") == "Status" and "status" not in result:
            yield Problem(
                place, 'a member "status", because the result type is Status', "none", "result.status"
            )


def _values(subject: Mapping[str, Any]) -> Iterator[Problem]:
    """An unknown level is a warning only: the full example of the specification has one."""
    descriptions = _descriptions(subject)
    for position, result in _objects(subject.get("result")):
        link = result.get("resultDescription")
        description = descriptions.get(link, {}) if isinstance(link, str) else {}
        place = f"/credentialSubject/result/{position}"
        allowed, value = description.get("allowedValue"), result.get("value")
        if isinstance(allowed, list) and isinstance(value, str) and value not in allowed:
            expected = f"one of the allowed values {show(allowed)}"
            yield Problem(f"{place}/value", expected, show(value), "result.value")
        levels = [level.get("id") for _, level in _objects(description.get("rubricCriterionLevel"))]
        achieved = result.get("achievedLevel")
        if description and isinstance(achieved, str) and achieved not in levels:
            expected = "the id of a rubricCriterionLevel of the result description"
            yield Problem(f"{place}/achievedLevel", expected, show(achieved), "result.level")


def _criteria(subject: Mapping[str, Any]) -> Iterator[Problem]:
    """Open Badges 3.0, Criteria: implementations SHOULD provide `id` or `narrative`."""
    achievement = subject.get("achievement")
    criteria = achievement.get("criteria") if isinstance(achievement, dict) else None
    if isinstance(criteria, dict) and not criteria.get("id") and not criteria.get("narrative"):
        where = "/credentialSubject/achievement/criteria"
        yield Problem(where, "an `id` or a `narrative`", "neither", "criteria.empty")


def _schema_entry(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Open Badges 3.0, CredentialSchema: one instance MUST be a 1EdTechJsonSchemaValidator2019."""
    entries = document.get("credentialSchema")
    listed = entries if isinstance(entries, list) else [entries]
    types = [entry.get("type") for entry in listed if isinstance(entry, dict)]
    if entries is not None and VALIDATOR_TYPE not in types:
        yield Problem("/credentialSchema", f"an entry of type {VALIDATOR_TYPE}", show(types), "schema.entry")
