"""One pass over a JSON-LD document: canonical N-Quads lines grouped by subject, and blank nodes by hash.

A line is kept without its subject: ` <predicate> object .\\n`. The lines of a node are a list that begins
with an empty string, so that `subject.join(lines)` writes them all. A blank node is named by its
first-degree hash (RDFC-1.0, 4.6.3), known as soon as its own lines are: `_:a` joins them, and the one line
that leads to it stands before them (its subject is an IRI) or after them (it is a blank node, `_:z`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count
from json.encoder import encode_basestring
from typing import Any, Final

from insignia import jcs
from insignia.jsonld.active import ActiveContext, Json, expand_iri
from insignia.jsonld.direct_lines import Fragment, Lines, Ref
from insignia.jsonld.direct_plan import (
    GRAPH,
    IRI,
    JSON,
    LIST,
    LITERAL,
    SCOPED,
    TYPES,
    VOCAB,
    Entry,
    NotDirect,
    Plan,
    Step,
    Table,
    datatype_of,
    language_tag,
)
from insignia.jsonld.direct_plans import Plans
from insignia.jsonld.direct_recurring import Recurring
from insignia.jsonld.iri import is_iri
from insignia.jsonld.nquads import RDF, XSD, escape
from insignia.jsonld.rdf import double_lexical

_FIRST: Final = f" <{RDF}first> "
_REST: Final = f" <{RDF}rest> "
_NIL: Final = f"<{RDF}nil>"
_JSON_TYPE: Final = f"^^<{RDF}JSON>"
_MAX_NUMBER: Final = 2**53
_MAX_KNOWN: Final = 64
RECURRING: Final = Recurring()


class Alike(Exception):
    """Two blank nodes share a first-degree hash, or there are named graphs: this needs the full RDFC-1.0."""


def quote_any(text: str) -> str:
    """The token of a plain literal, for any text. `encode_basestring` gives the same for most."""
    return f'"{escape(text)}"'


def first_degree_data(lines: list[str], above: str) -> str:
    """What the first-degree hash of a blank node is taken of (RDFC-1.0, 4.6.3): its lines, sorted."""
    own = "_:a".join(lines)
    return own + above if above[:1] == "_" else above + own


def iri_token(active: ActiveContext, value: str, *, vocab: bool) -> str:
    """The token of the IRI that `value` means (API, section 5.2)."""
    iri = expand_iri(active, value, vocab=vocab, document_relative=True)
    if iri is None or not is_iri(iri):
        raise NotDirect("a relative IRI, an undefined term or a blank node identifier")
    return f"<{iri}>"


class Walk:
    """The lines of one document. `named` gives blank nodes a running number for a name instead of a hash."""

    def __init__(
        self,
        plans: Plans,
        new_hash: Callable[..., hashlib._Hash],
        quote: Callable[[str], str] = encode_basestring,
        named: bool = False,
    ) -> None:
        self.plans = plans
        self.new_hash = new_hash
        self.quote = quote
        self.named = named
        self.numbers = count()
        self.groups: dict[str, Lines] = {}
        self.repeated: dict[str, list[Lines]] = {}
        self.blanks: dict[bytes, Lines] = {}
        self.graphs: list[tuple[bytes, Fragment]] = []

    def document(self, value: dict[str, Any], table: Table) -> Fragment:
        """All lines of a document whose context `table` holds."""
        self.node(value, table, "")
        return Fragment(self.groups, self.repeated, self.blanks)

    def node(self, value: dict[str, Any], table: Table, above: str) -> str | bytes:
        """The token of an IRI or literal, or the name of the blank node, that `value` means.

        `above` is the line that leads to it, were it the blank node `_:a`; empty at the root.
        """
        keys = tuple(value)
        entry = table.entries.get(keys) or self.plans.entry(table, keys)
        plan = entry.plan
        if plan is None:
            if entry.type_key is None:
                return self._special(value, entry, above)
            types = value[entry.type_key]
            plan = entry.by_type.get(tuple(types) if type(types) is list else types)
            if plan is None:
                plan = self.plans.plan(entry, types)
        lines = plan.initial.copy()
        refs: list[Ref] | None = None
        if plan.id_key is None:
            subject, prefix = "", "_:z"
        else:
            subject = prefix = self._subject(plan, value[plan.id_key])
            if plan.reference:
                return subject
        quote = self.quote
        for step in plan.steps:
            key, kind, head, tail, child_table, recurs, _, _ = step
            item = value[key]
            kind_of_item = type(item)
            if kind_of_item is str:
                if kind == LITERAL:
                    lines.append(head + quote(item) + tail)
                    continue
                if kind == IRI and plan.is_common_iri(item):
                    lines.append(f"{head}<{item}> .\n")
                    continue
            elif kind_of_item is dict and kind <= SCOPED:
                if recurs:
                    child = self._recurring(item, step, f"{prefix}{head}_:a .\n")
                else:
                    child = self.node(item, child_table, f"{prefix}{head}_:a .\n")
                if isinstance(child, str):
                    lines.append(f"{head}{child} .\n")
                else:
                    refs = refs or []
                    refs.append((len(lines), head, (child,)))
                    lines.append(f"{head}_:z .\n")
                continue
            names = self._values(item, step, prefix, lines)
            if names:
                refs = refs or []
                refs.append((len(lines), head, names))
                lines += [f"{head}_:z .\n"] * len(names)
        if subject:
            self._add(subject, (lines, refs))
            return subject
        return self._blank((lines, refs), above)

    def _subject(self, plan: Plan, value: Json) -> str:
        if type(value) is not str:
            raise NotDirect("an @id that is no string")
        return f"<{value}>" if plan.is_common_iri(value) else iri_token(plan.active, value, vocab=False)

    def _add(self, subject: str, lines: Lines) -> None:
        if len(lines[0]) > 1:
            if subject in self.groups:
                self.repeated.setdefault(subject, []).append(lines)
            else:
                self.groups[subject] = lines

    def _blank(self, lines: Lines, above: str) -> bytes:
        if self.named:
            name = b"%d" % next(self.numbers)
        else:
            name = self.new_hash(first_degree_data(lines[0], above).encode()).digest()
            if name in self.blanks:
                raise Alike
        self.blanks[name] = lines
        return name

    def _special(self, value: dict[str, Any], entry: Entry, above: str) -> str | bytes:
        if entry.local:
            return self.node(value, self.plans.local(entry, value["@context"]), above)
        keywords = entry.keywords
        assert keywords is not None  # an entry without a plan or a type is local, or a value object
        content = value[keywords["@value"]]
        if "@type" in keywords:
            datatype = datatype_of(entry, value[keywords["@type"]])
            if "@language" in keywords or type(content) is not str:
                raise NotDirect("an unusual value object")
            token = self.quote(content)
            return token if datatype == XSD + "string" else f"{token}^^<{datatype}>"
        if type(content) is not str:
            raise NotDirect("a native value in a value object")
        token = self.quote(content)
        return f"{token}@{language_tag(value[keywords['@language']])}" if "@language" in keywords else token

    def _values(self, value: Json, step: Step, prefix: str, lines: list[str]) -> tuple[bytes, ...]:
        """What is no plain string, common IRI or node: adds lines, returns the names of blank objects."""
        kind = step.kind
        if kind == TYPES:
            lines += step.lines
            return ()
        above = f"{prefix}{step.head}_:a .\n"
        objects: list[str | bytes] = []
        if kind == LIST:
            if value is not None:
                objects.append(self._list(value, step, above))
        elif kind == JSON:
            objects.append(self._object(value, step, above))
        elif kind == GRAPH:
            objects = [self._graph(item, step) for item in (value if type(value) is list else (value,))]
        else:
            for item in value if type(value) is list else (value,):
                if item is not None:
                    objects.append(self._object(item, step, above))
        tokens = [item for item in objects if type(item) is str]
        if tokens:
            lines += [f"{step.head}{token} .\n" for token in sorted(set(tokens))]
        return tuple(item for item in objects if type(item) is bytes)

    def _object(self, item: Json, step: Step, above: str) -> str | bytes:
        kind_of_item = type(item)
        coercion = step.coercion
        if kind_of_item is dict and step.kind != JSON:
            return self._recurring(item, step, above) if step.recurs else self.node(item, step.table, above)
        if coercion is None:
            raise NotDirect("a scalar where a scoped context does not allow it")
        if coercion.kind == JSON:
            return self.quote(jcs.canonicalize(item).decode()) + _JSON_TYPE
        if kind_of_item is not str:
            return scalar(item, coercion.datatype)
        if coercion.kind == LITERAL:
            return self.quote(item) + coercion.tail[:-3]
        token = coercion.known.get(item)
        if token is None:
            token = iri_token(coercion.active, item, vocab=coercion.kind == VOCAB)
            if len(coercion.known) < _MAX_KNOWN:
                coercion.known[item] = token
        return token

    def _list(self, value: Json, step: Step, above: str) -> str | bytes:
        """An RDF collection (API, section 8.6): a chain of blank nodes, the last one first here."""
        items = value if type(value) is list else [value]
        items = [item for item in items if item is not None]
        rest: str | bytes = _NIL
        for position in range(len(items) - 1, -1, -1):
            first = self._object(items[position], step, f"_:z{_FIRST}_:a .\n")
            lines = [""]
            refs: list[Ref] = []
            for head, item in ((_FIRST, first), (_REST, rest)):
                if isinstance(item, bytes):
                    refs.append((len(lines), head, (item,)))
                lines.append(f"{head}{'_:z' if isinstance(item, bytes) else item} .\n")
            rest = self._blank((lines, refs or None), f"_:z{_REST}_:a .\n" if position else above)
        return rest

    def _graph(self, item: Json, step: Step) -> bytes:
        """A graph container: the node stands in a graph of its own, which a blank node names."""
        if not self.named:
            raise Alike
        if type(item) is not dict:
            raise NotDirect("a graph that is no node object")
        outer = self.groups, self.repeated, self.blanks
        self.groups, self.repeated, self.blanks = {}, {}, {}
        self.node(item, step.table, "")
        inner = Fragment(self.groups, self.repeated, self.blanks)
        if not (inner.groups or any(len(lines) > 1 for lines, _ in inner.blanks.values())):
            raise NotDirect("a graph without statements")
        self.groups, self.repeated, self.blanks = outer
        name = b"%d" % next(self.numbers)
        self.graphs.append((name, inner))
        return name

    def _recurring(self, item: dict[str, Any], step: Step, above: str) -> str | bytes:
        """A node whose content came before, in whatever credential, is not walked again."""
        if self.named or self.quote is not encode_basestring:
            return self.node(item, step.table, above)
        key = RECURRING.key(step.table, self.new_hash, item)
        kept = RECURRING.get(key)
        if kept is not None:
            self._merge(kept.fragment)
            return kept.token
        if key is None or not RECURRING.comes_again(key):
            return self.node(item, step.table, above)
        outer = self.groups, self.repeated, self.blanks
        self.groups, self.repeated, self.blanks = {}, {}, {}
        token = self.node(item, step.table, above)
        inner = Fragment(self.groups, self.repeated, self.blanks)
        self.groups, self.repeated, self.blanks = outer
        if type(token) is str:
            RECURRING.put(key, token, inner)
        self._merge(inner)
        return token

    def _merge(self, inner: Fragment) -> None:
        groups, blanks = self.groups, self.blanks
        if inner.repeated or not groups.keys().isdisjoint(inner.groups):
            for subject, lines in inner.groups.items():
                self._add(subject, lines)
            for subject, several in inner.repeated.items():
                for lines in several:
                    self._add(subject, lines)
        else:
            groups.update(inner.groups)
        number = len(blanks) + len(inner.blanks)
        blanks.update(inner.blanks)
        if len(blanks) != number:
            raise Alike


def scalar(item: Json, datatype: str | None) -> str:
    """The token of a native boolean or number (API, section 8.4)."""
    if item is True or item is False:
        return f'"{"true" if item else "false"}"^^<{datatype or XSD + "boolean"}>'
    if type(item) not in (int, float) or not -_MAX_NUMBER <= item <= _MAX_NUMBER:
        raise NotDirect("an unusual value")
    number = float(item)
    if number.is_integer() and datatype != XSD + "double":
        return _typed(str(int(item)), datatype or XSD + "integer")
    return _typed(double_lexical(number), datatype or XSD + "double")


def _typed(lexical: str, datatype: str) -> str:
    return f'"{lexical}"' if datatype == XSD + "string" else f'"{lexical}"^^<{datatype}>'
