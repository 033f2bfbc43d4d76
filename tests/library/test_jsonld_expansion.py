"""Expansion: what the public suite's vectors do not reach, error places, options and hostile input."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import jsonld
from insignia.errors import JsonLdError
from insignia.jsonld.expansion import MAX_DEPTH
from insignia.jsonld.options import Options
from insignia.resolver import MapResolver, OfflineResolver

LOADER = jsonld.bundled_loader(OfflineResolver())
V = "http://v.example/"


def expand(document: Any, **options: Any) -> list[Any]:
    return jsonld.expand(document, loader=LOADER, options=options)


def problem_of(document: Any, **options: Any) -> tuple[str, str]:
    with pytest.raises(JsonLdError) as caught:
        expand(document, **options)
    return caught.value.code, caught.value.problems[0].where


ERRORS: list[tuple[Any, str, str]] = [
    ({"@context": {"a": 1}}, "invalid term definition", "/@context"),
    ([{"@id": 1}], "invalid @id value", "/0/@id"),
    ({V + "a~b": {"@type": 1}}, "invalid type value", "/http:~1~1v.example~1a~0b/@type"),
    ({V: {"@type": [1]}}, "invalid type value", "/http:~1~1v.example~1/@type"),
    (
        {"@graph": [{V: {"@value": []}}]},
        "invalid value object value",
        f"/@graph/0/{V.replace('/', '~1')}/@value",
    ),
    ({V: {"@value": "x", "@language": 1}}, "invalid language-tagged string", ""),
    ({V: {"@value": 1, "@language": "en"}}, "invalid language-tagged value", ""),
    ({V: {"@value": "x", "@direction": "up"}}, "invalid base direction", ""),
    ({V: {"@value": "x", "@index": 1}}, "invalid @index value", ""),
    ({V: {"@value": "x", "@type": "relative"}}, "invalid typed value", ""),
    ({V: {"@value": "x", "@type": V, "@language": "en"}}, "invalid value object", ""),
    ({V: {"@value": "x", "@type": V, "@direction": "ltr"}}, "invalid value object", ""),
    ({V: {"@value": "x", V: "y"}}, "invalid value object", ""),
    ({V: {"@list": [], "@id": "a:b"}}, "invalid set or list object", ""),
    ({V: {"@set": [], "@id": "a:b"}}, "invalid set or list object", ""),
    ({"@reverse": 1}, "invalid @reverse value", "/@reverse"),
    ({"@reverse": {"@id": "a:b"}}, "invalid reverse property map", "/@reverse/@id"),
    ({"@reverse": {V: {"@list": []}}}, "invalid reverse property value", "/@reverse"),
    ({"@included": "x"}, "invalid @included value", "/@included"),
    ({"@included": [{"@value": "x"}]}, "invalid @included value", "/@included"),
    ({"@context": {"n": "@nest"}, "@reverse": {"n": {}}}, "invalid reverse property map", "/@reverse/n"),
    ({"@context": {"n": "@nest"}, "n": 1}, "invalid @nest value", "/n"),
    ({"@context": {"n": "@nest", "v": "@value"}, "n": {"v": 1}}, "invalid @nest value", "/n"),
    ({"@context": {"i": "@id"}, "i": "a:b", "@id": "a:c"}, "colliding keywords", ""),
    (
        {"@context": {"m": {"@id": V, "@container": "@language"}}, "m": {"en": [1]}},
        "invalid language map value",
        "/m",
    ),
    (
        {"@context": {"m": {"@id": V, "@container": "@index", "@index": V}}, "m": {"k": {"@value": "x"}}},
        "invalid value object",
        "/m/k",
    ),
    ({"@context": {"r": {"@reverse": V}}, "r": {"@value": "x"}}, "invalid reverse property value", "/r"),
    (
        {"@context": {"m": {"@id": V, "@container": "@id"}}, "m": {"a:b": {"@list": []}}},
        "invalid set or list object",
        "/m/a:b",
    ),
    (
        {"@context": {"m": {"@id": V, "@container": "@type"}}, "m": {"a:b": {"@value": 1}}},
        "invalid value object",
        "/m/a:b",
    ),
    ({"@included": [{V: "x"}, {"@value": "x"}]}, "invalid @included value", "/@included"),
    ({"@included": None}, "invalid @included value", "/@included"),
]


@pytest.mark.parametrize(("document", "code", "where"), ERRORS)
def test_errors_say_where(document: Any, code: str, where: str) -> None:
    got, place = problem_of(document)
    assert got == code
    assert place.startswith(where)


def test_empty_and_free_floating_documents() -> None:
    for document in (
        None,
        "x",
        1,
        [],
        {},
        {"@id": "a:b"},
        {"@value": "x"},
        {"@list": ["x"]},
        {"@graph": ["x", {}]},
    ):
        assert expand(document) == []
    assert expand({"@language": "en"}) == []
    assert expand({V: {"@language": "en"}}) == [{V: []}] or expand({V: {"@language": "en"}}) == []


def test_null_values_say_nothing() -> None:
    assert expand({V: None, "@id": "a:b"}) == []
    assert expand({"@id": "a:b", V: {"@value": None}}) == []
    assert expand({"@id": "a:b", V: {"@set": None}}) == expand({"@id": "a:b", V: {}})
    assert expand({"@id": "a:b", "@graph": None}) == [{"@id": "a:b", "@graph": []}]
    assert expand({"@id": "a:b", "@included": [], V: "x"}) == [
        {"@id": "a:b", "@included": [], V: [{"@value": "x"}]}
    ]
    assert expand({"@context": {"m": {"@id": V, "@container": "@language"}}, "m": {"en": None}}) == [{V: []}]


def test_reserved_words_in_values() -> None:
    """API, 5.2 step 2: a value of the form of a keyword expands to null."""
    assert expand({"@id": "@reserved", V: "x"}) == [{"@id": None, V: [{"@value": "x"}]}]
    assert expand({"@type": "@reserved", V: "x"}) == [{V: [{"@value": "x"}]}]
    assert expand({"@type": ["@reserved", V], V: "x"}) == [{"@type": [V], V: [{"@value": "x"}]}]
    types = {"@context": {"m": {"@id": V, "@container": "@type"}}, "m": {"@reserved": {"@id": "a:b"}}}
    assert expand(types) == [{V: [{"@id": "a:b"}]}]
    index = {
        "@context": {"m": {"@id": V, "@container": "@index"}},
        "m": {"k": {"@id": "a:b", "@index": "own"}},
    }
    assert expand(index) == [{V: [{"@id": "a:b", "@index": "own"}]}]


def test_an_index_property_that_means_nothing_any_more() -> None:
    first = {"p": V + "p", "m": {"@id": V, "@container": "@index", "@index": "p"}}
    document = {"@context": [first, {"p": None}], "m": {"k": {"@id": "a:b"}}}
    assert expand(document) == [{V: [{"@id": "a:b"}]}]


def test_an_id_in_an_id_map_stays() -> None:
    document = {"@context": {"m": {"@id": V, "@container": "@id"}}, "m": {"a:b": {"@id": "a:c"}}}
    assert expand(document) == [{V: [{"@id": "a:c"}]}]


def test_a_scalar_under_a_term_whose_context_redefines_a_protected_term() -> None:
    context = {"@protected": True, "t": V + "t", "s": {"@id": V, "@context": {"t": V + "other"}}}
    assert expand({"@context": context, "s": "x"}) == [{V: [{"@value": "x"}]}]


def test_keywords_without_meaning_are_dropped() -> None:
    assert expand({"@id": "a:b", "@container": "@set", "@base": 1, V: "x"}) == [
        {"@id": "a:b", V: [{"@value": "x"}]}
    ]


def test_twice_reversed_is_forward() -> None:
    document = {"@id": "a:b", "@reverse": {"@context": {"r": {"@reverse": V}}, "r": {"@id": "a:c"}}}
    assert expand(document) == [{"@id": "a:b", V: [{"@id": "a:c"}]}]


def test_json_ld_1_0() -> None:
    old = {"processingMode": "json-ld-1.0"}
    assert expand({"@id": "a:b", "@included": {"@id": "a:c"}, V: 1}, **old) == [
        {"@id": "a:b", V: [{"@value": 1}]}
    ]
    assert expand({V: {"@value": "x", "@direction": "ltr"}}, **old) == [{V: [{"@value": "x"}]}]
    assert problem_of({V: {"@value": {}, "@type": "@json"}}, **old)[0] == "invalid value object value"
    both = {"@context": {"t": "@type"}, "t": V, "@type": V}
    assert problem_of(both, **old)[0] == "colliding keywords"
    assert expand(both) == [{"@type": [V, V]}]


def test_expand_context_and_base_options() -> None:
    for context in ({"t": {"@id": V, "@type": "@id"}}, {"@context": {"t": {"@id": V, "@type": "@id"}}}):
        got = expand({"t": "x"}, expandContext=context, base="http://b.example/")
        assert got == [{V: [{"@id": "http://b.example/x"}]}]
    document = {"@context": [None, {"t": {"@id": V, "@type": "@id"}}], "t": "x"}
    got = jsonld.expand(
        document, loader=LOADER, base="http://d.example/", options=Options(base="http://b.example/")
    )
    assert got == [{V: [{"@id": "http://d.example/x"}]}]


def test_ordered_or_as_written() -> None:
    document = {"@context": {"m": {"@id": V, "@container": "@language"}}, "m": {"en": "a", "de": "b"}}
    ordered = [{V: [{"@value": "b", "@language": "de"}, {"@value": "a", "@language": "en"}]}]
    assert expand(document) == ordered
    assert expand(document, ordered=False) == [{V: ordered[0][V][::-1]}]
    nests = {"@context": {"b": "@nest", "a": "@nest"}, "b": {V: "1"}, "a": {V: "2"}}
    assert expand(nests, ordered=False) == [{V: [{"@value": "1"}, {"@value": "2"}]}]
    maps = {"@context": {"m": {"@id": V, "@container": "@id"}}, "m": {"a:b": {}, "a:a": {}}}
    assert expand(maps, ordered=False) == [{V: [{"@id": "a:b"}, {"@id": "a:a"}]}]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"processingMode": "json-ld-2.0"}, "/processingMode"),
        ({"rdfDirection": "left"}, "/rdfDirection"),
        ({"base": 1}, "/base"),
    ],
)
def test_wrong_options(options: dict[str, Any], where: str) -> None:
    assert problem_of({}, **options) == ("invalid option", where)


def nested(depth: int, *, array: bool) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value] if array else {V: value}
    return value


@pytest.mark.parametrize("array", [True, False])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 100, 900, 50_000])
def test_deep_documents_are_refused(depth: int, array: bool) -> None:
    document = nested(depth, array=array)
    assert problem_of({V: document} if array else document)[0] == "nesting too deep"
    while isinstance(document, dict | list):
        document = document[V] if isinstance(document, dict) else document[0]


def test_the_deepest_document_is_expanded() -> None:
    assert expand(nested(MAX_DEPTH, array=False))


def test_deep_contexts_and_nests_are_refused() -> None:
    context = nested(20_000, array=False)
    assert problem_of({"@context": {"t": {"@id": V, "@context": context}}})[0] == "nesting too deep"
    while isinstance(context, dict):
        context = context[V]
    nest: Any = {V: "x"}
    for _ in range(100):
        nest = {"@nest": nest}
    assert problem_of(nest)[0] == "nesting too deep"


def test_json_literals_are_not_looked_into() -> None:
    document = {"@context": {"j": {"@id": V, "@type": "@json"}}, "j": {"@context": 1, "@id": 2}}
    assert expand(document) == [{V: [{"@type": "@json", "@value": {"@context": 1, "@id": 2}}]}]


def test_names_of_the_package_are_loaded_when_used() -> None:
    for name in jsonld.__all__:
        assert getattr(jsonld, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'absent'"):
        _ = jsonld.absent


WORDS = "id type value language direction list set graph reverse included nest index"
ENTRIES = "id type container reverse context nest index prefix protected language"
KEYS = st.sampled_from(
    [
        *(
            f"@{word}"
            for word in [
                "id",
                "type",
                "value",
                "language",
                "direction",
                "list",
                "set",
                "graph",
                "reverse",
                "included",
                "nest",
                "index",
            ]
        ),
        "@context",
        "@unknown",
        "t",
        "n",
        "m",
        V,
        "a:b",
        "relative",
        "",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["@type", "@json", "t", V, "_:b", "en", "ltr"]),
)
DEFINITIONS = st.dictionaries(
    st.sampled_from(
        [
            f"@{word}"
            for word in [
                "id",
                "type",
                "container",
                "reverse",
                "context",
                "nest",
                "index",
                "prefix",
                "protected",
                "language",
            ]
        ]
    ),
    st.one_of(SCALARS, st.sampled_from(["@set", "@index", "@id", "@list", "@graph", "@language", {}])),
)
CONTEXTS = st.dictionaries(
    st.sampled_from(
        ["t", "n", "m", "a", "@vocab", "@base", "@propagate", "@language", "@type", "@import", "@version"]
    ),
    st.one_of(SCALARS, DEFINITIONS),
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(KEYS, inner, max_size=4),
        st.builds(
            lambda context, more: {**more, "@context": context},
            CONTEXTS,
            st.dictionaries(KEYS, inner, max_size=4),
        ),
    ),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_hostile_documents_give_a_result_or_a_json_ld_error(document: Any) -> None:
    loader = jsonld.bundled_loader(MapResolver({}))
    try:
        expanded = jsonld.expand(document, loader=loader)
        quads = jsonld.to_rdf(document, loader=loader)
    except JsonLdError:
        return
    # "Expansion is idempotent" but for relative IRIs and null identifiers, which say nothing.
    assert isinstance(expanded, list)
    assert len(quads) == len(set(quads))
