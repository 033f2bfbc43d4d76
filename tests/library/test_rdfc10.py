"""RDFC-1.0: the public vectors, the work limit, and isomorphic datasets."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia.errors import CanonicalizationError
from insignia.jsonld import nquads
from insignia.jsonld.nquads import Quad
from insignia.jsonld.rdfc10 import WorkLimit, canonicalize

P, Q = "<https://example.org/p>", "<https://example.org/q>"


def test_public_vectors(vectors: Callable[[str], list[dict[str, Any]]]) -> None:
    for case in vectors("rdfc10"):
        request, expect = case["request"], case["expect"]
        quads = nquads.parse(request["nquads"])
        algorithm = request["hash"].lower()
        if "error" in expect:
            with pytest.raises(CanonicalizationError) as caught:
                canonicalize(quads, algorithm=algorithm)
            assert caught.value.code == "rdfc10.work-limit"
            continue
        canonical = canonicalize(quads, algorithm=algorithm)
        if "output" in expect:
            assert canonical.nquads == expect["output"], request["id"]
        if "map" in expect:
            assert canonical.labels == expect["map"], request["id"]


def test_duplicates_are_one_quad() -> None:
    """A dataset is a set of quads."""
    quad = ("_:x", P, '"a"', "")
    assert canonicalize([quad, quad]).nquads == f'_:c14n0 {P} "a" .\n'


def test_graph_names_are_labelled() -> None:
    canonical = canonicalize([("_:s", P, "_:o", "_:g"), ("_:g", Q, '"x"', "")])
    assert sorted(canonical.labels) == ["g", "o", "s"]
    assert canonical.nquads.count("_:c14n") == 4


def test_lines_are_sorted_by_code_point() -> None:
    """An astral character sorts after U+FF5E, unlike in the order of UTF-16 units."""
    canonical = canonicalize([("<a:>", P, '"\U0001f600"', ""), ("<a:>", P, '"\uff5e"', "")])
    assert canonical.nquads.index("\uff5e") < canonical.nquads.index("\U0001f600")


def test_an_unknown_hash_is_an_error() -> None:
    for name in ("md5", "SHA256", None, []):
        with pytest.raises(CanonicalizationError) as caught:
            canonicalize([], algorithm=name)
        assert caught.value.code == "rdfc10.unknown-algorithm"


def clique(size: int) -> list[Quad]:
    return [(f"_:n{i}", P, f"_:n{j}", "") for i in range(size) for j in range(size) if i != j]


@pytest.mark.parametrize("size", [8, 40])
def test_a_clique_is_poison(size: int) -> None:
    """RDFC-1.0, section 7.1: implementations must guard against dataset poisoning."""
    start = time.process_time()
    with pytest.raises(CanonicalizationError) as caught:
        canonicalize(clique(size))
    assert caught.value.code == "rdfc10.work-limit"
    assert time.process_time() - start < 2  # well under a second on a quiet machine


def test_a_long_ring_is_refused_by_depth_and_not_by_the_stack() -> None:
    ring = [(f"_:n{i}", P, f"_:n{(i + 1) % 4000}", "") for i in range(4000)]
    with pytest.raises(CanonicalizationError) as caught:
        canonicalize(ring)
    assert caught.value.code == "rdfc10.work-limit"


def test_a_list_of_equal_items_is_no_poison() -> None:
    rest, first, nil = "<r:rest>", "<r:first>", "<r:nil>"
    size = 40
    cells = [(f"_:n{i}", first, '"same"', "") for i in range(size)]
    cells += [(f"_:n{i}", rest, f"_:n{i + 1}" if i + 1 < size else nil, "") for i in range(size)]
    canonical = canonicalize([("<a:>", P, "_:n0", ""), *cells])
    assert len(canonical.labels) == size


def test_the_limit_is_an_argument() -> None:
    pair = [("_:a", P, "_:b", ""), ("_:b", P, "_:a", "")]
    assert len(canonicalize(pair).labels) == 2
    with pytest.raises(CanonicalizationError):
        canonicalize(pair, limit=WorkLimit(steps=1))
    with pytest.raises(CanonicalizationError):
        canonicalize(pair, limit=WorkLimit(depth=0))


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "<x:y>"])
QUADS = st.lists(
    st.tuples(
        NODES, st.sampled_from([P, Q]), st.one_of(NODES, st.just('"v"')), st.sampled_from(["", "_:a", "<g:>"])
    ),
    max_size=8,
)


@given(QUADS, st.integers(0, 2**32), st.sampled_from(["sha256", "sha384"]))
def test_isomorphic_datasets_have_one_form(quads: list[Quad], seed: int, algorithm: str) -> None:
    """'Two datasets produce the same canonical result if and only if they are isomorphic.'"""
    chance = random.Random(seed)
    names = ["_:a", "_:b", "_:c", "_:d"]
    renamed = dict(zip(names, chance.sample(names, 4), strict=True))
    other = [tuple(renamed.get(term, term) for term in quad) for quad in quads]
    chance.shuffle(other)
    one = canonicalize(quads, algorithm=algorithm)
    assert canonicalize(other, algorithm=algorithm).nquads == one.nquads
    assert canonicalize(nquads.parse(one.nquads), algorithm=algorithm).nquads == one.nquads
