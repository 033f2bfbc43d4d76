"""Context Processing (JSON-LD 1.1 API, section 4.1) with a bounded memory of what was processed before.

`ContextProcessing` gives the same ActiveContext object again for the same active context and bundled
contexts, so that other modules may key their own caches on `ActiveContext.id`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from insignia.jsonld.active import (
    ActiveContext,
    Json,
    TermDefinition,
    expand_iri,
    fail,
    initial_context,
    next_id,
)
from insignia.jsonld.iri import is_blank_node, is_iri, resolve
from insignia.jsonld.loading import ContextDocument, Loader, load_context
from insignia.jsonld.memory import Kept, Memory
from insignia.jsonld.term import Draft, TermBuilder

__all__ = [
    "ActiveContext",
    "ContextProcessing",
    "TermDefinition",
    "expand_iri",
    "initial_context",
    "process_context",
]

MAX_REMOTE_CONTEXTS = 32
MAX_CONTEXTS = 5_000
MAX_WORK = 2_000_000
MAX_SCOPES = 24
_MAX_INLINE = 4096
_NOT_TERMS = frozenset(
    {"@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab"}
)

_FROZEN = Memory(2048)
_PASSING = Memory(256)


class ContextProcessing:
    """Processes the contexts of one document: holds its loader and counts the work that is left.

    Raises JsonLdError `context overflow` when one document asks for more than MAX_CONTEXTS contexts or
    MAX_WORK copied term definitions (what was kept from before does not count).
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._loaded: list[tuple[str, Json]] = []
        self._contexts = MAX_CONTEXTS
        self._work = MAX_WORK
        self._bundled = False
        self._scopes = 0

    def scoped(
        self,
        active: ActiveContext,
        definition: TermDefinition,
        *,
        source: ActiveContext,
        override_protected: bool = False,
        propagate: bool = True,
    ) -> ActiveContext:
        """`active` under the scoped context of `definition`, a term of `source` (API, 5.1 steps 8 and 11)."""
        key = (active.id, definition, override_protected, propagate)
        frozen = active.frozen and source.frozen

        def compute() -> ActiveContext:
            with self._from(frozen):
                return self.process(
                    active,
                    definition.context,
                    definition.base_url,
                    override_protected=override_protected,
                    propagate=propagate,
                )

        return self._remembered(key, frozen, definition, compute)

    def process(
        self,
        active: ActiveContext,
        local: Json,
        base_url: str | None,
        *,
        remote: tuple[str, ...] = (),
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
    ) -> ActiveContext:
        """The active context that `local` makes of `active` (section 4.1.2); relative URLs use `base_url`.

        Raises JsonLdError with an error code of the API, or what the loader raises as a JsonLdError.
        """
        if isinstance(local, dict) and isinstance(local.get("@propagate"), bool):
            propagate = local["@propagate"]
        result = active
        if not propagate and active.previous is None:
            result = self._unpropagated(active)
        for item in local if isinstance(local, list) else (local,):
            if isinstance(item, str):
                url = resolve(base_url, item)
                if not is_iri(url):
                    fail("loading document failed", "an absolute context URL, or a base", item)
                if not validate_scoped and url in remote:
                    continue
                if len(remote) >= MAX_REMOTE_CONTEXTS:
                    fail("context overflow", f"at most {MAX_REMOTE_CONTEXTS} remote contexts", url)
                remote = (*remote, url)
                result = self._remote(result, url, remote, validate_scoped)
            elif item is None:
                result = self._nullify(result, override_protected, propagate)
            elif isinstance(item, dict):
                result = self._inline(result, item, base_url, remote, override_protected, validate_scoped)
            else:
                fail("invalid local context", "a context definition, a URL or null", item)
        return result

    def _unpropagated(self, active: ActiveContext) -> ActiveContext:
        def compute() -> ActiveContext:
            return replace(active, id=next_id(), previous=active)

        return self._remembered((active.id, "unpropagated"), active.frozen, active, compute)

    def _nullify(self, result: ActiveContext, override_protected: bool, propagate: bool) -> ActiveContext:
        if not override_protected and any(term.protected for term in result.terms.values()):
            code = "invalid context nullification"
            fail(code, "no null context where terms are protected", None)
        initial = initial_context(result.original_base, result.mode)
        return initial if propagate else replace(initial, id=next_id(), previous=result, frozen=False)

    def _remote(
        self, result: ActiveContext, url: str, remote: tuple[str, ...], validate_scoped: bool
    ) -> ActiveContext:
        document, final_url = self._load(url)
        if not isinstance(document, dict) or "@context" not in document:
            fail("invalid remote context", "an object with @context", document)
        bundled = isinstance(document, ContextDocument) and document.bundled

        def compute() -> ActiveContext:
            with self._from(bundled):
                return self.process(
                    result, document["@context"], final_url, remote=remote, validate_scoped=validate_scoped
                )

        if not validate_scoped or not isinstance(document, ContextDocument):
            return compute()
        return self._remembered((result.id, id(document)), result.frozen and bundled, document, compute)

    def _inline(
        self,
        result: ActiveContext,
        definition: dict[str, Any],
        base_url: str | None,
        remote: tuple[str, ...],
        override_protected: bool,
        validate_scoped: bool,
    ) -> ActiveContext:
        def compute() -> ActiveContext:
            return self._define(result, definition, base_url, remote, override_protected)

        if remote or not validate_scoped or len(definition) > 64:
            return compute()
        text = json.dumps(definition, ensure_ascii=False)
        if len(text) > _MAX_INLINE:
            return compute()
        key = (result.id, text, base_url, override_protected)
        return self._remembered(key, False, None, compute)

    def _define(
        self,
        active: ActiveContext,
        definition: dict[str, Any],
        base_url: str | None,
        remote: tuple[str, ...],
        override_protected: bool,
    ) -> ActiveContext:
        """One context definition (4.1.2 steps 5.5 to 5.13)."""
        definition = self._imported(definition, base_url, active.mode)
        self._spend(len(active.terms) + len(definition))
        draft = Draft.of(active)
        _check_switches(definition, active.mode)
        if "@base" in definition and not remote:
            _set_base(draft, definition["@base"])
        if "@vocab" in definition:
            _set_vocab(draft, definition["@vocab"])
        _set_language_and_direction(draft, definition)
        protected = definition.get("@protected", False)
        if not isinstance(protected, bool):
            fail("invalid @protected value", "true or false", protected)

        def validate(context: Json, scope: Draft) -> None:
            self._spend(len(scope.terms))
            self._scopes += 1
            if self._scopes > MAX_SCOPES:
                fail("context overflow", f"at most {MAX_SCOPES} scoped contexts in one another", "more")
            probe = scope.finish(frozen=False)
            self.process(
                probe, context, base_url, remote=remote, override_protected=True, validate_scoped=False
            )
            self._scopes -= 1

        builder = TermBuilder(draft, definition, base_url, protected, override_protected, validate)
        for term in definition:
            if term not in _NOT_TERMS:
                builder.define(term)
        return draft.finish(frozen=active.frozen and self._bundled)

    def _imported(self, definition: dict[str, Any], base_url: str | None, mode: str) -> dict[str, Any]:
        if "@import" not in definition:
            return definition
        given = definition["@import"]
        if mode == "json-ld-1.0":
            fail("invalid context entry", "no @import in processing mode json-ld-1.0", given)
        if not isinstance(given, str):
            fail("invalid @import value", "a URL", given)
        document, _ = self._load(resolve(base_url, given))
        imported = document.get("@context") if isinstance(document, dict) else None
        if not isinstance(imported, dict):
            fail("invalid remote context", "an object whose @context is a context definition", document)
        if "@import" in imported:
            fail("invalid context entry", "no @import in an imported context", imported["@import"])
        return {**imported, **{key: value for key, value in definition.items() if key != "@import"}}

    def _load(self, url: str) -> tuple[Json, str]:
        self._spend(1)
        document, final_url = load_context(self._loader, url)
        self._loaded.append((url, document))
        return document, final_url

    def _spend(self, terms: int) -> None:
        self._contexts -= 1
        self._work -= terms
        if self._contexts < 0 or self._work < 0:
            fail("context overflow", f"at most {MAX_CONTEXTS} contexts of {MAX_WORK} terms in all", "more")

    @contextmanager
    def _from(self, bundled: bool) -> Iterator[None]:
        before, self._bundled = self._bundled, bundled
        try:
            yield
        finally:
            self._bundled = before

    def _remembered(
        self, key: Hashable, frozen: bool, anchor: object, compute: Callable[[], ActiveContext]
    ) -> ActiveContext:
        """What `compute` gave before, if every document that it read still loads as the same object."""
        memory = _FROZEN if frozen else _PASSING
        kept = memory.get(key)
        if kept is not None and all(self._loader(url) is document for url, document in kept.documents):
            self._loaded.extend(kept.documents)
            return kept.active
        mark = len(self._loaded)
        active = compute()
        documents = tuple(self._loaded[mark:])
        if all(isinstance(document, ContextDocument) for _, document in documents):
            memory.put(key, Kept(active, documents, anchor))
        return active


