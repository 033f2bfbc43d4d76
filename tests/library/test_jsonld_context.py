"""Context processing: the errors of JSON-LD API sections 4.1 and 4.2, limits, and the memory of contexts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from insignia import contexts
from insignia.errors import JsonLdError, ResolveError
from insignia.jsonld import bundled_loader
from insignia.jsonld.active import UNSET, ActiveContext, expand_iri, fail, initial_context
from insignia.jsonld.context import MAX_CONTEXTS, MAX_WORK, ContextProcessing, process_context
from insignia.jsonld.loading import ContextDocument, bundled_document, load_context
from insignia.jsonld.memory import Kept, Memory
from insignia.resolver import Document, MapResolver, OfflineResolver, Purpose

BUNDLED = bundled_loader(OfflineResolver())
OLD = initial_context(None, "json-ld-1.0")


def loader_of(documents: Mapping[str, Any]) -> Any:
    return bundled_loader(MapResolver(documents))


def process(local: Any, active: ActiveContext | None = None, **documents: Any) -> ActiveContext:
    named = {f"http://x.example/{name}": document for name, document in documents.items()}
    loader = loader_of(named)
    return process_context(
        active or initial_context(), local, loader=loader, base_url="http://x.example/document"
    )


def code_of(local: Any, active: ActiveContext | None = None, **documents: Any) -> str:
    with pytest.raises(JsonLdError) as caught:
        process(local, active, **documents)
    return caught.value.code


V = "http://v.example/"
ERRORS: list[tuple[Any, str]] = [
    (1, "invalid local context"),
    ({"@version": True}, "invalid @version value"),
    ({"@version": "1.1"}, "invalid @version value"),
    ({"@version": 1.0}, "invalid @version value"),
    ({"@propagate": "no"}, "invalid @propagate value"),
    ({"@protected": "yes"}, "invalid @protected value"),
    ({"@base": 1}, "invalid base IRI"),
    ({"@base": "relative"}, "invalid base IRI"),
    ({"@vocab": 1}, "invalid vocab mapping"),
    ({"@vocab": "@type"}, "invalid vocab mapping"),
    ({"@vocab": "@reserved"}, "invalid vocab mapping"),
    ({"@language": 1}, "invalid default language"),
    ({"@direction": "up"}, "invalid base direction"),
    ({"@import": 1}, "invalid @import value"),
    ({"@import": "missing"}, "loading remote context failed"),
    ("missing", "loading remote context failed"),
    ({"": V}, "invalid term definition"),
    ({"@id": V}, "keyword redefinition"),
    ({"@type": {}}, "keyword redefinition"),
    ({"@type": V}, "keyword redefinition"),
    ({"@type": {"@container": "@list"}}, "keyword redefinition"),
    ({"t": 1}, "invalid term definition"),
    ({"t": {"@id": V, "@other": 1}}, "invalid term definition"),
    ({"t": {"@id": V, "@protected": 1}}, "invalid @protected value"),
    ({"t": {"@id": V, "@type": 1}}, "invalid type mapping"),
    ({"t": {"@id": V, "@type": "relative"}}, "invalid type mapping"),
    ({"t": {"@id": V, "@type": "@reserved"}}, "invalid type mapping"),
    ({"t": {"@id": V, "@type": "_:b"}}, "invalid type mapping"),
    ({"t": {"@reverse": V, "@id": V}}, "invalid reverse property"),
    ({"t": {"@reverse": V, "@nest": "n"}}, "invalid reverse property"),
    ({"t": {"@reverse": 1}}, "invalid IRI mapping"),
    ({"t": {"@reverse": "relative"}}, "invalid IRI mapping"),
    ({"t": {"@reverse": V, "@container": "@list"}}, "invalid reverse property"),
    ({"t": {"@reverse": V, "@container": ["@set"]}}, "invalid reverse property"),
    ({"t": {"@id": 1}}, "invalid IRI mapping"),
    ({"t": "relative"}, "invalid IRI mapping"),
    ({"t": {}}, "invalid IRI mapping"),
    ({"t/u": {}}, "invalid IRI mapping"),
    ({"t": "@context"}, "invalid keyword alias"),
    ({"t:u": {"@id": V}}, "invalid IRI mapping"),
    ({"a": "b:x", "b": "a:x"}, "cyclic IRI mapping"),
    ({"t": {"@id": V, "@container": None}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": 1}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": []}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": "@other"}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": ["@set", "@set"]}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": ["@list", "@set"]}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": ["@graph", "@id", "@index"]}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": "@type", "@type": "@json"}}, "invalid type mapping"),
    ({"t": {"@id": V, "@index": "p"}}, "invalid term definition"),
    ({"t": {"@id": V, "@container": "@index", "@index": 1}}, "invalid term definition"),
    ({"t": {"@id": V, "@container": "@index", "@index": "relative"}}, "invalid term definition"),
    ({"t": {"@id": V, "@container": "@index", "@index": "@reserved"}}, "invalid term definition"),
    ({"t": {"@id": V, "@context": 1}}, "invalid scoped context"),
    ({"t": {"@id": V, "@language": 1}}, "invalid language mapping"),
    ({"t": {"@id": V, "@direction": "up"}}, "invalid base direction"),
    ({"t": {"@id": V, "@nest": 1}}, "invalid @nest value"),
    ({"t": {"@id": V, "@nest": "@id"}}, "invalid @nest value"),
    ({"t": {"@id": V, "@prefix": 1}}, "invalid @prefix value"),
    ({"t": {"@id": "@type", "@prefix": True}}, "invalid term definition"),
    ({"a": V, "a:b": {"@id": V + "b", "@prefix": True}}, "invalid term definition"),
    ([{"@protected": True, "t": V}, {"t": V + "other"}], "protected term redefinition"),
    ([{"@protected": True, "t": V}, None], "invalid context nullification"),
]


@pytest.mark.parametrize(("local", "code"), ERRORS)
def test_error_codes(local: Any, code: str) -> None:
    assert code_of(local) == code


OLD_ERRORS: list[tuple[Any, str]] = [
    ({"@version": 1.1}, "processing mode conflict"),
    ({"@import": "x"}, "invalid context entry"),
    ({"@propagate": True}, "invalid context entry"),
    ({"@direction": "ltr"}, "invalid context entry"),
    ({"@vocab": "relative"}, "invalid vocab mapping"),
    ({"@type": {"@container": "@set"}}, "keyword redefinition"),
    ({"t": {"@id": V, "@type": "@json"}}, "invalid type mapping"),
    ({"t": {"@id": V, "@type": "@none"}}, "invalid type mapping"),
    ({"t": {"@id": V, "@container": "@graph"}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": ["@set"]}}, "invalid container mapping"),
    ({"t": {"@id": V, "@container": "@index", "@index": V}}, "invalid term definition"),
    ({"t": {"@id": V, "@protected": True}}, "invalid term definition"),
    ({"t": {"@id": V, "@context": {}}}, "invalid term definition"),
    ({"t": {"@id": V, "@nest": "@nest"}}, "invalid term definition"),
    ({"t": {"@id": V, "@prefix": True}}, "invalid term definition"),
]


@pytest.mark.parametrize(("local", "code"), OLD_ERRORS)
def test_what_json_ld_1_0_does_not_know(local: Any, code: str) -> None:
    assert code_of(local, OLD) == code
    if local != {"@import": "x"} and local != {"@vocab": "relative"}:
        process(local)


def test_json_ld_1_0_vocabulary_and_containers() -> None:
    active = process({"@vocab": V, "t": {"@container": "@list"}}, OLD)
    assert active.terms["t"].container == {"@list"}
    assert active.mode == "json-ld-1.0"


def test_definitions_in_full() -> None:
    active = process(
        {
            "@base": "http://b.example/a/",
            "@language": "de",
            "@direction": "rtl",
            "@vocab": V,
            "p": "http://p.example/",
            "x": {"@id": "p:x", "@language": None, "@direction": "ltr", "@nest": "@nest"},
            "n": None,
            "r": {"@reverse": "p:r", "@container": None},
            "typed": {"@container": ["@type", "@set"]},
            "graphs": {"@container": ["@graph", "@id", "@set"]},
            "by": {"@container": "@index", "@index": "p:key"},
            "p:compact": {"@type": "@id"},
            "http://iri.example/x": {"@type": "@vocab"},
            "a/b": {"@type": "@id"},
            "bn": "_:bn",
            "notprefix": {"@id": "http://p.example/", "@prefix": False},
            "unfinished": "http://p.example/word",
        }
    )
    terms = active.terms
    assert (active.base, active.language, active.direction, active.vocab) == (
        "http://b.example/a/",
        "de",
        "rtl",
        V,
    )
    assert (terms["x"].iri, terms["x"].language, terms["x"].direction) == ("http://p.example/x", None, "ltr")
    assert terms["p"].language is UNSET
    assert terms["n"].iri is None
    assert (terms["r"].iri, terms["r"].reverse, terms["r"].container) == (
        "http://p.example/r",
        True,
        frozenset(),
    )
    assert terms["typed"].type == "@id"
    assert terms["by"].index == "p:key"
    assert terms["p:compact"].iri == "http://p.example/compact"
    assert terms["http://iri.example/x"].iri == "http://iri.example/x"
    assert terms["a/b"].iri == V + "a/b"
    assert [name for name, term in terms.items() if term.prefix] == ["p", "bn"]


def test_reserved_words_are_ignored() -> None:
    """API, 4.2.2: "If term has the form of a keyword, return; processors SHOULD generate a warning"."""
    active = process({"@vocab": V, "@ignored": V, "t": "@ignored", "r": {"@reverse": "@ignored"}, "u": "t:u"})
    assert set(active.terms) == {"u"}
    assert active.terms["u"].iri == "t:u"
    assert expand_iri(active, "@ignored", vocab=True) is None


def test_a_protected_term_may_be_defined_again_in_the_same_way() -> None:
    first = {"@protected": True, "t": {"@id": V, "@context": {"u": V}}}
    again = process([first, {"t": {"@id": V, "@context": {"u": V}}}])
    assert again.terms["t"].protected
    assert code_of([first, {"t": {"@id": V, "@context": {"u": V + "x"}}}]) == "protected term redefinition"
    assert not process([{"@protected": True, "t": {"@id": V, "@protected": False}}]).terms["t"].protected


def test_null_returns_to_the_first_base() -> None:
    active = process(
        [{"@base": "http://other.example/", "t": V}, None], initial_context("http://x.example/document")
    )
    assert active is initial_context("http://x.example/document")
    assert (
        process([{"@base": "relative"}], initial_context("http://x.example/a/b")).base
        == "http://x.example/a/relative"
    )
    assert process([{"@base": None, "@vocab": None}], initial_context("http://x.example/a")).base is None


def test_propagation() -> None:
    outer = process({"t": V})
    inner = process({"@propagate": False, "u": V}, outer)
    assert inner.previous is outer
    assert process({"@propagate": False, "v": V}, inner).previous is outer
    nothing = process_context(outer, [None], loader=BUNDLED, propagate=False)
    assert nothing.terms == {}
    assert nothing.previous is not None
    assert nothing.previous.terms == outer.terms


def test_import_is_overlaid() -> None:
    imported = {"@context": {"t": V, "u": V + "u"}}
    active = process({"@import": "i", "t": V + "mine"}, i=imported)
    assert (active.terms["t"].iri, active.terms["u"].iri) == (V + "mine", V + "u")


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"@context": {"@import": "i"}}, "invalid context entry"),
        ({"@context": []}, "invalid remote context"),
        ({}, "invalid remote context"),
        ([], "invalid remote context"),
        (b"{", "loading remote context failed"),
    ],
)
def test_wrong_imports(document: Any, code: str) -> None:
    assert code_of({"@import": "i"}, i=document) == code


def test_remote_contexts_need_an_absolute_url_and_a_context() -> None:
    with pytest.raises(JsonLdError) as caught:
        process_context(initial_context(), "relative", loader=BUNDLED)
    assert caught.value.code == "loading document failed"
    assert code_of("c", c={"t": V}) == "invalid remote context"
    with pytest.raises(JsonLdError) as caught:
        process_context(initial_context(), "http://x.example/", loader=lambda _: [])
    assert caught.value.code == "invalid remote context"


def test_the_base_of_a_remote_context_is_ignored() -> None:
    """API, 4.1.2 step 5.7: "If context has an @base entry and remote contexts is empty"."""
    assert process("c", c={"@context": {"@base": "http://b.example/"}}).base is None


def test_recursion_and_floods_overflow() -> None:
    assert code_of("c", c={"@context": "c"}) == "context overflow"
    assert code_of("c", c={"@context": ["c", "c"]}) == "context overflow"
    assert code_of([{f"t{n}": V for n in range(65)}] * (MAX_CONTEXTS + 1)) == "context overflow"
    wide = {f"t{n}": {"@id": V, "@context": {}} for n in range(1 + int(MAX_WORK**0.5 * 1.5))}
    assert code_of(wide) == "invalid scoped context"
    nested: dict[str, Any] = {}
    for _ in range(40):
        nested = {"t": {"@id": V, "@context": nested}}
    assert code_of(nested) == "invalid scoped context"


def test_a_scoped_context_may_include_itself() -> None:
    recursive = {"@context": {"t": {"@id": V, "@context": "c"}}}
    assert process("c", c=recursive).terms["t"].scoped


def test_bundled_contexts_are_shared() -> None:
    urls = [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3]
    first = process_context(initial_context(), urls, loader=BUNDLED)
    again = process_context(initial_context(), urls, loader=bundled_loader(MapResolver({})))
    assert first is again
    assert first.frozen
    assert process_context(initial_context("http://x.example/"), urls, loader=BUNDLED).frozen is False
    scoped = next(term for term in first.terms.values() if term.scoped)
    processing = ContextProcessing(BUNDLED)
    inner = processing.scoped(first, scoped, source=first, propagate=False)
    assert inner is ContextProcessing(BUNDLED).scoped(first, scoped, source=first, propagate=False)
    assert inner.previous is first
    assert inner.frozen


def test_every_bundled_context_is_valid() -> None:
    for url in contexts.CONTEXTS:
        assert process_context(initial_context(), url, loader=BUNDLED).frozen


def test_what_was_kept_is_not_used_when_a_document_changed() -> None:
    outer = {"@context": ["http://x.example/inner", {"own": V}]}

    def with_inner(iri: str) -> ActiveContext:
        documents = {"http://x.example/outer": outer, "http://x.example/inner": {"@context": {"t": iri}}}
        return process_context(initial_context(), "http://x.example/outer", loader=loader_of(documents))

    first = with_inner("http://one.example/")
    assert with_inner("http://two.example/").terms["t"].iri == "http://two.example/"
    assert with_inner("http://one.example/").terms["t"].iri == first.terms["t"].iri


def test_documents_that_may_change_are_never_kept() -> None:
    changing = {"@context": {"t": V}}
    first = process_context(initial_context(), "http://x.example/", loader=lambda _: changing)
    changing["@context"]["t"] = V + "other"
    second = process_context(initial_context(), "http://x.example/", loader=lambda _: changing)
    assert (first.terms["t"].iri, second.terms["t"].iri) == (V, V + "other")


def test_an_import_from_a_document_that_may_change_is_not_kept() -> None:
    def load(_: str) -> Any:
        return {"@context": {"t": V}}

    local = {"@import": "http://x.example/"}
    first = process_context(initial_context(), local, loader=load)
    assert process_context(initial_context(), local, loader=load) is not first


def test_equal_inline_contexts_are_shared_and_large_ones_are_not_kept() -> None:
    assert process({"t": V}) is process({"t": V})
    for large in ({"t": V + "x" * 5000}, {f"t{n}": V for n in range(70)}):
        assert process(large) is not process(large)


def test_redirected_contexts_resolve_against_their_final_url() -> None:
    class Redirecting:
        def resolve(self, url: str, purpose: Purpose) -> Document:
            assert purpose is Purpose.CONTEXT
            if url == "http://from.example/c":
                return Document(url, b'{"@context": "d"}', final_url="http://to.example/x/c")
            assert url == "http://to.example/x/d"
            return Document(url, b'{"@context": {"t": "http://v.example/"}}')

    active = process_context(initial_context(), "http://from.example/c", loader=bundled_loader(Redirecting()))
    assert active.terms["t"].iri == V


def test_loading() -> None:
    document = bundled_document(contexts.CREDENTIALS_V2)
    assert document is BUNDLED(contexts.CREDENTIALS_V2)
    assert isinstance(document, ContextDocument)
    assert document.bundled
    assert load_context(BUNDLED, contexts.CREDENTIALS_V2) == (document, contexts.CREDENTIALS_V2)
    assert load_context(lambda _: {"a": 1}, "http://x.example/") == ({"a": 1}, "http://x.example/")
    with pytest.raises(ResolveError):
        BUNDLED("http://x.example/")
    with pytest.raises(JsonLdError) as caught:
        loader_of({"http://x.example/": b"["})("http://x.example/")
    assert caught.value.code == "loading remote context failed"


def test_the_memory_forgets_the_least_recently_used() -> None:
    memory = Memory(2)
    kept = Kept(initial_context(), (), None)
    memory.put(1, kept)
    memory.put(2, kept)
    assert memory.get(1) is kept
    memory.put(3, kept)
    assert memory.get(2) is None
    assert len(memory) == 2


def test_the_memory_survives_another_thread_that_drops_entries() -> None:
    memory = Memory(1)
    kept = Kept(initial_context(), (), None)

    class Racing(dict[Any, Any]):
        def move_to_end(self, key: Any) -> None:
            raise KeyError(key)

        def popitem(self, last: bool = True) -> Any:
            raise KeyError(last)

    memory._entries = Racing({1: kept})  # type: ignore[assignment]
    assert memory.get(1) is None
    memory.put(2, kept)


def test_an_error_about_a_value_too_deep_to_show() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(JsonLdError) as caught:
        fail("invalid local context", "something flat", deep)
    assert "nested too deeply" in str(caught.value)
    while deep:
        deep = deep.pop()


def test_only_terms_with_a_prefix_flag_make_compact_iris() -> None:
    active = process({"p": V, "q": {"@id": V}, "alias": "@type"})
    assert expand_iri(active, "p:x") == V + "x"
    assert expand_iri(active, "q:x") == "q:x"
    assert expand_iri(active, "p://x") == "p://x"
    assert expand_iri(active, "_:x") == "_:x"
    assert expand_iri(active, "alias") == "@type"
    assert expand_iri(active, "p") == "p"
    assert expand_iri(active, "not an:iri") == "not an:iri"
    assert expand_iri(active, "rel", document_relative=True) == "rel"
