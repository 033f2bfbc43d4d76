"""From a friendly description (JSON or TOML) to an unsigned Open Badges 3.0 credential."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from insignia import contexts
from insignia.achievement import Achievement, Evidence, Result
from insignia.errors import IssuingError, Problem, show
from insignia.issuing.description import build, is_url, moment
from insignia.profile import IDENTIFIER_TYPES, Image, Profile, identity_hash

EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
SCHEMA_URL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
_NAMES = frozenset(
    {
        "id",
        "name",
        "description",
        "image",
        "issuer",
        "achievement",
        "recipient",
        "evidence",
        "results",
        "narrative",
        "valid_from",
        "valid_until",
        "awarded",
        "credits_earned",
        "license_number",
        "role",
        "term",
        "source",
        "activity_start",
        "activity_end",
        "status",
        "refresh",
        "terms_of_use",
        "schema",
        "contexts",
        "extra",
    }
)
_ALIASES = {
    "validFrom": "valid_from",
    "validUntil": "valid_until",
    "expires": "valid_until",
    "awardedDate": "awarded",
    "awarded_date": "awarded",
    "creditsEarned": "credits_earned",
    "licenseNumber": "license_number",
    "activityStartDate": "activity_start",
    "activity_start_date": "activity_start",
    "activityEndDate": "activity_end",
    "activity_end_date": "activity_end",
    "credentialStatus": "status",
    "credentialSchema": "schema",
    "refreshService": "refresh",
    "termsOfUse": "terms_of_use",
    "result": "results",
}
_SUBJECT_TEXTS = {
    "narrative": "narrative",
    "license_number": "licenseNumber",
    "role": "role",
    "term": "term",
}


def draft(description: Mapping[str, Any], *, now: datetime, identifier: Callable[[], str]) -> dict[str, Any]:
    """The unsigned credential that a description asks for, members in the order of the data model.

    Sections: `achievement` (name, description, criteria; id, image, type, skills, tags, results, ...),
    `recipient` (email, did or id, name, identifiers), `issuer`, `evidence`, `results`, `status`
    (list, index, purpose), and texts and dates such as `valid_until`. The names of the data model work as
    well as their snake_case. `now` is the default of `valid_from`; `identifier()` gives fresh URIs for the
    credential, the achievement, result descriptions, and the salt that hides an email address.
    A description that is a credential already (it has an `@context`) only gets what it lacks of `id` and
    `validFrom`. Raises IssuingError with every problem; its places are those of the description.
    """
    if "@context" in description:
        document = _completed(description, now, identifier)
    else:
        document = _Draft(description, now, identifier).credential()
    try:
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        problem = Problem("", "values that JSON has", str(error), "description.not-json")
        raise IssuingError(problem) from error
    return document


def _completed(document: Mapping[str, Any], now: datetime, identifier: Callable[[], str]) -> dict[str, Any]:
    copied = copy.deepcopy(dict(document))
    if "id" not in copied:
        copied = {"@context": copied.pop("@context"), "id": identifier(), **copied}
    if "validFrom" not in copied and "issuanceDate" not in copied:
        copied["validFrom"] = _written(now)
    return copied


def _written(now: datetime) -> str:
    problems: list[Problem] = []
    text = moment(now.replace(microsecond=0), "", problems)
    if problems:
        raise ValueError("a datetime with its time zone is needed")
    return text


class _Draft:
    def __init__(self, description: Mapping[str, Any], now: datetime, identifier: Callable[[], str]) -> None:
        self._given = {_ALIASES.get(name, name): value for name, value in description.items()}
        self._now = now
        self._identifier = identifier
        self._problems = [
            Problem(
                f"/{name}",
                "one of the names " + ", ".join(sorted(_NAMES)),
                show(value),
                "description.unknown-name",
            )
            for name, value in self._given.items()
            if name not in _NAMES
        ]

    def credential(self) -> dict[str, Any]:
        given = self._given
        achievement = self._achievement()
        document: dict[str, Any] = {
            "@context": self._contexts(),
            "id": given.get("id") or self._identifier(),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": given.get("name") or achievement.get("name", ""),
        }
        self._copy_text(document, "description", "description")
        if "image" in given:
            document["image"] = build(Image, given["image"], "/image", self._problems)
        if "issuer" in given:
            document["issuer"] = build(Profile, given["issuer"], "/issuer", self._problems)
        self._copy_moment(document, "awarded", "awardedDate")
        document["validFrom"] = _written(self._now)
        self._copy_moment(document, "valid_from", "validFrom")
        self._copy_moment(document, "valid_until", "validUntil")
        document["credentialSubject"] = self._subject(achievement)
        if given.get("evidence"):
            document["evidence"] = self._many(Evidence, "evidence")
        self._add_services(document)
        if self._problems:
            raise IssuingError(self._problems)
        return document

    def _contexts(self) -> list[Any]:
        urls: list[Any] = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3]
        if self._given.get("schema", True):
            urls.append(EXTENSIONS_CONTEXT)
        more = self._given.get("contexts", [])
        return urls + [url for url in (more if isinstance(more, list) else [more]) if url not in urls]

    def _achievement(self) -> dict[str, Any]:
        given = self._given.get("achievement")
        if not isinstance(given, Mapping):
            self._problem("/achievement", "what was achieved: name, description and criteria", given)
            return {}
        for name in ("name", "description", "criteria"):
            if not given.get(name):
                self._problem(f"/achievement/{name}", "a text that is not empty", given.get(name))
        with_ids = {"id": self._identifier(), **given} if not given.get("id") else dict(given)
        for name in ("results", "result_descriptions", "resultDescriptions", "resultDescription"):
            if isinstance(given.get(name), list):
                with_ids[name] = [self._with_id(one) for one in given[name]]
        return build(Achievement, with_ids, "/achievement", self._problems)

    def _with_id(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        levels = {
            name: [self._with_id(level) for level in value[name]]
            for name in ("levels", "rubricCriterionLevel")
            if isinstance(value.get(name), list)
        }
        return {**({} if "id" in value else {"id": self._identifier()}), **value, **levels}

    def _subject(self, achievement: dict[str, Any]) -> dict[str, Any]:
        subject: dict[str, Any] = {}
        identifiers = self._recipient(subject)
        subject["type"] = ["AchievementSubject"]
        self._copy_moment(subject, "activity_end", "activityEndDate")
        self._copy_moment(subject, "activity_start", "activityStartDate")
        if "credits_earned" in self._given:
            subject["creditsEarned"] = self._given["credits_earned"]
        subject["achievement"] = achievement
        if identifiers:
            subject["identifier"] = identifiers
        for name, member in _SUBJECT_TEXTS.items():
            self._copy_text(subject, name, member)
        if self._given.get("results"):
            subject["result"] = self._results(achievement)
        if "source" in self._given:
            subject["source"] = build(Profile, self._given["source"], "/source", self._problems)
        return subject

    def _recipient(self, subject: dict[str, Any]) -> list[dict[str, Any]]:
        given = self._given.get("recipient")
        if isinstance(given, str):
            given = {"email": given} if "@" in given and not is_url(given) else {"id": given}
        if not isinstance(given, Mapping) or not given:
            self._problem("/recipient", "the recipient: an email address, a DID, or other identifiers", given)
            return []
        identifiers: list[dict[str, Any]] = []
        for name, value in given.items():
            match name:
                case "id" | "did" if isinstance(value, str) and is_url(value):
                    subject["id"] = value
                case "email" if isinstance(value, str) and "@" in value:
                    identifiers.append(self._identity("emailAddress", plain_email(value), hashed=True))
                case "name" if isinstance(value, str) and value.strip():
                    identifiers.append(self._identity("name", value.strip(), hashed=False))
                case "identifiers" if isinstance(value, list):
                    identifiers.extend(self._other_identities(value))
                case _:
                    expected = "an email address, a DID or URI as id, a name, or a list of identifiers"
                    self._problem(f"/recipient/{name}", expected, value)
        return identifiers

    def _other_identities(self, values: list[Any]) -> list[dict[str, Any]]:
        found = []
        for position, one in enumerate(values):
            place = f"/recipient/identifiers/{position}"
            if isinstance(one, Mapping) and "identityHash" in one:
                found.append({"type": "IdentityObject", **one})
            elif not isinstance(one, Mapping) or not isinstance(one.get("value"), str):
                self._problem(place, "type and value, such as sourcedId and a number", one)
            elif str(one.get("type")) not in IDENTIFIER_TYPES:
                self._problem(
                    f"{place}/type", "a type such as " + ", ".join(IDENTIFIER_TYPES.terms), one.get("type")
                )
            else:
                found.append(self._identity(one["type"], one["value"], hashed=one.get("hashed", True)))
        return found

    def _identity(self, identity_type: str, value: str, *, hashed: bool) -> dict[str, Any]:
        identity: dict[str, Any] = {"type": "IdentityObject", "hashed": hashed, "identityHash": value}
        identity["identityType"] = identity_type
        if hashed:
            identity["salt"] = self._identifier().rpartition(":")[2]
            identity["identityHash"] = identity_hash(value, identity["salt"])
        return identity

    def _results(self, achievement: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Results name their description (and level) by id or by name."""
        known = {d["name"]: d for d in achievement.get("resultDescription", []) if "name" in d and "id" in d}
        given = self._given["results"]
        named = []
        for one in given if isinstance(given, list) else [given]:
            result = dict(one) if isinstance(one, Mapping) else {"value": one}
            description = known.get(result.get("description", result.get("resultDescription")))
            if description is not None:
                result.pop("resultDescription", None)
                result["description"] = description["id"]
                levels = {
                    x["name"]: x["id"] for x in description.get("rubricCriterionLevel", []) if "name" in x
                }
                if result.get("level") in levels:
                    result["level"] = levels[result["level"]]
            named.append(result)
        return [build(Result, r, f"/results/{i}", self._problems) for i, r in enumerate(named)]

    def _many(self, cls: Any, name: str) -> list[dict[str, Any]]:
        given = self._given[name]
        if not isinstance(given, list):
            return [build(cls, given, f"/{name}", self._problems)]
        return [build(cls, one, f"/{name}/{i}", self._problems) for i, one in enumerate(given)]

    def _add_services(self, document: dict[str, Any]) -> None:
        given = self._given
        schema = given.get("schema", True)
        if schema:
            entry = {"id": SCHEMA_URL, "type": "1EdTechJsonSchemaValidator2019"}
            document["credentialSchema"] = [entry] if schema is True else schema
        if "status" in given:
            document["credentialStatus"] = self._status(given["status"])
        for name, member in (("refresh", "refreshService"), ("terms_of_use", "termsOfUse")):
            if name in given:
                document[member] = given[name]
        extra = given.get("extra", {})
        document.update({name: value for name, value in extra.items() if name not in document})

    def _status(self, given: Any) -> Any:
        if isinstance(given, Mapping) and "type" in given:
            return dict(given)
        if (
            not isinstance(given, Mapping)
            or not is_url(str(given.get("list")))
            or not _is_index(given.get("index"))
        ):
            self._problem("/status", "the list (its address) and the index in it", given)
            return {}
        return {
            "id": f"{given['list']}#{given['index']}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": given.get("purpose", "revocation"),
            "statusListIndex": str(given["index"]),
            "statusListCredential": given["list"],
        }

    def _copy_text(self, target: dict[str, Any], name: str, member: str) -> None:
        value = self._given.get(name)
        if isinstance(value, str) and value:
            target[member] = value
        elif value is not None:
            self._problem(f"/{name}", "a text that is not empty", value)

    def _copy_moment(self, target: dict[str, Any], name: str, member: str) -> None:
        if self._given.get(name) is not None:
            target[member] = moment(self._given[name], f"/{name}", self._problems)

    def _problem(self, where: str, expected: str, got: Any) -> None:
        shown = "nothing" if got is None else show(got)
        self._problems.append(
            Problem(where, expected, shown, "description.missing" if got is None else "description.type")
        )


def plain_email(text: str) -> str:
    """An address as it is hashed: without `mailto:` and spaces around it, in lower case."""
    return text.strip().removeprefix("mailto:").strip().lower()


def _is_index(value: Any) -> bool:
    return not isinstance(value, bool) and str(value).isdecimal()
