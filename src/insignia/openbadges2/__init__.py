"""Open Badges 1.x and 2.x: assertions, badge classes, issuer profiles, their keys and revocation lists.

Read, linked and checked here, written for old displayers, and turned into drafts of Open Badges 3.0
credentials. `insignia.verification.openbadges2` verifies them step by step.
"""

from __future__ import annotations

from insignia.openbadges2.changes import Change, Fate
from insignia.openbadges2.converting import Collected, collect, convert
from insignia.openbadges2.publishing import Addresses, Published, publish, revocation_list, sign
from insignia.openbadges2.shapes import check

__all__ = [
    "Addresses",
    "Change",
    "Collected",
    "Fate",
    "Published",
    "check",
    "collect",
    "convert",
    "publish",
    "revocation_list",
    "sign",
]
