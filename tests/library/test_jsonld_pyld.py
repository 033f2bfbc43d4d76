"""Random documents give the same dataset here and in PyLD, whose known defects are kept out by name.

`native-numbers`, `json-literals`: PyLD has its own forms of large numbers and JSON literals: not generated.
`ill-formed`: it writes IRIs and language tags that are not well-formed, where the API drops the triple.
`null-list-item`: it fails (TypeError) on a list whose item has an @id that is not well-formed.
`protected-cache`: what a type-scoped context may redefine depends on what it processed before.
`dropped-keyword`: it expands the values of keywords that have no meaning in a node object.
`map-key-scope`: it expands the keys of a map under the scoped context of the map's term: not generated.
`type-map-scope`: it expands the keys of a type map in the context before the type-scoped one: not generated.
`marked-value`: it writes @id and @type of id and type maps into value and list objects.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from insignia import jsonld
from insignia.errors import JsonLdError, ParseError
from insignia.jsonld import nquads, rdfc10
from insignia.resolver import OfflineResolver

LOADER = jsonld.bundled_loader(OfflineResolver())
V = "http://v.example/"

CONTAINERS = st.sampled_from(
    [
        None,
        "@set",
        "@list",
        "@language",
        "@index",
        "@id",
        "@graph",
        ["@graph", "@id"],
        ["@graph", "@index", "@set"],
    ]
)
DEFINITION = st.builds(
    lambda iri, kind, container, scoped, language: {
        "@id": iri,
        **({"@type": kind} if kind and container != "@language" else {}),
        **({"@container": container} if container else {}),
        **({"@context": scoped} if scoped and container in (None, "@set", "@list", "@graph") else {}),
        **({"@language": language} if language else {}),
    },
    st.sampled_from([V + "p", V + "q", "v:r"]),
    st.sampled_from([None, "@id", "@vocab", "@none", V + "type"]),
    CONTAINERS,
    st.sampled_from([None, {"inner": V + "inner"}, {"name": V + "scoped"}, {"@vocab": V + "scoped/"}]),
    st.sampled_from([None, "de"]),
)
TYPE_SCOPED = st.sampled_from(
    [{"inner": V + "typed"}, {"@propagate": True, "name": V + "propagated"}, {"name": None}]
)
CONTEXT = st.builds(
    lambda vocab, language, terms, scoped, protected: {
        "@version": 1.1,
        "v": V,
        "Kind": {"@id": V + "Kind", "@context": scoped},
        "name": V + "name",
        "back": {"@reverse": V + "back"},
        **({"@vocab": vocab} if vocab else {}),
        **({"@language": language} if language else {}),
        **({"@protected": True} if protected else {}),
        **terms,
    },
    st.sampled_from([None, V + "vocab/", "v:"]),
    st.sampled_from([None, "en"]),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), DEFINITION, max_size=3),
    TYPE_SCOPED,
    st.booleans(),
)
TEXT = st.one_of(
    st.sampled_from(["", "x", "v:y", V + "z", "Kind", "_:n", '\U0001f600 \\ "\n']), st.text(max_size=3)
)
SCALAR = st.one_of(TEXT.filter(lambda text: "\x00" not in text), st.booleans(), st.integers(-1000, 1000))


def node(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {},
        optional={
            "@id": st.sampled_from([V + "1", V + "2", "_:n", "_:m"]),
            "@type": st.sampled_from(["Kind", V + "T", ["Kind", V + "T"]]),
            "name": inner,
            "inner": inner,
            "a": inner,
            "b": inner,
            "c": inner,
            V + "full": inner,
            "back": st.builds(lambda name: {"name": name}, SCALAR),
        },
    )


VALUES = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        node(inner),
        st.builds(lambda items: {"@list": items}, st.lists(SCALAR, max_size=3)),
        st.builds(lambda value: {"@value": value, "@language": "fr"}, TEXT),
        st.dictionaries(st.sampled_from(["en", "@none", V + "k", "Kind"]), inner, max_size=2),
    ),
    max_leaves=10,
)
DOCUMENT = st.builds(lambda context, body: {"@context": context, **body}, CONTEXT, node(VALUES))


def ours(document: Any) -> str:
    try:
        return rdfc10.canonicalize(jsonld.to_rdf(document, loader=LOADER)).nquads
    except JsonLdError as error:
        return error.code


def code_of(error: BaseException | None) -> str:
    code = "?"
    while error is not None:
        code = getattr(error, "code", None) or code
        error = getattr(error, "cause", None) or error.__cause__
    return str(code)


def theirs(document: Any) -> str:
    options = {"base": None, "format": "application/n-quads", "documentLoader": None}
    try:
        dataset = pyld.to_rdf(document, options)
    except pyld.JsonLdError as error:
        return code_of(error)
    except (AttributeError, TypeError):
        return "null-list-item or marked-value"
    try:
        return rdfc10.canonicalize(nquads.parse(dataset)).nquads
    except ParseError:
        return "ill-formed"


@settings(max_examples=400)
@given(DOCUMENT)
def test_same_dataset_as_pyld(document: Any) -> None:
    here, there = ours(document), theirs(document)
    marked = "invalid value object" in (here, there) or here == "invalid set or list object"
    assume(here == there or (there not in ("null-list-item or marked-value", "ill-formed") and not marked))
    dropped = '"@none"' in json.dumps(document) and there.startswith("invalid ")
    assume(here == there or not dropped)
    assume(here == there or "protected term redefinition" not in (here, there))
    assert here == there
