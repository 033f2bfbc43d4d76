"""The direct translation gives what the complete algorithms give, and falls back where it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from credential_documents import CONTEXTS, HOSTILE, credentials, everything
from hypothesis import given
from hypothesis import strategies as st

from insignia.errors import CanonicalizationError, InsigniaError, JsonLdError
from insignia.jsonld.direct import canonize, canonize_directly, canonize_generally
from insignia.jsonld.direct_plan import NotDirect
from insignia.jsonld.direct_recurring import Recurring
from insignia.jsonld.loading import bundled_loader
from insignia.jsonld.rdfc10 import WorkLimit
from insignia.resolver import MapResolver, OfflineResolver

LOADER = bundled_loader(OfflineResolver())
EX = "https://example.org/"


def both(document: Any, **options: Any) -> bytes:
    """The canonical form by the direct way, after comparing it with the general one."""
    general = canonize_generally(document, loader=LOADER, **options)
    assert canonize(document, loader=LOADER, **options) == general
    return canonize_directly(document, loader=LOADER, **{k: v for k, v in options.items() if k != "safe"})


def under(context: Any, **members: Any) -> dict[str, Any]:
    return {"@context": context, **members}


@given(credentials(HOSTILE))
def test_credentials_are_the_same_by_both_ways(document: dict[str, Any]) -> None:
    both(document)


@given(everything(HOSTILE), st.sampled_from(["sha256", "sha384"]))
def test_all_of_json_ld_is_the_same_by_both_ways(document: dict[str, Any], algorithm: str) -> None:
    def outcome(way: Any) -> bytes | str:
        try:
            result: bytes = way(document, loader=LOADER, algorithm=algorithm)
        except InsigniaError as error:
            return error.code
        return result

    assert outcome(canonize) == outcome(canonize_generally)


def test_member_order_and_repetition_do_not_matter() -> None:
    context = {"p": EX + "p", "q": EX + "q"}
    one = under(context, **{"@id": EX + "s", "p": ["b", "a", "b"], "q": {"@id": EX + "o"}})
    other = dict(reversed(one.items()))
    assert both(one) == both(other)
    assert both(one).count(b"\n") == 3


def test_a_subject_in_several_places_is_one_subject() -> None:
    context = {"p": EX + "p", "q": {"@id": EX + "q"}, "label": EX + "label"}
    document = under(
        context,
        **{
            "@id": EX + "s",
            "p": {"@id": EX + "o", "label": ["a", "x\u2028y\x85"], "p": {"label": "blank"}},
            "q": [{"@id": EX + "o", "label": "a"}, {"@id": EX + "o", "q": {"label": "other blank"}}],
        },
    )
    assert both(document).count(b'> <https://example.org/label> "a"') == 1


def test_blank_nodes_that_are_alike_go_through_n_degree_hashes() -> None:
    context = {"p": EX + "p", "label": EX + "label"}
    document = under(context, p=[{"p": {"label": "same"}}, {"p": {"label": "same"}}])
    assert b"_:c14n4" in both(document)
    assert b"_:c14n4" in both(document, algorithm="sha384")


def test_embedded_graphs_keep_their_names() -> None:
    document = {
        "@context": CONTEXTS,
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            {"@context": CONTEXTS, "type": ["VerifiableCredential"], "issuer": EX + str(i)} for i in range(2)
        ],
    }
    lines = both(document).decode().splitlines()
    assert (
        sum(
            line.endswith(("_:c14n0 .", "_:c14n1 .", "_:c14n2 .", "_:c14n3 .", "_:c14n4 .")) for line in lines
        )
        > 4
    )


@pytest.mark.parametrize(
    ("definition", "value", "tokens"),
    [
        (EX + "p", 5, ['"5"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        (EX + "p", 5.0, ['"5"^^<http://www.w3.org/2001/XMLSchema#integer>']),
        (EX + "p", 5.5, ['"5.5E0"^^<http://www.w3.org/2001/XMLSchema#double>']),
        (EX + "p", 1e-7, ['"1.0E-7"^^<http://www.w3.org/2001/XMLSchema#double>']),
        (EX + "p", True, ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>']),
        (EX + "p", None, []),
        (EX + "p", [], []),
        (EX + "p", [None, "a", ["b"]], None),
        (
            {"@id": EX + "p", "@type": "http://www.w3.org/2001/XMLSchema#double"},
            5,
            ['"5.0E0"^^<http://www.w3.org/2001/XMLSchema#double>'],
        ),
        ({"@id": EX + "p", "@type": "http://www.w3.org/2001/XMLSchema#string"}, 5, ['"5"']),
        ({"@id": EX + "p", "@type": EX + "T"}, "x", [f'"x"^^<{EX}T>']),
        (
            {"@id": EX + "p", "@type": "@json"},
            {"b": 1, "a": None},
            ['"{\\"a\\":null,\\"b\\":1}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'],
        ),
        ({"@id": EX + "p", "@language": "DE"}, "x", ['"x"@de']),
        ({"@id": EX + "p", "@type": "@id"}, EX, [f"<{EX}>"]),
        ({"@id": EX + "p", "@type": "@id"}, "ex:a", [f"<{EX}a>"]),
        ({"@id": EX + "p", "@type": "@vocab"}, "p", [f"<{EX}p>"]),
        ({"@id": EX + "p", "@container": "@set"}, "x", ['"x"']),
        ({"@id": EX + "p", "@container": "@list"}, [], ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"]),
        ({"@id": EX + "p", "@container": "@list"}, None, []),
        (EX + "p", {"@value": "x", "@language": "en"}, ['"x"@en']),
        (EX + "p", {"@value": "x", "@type": EX + "T"}, [f'"x"^^<{EX}T>']),
        (EX + "p", {"@value": "x"}, ['"x"']),
        (EX + "p", "\x00\x7f\b\ufffe", ['"\\u0000\\u007F\\b\\uFFFE"']),
    ],
)
def test_values(definition: Any, value: Any, tokens: list[str] | None) -> None:
    document = under({"ex": {"@id": EX, "@prefix": True}, "p": definition}, **{"@id": EX + "s", "p": value})
    if not tokens:  # by the general algorithms, which say what is wrong where something is
        assert tokens is None or canonize(document, loader=LOADER, safe=False) == b""
        general = canonize_generally(document, loader=LOADER, safe=False)
        assert canonize(document, loader=LOADER, safe=False) == general
        return
    expected = "".join(f"<{EX}s> <{EX}p> {token} .\n" for token in tokens)
    assert canonize(document, loader=LOADER, safe=True).decode() == expected
    assert both(document, safe=False).decode() == expected


def test_lists_are_chains_of_blank_nodes() -> None:
    context = {"p": {"@id": EX + "p", "@container": "@list"}, "label": EX + "label"}
    text = both(under(context, **{"@id": EX + "s", "p": ["a", {"label": "b"}, 3]})).decode()
    assert text.count("#rest>") == 3
    assert text.count("#first>") == 3


def test_type_scoped_contexts_end_at_the_next_node() -> None:
    """API, 5.1.2 step 7: a context that does not propagate is left, but not for `{"@id": ...}`."""
    context = {
        "T": {"@id": EX + "T", "@context": {"inner": EX + "inner", "ident": "@id"}},
        "p": {"@id": EX + "p"},
    }
    document = under(context, **{"@type": "T", "inner": "x", "p": {"ident": EX + "o"}})
    assert f"<{EX}p> <{EX}o>" in both(document).decode()
    with pytest.raises(JsonLdError) as caught:
        canonize(under(context, **{"@type": "T", "p": {"inner": "x", "p": "y"}}), loader=LOADER)
    assert [(p.where, p.code) for p in caught.value.problems] == [("/p/inner", "jsonld.undefined-term")]


def test_property_scoped_contexts_hold_for_scalars_too() -> None:
    context = {"p": {"@id": EX + "p", "@type": "@vocab", "@context": {"word": EX + "word"}}, "@vocab": None}
    assert f"<{EX}word>" in both(under(context, p="word")).decode()


@pytest.mark.parametrize(
    "document",
    [
        [],
        "text",
        {"@id": EX},
        under({"r": {"@reverse": EX + "r"}}, r={"@id": EX + "o"}),
        under({"p": EX + "p"}, **{"@graph": [{"p": "x"}]}),
        under({"p": EX + "p", "q": EX + "p"}, p="x", q="y"),
        under({"p": {"@id": EX + "p", "@container": "@index"}}, p={"a": "x"}),
        under({"p": EX + "p"}, **{"@id": "_:b0", "p": "x"}),
        under({"p": EX + "p"}, p={"@list": ["x"]}),
        under({"p": EX + "p"}, p={"@value": 5}),
        under({"p": EX + "p"}, p={"@value": "x", "@index": "i"}),
        under({"p": EX + "p"}, p={"@value": 5, "@type": EX + "T"}),
        under({"p": EX + "p"}, p={"@value": {"a": 1}, "@type": "@json"}),
        under({"p": EX + "p"}, p={"@value": "x", "@language": "no tag"}),
        under({"p": {"@id": EX + "p", "@container": "@graph"}}, p={"@id": EX}),
        under({"p": {"@id": EX + "p", "@container": "@graph"}}, p="x"),
        under({"p": {"@id": EX + "p", "@container": "@graph"}}, p={}),
        under({"T": {"@id": EX + "T", "@context": {"t": "@type"}}, "t": EX + "t"}, **{"@type": "T", "t": EX}),
        under({"p": EX + "p"}, p=10**30),
        under({"p": EX + "p", "t": "@type", "u": "@type"}, t=EX + "T", u=EX + "U", p="x"),
        under({"p": EX + "p", "@direction": "ltr"}, p="x"),
        under([{"p": EX + "p"}, {"padding": EX + "x" * 9000}], p="x"),
    ],
)
def test_the_general_algorithms_do_the_rest(document: Any) -> None:
    with pytest.raises(NotDirect):
        canonize_directly(document, loader=LOADER)
    general = canonize_generally(document, loader=LOADER, safe=False)
    assert canonize(document, loader=LOADER, safe=False) == general


@pytest.mark.parametrize(
    ("context", "value", "literal"),
    [
        ({}, {"@value": "x", "@language": "AR-eg", "@direction": "rtl"}, '"x"^^<{}ar-eg_rtl>'),
        ({}, {"@value": "x", "@direction": "ltr"}, '"x"^^<{}_ltr>'),
        ({"@language": "he", "@direction": "rtl"}, "x", '"x"^^<{}he_rtl>'),
        ({"@direction": "rtl"}, {"@value": "x", "@language": "he"}, '"x"@he'),
    ],
)
def test_a_base_direction_is_in_what_is_signed(context: dict[str, str], value: Any, literal: str) -> None:
    """VC Data Model 2.0, 11.1: 'MAY contain a @direction property'; VC Data Integrity 1.0, 'Securing Data
    Losslessly': 'MUST throw an error […] when data is dropped'. JSON-LD 1.1 API, 8.4.2, step 13.1."""
    document = {"@context": {"p": EX + "p", **context}, "@id": EX, "p": value}
    expected = f"<{EX}> <{EX}p> {literal.format('https://www.w3.org/ns/i18n#')} .\n"
    assert canonize(document, loader=LOADER).decode() == expected


