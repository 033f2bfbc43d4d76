"""Options of JSON-LD processing (JSON-LD 1.1 API, section 9.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

from insignia.errors import JsonLdError, show
from insignia.jsonld.active import Json, ProcessingMode

RdfDirection = Literal["i18n-datatype", "compound-literal"]


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may choose; the defaults are those of JSON-LD 1.1.

    `base` overrides the document's own URL as base IRI; `expand_context` initialises the active context;
    `ordered` processes entries in code point order, which makes the result independent of the order of
    members; `generalized_rdf` keeps blank nodes as predicates.
    """

    base: str | None = None
    processing_mode: ProcessingMode = "json-ld-1.1"
    expand_context: Json = None
    ordered: bool = True
    rdf_direction: RdfDirection | None = None
    generalized_rdf: bool = False

    @classmethod
    def of(cls, options: Self | Mapping[str, Any] | None) -> Self:
        """The options themselves, what `from_api` makes of a mapping, or the defaults."""
        if options is None:
            return cls()
        return cls.from_api(options) if isinstance(options, Mapping) else options

    @classmethod
    def from_api(cls, options: Mapping[str, Any]) -> Self:
        """From the names of the JSON-LD API (`processingMode`, `expandContext`, ...); others are ignored.

        Raises JsonLdError `invalid option` for a value that is not one of the API's.
        """
        mode = options.get("processingMode", "json-ld-1.1")
        direction = options.get("rdfDirection")
        base = options.get("base")
        _one_of("processingMode", mode, ("json-ld-1.0", "json-ld-1.1"))
        _one_of("rdfDirection", direction, ("i18n-datatype", "compound-literal", None))
        if base is not None and not isinstance(base, str):
            raise JsonLdError.at("/base", expected="an IRI", got=show(base), code="invalid option")
        return cls(
            base=base,
            processing_mode=mode,
            expand_context=options.get("expandContext"),
            ordered=options.get("ordered") is not False,
            rdf_direction=direction,
            generalized_rdf=options.get("produceGeneralizedRdf") is True,
        )


# What the RDFC suites sign: a base direction is part of the literal's datatype (docs/adr/0015).
SIGNED: Final = Options(rdf_direction="i18n-datatype")


def _one_of(name: str, value: Json, allowed: tuple[str | None, ...]) -> None:
    if value not in allowed:
        expected = ", ".join(str(choice) for choice in allowed)
        raise JsonLdError.at(f"/{name}", expected=expected, got=show(value), code="invalid option")
