"""Credentials and presentations of the data model 2.0 secured with SD-JWT: `vc+sd-jwt`, `vp+sd-jwt` (Securing
Verifiable Credentials using JOSE and COSE 1.0, section 3.2). The document is the payload, as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from insignia.errors import Problem, ProofError
from insignia.jose.claims import check_document
from insignia.keys import PublicKey, Signer
from insignia.sd_jwt.forms import SdForm
from insignia.sd_jwt.hiding import hide
from insignia.sd_jwt.pointers import steps_of
from insignia.sd_jwt.token import issue

# Section 3.2.1: what validation needs "SHOULD be disclosed"; without it nobody knows what is shown.
ALWAYS_SHOWN: Final = frozenset(
    {
        *("@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSchema"),
        *("relatedResource", "proof", "cnf", "iss", "nbf", "exp", "jti"),
    }
)


def sign(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    kid: str | None,
    hidden: Iterable[str],
    random: Callable[[int], bytes],
    form: SdForm = SdForm.CREDENTIAL,
    decoys: int = 0,
    holder: PublicKey | None = None,
) -> str:
    """The compact SD-JWT of a document: what the pointers `hidden` name, its holder may show or not.

    `holder` is the key that the holder binds presentations to (`cnf`). Nothing of the data model is checked.
    Raises ProofError: for a pointer that names nothing or what has to stay visible (`sd-jwt.visible`), and
    where claims contradict the document.
    """
    if form is SdForm.SD_JWT_VC:
        raise ProofError.at("/typ", expected="vc+sd-jwt or vp+sd-jwt", got=form, code="sd-jwt.typ")
    pointers = list(hidden)
    problems = check_document(document, holder=form is SdForm.PRESENTATION)
    problems += [
        Problem(one, "something that may be hidden", "what verifiers need", "sd-jwt.visible")
        for one in pointers
        if (steps := steps_of(one)) and steps[0] in ALWAYS_SHOWN
    ]
    if problems:
        raise ProofError(problems)
    claims = dict(document) if holder is None else {**document, "cnf": {"jwk": holder.to_jwk()}}
    payload, disclosures = hide(claims, pointers, random=random, decoys=decoys)
    header: dict[str, Any] = {} if kid is None else {"kid": kid}
    return issue({**header, "typ": form, "cty": form[:2]}, payload, disclosures, signer)
