"""What JSON-LD would drop is reported, all at once, each with its JSON Pointer."""

from __future__ import annotations

from typing import Any

import pytest
from credential_documents import CONTEXTS, HOSTILE, credentials, everything
from hypothesis import given

from insignia.errors import InsigniaError, JsonLdError
from insignia.jsonld.direct import canonize
from insignia.jsonld.loading import bundled_loader
from insignia.jsonld.safety import check_terms
from insignia.resolver import OfflineResolver

LOADER = bundled_loader(OfflineResolver())
EX = "https://example.org/"
CONTEXT: dict[str, Any] = {
    "p": EX + "p",
    "ref": {"@id": EX + "ref", "@type": "@id"},
    "word": {"@id": EX + "word", "@type": "@vocab"},
    "graph": {"@id": EX + "graph", "@container": "@graph", "@type": "@id"},
    "labels": {"@id": EX + "labels", "@container": "@language"},
    "byId": {"@id": EX + "byId", "@container": "@id"},
    "byType": {"@id": EX + "byType", "@container": "@type"},
    "byIndex": {"@id": EX + "byIndex", "@container": "@index"},
    "rtl": {"@id": EX + "rtl", "@direction": "rtl"},
    "back": {"@reverse": EX + "back"},
    "nest": "@nest",
    "json": {"@id": EX + "json", "@type": "@json"},
    "T": {"@id": EX + "T", "@context": {"inner": EX + "inner"}},
    "scoped": {"@id": EX + "scoped", "@type": "@vocab", "@context": {"inside": EX + "inside"}},
    "deepNest": {"@id": "@nest", "@context": {"nested": EX + "nested"}},
    "blank": "_:blank",
}


