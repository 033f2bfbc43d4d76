"""Upper apps hear that a person proved an identifier, within the same transaction."""

from __future__ import annotations

from collections.abc import Callable

from insignia_server.people.models import Identifier

Proved = Callable[[Identifier], None]
_proved: list[Proved] = []


def on_proved(function: Proved) -> Proved:
    """Register a function that is called with each identifier that was proved."""
    if function not in _proved:
        _proved.append(function)
    return function


def tell_proved(row: Identifier) -> None:
    """Call them."""
    for function in _proved:
        function(row)
