"""Deserialise JSON-LD to RDF (JSON-LD 1.1 API, sections 7 and 8).

The node map of section 7.1 is never built: quads are a set, so walking the expanded document once gives
the same dataset. What the node map would have refused (conflicting @index) is refused here too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from insignia.errors import CanonicalizationError, JsonLdError
from insignia.jsonld.active import Json, fail
from insignia.jsonld.expanded import as_list
from insignia.jsonld.expansion import expand
from insignia.jsonld.iri import is_iri
from insignia.jsonld.loading import Loader
from insignia.jsonld.nquads import RDF, XSD, Quad, literal
from insignia.jsonld.options import Options

RDF_TYPE: Final = f"<{RDF}type>"
RDF_FIRST: Final = f"<{RDF}first>"
RDF_REST: Final = f"<{RDF}rest>"
RDF_NIL: Final = f"<{RDF}nil>"
_I18N: Final = "https://www.w3.org/ns/i18n#"
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")


def to_rdf(
    document: Json,
    *,
    loader: Loader,
    base: str | None = None,
    options: Options | Mapping[str, Any] | None = None,
) -> list[Quad]:
    """The RDF dataset of a JSON-LD document, without duplicates, in document order.

    Blank nodes are named `_:b0`, `_:b1`, ... in order of appearance. What is not well-formed is left out, as
    the specification asks: use `check_terms` to refuse it. Raises JsonLdError.
    """
    chosen = Options.of(options)
    return expanded_to_rdf(expand(document, loader=loader, base=base, options=chosen), options=chosen)


def expanded_to_rdf(expanded: list[Json], *, options: Options | None = None) -> list[Quad]:
    """The RDF dataset of an expanded document. Raises JsonLdError `conflicting indexes`."""
    translation = Translation(options or Options())
    for item in expanded:
        translation.standing(item, "@default")
    return list(translation.quads)


def double_lexical(value: float) -> str:
    """The canonical lexical form of an xsd:double (API, section 8.6): 15 digits after the point at most."""
    try:
        number = float(value)
    except OverflowError:  # an integer beyond the range of a double is infinite as one
        number = float("inf") if value > 0 else float("-inf")
    if number == 0:
        return "0.0E0"
    if number != number or number in (float("inf"), float("-inf")):
        return "NaN" if number != number else "INF" if number > 0 else "-INF"
    mantissa, exponent = f"{number:.15E}".split("E")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}0E{int(exponent)}" if mantissa.endswith(".") else f"{mantissa}E{int(exponent)}"


def is_language_tag(value: str) -> bool:
    """Whether `value` has the form of a language tag: subtags of 1 to 8 letters or digits (BCP 47)."""
    return _LANGUAGE.fullmatch(value) is not None


class Translation:
    """Quads of an expanded document, one call of `standing` for each item at its top."""

    def __init__(self, options: Options) -> None:
        self.quads: dict[Quad, None] = {}
        self._generalized = options.generalized_rdf
        self._direction = options.rdf_direction
        self._labels: dict[str, str] = {}
        self._fresh = 0
        self._indexes: dict[tuple[str | None, str | None], Json] = {}
        self._compound: dict[tuple[str, str, str, str], str] = {}

    def _blank(self, identifier: str | None = None) -> str:
        """Generate Blank Node Identifier (section 7.4)."""
        if identifier is not None and identifier in self._labels:
            return self._labels[identifier]
        label = f"_:b{self._fresh}"
        self._fresh += 1
        if identifier is not None:
            self._labels[identifier] = label
        return label

    def _resource(self, identifier: str) -> str | None:
        """The token of an IRI or blank node; None where it is not well-formed."""
        if identifier.startswith("_:"):
            return self._blank(identifier)
        return f"<{identifier}>" if is_iri(identifier) else None

    def standing(self, item: dict[str, Any], graph: str | None) -> None:
        """Translates what stands in a graph without a property: values say nothing there."""
        if "@list" in item:
            self._list(item["@list"], None, graph)
        elif "@value" not in item:
            self.node(item, graph)

    def node(self, node: dict[str, Any], graph: str | None) -> str | None:
        """Translates a node object into `graph`; gives its token, None where its @id is not well-formed.

        `graph` is a token, `@default`, or None where the graph's name is not well-formed.
        """
        if "@id" in node:
            subject = self._resource(node["@id"]) if node["@id"] is not None else None
            if "@index" in node:
                self._check_index(graph, node["@id"], node["@index"])
        else:
            subject = self._blank()
        for kind in as_list(node.get("@type", [])):
            self._emit(subject, RDF_TYPE, self._resource(kind), graph)
        for prop, values in node.get("@reverse", {}).items():
            predicate = self._predicate(prop)
            for value in values:
                self._emit(self.node(value, graph), predicate, subject, graph)
        for item in node.get("@graph", ()):
            self.standing(item, subject)
        for item in node.get("@included", ()):
            self.node(item, graph)
        for prop, values in node.items():
            if prop[0] != "@":
                self._property(subject, prop, values, graph)
        return subject

    def _check_index(self, graph: str | None, identifier: str | None, index: Json) -> None:
        if self._indexes.setdefault((graph, identifier), index) != index:
            fail("conflicting indexes", f"one @index for {identifier}", index)

    def _predicate(self, prop: str) -> str | None:
        if prop.startswith("_:"):
            label = self._blank(prop)
            return label if self._generalized else None
        return f"<{prop}>" if is_iri(prop) else None

    def _property(self, subject: str | None, prop: str, values: list[Json], graph: str | None) -> None:
        predicate = self._predicate(prop)
        for value in values:
            if "@value" in value:
                if subject is not None and predicate is not None and graph is not None:
                    self._emit(subject, predicate, self._value(value, graph, subject, predicate), graph)
            elif "@list" in value:
                # Without a place for the list its nodes still count, its own triples do not.
                placed = graph if subject is not None and predicate is not None else None
                self._emit(subject, predicate, self._list(value["@list"], placed, graph), graph)
            else:
                self._emit(subject, predicate, self.node(value, graph), graph)

    def _emit(self, subject: str | None, predicate: str | None, value: str | None, graph: str | None) -> None:
        if subject is not None and predicate is not None and value is not None and graph is not None:
            self.quads[subject, predicate, value, "" if graph == "@default" else graph] = None

    def _list(self, items: list[Json], placed: str | None, graph: str | None) -> str:
        """List to RDF Conversion (section 8.5): cells go to `placed`, the nodes in them to `graph`."""
        cells = self._cells(items)
        for position, item in enumerate(items):
            cell = cells[position]
            if "@value" in item:
                value = self._value(item, placed, cell, RDF_FIRST) if placed is not None else None
            elif "@list" in item:
                value = self._list(item["@list"], placed, graph)
            else:
                value = self.node(item, graph)
            self._emit(cell, RDF_FIRST, value, placed)
            rest = cells[position + 1] if position + 1 < len(cells) else RDF_NIL
            self._emit(cell, RDF_REST, rest, placed)
        return cells[0] if cells else RDF_NIL

    def _cells(self, items: list[Json]) -> list[str]:
        return [self._blank() for _ in items]

    def _value(self, item: dict[str, Any], graph: str, subject: str, predicate: str) -> str | None:
        """Object to RDF Conversion of a value object (section 8.4)."""
        value, datatype, language = item["@value"], item.get("@type"), _language(item)
        if datatype is not None and datatype != "@json" and not is_iri(datatype):
            return None
        if language is not None and not is_language_tag(language):
            return None
        if datatype == "@json":
            return literal(_json_lexical(value), f"{RDF}JSON")
        lexical, datatype = _lexical(value, datatype)
        if "@direction" in item and self._direction is not None:
            return self._directional(lexical, item, (graph, subject, predicate))
        return literal(lexical, datatype, language)

    def _directional(self, lexical: str, item: dict[str, Any], place: tuple[str, str, str]) -> str:
        """Step 13: a base direction as a datatype or as a compound literal."""
        language, direction = _language(item) or "", item["@direction"]
        if self._direction == "i18n-datatype":
            return literal(lexical, f"{_I18N}{language}_{direction}")
        key = (*place, json.dumps(item, sort_keys=True))
        node = self._compound.get(key)
        if node is None:
            node = self._compound[key] = self._blank()
            graph = place[0]
            self._emit(node, f"<{RDF}value>", literal(lexical), graph)
            if language:
                self._emit(node, f"<{RDF}language>", literal(language), graph)
            self._emit(node, f"<{RDF}direction>", literal(direction), graph)
        return node


def _language(item: dict[str, Any]) -> str | None:
    """The tag in lower case: its value (RDF 1.1 Concepts, 3.3), and what jsonld.js and PyLD sign."""
    language = item.get("@language")
    return language.lower() if isinstance(language, str) else None


def _lexical(value: Json, datatype: str | None) -> tuple[str, str | None]:
    """Steps 9 to 12: the lexical form of a JSON scalar and its datatype (None for a string)."""
    if isinstance(value, str):
        return value, datatype
    if isinstance(value, bool):
        return ("true" if value else "false"), datatype or f"{XSD}boolean"
    fraction = isinstance(value, float) and not value.is_integer()
    if fraction or abs(value) >= 10**21 or datatype == f"{XSD}double":
        return double_lexical(value), datatype or f"{XSD}double"
    return str(int(value)), datatype or f"{XSD}integer"


def _json_lexical(value: Json) -> str:
    from insignia import jcs

    try:
        return jcs.canonicalize(value).decode()
    except CanonicalizationError as error:
        code = "invalid JSON literal"
        raise JsonLdError.at(
            "", expected="JSON that RFC 8785 can write", got=str(error), code=code
        ) from error
