"""From a JSON-LD document straight to canonical N-Quads, over plans compiled once for each context."""

from __future__ import annotations

from collections.abc import Callable
from json.encoder import encode_basestring

from insignia.errors import JsonLdError
from insignia.jsonld import rdfc10
from insignia.jsonld.active import Json
from insignia.jsonld.direct_lines import assemble, quads
from insignia.jsonld.direct_plan import NotDirect
from insignia.jsonld.direct_plans import Plans
from insignia.jsonld.direct_walk import Alike, Walk, quote_any
from insignia.jsonld.loading import Loader
from insignia.jsonld.rdf import to_rdf
from insignia.jsonld.safety import check_terms

# Where encode_basestring and canonical N-Quads may differ: rare control characters, and non-characters.
_EXOTIC = ("\\u", "\x7f", "\ufffe", "\uffff")


def canonize(
    document: Json,
    *,
    loader: Loader,
    algorithm: str = "sha256",
    safe: bool = True,
    limit: rdfc10.WorkLimit = rdfc10.DEFAULT_LIMIT,
) -> bytes:
    """The canonical N-Quads (RDFC-1.0, `algorithm` sha256 or sha384) of a JSON-LD document, without a base.

    With `safe`, whatever JSON-LD would silently drop is an error: undefined terms and types, relative IRIs
    and the like, as a JsonLdError with one problem for each. Raises JsonLdError for what is no JSON-LD, and
    CanonicalizationError for a poisoned graph or an unknown algorithm.
    """
    try:
        return canonize_directly(document, loader=loader, algorithm=algorithm, limit=limit)
    except NotDirect:
        return canonize_generally(document, loader=loader, algorithm=algorithm, safe=safe, limit=limit)


def canonize_directly(
    document: Json,
    *,
    loader: Loader,
    algorithm: str = "sha256",
    limit: rdfc10.WorkLimit = rdfc10.DEFAULT_LIMIT,
) -> bytes:
    """`canonize` by the direct translation alone. Raises NotDirect where only the general algorithms do."""
    new_hash = rdfc10.hash_function(algorithm)
    plans = Plans(loader)
    try:
        if type(document) is not dict or "@context" not in document:
            raise NotDirect("no object with a context")
        table = plans.root(document["@context"])
        quote: Callable[[str], str] = encode_basestring
        try:
            text = assemble(Walk(plans, new_hash, quote).document(document, table))
            if not any(mark in text for mark in _EXOTIC):
                return text.encode()
            quote = quote_any
            return assemble(Walk(plans, new_hash, quote).document(document, table)).encode()
        except Alike:
            walk = Walk(plans, new_hash, quote_any, named=True)
            dataset = quads(walk.document(document, table), walk.graphs)
            return rdfc10.canonicalize(dataset, algorithm=algorithm, limit=limit).nquads.encode()
    except (JsonLdError, KeyError, TypeError, UnicodeEncodeError, RecursionError) as error:
        raise NotDirect(str(error)) from error


def canonize_generally(
    document: Json,
    *,
    loader: Loader,
    algorithm: str = "sha256",
    safe: bool = True,
    limit: rdfc10.WorkLimit = rdfc10.DEFAULT_LIMIT,
) -> bytes:
    """`canonize` by expansion, conversion to RDF and RDFC-1.0, one after the other."""
    rdfc10.hash_function(algorithm)
    if safe:
        problems = check_terms(document, loader=loader)
        if problems:
            raise JsonLdError(problems)
    dataset = to_rdf(document, loader=loader)
    text = rdfc10.canonicalize(dataset, algorithm=algorithm, limit=limit).nquads
    return text.encode()