def found(**members: Any) -> list[tuple[str, str]]:
    problems = check_terms({"@context": CONTEXT, "@id": EX, "p": "x", **members}, loader=LOADER)
    return [(problem.where, problem.code.removeprefix("jsonld.")) for problem in problems]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"none": "x"}, [("/none", "undefined-term")]),
        ({"none": {"deeper": "x"}}, [("/none", "undefined-term")]),
        ({"p": {"a/b~c": "x"}}, [("/p/a~1b~0c", "undefined-term")]),
        (
            {"p": [{"p": "x"}, {"no": 1, "no2": 2}]},
            [("/p/1/no", "undefined-term"), ("/p/1/no2", "undefined-term")],
        ),
        ({"@type": "None"}, [("/@type", "undefined-type")]),
        ({"@type": ["T", "None", EX]}, [("/@type/1", "undefined-type")]),
        ({"@id": "relative"}, [("/@id", "relative-iri")]),
        ({"@id": "@odd"}, [("/@id", "relative-iri")]),
        ({"@id": "_:b0"}, []),
        ({"ref": ["a", EX, "_:b"]}, [("/ref/0", "relative-iri")]),
        ({"ref": {"@id": "a b"}}, [("/ref/@id", "relative-iri")]),
        ({"ref": 5}, []),
        ({"word": ["p", "none"]}, [("/word/1", "relative-iri")]),
        ({"scoped": ["inside", "outside"]}, [("/scoped/1", "relative-iri")]),
        ({"scoped": {"inside": "x", "p": "y"}}, []),
        ({"graph": EX}, [("/graph", "dropped-value")]),
        ({"graph": [{"@id": EX}, {}]}, [("/graph/0", "dropped-value"), ("/graph/1", "dropped-value")]),
        ({"graph": {"p": "x"}}, []),
        ({"@graph": ["x", {"p": "y"}]}, [("/@graph/0", "dropped-value")]),
        ({"@included": [{"no": 1}]}, [("/@included/0/no", "undefined-term")]),
        ({"p": {"@value": None}}, [("/p/@value", "dropped-value")]),
        ({"p": {"@value": None, "@type": "@json"}}, []),
        ({"p": {"@value": "x", "@type": "None"}}, [("/p/@type", "undefined-type")]),
        ({"p": {"@value": "x", "no": 1}}, [("/p/no", "undefined-term")]),
        ({"p": {"@value": "x", "@language": "not a tag"}}, [("/p", "language")]),
        ({"p": {"@value": "x", "@direction": "rtl"}}, []),
        ({"p": {"@value": None, "@direction": "rtl"}}, [("/p/@value", "dropped-value")]),
        ({"p": {"@value": 5, "@direction": "rtl"}}, [("/p/@direction", "direction")]),
        ({"rtl": "x"}, []),
        ({"p": {"@language": "en"}}, [("/p", "dropped-value")]),
        ({"p": {"@list": [{"no": 1}]}}, [("/p/@list/0/no", "undefined-term")]),
        ({"p": {"@set": ["x"]}}, []),
        ({"labels": {"en": "x", "no tag": "y", "@none": "z"}}, [("/labels/no tag", "language")]),
        (
            {"byId": {"rel": {"p": "x"}, EX: {"no": 1}}},
            [("/byId/rel", "relative-iri"), (f"/byId/{EX.replace('/', '~1')}/no", "undefined-term")],
        ),
        (
            {"byType": {"T": {"inner": "x"}, "None": {"p": 1}, "@none": {"p": "x"}}},
            [("/byType/None", "undefined-type")],
        ),
        ({"byIndex": {"a": {"no": 1}}}, [("/byIndex/a/no", "undefined-term")]),
        ({"back": {"@id": EX, "no": 1}}, [("/back/no", "undefined-term")]),
        (
            {"@reverse": {"p": {"no": 1}, "no": {}}},
            [("/@reverse/p/no", "undefined-term"), ("/@reverse/no", "undefined-term")],
        ),
        ({"nest": [{"no": 1}, {"p": "x"}]}, [("/nest/0/no", "undefined-term")]),
        ({"deepNest": {"nested": "x", "no": 1}}, [("/deepNest/no", "undefined-term")]),
        ({"@reverse": "x"}, []),
        ({"json": {"no": 1}}, []),
        ({"blank": "x"}, [("/blank", "blank-predicate")]),
        ({"x-odd:a b": "x"}, [("/x-odd:a b", "undefined-term")]),
        ({"@odd": "x"}, [("/@odd", "reserved-word")]),
        ({"@type": "T", "inner": "x", "p": {"inner": "x"}}, [("/p/inner", "undefined-term")]),
        ({"@index": "i", "p": None}, []),
        ({"p": {"@context": {"q": EX + "q"}, "q": "x", "no": 1}}, [("/p/no", "undefined-term")]),
    ],
)
def test_problems(members: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(**members) == expected


@pytest.mark.parametrize("document", [{"@id": EX}, {}, "x", ["x"], [{"@value": "x"}], {"@list": []}])
def test_documents_that_state_nothing(document: Any) -> None:
    assert [problem.code for problem in check_terms(document, loader=LOADER)] == ["jsonld.dropped-value"]


def test_a_default_language_must_be_well_formed() -> None:
    document = {"@context": {"@language": "no tag", "p": EX + "p"}, "p": "x"}
    assert [problem.code for problem in check_terms(document, loader=LOADER)] == ["jsonld.language"]


def test_all_problems_come_at_once() -> None:
    document = {
        "@context": CONTEXTS,
        "id": "not-an-iri",
        "type": ["VerifiableCredential", "Unknown"],
        "issuer": "relative",
        "evidence": [{"type": "Evidence", "colour": "blue"}],
    }
    with pytest.raises(JsonLdError) as caught:
        canonize(document, loader=LOADER)
    assert {(p.where, p.code) for p in caught.value.problems} == {
        ("/id", "jsonld.relative-iri"),
        ("/type/1", "jsonld.undefined-type"),
        ("/issuer", "jsonld.relative-iri"),
        ("/evidence/0/colour", "jsonld.undefined-term"),
    }


@given(credentials(HOSTILE))
def test_credentials_have_no_problems(document: dict[str, Any]) -> None:
    assert check_terms(document, loader=LOADER) == []


@given(everything())
def test_canonize_refuses_exactly_what_is_reported(document: dict[str, Any]) -> None:
    document["credentialSubject"] = {"id": "relative", "colour": "blue"}
    assert {p.where for p in check_terms(document, loader=LOADER)} >= {
        "/credentialSubject/id",
        "/credentialSubject/colour",
    }


@pytest.mark.parametrize("name", ["p", "nest"])
def test_deep_documents_are_an_error(name: str) -> None:
    document: Any = {"p": "x"}
    for _ in range(100):
        document = {name: document}
    with pytest.raises(InsigniaError) as caught:
        check_terms({"@context": CONTEXT, **document}, loader=LOADER)
    assert caught.value.code == "nesting too deep"
