"""A signed badge."""

from __future__ import annotations

from verification_world import (
    UNIVERSITY,
    badge,
)

SIGNED = UNIVERSITY.sign(badge())
