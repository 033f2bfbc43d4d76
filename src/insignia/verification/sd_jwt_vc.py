"""Verifying an SD-JWT VC, whose claims are its own, into the same report as any credential."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from insignia import did, jose
from insignia.credential import Secured
from insignia.errors import DidError, InsigniaError, KeyFormatError, NotSupportedYet, ProofError, show
from insignia.jose import ParsedJwt
from insignia.keys import PublicKey
from insignia.proof import method_problems
from insignia.report import Check, Outcome, Report
from insignia.resolver import Purpose
from insignia.sd_jwt import SdJwt
from insignia.sd_jwt.vc import VCT, claim_problems
from insignia.verification.proofs import bound_message
from insignia.verification.recipient import KnownRecipient, match
from insignia.verification.render.words import harmless, moment
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
from insignia.verification.sd_jwt import holder, note_what_is_shown
from insignia.verification.status import status as look_up_status
from insignia.verification.subject import Description, describe, identifier_of, listed
from insignia.verification.validity import numeric_date

Json = Any
VerifyInside = Callable[[Run, Secured, str], Report]
WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"
MOST_KEYS: Final = 100


def verify_sd_jwt_vc(run: Run, verify_inside: VerifyInside) -> Report:
    """The report on an SD-JWT VC."""
    token, shown = run.secured.jwt, run.secured.sd_jwt
    assert token is not None
    assert shown is not None
    steps: tuple[tuple[str, Callable[[], Iterable[Check]]], ...] = (
        ("data-model", lambda: _claims(run, token, shown)),
        ("proof", lambda: _proof(run, token, shown)),
        ("key-binding", lambda: _binding(run)),
        ("status", lambda: _status(run, verify_inside)),
        ("validity", lambda: _validity(run)),
        ("recipient", lambda: _recipient(run)),
    )
    for family, step in steps:
        if family in run.families:
            run.checks.extend(step())
    return replace(run.report(), subject=described(run.document))


def described(claims: Mapping[str, Json]) -> Description:
    """What it says about itself, in the words of any report."""
    said = describe(_as_document(claims))
    said["kind"] = "achievement" if claims.get("vct") == VCT else "credential"
    said["types"] = [str(claims.get("vct"))]
    said["version"] = "as SD-JWT VC"
    return said


def _as_document(claims: Mapping[str, Json]) -> dict[str, Json]:
    """The claims under the names that the steps of other credentials read; nothing is signed or kept so."""
    about = claims.get("issuer")
    profile = dict(about) if isinstance(about, Mapping) else {}
    subject = {name: claims[name] for name in ("achievement", "identifier") if name in claims}
    if "sub" in claims:
        subject["id"] = claims["sub"]
    document = {name: claims[name] for name in ("name", "description", "credentialStatus") if name in claims}
    document |= {"issuer": {**profile, "id": claims.get("iss")}, "credentialSubject": subject}
    if "jti" in claims:
        document["id"] = claims["jti"]
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        if (at := numeric_date(claims.get(claim))) is not None:
            document[member] = at.isoformat().replace("+00:00", "Z")
    return document


def _claims(run: Run, token: ParsedJwt, shown: SdJwt) -> Iterator[Check]:
    for note in token.notes:
        run.warn("data-model.advice", f"Others may refuse this: {harmless(note, 200)}.", note.where)
    problems = claim_problems(shown.claims, shown.unpacked.places)
    if problems:
        message = f"It does not conform to SD-JWT VC: {harmless(problems[0], 200)}."
        advice = "Ask the issuer for a corrected credential."
        facts = {"problems": listing(problems)}
        yield failed(
            "data-model", message, problems[0].code, advice=advice, where=problems[0].where, facts=facts
        )
        return
    kind = harmless(shown.claims["vct"], 120)
    what = "" if shown.claims["vct"] == VCT else " What its type asks for beyond that was not looked at."
    yield passed("data-model", f"It conforms to SD-JWT VC; its type is {kind}.{what}", "/vct")


def _proof(run: Run, token: ParsedJwt, shown: SdJwt) -> Iterator[Check]:
    checked = _signature(run, token)
    yield checked
    note_what_is_shown(run, shown)
    yield holder(run, shown, checked.outcome is Outcome.PASSED)


def _signature(run: Run, token: ParsedJwt) -> Check:
    facts = {name: token.header[name] for name in ("alg", "kid", "typ") if name in token.header}
    try:
        keys = _keys(run, token)
        key = _signer(token, keys)
    except InsigniaError as error:
        return _unsigned(error, facts)
    facts |= {"keyType": str(key.public_key.key_type), "keyThumbprint": key.public_key.thumbprint()}
    if problems := method_problems(key, at=run.shared.now):
        message = f"The key must not be used any more: {harmless(problems[0], 160)}."
        return failed("proof", message, problems[0].code, where="/kid", facts=facts)
    run.methods = [("/kid", key)]
    message = f"The signature matches the content ({facts['alg']}, {key.public_key.key_type})."
    return passed("proof", message, "/kid", facts)


def _keys(run: Run, token: ParsedJwt) -> list[did.VerificationMethod]:
    """The keys of the issuer that may have signed (section 3.5). Raises what they cannot be had for."""
    issuer, kid = token.payload.get("iss"), token.header.get("kid")
    if "x5c" in token.header:
        raise NotSupportedYet.at(
            "/x5c",
            expected="a key of a DID or web address",
            got="a certificate",
            code="not-supported-yet.x5c",
        )
    if not isinstance(issuer, str) or not issuer.startswith(("did:", "https://")):
        expected = "the DID or web address of the issuer"
        raise DidError.at("/iss", expected=expected, got=show(issuer), code="invalidDid")
    if issuer.startswith("did:"):
        return [did.signing_key(kid, issuer=issuer, resolver=run.shared)]
    return _published(run, issuer, kid)


def _published(run: Run, issuer: str, kid: Json) -> list[did.VerificationMethod]:
    """JWT VC Issuer Metadata (section 5): the well-known path stands between host and path."""
    parts = urlsplit(issuer)
    url = f"https://{parts.netloc}{WELL_KNOWN}{parts.path.rstrip('/')}"
    metadata = run.shared.resolve(url, Purpose.KEY).json()
    if not isinstance(metadata, dict) or metadata.get("issuer") != issuer:
        got = show(metadata.get("issuer") if isinstance(metadata, dict) else metadata)
        raise DidError.at(url, expected=f"the metadata of {issuer}", got=got, code="invalidDid")
    keys = metadata.get("jwks")
    if keys is None and isinstance(metadata.get("jwks_uri"), str):
        keys = run.shared.resolve(metadata["jwks_uri"], Purpose.KEY).json()
    entries = [k for k in listed(keys.get("keys") if isinstance(keys, dict) else None) if isinstance(k, dict)]
    if kid is not None:
        entries = [entry for entry in entries if entry.get("kid") == kid]
    if not entries or len(entries) > MOST_KEYS:
        expected = "a key" if kid is None else f"a key named {show(kid)}"
        raise DidError.at(url, expected=expected, got=f"{len(entries)}", code="notFound")
    return _readable(entries, issuer, url)


def _readable(entries: list[dict[str, Json]], issuer: str, url: str) -> list[did.VerificationMethod]:
    """The keys of kinds known here; a set may hold others. Raises KeyFormatError where there is none."""
    found: list[did.VerificationMethod] = []
    failure: KeyFormatError | None = None
    for entry in entries:
        try:
            key = PublicKey.from_jwk(entry)
        except KeyFormatError as error:
            failure = error
            continue
        name = str(entry.get("kid", ""))
        found.append(did.VerificationMethod(name, issuer, "JsonWebKey", key, None, None, entry, url))
    if failure is not None and not found:
        raise failure
    return found


def _signer(token: ParsedJwt, keys: list[did.VerificationMethod]) -> did.VerificationMethod:
    failure: ProofError | None = None
    for key in keys:
        try:
            jose.verify_signature(token, key.public_key)
        except ProofError as error:
            failure = error
        else:
            return key
    assert failure is not None
    raise failure


def _unsigned(error: InsigniaError, facts: dict[str, Json]) -> Check:
    facts["problems"] = listing(error.problems)
    cause, detail = resolve_error(error), harmless(error.problems[0], 240)
    if is_open(error):
        message = f"The signature could not be checked: {detail}."
        advice = unreachable(cause) if cause else ""
        return unchecked("proof", message, error.code, advice=advice, where="/kid", facts=facts)
    if isinstance(error, ProofError):
        message = f"The signature does not hold: {detail}."
        advice = "Do not rely on it. Ask its holder for the original."
        return failed("proof", message, error.code, advice=advice, facts=facts)
    message = f"There is no key of its issuer for it: {detail}."
    return failed("proof", message, error.code, where=error.problems[0].where, facts=facts)


def _binding(run: Run) -> Iterator[Check]:
    if not run.methods:
        message = "No signature holds, so there is no key to look for at the issuer."
        yield unchecked("key-binding", message, "proof.unverified")
        return
    [(where, method)] = run.methods
    facts = {"method": method.id, "signer": run.document["iss"], "source": method.source}
    yield passed("key-binding", bound_message("issuer", run.document["iss"]), where, facts)


def _status(run: Run, verify_inside: VerifyInside) -> Iterator[Check]:
    if "status" in run.document:
        message = "Its status is of a type that this verifier does not know: a Token Status List."
        yield unchecked("status", message, "status.unknown-type", where="/status")
    if "status" not in run.document or "credentialStatus" in run.document:
        seen = replace(run.secured, document=_as_document(run.document))
        yield from look_up_status(replace(run, secured=seen), verify_inside)


def _validity(run: Run) -> Iterator[Check]:
    now = run.shared.now
    for code, name in (("validity.from", "nbf"), ("validity.until", "exp")):
        value = run.document.get(name)
        at = numeric_date(value)
        if value is None:
            lacks = "date before which it is not valid" if name == "nbf" else "expiry date"
            yield passed(code, f"It has no {lacks}.")
        elif at is None:
            yield failed(code, f"Its {name} is no date.", "validity.malformed", where=f"/{name}")
        elif name == "nbf" and at > now:
            message = f"It is not valid yet: it becomes valid on {moment(at, time=True)}."
            yield failed(code, message, "validity.not-yet", where="/nbf")
        elif name == "exp" and at < now:
            advice = "Ask its holder for a renewed one."
            message = f"It expired on {moment(at, time=True)}."
            yield failed(code, message, "validity.expired", advice=advice, where="/exp")
        else:
            word = "since" if name == "nbf" else "until"
            yield passed(code, f"It is valid {word} {moment(at, time=True)}.", f"/{name}")


def _recipient(run: Run) -> Iterator[Check]:
    known = run.recipient or KnownRecipient("")
    subject = _as_document(run.document)["credentialSubject"]
    if match(known, subject):
        yield passed("recipient", "It was issued to the person you named.", "/sub")
    elif not identifier_of(subject) and "identifier" not in subject:
        advice = "Ask for a presentation that shows it."
        message = "Its holder does not show to whom it was issued."
        yield unchecked("recipient", message, "sd-jwt.hidden", advice=advice, where="/sub")
    else:
        message = "It was issued to someone else than the person you named."
        advice = "Check the identifier you gave; issuers may know the person under another one."
        yield failed("recipient", message, "recipient.mismatch", advice=advice, where="/sub")