def process_context(
    active: ActiveContext,
    local: Json,
    *,
    loader: Loader,
    base_url: str | None = None,
    override_protected: bool = False,
    propagate: bool = True,
) -> ActiveContext:
    """`active` changed by the local context `local` (API, section 4.1). Raises JsonLdError."""
    processing = ContextProcessing(loader)
    return processing.process(
        active, local, base_url, override_protected=override_protected, propagate=propagate
    )


def _check_switches(definition: dict[str, Any], mode: str) -> None:
    old = mode == "json-ld-1.0"
    if "@version" in definition:
        version = definition["@version"]
        if isinstance(version, bool) or version != 1.1:
            fail("invalid @version value", "1.1", version)
        if old:
            fail("processing mode conflict", "no @version in processing mode json-ld-1.0", version)
    if "@propagate" in definition:
        if old:
            fail("invalid context entry", "no @propagate in processing mode json-ld-1.0", "@propagate")
        if not isinstance(definition["@propagate"], bool):
            fail("invalid @propagate value", "true or false", definition["@propagate"])


def _set_base(draft: Draft, value: Json) -> None:
    if value is None:
        draft.base = None
    elif isinstance(value, str) and is_iri(value):
        draft.base = value
    elif isinstance(value, str) and draft.base is not None:
        draft.base = resolve(draft.base, value)
    else:
        fail("invalid base IRI", "an IRI, null, or a relative IRI where there is a base", value)


def _set_vocab(draft: Draft, value: Json) -> None:
    if value is None:
        draft.vocab = None
        return
    if not isinstance(value, str):
        fail("invalid vocab mapping", "an IRI, a blank node identifier or null", value)
    if draft.mode == "json-ld-1.0" and not (is_iri(value) or is_blank_node(value)):
        fail("invalid vocab mapping", "an IRI or a blank node identifier", value)
    vocab = expand_iri(draft, value, vocab=True, document_relative=True)
    if vocab is None or vocab.startswith("@"):
        fail("invalid vocab mapping", "an IRI, a blank node identifier or null", value)
    draft.vocab = vocab


def _set_language_and_direction(draft: Draft, definition: dict[str, Any]) -> None:
    if "@language" in definition:
        language = definition["@language"]
        if language is not None and not isinstance(language, str):
            fail("invalid default language", "a language tag or null", language)
        draft.language = language
    if "@direction" in definition:
        direction = definition["@direction"]
        if draft.mode == "json-ld-1.0":
            fail("invalid context entry", "no @direction in processing mode json-ld-1.0", direction)
        if direction not in ("ltr", "rtl", None):
            fail("invalid base direction", "ltr, rtl or null", direction)
        draft.direction = direction
