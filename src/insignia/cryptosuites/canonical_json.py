"""Transformation with JCS: the JSON itself is what is signed."""

from __future__ import annotations

from typing import Any, Final

from insignia import jcs
from insignia.cryptosuites.suite import Input
from insignia.errors import CanonicalizationError, show


class CanonicalJson:
    """JSON Canonicalization Scheme (RFC 8785)."""

    needs_context = False
    carries_context = True

    def document(self, given: Input) -> bytes:
        """vc-di-eddsa 1.0, section 3.3.2, step 4: the contexts that the proof names, which must come first.

        What a later party appended to the document's `@context` is not part of what was signed.
        """
        if "@context" not in given.options:
            return jcs.canonicalize(given.document)
        signed, present = given.options["@context"], given.document.get("@context")
        if not _starts_with(present, signed):
            raise CanonicalizationError.at(
                "/@context",
                expected="the document's @context to begin with that of the proof",
                got=show(present),
                code="proof.context",
            )
        return jcs.canonicalize({**given.document, "@context": signed})

    def configuration(self, given: Input) -> bytes:
        """vc-di-eddsa 1.0, section 3.3.5."""
        return jcs.canonicalize(given.options)


def _starts_with(present: Any, signed: Any) -> bool:
    """Whether all contexts of the proof stand at the beginning of the document's, in the same order."""
    if present == signed:
        return True
    several = present if isinstance(present, list) else [present]
    first = signed if isinstance(signed, list) else [signed]
    return bool(first) and several[: len(first)] == first


CANONICAL_JSON: Final = CanonicalJson()
