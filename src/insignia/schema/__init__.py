"""Checks documents against the bundled JSON Schemas and against what the texts ask beyond them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insignia.credential import OPEN_BADGES_2, Kind, data_model_of
from insignia.errors import Problem
from insignia.schema import rules, validation
from insignia.schema.credential_schema import Result, SchemaResult, apply, entries, validate_credential_schema
from insignia.schema.rules import is_uri

__all__ = [
    "Result",
    "SchemaResult",
    "advise",
    "apply",
    "check",
    "check_profile",
    "entries",
    "is_uri",
    "validate_credential_schema",
]

_FILES = {
    Kind.ACHIEVEMENT: "achievement-credential",
    Kind.ENDORSEMENT: "endorsement-credential",
    Kind.CLR: "clr-credential",
    Kind.PRESENTATION: "verifiable-presentation",
    Kind.STATUS_LIST: "verifiable-credential",
    Kind.OTHER_VC: "verifiable-credential",
}


def check(document: Mapping[str, Any], kind: Kind, data_model: str | None = None) -> list[Problem]:
    """Every problem of a credential or presentation, with JSON Pointers: what breaks a MUST.

    The bundled JSON Schema comes first, with the codes `schema.required`, `schema.type`, `schema.value`,
    `schema.term` (not in an enumeration), `schema.format`, `schema.pattern`, `schema.empty`,
    `schema.unknown-member` and `schema.not-json`. Beyond it: `subject.unidentified`, `data-model.uri`,
    `data-model.empty`, `validity.order`, `identity.hash`, `result.description`, `result.status`; and
    `schema.kind` for what is no document of the W3C: of Open Badges 1 and 2 (`openbadges2.check`), SD-JWT VC
    (`sd_jwt.vc.claim_problems`).
    `data_model` is `2.0` or `1.1` (W3C VC Data Model); by default what the document says.
    """
    if kind in OPEN_BADGES_2 or kind is Kind.SD_JWT_VC:
        got = (
            f"a document of Open Badges 2 ({kind})" if kind in OPEN_BADGES_2 else "the claims of an SD-JWT VC"
        )
        return [Problem("", "a Verifiable Credential", got, "schema.kind")]
    model = data_model or data_model_of(document)
    found = validation.problems(f"{_FILES[kind]}-vc-{model}.json", document)
    return [*found, *rules.problems(document, kind, model)]


def advise(document: Mapping[str, Any], kind: Kind, data_model: str | None = None) -> list[Problem]:
    """What is allowed and not advised, or accepted here though another reader may refuse it. Codes:
    `result.level`, `result.value`, `association.id`, `criteria.empty`, `schema.entry`,
    `issuer.not-an-object`, `image.not-an-object`."""
    if kind in OPEN_BADGES_2 or kind is Kind.SD_JWT_VC:
        return []
    return rules.warnings(document, kind, data_model or data_model_of(document))


def check_profile(document: Mapping[str, Any]) -> list[Problem]:
    """Every problem of an Open Badges 3.0 Profile, with JSON Pointers."""
    return validation.problems("profile.json", document)
