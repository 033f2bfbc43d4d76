"""From a JSON-LD document straight to canonical N-Quads, over plans compiled once for each context."""

from __future__ import annotations

import json
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
from insignia.jsonld.options import SIGNED
from insignia.jsonld.rdf import to_rdf
from insignia.jsonld.safety import check_terms


def is_exotic(text: str) -> bool:
    """Whether encode_basestring and canonical N-Quads may differ in it: rare controls, non-characters."""
    return "\\u" in text or "\x7f" in text or "\ufffe" in text or "\uffff" in text


def canonize(
    document: Json,
    *,
    loader: Loader,
    algorithm: str = "sha256",
    safe: bool = True,
    limit: rdfc10.WorkLimit = rdfc10.DEFAULT_LIMIT,
) -> bytes:
    """The canonical N-Quads (RDFC-1.0, `algorithm` sha256 or sha384) of a JSON-LD document, without a base.

    A base direction becomes part of the datatype of its literal (`i18n-datatype`), so that it is signed.
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
            if not text:
                raise NotDirect("a document that states nothing")
            if not is_exotic(text):
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
    _check_json(document)
    if safe:
        problems = check_terms(document, loader=loader)
        if problems:
            raise JsonLdError(problems)
    quads_of = to_rdf(document, loader=loader, options=SIGNED)
    dataset = [(*quad[:2], in_lower_case(quad[2]), quad[3]) for quad in quads_of]
    return rdfc10.canonicalize(dataset, algorithm=algorithm, limit=limit).nquads.encode()


def _check_json(document: Json) -> None:
    """Raises JsonLdError unless the document can be written as JSON in UTF-8."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        got = "an unpaired surrogate" if isinstance(error, UnicodeEncodeError) else str(error)
        raise JsonLdError.at("", expected="a JSON document", got=got, code="jsonld.not-json") from error


def in_lower_case(token: str) -> str:
    """The token with its language tag in lower case, which is the tag's value (RDF 1.1 Concepts, 3.3)."""
    end = token.rfind('"')
    return token[:end] + token[end:].lower() if token.startswith('"@', end) else token
