"""What a use case refuses, with the place, what was expected, what was there and what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """One thing that is wrong. `field` is the name of the argument or form field, or empty for the whole."""

    message: str
    field: str = ""
    code: str = "invalid"
    expected: str = ""
    got: str = ""


class Refused(Exception):
    """A use case will not do what was asked; nothing was changed. Faces show it beside the fields."""

    def __init__(self, *refusals: Refusal | str) -> None:
        self.refusals: Sequence[Refusal] = [Refusal(one) if isinstance(one, str) else one for one in refusals]
        super().__init__("; ".join(one.message for one in self.refusals))


class Forbidden(Exception):
    """Who asks may not do this. Faces answer 403 with the sentence."""


class Gone(Exception):
    """It was here, and is erased for good. Faces answer 410 with the sentence, if there is one."""


class NotHere(Exception):
    """There is no such row in this scope. Faces answer 404."""
