"""What the Data Integrity suites have in common: check the options, transform, hash, sign or verify."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256, sha384
from typing import Any, Final, Protocol

from insignia.cryptosuites.codes import (
    PROOF_GENERATION_ERROR,
    PROOF_TRANSFORMATION_ERROR,
    PROOF_VERIFICATION_ERROR,
)
from insignia.cryptosuites.options import check_options
from insignia.errors import CanonicalizationError, JsonLdError, ParseError, Problem, ProofError, show
from insignia.keys import KeyType, PublicKey, Signer, default_algorithm
from insignia.multibase import base58btc_decode, base58btc_encode

Loader = Callable[[str], Any]
DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"
# vc-di-ecdsa 1.0, section 3.2.4: the hash that matches the curve; EdDSA suites use SHA-256.
_HASHES: Final = {KeyType.ED25519: "sha256", KeyType.P256: "sha256", KeyType.P384: "sha384"}
_SIGNATURE_BYTES: Final = {KeyType.ED25519: 64, KeyType.P256: 64, KeyType.P384: 96}


class Cryptosuite(Protocol):
    """A way to secure a document with an embedded proof."""

    @property
    def name(self) -> str:
        """The cryptosuite identifier, or the proof type where a type has no cryptosuites."""

    @property
    def proof_type(self) -> str:
        """The value of the proof's `type`."""

    @property
    def key_types(self) -> frozenset[KeyType]:
        """The keys that the suite signs with."""

    @property
    def needs_context(self) -> bool:
        """True where members that no context defines would not be signed, and are refused."""

    def create(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        signer: Signer,
        *,
        loader: Loader,
        canonical: bytes | None = None,
    ) -> dict[str, Any]:
        """The finished proof of `document`, whose `proof` member holds only the proofs that this one follows.

        `canonical` is the canonical form of `document` where the caller has it already.
        Raises ProofError (PROOF_GENERATION_ERROR, PROOF_TRANSFORMATION_ERROR), whose JSON Pointers are
        those of the secured document with its proof at `/proof`.
        """

    def verify(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        public_key: PublicKey,
        *,
        loader: Loader,
        transformed: dict[str, bytes] | None = None,
    ) -> None:
        """Returns when `proof` holds for `document`, whose `proof` member holds only the proofs it follows.

        `transformed` keeps canonical forms of this very document from one proof to the next.
        Raises ProofError (PROOF_VERIFICATION_ERROR, PROOF_TRANSFORMATION_ERROR), whose JSON Pointers are
        those of the secured document with its proof at `/proof`; ResolveError when a context cannot be had.
        """


@dataclass(frozen=True, slots=True)
class Input:
    """What a transformation works on; `options` is the proof without its `proofValue`."""

    document: Mapping[str, Any]
    options: Mapping[str, Any]
    algorithm: str
    loader: Loader


class Transformation(Protocol):
    """A canonicalisation of documents and of proof configurations: RDFC-1.0 or JCS.

    `needs_context`: see Cryptosuite. `carries_context`: the proof holds a copy of the document's
    `@context`, so that each proof of a document has a canonical form of its own.
    """

    @property
    def needs_context(self) -> bool: ...

    @property
    def carries_context(self) -> bool: ...

    def document(self, given: Input) -> bytes:
        """The transformed document. Raises JsonLdError, CanonicalizationError."""

    def configuration(self, given: Input) -> bytes:
        """The canonical proof configuration. Raises JsonLdError, CanonicalizationError."""


