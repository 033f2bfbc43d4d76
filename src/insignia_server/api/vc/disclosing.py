"""Selective disclosure (ecdsa-sd-2023): base proofs that an issuer makes for a holder, and what is shown."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from insignia.cryptosuites import ecdsa_sd_2023
from insignia.issuing import IssuerKey, issue
from insignia_server.api.vc.bodies import member, options, texts
from insignia_server.credentials.keys import loader

SUITE: Final = ecdsa_sd_2023.NAME
# No holder may leave out that a credential was revoked or is over.
_ALWAYS: Final = ("/credentialStatus", "/validUntil", "/expirationDate")
_USUAL: Final = ("/issuer", "/validFrom", "/issuanceDate")


def sign_base(
    credential: Mapping[str, Any], mandatory: Sequence[str] | None, *, key: IssuerKey, created: dt.datetime
) -> bytes:
    """The credential with a base proof, for its holder alone. `mandatory`: JSON Pointers; None: the usual.

    Raises IssuingError, ProofError.
    """
    pointers = _there(credential, _USUAL) if mandatory is None else mandatory
    chosen = tuple(dict.fromkeys([*pointers, *_there(credential, _ALWAYS)]))
    suite = ecdsa_sd_2023.base(chosen, random=os.urandom)
    return issue(credential, key=key, suite=suite, created=created, loader=loader())


def _there(credential: Mapping[str, Any], pointers: Sequence[str]) -> list[str]:
    return [pointer for pointer in pointers if pointer[1:] in credential]


def derive_credential(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is always shown and what `options.selectivePointers` choose; nothing is asked of the database.

    Raises Malformed for the body, ProofError for another proof, or a pointer that does not fit.
    """
    given, found = member(body, "verifiableCredential"), options(body)
    derived, _shown = ecdsa_sd_2023.derive(given, texts(found, "selectivePointers") or (), loader=loader())
    return derived
