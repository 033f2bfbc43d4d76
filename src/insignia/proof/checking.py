"""Check the proofs of a document: single, in a set, in a chain (sections 4.4 and 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from insignia import cryptosuites
from insignia.cryptosuites import Cryptosuite, timestamps
from insignia.cryptosuites.codes import (
    INVALID_CHALLENGE_ERROR,
    INVALID_DOMAIN_ERROR,
    PROOF_VERIFICATION_ERROR,
)
from insignia.cryptosuites.options import check_options
from insignia.errors import (
    InsigniaError,
    KeyFormatError,
    NotSupportedYet,
    Problem,
    ProofError,
    ResolveError,
    show,
)
from insignia.proof.chain import listed, matching, texts
from insignia.proof.results import ProofResult
from insignia.report import Outcome

if TYPE_CHECKING:
    from insignia.did import VerificationMethod

Loader = Callable[[str], Any]
FindKey = Callable[[Mapping[str, Any]], "VerificationMethod"]
MAXIMUM_PROOFS: Final = 32


def check_proofs(
    document: Mapping[str, Any],
    *,
    loader: Loader,
    find_key: FindKey,
    purpose: str | None = "assertionMethod",
    now: datetime | None = None,
    domain: str | Iterable[str] | None = None,
    challenge: str | None = None,
) -> list[ProofResult]:
    """Check every proof of a set or chain by itself (sections 4.4 and 4.5), in the document's order.

    `find_key` gives the verification method that a proof names, or raises. `now` decides `expires`.
    `domain` and `challenge` are what the verifier expects. Raises ProofError (PARSING_ERROR) when the
    document has no proof, more than 32, or proofs that are not objects.
    """
    proofs = _parse_proofs(document)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    check = _Check(unsecured, proofs, loader, find_key, _Expected(purpose, now, domain, challenge))
    several = isinstance(document["proof"], list)
    results = [check.run(proof, f"/proof/{i}" if several else "/proof") for i, proof in enumerate(proofs)]
    return _with_chains(results)


def method_problems(method: VerificationMethod, *, at: datetime) -> list[Problem]:
    """Why a verification method must not be relied on at that time: `key.expired`, `key.revoked`.

    Controlled Identifiers 1.0, section 2.2: no proof is to be verified at or after the time of
    expiration or revocation; a time that cannot be read counts as reached.
    """
    problems = []
    for name, value in (("expires", method.expires), ("revoked", method.revoked)):
        if value is None:
            continue
        moment = timestamps.parse(value)
        if moment is None or moment <= at:
            code = "key.expired" if name == "expires" else "key.revoked"
            problems.append(Problem(f"/{name}", f"a time after {timestamps.write(at)}", show(value), code))
    return problems


def undefined_terms(document: Mapping[str, Any], *, loader: Loader) -> list[Problem]:
    """What a JCS or JWT signature covers and JSON-LD does not define: warnings, or errors when strict."""
    from insignia import jsonld

    try:
        return jsonld.check_terms(document, loader=loader)
    except InsigniaError as error:
        return list(error.problems)


@dataclass(frozen=True, slots=True)
class _Expected:
    purpose: str | None
    now: datetime | None
    domain: str | Iterable[str] | None
    challenge: str | None

    def problems(self, proof: Mapping[str, Any]) -> list[Problem]:
        """Section 4.4, steps 5 to 7, and `expires`."""
        found = []
        if self.purpose is not None and proof.get("proofPurpose") != self.purpose:
            got = show(proof.get("proofPurpose"))
            found.append(Problem("/proofPurpose", self.purpose, got, PROOF_VERIFICATION_ERROR))
        if self.domain is not None:
            wanted = {self.domain} if isinstance(self.domain, str) else set(self.domain)
            if wanted != texts(proof.get("domain")):
                expected, got = " and ".join(sorted(wanted)), show(proof.get("domain"))
                found.append(Problem("/domain", expected, got, INVALID_DOMAIN_ERROR))
        if self.challenge is not None and proof.get("challenge") != self.challenge:
            got = show(proof.get("challenge"))
            found.append(Problem("/challenge", show(self.challenge), got, INVALID_CHALLENGE_ERROR))
        expires = proof.get("expires")
        moment = timestamps.parse(expires) if isinstance(expires, str) else None
        if self.now is not None and moment is not None and moment <= self.now:
            expected = f"a proof that is still valid at {timestamps.write(self.now)}"
            found.append(Problem("/expires", expected, show(expires), PROOF_VERIFICATION_ERROR))
        return found


class _Check:
    """One run over the proofs of a document; canonical forms are shared between them."""

    def __init__(
        self,
        unsecured: dict[str, Any],
        proofs: Sequence[Mapping[str, Any]],
        loader: Loader,
        find_key: FindKey,
        expected: _Expected,
    ) -> None:
        self._unsecured = unsecured
        self._proofs = proofs
        self._loader = loader
        self._find_key = find_key
        self._expected = expected
        self._transformed: dict[str, bytes] = {}

    def run(self, proof: Mapping[str, Any], where: str) -> ProofResult:
        """Everything that can be said of one proof, but not yet of those that it follows."""
        previous, missing = matching(proof.get("previousProof"), self._proofs, PROOF_VERIFICATION_ERROR)
        problems = [p.under(where) for p in (*self._expected.problems(proof), *missing)]
        suite = None
        try:
            suite = cryptosuites.find(proof)
            _check_members(proof)
            method = self._find_key(proof)
        except InsigniaError as error:
            outcome = Outcome.FAILED if problems else outcome_of(error)
            in_proof = isinstance(error, (ProofError, NotSupportedYet))
            placed = _in_proof(error, where) if in_proof else _in_method(error, where)
            return ProofResult(where, proof, outcome, _merged(problems, placed), suite, None, error)
        failure, found = self._verify(proof, where, suite, method, previous) if not missing else (None, [])
        known = outcome_of(failure) if failure else Outcome.PASSED
        outcome = Outcome.FAILED if problems else known
        return ProofResult(where, proof, outcome, _merged(problems, found), suite, method, failure)

    def _verify(
        self,
        proof: Mapping[str, Any],
        where: str,
        suite: Cryptosuite,
        method: VerificationMethod,
        previous: list[Mapping[str, Any]],
    ) -> tuple[InsigniaError | None, list[Problem]]:
        """Section 4.5, step 3.3: the proofs that this one follows are part of what it signed."""
        document = {**self._unsecured, "proof": previous} if previous else self._unsecured
        shared = None if previous else self._transformed
        try:
            suite.verify(document, proof, method.public_key, loader=self._loader, transformed=shared)
        except ProofError as error:
            return error, [_moved(problem, where) for problem in error.problems]
        except KeyFormatError as error:
            return error, _in_method(error, where)
        except InsigniaError as error:
            return error, [Problem("/@context", p.expected, p.got, p.code) for p in error.problems]
        return None, []


def _parse_proofs(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    proofs = listed(document.get("proof"))
    if not 1 <= len(proofs) <= MAXIMUM_PROOFS:
        raise ProofError.at(
            "/proof", expected=f"1 to {MAXIMUM_PROOFS} proofs", got=str(len(proofs)), code="PARSING_ERROR"
        )
    return proofs


def _with_chains(results: list[ProofResult]) -> list[ProofResult]:
    """A proof holds only if all proofs that it follows do (section 2.1, `previousProof`)."""
    by_id = {r.proof["id"]: i for i, r in enumerate(results) if isinstance(r.proof.get("id"), str)}
    follows = [
        [by_id[name] for name in sorted(texts(r.proof.get("previousProof"))) if name in by_id]
        for r in results
    ]
    return [_after(result, _ancestors(i, follows), results, i) for i, result in enumerate(results)]


def _ancestors(start: int, follows: list[list[int]]) -> set[int]:
    seen: set[int] = set()
    pending = list(follows[start])
    while pending:
        index = pending.pop()
        if index not in seen:
            seen.add(index)
            pending += follows[index]
    return seen


def _after(result: ProofResult, ancestors: set[int], results: list[ProofResult], index: int) -> ProofResult:
    where, code = f"{result.where}/previousProof", PROOF_VERIFICATION_ERROR
    problems = []
    if index in ancestors:
        problems.append(Problem(where, "proofs one after the other", "a circle", code))
    broken = [results[i] for i in sorted(ancestors - {index}) if not results[i].verified]
    problems += [
        Problem(where, "previous proofs that hold", f"{r.where}: {r.outcome.value}", code) for r in broken
    ]
    if not problems:
        return result
    outcome = result.outcome
    if outcome is Outcome.PASSED:
        unknown = index not in ancestors and all(r.outcome is Outcome.NOT_CHECKED for r in broken)
        outcome = Outcome.NOT_CHECKED if unknown else Outcome.FAILED
    return replace(result, outcome=outcome, problems=(*result.problems, *problems))


def outcome_of(error: InsigniaError) -> Outcome:
    """NOT_CHECKED where nothing is known to be wrong: not built yet, or a document that cannot be had;
    FAILED otherwise."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (NotSupportedYet, ResolveError)):
            return Outcome.NOT_CHECKED
        cause = cause.__cause__
    return Outcome.FAILED


def _check_members(proof: Mapping[str, Any]) -> None:
    """Before anyone is asked for the key: is what names it a URL, and is the rest well-formed?"""
    problems = check_options(proof, PROOF_VERIFICATION_ERROR)
    if problems:
        raise ProofError(problems)


def _merged(problems: list[Problem], more: list[Problem]) -> tuple[Problem, ...]:
    """All problems, one for each place."""
    known = {problem.where for problem in problems}
    return (*problems, *(problem for problem in more if problem.where not in known))


def _in_proof(error: InsigniaError, where: str) -> list[Problem]:
    return [problem.under(where) for problem in error.problems]


def _in_method(error: InsigniaError, where: str) -> list[Problem]:
    return [Problem(f"{where}/verificationMethod", p.expected, p.got, p.code) for p in error.problems]


def _moved(problem: Problem, where: str) -> Problem:
    """A problem of a document with a single proof, in the document with several."""
    if problem.where != "/proof" and not problem.where.startswith("/proof/"):
        return problem
    return Problem(where + problem.where[6:], problem.expected, problem.got, problem.code)
