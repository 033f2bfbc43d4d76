"""What a proof signed, as bytes: for those who verify where there is no JSON-LD, such as a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from insignia import cryptosuites
from insignia.cryptosuites.codes import PROOF_VERIFICATION_ERROR
from insignia.cryptosuites.options import check_options
from insignia.cryptosuites.suite import DataIntegritySuite, Input
from insignia.errors import JsonLdError, NotSupportedYet, ProofError, show
from insignia.proof.chain import listed

Loader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class SignedForm:
    """The two texts whose hashes, `configuration` first, are what the signature in `proof_value` covers."""

    suite: str
    document: bytes
    configuration: bytes
    proof_value: str


def signed_form(document: Mapping[str, Any], *, loader: Loader, algorithm: str = "sha256") -> SignedForm:
    """The canonical forms of a document with one proof, as the suite of that proof hashes them.

    `algorithm` is `sha256`, or `sha384` for a key on P-384. Nothing is verified. Raises NotSupportedYet for
    a suite that signs otherwise (ecdsa-sd-2023), for a set and for a chain of proofs; ProofError for a proof
    that is malformed; JsonLdError and CanonicalizationError for a document that has no canonical form.
    """
    proofs = listed(document.get("proof"))
    if len(proofs) != 1 or "previousProof" in proofs[0]:
        got = f"{len(proofs)} of them" if len(proofs) != 1 else "one that follows another"
        raise NotSupportedYet.at("/proof", expected="one proof", got=got, code="proof.not-supported-yet")
    [proof] = proofs
    try:
        suite = cryptosuites.find(proof)
    except (ProofError, NotSupportedYet) as error:
        raise type(error)(problem.under("/proof") for problem in error.problems) from error
    if not isinstance(suite, DataIntegritySuite):
        raise NotSupportedYet.at(
            "/proof/cryptosuite",
            expected="a suite that signs the document as a whole",
            got=show(suite.name),
            code="proof.not-supported-yet",
        )
    if problems := check_options(proof, PROOF_VERIFICATION_ERROR):
        raise ProofError(problem.under("/proof") for problem in problems)
    if "proofValue" not in proof:
        raise ProofError.at(
            "/proof/proofValue", expected="a signature", got="nothing", code=PROOF_VERIFICATION_ERROR
        )
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    given = Input(unsecured, options, algorithm, loader)
    try:
        configuration = suite.transformation.configuration(given)
    except JsonLdError as error:
        raise JsonLdError(problem.under("/proof") for problem in error.problems) from error
    return SignedForm(suite.name, suite.transformation.document(given), configuration, proof["proofValue"])
