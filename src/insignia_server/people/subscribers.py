"""Upper apps hear that a person proved an identifier, or leaves, within the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from insignia_server.people.models import Identifier


@dataclass(frozen=True)
class Leaving:
    """Whose account is being erased: what was proved (kind and normal value), and whether the badges are to
    be revoked too. The account is still there."""

    user_id: uuid.UUID
    identifiers: tuple[tuple[str, str], ...]
    revoke: bool


Proved = Callable[[Identifier], None]
Left = Callable[[Leaving], None]
_proved: list[Proved] = []
_left: list[Left] = []


def on_proved(function: Proved) -> Proved:
    """Register a function that is called with each identifier that was proved."""
    if function not in _proved:
        _proved.append(function)
    return function


def tell_proved(row: Identifier) -> None:
    """Call them."""
    for function in _proved:
        function(row)


def on_left(function: Left) -> Left:
    """Register a function that is called before an account is erased."""
    if function not in _left:
        _left.append(function)
    return function


def tell_left(leaving: Leaving) -> None:
    """Call them."""
    for function in _left:
        function(leaving)