@pytest.mark.parametrize(
    "members",
    [
        {"@id": 5},
        {"@type": 5},
        {"@type": [5]},
        {"@type": [[]]},
        {"p": {"@value": "x", "@type": 5}},
        {"p": {"@value": "x", "@type": EX + "T", "@language": "en"}},
        {"@context": {"p": object()}},
        {"@context": 5},
    ],
)
def test_what_is_no_json_ld_is_an_insignia_error(members: dict[str, Any]) -> None:
    with pytest.raises(InsigniaError):
        canonize({"@context": {"p": EX + "p"}, **members}, loader=LOADER)


def test_proof_options() -> None:
    """The type of a proof does not come first among its lines: dc:created does."""
    proof = {
        "@context": CONTEXTS,
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": "did:key:z6Mk#z6Mk",
        "proofPurpose": "assertionMethod",
    }
    assert both(proof).decode().count("<https://w3id.org/security#assertionMethod> .") == 1
    assert both({**proof, "type": ["DataIntegrityProof"]}) == both(proof)


def test_scoped_terms_with_json_and_protection() -> None:
    context = {
        "json": {"@id": EX + "json", "@type": "@json", "@context": {"a": EX + "a"}},
        "p": {"@id": EX + "p", "@context": {"kept": EX + "other"}},
        "kept": {"@id": EX + "kept", "@protected": True},
    }
    assert b'"[1]"' in both(under(context, json=[1]))
    assert b"other" in both(under(context, p={"kept": "x"}))
    with pytest.raises(InsigniaError):
        canonize(under(context, p="a scalar may not override what is protected"), loader=LOADER)


