"""The verification procedure of Open Badges 3.0, section 8, as a list of steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from insignia.credential import OPEN_BADGES_2, Form, Kind, Secured
from insignia.errors import InsigniaError
from insignia.report import Check, Report
from insignia.resolver import Resolver
from insignia.verification import proofs
from insignia.verification.conformance import data_model
from insignia.verification.policy import STRICT, Policy, families
from insignia.verification.recipient import KnownRecipient, recipient
from insignia.verification.run import Run, Shared, failed, families_of
from insignia.verification.validity import validity

_ALL = families(None)
_CONFORMANCE = frozenset({"data-model", "terms", "related-resources", "schema"})
_AUTHENTICITY = frozenset({"proof", "jwt-claims", "key-binding", "holder"})


def verify(
    secured: Secured,
    *,
    resolver: Resolver,
    now: datetime,
    policy: Policy = STRICT,
    recipient: KnownRecipient | str | None = None,
    checks: Collection[str] | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> Report:
    """Verifies a credential or a presentation (Open Badges 3.0, section 8; VC Data Model 2.0, section 7.1).

    `now` must carry a time zone; the resolver gives every document that is not inside the package.
    `recipient` is what the verifier knows of the recipient. `checks` narrows the run to some of
    `policy.GROUPS`: `("proof",)` is data model, terms and proof without the rule that the key is the
    issuer's. `challenge` and `domain` are what a presentation must answer to.

    Never raises for what the document holds: whatever is wrong with it is a check that failed. Raises
    InsigniaError when `checks` names an unknown group, ValueError when `now` has no zone.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    asked = _ALL if checks is None else families(tuple(checks))
    known = KnownRecipient(recipient) if isinstance(recipient, str) else recipient
    shared = Shared(resolver, now)
    run = _start(secured, shared, policy, asked, known)
    run.challenge, run.domain, run.asked = challenge, domain, tuple(checks or ())
    return _run(run)


def _start(
    secured: Secured,
    shared: Shared,
    policy: Policy,
    asked: frozenset[str],
    known: KnownRecipient | None = None,
    *,
    path: str = "",
    depth: int = 0,
) -> Run:
    """A run whose checks are fixed before the first of them is made."""
    chosen = families_of(secured, asked, known)
    required = chosen & policy.required
    if secured.kind in OPEN_BADGES_2:
        required -= {"schema"}  # 'Extension Validation' is optional
    run = Run(secured, shared, policy, chosen, required, known, path=path, depth=depth)
    if "terms" in required and not policy.strict_terms and not proofs.needs_context(run):
        # Where undefined terms are signed they are only reported, so the verdict does not wait for them.
        run.required = required - {"terms"}
    return run


def _run(run: Run) -> Report:
    if run.secured.kind in OPEN_BADGES_2:
        from insignia.verification.openbadges2 import verify_badge

        return verify_badge(run, _verify_part)
    if run.secured.kind is Kind.SD_JWT_VC:
        from insignia.verification.sd_jwt_vc import verify_sd_jwt_vc

        return verify_sd_jwt_vc(run, _verify_supporting)
    for families_of_step, step in STEPS:
        if not run.families.isdisjoint(families_of_step):
            run.checks.extend(step(run))
    return run.report()


def _related_resources(run: Run) -> Iterable[Check]:
    from insignia.verification.related import related_resources

    return related_resources(run)


def _schemas(run: Run) -> Iterable[Check]:
    from insignia.verification.conformance import schemas

    return schemas(run, _verify_supporting)


def _proofs(run: Run) -> Iterable[Check]:
    """Terms and signatures together: the canonicalisation of an RDFC proof finds undefined terms."""
    if run.secured.jwt is not None and run.secured.form is Form.SD_JWT:
        from insignia.verification import sd_jwt

        return sd_jwt.token(run, run.secured.jwt)
    if run.secured.jwt is not None:
        from insignia.verification import tokens

        whole = tokens.message if run.secured.form is Form.COSE else tokens.token
        return whole(run, run.secured.jwt)
    return proofs.unsecured(run) if run.secured.form is Form.UNSECURED else proofs.terms_and_proofs(run)


def _binding(run: Run) -> Iterable[Check]:
    if run.header_key:
        from insignia.verification import tokens

        return tokens.header_key_binding(run)
    return proofs.key_binding(run)


def _refresh(run: Run) -> Iterable[Check]:
    from insignia.verification.refresh import refresh

    return refresh(run, _verify_newer)


def _status(run: Run) -> Iterable[Check]:
    from insignia.verification.status import status

    return status(run, _verify_supporting)


def _endorsements(run: Run) -> Iterable[Check]:
    from insignia.verification.endorsements import endorsements

    return endorsements(run, _verify_part)


def _credentials(run: Run) -> Iterable[Check]:
    from insignia.verification.presentations import credentials

    return credentials(run, _verify_part)


# In the order of Open Badges 3.0, section 8.1. A step runs when one of its families was asked for.
STEPS: tuple[tuple[frozenset[str], Callable[[Run], Iterable[Check]]], ...] = (
    (frozenset({"data-model"}), data_model),  # 1. Does it conform to the specification,
    (frozenset({"related-resources"}), _related_resources),  # are the documents it pins the same,
    (frozenset({"schema"}), _schemas),  # and does it match its own schemas?
    (frozenset({"proof"}), _proofs),  # 2. Is the proof method satisfied,
    (frozenset({"key-binding", "holder"}), _binding),  # by a key of the issuer?
    (frozenset({"refresh"}), _refresh),  # 3. Is there a newer version?
    (frozenset({"status"}), _status),  # 4. Was it revoked or suspended,
    (frozenset({"validity"}), validity),  # and is it valid now?
    (frozenset({"recipient"}), recipient),  # 5. Is it about the person whom the verifier means?
    (frozenset({"endorsements"}), _endorsements),  # 6. Do all endorsements verify?
    (frozenset({"credentials"}), _credentials),  # In a presentation or record: does every credential verify?
)


def _verify_part(run: Run, secured: Secured, path: str) -> Report:
    """An endorsement, or a credential of a presentation: all steps again, one level deeper."""
    run.shared.parts += 1
    known = run.recipient if run.secured.kind in (Kind.PRESENTATION, Kind.CLR) else None
    return _run(
        _start(secured, run.shared, run.policy, _ALL, known, path=run.path + path, depth=run.depth + 1)
    )


def _verify_newer(run: Run, secured: Secured, path: str) -> Report:
    """Steps 1 and 2 for what a refresh service gave."""
    run.shared.parts += 1
    asked = _CONFORMANCE | _AUTHENTICITY
    return _run(_start(secured, run.shared, run.policy, asked, path=run.path + path, depth=run.depth + 1))


def _verify_supporting(run: Run, secured: Secured, path: str = "") -> Report:
    """A status list or the credential of a schema: proof, key and dates, but not its own status."""
    asked = frozenset({"data-model", "terms", "validity"}) | _AUTHENTICITY
    return _run(_start(secured, run.shared, run.policy, asked, path=run.path + path, depth=run.depth + 1))


def unreadable(error: InsigniaError, *, now: datetime, policy: Policy = STRICT) -> Report:
    """The report of an input that is no credential at all: one failed check that says why."""
    problem = error.problems[0]
    check = failed(
        "data-model", f"It cannot be read as a credential: {problem}.", problem.code, where=problem.where
    )
    return Report({"kind": "credential", "types": []}, policy.name, now, policy.required, (check,))
