"""Transformation with RDFC-1.0: the RDF that the contexts make of a document is what is signed."""

from __future__ import annotations

from typing import Final

from insignia.cryptosuites.configuration import canonize_configuration
from insignia.cryptosuites.suite import Input
from insignia.errors import JsonLdError, show


class Rdfc:
    """RDF Dataset Canonicalization 1.0; SHA-384 is used inside of it where the suite hashes with it."""

    needs_context = True
    carries_context = False

    def document(self, given: Input) -> bytes:
        """vc-di-eddsa 1.0, section 3.2.3. What no context defines would not be signed, so it stops it."""
        from insignia import jsonld

        return jsonld.canonize(given.document, loader=given.loader, algorithm=given.algorithm, safe=True)

    def configuration(self, given: Input) -> bytes:
        """vc-di-eddsa 1.0, section 3.2.5: the proof takes the document's `@context`.

        A context of its own would be replaced, hence unsigned; it is refused unless it is the same.
        """
        context = given.document.get("@context")
        if given.options.get("@context", context) != context:
            raise JsonLdError.at(
                "/@context",
                expected="the @context of the document, or none",
                got=show(given.options["@context"]),
                code="proof.context",
            )
        return canonize_configuration(given)


RDFC: Final = Rdfc()
