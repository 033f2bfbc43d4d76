"""Verifying a credential or presentation, step by step, into one report."""

from __future__ import annotations

from insignia.verification.policy import (
    ANY_PROOF,
    INSPECTOR_COMPATIBLE,
    LENIENT,
    POLICIES,
    STRICT,
    STRICT_TERMS,
    Policy,
    named,
)
from insignia.verification.steps import verify

__all__ = [
    "ANY_PROOF",
    "INSPECTOR_COMPATIBLE",
    "LENIENT",
    "POLICIES",
    "STRICT",
    "STRICT_TERMS",
    "Policy",
    "named",
    "verify",
]