def test_more_values_than_are_remembered() -> None:
    context = {
        "p": {"@id": EX + "p", "@type": "@id"},
        "q": {"@id": EX + "q"},
        "ex": {"@id": EX, "@prefix": True},
    }
    document = under(
        context,
        p=[f"ex:{i}" for i in range(100)],
        q=[{"@value": "x", "@type": f"ex:{i}"} for i in range(100)],
    )
    assert both(document).count(b"\n") == 200


def test_the_memory_of_plans_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insignia.jsonld.direct_plans.MAX_COMPILED", 10)
    for number in range(40):
        both(under({f"p{number}": EX + "p"}, **{f"p{number}": "x"}))


def test_changing_context_documents_are_never_reused() -> None:
    def loader_of(iri: str) -> Any:
        return bundled_loader(MapResolver({EX + "c": json.dumps({"@context": {"p": iri}}).encode()}))

    document = under(EX + "c", p="x")
    for iri in (EX + "one", EX + "two", EX + "one"):
        assert iri in canonize(document, loader=loader_of(iri)).decode()
    plain = {"@context": {"p": EX + "three"}}
    assert EX + "three" in canonize(document, loader=lambda url: plain).decode()


def test_scoped_contexts_that_are_fetched_are_never_reused() -> None:
    outer = {"@context": {"T": {"@id": EX + "T", "@context": EX + "inner"}}}

    def loader_of(iri: str) -> Any:
        inner = {"@context": {"p": iri}}
        return bundled_loader(
            MapResolver({EX + "o": json.dumps(outer).encode(), EX + "inner": json.dumps(inner).encode()})
        )

    document = under(EX + "o", **{"@type": "T", "p": "x"})
    for iri in (EX + "one", EX + "two"):
        assert iri in canonize(document, loader=loader_of(iri)).decode()


