"""Step 2 for JSON Web Tokens: the signature, and claims that agree with the credential."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from insignia import did, jose
from insignia.credential import Form, Kind
from insignia.errors import (
    DidError,
    InsigniaError,
    KeyFormatError,
    Problem,
    ProofError,
    ResolveError,
    show,
)
from insignia.keys import PublicKey
from insignia.proof import method_problems
from insignia.report import Check
from insignia.verification.proofs import find_method, purpose_of, signer_of, terms
from insignia.verification.render.words import harmless
from insignia.verification.run import (
    Run,
    failed,
    is_open,
    listing,
    passed,
    resolve_error,
    unchecked,
    unreachable,
)
from insignia.verification.subject import identifier_of, listed

if TYPE_CHECKING:
    from insignia.did import VerificationMethod
    from insignia.jose import ParsedJwt

Json = Any
_OWN_TIMES = frozenset({Form.JWT_VC_JOSE, Form.SD_JWT})


def token(run: Run, parsed: ParsedJwt) -> Iterator[Check]:
    """Terms, signature and claims of a token."""
    yield from terms(run)
    yield from signature(run, parsed)
    yield from claims(run, parsed)


def message(run: Run, parsed: ParsedJwt) -> Iterator[Check]:
    """Terms and signature of a COSE message, which has no claims beside its credential."""
    yield from terms(run)
    yield from signature(run, parsed)
    for problem in _expected(run, parsed):  # nowhere to answer a challenge: then it does not
        yield failed("proof", "The message does not answer the verifier.", problem.code, where=problem.where)


def signature(run: Run, token: ParsedJwt) -> Iterator[Check]:
    """The signature of the token (Open Badges 3.0, section 8.2.4; VC-JOSE-COSE, section 3)."""
    facts = {name: token.header[name] for name in ("alg", "kid", "typ") if name in token.header}
    where = "/kid" if "kid" in token.header else "/jwk"
    try:
        key, method = _key(run, token)
        facts |= {"keyType": str(key.key_type), "keyThumbprint": key.thumbprint()}
        # The key decides which algorithms it may be used with, never the token (RFC 8725, section 3.1).
        jose.verify_signature(token, key)
    except InsigniaError as error:
        yield _unsigned(error, where, facts)
        return
    if method is not None:
        run.methods = [(where, method)]
        facts["verificationMethod"] = method.id
        if problems := method_problems(method, at=run.shared.now):
            message = f"The key must not be used any more: {harmless(problems[0], 160)}."
            facts["problems"] = listing(problems)
            yield failed("proof", message, problems[0].code, where=where, facts=facts)
            return
    run.header_key = method is None
    if run.header_key:
        run.methods = [(where, _method_of(key, signer_of(run)))]
    yield passed(
        "proof", f"The signature matches the content ({facts['alg']}, {key.key_type}).", where, facts
    )


def _unsigned(error: InsigniaError, where: str, facts: Mapping[str, Json]) -> Check:
    facts = {**facts, "problems": listing(error.problems)}
    cause = resolve_error(error)
    detail = harmless(error.problems[0], 240)
    if is_open(error):
        reason, advice = (cause.code, unreachable(cause)) if cause else (error.code, "")
        message = f"The signature could not be checked: {detail}."
        return unchecked("proof", message, reason, advice=advice, where=where, facts=facts)
    if isinstance(error, ProofError):
        message = f"The signature of the token does not hold: {detail}."
        advice = "Do not rely on it. Ask its holder for the original file."
        return failed("proof", message, error.code, advice=advice, where=where, facts=facts)
    message = f"The key that signed the token cannot be used: {detail}."
    return failed("proof", message, error.code, where=where, facts=facts)


def _key(run: Run, token: ParsedJwt) -> tuple[PublicKey, VerificationMethod | None]:
    """The key to verify with, and the verification method that it is where it was not only in the header."""
    kid, jwk = token.header.get("kid"), token.header.get("jwk")
    signer = signer_of(run) or ""
    if kid is None and jwk is not None:
        return PublicKey.from_jwk(jwk), None
    if kid is None and run.secured.form not in (Form.JWT_VC_JOSE, Form.COSE, Form.SD_JWT):
        raise KeyFormatError.at("/kid", expected="kid or jwk in the header", got="neither", code="jwt.no-key")
    if isinstance(kid, str) and kid.startswith("did:") and "#" in kid:
        method = find_method(kid, run.shared, purpose_of(run))
    else:
        method = _named_method(run, kid, signer)
    return method.public_key, method


def _named_method(run: Run, kid: Json, signer: str) -> VerificationMethod:
    """The key of a `kid` that is no DID URL: at a URL, or named in the issuer's document."""
    try:
        return did.signing_key(kid, issuer=signer, resolver=run.shared, purpose=purpose_of(run))
    except (DidError, ResolveError) as error:
        if not isinstance(kid, str) or "#" not in kid:
            raise
        try:
            # Not the issuer's, but the signature can be judged; the binding will fail.
            return find_method(kid, run.shared, purpose_of(run))
        except (DidError, ResolveError):
            raise error from error.__cause__


def _method_of(key: PublicKey, signer: str | None) -> VerificationMethod:
    return did.VerificationMethod(
        "", signer or "", "JsonWebKey", key, None, None, {}, "the header of the token"
    )


