"""What a holder shows: some of the disclosures (RFC 9901, section 7.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from insignia.errors import ProofError
from insignia.sd_jwt.pointers import steps_of
from insignia.sd_jwt.token import SdJwt, compact

Json = Any


def present(sd_jwt: SdJwt, pointers: Iterable[str]) -> str:
    """The compact SD-JWT that shows what `pointers` into its claims name, with all that stands below and
    what leads there; "" shows everything. An earlier key binding is left out: it was for another text.

    Raises ProofError (`sd-jwt.pointer`) where a pointer names nothing.
    """
    wanted = [steps_of(one) for one in pointers]
    for steps in wanted:
        _check_there(sd_jwt.claims, steps)
    chosen = {
        disclosure.encoded
        for place, disclosure in sd_jwt.unpacked.places
        if any(_related(steps_of(place), steps) for steps in wanted)
    }
    return compact(sd_jwt.jws, [one for one in sd_jwt.disclosures if one.encoded in chosen])


def _related(place: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether one stands on the way to the other."""
    shared = min(len(place), len(wanted))
    return place[:shared] == wanted[:shared]


def _check_there(claims: Json, steps: tuple[str, ...]) -> None:
    node = claims
    for step in steps:
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, list) and step.isdecimal() and step.isascii() and int(step) < len(node):
            node = node[int(step)]
        else:
            raise ProofError.at(
                "/" + "/".join(steps), expected="something in it", got="nothing", code="sd-jwt.pointer"
            )
