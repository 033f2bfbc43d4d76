"""Add Data Integrity proofs to a document, and check the ones it has: single, in a set, in a chain.

W3C Verifiable Credential Data Integrity 1.0, sections 4.2 to 4.5.
"""

from insignia.proof.adding import DATA_INTEGRITY_V2, add_proof, with_suite_context
from insignia.proof.checking import FindKey, check_proofs, method_problems, outcome_of, undefined_terms
from insignia.proof.results import ProofResult
from insignia.proof.signed import SignedForm, signed_form

__all__ = [
    "DATA_INTEGRITY_V2",
    "FindKey",
    "ProofResult",
    "SignedForm",
    "add_proof",
    "check_proofs",
    "method_problems",
    "outcome_of",
    "signed_form",
    "undefined_terms",
    "with_suite_context",
]
