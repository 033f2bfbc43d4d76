"""SD-JWT VC (`dc+sd-jwt`, 'SD-JWT-based Verifiable Credentials'): claims of its own, no @context.

1EdTech defines no `vct` and no claims for badges; ours are the table below (ADR 18). Nothing becomes one of
these unless a caller asks for it, and what has no claim is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from insignia.errors import IssuingError, Problem, ProofError, show
from insignia.keys import PublicKey, Signer
from insignia.sd_jwt.disclosures import Disclosure
from insignia.sd_jwt.forms import SdForm
from insignia.sd_jwt.hiding import hide
from insignia.sd_jwt.pointers import steps_of
from insignia.sd_jwt.token import issue

Json = Any
VCT: Final = "urn:insignia:open-badge:1"
# Section 3.2.2.2: these "MUST NOT be included in the Disclosures".
NEVER_HIDDEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})
# What a verifier of ours needs beside them.
ALWAYS_SHOWN: Final = NEVER_HIDDEN | {"credentialStatus", "issuer"}
_TIMES: Final = {"validFrom": "nbf", "validUntil": "exp"}
_OF_THE_CREDENTIAL: Final = ("name", "description", "awardedDate", "evidence", "credentialStatus")
PERSONAL: Final = (
    *("result", "role", "licenseNumber", "creditsEarned", "narrative", "image", "term"),
    *("activityStartDate", "activityEndDate"),
)
_OF_THE_SUBJECT: Final = ("achievement", "identifier", *PERSONAL)
_ELSEWHERE: Final = frozenset(
    {"@context", "type", "id", "issuer", "credentialSubject", "proof", *_TIMES, *_OF_THE_CREDENTIAL}
)


def claims_of(
    credential: Mapping[str, Json], *, vct: str = VCT, holder: PublicKey | None = None
) -> tuple[dict[str, Json], tuple[str, ...]]:
    """The claims for an Open Badges 3.0 credential, and JSON Pointers to what has none.

    Raises IssuingError for a credential without an issuer's id, with several subjects, or with a date that
    is none.
    """
    subject = credential.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        [subject] = subject
    issuer = credential.get("issuer")
    profile = issuer if isinstance(issuer, Mapping) else {"id": issuer}
    problems = []
    if not isinstance(profile.get("id"), str):
        problems.append(Problem("/issuer/id", "an identifier", show(profile.get("id")), "sd-jwt.claims"))
    if not isinstance(subject, Mapping):
        problems.append(Problem("/credentialSubject", "one subject", show(subject), "sd-jwt.claims"))
    if problems:
        raise IssuingError(problems)
    assert isinstance(subject, Mapping)
    claims: dict[str, Json] = {"vct": vct, "iss": profile["id"]}
    for member, claim, owner in (("id", "jti", credential), ("id", "sub", subject)):
        if isinstance(owner.get(member), str):
            claims[claim] = owner[member]
    for member, claim in _TIMES.items():
        if member in credential:
            claims[claim] = _seconds(credential[member], member)
    if holder is not None:
        claims["cnf"] = {"jwk": holder.to_jwk()}
    if about := {name: value for name, value in profile.items() if name not in ("id", "type")}:
        claims["issuer"] = about
    claims |= {name: credential[name] for name in _OF_THE_CREDENTIAL if name in credential}
    claims |= {name: subject[name] for name in _OF_THE_SUBJECT if name in subject}
    lost = [f"/{name}" for name in credential if name not in _ELSEWHERE]
    taken = {"id", "type", *_OF_THE_SUBJECT}
    lost += [f"/credentialSubject/{name}" for name in subject if name not in taken]
    return claims, tuple(lost)


def sign(
    claims: Mapping[str, Json],
    signer: Signer,
    *,
    kid: str | None,
    hidden: Iterable[str],
    random: Callable[[int], bytes],
    decoys: int = 0,
) -> str:
    """The compact SD-JWT VC of claims. Raises ProofError: `sd-jwt.visible` for a pointer to what has to stay
    visible, `sd-jwt.claims` for claims that are malformed, and what `hide` raises."""
    pointers = list(hidden)
    problems = claim_problems(claims, ())
    problems += [
        Problem(one, "a claim that may be hidden", "one that verifiers need", "sd-jwt.visible")
        for one in pointers
        if (steps := steps_of(one)) and steps[0] in ALWAYS_SHOWN
    ]
    if problems:
        raise ProofError(problems)
    payload, disclosures = hide(claims, pointers, random=random, decoys=decoys)
    header: dict[str, Json] = {} if kid is None else {"kid": kid}
    return issue({**header, "typ": SdForm.SD_JWT_VC}, payload, disclosures, signer)


def claim_problems(claims: Mapping[str, Json], places: Iterable[tuple[str, Disclosure]]) -> list[Problem]:
    """What is wrong with the registered claims of an SD-JWT VC (sections 3.2.2.1 and 3.2.2.2); `places` are
    those that were disclosed. Code: `sd-jwt.claims`."""
    wanted = {
        **dict.fromkeys(("vct", "iss", "sub", "jti", "vct#integrity"), ("a text", _is_text)),
        **dict.fromkeys(("nbf", "exp", "iat"), ("seconds since 1970", _is_number)),
        **dict.fromkeys(("cnf", "status"), ("an object", _is_object)),
    }
    found = [
        Problem(f"/{name}", expected, show(claims[name]), "sd-jwt.claims")
        for name, (expected, fits) in wanted.items()
        if name in claims and not fits(claims[name])
    ]
    if "vct" not in claims:
        found.append(Problem("/vct", "the type of the credential", "none", "sd-jwt.claims"))
    hidden = [place for place, _ in places if place.count("/") == 1 and place[1:] in NEVER_HIDDEN]
    return found + [
        Problem(place, "a claim in plain sight", "one among the disclosures", "sd-jwt.claims")
        for place in hidden
    ]


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict) and bool(value)


def _seconds(value: Json, member: str) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise IssuingError.at(
            f"/{member}", expected="a date and time with its zone", got=show(value), code="sd-jwt.claims"
        )
    return int(moment.astimezone(UTC).timestamp())
