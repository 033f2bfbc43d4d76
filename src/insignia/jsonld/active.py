"""Active contexts and term definitions: immutable values that other modules may key caches on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Any, Final, Literal, NoReturn, Protocol

from insignia.errors import JsonLdError, show
from insignia.jsonld.iri import is_iri, resolve

Json = Any
ProcessingMode = Literal["json-ld-1.0", "json-ld-1.1"]

KEYWORDS: Final = frozenset(
    [
        "@base",
        "@container",
        "@context",
        "@direction",
        "@graph",
        "@id",
        "@import",
        "@included",
        "@index",
        "@json",
        "@language",
        "@list",
        "@nest",
        "@none",
        "@prefix",
        "@propagate",
        "@protected",
        "@reverse",
        "@set",
        "@type",
        "@value",
        "@version",
        "@vocab",
    ]
)
_KEYWORD_FORM = re.compile(r"@[A-Za-z]+")


class Unset(Enum):
    """Stands for a mapping that is absent, where null is a value of its own."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
Maybe = str | None | Literal[Unset.UNSET]


def has_keyword_form(value: str) -> bool:
    """Whether `value` matches `"@"1*ALPHA`; such terms are reserved (JSON-LD 1.1, section 9.16)."""
    return value[:1] == "@" and _KEYWORD_FORM.fullmatch(value) is not None


def fail(code: str, expected: str, got: object, where: str = "") -> NoReturn:
    """Raises JsonLdError with an error code of the JSON-LD API (section 9.6)."""
    try:
        shown = show(got)
    except RecursionError:
        shown = "a value that is nested too deeply"
    raise JsonLdError.at(where, expected=expected, got=shown, code=code)


@dataclass(frozen=True, slots=True, eq=False)
class TermDefinition:
    """What a term means (JSON-LD API, section 4.1). Compared and hashed by identity.

    `context` is the local context as JSON, meaningful when `scoped`; `base_url` is what its relative
    URLs resolve against. `language` and `direction` are UNSET where the definition does not say.
    """

    iri: str | None = None
    type: str | None = None
    container: frozenset[str] = frozenset()
    language: Maybe = UNSET
    direction: Maybe = UNSET
    prefix: bool = False
    protected: bool = False
    reverse: bool = False
    scoped: bool = False
    context: Json = None
    base_url: str | None = None
    index: str | None = None
    nest: str | None = None

    def same(self, other: TermDefinition) -> bool:
        """Equal but for `protected` and for the place where it was written (API, 4.2.2 step 27)."""
        return self._meaning() == other._meaning()

    def _meaning(self) -> tuple[object, ...]:
        return (
            *(self.iri, self.type, self.container, self.language, self.direction, self.prefix),
            *(self.reverse, self.scoped, self.context, self.index, self.nest),
        )


NO_TERMS: Final[Mapping[str, TermDefinition]] = MappingProxyType({})
_ids = count(1)


class Scope(Protocol):
    """What IRI expansion reads: an ActiveContext, or one that is being built."""

    @property
    def terms(self) -> Mapping[str, TermDefinition]: ...
    @property
    def base(self) -> str | None: ...
    @property
    def vocab(self) -> str | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class ActiveContext:
    """An immutable active context. Instances are shared: `id` is unique and may be a cache's key.

    `frozen` is true when it came from bundled contexts alone, so that it is worth keeping.
    `previous` is the context to return to in the next node object (`@propagate: false`).
    """

    id: int
    terms: Mapping[str, TermDefinition]
    base: str | None
    original_base: str | None
    vocab: str | None = None
    language: str | None = None
    direction: str | None = None
    previous: ActiveContext | None = None
    mode: ProcessingMode = "json-ld-1.1"
    frozen: bool = False


def next_id() -> int:
    """The next unique number for an active context."""
    return next(_ids)


def initial_context(
    base: str | None = None, mode: ProcessingMode = "json-ld-1.1", original_base: str | None = None
) -> ActiveContext:
    """The newly initialised active context for a base IRI and a processing mode (a shared instance).

    `original_base` is what a null context returns to; without one it is `base`.
    """
    return _initial(base, mode, base if original_base is None else original_base)


@lru_cache(maxsize=64)
def _initial(base: str | None, mode: ProcessingMode, original_base: str | None) -> ActiveContext:
    frozen = base is None and original_base is None
    return ActiveContext(next_id(), NO_TERMS, base, original_base, mode=mode, frozen=frozen)


def expand_iri(
    scope: Scope, value: str, *, vocab: bool = False, document_relative: bool = False
) -> str | None:
    """IRI expansion (API, section 5.2) without a local context. None for reserved `@words`."""
    if value[:1] == "@":
        if value in KEYWORDS:
            return value
        if has_keyword_form(value):
            return None
    definition = scope.terms.get(value)
    if definition is not None and (vocab or definition.iri in KEYWORDS):
        return definition.iri
    colon = value.find(":", 1)
    if colon > 0:
        prefix = value[:colon]
        if prefix == "_" or value.startswith("//", colon + 1):
            return value
        definition = scope.terms.get(prefix)
        if definition is not None and definition.prefix and definition.iri is not None:
            return definition.iri + value[colon + 1 :]
        if is_iri(value):
            return value
    if vocab and scope.vocab is not None:
        return scope.vocab + value
    return resolve(scope.base, value) if document_relative else value


def is_alias(active: ActiveContext, key: str, keyword: str) -> bool:
    """Whether the term `key` is an alias of `keyword`."""
    definition = active.terms.get(key)
    return definition is not None and definition.iri == keyword
