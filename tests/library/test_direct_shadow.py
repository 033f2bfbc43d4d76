"""A second engine repeats one in N, and a difference stops the work."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from insignia.errors import CanonicalizationError
from insignia.jsonld import shadow
from insignia.jsonld.direct import canonize
from insignia.jsonld.loading import bundled_loader
from insignia.jsonld.shadow import ShadowedCanonizer
from insignia.resolver import OfflineResolver

LOADER = bundled_loader(OfflineResolver())
DOCUMENT = {
    "@context": {"p": "https://example.org/p"},
    "@id": "https://example.org/s",
    "p": ["a", {"p": "b"}],
}


class Engine:
    """Counts, and answers what it was given."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.calls = 0

    def __call__(self, document: Any, *, loader: Any, algorithm: str) -> bytes:
        self.calls += 1
        return self.answer


def test_one_in_n_is_repeated_beginning_with_the_first() -> None:
    expected = canonize(DOCUMENT, loader=LOADER)
    second = Engine(expected)
    shadowed = ShadowedCanonizer(every=3, second=second)
    for number in range(7):
        assert shadowed(DOCUMENT, loader=LOADER) == expected
        assert second.calls == number // 3 + 1
    assert (shadowed.calls, shadowed.shadowed) == (7, 3)


def test_zero_shadows_nothing() -> None:
    second = Engine(b"")
    ShadowedCanonizer(every=0, second=second)(DOCUMENT, loader=LOADER)
    assert second.calls == 0
    with pytest.raises(CanonicalizationError):
        ShadowedCanonizer(every=-1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda b: b.replace(b'"b"', b'"c"'), "line 3"),
        (lambda b: b + b"x", "line 4"),
        (lambda b: b"", "line 1"),
    ],
)
def test_a_difference_stops(change: Any, where: str) -> None:
    shadowed = ShadowedCanonizer(every=1, second=Engine(change(canonize(DOCUMENT, loader=LOADER))))
    with pytest.raises(CanonicalizationError) as caught:
        shadowed(DOCUMENT, loader=LOADER)
    assert (caught.value.code, caught.value.problems[0].where) == ("shadow.difference", where)


@pytest.mark.parametrize("engine", [shadow.general, shadow.pyld])
def test_the_engines_agree(engine: Any) -> None:
    if engine is shadow.pyld:
        pytest.importorskip("pyld")
    shadowed = ShadowedCanonizer(every=1, second=engine)
    assert shadowed(DOCUMENT, loader=LOADER) == canonize(DOCUMENT, loader=LOADER)


def test_pyld_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CanonicalizationError) as caught:
        shadow.pyld(DOCUMENT, loader=LOADER, algorithm="sha384")
    assert caught.value.code == "shadow.algorithm"
    monkeypatch.setitem(sys.modules, "pyld.jsonld", None)
    with pytest.raises(CanonicalizationError) as caught:
        shadow.pyld(DOCUMENT, loader=LOADER, algorithm="sha256")
    assert caught.value.code == "shadow.missing"
