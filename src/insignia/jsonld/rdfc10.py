"""RDF Dataset Canonicalization (RDFC-1.0) over quads whose terms are canonical N-Quads tokens.

Two clean passes: blank nodes whose first-degree hash is unique are labelled at once; only those that
share one go through Hash N-Degree Quads, under an explicit budget of work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from insignia.errors import CanonicalizationError, show
from insignia.jsonld.nquads import Quad

_ALGORITHMS: dict[str, Callable[..., hashlib._Hash]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


@dataclass(frozen=True, slots=True)
class WorkLimit:
    """How much work Hash N-Degree Quads may do before the graph counts as poisoned.

    `steps` counts the related blank nodes hashed and the identifiers appended to a path; `depth` is the
    deepest recursion. RDFC-1.0, section 7.1 (dataset poisoning), asks for such a limit.
    """

    steps: int = 40_000
    depth: int = 150


DEFAULT_LIMIT = WorkLimit()


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical N-Quads, and the map from the input's blank node identifiers to canonical ones (no `_:`)."""

    nquads: str
    labels: dict[str, str]


def hash_function(algorithm: str) -> Callable[..., hashlib._Hash]:
    """The hash constructor for `sha256` or `sha384`. Raises CanonicalizationError for any other name."""
    try:
        return _ALGORITHMS[algorithm]
    except (KeyError, TypeError):
        raise CanonicalizationError.at(
            "",
            expected="the hash algorithm sha256 or sha384",
            got=show(algorithm),
            code="rdfc10.unknown-algorithm",
        ) from None


def canonicalize(
    quads: Iterable[Quad], *, algorithm: str = "sha256", limit: WorkLimit = DEFAULT_LIMIT
) -> Canonical:
    """RDFC-1.0, section 4.4.3, over quads of canonical tokens; duplicates are allowed.

    Raises CanonicalizationError with code `rdfc10.work-limit` when the work exceeds `limit`.
    """
    dataset = list(dict.fromkeys(quads))
    labels = _Labelling(dataset, hash_function(algorithm), limit).run()
    lines = sorted(_line(quad, labels) for quad in dataset)
    return Canonical("".join(lines), {name[2:]: label[2:] for name, label in labels.items()})


def _line(quad: Quad, labels: dict[str, str]) -> str:
    subject, predicate, value, graph = quad
    subject = labels.get(subject, subject)
    value = labels.get(value, value)
    if not graph:
        return f"{subject} {predicate} {value} .\n"
    return f"{subject} {predicate} {value} {labels.get(graph, graph)} .\n"


def _first_degree_line(quad: Quad, reference: str) -> str:
    """Section 4.6.3, step 3: the reference blank node is `_:a`, every other one `_:z`."""
    subject, predicate, value, graph = quad
    if subject.startswith("_:"):
        subject = "_:a" if subject == reference else "_:z"
    if value.startswith("_:"):
        value = "_:a" if value == reference else "_:z"
    if graph.startswith("_:"):
        graph = "_:a" if graph == reference else "_:z"
    return f"{subject} {predicate} {value} {graph} .\n" if graph else f"{subject} {predicate} {value} .\n"