def test_a_poisoned_graph_stops_at_the_limit() -> None:
    context = {"p": {"@id": EX + "p"}}
    document = under(context, p=[{"p": [{"p": [{}] * 3}] * 4}] * 4)
    with pytest.raises(CanonicalizationError) as caught:
        canonize(document, loader=LOADER, limit=WorkLimit(steps=50))
    assert caught.value.code == "rdfc10.work-limit"


def test_an_unknown_hash_is_an_error() -> None:
    for document in (under({}, **{"@type": EX}), []):
        with pytest.raises(CanonicalizationError):
            canonize(document, loader=LOADER, algorithm="md5")


@pytest.mark.parametrize("value", ["\ud800", object(), {1, 2}, b"bytes"])
def test_what_is_no_json_is_an_insignia_error(value: Any) -> None:
    with pytest.raises(InsigniaError):
        canonize(under({"p": EX + "p"}, p=value), loader=LOADER)


def test_deep_documents_are_an_insignia_error() -> None:
    document: Any = "x"
    for _ in range(5000):
        document = {"p": document}
    with pytest.raises(InsigniaError):
        canonize(under({"p": EX + "p"}, p=document), loader=LOADER)


@pytest.mark.parametrize("levels", [5, 29, 30, 40, 62, 63, 64, 70])
@pytest.mark.parametrize("array", [False, True])
@pytest.mark.parametrize("context", [None, [None, {"p": EX + "p"}]])
def test_both_ways_stop_at_the_same_depth(levels: int, array: bool, context: Any) -> None:
    document: Any = {"p": "x"}
    for _ in range(levels):
        document = {"p": [document] if array else document}
        if context:
            document["@context"] = context

    def outcome(way: Any) -> bytes | str:
        try:
            result: bytes = way({**document, "@context": {"p": EX + "p"}}, loader=LOADER)
        except InsigniaError as error:
            return error.code
        return result

    assert outcome(canonize) == outcome(canonize_generally)


class TestRecurring:
    def document(self, name: str = "Course", more: Any = None) -> dict[str, Any]:
        achievement = {
            "id": EX + "achievement",
            "type": ["Achievement"],
            "name": name,
            "criteria": {"narrative": "work"},
            "alignment": [{"type": "Alignment", "targetName": str(i)} for i in range(3)],
        }
        subject = {"type": ["AchievementSubject"], "achievement": achievement, "role": more or "student"}
        return {
            "@context": CONTEXTS,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": EX + "issuer", "type": ["Profile"], "name": "University"},
            "credentialSubject": subject,
        }

    def test_the_third_time_is_like_the_first(self) -> None:
        first = canonize_generally(self.document(), loader=LOADER)
        for _ in range(4):
            assert canonize(self.document(), loader=LOADER) == first
            assert canonize(self.document("Another"), loader=LOADER) != first

    def test_a_kept_part_that_meets_itself_is_merged(self) -> None:
        for name in ("a", "b", "b", "b"):
            document = self.document(name)
            document["credentialSubject"] = [
                document["credentialSubject"],
                self.document(name, "x")["credentialSubject"],
            ]
            both(document)
        document = self.document()
        document["issuer"]["id"] = EX + "achievement"
        for _ in range(3):
            both(document)

    def test_the_memory_is_bounded(self) -> None:
        memory = Recurring(size=3)
        for number in range(100):
            memory.put(number, "<x>", None_fragment())
            memory.comes_again(number)
        assert len(memory) <= 6
        assert memory.get(0) is None
        assert memory.get(99) is not None
        assert memory.get(96) is not None
        assert Recurring.key(None, None, {"a": object()}) is None
        assert Recurring.key(None, None, {"a": "x" * 20_000}) is None


def None_fragment() -> Any:
    from insignia.jsonld.direct_lines import Fragment

    return Fragment({}, {}, {})