@dataclass(frozen=True, slots=True)
class DataIntegritySuite:
    """A suite that signs the hash of the proof configuration followed by the hash of the document."""

    name: str
    key_types: frozenset[KeyType]
    transformation: Transformation
    proof_type: str = DATA_INTEGRITY_PROOF
    read_only: bool = False
    required: tuple[str, ...] = ()
    context: str | None = None

    @property
    def needs_context(self) -> bool:
        """See Cryptosuite."""
        return self.transformation.needs_context

    def create(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        signer: Signer,
        *,
        loader: Loader,
        canonical: bytes | None = None,
    ) -> dict[str, Any]:
        """See Cryptosuite."""
        code = PROOF_GENERATION_ERROR
        key_type = signer.public_key.key_type
        proof = self._named(options)
        if self.transformation.carries_context and "@context" in document:
            proof["@context"] = document["@context"]
        problems = [*self._check(document, proof, code), *self._check_key(key_type, code)]
        if "proofValue" in proof:
            problems.append(Problem("/proofValue", "nothing yet", show(proof["proofValue"]), code))
        if self.read_only:
            problems.append(Problem("/cryptosuite", "a suite to issue with", self.name, code))
        if problems:
            raise ProofError(problem.under("/proof") for problem in problems)
        given = Input(document, proof, _HASHES[key_type], loader)
        data = self._hash_data(given, self._canonical(given, None) if canonical is None else canonical)
        signature = signer.sign(data, default_algorithm(key_type))
        if len(signature) != _SIGNATURE_BYTES[key_type]:
            raise ProofError.at(
                "/proof/proofValue",
                expected=f"{_SIGNATURE_BYTES[key_type]} bytes from the signer",
                got=f"{len(signature)} bytes",
                code=code,
            )
        proof["proofValue"] = "z" + base58btc_encode(signature)
        return proof

    def verify(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        public_key: PublicKey,
        *,
        loader: Loader,
        transformed: dict[str, bytes] | None = None,
    ) -> None:
        """See Cryptosuite."""
        code = PROOF_VERIFICATION_ERROR
        key_type = public_key.key_type
        problems = [*self._check(document, proof, code), *self._check_key(key_type, code)]
        signature = _read_signature(proof.get("proofValue"), _SIGNATURE_BYTES.get(key_type, 64), problems)
        if problems:
            raise ProofError(problem.under("/proof") for problem in problems)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        given = Input(document, options, _HASHES[key_type], loader)
        data = self._hash_data(given, self._canonical(given, transformed))
        if not public_key.verify(signature, data, default_algorithm(key_type)):
            raise ProofError.at(
                "/proof/proofValue",
                expected="a signature of this document by the key of the verification method",
                got="one that does not fit: document, proof or key were changed",
                code=code,
            )

    def _named(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options with `type` and `cryptosuite` in front."""
        names = {"type": self.proof_type}
        if self.proof_type == DATA_INTEGRITY_PROOF:
            names["cryptosuite"] = self.name
        return {**names, **options}

    def _check(self, document: Mapping[str, Any], options: Mapping[str, Any], code: str) -> list[Problem]:
        problems = check_options(options, code)
        if options.get("type") != self.proof_type:
            got = show(options.get("type"))
            problems.append(Problem("/type", self.proof_type, got, PROOF_TRANSFORMATION_ERROR))
        elif self.proof_type == DATA_INTEGRITY_PROOF and options.get("cryptosuite") != self.name:
            got = show(options.get("cryptosuite"))
            problems.append(Problem("/cryptosuite", self.name, got, PROOF_TRANSFORMATION_ERROR))
        problems += [Problem("/" + n, "a value", "nothing", code) for n in self.required if n not in options]
        if self.context is not None and not _includes(document.get("@context"), self.context):
            got = show(document.get("@context"))
            problems.append(Problem("/@context", f"{self.context} among the document's contexts", got, code))
        return problems

    def _check_key(self, key_type: KeyType, code: str) -> list[Problem]:
        if key_type in self.key_types:
            return []
        expected = f"a key for {self.name} ({' or '.join(sorted(self.key_types))})"
        return [Problem("/verificationMethod", expected, key_type, code)]

    def _canonical(self, given: Input, transformed: dict[str, bytes] | None) -> bytes:
        """The transformed document, kept in `transformed` by its hash where other proofs may use it."""
        shared = None if self.transformation.carries_context else transformed
        if shared is not None and given.algorithm in shared:
            return shared[given.algorithm]
        try:
            canonical = self.transformation.document(given)
        except (JsonLdError, CanonicalizationError) as error:
            raise ProofError(map(_in_document, error.problems)) from error
        if shared is not None:
            shared[given.algorithm] = canonical
        return canonical

    def _hash_data(self, given: Input, canonical: bytes) -> bytes:
        """Hash of the proof configuration, then hash of the document (section Hashing of each suite)."""
        try:
            configuration = self.transformation.configuration(given)
        except (JsonLdError, CanonicalizationError) as error:
            code = PROOF_TRANSFORMATION_ERROR
            problems = (Problem("/proof" + p.where, p.expected, p.got, code) for p in error.problems)
            raise ProofError(problems) from error
        digest = sha384 if given.algorithm == "sha384" else sha256
        return digest(configuration).digest() + digest(canonical).digest()


def _in_document(problem: Problem) -> Problem:
    """A problem of the transformed document, whose `proof` holds only the proofs that this one follows."""
    where = "/proof/previousProof" if problem.where.startswith("/proof/") else problem.where
    return Problem(where, problem.expected, problem.got, PROOF_TRANSFORMATION_ERROR)


def _includes(context: Any, url: str) -> bool:
    return url in context if isinstance(context, list) else context == url


def _read_signature(value: Any, size: int, problems: list[Problem]) -> bytes:
    """The bytes of a `proofValue`: base58btc with its multibase header, exactly as long as a signature."""
    signature = b""
    if isinstance(value, str) and value.startswith("z") and len(value) <= 200:
        try:
            signature = base58btc_decode(value[1:])
        except ParseError:
            signature = b""
        if len(signature) == size:
            return signature
    if not any(problem.where == "/proofValue" for problem in problems):
        expected = f"base58btc of {size} bytes with the multibase prefix z"
        got = "nothing" if value is None else show(value)
        got += f" of {len(signature)} bytes" if signature else ""
        problems.append(Problem("/proofValue", expected, got, PROOF_VERIFICATION_ERROR))
    return b""