def header_key_binding(run: Run) -> Iterator[Check]:
    """Whether the issuer lists the key of the header: a `jwk` proves nothing by itself."""
    code = "holder" if run.secured.kind is Kind.PRESENTATION else "key-binding"
    signer = signer_of(run)
    [(where, method)] = run.methods
    facts = {"signer": signer, "keyThumbprint": method.public_key.thumbprint()}
    try:
        found = _listed_key(run, signer, method.public_key)
    except InsigniaError as error:
        cause = resolve_error(error)
        if run.policy.unbound_keys:
            run.warn(
                "key.unbound",
                "The key comes with the token and nothing shows that it is the issuer’s.",
                where,
            )
        if cause is not None:
            advice = unreachable(cause)
            message = "The key comes with the token, and the issuer’s own list of keys could not be fetched."
            yield unchecked(code, message, cause.code, advice=advice, where=where, facts=facts)
            return
        detail = harmless(error.problems[0], 160)
        message = f"The key comes with the token, and nothing ties it to the issuer: {detail}."
        result = unchecked if run.policy.unbound_keys else failed
        yield result(code, message, error.code, where=where, facts=facts)
        return
    if found is None:
        advice = "Anyone may have signed it in the issuer’s name. Do not rely on it."
        message = f"The key comes with the token and is none of those that {harmless(signer, 100)} lists."
        yield failed(code, message, "binding.header-key", advice=advice, where=where, facts=facts)
    else:
        message = f"The issuer lists the key: {harmless(found.id, 120)}."
        yield passed(code, message, where, {**facts, "method": found.id})


def _listed_key(run: Run, signer: str | None, key: PublicKey) -> VerificationMethod | None:
    if signer is None:
        raise DidError.at("/issuer", expected="an issuer", got="none", code="invalidDid")
    document = did.resolve(signer, resolver=run.shared).document
    for entry in listed(document.get(purpose_of(run))):
        name = identifier_of(entry)
        url = signer + name if name.startswith("#") else name
        try:
            method = did.verification_method(url, resolver=run.shared, purpose=purpose_of(run))
        except DidError:
            continue
        if method.public_key == key:
            return method
    return None


def claims(run: Run, parsed: ParsedJwt) -> Iterator[Check]:
    """The claims of a token agree with the credential in it, and answer the verifier.

    Open Badges 3.0, section 8.2.4.1; VC Data Model 1.1, section 6.3.1; VC-JOSE-COSE, section 4.1.2.
    """
    problems = [*_contradictions(run, parsed), *_missing(run, parsed), *_expected(run, parsed)]
    if run.secured.form in _OWN_TIMES or run.secured.kind is Kind.PRESENTATION:
        # Here `exp` and `nbf` limit the signature; otherwise they repeat the dates of the credential.
        problems += jose.check_times(parsed, run.shared.now)
    if run.policy.missing_sub and (lone := [p for p in problems if _is_missing_sub(p)]):
        run.warn("jwt-claims", "The token has no claim sub: this policy lets that pass.", "/sub")
        problems = [p for p in problems if p not in lone]
    if not problems:
        yield passed("jwt-claims", "The claims of the token agree with the credential.")
    for problem in dict.fromkeys(problems):
        yield failed(
            "jwt-claims",
            f"{_CLAIM_SENTENCES.get(problem.code, 'The token does not fit')}: {harmless(problem, 240)}.",
            problem.code,
            advice="Ask the issuer for a corrected credential.",
            where=problem.where,
        )


_MISSING = "jwt.claim-missing"
_CLAIM_SENTENCES = {
    _MISSING: "The token lacks a claim",
    "jwt.claim-mismatch": "The token contradicts the credential in it",
    "jwt.expired": "The signature of the token expired",
    "jwt.not-yet-valid": "The token may not be used yet",
}


def _is_missing_sub(problem: Problem) -> bool:
    return problem.code == _MISSING and problem.where == "/sub"


def _contradictions(run: Run, parsed: ParsedJwt) -> Iterator[Problem]:
    """VC-JOSE-COSE, section 3.1.3: there `exp` and `nbf` are times of the signature, not of the data."""
    own_times = run.secured.form in _OWN_TIMES
    for problem in jose.check_claims(parsed):
        if not (own_times and problem.code == "jwt.claim-mismatch" and problem.where in ("/exp", "/nbf")):
            yield problem


def _missing(run: Run, parsed: ParsedJwt) -> Iterator[Problem]:
    """Open Badges 3.0 requires its claims of tokens of the data model 1.1 too (section 8.2.4.1)."""
    if run.secured.form is Form.JWT_VC11 and run.secured.kind in (Kind.ACHIEVEMENT, Kind.ENDORSEMENT):
        for name in ("iss", "jti", "nbf", "sub"):
            if name not in parsed.payload:
                yield Problem(f"/{name}", "a claim", "none", _MISSING)


def _expected(run: Run, parsed: ParsedJwt) -> Iterator[Problem]:
    """What the verifier asked for: its challenge comes back as `nonce`, its domain as `aud`."""
    if run.secured.sd_jwt is not None and (
        run.secured.sd_jwt.key_binding or run.secured.kind is not Kind.PRESENTATION
    ):
        return  # there the key binding answers
    nonce, audience = parsed.payload.get("nonce"), parsed.payload.get("aud")
    if run.challenge is not None and nonce != run.challenge:
        yield Problem("/nonce", show(run.challenge), show(nonce), "INVALID_CHALLENGE_ERROR")
    if run.domain is not None and run.domain not in listed(audience):
        yield Problem("/aud", show(run.domain), show(audience), "INVALID_DOMAIN_ERROR")
