"""Taking claims out of a payload, for the holder to show or not (RFC 9901, sections 4.2 and 6)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, Final, NoReturn

from insignia.errors import ProofError, show
from insignia.multibase import base64url_encode
from insignia.sd_jwt.disclosures import ALGORITHM, DIGESTS, ELEMENT, HASHES, RESERVED, Disclosure, digest
from insignia.sd_jwt.pointers import steps_of
from insignia.strict_json import pointer

Json = Any
MAX_HIDDEN: Final = 1_000


def hide(
    claims: Mapping[str, Json],
    pointers: Iterable[str],
    *,
    random: Callable[[int], bytes],
    decoys: int = 0,
    algorithm: str = "sha-256",
) -> tuple[dict[str, Json], tuple[Disclosure, ...]]:
    """The payload with digests in the place of what `pointers` (RFC 6901) name, and the disclosures.

    What stands below something hidden can be hidden by itself as well. `decoys` digests of nothing are put
    into each object and array in which something is hidden, so that their number tells less. Raises
    ProofError: `sd-jwt.pointer` (nothing there), `sd-jwt.reserved` (a claim has a reserved name).
    """
    if algorithm not in HASHES:
        _refuse(f"/{ALGORITHM}", " or ".join(HASHES), show(algorithm), "sd-jwt.hash")
    payload = copy.deepcopy(dict(claims))
    _check_names(payload, "")
    wanted = sorted({steps_of(one): one for one in pointers}.items(), key=_depth)
    if len(wanted) > MAX_HIDDEN:
        _refuse("", f"at most {MAX_HIDDEN} hidden claims", f"{len(wanted)}", "sd-jwt.size")
    disclosures: list[Disclosure] = []
    for _, level in groupby(wanted, key=_depth):  # the deepest first: a disclosure may hold digests of others
        touched: dict[int, dict[str, Json] | list[Json]] = {}
        for steps, shown in level:
            holder = _holder(payload, steps, shown)
            disclosures.append(_hide_one(holder, steps[-1], random, algorithm))
            touched[id(holder)] = holder
        for holder in touched.values():
            _finish(holder, decoys, random, algorithm)
    payload[ALGORITHM] = algorithm
    disclosures.reverse()
    return payload, tuple(disclosures)


def _depth(wanted: tuple[tuple[str, ...], str]) -> int:
    return -len(wanted[0])


def _holder(payload: dict[str, Json], steps: tuple[str, ...], shown: str) -> dict[str, Json] | list[Json]:
    if not steps:
        _refuse("", "a pointer to something in it", "the whole", "sd-jwt.pointer")
    node: Json = payload
    for step in steps[:-1]:
        node = _child(node, step, shown)
    _child(node, steps[-1], shown)
    found: dict[str, Json] | list[Json] = node
    return found


def _child(node: Json, step: str, shown: str) -> Json:
    if isinstance(node, dict) and step in node and step not in RESERVED:
        return node[step]
    if not (isinstance(node, list) and step.isdecimal() and step.isascii() and int(step) < len(node)):
        _refuse(shown, "something at this place", "nothing", "sd-jwt.pointer")
    return node[int(step)]


def _hide_one(
    holder: dict[str, Json] | list[Json],
    step: str,
    random: Callable[[int], bytes],
    algorithm: str,
) -> Disclosure:
    if isinstance(holder, dict):
        made = Disclosure.make(holder.pop(step), name=step, random=random)
        holder.setdefault(DIGESTS, []).append(made.digest(algorithm))
        return made
    made = Disclosure.make(holder[int(step)], name=None, random=random)
    holder[int(step)] = {ELEMENT: made.digest(algorithm)}
    return made


def _finish(
    holder: dict[str, Json] | list[Json], decoys: int, random: Callable[[int], bytes], algorithm: str
) -> None:
    """Decoys (section 4.2.5), and an order that tells nothing: section 9.1 advises to sort or to shuffle."""
    made = [digest(base64url_encode(random(32)), algorithm) for _ in range(decoys)]
    if isinstance(holder, dict):
        holder[DIGESTS] = sorted([*holder[DIGESTS], *made])
    else:
        holder.extend({ELEMENT: one} for one in made)


def _check_names(value: Json, where: str) -> None:
    """Section 5.1: these names are not for claims. Raises ProofError."""
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        if name in RESERVED or name == ALGORITHM:
            _refuse(where + pointer(name), "another name", show(name), "sd-jwt.reserved")
        _check_names(member, where + pointer(name))


def _refuse(where: str, expected: str, got: str, code: str) -> NoReturn:
    raise ProofError.at(where, expected=expected, got=got, code=code)
