"""Create Term Definition (JSON-LD 1.1 API, section 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from insignia.errors import JsonLdError
from insignia.jsonld.active import (
    KEYWORDS,
    NO_TERMS,
    UNSET,
    ActiveContext,
    Json,
    Maybe,
    TermDefinition,
    expand_iri,
    fail,
    has_keyword_form,
    next_id,
)
from insignia.jsonld.iri import is_blank_node, is_iri

_GEN_DELIMS = (":", "/", "?", "#", "[", "]", "@")
_ENTRIES: Final = frozenset(
    [
        "@id",
        "@reverse",
        "@container",
        "@context",
        "@direction",
        "@index",
        "@language",
        "@nest",
        "@prefix",
        "@protected",
        "@type",
    ]
)
_CONTAINERS: Final = frozenset({"@graph", "@id", "@index", "@language", "@list", "@set", "@type"})
_CONTAINERS_1_0: Final = frozenset({"@index", "@language", "@list", "@set"})
_TYPE_KEYWORDS: Final = frozenset({"@id", "@json", "@none", "@vocab"})


@dataclass(slots=True)
class Draft:
    """An active context while it is being built from one context definition."""

    terms: dict[str, TermDefinition]
    base: str | None
    original_base: str | None
    vocab: str | None
    language: str | None
    direction: str | None
    previous: ActiveContext | None
    mode: str
    origin: ActiveContext

    @classmethod
    def of(cls, active: ActiveContext) -> Draft:
        """A copy of `active` that may be changed."""
        return cls(
            *(dict(active.terms), active.base, active.original_base, active.vocab, active.language),
            *(active.direction, active.previous, active.mode, active),
        )

    def finish(self, *, frozen: bool) -> ActiveContext:
        """The immutable result."""
        return ActiveContext(
            next_id(),
            self.terms or NO_TERMS,
            *(self.base, self.original_base, self.vocab, self.language, self.direction, self.previous),
            mode=self.origin.mode,
            frozen=frozen,
        )


@dataclass(slots=True)
class TermBuilder:
    """Creates the term definitions of one context definition, `local`, in `draft`.

    `validate` processes a scoped context against the draft and throws the result away; it raises JsonLdError
    when the scoped context is not valid.
    """

    draft: Draft
    local: Mapping[str, Any]
    base_url: str | None
    protected: bool
    override_protected: bool
    validate: Callable[[Json, Draft], None]
    defined: dict[str, bool] = field(default_factory=dict)

    def expand(self, value: str, *, vocab: bool = True, document_relative: bool = False) -> str | None:
        """IRI expansion with the local context: defines the terms it depends on (API, 5.2 step 3 and 6.3)."""
        self._require(value)
        colon = value.find(":", 1)
        if colon > 0 and not value.startswith("//", colon + 1):
            self._require(value[:colon])
        return expand_iri(self.draft, value, vocab=vocab, document_relative=document_relative)

    def _require(self, term: str) -> None:
        if term in self.local and not has_keyword_form(term) and self.defined.get(term) is not True:
            self.define(term)

    def define(self, term: str) -> None:
        """Defines `term` as the local context says. Raises JsonLdError with an API error code."""
        if term in self.defined:
            if self.defined[term]:
                return
            fail("cyclic IRI mapping", "terms that do not depend on themselves", term)
        if not term:
            fail("invalid term definition", "a term of at least one character", term)
        self.defined[term] = False
        value = self.local[term]
        if term == "@type":
            self._check_type_redefinition(value)
        elif term in KEYWORDS:
            fail("keyword redefinition", "a term that is not a keyword", term)
        elif has_keyword_form(term):
            self.defined[term] = True
            return
        previous = self.draft.terms.pop(term, None)
        simple = isinstance(value, str)
        if value is None or simple:
            value = {"@id": value}
        if not isinstance(value, dict):
            fail("invalid term definition", "a string, an object or null", value)
        definition = self._definition(term, value, simple)
        if definition is None:
            self.defined[term] = True
            return
        if previous is not None and previous.protected and not self.override_protected:
            if not definition.same(previous):
                fail("protected term redefinition", f"the protected definition of {term} unchanged", value)
            definition = previous
        self.draft.terms[term] = definition
        self.defined[term] = True

    def _check_type_redefinition(self, value: Json) -> None:
        allowed = isinstance(value, dict) and bool(value) and value.keys() <= {"@container", "@protected"}
        if self.draft.mode == "json-ld-1.0" or not allowed or value.get("@container", "@set") != "@set":
            fail("keyword redefinition", '@type with "@container": "@set" or "@protected" alone', value)

    def _definition(self, term: str, value: dict[str, Any], simple: bool) -> TermDefinition | None:
        """Steps 10 to 26; None where the specification says to ignore the term."""
        protected = self._protected(value)
        type_mapping = self._type_mapping(value)
        reverse = "@reverse" in value
        if reverse:
            iri, found = self._reverse_iri(value)
        else:
            iri, found = self._iri(term, value)
        if not found:
            return None
        container = self._container(value, reverse)
        if "@type" in container:
            type_mapping = type_mapping or "@id"
            if type_mapping not in ("@id", "@vocab"):
                fail("invalid type mapping", "@id or @vocab in a @type container", type_mapping)
        scoped = "@context" in value
        index = self._index(value, container)
        if scoped:
            self._check_scoped(value["@context"])
        definition = TermDefinition(
            *(iri, type_mapping, container, self._language(value), self._direction(value)),
            *(self._prefix(term, value, simple, iri, reverse), protected, reverse, scoped),
            *(value.get("@context"), self.base_url if scoped else None, index, self._nest(value)),
        )
        if not value.keys() <= _ENTRIES:
            unknown = sorted(map(str, value.keys() - _ENTRIES))
            fail("invalid term definition", "only the entries of a term definition", unknown)
        return definition

    def _not_in_1_0(self, code: str, entry: str) -> None:
        if self.draft.mode == "json-ld-1.0":
            fail(code, f"no {entry} in processing mode json-ld-1.0", entry)

    def _protected(self, value: dict[str, Any]) -> bool:
        if "@protected" not in value:
            return self.protected
        self._not_in_1_0("invalid term definition", "@protected")
        if not isinstance(value["@protected"], bool):
            fail("invalid @protected value", "true or false", value["@protected"])
        return bool(value["@protected"])

    def _type_mapping(self, value: dict[str, Any]) -> str | None:
        if "@type" not in value:
            return None
        given = value["@type"]
        if not isinstance(given, str):
            fail("invalid type mapping", "a string", given)
        expanded = self.expand(given)
        if expanded in ("@json", "@none"):
            self._not_in_1_0("invalid type mapping", expanded)
        if expanded is None or (expanded not in _TYPE_KEYWORDS and not is_iri(expanded)):
            fail("invalid type mapping", "@id, @json, @none, @vocab or an IRI", given)
        return expanded

    def _reverse_iri(self, value: dict[str, Any]) -> tuple[str | None, bool]:
        given = value["@reverse"]
        if "@id" in value or "@nest" in value:
            fail("invalid reverse property", "@reverse without @id and @nest", sorted(map(str, value)))
        if not isinstance(given, str):
            fail("invalid IRI mapping", "a string as @reverse", given)
        if has_keyword_form(given):
            return None, False
        iri = self.expand(given)
        if iri is None or not (is_iri(iri) or is_blank_node(iri)):
            fail("invalid IRI mapping", "an IRI or blank node identifier as @reverse", given)
        return iri, True

    def _iri(self, term: str, value: dict[str, Any]) -> tuple[str | None, bool]:
        """Steps 14 to 18: the IRI mapping, and whether the term is to be kept."""
        if "@id" in value and value["@id"] != term:
            return self._explicit_iri(term, value["@id"])
        colon = term.find(":", 1)
        if colon > 0:
            prefix = term[:colon]
            self._require(prefix)
            known = self.draft.terms.get(prefix)
            return (term if known is None or known.iri is None else known.iri + term[colon + 1 :]), True
        if "/" in term:
            iri = expand_iri(self.draft, term, vocab=True)
            if iri is None or not is_iri(iri):
                fail("invalid IRI mapping", "a term that expands to an IRI", term)
            return iri, True
        if term == "@type":
            return term, True
        if self.draft.vocab is None:
            fail("invalid IRI mapping", "@id, or a vocabulary mapping", term)
        return self.draft.vocab + term, True

    def _explicit_iri(self, term: str, given: Json) -> tuple[str | None, bool]:
        if given is None:
            return None, True
        if not isinstance(given, str):
            fail("invalid IRI mapping", "a string as @id", given)
        if given not in KEYWORDS and has_keyword_form(given):
            return None, False
        iri = self.expand(given)
        if iri is None or not (iri in KEYWORDS or is_iri(iri) or is_blank_node(iri)):
            fail("invalid IRI mapping", "a keyword, an IRI or a blank node identifier as @id", given)
        if iri == "@context":
            fail("invalid keyword alias", "no alias of @context", term)
        if ":" in term[1:-1] or "/" in term:
            self.defined[term] = True
            if self.expand(term) != iri:
                fail("invalid IRI mapping", f"{term} to expand to itself", given)
        return iri, True

    def _container(self, value: dict[str, Any], reverse: bool) -> frozenset[str]:
        if "@container" not in value:
            return frozenset()
        given = value["@container"]
        if reverse and given not in ("@set", "@index", None):
            fail("invalid reverse property", "@set, @index or null as @container", given)
        if given is None and reverse:
            return frozenset()
        entries = given if isinstance(given, list) else [given]
        if not all(isinstance(entry, str) for entry in entries):
            fail("invalid container mapping", "container keywords", given)
        if self.draft.mode == "json-ld-1.0" and (given is entries or given not in _CONTAINERS_1_0):
            fail("invalid container mapping", "a container of JSON-LD 1.0", given)
        container = frozenset(entries)
        if not container or not _combines(container) or len(container) != len(entries):
            fail("invalid container mapping", "containers that can be combined", given)
        return container

    def _index(self, value: dict[str, Any], container: frozenset[str]) -> str | None:
        if "@index" not in value:
            return None
        given = value["@index"]
        if self.draft.mode == "json-ld-1.0" or "@index" not in container or not isinstance(given, str):
            fail("invalid term definition", "@index, a string, in an @index container of JSON-LD 1.1", given)
        iri = self.expand(given)
        if iri is None or not is_iri(iri):
            fail("invalid term definition", "@index that expands to an IRI", given)
        return given

    def _check_scoped(self, context: Json) -> None:
        self._not_in_1_0("invalid term definition", "@context")
        try:
            self.validate(context, self.draft)
        except JsonLdError as error:
            code = "invalid scoped context"
            raise JsonLdError.at("", expected="a valid scoped context", got=str(error), code=code) from error

    def _language(self, value: dict[str, Any]) -> Maybe:
        if "@language" not in value or "@type" in value:
            return UNSET
        given = value["@language"]
        if given is not None and not isinstance(given, str):
            fail("invalid language mapping", "a language tag or null", given)
        return given

    def _direction(self, value: dict[str, Any]) -> Maybe:
        if "@direction" not in value or "@type" in value:
            return UNSET
        given = value["@direction"]
        if given not in ("ltr", "rtl", None):
            fail("invalid base direction", "ltr, rtl or null", given)
        direction: str | None = given
        return direction

    def _nest(self, value: dict[str, Any]) -> str | None:
        if "@nest" not in value:
            return None
        given = value["@nest"]
        self._not_in_1_0("invalid term definition", "@nest")
        if not isinstance(given, str) or (given in KEYWORDS and given != "@nest"):
            fail("invalid @nest value", "a term or @nest", given)
        return given

    def _prefix(self, term: str, value: dict[str, Any], simple: bool, iri: str | None, reverse: bool) -> bool:
        if "@prefix" in value:
            given = value["@prefix"]
            self._not_in_1_0("invalid term definition", "@prefix")
            if ":" in term or "/" in term:
                fail("invalid term definition", "no @prefix on a compact or relative IRI", term)
            if not isinstance(given, bool):
                fail("invalid @prefix value", "true or false", given)
            if given and iri in KEYWORDS:
                fail("invalid term definition", "no @prefix on an alias of a keyword", term)
            return given
        if not simple or reverse or iri is None or ":" in term or "/" in term:
            return False
        return iri.endswith(_GEN_DELIMS) or is_blank_node(iri)


def _combines(container: frozenset[str]) -> bool:
    """Whether these container keywords may stand together (API, 4.2.2 step 19)."""
    if len(container) == 1:
        return container <= _CONTAINERS
    if "@graph" in container and ("@id" in container or "@index" in container):
        return container in _GRAPH_MAPS
    return "@set" in container and len(container) == 2 and container <= _CONTAINERS - {"@list"}


_GRAPH_MAPS: Final = frozenset(
    frozenset({"@graph", key, *more}) for key in ("@id", "@index") for more in ((), ("@set",))
)
