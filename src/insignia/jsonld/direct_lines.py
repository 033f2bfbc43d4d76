"""The lines of a document as the direct walk leaves them, and canonical N-Quads made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import NamedTuple

from insignia.jsonld.nquads import Quad

Ref = tuple[int, str, tuple[bytes, ...]]
"""Where in a node's lines blank objects stand, their ` <predicate> `, and their names."""

Lines = tuple[list[str], list[Ref] | None]
"""The lines of a node, each without its subject, after an empty string; `None` when no object is blank."""


class Fragment(NamedTuple):
    """The lines of a part of a document, by subject; `repeated` has those of a subject that came before."""

    groups: dict[str, Lines]
    repeated: dict[str, list[Lines]]
    blanks: dict[bytes, Lines]


@lru_cache(maxsize=256)
def labels_and_order(number: int) -> tuple[list[str], list[int]]:
    """The first canonical labels, and the order in which they sort as the subjects of lines."""
    labels = [f"_:c14n{i}" for i in range(number)]
    return labels, sorted(range(number), key=lambda i: labels[i] + " ")


def assemble(fragment: Fragment) -> str:
    """Canonical N-Quads when the names of blank nodes are first-degree hashes, all different.

    Sorting subjects sorts lines: no subject begins with another one and a space.
    """
    groups, repeated, blanks = fragment
    names = sorted(blanks)
    labels, order = labels_and_order(len(names))
    label_of = dict(zip(names, labels, strict=True))
    parts = []
    for subject in sorted(groups):
        if subject in repeated:
            parts.append(_merged(subject, [groups[subject], *repeated[subject]], label_of))
            continue
        lines, refs = groups[subject]
        parts.append(subject.join(_labelled(lines, refs, label_of) if refs else lines))
    for i in order:
        lines, refs = blanks[names[i]]
        parts.append(labels[i].join(_labelled(lines, refs, label_of) if refs else lines))
    return "".join(parts)


def _labelled(lines: list[str], refs: list[Ref], label_of: Mapping[bytes, str]) -> list[str]:
    lines = lines.copy()
    for position, head, names in refs:
        if len(names) == 1:
            lines[position] = f"{head}{label_of[names[0]]} .\n"
        else:
            lines[position : position + len(names)] = sorted(f"{head}{label_of[name]} .\n" for name in names)
    return lines


def _merged(subject: str, several: list[Lines], label_of: Mapping[bytes, str]) -> str:
    """The lines of a subject that stands in several places of the document."""
    text = "".join(subject.join(_labelled(lines, refs or [], label_of)) for lines, refs in several)
    return "".join(f"{line}\n" for line in sorted(set(text.split("\n")) - {""}))


def quads(
    fragment: Fragment, graphs: list[tuple[bytes, Fragment]], label: Callable[[bytes], str] | None = None
) -> Iterator[Quad]:
    """The quads of a document in which the names of blank nodes are arbitrary, for the full RDFC-1.0.

    `label` gives the token of a blank node by its name; without it they are numbered.
    """
    label = label or _numbered()
    for graph, part in [("", fragment), *((label(name), inner) for name, inner in graphs)]:
        nodes = [(subject, lines) for subject, lines in part.groups.items()]
        nodes += [(subject, lines) for subject, several in part.repeated.items() for lines in several]
        nodes += [(label(name), lines) for name, lines in part.blanks.items()]
        for subject, (lines, refs) in nodes:
            blank = {position + i: name for position, _, names in refs or () for i, name in enumerate(names)}
            for position in range(1, len(lines)):
                end = lines[position].index("> ") + 1
                value = label(blank[position]) if position in blank else lines[position][end + 1 : -3]
                yield subject, lines[position][1:end], value, graph


def _numbered() -> Callable[[bytes], str]:
    numbers = count()
    known: dict[bytes, str] = {}

    def label(name: bytes) -> str:
        found = known.get(name)
        if found is None:
            found = known[name] = f"_:b{next(numbers)}"
        return found

    return label
