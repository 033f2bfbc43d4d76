"""Step 2: are the terms defined, does the signature hold, and is the key the issuer's?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from insignia import cryptosuites, did, jsonld, proof
from insignia.credential import Form, Kind, issuer_id
from insignia.errors import InsigniaError, Problem, ProofError
from insignia.jsonld.direct import canonize_directly
from insignia.jsonld.direct_plan import NotDirect
from insignia.report import Check, Outcome
from insignia.verification.render.words import harmless
from insignia.verification.run import (
    Run,
    Shared,
    absent,
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
    from insignia.keys import PublicKey
    from insignia.proof import ProofResult

Json = Any
# The earlier name of eddsa-rdfc-2022, still met in the field.
_DRAFT_NAMES = frozenset({"eddsa-2022"})
_STATED = (
    *("id", "type", "cryptosuite", "created", "expires", "proofPurpose", "verificationMethod"),
    *("domain", "challenge", "previousProof"),
)


def purpose_of(run: Run) -> str:
    """What a proof must be for: presentations authenticate, everything else asserts."""
    return "authentication" if run.secured.kind is Kind.PRESENTATION else "assertionMethod"


def signer_of(run: Run) -> str | None:
    """Who is said to have signed: the issuer of a credential, the holder of a presentation."""
    if run.secured.kind is Kind.PRESENTATION:
        return identifier_of(run.document.get("holder")) or None
    return issuer_id(run.document)


def needs_context(run: Run) -> bool:
    """Whether some proof covers only what a JSON-LD context defines (the RDFC suites)."""
    return run.secured.form is Form.DATA_INTEGRITY and any(
        _suite_needs_context(entry) for entry in listed(run.document.get("proof"))
    )


def _suite_needs_context(entry: Json) -> bool:
    try:
        return isinstance(entry, dict) and cryptosuites.find(entry).needs_context
    except InsigniaError:
        return False


def unsecured(run: Run) -> Iterator[Check]:
    """What can be said of a document without any proof."""
    yield from terms(run)
    advice = "Ask its issuer for a signed one."
    yield failed("proof", "It is not signed: anyone may have written it.", "proof.missing", advice=advice)


def terms_and_proofs(run: Run) -> Iterator[Check]:
    """The embedded proofs (Data Integrity, section 4.5) and the terms that they cover."""
    try:
        results = proof.check_proofs(
            run.document,
            loader=run.shared.loader,
            find_key=_key_finder(run),
            purpose=purpose_of(run),
            now=run.shared.now,
            domain=run.domain,
            challenge=run.challenge,
        )
    except ProofError as error:
        yield from terms(run)
        yield failed(
            "proof", _sentence("Its proof cannot be read", error.problems), error.code, where="/proof"
        )
        return
    if any(result.verified and _needs_context(result) for result in results):
        # The safe canonicalisation refuses undefined terms, so it would have found them.
        yield passed("terms", "Every term is defined, so every value is covered by the signature.")
    else:
        yield from terms(run)
    run.methods = [(r.where, r.method) for r in results if r.method is not None and r.verified]
    yield from _judged(run, results)


def _needs_context(result: ProofResult) -> bool:
    return result.suite is not None and result.suite.needs_context


def terms(run: Run) -> Iterator[Check]:
    """Terms that no context defines, by themselves: an error where they are not signed."""
    try:
        problems = _undefined_terms(run)
    except InsigniaError as error:
        cause = resolve_error(error)
        if cause is not None:
            message = (
                "A JSON-LD context that it uses could not be fetched, so its terms cannot be understood."
            )
            facts = {"problems": listing(cause.problems)}
            yield unchecked(
                "terms", message, cause.code, advice=unreachable(cause), where="/@context", facts=facts
            )
            return
        problems = list(error.problems)
    if not problems:
        yield passed("terms", "Every term is defined.")
    elif run.policy.strict_terms or needs_context(run):
        covered = "not covered by the signature" if needs_context(run) else "refused by this policy"
        yield failed(
            "terms",
            f"{_sentence('It uses terms that no context defines', problems)[:-1]}. They are {covered}.",
            problems[0].code,
            advice="Ask the issuer for a credential whose terms are all defined.",
            where=problems[0].where,
            facts={"problems": listing(problems)},
        )
    else:
        for problem in problems[:20]:
            run.warn("terms", f"A term without a defined meaning: {harmless(problem, 200)}.", problem.where)
        yield passed("terms", f"{len(problems)} terms have no defined meaning; the signature covers them.")


def _undefined_terms(run: Run) -> list[Problem]:
    try:
        # Three times as fast, and it refuses whatever JSON-LD would drop; it does not tell what that is.
        canonize_directly(run.document, loader=run.shared.loader)
    except (InsigniaError, NotDirect):
        return jsonld.check_terms(run.document, loader=run.shared.loader)
    return []


def _judged(run: Run, results: list[ProofResult]) -> Iterator[Check]:
    """One check a proof; under `any` the others become warnings once one holds."""
    checks = [_proof_check(result) for result in results]
    for result in results:
        if result.verified and result.proof.get("cryptosuite") == cryptosuites.ecdsa_sd_2023.SUITE.name:
            _note_what_is_shown(run, result.proof)
        if result.proof.get("cryptosuite") in _DRAFT_NAMES:
            name = result.proof["cryptosuite"]
            run.warn("proof.draft-name", f"The proof has the draft name {name} of its suite.", result.where)
        created = result.created
        if created is not None and created > run.shared.now:
            run.warn("proof.created", "The proof says that it was made later than now.", result.where)
    if run.policy.proofs == "any" and any(check.outcome is Outcome.PASSED for check in checks):
        for check in checks:
            if check.outcome is not Outcome.PASSED:
                run.warn("proof.other", f"Another proof of it does not hold: {check.message}", check.where)
        checks = [check for check in checks if check.outcome is Outcome.PASSED]
    yield from checks


def _note_what_is_shown(run: Run, proof: Mapping[str, Any]) -> None:
    """A note beside the checks, as for an SD-JWT; a derived proof does not tell how much there was."""
    chosen, always = cryptosuites.ecdsa_sd_2023.counts(proof)
    run.notes.append(
        f"Its holder chose what to show of it. Statements shown by choice: {chosen}, beside {always} that "
        "are always shown. Whether there is more, nobody can tell."
    )


def _proof_check(result: ProofResult) -> Check:
    if result.verified and result.suite is not None and result.method is not None:
        key_type = result.method.public_key.key_type
        message = f"The signature matches the content ({result.suite.name}, {key_type})."
        return passed("proof", message, result.where, _facts(result))
    code = result.problems[0].code if result.problems else "proof.failed"
    facts = {**_facts(result), "problems": listing(result.problems)}
    cause = resolve_error(result.error) if result.error else None
    if result.outcome is Outcome.NOT_CHECKED or (len(result.problems) == 1 and is_open(result.error)):
        advice = unreachable(cause) if cause else ""
        message = _sentence("The signature could not be checked", result.problems)
        reason = cause.code if cause else code
        return unchecked("proof", message, reason, advice=advice, where=result.where, facts=facts)
    if cryptosuites.ecdsa_sd_2023.is_base(result.proof):
        message = "This is the holder’s own copy, from which nothing was derived yet."
        advice = "Derive what shall be shown (insignia derive) and verify that; keep this copy to yourself."
        return failed("proof", message, "proof.base", advice=advice, where=result.where, facts=facts)
    if [p.where for p in result.problems] == [f"{result.where}/proofValue"] and result.suite is not None:
        message = (
            "The signature does not match: it was changed after it was signed, or another key signed it."
        )
        advice = "Do not rely on it. Ask its holder for the original file."
        return failed("proof", message, code, advice=advice, where=result.where, facts=facts)
    message = _sentence("The proof does not hold", result.problems)
    return failed("proof", message, code, where=result.where, facts=facts)


def _key_finder(run: Run) -> Callable[[Mapping[str, Any]], VerificationMethod]:
    def find(entry: Mapping[str, Any]) -> VerificationMethod:
        url = str(entry.get("verificationMethod"))
        if run.policy.unbound_keys and url.startswith("did:key:") and "#" not in url:
            run.warn("proof.no-fragment", "The proof names a did:key, not one of its keys.", "/proof")
            url = f"{url}#{url.removeprefix('did:key:')}"
        method = find_method(url, run.shared, purpose_of(run))
        if method.revoked is not None or method.expires is not None:
            _refuse_past(run, method, entry)
        return method

    return find


def find_method(url: str, shared: Shared, purpose: str) -> VerificationMethod:
    """The verification method at a URL, listed by its own document for `purpose`; whose it is comes later."""
    return did.verification_method(url, resolver=shared, purpose=purpose)


def _facts(result: ProofResult) -> dict[str, Json]:
    """What a report says of a proof; a key that comes again and again is described once."""
    facts = {name: result.proof[name] for name in _STATED if name in result.proof}
    method = result.method
    if method is not None:
        facts |= {"controller": method.controller, "source": method.source, **_key_facts(method.public_key)}
        facts |= {
            name: day for name, day in (("keyRevoked", method.revoked), ("keyExpires", method.expires)) if day
        }
    return facts


@lru_cache(maxsize=1024)
def _key_facts(key: PublicKey) -> Mapping[str, str]:
    return {"keyType": str(key.key_type), "keyThumbprint": key.thumbprint()}


def _refuse_past(run: Run, method: VerificationMethod, entry: Mapping[str, Any]) -> None:
    """Raises ProofError when the key was given up (see `Policy.past_keys`)."""
    problems = proof.method_problems(method, at=run.shared.now)
    created = entry.get("created")
    if problems and run.policy.past_keys and isinstance(created, str):
        moment = cryptosuites.timestamps.parse(created)
        if moment is not None and not proof.method_problems(method, at=moment):
            run.warn(
                "key.past", "The key was given up after it was signed, if the proof tells its date rightly."
            )
            return
    if problems:
        raise ProofError(replace(p, where="/verificationMethod") for p in problems)


def key_binding(run: Run) -> Iterator[Check]:
    """The key is one that the issuer lists for assertions, the holder for authentication."""
    code = "holder" if run.secured.kind is Kind.PRESENTATION else "key-binding"
    who = "holder" if code == "holder" else "issuer"
    signer = signer_of(run)
    if not run.methods:
        message = f"No signature holds, so there is no key to look for at the {who}."
        yield unchecked(code, message, "proof.unverified")
    elif signer is None and code == "holder":
        # VC Data Model 2.0, section 4.13: `holder` is optional; without it nobody is claimed to present.
        controllers = ", ".join(harmless(method.controller, 100) for _, method in run.methods)
        yield absent(code, f"It names no holder. The key belongs to {controllers}.")
    elif signer is None:
        message = f"It names no {who}, so that nobody can be tied to the key."
        yield unchecked(code, message, "binding.nobody", where=f"/{who}")
    else:
        checks = [_bound(run, code, signer, where, method) for where, method in run.methods]
        bound = [check for check in checks if check.outcome is Outcome.PASSED]
        # A proof set may hold the signatures of others, such as a notary, beside the issuer's.
        for check in checks if bound else ():
            if check.outcome is not Outcome.PASSED:
                run.warn("proof.other-signer", f"Somebody else signed it too. {check.message}", check.where)
        yield from bound or checks


def _bound(run: Run, code: str, signer: str, where: str, method: VerificationMethod) -> Check:
    facts = {"method": method.id, "controller": method.controller, "signer": signer, "source": method.source}
    who = "holder" if code == "holder" else "issuer"
    if method.controller == signer and not run.header_key:
        return passed(code, bound_message(who, signer), where, facts)
    if run.policy.unbound_keys and (run.header_key or not signer.startswith(("did:", "https:"))):
        run.warn(
            "key.unbound", "Nothing shows that the key is the issuer’s: this policy lets that pass.", where
        )
        return unchecked(code, f"Nothing shows that the key is the {who}’s.", "binding.unbound", where=where)
    try:
        did.verification_method(method.id, resolver=run.shared, purpose=purpose_of(run), controller=signer)
    except InsigniaError as error:
        return _unbound(code, who, signer, where, error, facts)
    return passed(code, f"The {who} lists the key of {harmless(method.controller, 80)}.", where, facts)


def bound_message(who: str, signer: str) -> str:
    if signer.startswith(("did:key:", "did:jwk:")):
        return f"The key is the {who}’s identifier itself, which proves no name: make sure that you know it."
    return f"The key is the {who}’s: {harmless(signer, 120)} lists it."


def _unbound(
    code: str, who: str, signer: str, where: str, error: InsigniaError, facts: Mapping[str, Json]
) -> Check:
    cause = resolve_error(error)
    if cause is not None:
        document = f"The document of {harmless(signer, 100)}, which would list the {who}’s keys,"
        message = f"{document} could not be fetched."
        return unchecked(code, message, cause.code, advice=unreachable(cause), where=where, facts=facts)
    if is_open(error):
        message = (
            f"Whether the key is the {who}’s is unknown: {harmless(signer, 100)} is of an unknown DID method."
        )
        return unchecked(code, message, error.code, where=where, facts=facts)
    return failed(
        code,
        f"The key is not one of the {who}’s, {harmless(signer, 100)}.",
        error.code,
        advice="Anyone may have signed it in the issuer’s name. Do not rely on it.",
        where=where,
        facts={**facts, "problems": listing(error.problems)},
    )


def _sentence(lead: str, problems: tuple[Problem, ...] | list[Problem]) -> str:
    """A sentence that ends with the first problem."""
    return f"{lead}: {harmless(problems[0], 240)}." if problems else f"{lead}."
