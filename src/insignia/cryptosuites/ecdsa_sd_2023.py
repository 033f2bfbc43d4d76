"""ecdsa-sd-2023: the issuer signs statement by statement, and the holder shows a part of them
(Data Integrity ECDSA Cryptosuites 1.0, section 3.6). P-256 with SHA-256."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from insignia.cryptosuites.codes import (
    PROOF_GENERATION_ERROR,
    PROOF_TRANSFORMATION_ERROR,
    PROOF_VERIFICATION_ERROR,
)
from insignia.cryptosuites.disclosure_values import (
    BASE,
    P256_HEADER,
    BaseValue,
    DerivedValue,
    kind_of,
    read_base,
    read_derived,
)
from insignia.cryptosuites.options import check_options
from insignia.cryptosuites.rdfc import RDFC
from insignia.cryptosuites.statements import Statements, hmac_labels
from insignia.cryptosuites.suite import DATA_INTEGRITY_PROOF, Input, Loader
from insignia.errors import (
    CanonicalizationError,
    DataModelError,
    InsigniaError,
    JsonLdError,
    ParseError,
    Problem,
    ProofError,
    show,
)
from insignia.keys import KeyType, PublicKey, SecretKey, Signer

NAME: Final = "ecdsa-sd-2023"
_ES256: Final = "ES256"
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Shown:
    """How much of a credential a derived one shows: statements in all, those that are always shown, and
    those that the holder chose beside them."""

    total: int
    mandatory: int
    chosen: int


@dataclass(frozen=True, slots=True)
class EcdsaSd:
    """The suite. To sign, take one with `base(...)`; the plain one only verifies.

    `mandatory` are JSON Pointers to what every derived credential shows. `random(n)` gives n octets.
    """

    mandatory: tuple[str, ...] = ()
    random: Random | None = None
    name: str = NAME
    proof_type: str = DATA_INTEGRITY_PROOF
    key_types: frozenset[KeyType] = frozenset({KeyType.P256})
    needs_context: bool = True

    def create(
        self,
        document: Mapping[str, Any],
        options: Mapping[str, Any],
        signer: Signer,
        *,
        loader: Loader,
        canonical: bytes | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        """The base proof (section 3.6.1). See Cryptosuite; `canonical` does not help here.

        Raises ProofError too for a pointer that does not fit, at `/proof/mandatoryPointers`.
        """
        code = PROOF_GENERATION_ERROR
        proof = {"type": self.proof_type, "cryptosuite": self.name, **options}
        problems = [*_check(proof, signer.public_key, code)]
        if "proofValue" in proof:
            problems.append(Problem("/proofValue", "nothing yet", show(proof["proofValue"]), code))
        if self.random is None:
            problems.append(Problem("/cryptosuite", "a suite with a source of randomness", self.name, code))
        if problems or self.random is None:
            raise ProofError(problem.under("/proof") for problem in problems)
        hmac_key = self.random(32)
        statements = _statements(document, hmac_labels(hmac_key), loader)
        mandatory = _chosen(statements, self.mandatory, "/proof/mandatoryPointers", code)
        ephemeral = SecretKey.generate(KeyType.P256, self.random)
        public = P256_HEADER + ephemeral.public_key.material
        always = set(mandatory)
        signatures = tuple(
            ephemeral.sign(line.encode(), _ES256)
            for number, line in enumerate(statements.lines)
            if number not in always
        )
        signed = _to_sign(document, proof, loader, public, [statements.lines[i] for i in mandatory])
        value = BaseValue(signer.sign(signed, _ES256), public, hmac_key, signatures, self.mandatory)
        return {**proof, "proofValue": value.text()}

    def verify(
        self,
        document: Mapping[str, Any],
        proof: Mapping[str, Any],
        public_key: PublicKey,
        *,
        loader: Loader,
        transformed: dict[str, bytes] | None = None,  # noqa: ARG002
    ) -> None:
        """A derived proof (section 3.6.7). See Cryptosuite. A base proof is for its holder and is refused."""
        code = PROOF_VERIFICATION_ERROR
        problems = _check(proof, public_key, code)
        if problems:
            raise ProofError(problem.under("/proof") for problem in problems)
        value = _read(read_derived, proof)
        statements = _statements(document, _labels_of(value), loader)
        lines, always = statements.lines, set(value.mandatory)
        if always and max(always) >= len(lines):
            _broken(f"positions below {len(lines)}", str(max(always)))
        others = [line for number, line in enumerate(lines) if number not in always]
        if len(others) != len(value.signatures):
            _broken(f"{len(others)} signatures of statements", str(len(value.signatures)))
        signed = _to_sign(document, proof, loader, value.public_key, [lines[i] for i in sorted(always)])
        if not public_key.verify(value.signature, signed, _ES256):
            _broken(
                "a signature of what is always shown, by the key of the verification method",
                "one that does not fit: document, proof or key were changed",
            )
        ephemeral = PublicKey.from_bytes(KeyType.P256, value.public_key[len(P256_HEADER) :])
        for line, signature in zip(others, value.signatures, strict=True):
            if not ephemeral.verify(signature, line.encode(), _ES256):
                _broken("a signature of each statement", "one that does not fit: the document was changed")


SUITE: Final = EcdsaSd()


def counts(proof: Mapping[str, Any]) -> tuple[int, int]:
    """Of a derived proof: how many statements its holder chose to show, and how many are always shown.

    Raises ParseError for any other proof.
    """
    value = read_derived(proof.get("proofValue"))
    return len(value.signatures), len(value.mandatory)


def base(mandatory: Sequence[str] = (), *, random: Random) -> EcdsaSd:
    """The suite to sign with. `mandatory`: JSON Pointers; `random(n)`: n octets, such as `os.urandom`."""
    return EcdsaSd(tuple(mandatory), random)


def usual_pointers(document: Mapping[str, Any]) -> list[str]:
    """What a credential should always show, as far as `document` has it: who issued it, when, until when,
    how its revocation is found, to whom (an id, else an identifier, a hashed one if there is one), and what
    was achieved. A holder must not be able to hide a status, and what is left shall be a whole Open Badge.
    """
    wanted = [
        *("/issuer", "/validFrom", "/validUntil", "/issuanceDate", "/expirationDate", "/credentialStatus"),
        *("/credentialSchema", "/refreshService", "/credentialSubject/id"),
        *(f"/credentialSubject/achievement/{name}" for name in ("name", "description", "criteria")),
    ]
    found = [pointer for pointer in wanted if _has(document, pointer)]
    subject = document.get("credentialSubject")
    identifiers = subject.get("identifier") if isinstance(subject, Mapping) else None
    if "/credentialSubject/id" not in found and isinstance(identifiers, list) and identifiers:
        hashed = (i for i, one in enumerate(identifiers) if isinstance(one, Mapping) and one.get("hashed"))
        found.append(f"/credentialSubject/identifier/{next(hashed, 0)}")
    return found


def _has(document: Any, pointer: str) -> bool:
    for step in pointer.split("/")[1:]:
        if not isinstance(document, Mapping) or step not in document:
            return False
        document = document[step]
    return True


def derive(
    secured: Mapping[str, Any], pointers: Sequence[str], *, loader: Loader, where: str = "/proof"
) -> tuple[dict[str, Any], Shown]:
    """A credential that shows what is always shown and what `pointers` choose (section 3.6.6).

    `secured` has one base proof. The result needs no key and no further signature. Raises ProofError
    (PROOF_GENERATION_ERROR) with `where` for the proof, `/selectivePointers` for a pointer that does not
    fit, or when what is chosen does not belong to what was signed.
    """
    code = PROOF_GENERATION_ERROR
    proof = secured.get("proof")
    if isinstance(proof, list) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != NAME:
        raise ProofError.at(where, expected=f"one base proof of {NAME}", got=show(proof), code=code)
    try:
        value = read_base(proof.get("proofValue"))
    except ParseError as error:
        raise ProofError(
            Problem(f"{where}/proofValue", p.expected, p.got, code) for p in error.problems
        ) from error
    document = {name: member for name, member in secured.items() if name != "proof"}
    statements = _statements(document, hmac_labels(value.hmac_key), loader)
    mandatory = _chosen(statements, value.mandatory_pointers, where, code)
    chosen = _chosen(statements, pointers, "/selectivePointers", code)
    if not mandatory and not chosen:
        raise ProofError.at("/selectivePointers", expected="something to show", got="nothing", code=code)
    always = set(mandatory)
    hidden = [number for number in range(len(statements.lines)) if number not in always]
    if len(hidden) != len(value.signatures):
        expected, got = f"{len(hidden)} signatures of statements", str(len(value.signatures))
        raise ProofError.at(f"{where}/proofValue", expected=expected, got=got, code=code)
    shown = sorted(always.union(chosen))
    revealed, labels = statements.revealed([*value.mandatory_pointers, *pointers])
    signature_of = dict(zip(hidden, value.signatures, strict=True))
    derived = DerivedValue(
        value.signature,
        value.public_key,
        tuple(signature_of[number] for number in shown if number not in always),
        labels,
        tuple(place for place, number in enumerate(shown) if number in always),
    )
    revealed["proof"] = {**proof, "proofValue": derived.text()}
    return revealed, Shown(len(statements.lines), len(always), len(shown) - len(always))


def is_base(proof: Mapping[str, Any]) -> bool:
    """Whether a proof is one of this suite from which the holder still has to derive."""
    return proof.get("cryptosuite") == NAME and kind_of(proof.get("proofValue")) == BASE


def _check(proof: Mapping[str, Any], key: PublicKey, code: str) -> list[Problem]:
    problems = check_options(proof, code)
    for name, wanted in (("type", DATA_INTEGRITY_PROOF), ("cryptosuite", NAME)):
        if proof.get(name) != wanted:
            got = show(proof.get(name))
            problems.append(Problem(f"/{name}", wanted, got, PROOF_TRANSFORMATION_ERROR))
    if key.key_type is not KeyType.P256:
        expected = f"a key for {NAME} (P-256)"
        problems.append(Problem("/verificationMethod", expected, key.key_type, code))
    return problems


def _statements(document: Mapping[str, Any], label_of: Callable[[str], str], loader: Loader) -> Statements:
    try:
        return Statements.of(document, label_of, loader=loader)
    except (JsonLdError, CanonicalizationError) as error:
        code = PROOF_TRANSFORMATION_ERROR
        raise ProofError(Problem(p.where, p.expected, p.got, code) for p in error.problems) from error


def _chosen(statements: Statements, pointers: Sequence[str], where: str, code: str) -> list[int]:
    try:
        return statements.chosen(pointers)
    except (DataModelError, JsonLdError) as error:
        raise ProofError(
            Problem(where, f"{p.expected} ({p.where or 'JSON Pointer'})", p.got, code) for p in error.problems
        ) from error


def _labels_of(value: DerivedValue) -> Callable[[str], str]:
    def label(canonical: str) -> str:
        found = value.labels.get(canonical)
        if found is None:
            _broken("a label for each blank node", f"none for {canonical}")
        return str(found)

    return label


def _to_sign(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    loader: Loader,
    public: bytes,
    always: Sequence[str],
) -> bytes:
    """Hash of the proof configuration, the ephemeral key, hash of what is always shown (section 3.5.1)."""
    options = {name: member for name, member in proof.items() if name != "proofValue"}
    try:
        configuration = RDFC.configuration(Input(document, options, "sha256", loader))
    except (JsonLdError, CanonicalizationError) as error:
        code = PROOF_TRANSFORMATION_ERROR
        raise ProofError(
            Problem("/proof" + p.where, p.expected, p.got, code) for p in error.problems
        ) from error
    mandatory = sha256("".join(always).encode()).digest()
    return sha256(configuration).digest() + public + mandatory


def _read(read: Callable[[Any], DerivedValue], proof: Mapping[str, Any]) -> DerivedValue:
    try:
        return read(proof.get("proofValue"))
    except InsigniaError as error:
        code = PROOF_VERIFICATION_ERROR
        raise ProofError(
            Problem("/proof/proofValue", p.expected, p.got, code) for p in error.problems
        ) from error


def _broken(expected: str, got: str) -> None:
    raise ProofError.at("/proof/proofValue", expected=expected, got=got, code=PROOF_VERIFICATION_ERROR)
