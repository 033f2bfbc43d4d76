"""JSON Pointers (RFC 6901), read."""

from __future__ import annotations

import re
from typing import Final

from insignia.errors import ProofError, show

_BAD_ESCAPE: Final = re.compile(r"~(?![01])")


def steps_of(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer. Raises ProofError (`sd-jwt.pointer`)."""
    if (
        not isinstance(pointer, str)
        or (pointer and not pointer.startswith("/"))
        or _BAD_ESCAPE.search(pointer)
    ):
        raise ProofError.at(
            "", expected="a JSON Pointer such as /evidence/0", got=show(pointer), code="sd-jwt.pointer"
        )
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])
