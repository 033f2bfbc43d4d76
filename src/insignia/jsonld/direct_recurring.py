"""Lines of achievements and issuer profiles that recur from credential to credential, kept by their content.

Only nodes with an IRI are kept: what a blank node is called depends on what leads to it. The key is the whole
content, written by `marshal`: equal keys are equal JSON in the same order. What is personal is never kept.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Hashable
from typing import Any, Final, NamedTuple

from insignia.jsonld.direct_lines import Fragment, Lines
from insignia.jsonld.direct_plan import Table

MAX_CONTENT: Final = 16_384
MAX_KEPT: Final = 256
_VERSION: Final = 2  # the last without back references, whose use depends on the identity of objects


class Kept(NamedTuple):
    """The token of a node, and the lines that follow from it."""

    token: str
    fragment: Fragment


class Recurring:
    """Two generations of at most `size` fragments each: what was not used in a whole generation is dropped.

    A content is kept when it comes for the second time. Threads may share it: a lost race costs a walk.
    """

    def __init__(self, size: int = MAX_KEPT) -> None:
        self._size = size
        self._young: dict[Hashable, Kept] = {}
        self._old: dict[Hashable, Kept] = {}
        self._seen: set[int] = set()

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    @staticmethod
    def key(table: Table, new_hash: Callable[..., object], item: dict[str, Any]) -> Hashable | None:
        """The key of a content at a place; None when it is not worth keeping, or not plain JSON."""
        try:
            content = marshal.dumps(item, _VERSION)
        except ValueError:
            return None
        return (table, new_hash, content) if len(content) <= MAX_CONTENT else None

    def get(self, key: Hashable) -> Kept | None:
        """What is kept for this content."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self._store(key, found)
        return found

    def comes_again(self, key: Hashable) -> bool:
        """Whether this content came before; remembers that it came."""
        mark = hash(key)
        if mark in self._seen:
            return True
        if len(self._seen) >= 8 * self._size:
            self._seen = set()
        self._seen.add(mark)
        return False

    def put(self, key: Hashable, token: str, fragment: Fragment) -> None:
        """Keeps the lines of a content. Those that name no blank node are joined once and for all."""
        groups = {subject: _joined(subject, lines) for subject, lines in fragment.groups.items()}
        self._store(key, Kept(token, fragment._replace(groups=groups)))

    def _store(self, key: Hashable, kept: Kept) -> None:
        if len(self._young) >= self._size:
            self._old, self._young = self._young, {}
        self._young[key] = kept


def _joined(subject: str, lines: Lines) -> Lines:
    if lines[1] is not None:
        return lines
    return ["", subject.join(lines[0])[len(subject) :]], None
