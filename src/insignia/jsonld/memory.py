"""A bounded memory of processed contexts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from insignia.jsonld.active import ActiveContext, Json


@dataclass(frozen=True, slots=True)
class Kept:
    """A processed context and the documents it was made from.

    It may be used again only where those URLs still load as those objects. `anchor` keeps alive an
    object whose `id()` is part of the key.
    """

    active: ActiveContext
    documents: tuple[tuple[str, Json], ...]
    anchor: object


class Memory:
    """At most `size` entries; the least recently used goes first. Threads may share one."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[Hashable, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Kept | None:
        """What was put under `key`, if it is still here."""
        kept = self._entries.get(key)
        if kept is not None:
            try:
                self._entries.move_to_end(key)
            except KeyError:  # another thread dropped it in between
                return None
        return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Remembers `kept`, and forgets the oldest entries beyond the size."""
        self._entries[key] = kept
        while len(self._entries) > self._size:
            try:
                self._entries.popitem(last=False)
            except KeyError:  # another thread dropped the last one
                return
