"""Deserialisation to RDF: literals, lists, what is not well-formed, and the options."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import jsonld
from insignia.errors import JsonLdError
from insignia.jsonld import nquads
from insignia.jsonld.rdf import double_lexical, expanded_to_rdf, is_language_tag
from insignia.resolver import OfflineResolver

LOADER = jsonld.bundled_loader(OfflineResolver())
P = "http://p.example/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def lines(document: Any, **options: Any) -> set[str]:
    quads = jsonld.to_rdf(document, loader=LOADER, options=options)
    return set(nquads.serialise(quads).replace(f"<{P}", "<").splitlines())


def object_of(value: Any) -> str | None:
    quads = jsonld.to_rdf({"@id": "a:s", P: value}, loader=LOADER)
    return quads[0][2] if quads else None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, f'"true"^^<{XSD}boolean>'),
        (False, f'"false"^^<{XSD}boolean>'),
        (0, f'"0"^^<{XSD}integer>'),
        (-0.0, f'"0"^^<{XSD}integer>'),
        (5.0, f'"5"^^<{XSD}integer>'),
        (2**60 + 1, f'"{2**60 + 1}"^^<{XSD}integer>'),
        (10**21, f'"1.0E21"^^<{XSD}double>'),
        (-(10.0**21), f'"-1.0E21"^^<{XSD}double>'),
        (5.3, f'"5.3E0"^^<{XSD}double>'),
        (1e-7, f'"1.0E-7"^^<{XSD}double>'),
        (10**400, f'"INF"^^<{XSD}double>'),
        (-(10**400), f'"-INF"^^<{XSD}double>'),
        (float("inf"), f'"INF"^^<{XSD}double>'),
        (float("-inf"), f'"-INF"^^<{XSD}double>'),
        (float("nan"), f'"NaN"^^<{XSD}double>'),
        ({"@value": 5, "@type": XSD + "double"}, f'"5.0E0"^^<{XSD}double>'),
        ({"@value": -0.0, "@type": XSD + "double"}, f'"0.0E0"^^<{XSD}double>'),
        ({"@value": 5, "@type": P + "t"}, f'"5"^^<{P}t>'),
        ({"@value": True, "@type": P + "t"}, f'"true"^^<{P}t>'),
        ({"@value": "x", "@type": XSD + "string"}, '"x"'),
        ({"@value": "x", "@language": "en-GB"}, '"x"@en-gb'),
        ({"@value": "x", "@language": "not a tag"}, None),
        ({"@value": "x", "@direction": "ltr"}, '"x"'),
        ({"@value": {"b": 1.0, "a": "é"}, "@type": "@json"}, f'"{{\\"a\\":\\"é\\",\\"b\\":1}}"^^<{RDF}JSON>'),
        ({"@id": "relative"}, None),
        ({"@id": "@reserved"}, None),
        ({"@list": []}, f"<{RDF}nil>"),
    ],
)
def test_objects(value: Any, expected: str | None) -> None:
    assert object_of(value) == expected


@given(st.floats(-1e308, 1e308))
def test_doubles_are_rounded_to_15_digits(value: float) -> None:
    """API, 8.6: "the mantissa is rounded to 15 digits after the decimal point"."""
    lexical = double_lexical(value)
    assert float(lexical) == pytest.approx(value, rel=1e-15, abs=1e-320)
    mantissa = lexical.split("E")[0]
    assert not mantissa.endswith("0") or mantissa.endswith(".0")


def test_a_json_literal_that_cannot_be_canonicalised() -> None:
    with pytest.raises(JsonLdError) as caught:
        object_of({"@value": float("nan"), "@type": "@json"})
    assert caught.value.code == "invalid JSON literal"


def test_lists_of_everything() -> None:
    got = lines({"@id": "a:s", P: {"@list": ["x", {"@id": "a:o"}, {"@list": ["y"]}, {"@id": "relative"}]}})
    assert len(got) == 10
    assert f'_:b0 <{RDF}first> "x" .' in got
    assert f"_:b1 <{RDF}first> <a:o> ." in got
    assert f"_:b2 <{RDF}first> _:b4 ." in got
    assert not any(line.startswith(f"_:b3 <{RDF}first>") for line in got)
    assert f"_:b3 <{RDF}rest> <{RDF}nil> ." in got


def test_what_is_not_well_formed_is_left_out_but_what_lies_inside_stays() -> None:
    inside = {"@id": "a:i", P: "kept"}
    kept = {'<a:i> <> "kept" .'}
    assert (
        lines({"@id": "relative", P: ["dropped", inside, {"@list": ["x", inside, {"@list": [inside]}]}]})
        == kept
    )
    assert lines({"@id": "a:s", "_:p": ["dropped", inside]}) == kept
    assert lines({"@id": "a:s", "http://bad iri/": inside, "@type": "a:b c"}) == kept
    assert lines({"@id": "relative", "@graph": [inside]}) == set()
    assert lines({"@id": "relative", "@included": [inside], "@reverse": {P: inside}}) == kept


def test_generalised_rdf_keeps_blank_predicates() -> None:
    assert lines({"@id": "a:s", "_:p": "x"}, produceGeneralizedRdf=True) == {'<a:s> _:b0 "x" .'}


def test_a_blank_node_keeps_its_label() -> None:
    document = [{"@id": "_:x", P: {"@id": "_:y"}}, {"@id": "_:y", P: {"@id": "_:x"}}]
    assert lines(document) == {"_:b0 <> _:b1 .", "_:b1 <> _:b0 ."}


def test_named_graphs() -> None:
    assert lines({"@id": "_:g", "@graph": [{"@id": "a:s", P: "x"}]}) == {'<a:s> <> "x" _:b0 .'}
    assert lines({"@graph": [{"@id": "a:s", P: "x"}], P: "y"}) == {'<a:s> <> "x" _:b0 .', '_:b0 <> "y" .'}


def test_values_that_stand_in_a_graph_say_nothing() -> None:
    graph = {"@context": {"g": {"@id": P, "@container": "@graph", "@type": P + "t"}}, "@id": "a:s", "g": "x"}
    assert lines(graph) == {"<a:s> <> _:b0 ."}
    inside = {"@list": ["dropped", {"@id": "a:i", P: "kept"}]}
    in_list = {"@context": {"g": {"@id": P, "@container": "@graph"}}, "@id": "a:s", "g": inside}
    kept = [line for line in lines(in_list) if line.startswith("<a:i>")]
    assert kept == ['<a:i> <> "kept" _:b0 .']


def test_conflicting_indexes() -> None:
    one = {"@id": "a:s", "@index": "1", P: "x"}
    assert len(lines([one, one])) == 1
    with pytest.raises(JsonLdError) as caught:
        lines([one, {**one, "@index": "2"}])
    assert caught.value.code == "conflicting indexes"
    with pytest.raises(JsonLdError):
        lines([{"@id": "relative", "@index": "1", P: "x"}, {"@id": "relative", "@index": "2", P: "x"}])
    assert len(lines([{"@index": "1", P: "x"}, {"@index": "2", P: "x"}])) == 2


def test_directions_as_datatypes() -> None:
    document = {
        "@id": "a:s",
        P: [{"@value": "x", "@language": "AR", "@direction": "rtl"}, {"@value": "y", "@direction": "ltr"}],
    }
    i18n = "https://www.w3.org/ns/i18n#"
    assert lines(document, rdfDirection="i18n-datatype") == {
        f'<a:s> <> "x"^^<{i18n}ar_rtl> .',
        f'<a:s> <> "y"^^<{i18n}_ltr> .',
    }


def test_directions_as_compound_literals() -> None:
    item = {"@value": "x", "@language": "ar", "@direction": "rtl"}
    assert lines({"@id": "a:s", P: [item, item]}, rdfDirection="compound-literal") == {
        "<a:s> <> _:b0 .",
        f'_:b0 <{RDF}value> "x" .',
        f'_:b0 <{RDF}language> "ar" .',
        f'_:b0 <{RDF}direction> "rtl" .',
    }
    bare = lines({"@id": "a:s", P: {"@value": "x", "@direction": "rtl"}}, rdfDirection="compound-literal")
    assert len(bare) == 3


def test_expanded_documents_without_options() -> None:
    assert expanded_to_rdf([{"@id": "a:s", P: [{"@value": "x"}]}]) == [("<a:s>", f"<{P}>", '"x"', "")]


def test_an_expanded_datatype_that_is_not_an_iri() -> None:
    assert expanded_to_rdf([{"@id": "a:s", P: [{"@value": "x", "@type": "relative"}]}]) == []


def test_language_tags() -> None:
    assert all(map(is_language_tag, ["en", "de-CH-1901", "x-private"]))
    assert not any(map(is_language_tag, ["", "e_n", "en-", "123456789", "1a"]))
