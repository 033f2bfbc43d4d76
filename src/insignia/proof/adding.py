"""Add Data Integrity proofs to a document: single, in a set, in a chain (sections 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from insignia import cryptosuites
from insignia.contexts import CREDENTIALS_V2
from insignia.cryptosuites import Cryptosuite, ed25519_signature_2020, timestamps
from insignia.cryptosuites.codes import PROOF_GENERATION_ERROR
from insignia.errors import Problem, ProofError
from insignia.proof.chain import listed, matching

if TYPE_CHECKING:
    from insignia.keys import Signer

Loader = Callable[[str], Any]
DATA_INTEGRITY_V2: Final = "https://w3id.org/security/data-integrity/v2"
_DATA_INTEGRITY_CONTEXTS: Final = [
    CREDENTIALS_V2,
    DATA_INTEGRITY_V2,
    "https://w3id.org/security/data-integrity/v1",
]
_SET_BY_ARGUMENTS: Final = (
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "previousProof",
    "proofValue",
    "@context",
)


def add_proof(
    document: Mapping[str, Any],
    *,
    suite: str | Cryptosuite,
    signer: Signer,
    verification_method: str,
    created: datetime | str | None,
    loader: Loader,
    purpose: str = "assertionMethod",
    extra: Mapping[str, Any] | None = None,
    previous: str | Sequence[str] | None = None,
    canonical: bytes | None = None,
) -> dict[str, Any]:
    """A copy of `document` with one more proof, after those that it has (sections 4.2 and 4.3).

    `created` is a datetime with a zone or an XML Schema dateTimeStamp, None to leave it out. `extra`
    holds further members (id, expires, domain, challenge, nonce). `previous` names by their ids the
    proofs that this one follows in a chain. `canonical` is the canonical form of the document with
    its contexts complete and without `previous`, where the caller has it. The suite's context is added
    when the document needs it. Raises ProofError, KeyFormatError, or what the signer raises.
    """
    chosen = cryptosuites.named(suite) if isinstance(suite, str) else suite
    secured = with_suite_context(document, chosen)
    proofs = listed(secured.pop("proof", None))
    options: dict[str, Any] = {"type": chosen.proof_type}
    if chosen.proof_type == cryptosuites.DATA_INTEGRITY_PROOF:
        options["cryptosuite"] = chosen.name
    if created is not None:
        options["created"] = created if isinstance(created, str) else timestamps.write(created)
    options["verificationMethod"] = verification_method
    options["proofPurpose"] = purpose
    options.update(_extra_members(extra))
    if previous is not None:
        options["previousProof"] = previous if isinstance(previous, str) else list(previous)
    follows, problems = matching(options.get("previousProof"), proofs, PROOF_GENERATION_ERROR)
    if problems:
        raise ProofError(problems)
    # Section 4.3, step 6. Without previous proofs there is no `proof` member at all, as in section 4.2.
    target = {**secured, "proof": follows} if follows else secured
    proof = chosen.create(target, options, signer, loader=loader, canonical=None if follows else canonical)
    secured["proof"] = [*proofs, proof] if proofs else proof
    return secured


def with_suite_context(document: Mapping[str, Any], suite: Cryptosuite) -> dict[str, Any]:
    """A shallow copy of `document` whose `@context` defines the suite's proof.

    The credentials v2 context defines DataIntegrityProof; a 1.1 document gets data-integrity/v2, and
    Ed25519Signature2020 its own context. JSON without any `@context` stays as it is.
    """
    copy = dict(document)
    sufficient, missing = _DATA_INTEGRITY_CONTEXTS, DATA_INTEGRITY_V2
    if suite.proof_type != cryptosuites.DATA_INTEGRITY_PROOF:
        sufficient = [ed25519_signature_2020.CONTEXT]
        missing = ed25519_signature_2020.CONTEXT
    context = copy.get("@context")
    if context is None:
        return copy
    contexts = context if isinstance(context, list) else [context]
    if not any(url in contexts for url in sufficient):
        copy["@context"] = [*contexts, missing]
    return copy


def _extra_members(extra: Mapping[str, Any] | None) -> Mapping[str, Any]:
    taken = [name for name in _SET_BY_ARGUMENTS if name in (extra or {})]
    if taken:
        raise ProofError(
            Problem(f"/{name}", "a member that no argument sets", name, PROOF_GENERATION_ERROR)
            for name in taken
        )
    return extra or {}
