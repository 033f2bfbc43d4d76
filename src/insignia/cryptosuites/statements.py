"""A document as canonical statements that can be shown one by one (Data Integrity ECDSA Cryptosuites 1.0,
section 3.4, `canonicalizeAndGroup` and what it uses)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any, Final

from insignia.errors import DataModelError, Problem
from insignia.jsonld import rdfc10
from insignia.jsonld.loading import Loader
from insignia.jsonld.nquads import Quad
from insignia.jsonld.selection import Names, select, separate
from insignia.jsonld.stable import stable_quads

Json = Any
LabelOf = Callable[[str], str]
_PART: Final = "pointer.part"


@dataclass(frozen=True, slots=True)
class Statements:
    """The canonical N-Quads of `document`, sorted, each with its line feed, under chosen blank node labels.

    `labels` leads from the labels of `names` to those in the lines, without `_:`.
    """

    document: dict[str, Json]
    names: Names
    loader: Loader
    lines: list[str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, document: Mapping[str, Json], label_of: LabelOf, *, loader: Loader) -> Statements:
        """`label_of` gives the label to write for a canonical one such as `c14n0`.

        Raises JsonLdError, CanonicalizationError, and what `label_of` raises.
        """
        own, names = separate(document), Names()
        found = stable_quads(own, names, loader=loader)
        canonical = rdfc10.canonicalize(found)
        labels = {name: label_of(label) for name, label in canonical.labels.items()}
        return cls(own, names, loader, sorted(written(found, labels)), labels)

    def chosen(self, pointers: Sequence[str]) -> list[int]:
        """The positions of the statements that the pointers choose, in order.

        Raises DataModelError: `pointer.syntax`, `pointer.missing`, and `pointer.part` for one that leads
        into something that is only a statement as a whole (an ordered list, a value object, a JSON value).
        """
        position = {line: number for number, line in enumerate(self.lines)}
        found = self._selected(pointers)
        if not found <= position.keys():
            broken = [pointer for pointer in pointers if not self._selected([pointer]) <= position.keys()]
            raise DataModelError(
                Problem(pointer, "a value that can be shown by itself", "a part of one", _PART)
                for pointer in broken or pointers
            )
        return sorted(position[line] for line in found)

    def _selected(self, pointers: Sequence[str]) -> set[str]:
        selection = select(self.document, pointers, self.names)
        if selection is None:
            return set()
        return set(written(stable_quads(selection, self.names, loader=self.loader), self.labels))

    def revealed(self, pointers: Sequence[str]) -> tuple[dict[str, Json], dict[str, str]]:
        """The document that the pointers choose, and the label in the lines of each of its own canonical
        labels (`createDisclosureData`, steps 11 to 13)."""
        selection = select(self.document, pointers, self.names) or {}
        canonical = rdfc10.canonicalize(stable_quads(selection, self.names, loader=self.loader))
        return separate(selection), {
            label: self.labels[name] for name, label in canonical.labels.items() if name in self.labels
        }


def written(quads: Sequence[Quad], labels: Mapping[str, str]) -> list[str]:
    """Lines of N-Quads, with other labels; one without a new label keeps its own."""
    tokens = {f"_:{name}": f"_:{label}" for name, label in labels.items()}
    get = tokens.get
    return [
        f"{get(s, s)} {p} {get(o, o)} {get(g, g)} .\n" if g else f"{get(s, s)} {p} {get(o, o)} .\n"
        for s, p, o, g in quads
    ]


def hmac_labels(key: bytes) -> LabelOf:
    """Labels that tell nothing of the canonical ones: `u` and the HMAC in base64url (section 3.4.4)."""

    def label(canonical: str) -> str:
        return "u" + urlsafe_b64encode(digest(key, canonical.encode(), sha256)).decode().rstrip("=")

    return label
