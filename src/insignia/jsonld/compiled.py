"""The canonical N-Quads of documents that differ only in the values of slots.

The template is walked once with a mark at each place; its lines are cut there. A filling writes the values,
takes the first-degree hashes of the blank nodes that a value reaches, and sorts. Whatever could come out
differently from `canonize` goes to `canonize`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final, Self

from insignia.errors import DataModelError, Problem
from insignia.jsonld import rdfc10
from insignia.jsonld.compiled_lines import NotCompiled, Parts, cut
from insignia.jsonld.compiled_slots import Place, Slots, filled, json_text, places_of
from insignia.jsonld.direct import canonize, is_exotic
from insignia.jsonld.direct_lines import Fragment, Lines, assemble
from insignia.jsonld.direct_plan import NotDirect
from insignia.jsonld.direct_plans import Plans
from insignia.jsonld.direct_walk import Alike, Walk, first_degree_data, quote_any
from insignia.jsonld.iri import AFTER_SCHEME
from insignia.jsonld.loading import Loader

# Two marks of different schemes: a context in which one of them is a prefix shows itself.
_MARK: Final = "urn:insignia-slot:"
_PROBE: Final = "did:insignia-slot:"
_IRI = re.compile(rf"(?:https?://|did:|urn:){AFTER_SCHEME}").fullmatch


class _Recorder(Walk):
    """A walk that keeps the line which leads to each blank node, and reuses no lines of other documents."""

    def __init__(self, plans: Plans, algorithm: str) -> None:
        super().__init__(plans, rdfc10.hash_function(algorithm), quote_any)
        self.above: dict[bytes, str] = {}

    def _blank(self, lines: Lines, above: str) -> bytes:
        name = super()._blank(lines, above)
        self.above[name] = above
        return name


class CompiledShape:
    """A template with slots whose canonical form is compiled. Not for several threads at a time.

    `fillings` counts the calls of `canonize`, and `general_fillings` those that took the general algorithm;
    `reason` says why all of them do, where the template cannot be compiled.
    """

    def __init__(
        self,
        template: Mapping[str, Any],
        places: Sequence[Place],
        parts: Parts | None,
        reason: str = "",
        *,
        loader: Loader,
        algorithm: str,
    ) -> None:
        self._template = template
        self._places = tuple(places)
        self._parts = parts
        self.reason = reason
        self._loader = loader
        self._algorithm = algorithm
        self._new_hash = rdfc10.hash_function(algorithm)
        self._affixes = [(p.slot, p.prefix, p.suffix, bool(p.prefix or p.suffix)) for p in places]
        self._slots = frozenset(place.slot for place in places)
        self.fillings = 0
        self.general_fillings = 0

    @classmethod
    def compile(
        cls, template: Mapping[str, Any], slots: Slots, *, loader: Loader, algorithm: str = "sha256"
    ) -> Self:
        """Compiles `template`. `slots` names the places of values: a JSON Pointer, or `[pointer, prefix,
        suffix]`, or a list of such places.

        A template that cannot be compiled gives a shape whose every filling is canonicalised from scratch.
        Raises DataModelError `shape.slot` for a place that the template does not have or that has two slots.
        """
        places = places_of(template, slots)
        parts, reason = None, ""
        try:
            parts = _compile(template, places, loader, algorithm)
        except (NotCompiled, NotDirect) as error:
            reason = str(error)
        except Alike:
            reason = "blank nodes that are alike, or an embedded graph"
        return cls(template, places, parts, reason, loader=loader, algorithm=algorithm)

    @property
    def compiled(self) -> bool:
        """Whether fillings can take the short way at all."""
        return self._parts is not None

    def canonize(self, values: Mapping[str, Any]) -> bytes:
        """The canonical N-Quads of the template with these values, one for each slot.

        A value of None removes the member. Raises DataModelError `shape.values` when the names are not those
        of the slots, and what `canonize` raises for the filled document.
        """
        self.fillings += 1
        if values.keys() != self._slots:
            raise DataModelError(_mismatch(self._slots, values))
        nquads = self._write(self._parts, values) if self._parts is not None else None
        if nquads is not None:
            return nquads
        self.general_fillings += 1
        return canonize(self.document(values), loader=self._loader, algorithm=self._algorithm)

    def document(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The template with these values."""
        return filled(self._template, self._places, values)

    def _tokens(self, literals: list[bool], values: Mapping[str, Any]) -> list[bytes] | None:
        """The token of each place; None when a value is not a plain string or not an evident IRI."""
        tokens = []
        for (slot, prefix, suffix, affixed), literal in zip(self._affixes, literals, strict=True):
            value = values[slot]
            if type(value) is not str:
                return None
            if affixed:
                value = f"{prefix}{value}{suffix}"
            if literal:
                tokens.append(encode_basestring(value))
            elif _IRI(value):
                tokens.append(f"<{value}>")
            else:
                return None
        text = "\n".join(tokens)  # no token has a line feed
        if is_exotic(text):
            return None
        try:
            return text.encode().split(b"\n") if tokens else []
        except UnicodeEncodeError:  # a lone surrogate: the general algorithm says where
            return None

    def _write(self, parts: Parts, values: Mapping[str, Any]) -> bytes | None:
        """The canonical N-Quads, or None where the short way might differ from the general one."""
        row = self._tokens(parts.literals, values)
        if row is None:
            return None
        new_hash = self._new_hash
        for several in parts.alternatives:
            objects = sorted([text % pick(row) if pick else text for text, pick in several])
            if len(set(objects)) < len(objects):
                return None
            row += objects
        digests = [new_hash(text % pick(row)).digest() if pick else text for text, pick in parts.digests]
        labels, order = parts.labels
        label_of = dict(zip(sorted(digests), labels, strict=True))
        if len(label_of) != len(digests):
            return None
        own = [label_of[digest] for digest in digests]
        row += own
        for run in parts.runs:
            row += sorted([own[position] for position in run])
        groups = parts.fixed.copy()
        for (text, pick), group in parts.moving:
            groups[text % pick(row) if pick else text] = group
        if len(groups) != len(parts.fixed) + len(parts.moving):
            return None
        blank_of = dict(zip(own, parts.blanks, strict=True))
        formats = [groups[subject] for subject in sorted(groups)]
        formats += [blank_of[labels[position]] for position in order]
        return b"".join([text % pick(row) if pick else text for text, pick in formats])


