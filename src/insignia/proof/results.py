"""How the check of a proof ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from insignia.cryptosuites import Cryptosuite, timestamps
from insignia.errors import InsigniaError, Problem
from insignia.report import Outcome

if TYPE_CHECKING:
    from insignia.did import VerificationMethod


_STATED: Final = (
    "id",
    "type",
    "cryptosuite",
    "created",
    "expires",
    "proofPurpose",
    "verificationMethod",
    "domain",
    "challenge",
    "previousProof",
)


@dataclass(frozen=True, slots=True)
class ProofResult:
    """How one proof ended. `where` is its JSON Pointer, `problems` lie in the document.

    PASSED: the signature holds and so do purpose, domain, challenge, expiry and all proofs it follows.
    NOT_CHECKED: a suite that is not supported yet, or a key or context that could not be had (`error`).
    `method` is what `find_key` gave; whether it is the issuer's is for the caller to judge.
    """

    where: str
    proof: Mapping[str, Any]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    suite: Cryptosuite | None = None
    method: VerificationMethod | None = None
    error: InsigniaError | None = None

    @property
    def verified(self) -> bool:
        """True only when the outcome is PASSED."""
        return self.outcome is Outcome.PASSED

    @property
    def created(self) -> datetime | None:
        """When the signer says that it signed."""
        created = self.proof.get("created")
        return timestamps.parse(created) if isinstance(created, str) else None

    @property
    def facts(self) -> dict[str, Any]:
        """What a report says of the proof: JSON values only."""
        facts = {name: self.proof[name] for name in _STATED if name in self.proof}
        if self.method is not None:
            key = self.method.public_key
            facts |= {"controller": self.method.controller, "keyType": str(key.key_type)}
            facts["keyThumbprint"] = key.thumbprint()
            if self.method.revoked is not None:
                facts["keyRevoked"] = self.method.revoked
            if self.method.expires is not None:
                facts["keyExpires"] = self.method.expires
        return facts
