"""`credentialSchema`: Verifiable Credentials JSON Schema and 1EdTechJsonSchemaValidator2019."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from badge_samples import FULL
from hypothesis import given
from hypothesis import strategies as st

from insignia import contexts, schema
from insignia.schema import Result, work
from insignia.schema.work import TooMuchWorkError

SCHEMA: dict[str, Any] = {
    "$id": "https://example.com/schemas/email.json",
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"credentialSubject": {"type": "object", "required": ["emailAddress"]}},
}
ENTRY = {"id": SCHEMA["$id"], "type": "JsonSchema"}
DOCUMENT: dict[str, Any] = {"credentialSubject": {"emailAddress": "a@example.com"}, "credentialSchema": ENTRY}
VALIDATOR = "1EdTechJsonSchemaValidator2019"


def outcome(schema_document: Any, document: dict[str, Any] = DOCUMENT, entry: Any = ENTRY) -> tuple[str, str]:
    result = schema.apply(document, entry, schema_document)
    return result.result, result.problems[0].where if result.problems else ""


def test_the_vectors_of_the_w3c(vectors: Callable[[str], list[dict[str, Any]]]) -> None:
    for case in vectors("vc_json_schema"):
        request = case["request"]
        result = schema.validate_credential_schema(
            request["credential"], request["schema"], request["format"]
        )
        assert result == case["expect"]["result"], request["id"]


def test_success_and_failure() -> None:
    assert outcome(SCHEMA) == ("success", "")
    assert outcome(SCHEMA, {"credentialSubject": {}}) == ("failure", "/credentialSubject")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Section 3.1.1: 'The $id MUST be present'; 3.1.2: '$schema ... MUST be present in each schema'.
        ({"$id": None}, ("failure", "/$id")),
        ({"$id": "relative"}, ("failure", "/$id")),
        ({"$id": "https://example.com/other.json"}, ("failure", "/$id")),
        ({"$schema": None}, ("failure", "/$schema")),
        # Section 4.2: indeterminate 'when they encounter a schema whose version they do not support'.
        ({"$schema": "https://json-schema.org/draft/unknown/schema"}, ("indeterminate", "/$schema")),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, ("success", "")),
        ({"type": "nonsense"}, ("indeterminate", "")),
        ({"$ref": "https://example.org/elsewhere.json"}, ("indeterminate", "")),
        ({"pattern": "(?=a)b"}, ("indeterminate", "")),
        ({"$defs": {"a": {"$id": "https://example.org/a"}}}, ("indeterminate", "")),
    ],
)
def test_schemas_that_are_not_as_they_should_be(change: dict[str, Any], expected: tuple[str, str]) -> None:
    changed = {name: value for name, value in {**SCHEMA, **change}.items() if value is not None}
    assert outcome(changed) == expected


@pytest.mark.parametrize("document", [None, [], "text", 5])
def test_what_is_no_schema(document: Any) -> None:
    assert outcome(document)[0] == ("indeterminate" if document is None else "failure")
    assert outcome(document, entry={"id": "urn:x", "type": "JsonSchemaCredential"})[0] in (
        "failure",
        "indeterminate",
    )
    assert outcome(document, entry={"id": "urn:x", "type": VALIDATOR})[0] == "indeterminate"


CREDENTIAL: dict[str, Any] = {
    "id": "https://example.com/credentials/3734",
    "type": ["VerifiableCredential", "JsonSchemaCredential"],
    "credentialSchema": {"id": "https://www.w3.org/ns/credentials/json-schema/v2.json", "type": "JsonSchema"},
    "credentialSubject": {"id": SCHEMA["$id"], "type": "JsonSchema", "jsonSchema": SCHEMA},
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ("success", "")),
        ({"id": "https://example.com/other"}, ("failure", "/id")),
        ({"credentialSchema": {"id": "urn:x", "type": "JsonSchema"}}, ("failure", "/credentialSchema")),
        (
            {"credentialSchema": {**CREDENTIAL["credentialSchema"], "type": "Other"}},
            ("failure", "/credentialSchema"),
        ),
        ({"credentialSubject": {"jsonSchema": SCHEMA}}, ("failure", "/credentialSubject")),
        ({"credentialSubject": [CREDENTIAL["credentialSubject"]]}, ("failure", "/credentialSubject")),
        ({"credentialSubject": {"type": "JsonSchema"}}, ("failure", "/credentialSubject/jsonSchema")),
        (
            {"credentialSubject": {"type": "JsonSchema", "jsonSchema": {"$id": "x"}}},
            ("failure", "/credentialSubject/jsonSchema/$id"),
        ),
    ],
)
def test_schema_credentials(change: dict[str, Any], expected: tuple[str, str]) -> None:
    """Section 2.2: credentialSubject 'MUST contain two properties: type ..., jsonSchema'."""
    entry = {"id": CREDENTIAL["id"], "type": "JsonSchemaCredential"}
    assert outcome({**CREDENTIAL, **change}, entry=entry) == expected


def test_the_schemas_of_1edtech_are_bundled() -> None:
    url = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
    entry = {"id": url, "type": VALIDATOR}
    assert outcome(None, FULL, entry) == ("success", "")
    assert outcome(None, {**FULL, "name": 5}, entry) == ("failure", "/name")
    document = {**FULL, "credentialSchema": [entry]}
    content = contexts.bundled(url)
    assert content is not None
    assert schema.validate_credential_schema(document, json.loads(content), VALIDATOR) is Result.SUCCESS
    broken = {**document, "name": 5}
    assert schema.validate_credential_schema(broken, json.loads(content), VALIDATOR) is Result.FAILURE


def test_other_schemas_of_that_type_are_applied_as_2019_09() -> None:
    entry = {"id": "https://example.org/s.json", "type": VALIDATOR}
    assert outcome({"required": ["a"]}, {"a": 1}, entry) == ("success", "")
    assert outcome({"required": ["a"]}, {}, entry) == ("failure", "")


def test_unknown_types_are_indeterminate() -> None:
    assert outcome(SCHEMA, entry={"id": SCHEMA["$id"], "type": "Other"}) == ("indeterminate", "/type")


def test_the_entry_that_is_meant() -> None:
    document = {**DOCUMENT, "credentialSchema": [{"id": "urn:other", "type": "JsonSchema"}, ENTRY, 5]}
    assert len(schema.entries(document)) == 2
    assert schema.validate_credential_schema(document, SCHEMA, "JsonSchema") is Result.SUCCESS
    other = document["credentialSchema"][0]
    assert schema.validate_credential_schema(document, SCHEMA, "JsonSchema", other) is Result.FAILURE
    assert schema.validate_credential_schema({}, SCHEMA, "JsonSchema") is Result.FAILURE


def doubling(depth: int) -> dict[str, Any]:
    """A schema whose references double at each of `depth` steps."""
    steps = {f"s{i}": {"allOf": [{"$ref": f"#/$defs/s{i + 1}"}] * 2} for i in range(depth)}
    return {**SCHEMA, "$ref": "#/$defs/s0", "$defs": {**steps, f"s{depth}": {"type": "object"}}}


def test_hostile_schemas_are_not_run() -> None:
    begin = time.perf_counter()
    assert outcome(doubling(60))[0] == "indeterminate"
    assert outcome({**SCHEMA, "allOf": [{"$ref": "#"}]})[0] == "indeterminate"
    assert (
        outcome({**SCHEMA, "properties": {"credentialSubject": {"pattern": "(a{999}){999}"}}})[0]
        == "indeterminate"
    )
    deep: dict[str, Any] = {}
    for _ in range(2_000):
        deep = {"not": deep}
    assert outcome({**SCHEMA, **deep})[0] == "indeterminate"
    nested: Any = 1
    for _ in range(60):
        nested = {"a": nested}
    assert (
        outcome({**SCHEMA, "properties": {"a": {"allOf": [{"$ref": "#"}] * 2}}}, nested)[0] == "indeterminate"
    )
    assert time.perf_counter() - begin < 5


def test_all_problems_up_to_a_hundred_are_told() -> None:
    many = {**SCHEMA, "properties": {"l": {"items": {"type": "string"}}}}
    result = schema.apply({"l": list(range(500))}, ENTRY, many)
    assert len(result.problems) == 100


@pytest.mark.parametrize(
    ("given_schema", "value", "expected"),
    [
        (True, 5, 1),
        ({}, 5, 1),
        ({"allOf": [{}, {}], "anyOf": 5, "not": {}, "if": {}, "then": {}}, 1, 6),
        ({"dependentSchemas": {"a": {}}, "dependencies": {"b": ["c"], "d": {}}}, {}, 4),
        ({"properties": {"a": {}, "b": {}}}, {"a": 1, "c": 2}, 2),
        (
            {"patternProperties": {"^a": {}}, "additionalProperties": {}, "propertyNames": {}},
            {"a": 1, "b": 2},
            7,
        ),
        ({"items": {}, "contains": {}}, [1, 2], 5),
        ({"prefixItems": [{}, {}], "items": [{}]}, [1], 3),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"not": {}}}}, 1, 3),
        ({"$ref": "#/allOf/0", "allOf": [{}]}, 1, 3),
        ({"$ref": "#/nowhere/1", "a": []}, 1, 2),
        ({"$ref": "#/a/x", "a": []}, 1, 2),
        ({"$ref": "urn:me#x", "$id": "urn:me", "$defs": {"x": {"$anchor": "x", "not": {}}}}, 1, 3),
        ({"$dynamicRef": "#y", "$defs": {"y": {"$dynamicAnchor": "y"}}}, 1, 2),
        ({"$ref": "#unknown"}, 1, 1),
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, 1, 1_002),
    ],
)
def test_work_is_counted(given_schema: Any, value: Any, expected: int) -> None:
    assert work.count(given_schema, value, 10_000) == expected


def test_work_has_a_limit() -> None:
    with pytest.raises(TooMuchWorkError):
        work.count({"items": {"allOf": [{}] * 10}}, list(range(100)), 50)
    with pytest.raises(TooMuchWorkError):
        work.count({"items": {"not": {}}}, [[] for _ in range(100)], 50)


@given(
    st.recursive(
        st.booleans() | st.sampled_from(["#", "#/a", "x"]),
        lambda c: (
            st.dictionaries(
                st.sampled_from(["allOf", "not", "$ref", "properties", "items", "a", "$id", "$anchor"]),
                c,
                max_size=3,
            )
            | st.lists(c, max_size=2)
        ),
        max_leaves=12,
    )
)
def test_any_schema_gives_an_outcome(given_schema: Any) -> None:
    document = {"a": [1, {"a": 2}]}
    entry = {"id": "urn:x", "type": VALIDATOR}
    assert schema.apply(document, entry, given_schema).result in set(Result)
