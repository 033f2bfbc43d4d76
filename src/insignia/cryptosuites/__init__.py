"""The Data Integrity suites that Insignia issues and verifies, one file a suite.

W3C Verifiable Credential Data Integrity 1.0, Data Integrity EdDSA and ECDSA Cryptosuites 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from insignia.cryptosuites import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from insignia.cryptosuites.codes import PROOF_GENERATION_ERROR, PROOF_VERIFICATION_ERROR
from insignia.cryptosuites.suite import DATA_INTEGRITY_PROOF, Cryptosuite
from insignia.errors import NotSupportedYet, ProofError, show

__all__ = ["DATA_INTEGRITY_PROOF", "SUITES", "Cryptosuite", "find", "named"]

SUITES: Final[Mapping[str, Cryptosuite]] = MappingProxyType(
    {
        suite.name: suite
        for suite in (
            eddsa_rdfc_2022.SUITE,
            eddsa_jcs_2022.SUITE,
            ecdsa_rdfc_2019.SUITE,
            ecdsa_jcs_2019.SUITE,
            ed25519_signature_2020.SUITE,
        )
    }
)
# An earlier name that is only read, and a suite that signs by `ecdsa_sd_2023.base(...)`.
_OTHERS: Final[Mapping[str, Cryptosuite]] = MappingProxyType(
    {suite.name: suite for suite in (eddsa_rdfc_2022.EARLIER_NAME, ecdsa_sd_2023.SUITE)}
)
_LATER_SUITES: Final = frozenset({"bbs-2023", "ecdsa-2019", "json-eddsa-2022", "jcs-eddsa-2022"})
_LATER_TYPES: Final = frozenset(
    {
        "Ed25519Signature2018",
        "JsonWebSignature2020",
        "RsaSignature2018",
        "EcdsaSecp256k1Signature2019",
        "EcdsaSecp256r1Signature2019",
        "BbsBlsSignature2020",
        "BbsBlsSignatureProof2020",
    }
)


def named(name: str) -> Cryptosuite:
    """The suite to issue with. Raises ProofError (PROOF_GENERATION_ERROR) for any other name."""
    suite = SUITES.get(name)
    if suite is None:
        expected = "one of " + ", ".join(SUITES)
        raise ProofError.at("/cryptosuite", expected=expected, got=show(name), code=PROOF_GENERATION_ERROR)
    return suite


def find(proof: Mapping[str, Any]) -> Cryptosuite:
    """The suite of a proof, by its `type` and `cryptosuite`.

    Raises NotSupportedYet for the suites that exist and are not built (bbs-2023, the
    older signature types), ProofError (PROOF_VERIFICATION_ERROR) for what no specification names.
    """
    kind, name = proof.get("type"), proof.get("cryptosuite")
    if kind == DATA_INTEGRITY_PROOF:
        suite = (SUITES.get(name) or _OTHERS.get(name)) if isinstance(name, str) else None
        if suite is not None and suite.proof_type == kind:
            return suite
        where, value, later = "/cryptosuite", name, _LATER_SUITES
        known = [suite.name for suite in SUITES.values() if suite.proof_type == kind]
    elif kind == ed25519_signature_2020.SUITE.proof_type:
        return ed25519_signature_2020.SUITE
    else:
        where, value, later = "/type", kind, _LATER_TYPES
        known = [DATA_INTEGRITY_PROOF, ed25519_signature_2020.SUITE.proof_type]
    expected = "one of " + ", ".join(known)
    if isinstance(value, str) and value in later:
        raise NotSupportedYet.at(where, expected=expected, got=value, code="proof.not-supported-yet")
    raise ProofError.at(where, expected=expected, got=show(value), code=PROOF_VERIFICATION_ERROR)
