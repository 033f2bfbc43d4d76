"""Verifiable presentations: put credentials into one, sign it, check who presents and for whom.

W3C Verifiable Credentials Data Model 2.0, section 4.13. What is inside is verified elsewhere:
`check` says only that the presentation itself holds, `inside` parses the credentials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from insignia import credential
from insignia.contexts import CREDENTIALS_V2
from insignia.credential import Kind, Secured
from insignia.cryptosuites import Cryptosuite
from insignia.cryptosuites.codes import (
    INVALID_CHALLENGE_ERROR,
    INVALID_DOMAIN_ERROR,
    PROOF_VERIFICATION_ERROR,
)
from insignia.errors import DataModelError, InsigniaError, Problem, ProofError, show
from insignia.proof import FindKey, ProofResult, add_proof, check_proofs, outcome_of
from insignia.report import Outcome

if TYPE_CHECKING:
    from insignia.jose import ParsedJwt
    from insignia.keys import Signer

Loader = Callable[[str], Any]
PURPOSE: Final = "authentication"


def create(
    credentials: Sequence[Mapping[str, Any] | str],
    *,
    holder: str | None = None,
    identifier: str | None = None,
) -> dict[str, Any]:
    """An unsigned presentation of `credentials`: JSON with embedded proofs, or compact JWS texts, which
    become EnvelopedVerifiableCredentials. `holder` and `identifier` are URLs."""
    document: dict[str, Any] = {"@context": [CREDENTIALS_V2]}
    if identifier is not None:
        document["id"] = identifier
    document["type"] = ["VerifiablePresentation"]
    if holder is not None:
        document["holder"] = holder
    document["verifiableCredential"] = [
        enveloped(item) if isinstance(item, str) else dict(item) for item in credentials
    ]
    return document


def enveloped(token: str, *, presentation: bool = False) -> dict[str, Any]:
    """A compact JWS as an EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation: its `id` is
    a data URL with the token."""
    from insignia import jose

    kind, media_type = ("Presentation", "vp") if presentation else ("Credential", "vc")
    return {
        "@context": [CREDENTIALS_V2],
        "id": jose.to_data_url(token, f"application/{media_type}+jwt"),
        "type": f"EnvelopedVerifiable{kind}",
    }


def sign(
    presentation: Mapping[str, Any],
    *,
    suite: str | Cryptosuite,
    signer: Signer,
    verification_method: str,
    created: datetime | str | None,
    loader: Loader,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
) -> dict[str, Any]:
    """The presentation with a Data Integrity proof for `authentication`. Raises ProofError.

    `challenge` and `domain` are what the verifier asked for.
    """
    extra: dict[str, Any] = {}
    if challenge is not None:
        extra["challenge"] = challenge
    if domain is not None:
        extra["domain"] = domain if isinstance(domain, str) else list(domain)
    return add_proof(
        presentation,
        suite=suite,
        signer=signer,
        verification_method=verification_method,
        created=created,
        loader=loader,
        purpose=PURPOSE,
        extra=extra,
    )


def sign_jwt(
    presentation: Mapping[str, Any],
    signer: Signer,
    *,
    kid: str,
    challenge: str | None = None,
    domain: str | Sequence[str] | None = None,
) -> str:
    """The presentation as a `vp+jwt` (VC-JOSE-COSE, section 3.1.2): challenge as `nonce`, domain as `aud`."""
    from insignia import jose

    claims: dict[str, Any] = dict(presentation)
    if challenge is not None:
        claims["nonce"] = challenge
    if domain is not None:
        claims["aud"] = domain if isinstance(domain, str) else list(domain)
    return jose.sign_vc(claims, signer, kid=kid, typ="vp+jwt")


@dataclass(frozen=True, slots=True)
class PresentationResult:
    """Whether a presentation holds. `proofs` are its embedded proofs, none in a JWT.

    `signer` is the controller of the key that signed, where the outcome is PASSED.
    """

    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    proofs: tuple[ProofResult, ...] = ()
    holder: str | None = None
    signer: str | None = None


def check(
    secured: Secured,
    *,
    loader: Loader,
    find_key: FindKey,
    now: datetime,
    challenge: str | None = None,
    domain: str | Iterable[str] | None = None,
) -> PresentationResult:
    """Check every proof, or the signature of the JWT, and that the holder signed.

    `find_key` is asked as in `check_proofs`; for a JWT with `{"verificationMethod": kid, "proofPurpose":
    "authentication"}`. A `holder` must be the controller of the key that signed. Raises DataModelError
    when `secured` is no presentation.
    """
    if secured.kind is not Kind.PRESENTATION:
        raise DataModelError.at(
            "/type",
            expected="VerifiablePresentation",
            got=show(secured.document.get("type")),
            code="presentation.type",
        )
    holder = _identifier(secured.document.get("holder"))
    wanted = None if domain is None else {domain} if isinstance(domain, str) else set(domain)
    if secured.jwt is not None:
        return _check_jwt(secured.jwt, holder, find_key, challenge, wanted)
    try:
        proofs = check_proofs(
            secured.document,
            loader=loader,
            find_key=find_key,
            purpose=PURPOSE,
            now=now,
            domain=wanted,
            challenge=challenge,
        )
    except ProofError as error:
        return PresentationResult(Outcome.FAILED, error.problems, holder=holder)
    return _judged(proofs, holder)


def inside(secured: Secured) -> list[tuple[str, Secured | InsigniaError]]:
    """The credentials of a presentation, each with its JSON Pointer: parsed, or why it cannot be."""
    value = secured.document.get("verifiableCredential", [])
    entries = value if isinstance(value, list) else [value]
    found: list[tuple[str, Secured | InsigniaError]] = []
    for i, entry in enumerate(entries):
        where = f"/verifiableCredential/{i}" if isinstance(value, list) else "/verifiableCredential"
        try:
            found.append((where, credential.from_json(entry)))
        except InsigniaError as error:
            found.append((where, error))
    return found


def _judged(proofs: list[ProofResult], holder: str | None) -> PresentationResult:
    """All proofs must hold, and one of them must be the holder's."""
    problems = [problem for result in proofs for problem in result.problems]
    outcomes = {result.outcome for result in proofs}
    if Outcome.FAILED in outcomes or Outcome.NOT_CHECKED in outcomes:
        outcome = Outcome.FAILED if Outcome.FAILED in outcomes else Outcome.NOT_CHECKED
        return PresentationResult(outcome, tuple(problems), tuple(proofs), holder)
    controllers = [result.method.controller for result in proofs if result.method is not None]
    if holder is not None and holder not in controllers:
        wrong = _wrong_holder(holder, " and ".join(controllers))
        return PresentationResult(Outcome.FAILED, (wrong,), tuple(proofs), holder)
    return PresentationResult(Outcome.PASSED, (), tuple(proofs), holder, holder or controllers[0])


