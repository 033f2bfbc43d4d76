"""Where plans rest between documents: bounded, and only as long as the same context documents load."""

from __future__ import annotations

import marshal
from collections.abc import Hashable
from typing import Any

from insignia.jsonld.active import ActiveContext, Json, initial_context
from insignia.jsonld.context import ContextProcessing
from insignia.jsonld.direct_plan import Entry, NotDirect, Plan, Table, compile_entry, compile_plan
from insignia.jsonld.loading import ContextDocument, Loader

MAX_COMPILED = 8192
_MAX_INLINE = 8192
_Documents = tuple[tuple[str, ContextDocument], ...]


class _Rest:
    """The tables of the contexts seen, by what was written; `compiled` counts entries and plans."""

    def __init__(self) -> None:
        self.tables: dict[Hashable, tuple[Table, _Documents]] = {}
        self.compiled = 0

    def count(self) -> None:
        self.compiled += 1
        if self.compiled > MAX_COMPILED:
            self.tables = {}
            self.compiled = 0


_REST = _Rest()


class Plans:
    """The plans for one document: gives what rests, compiles what is missing."""

    __slots__ = ("_loader",)

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def root(self, context: Json) -> Table:
        """The table of a document with this `@context`."""
        return self._settled(None, context, 0)

    def local(self, entry: Entry, context: Json) -> Table:
        """The table of a node with its own `@context`."""
        return self._settled(entry.active, context, entry.depth)

    def _settled(self, active: ActiveContext | None, context: Json, depth: int) -> Table:
        key = (active, _written(context), depth)
        found = _REST.tables.get(key)
        if found is not None:
            table, documents = found
            loader = self._loader
            for url, document in documents:
                if loader(url) is not document:
                    break
            else:
                return table
        loader = _Recording(self._loader)
        outer = initial_context() if active is None else active
        table = Table(ContextProcessing(loader).process(outer, context, None), settled=True, depth=depth)
        _REST.count()
        _REST.tables[key] = (table, tuple(loader.documents.items()))
        return table

    def entry(self, table: Table, keys: tuple[str, ...]) -> Entry:
        """The entry for a node object with these keys."""
        entry = compile_entry(table, keys, self._scoped)
        _REST.count()
        table.entries[keys] = entry
        return entry

    def plan(self, entry: Entry, types: Json) -> Plan:
        """The plan for a node object of these types."""
        names = types if type(types) is list else [types]
        if not all(type(name) is str for name in names):
            raise NotDirect("a type that is no string")
        plan = compile_plan(entry, tuple(names), self._scoped)
        _REST.count()
        entry.by_type[tuple(names) if type(types) is list else types] = plan
        return plan

    def _scoped(self, active: ActiveContext, *arguments: Any, **options: Any) -> ActiveContext:
        loader = _Recording(self._loader)
        result = ContextProcessing(loader).scoped(active, *arguments, **options)
        if not all(document.bundled for document in loader.documents.values()):
            raise NotDirect("a scoped context that is fetched")
        return result


class _Recording:
    """A loader that remembers what it loaded, and insists on documents that nobody changes."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self.documents: dict[str, ContextDocument] = {}

    def __call__(self, url: str) -> Json:
        document = self._loader(url)
        if not isinstance(document, ContextDocument):
            raise NotDirect("a context document that may change")
        self.documents[url] = document
        return document


def _written(context: Json) -> Hashable:
    """A context as a key: equal keys are equal JSON."""
    if type(context) is list and all(type(item) is str for item in context):
        return tuple(context)
    if type(context) is str:
        return context
    try:
        text = marshal.dumps(context, 2)
    except ValueError:
        raise NotDirect("a context that is not plain JSON") from None
    if len(text) > _MAX_INLINE:
        raise NotDirect("a large inline context")
    return text
