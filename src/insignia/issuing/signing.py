"""One credential, checked and signed: `issue`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from insignia import schema, strict_json
from insignia.credential import Kind, issuer_id, types_of
from insignia.errors import InsigniaError, IssuingError, Problem, show
from insignia.keys import KeyType, PublicKey, SecretKey, Signer

if TYPE_CHECKING:
    from insignia.cryptosuites import Cryptosuite

Loader = Callable[[str], Any]
JWT_SUITES = ("vc-jwt", "ob-jwt")
SUITES = (
    "eddsa-rdfc-2022",
    "eddsa-jcs-2022",
    "ecdsa-rdfc-2019",
    "ecdsa-jcs-2019",
    "Ed25519Signature2020",
    *JWT_SUITES,
)
_HASHES = {KeyType.P384: "sha384"}


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """What signs, and the DID URL or https URL under which a verifier finds its public half."""

    signer: Signer
    verification_method: str

    @property
    def controller(self) -> str:
        """The identifier whose document lists the key: the verification method without its fragment."""
        return self.verification_method.partition("#")[0]

    @classmethod
    def from_secret(cls, secret: SecretKey) -> IssuerKey:
        """A key under its own did:key. Raises KeyFormatError for key types that have none."""
        from insignia.did import did_key_method

        return cls(secret, did_key_method(secret.public_key))


def issue(
    document: Mapping[str, Any],
    *,
    key: IssuerKey,
    suite: str | Cryptosuite,
    created: datetime | str | None,
    loader: Loader,
    indent: int | None = None,
) -> bytes:
    """The signed credential or presentation as bytes: JSON with a proof, or a compact JWS.

    `suite` is one of SUITES: a Data Integrity suite, `vc-jwt` (VC-JOSE, `typ: vc+jwt`) or `ob-jwt` (the Open
    Badges profile, `typ: JWT`); or a suite itself, such as `ecdsa_sd_2023.base(...)`. A missing issuer
    becomes the key's controller. The document is checked first, and what a foreign signer answers is
    verified before it leaves. Raises IssuingError with every problem of the document, ProofError or
    KeyFormatError when it cannot be signed.
    """
    prepared = prepare(document, key)
    if isinstance(suite, str) and suite in JWT_SUITES:
        return _issue_jwt(prepared, key, suite)
    secured = secure(prepared, key=key, suite=suite, created=created, loader=loader)
    if indent is None:
        return strict_json.dumps(secured)
    return json.dumps(secured, ensure_ascii=False, separators=(",", ": "), indent=indent).encode()


def prepare(document: Mapping[str, Any], key: IssuerKey) -> dict[str, Any]:
    """The document with its issuer, checked. Raises IssuingError with every problem."""
    kind = kind_of(types_of(document))
    prepared = with_issuer(document, key, kind)
    problems = schema.check(prepared, kind)
    if kind is not Kind.PRESENTATION:
        problems.extend(_issuer_problems(prepared, key))
    if problems:
        raise IssuingError(problems)
    return prepared


def kind_of(types: frozenset[str]) -> Kind:
    """What a document to be signed is, by its types."""
    if types & {"AchievementCredential", "OpenBadgeCredential"}:
        return Kind.ACHIEVEMENT
    if "EndorsementCredential" in types:
        return Kind.ENDORSEMENT
    if "ClrCredential" in types:
        return Kind.CLR
    return Kind.PRESENTATION if "VerifiablePresentation" in types else Kind.OTHER_VC


def with_issuer(document: Mapping[str, Any], key: IssuerKey, kind: Kind) -> dict[str, Any]:
    """The document with its issuer (or holder, of a presentation): the key's controller where there is none,
    after the members that stand before it in the data model."""
    member = "holder" if kind is Kind.PRESENTATION else "issuer"
    if member in document:
        return dict(document)
    profiled = kind in (Kind.ACHIEVEMENT, Kind.ENDORSEMENT, Kind.CLR)
    issuer: Any = {"id": key.controller, "type": ["Profile"]} if profiled else key.controller
    first = ("@context", "id", "type", "name", "description", "image")
    head = {name: document[name] for name in first if name in document}
    tail = {name: value for name, value in document.items() if name not in first}
    return {**head, member: issuer, **tail}


def _issuer_problems(document: Mapping[str, Any], key: IssuerKey) -> list[Problem]:
    """A DID names its own keys; an https issuer may list any key, which only a fetch shows."""
    issuer = issuer_id(document)
    if issuer is None or not issuer.startswith("did:") or issuer == key.controller:
        return []
    where = "/issuer/id" if isinstance(document.get("issuer"), Mapping) else "/issuer"
    return [
        Problem(where, f"the identifier of the signing key, {key.controller}", show(issuer), "issuer.key")
    ]


def secure(
    document: Mapping[str, Any],
    *,
    key: IssuerKey,
    suite: str | Cryptosuite,
    created: datetime | str | None,
    loader: Loader,
) -> dict[str, Any]:
    """The document with a Data Integrity proof. Nothing of the data model is checked.

    What a foreign signer answers is verified before it leaves; our own key needs no such check.
    """
    from insignia import cryptosuites, jsonld
    from insignia.cryptosuites import ecdsa_sd_2023
    from insignia.proof import add_proof, with_suite_context

    chosen = cryptosuites.named(suite) if isinstance(suite, str) else suite
    selective = isinstance(chosen, ecdsa_sd_2023.EcdsaSd)
    prepared = with_suite_context(document, chosen)
    public_key = key.signer.public_key
    transformed: dict[str, bytes] = {}
    if chosen.needs_context and "proof" not in prepared and not selective:
        algorithm = _HASHES.get(public_key.key_type, "sha256")
        transformed[algorithm] = jsonld.canonize(prepared, loader=loader, algorithm=algorithm)
    secured = add_proof(
        prepared,
        suite=chosen,
        signer=key.signer,
        verification_method=key.verification_method,
        created=created,
        loader=loader,
        canonical=next(iter(transformed.values()), None),
    )
    if isinstance(key.signer, SecretKey):
        return secured
    if selective:  # a base proof is verified by what can be derived from it
        secured_as_shown, _ = ecdsa_sd_2023.derive(secured, [""], loader=loader)
        _check_signed(chosen, secured_as_shown, public_key, loader, {})
    else:
        _check_signed(chosen, secured, public_key, loader, transformed)
    return secured


def _check_signed(
    suite: Cryptosuite,
    secured: Mapping[str, Any],
    public_key: PublicKey,
    loader: Loader,
    transformed: dict[str, bytes],
) -> None:
    proof = secured["proof"][-1] if isinstance(secured["proof"], list) else secured["proof"]
    unsecured = {name: value for name, value in secured.items() if name != "proof"}
    try:
        suite.verify(unsecured, proof, public_key, loader=loader, transformed=transformed)
    except InsigniaError as error:
        raise IssuingError(error.problems) from error


def _issue_jwt(document: Mapping[str, Any], key: IssuerKey, suite: str) -> bytes:
    from insignia import jose
    from insignia.keys import default_algorithm

    if suite == "ob-jwt":
        token = jose.sign_ob(document, key.signer, kid=key.verification_method)
    else:
        typ = "vp+jwt" if "VerifiablePresentation" in types_of(document) else "vc+jwt"
        token = jose.sign_vc(document, key.signer, kid=key.verification_method, typ=typ)
    if isinstance(key.signer, SecretKey):
        return bytes(token, "ascii")
    public_key = key.signer.public_key
    try:
        jose.verify_signature(
            jose.parse(token), public_key, algorithms=[default_algorithm(public_key.key_type)]
        )
    except InsigniaError as error:
        raise IssuingError(error.problems) from error
    return bytes(token, "ascii")
