"""How the suite lives under row-level security: the server's code is bound, what a test itself asks is not.

A test makes its rows and looks at them as it likes: a statement whose nearest caller is a test sees all rows;
one that the server's code makes has the scope that this code has opened, and no other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from insignia_server.kit import row_security, scopes

TESTS: Final = str(Path(__file__).resolve().parents[1])
SERVER: Final = str(Path(scopes.__file__).resolve().parents[1])
MACHINERY: Final = (scopes.__file__, row_security.__file__, __file__)
EVERYTHING: Final = scopes.Scope(crossing="operator")


def asked_by_a_test() -> bool:
    """Whether the nearest code of ours that leads here stands in tests/."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name not in MACHINERY:
            if name.startswith(SERVER):
                return False
            if name.startswith(TESTS):
                return True
        frame = frame.f_back
    return False


class TestsSeeAll:
    """Stands in for `row_security.Follower.current`."""

    def __init__(self) -> None:
        self.strict = False

    def current(self) -> scopes.Scope | None:
        """The scope that the connection is told."""
        if not self.strict and asked_by_a_test():
            return EVERYTHING
        return scopes.current()

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Within it a test is bound as the server's code is."""
        before, self.strict = self.strict, True
        try:
            yield
        finally:
            self.strict = before


sight = TestsSeeAll()
