"""A credential whose holder can show parts of it, as an SD-JWT of either kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from insignia import schema, sd_jwt
from insignia.credential import Kind, types_of
from insignia.errors import InsigniaError, IssuingError, Problem
from insignia.issuing.signing import IssuerKey, kind_of, prepare
from insignia.keys import PublicKey, SecretKey
from insignia.sd_jwt import vc, w3c
from insignia.sd_jwt.forms import SdForm

SD_JWT_SUITES: Final = ("vc-sd-jwt", "dc-sd-jwt")
_USUAL: Final = (*vc.PERSONAL, "source")


@dataclass(frozen=True, slots=True)
class SelectivelySigned:
    """The compact SD-JWT for its holder, what can be hidden in it, and what of the credential has no claim
    in an SD-JWT VC (JSON Pointers; empty for `vc-sd-jwt`, whose payload is the credential)."""

    token: str
    hidden: tuple[str, ...]
    lost: tuple[str, ...] = ()


def usual_pointers(document: Mapping[str, Any], suite: str) -> list[str]:
    """What is personal and not needed to know what was achieved, lists as a whole and each of their entries:
    to be hidden where nothing else is said. A recipient without `id` keeps the first identifier in sight
    where the data model asks for one."""
    subject = document.get("credentialSubject")
    owner = subject if isinstance(subject, Mapping) else {}
    of_the_w3c = suite != "dc-sd-jwt"
    place = "/credentialSubject" if of_the_w3c else ""
    found: list[str] = []
    for name in _USUAL if of_the_w3c else vc.PERSONAL:
        found += _with_entries(f"{place}/{name}", owner.get(name))
    identified = _with_entries(f"{place}/identifier", owner.get("identifier"))
    found += identified[2:] if of_the_w3c and "id" not in owner else identified
    return found + _with_entries("/evidence", document.get("evidence"))


def _with_entries(place: str, value: Any) -> list[str]:
    if value is None:
        return []
    return [place, *(f"{place}/{n}" for n in range(len(value)))] if isinstance(value, list) else [place]


def issue_selectively(
    document: Mapping[str, Any],
    *,
    key: IssuerKey,
    suite: str,
    hidden: Iterable[str] | None = None,
    random: Callable[[int], bytes],
    decoys: int = 0,
    holder: PublicKey | None = None,
    vct: str = vc.VCT,
) -> SelectivelySigned:
    """The signed credential as `vc-sd-jwt` (a credential of the data model 2.0) or `dc-sd-jwt` (SD-JWT VC).

    `hidden` are JSON Pointers into the credential, or into the claims that `vc.claims_of` makes of it; None
    is `usual_pointers`. What is left when nothing is shown has to be a whole credential still.

    Raises IssuingError with every problem of the document, ProofError for pointers.
    """
    prepared = prepare(document, key)
    pointers = tuple(usual_pointers(prepared, suite) if hidden is None else hidden)
    how: dict[str, Any] = {
        "kid": key.verification_method,
        "hidden": pointers,
        "random": random,
        "decoys": decoys,
    }
    if suite == "dc-sd-jwt":
        if kind_of(types_of(prepared)) is not Kind.ACHIEVEMENT:
            raise IssuingError.at(
                "/type", expected="an Open Badges 3.0 credential", got="another", code="sd-jwt.claims"
            )
        claims, lost = vc.claims_of(prepared, vct=vct, holder=holder)
        token = vc.sign(claims, key.signer, **how)
    else:
        presented = "VerifiablePresentation" in types_of(prepared)
        form = SdForm.PRESENTATION if presented else SdForm.CREDENTIAL
        token, lost = w3c.sign(prepared, key.signer, form=form, holder=holder, **how), ()
        _check_least(token)
    if not isinstance(key.signer, SecretKey):
        _check_signed(token, key)
    return SelectivelySigned(token, pointers, lost)


def _check_least(token: str) -> None:
    """Raises IssuingError where something is hidden that the data model asks for."""
    least = sd_jwt.parse(sd_jwt.present(sd_jwt.parse(token), ())).claims
    problems = [
        Problem(p.where, p.expected, f"{p.got}, once it is hidden", p.code)
        for p in schema.check({n: m for n, m in least.items() if n != "cnf"}, kind_of(types_of(least)))
    ]
    if problems:
        raise IssuingError(problems)


def _check_signed(token: str, key: IssuerKey) -> None:
    """What a foreign signer answers is verified before it leaves."""
    from insignia import jose
    from insignia.keys import default_algorithm

    public = key.signer.public_key
    try:
        jose.verify_signature(
            sd_jwt.parse(token).token, public, algorithms=[default_algorithm(public.key_type)]
        )
    except InsigniaError as error:
        raise IssuingError(error.problems) from error
