"""`credentialSchema`: Verifiable Credentials JSON Schema (W3C) and 1EdTechJsonSchemaValidator2019."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from insignia import contexts
from insignia.errors import Problem, show
from insignia.schema import validation
from insignia.schema.rules import VALIDATOR_TYPE, is_uri
from insignia.schema.work import TooMuchWorkError, count
from insignia.strict_json import pointer

WORK_LIMIT = 200_000
_PATTERN_SIZE = 1 << 20
_MOST_PROBLEMS = 100
_DRAFTS = {
    "https://json-schema.org/draft/2020-12/schema": "Draft202012Validator",
    "https://json-schema.org/draft/2019-09/schema": "Draft201909Validator",
    "http://json-schema.org/draft-07/schema": "Draft7Validator",
    "https://json-schema.org/draft-07/schema": "Draft7Validator",
}
_SCHEMA_OF_SCHEMA_CREDENTIALS = frozenset(
    {
        "https://www.w3.org/ns/credentials/json-schema/v2.json",
        "https://www.w3.org/2022/credentials/v2/json-schema-credential-schema.json",
    }
)


class Result(StrEnum):
    """The outcomes of Verifiable Credentials JSON Schema, section 4.2."""

    SUCCESS = "success"
    FAILURE = "failure"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class SchemaResult:
    """The outcome for one entry of `credentialSchema`, and why."""

    result: Result
    problems: tuple[Problem, ...] = ()


def entries(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """The entries of `credentialSchema`, whether there is one or an array of them."""
    value = document.get("credentialSchema")
    return tuple(e for e in (value if isinstance(value, list) else [value]) if isinstance(e, dict))


def validate_credential_schema(
    credential: Mapping[str, Any],
    schema_document: Any,
    format: str,
    entry: Mapping[str, Any] | None = None,
) -> Result:
    """Validates against the schema document that an entry of type `format` refers to.

    `format` is `JsonSchema`, `JsonSchemaCredential` or `1EdTechJsonSchemaValidator2019`. A credential without
    an entry of that type fails. Without `entry` any entry of that type may be the one that is meant.
    """
    fitting = [e for e in entries(credential) if e.get("type") == format and entry in (None, e)]
    if not fitting:
        return Result.FAILURE
    outcomes = [_outcome(credential, e, schema_document).result for e in fitting]
    return Result.SUCCESS if Result.SUCCESS in outcomes else outcomes[0]


def apply(document: Mapping[str, Any], entry: Mapping[str, Any], schema_document: Any) -> SchemaResult:
    """Validates `document` against the schema that was found under the `id` of `entry`.

    No reference out of the schema is followed, no regular expression backtracks, and a schema that asks for
    more than 200,000 checks is not run: those are indeterminate, as are unknown types and drafts. For the
    schemas of 1EdTech the bundled ones are taken, and `schema_document` may be None.
    """
    name = contexts.SCHEMAS.get(str(entry.get("id")))
    if entry.get("type") == VALIDATOR_TYPE and name is not None:
        found = tuple(validation.problems(name, document))
        return SchemaResult(Result.FAILURE if found else Result.SUCCESS, found)
    if schema_document is None:
        return _indeterminate("", "the document that the entry names", "none")
    return _outcome(document, entry, schema_document)


def _outcome(document: Mapping[str, Any], entry: Mapping[str, Any], schema_document: Any) -> SchemaResult:
    match entry.get("type"):
        case "JsonSchema":
            return _apply_named(document, schema_document, "", entry.get("id"))
        case "JsonSchemaCredential":
            return _apply_credential(document, entry, schema_document)
        case type_ if type_ == VALIDATOR_TYPE:
            return _apply(document, schema_document, default_draft="Draft201909Validator")
    return _indeterminate("/type", "a type of schema that Insignia knows", show(entry.get("type")))


def _apply_credential(
    document: Mapping[str, Any], entry: Mapping[str, Any], schema_credential: Any
) -> SchemaResult:
    """Verifiable Credentials JSON Schema, section 2.2."""
    if not isinstance(schema_credential, dict):
        return _failure("", "a JsonSchemaCredential", show(schema_credential))
    if schema_credential.get("id") != entry.get("id"):
        return _failure("/id", show(entry.get("id")), show(schema_credential.get("id")))
    known = [e for e in entries(schema_credential) if e.get("id") in _SCHEMA_OF_SCHEMA_CREDENTIALS]
    if not any(e.get("type") == "JsonSchema" for e in known):
        got = show(schema_credential.get("credentialSchema"))
        return _failure("/credentialSchema", "the schema of JsonSchemaCredentials, of type JsonSchema", got)
    subject = schema_credential.get("credentialSubject")
    if not isinstance(subject, dict) or subject.get("type") != "JsonSchema":
        return _failure("/credentialSubject", "an object of type JsonSchema", show(subject))
    if not isinstance(subject.get("jsonSchema"), dict):
        return _failure("/credentialSubject/jsonSchema", "a JSON Schema", show(subject.get("jsonSchema")))
    return _apply_named(document, subject["jsonSchema"], "/credentialSubject/jsonSchema", None)


def _apply_named(document: Mapping[str, Any], schema: Any, where: str, identifier: Any) -> SchemaResult:
    """Section 3.1: `$id` MUST be present and a URI; `$schema` MUST be present. The `id` of the entry MUST
    identify the schema, which is seen from its `$id`."""
    if not isinstance(schema, dict):
        return _failure(where, "a JSON Schema", show(schema))
    name = schema.get("$id")
    if not isinstance(name, str) or not is_uri(name):
        return _failure(f"{where}/$id", "a URI", show(name))
    if identifier is not None and name != identifier:
        return _failure(f"{where}/$id", show(identifier), show(name))
    if not isinstance(schema.get("$schema"), str):
        return _failure(f"{where}/$schema", "the URI of a draft of JSON Schema", show(schema.get("$schema")))
    return _apply(document, schema)


def _apply(document: Mapping[str, Any], schema: Any, default_draft: str | None = None) -> SchemaResult:
    import jsonschema_rs

    name = schema.get("$schema") if isinstance(schema, dict) else None
    draft = _DRAFTS.get(name.rstrip("#")) if isinstance(name, str) else default_draft
    if draft is None:
        return _indeterminate("/$schema", "draft 2020-12, 2019-09 or 7", show(name))
    try:
        count(schema, document, WORK_LIMIT)
        validator = getattr(jsonschema_rs, draft)(
            schema, offline=True, pattern_options=jsonschema_rs.RegexOptions(size_limit=_PATTERN_SIZE)
        )
        found = []
        for error, _ in zip(validator.iter_errors(document), range(_MOST_PROBLEMS), strict=False):
            where = pointer(*error.instance_path)
            found.append(
                Problem(where, f"what the schema asks ({error.kind.name})", error.message[:200], "schema")
            )
    except TooMuchWorkError as error:
        return _indeterminate("", "a schema that can be checked offline in bounded time", str(error))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        return _indeterminate("", "a JSON Schema of its draft", str(error).partition("\n")[0])
    return SchemaResult(Result.FAILURE if found else Result.SUCCESS, tuple(found))


def _failure(where: str, expected: str, got: str) -> SchemaResult:
    return SchemaResult(Result.FAILURE, (Problem(where, expected, got, "schema.document"),))


def _indeterminate(where: str, expected: str, got: str) -> SchemaResult:
    return SchemaResult(Result.INDETERMINATE, (Problem(where, expected, got, "schema.indeterminate"),))