def _mismatch(slots: frozenset[str], values: Mapping[str, Any]) -> list[Problem]:
    problems = [
        Problem(f"/{name}", "a value for this slot", "none", "shape.values")
        for name in sorted(slots - values.keys())
    ]
    unknown = sorted(values.keys() - slots)
    return problems + [
        Problem(f"/{name}", "the name of a slot", "another", "shape.values") for name in unknown
    ]


def _compile(template: Mapping[str, Any], places: Sequence[Place], loader: Loader, algorithm: str) -> Parts:
    text = json_text(template)
    if _MARK in text or _PROBE in text or any(place.pointer.startswith("/@context") for place in places):
        raise NotCompiled("a mark in the template, or a slot in its context")
    walk, fragment = _marked(template, places, loader, algorithm, _MARK)
    probe, _ = _marked(template, places, loader, algorithm, _PROBE)
    if _outline(walk, _MARK) != _outline(probe, _PROBE):
        raise NotCompiled("a context in which did: or urn: is a prefix")
    whole = assemble(fragment)
    if fragment.repeated or is_exotic(whole):
        raise NotCompiled("a subject in two places, or an unusual character")
    return cut(len(places), _MARK, fragment, walk.above)


def _marked(
    template: Mapping[str, Any], places: Sequence[Place], loader: Loader, algorithm: str, mark: str
) -> tuple[_Recorder, Fragment]:
    """A walk over the template with a mark at each place."""
    names = [Place(str(i), place.pointer) for i, place in enumerate(places)]
    document = filled(template, names, {str(i): f"{mark}{i}:" for i in range(len(places))})
    plans = Plans(loader)
    walk = _Recorder(plans, algorithm)
    if "@context" not in document:
        raise NotCompiled("no context")
    return walk, walk.document(document, plans.root(document["@context"]))


def _outline(walk: _Recorder, mark: str) -> list[str]:
    """All lines, and what the hashes are taken of, whatever the mark and wherever it sorts."""
    blanks = [first_degree_data(lines, walk.above[name]) for name, (lines, _) in walk.blanks.items()]
    groups = [subject.join(lines) for subject, (lines, _) in walk.groups.items()]
    return [line for text in (*groups, *blanks) for line in sorted(text.replace(mark, _MARK).split("\n"))]