class _Labelling:
    """The canonicalisation state of section 4.3: mention sets, first-degree hashes, issued labels."""

    def __init__(
        self, dataset: Sequence[Quad], new_hash: Callable[..., hashlib._Hash], limit: WorkLimit
    ) -> None:
        self._new_hash = new_hash
        self._steps = limit.steps
        self._depth = limit.depth
        self._canonical: dict[str, str] = {}
        self._mentions: dict[str, list[Quad]] = {}
        for quad in dataset:
            for name in {quad[0], quad[2], quad[3]}:
                if name.startswith("_:"):
                    self._mentions.setdefault(name, []).append(quad)
        self._first_degree: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        """Section 4.4.3, steps 3 to 5: every blank node gets its canonical label."""
        by_hash: dict[str, list[str]] = {}
        for name, quads in self._mentions.items():
            lines = sorted(_first_degree_line(quad, name) for quad in quads)
            digest = self._digest("".join(lines))
            self._first_degree[name] = digest
            by_hash.setdefault(digest, []).append(name)
        shared = []
        for digest in sorted(by_hash):
            names = by_hash[digest]
            if len(names) == 1:
                self._issue(names[0])
            else:
                shared.append(names)
        for names in shared:
            self._label_alike(names)
        return self._canonical

    def _label_alike(self, names: list[str]) -> None:
        """Section 4.4.3, step 5, for the blank nodes that share one first-degree hash."""
        rest = [name for name in names if name not in self._canonical]
        paths = [self._n_degree(name, {name: "_:b0"}, 0) for name in rest]
        paths.sort(key=lambda path: path[0])
        for _, issued in paths:
            for name in issued:
                self._issue(name)

    def _issue(self, name: str) -> None:
        if name not in self._canonical:
            self._canonical[name] = f"_:c14n{len(self._canonical)}"

    def _digest(self, text: str) -> str:
        return self._new_hash(text.encode()).hexdigest()

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            self._refuse("more work than the limit allows (a poisoned graph?)")

    def _refuse(self, got: str) -> None:
        raise CanonicalizationError.at(
            "",
            expected="a graph whose blank nodes can be told apart within the work limit",
            got=got,
            code="rdfc10.work-limit",
        )

    def _related(self, name: str, issued: dict[str, str]) -> dict[str, list[str]]:
        """Section 4.8.3, steps 1 to 3: related blank nodes by Hash Related Blank Node (4.7.3)."""
        related: dict[str, list[str]] = {}
        for subject, predicate, value, graph in self._mentions[name]:
            for position, other in (("s", subject), ("o", value), ("g", graph)):
                if other == name or not other.startswith("_:"):
                    continue
                self._spend(1)
                identifier = self._canonical.get(other) or issued.get(other) or self._first_degree[other]
                data = position + identifier if position == "g" else position + predicate + identifier
                related.setdefault(self._digest(data), []).append(other)
        return related

    def _n_degree(self, name: str, issued: dict[str, str], depth: int) -> tuple[str, dict[str, str]]:
        """Hash N-Degree Quads, section 4.8.3: the hash, and the identifiers issued on the chosen path."""
        if depth > self._depth:
            self._refuse("a deeper chain of indistinguishable blank nodes")
        self._spend(1)
        related = self._related(name, issued)
        data = []
        for digest in sorted(related):
            data.append(digest)
            path, issued = self._shortest_path(related[digest], issued, depth)
            data.append(path)
        return self._digest("".join(data)), issued

    def _shortest_path(
        self, names: list[str], issued: dict[str, str], depth: int
    ) -> tuple[str, dict[str, str]]:
        """Section 4.8.3, step 5: the least path over all orders in which `names` can be visited."""
        chosen, chosen_issued = "", issued
        for order in permutations(names):
            found = self._path(order, dict(issued), chosen, depth)
            if found is not None and (not chosen or found[0] < chosen):
                chosen, chosen_issued = found
        return chosen, chosen_issued

    def _path(
        self, order: Sequence[str], issued: dict[str, str], chosen: str, depth: int
    ) -> tuple[str, dict[str, str]] | None:
        """Section 4.8.3, steps 5.4.1 to 5.4.5; None once the path cannot beat `chosen` any more."""
        self._spend(len(order))
        path = ""
        recursion = []
        for name in order:
            label = self._canonical.get(name) or issued.get(name)
            if label is None:
                label = issued[name] = f"_:b{len(issued)}"
                recursion.append(name)
            path += label
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        for name in recursion:
            digest, deeper = self._n_degree(name, issued, depth + 1)
            path += f"{issued[name]}<{digest}>"
            issued = deeper
            if chosen and len(path) >= len(chosen) and path > chosen:
                return None
        return path, issued
