"""Verifying Open Badges 1.x and 2.x, as their texts order it, into the same report as any credential.

Open Badges 2.0: 'HostedBadge Verification', 'SignedBadge Verification'; 1.1: 'Badge Verification'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from insignia.report import Check, Report
from insignia.verification.openbadges2.badge import Badge, VerifyInside
from insignia.verification.openbadges2.conformance import data_model, extensions, terms
from insignia.verification.openbadges2.described import describe
from insignia.verification.openbadges2.origin import binding, published, signature
from insignia.verification.openbadges2.standing import endorsements, recipient, status, validity
from insignia.verification.run import Run

# In the order of the texts. The first two fetch what the others look at, and so run in any case.
STEPS: Final[tuple[tuple[str, bool, Callable[[Badge], Iterable[Check]]], ...]] = (
    ("proof", True, published),  # hosted: what does its own address give?
    ("data-model", True, data_model),  # does it conform, and do the documents that it links to?
    ("terms", False, terms),
    ("schema", False, extensions),
    ("proof", False, signature),  # signed: by a key that the issuer's profile links?
    ("key-binding", False, binding),  # is it published where the issuer allows it?
    ("status", False, status),  # was it revoked?
    ("validity", False, validity),  # was it issued, and has it not expired?
    ("recipient", False, recipient),
    ("endorsements", False, endorsements),
)


def verify_badge(run: Run, verify_inside: VerifyInside) -> Report:
    """The report on a document of Open Badges 1.x or 2.x."""
    badge = Badge.of(run, verify_inside)
    for family, always, step in STEPS:
        if family in run.families:
            run.checks.extend(step(badge))
        elif always:
            list(step(badge))
    return replace(run.report(), subject=describe(badge))
