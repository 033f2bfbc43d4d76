"""What verifying an SD-JWT adds (RFC 9901, section 7.3): who shows it, and that more may be hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from insignia import sd_jwt
from insignia.credential import Kind
from insignia.errors import InsigniaError, NotSupportedYet
from insignia.jose import ParsedJwt
from insignia.keys import PublicKey
from insignia.report import Check, Outcome
from insignia.sd_jwt import SdJwt
from insignia.verification.proofs import terms
from insignia.verification.render.words import harmless
from insignia.verification.run import Run, absent, failed, listing, passed, unchecked
from insignia.verification.tokens import claims, signature

Json = Any
CODE: Final = "proof.holder"
_ANOTHER: Final = "Ask whoever showed it for a presentation that answers your own question (nonce)."


def token(run: Run, parsed: ParsedJwt) -> Iterator[Check]:
    """Terms, signature, claims and key binding of a credential or presentation of the W3C."""
    yield from terms(run)
    signed = list(signature(run, parsed))
    yield from signed
    yield from claims(run, parsed)
    shown = run.secured.sd_jwt
    assert shown is not None
    note_what_is_shown(run, shown)
    if run.secured.kind is not Kind.PRESENTATION or shown.key_binding is not None:
        yield holder(run, shown, all(c.outcome is Outcome.PASSED for c in signed))


def note_what_is_shown(run: Run, shown: SdJwt) -> None:
    """A note beside the checks: what the holder chose to show, and what may be hidden."""
    chosen, hidden = len(shown.disclosures), shown.unpacked.hidden
    if not chosen and not hidden:
        return
    places = ", ".join(place for place, _ in shown.unpacked.places[:8])
    more = "" if chosen <= 8 else f" and {chosen - 8} more"
    parts = f"{harmless(places, 300)}{more}" if chosen else "none"
    run.notes.append(f"Its holder chose what to show of it. Shown by choice: {parts}.")
    if hidden:
        run.notes.append(
            f"{hidden} place{' is' if hidden == 1 else 's are'} hidden or empty; nobody can tell which."
        )


def holder(run: Run, shown: SdJwt, signed: bool) -> Check:
    """Whether the one who shows it has the key that the issuer named (`cnf`)."""
    asked = run.challenge is not None or run.domain is not None
    if not signed:
        message = "Who shows it was not looked at, since it is not established that its issuer signed it."
        return unchecked(CODE, message, "proof.unverified")
    try:
        key = sd_jwt.holder_key(shown.claims)
    except NotSupportedYet as error:
        got = harmless(error.problems[0].got, 80)
        message = f"The holder’s key is named in a way that this verifier does not know: {got}."
        return unchecked(CODE, message, error.code, where="/cnf")
    except InsigniaError as error:
        message = f"The holder’s key cannot be read: {harmless(error.problems[0], 160)}."
        return failed(CODE, message, error.code, where="/cnf")
    if shown.key_binding is None:
        return _unbound(key, asked)
    if key is None:
        message = "Somebody signed this presentation of it, but its issuer named no key of a holder."
        return failed(CODE, message, "sd-jwt.no-holder-key", where="/cnf")
    problems = sd_jwt.binding_problems(shown, key, audience=run.domain, nonce=run.challenge)
    if problems:
        message = f"Who shows it did not prove to be its holder: {harmless(problems[0], 200)}."
        facts = {"problems": listing(problems)}
        return failed(CODE, message, problems[0].code, advice=_ANOTHER, where="/kb_jwt", facts=facts)
    if run.challenge is None:
        run.warn(
            "proof.no-challenge", "No challenge was asked for: it may have been shown before.", "/kb_jwt"
        )
    facts = {name: shown.key_binding.payload[name] for name in ("aud", "nonce", "iat")}
    message = "Who shows it has the key of the holder that its issuer named."
    return passed(CODE, message, "/kb_jwt", {**facts, "keyThumbprint": key.thumbprint()})


def _unbound(key: PublicKey | None, asked: bool) -> Check:
    if asked:
        message = "It does not answer the verifier: there is no proof of who shows it."
        return failed(CODE, message, "sd-jwt.no-binding", advice=_ANOTHER, where="/kb_jwt")
    if key is None:
        return absent(CODE, "It names no key of its holder: whoever has it can show it.")
    return absent(
        CODE, "Its issuer named a key of the holder; who shows it was not asked to prove to have it."
    )
