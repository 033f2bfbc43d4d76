"""A template's lines cut at its slots: formats that write them for given values and labels.

A format is a `%` format with the positions of its arguments in one row: the tokens of the places first, then
the labels of the blank nodes. All is bytes, which Python formats twice as fast as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from insignia.jsonld.direct_lines import Fragment, Ref, labels_and_order
from insignia.jsonld.nquads import RDF

Row = Sequence[bytes]
_TYPE: Final = f" <{RDF}type> "


class Format(NamedTuple):
    """`text % pick(row)`; without `pick` the text as it is."""

    text: bytes
    pick: Callable[[Row], object] | None


class NotCompiled(Exception):
    """A shape, or a slot, that cannot be cut out of the lines."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The lines of a template in formats.

    A row holds: the tokens of the places (`literals` says which are literals, the others are IRIs); the
    objects of each group of `alternatives`, sorted; the labels of the blank nodes; those of each of `runs`,
    sorted. `fixed` has the lines of subjects that no value changes, `moving` the other subjects and lines.
    """

    literals: list[bool]
    alternatives: list[list[Format]]
    fixed: dict[bytes, Format]
    moving: list[tuple[Format, Format]]
    blanks: list[Format]
    digests: list[Format]
    runs: list[tuple[int, ...]]
    labels: tuple[list[bytes], list[int]]


Pieces = list[str | int]
"""Strings, positions in the row, and as negative numbers positions among the labels: -1 is the first."""


def cut(places: int, mark: str, fragment: Fragment, above: Mapping[bytes, str]) -> Parts:
    """Cuts the lines of a template whose place number i holds `{mark}{i}:`.

    `above` gives the line that leads to each blank node. Raises NotCompiled where a mark is not a whole
    token, is a type, or is missing.
    """
    cutting = _Cutting(places, mark, fragment)
    groups, _, blanks = fragment
    subjects = [cutting.pieces(subject) for subject in groups]
    bodies = [cutting.body(lines, refs) for lines, refs in groups.values()]
    blank_bodies = [cutting.body(lines, refs) for lines, refs in blanks.values()]
    data = [
        _with_above(_lines(["_:a"], hashed), cutting.pieces(above[name]))
        for name, (hashed, _) in zip(blanks, blank_bodies, strict=True)
    ]
    if None in cutting.kinds:
        raise NotCompiled("a slot that leaves no trace in the lines")
    base = places + sum(map(len, cutting.alternatives))
    labels, order = labels_and_order(len(blanks))
    nodes = [
        (_joined(subject, base), _joined(_lines(subject, final), base))
        for subject, (_, final) in zip(subjects, bodies, strict=True)
    ]
    return Parts(
        literals=[kind == "literal" for kind in cutting.kinds],
        alternatives=[[_joined(value, base) for value in several] for several in cutting.alternatives],
        fixed={subject.text: body for subject, body in nodes if subject.pick is None},
        moving=[(subject, body) for subject, body in nodes if subject.pick is not None],
        blanks=[_joined(_lines([-1 - i], final), base) for i, (_, final) in enumerate(blank_bodies)],
        digests=[
            _joined(pieces, base) if any(isinstance(piece, int) for piece in pieces) else Format(name, None)
            for name, pieces in zip(blanks, data, strict=True)
        ],
        runs=cutting.runs,
        labels=([label.encode() for label in labels], order),
    )


def _lines(subject: Pieces, lines: list[Pieces]) -> Pieces:
    return [piece for line in lines for piece in (*subject, *line)]


def _with_above(own: Pieces, above: Pieces) -> Pieces:
    """What a first-degree hash is taken of, as `first_degree_data` puts it together."""
    first = above[0]
    return own + above if isinstance(first, str) and first.startswith("_") else above + own


class _Cutting:
    def __init__(self, places: int, mark: str, fragment: Fragment) -> None:
        # A datatype is left alone: xsd:string, as a value, would have to vanish.
        self._token = re.compile(rf'(?<!\^\^)<{re.escape(mark)}(\d+):>|"{re.escape(mark)}(\d+):"')
        self._mark = mark
        self._places = places
        self._position = {name: i for i, name in enumerate(fragment.blanks)}
        self._next_object = places
        self._next_label = len(fragment.blanks)
        self.kinds: list[str | None] = [None] * places
        self.alternatives: list[list[Pieces]] = []
        self.runs: list[tuple[int, ...]] = []

    def pieces(self, text: str) -> Pieces:
        """The text cut at its marks, each of which must be a whole token: `<mark>` or `"mark"`."""
        pieces: Pieces = []
        end = 0
        for match in self._token.finditer(text):
            place = int(match.group(1) or match.group(2))
            self.kinds[place] = "iri" if match.group(1) else "literal"
            pieces += [text[end : match.start()], place]
            end = match.end()
        pieces.append(text[end:])
        if any(isinstance(piece, str) and self._mark in piece for piece in pieces):
            raise NotCompiled("a slot inside another token")
        return pieces

    def body(self, lines: list[str], refs: list[Ref] | None) -> tuple[list[Pieces], list[Pieces]]:
        """The lines of one subject, without it: as they are hashed, and as they are written."""
        labels = self._labels(refs)
        hashed: list[Pieces] = []
        final: list[Pieces] = []
        rows = ((lines[i].index("> ") + 2, i) for i in range(1, len(lines)))
        if any(self._mark in line[: line.index("> ") + 1] for line in lines[1:]):
            raise NotCompiled("a slot in a property")
        for (head, blank), several in groupby(
            rows, key=lambda row: (lines[row[1]][: row[0]], row[1] in labels)
        ):
            positions = [i for _, i in several]
            if blank:
                hashed += [[lines[i]] for i in positions]
                final += [[head, labels[i], " .\n"] for i in positions]
            else:
                plain = self._plain(head, [self.pieces(lines[i][len(head) :]) for i in positions])
                hashed += plain
                final += plain
        return hashed, final

    def _plain(self, head: str, objects: list[Pieces]) -> list[Pieces]:
        """Lines of one predicate; their order depends on the values when there are several."""
        if all(len(value) == 1 for value in objects):
            return [[head, *value] for value in objects]
        if head == _TYPE:
            raise NotCompiled("a slot in a type")
        if len(objects) == 1:
            return [[head, *objects[0]]]
        self.alternatives.append(objects)
        first = self._next_object
        self._next_object += len(objects)
        return [[head, first + i] for i in range(len(objects))]

    def _labels(self, refs: list[Ref] | None) -> dict[int, int]:
        """The labels that stand in the lines at these positions."""
        labels: dict[int, int] = {}
        for position, _, names in refs or ():
            if len(names) == 1:
                labels[position] = -1 - self._position[names[0]]
                continue
            self.runs.append(tuple(self._position[name] for name in names))
            for i in range(len(names)):
                labels[position + i] = -1 - self._next_label
                self._next_label += 1
        return labels


def _joined(pieces: Pieces, base: int) -> Format:
    """A format for pieces; the labels begin at `base` in the row."""
    positions = [piece if piece >= 0 else base - 1 - piece for piece in pieces if isinstance(piece, int)]
    if not positions:
        return Format("".join(map(str, pieces)).encode(), None)
    text = "".join(piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in pieces)
    return Format(text.encode(), itemgetter(*positions))