def _check_jwt(
    token: ParsedJwt, holder: str | None, find_key: FindKey, challenge: str | None, domain: set[str] | None
) -> PresentationResult:
    from insignia import jose

    problems = list(_claim_problems(token.payload, challenge, domain))
    kid = token.header.get("kid")
    if not isinstance(kid, str):
        problems.append(Problem("/kid", "the URL of a key", show(kid), PROOF_VERIFICATION_ERROR))
        return PresentationResult(Outcome.FAILED, tuple(problems), holder=holder)
    try:
        method = find_key({"verificationMethod": kid, "proofPurpose": PURPOSE})
        jose.verify_signature(token, method.public_key, algorithms=method.public_key.algorithms)
    except InsigniaError as error:
        outcome = Outcome.FAILED if problems else outcome_of(error)
        return PresentationResult(outcome, (*problems, *error.problems), holder=holder)
    if holder is not None and method.controller != holder:
        problems.append(_wrong_holder(holder, method.controller))
    if problems:
        return PresentationResult(Outcome.FAILED, tuple(problems), holder=holder)
    return PresentationResult(Outcome.PASSED, holder=holder, signer=method.controller)


def _claim_problems(
    payload: Mapping[str, Any], challenge: str | None, domain: set[str] | None
) -> Iterable[Problem]:
    if challenge is not None and payload.get("nonce") != challenge:
        yield Problem("/nonce", show(challenge), show(payload.get("nonce")), INVALID_CHALLENGE_ERROR)
    audience = payload.get("aud")
    named = {a for a in (audience if isinstance(audience, list) else [audience]) if isinstance(a, str)}
    if domain is not None and not domain & named:
        yield Problem("/aud", " or ".join(sorted(domain)), show(audience), INVALID_DOMAIN_ERROR)


def _wrong_holder(holder: str, signer: str) -> Problem:
    return Problem("/holder", signer, show(holder), PROOF_VERIFICATION_ERROR)


def _identifier(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else None
