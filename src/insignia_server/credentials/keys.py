"""Which key signs: the row to write down, and what signs with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from insignia import jsonld
from insignia.issuing import IssuerKey
from insignia.resolver import OfflineResolver
from insignia_server.achievements.models import AchievementVersion
from insignia_server.issuers import signing
from insignia_server.issuers.models import Issuer, SigningKey


@lru_cache(maxsize=1)
def loader() -> Callable[[str], Any]:
    """The bundled contexts, compiled once a process; no other is ever loaded to sign."""
    return jsonld.bundled_loader(OfflineResolver())


def ready(version: AchievementVersion, suite: str = "") -> None:
    """Have the key that a credential of this version needs, before the transaction that signs it begins."""
    chosen = suite or version.content.get("suite") or "eddsa-rdfc-2022"
    signing.ready(version.achievement.issuer, signing.algorithm_of(chosen))


def signing_pair(issuer: Issuer, suite: str) -> tuple[SigningKey, IssuerKey]:
    """The issuer's active key for a suite, pinning the issuer at the first signature.

    Raises Refused when there is none, and what issuers.signing.signer raises.
    """
    issuer_key = signing.signer(issuer, signing.algorithm_of(suite))
    method = issuer_key.verification_method
    fragment = method.partition("#")[2] or method.rpartition("/")[2].removesuffix(".json")
    return SigningKey.objects.get(issuer_id=issuer.pk, fragment=fragment), issuer_key
