"""JSON-LD 1.1 to RDF over frozen contexts, and RDF canonicalisation.

`expand` and `to_rdf` are the complete algorithms of the JSON-LD API; `canonize` is the way of the product,
which translates directly where it can and falls back to them. Names are imported when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from insignia.jsonld.direct import canonize
    from insignia.jsonld.expansion import expand
    from insignia.jsonld.loading import Loader, bundled_loader
    from insignia.jsonld.nquads import Quad
    from insignia.jsonld.options import Options
    from insignia.jsonld.rdf import to_rdf
    from insignia.jsonld.rdfc10 import WorkLimit
    from insignia.jsonld.safety import check_terms

__all__ = [
    "Loader",
    "Options",
    "Quad",
    "WorkLimit",
    "bundled_loader",
    "canonize",
    "check_terms",
    "expand",
    "to_rdf",
]

_HOMES = {
    "Loader": "loading",
    "Options": "options",
    "Quad": "nquads",
    "WorkLimit": "rdfc10",
    "bundled_loader": "loading",
    "canonize": "direct",
    "check_terms": "safety",
    "expand": "expansion",
    "to_rdf": "rdf",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
