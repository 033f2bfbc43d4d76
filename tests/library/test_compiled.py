"""Compiled shapes: byte for byte what the general algorithms give, whatever goes into the slots."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest
from credential_documents import CONTEXTS, HOSTILE, PLAIN
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia.errors import DataModelError, InsigniaError
from insignia.jsonld.compiled import CompiledShape
from insignia.jsonld.direct import canonize_generally
from insignia.jsonld.loading import bundled_loader
from insignia.resolver import MapResolver, OfflineResolver

LOADER = bundled_loader(OfflineResolver())
EX = "https://example.org/"
# INSIGNIA_FILLINGS=50000 for the long run.
FILLINGS = int(os.environ.get("INSIGNIA_FILLINGS", "400"))

TEMPLATE: dict[str, Any] = {
    "@context": CONTEXTS,
    "id": "urn:uuid:0",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "50 % of the course",
    "issuer": {"id": "did:web:example.org", "type": ["Profile"], "name": "University"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:recipient",
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "a@b.c",
                "identityType": "emailAddress",
            }
        ],
        "result": [
            {"type": ["Result"], "resultDescription": EX + "r1", "value": "1"},
            {"type": ["Result"], "resultDescription": EX + "r1", "value": "2"},
        ],
        "achievement": {
            "id": EX + "achievement",
            "type": ["Achievement"],
            "name": "Course",
            "criteria": {"narrative": "Work."},
            "tag": ["one", "two", "three"],
            "alignment": [
                {"type": ["Alignment"], "targetName": str(i), "targetUrl": f"{EX}{i}"} for i in range(4)
            ],
        },
    },
    "evidence": [
        {"id": EX + "evidence/1", "type": ["Evidence"], "name": "Project"},
        {"id": EX + "evidence/2", "type": ["Evidence"], "name": "Talk"},
        {"type": ["Evidence"], "narrative": "Work"},
    ],
    "credentialStatus": {
        "id": EX + "status#1",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": EX + "status",
    },
}
LITERALS = {
    "email": "/credentialSubject/identifier/0/identityHash",
    "from": "/validFrom",
    "value1": "/credentialSubject/result/0/value",
    "value2": "/credentialSubject/result/1/value",
    "index": ["/credentialStatus/statusListIndex", ["/credentialStatus/id", EX + "status#", ""]],
    "tag": "/credentialSubject/achievement/tag/1",
    "narrative": ["/evidence/2/narrative", "Work: ", " (done)"],
}
IRIS = {
    "id": "/id",
    "subject": ["/credentialSubject/id"],
    "evidence1": "/evidence/0/id",
    "evidence2": ["/evidence/1/id", EX, ""],
    "description": "/credentialSubject/result/0/resultDescription",
}
SLOTS = {**LITERALS, **IRIS}
ODD_IRIS = st.sampled_from(
    [
        "",
        "relative",
        "_:b0",
        "@id",
        "ext:x",
        "a b",
        EX + "a b",
        "id",
        "type",
        "mailto:a@b.c",
        EX + "\U0001f600",
        EX + '"',
    ]
)
FEW = st.integers(0, 3).map(lambda i: f"{EX}{i}")
USUAL_LITERAL = st.one_of(PLAIN, st.integers(0, 99).map(str))
USUAL_IRI = st.integers(0, 10**9).map(lambda i: f"urn:uuid:{i}")


def values(literal: st.SearchStrategy[Any], iri: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({**dict.fromkeys(LITERALS, literal), **dict.fromkeys(IRIS, iri)})


def compiled(slots: Any = SLOTS, template: Any = TEMPLATE, loader: Any = LOADER) -> CompiledShape:
    return CompiledShape.compile(template, slots, loader=loader)


SHAPE = compiled()


def outcome(call: Any) -> bytes | tuple[str, ...]:
    try:
        result: bytes = call()
    except InsigniaError as error:
        return tuple(map(str, error.problems))
    return result


def check(shape: CompiledShape, filling: dict[str, Any]) -> None:
    general = outcome(lambda: canonize_generally(shape.document(filling), loader=LOADER))
    assert outcome(lambda: shape.canonize(filling)) == general


@settings(max_examples=FILLINGS)
@given(values(USUAL_LITERAL, USUAL_IRI))
def test_usual_fillings(filling: dict[str, Any]) -> None:
    check(SHAPE, filling)


@settings(max_examples=FILLINGS)
@given(values(st.one_of(HOSTILE, st.none(), st.just(5)), st.one_of(FEW, USUAL_IRI, ODD_IRIS)))
def test_hostile_fillings(filling: dict[str, Any]) -> None:
    check(SHAPE, filling)


@settings(max_examples=FILLINGS)
@given(values(st.sampled_from(["a", "b", '"', "～", "\U0001f600", "two"]), st.one_of(FEW, USUAL_IRI)))
def test_equal_values(filling: dict[str, Any]) -> None:
    """Equal values make blank nodes alike, lines equal, and subjects one."""
    check(SHAPE, filling)


def filling(**changes: Any) -> dict[str, Any]:
    usual = {name: f"text {number}" for number, name in enumerate(LITERALS)}
    usual.update({name: f"urn:uuid:{number}" for number, name in enumerate(IRIS)})
    return {**usual, "index": "4", **changes}


def test_usual_fillings_take_the_short_way() -> None:
    shape = compiled()
    assert shape.compiled, shape.reason
    for number in range(20):
        check(shape, filling(index=str(number), email=f"{number}@example.org", evidence2=str(number)))
    assert (shape.fillings, shape.general_fillings) == (20, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"value1": "same", "value2": "same"},
        {"tag": "one"},
        {"email": "\x00"},
        {"email": "\ud800"},
        {"email": None},
        {"email": 5},
        {"id": "relative"},
        {"id": EX + "achievement"},
        {"id": "urn:x", "subject": "urn:x"},
        {"subject": "mailto:a@b.c"},
        {"subject": None},
    ],
)
def test_what_could_differ_takes_the_general_way(change: dict[str, Any]) -> None:
    shape = compiled()
    if "value1" in change:
        change = {**change, "description": EX + "r1"}
    check(shape, filling(**change))
    assert shape.general_fillings == 1


@pytest.mark.parametrize(
    "slot",
    ["/type/1", "/@context/0", "/evidence/0/type/0", "/credentialSubject/type/0"],
)
def test_slots_that_cannot_be_compiled(slot: str) -> None:
    shape = compiled({"slot": slot})
    assert (shape.compiled, bool(shape.reason)) == (False, True)
    with pytest.raises(InsigniaError):
        shape.canonize({"slot": "undefined"})
    assert shape.general_fillings == 1


def test_whole_members_can_be_values() -> None:
    template = copy.deepcopy(TEMPLATE)
    shape = compiled({"evidence": "/evidence", "name": "/name"}, template)
    evidence = [{"type": ["Evidence"], "narrative": "Another"}]
    check(shape, {"evidence": evidence, "name": "n"})
    check(shape, {"evidence": None, "name": None})
    assert template == TEMPLATE


def test_removed_items_leave_the_others_in_place() -> None:
    slots = {"a": "/evidence/0", "b": "/evidence/1/name", "c": "/evidence/2"}
    document = compiled(slots).document({"a": None, "b": "kept", "c": None})
    assert [item["name"] for item in document["evidence"]] == ["kept"]


@pytest.mark.parametrize(
    "context",
    [
        {"urn": {"@id": EX + "urn#", "@prefix": True}},
        {"did": {"@id": EX + "did#", "@prefix": True}},
    ],
)
def test_prefixes_named_like_schemes(context: dict[str, Any]) -> None:
    template = {
        "@context": [*CONTEXTS, context],
        "type": ["VerifiableCredential"],
        "id": "urn:x",
        "name": "n",
    }
    shape = compiled({"id": "/id"}, template)
    assert not shape.compiled
    for value in ("urn:x", "did:x", EX):
        check(shape, {"id": value})


def test_slots_in_json_literals_and_language_maps() -> None:
    context = {
        "json": {"@id": EX + "json", "@type": "@json"},
        "labels": {"@id": EX + "labels", "@container": "@language"},
        "list": {"@id": EX + "list", "@container": "@list"},
    }
    template = {"@context": context, "@id": EX, "json": {"a": "x"}, "list": ["a", "b", "c"]}
    shape = compiled({"slot": "/json/a"}, template)
    assert not shape.compiled
    check(shape, {"slot": 'y"'})
    shape = compiled({"slot": "/list/1"}, template)
    for value in ("y", "a", "c"):
        check(shape, {"slot": value})
    assert shape.general_fillings == 0
    shape = compiled({"slot": "/labels/en"}, {"@context": context, "@id": EX, "labels": {"en": "x"}})
    assert not shape.compiled
    check(shape, {"slot": "y"})


def test_one_slot_in_several_places() -> None:
    shape = compiled({"x": ["/name", ["/evidence/0/name", "pre ", ""], "/evidence/1/name"]})
    check(shape, {"x": "value"})
    shape = compiled({"x": ["/name", "/evidence/0/name", "/evidence/1/name"]})
    assert shape.document({"x": "y"})["evidence"][1]["name"] == "y"
    shape = compiled({"x": ["/name", "/", "/"]})
    assert shape.document({"x": "y"})["name"] == "/y/"


@pytest.mark.parametrize(
    "slots",
    [{"x": "/none"}, {"x": "name"}, {"x": "/evidence/9"}, {"x": "/name/a"}, {"x": "/name", "y": "/name"}],
)
def test_places_that_do_not_exist(slots: dict[str, str]) -> None:
    with pytest.raises(DataModelError) as caught:
        compiled(slots)
    assert caught.value.code == "shape.slot"


def test_values_must_be_those_of_the_slots() -> None:
    shape = compiled({"x": "/name", "y": ["/validFrom", "2026", ""]})
    for given_values in ({}, {"x": "a"}, {"x": "a", "y": "b", "z": "c"}):
        with pytest.raises(DataModelError) as caught:
            shape.canonize(given_values)
        assert caught.value.code == "shape.values"
    with pytest.raises(DataModelError) as caught:
        shape.canonize({"x": "a", "y": 5})
    assert caught.value.code == "shape.value"


def test_templates_that_cannot_be_compiled() -> None:
    alike = {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential"],
        "evidence": [{"type": "Evidence"}] * 2,
        "name": "n",
    }
    for template in (
        alike,
        {"type": "x", "name": "urn:insignia-slot:0:"},
        {"name": "n"},
        {"@context": CONTEXTS, "type": ["VerifiableCredential"], "name": "\x00", "description": "d"},
    ):
        place = "/description" if "description" in template else "/name"
        shape = compiled({"x": place}, template)
        assert not shape.compiled
        assert shape.reason
    check(compiled({"x": "/name"}, alike), {"x": "y"})


def test_slots_without_a_trace_and_with_two_kinds() -> None:
    context = {"p": EX + "p", "q": {"@id": EX + "q", "@type": "@id"}, "T": {"@id": EX + "T"}}
    template = {"@context": context, "@id": EX, "p": {"@value": "x", "@type": EX + "D"}, "q": EX}
    assert not compiled({"x": "/p/@type"}, template).compiled
    nested = {"@context": context, "@id": EX, "p": {"@context": {"r": EX + "r"}, "r": "x"}}
    assert not compiled({"x": "/p/@context/r"}, nested).compiled
    nested["p"]["@context"]["unused"] = EX + "u"
    shape = compiled({"x": "/p/@context/unused"}, nested)
    assert not shape.compiled
    check(shape, {"x": EX + "s"})
    shape = compiled({"x": ["/p", "/q"]}, {**template, "p": "text"})
    for value in (EX + "1", "text"):
        check(shape, {"x": value})


def test_a_template_without_slots() -> None:
    shape = compiled({})
    check(shape, {})
    assert shape.general_fillings == 0


def test_sha384() -> None:
    shape = CompiledShape.compile(TEMPLATE, SLOTS, loader=LOADER, algorithm="sha384")
    values = filling()
    expected = canonize_generally(shape.document(values), loader=LOADER, algorithm="sha384")
    assert shape.canonize(values) == expected
    assert shape.general_fillings == 0


def test_context_documents_that_may_change() -> None:
    loader = bundled_loader(MapResolver({}))
    shape = compiled({"x": "/name"}, loader=lambda url: dict(loader(url)))
    assert not shape.compiled
    check(shape, {"x": "y"})
