"""pyoxigraph is an oracle of RDFC-1.0: it gives blank nodes the labels that our canonical form has."""

from __future__ import annotations

from typing import Any

import pytest
from credential_documents import PLAIN, credentials
from hypothesis import given, settings

from insignia.jsonld.direct import canonize
from insignia.jsonld.loading import bundled_loader
from insignia.resolver import OfflineResolver

pyoxigraph = pytest.importorskip("pyoxigraph")
LOADER = bundled_loader(OfflineResolver())


@settings(max_examples=60)
@given(credentials(PLAIN))
def test_pyoxigraph_keeps_our_labels(document: dict[str, Any]) -> None:
    ours = canonize(document, loader=LOADER)
    quads = set(pyoxigraph.parse(ours, format=pyoxigraph.RdfFormat.N_QUADS))
    renamed = pyoxigraph.Dataset(
        pyoxigraph.parse(ours.replace(b"_:c14n", b"_:x"), format=pyoxigraph.RdfFormat.N_QUADS)
    )
    renamed.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256)
    assert set(renamed) == quads
