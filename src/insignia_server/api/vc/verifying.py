"""What verifies over the VC-API, and how a report reads there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from insignia.credential import Kind, Secured, from_json
from insignia.errors import InsigniaError, show
from insignia.report import Check, Report
from insignia_server.api.vc.bodies import PARSING_ERROR, Malformed, options, secured, text
from insignia_server.credentials.verification import verify_secured
from insignia_server.kit.foreign import Within

VERIFIED: Final = {"verified": True}
_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "proof": ("proof",),
    "credentialStatus": ("status",),
    "status": ("status",),
    "expiration": ("validity",),
    "validity": ("validity",),
    "validityPeriod": ("validity",),
    "issuer": ("binding",),
    "binding": ("binding",),
    "credentialSchema": ("resources",),
    "resources": ("resources",),
}
_VC: Final = "https://www.w3.org/TR/vc-data-model#"
_DI: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status-list#"


def checks_of(given: Mapping[str, Any], asked: Sequence[str] = ()) -> tuple[str, ...] | None:
    """Groups of checks by the names that callers use; None: all. The proof is checked whatever is asked for.

    `asked`: what the address names (`?checks=proof`), for callers that send no options. Raises Malformed.
    """
    value = given.get("checks", list(asked) or None)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Malformed("/options/checks", "a list of names", show(value))
    known = [group for name in value for group in _GROUPS.get(name, ())]
    return tuple(dict.fromkeys(("proof", *known))) if known else None


def verify_credential(
    body: Mapping[str, Any], *, now: dt.datetime, asked: Sequence[str] = ()
) -> tuple[int, dict[str, Any]]:
    """Status and answer; `asked` as in `checks_of`. Raises Malformed."""
    given, found = secured(body, "verifiableCredential"), options(body)
    checks = checks_of(found, asked)
    read = _read(given, "/verifiableCredential")
    if isinstance(read, dict):
        return 400, read
    if read.kind is Kind.PRESENTATION:
        raise Malformed("/verifiableCredential", "a credential", "a presentation")
    return answer(verify_secured(read, now=now, checks=checks, resolver=Within()))


def verify_presentation(
    body: Mapping[str, Any], *, now: dt.datetime, asked: Sequence[str] = ()
) -> tuple[int, dict[str, Any]]:
    """Status and answer. It must answer to `challenge` and `domain`; `asked` as in `checks_of`.

    Raises Malformed.
    """
    given, found = secured(body, "verifiablePresentation"), options(body)
    checks = checks_of(found, asked)
    challenge, domain = text(found, "challenge"), text(found, "domain")
    read = _read(given, "/verifiablePresentation")
    if isinstance(read, dict):
        return 400, read
    if read.kind is not Kind.PRESENTATION:
        raise Malformed("/verifiablePresentation", "a presentation", "a credential")
    chosen = tuple(dict.fromkeys((*checks, "credentials"))) if checks else None
    report = verify_secured(
        read, now=now, checks=chosen, resolver=Within(), challenge=challenge, domain=domain
    )
    return answer(report)


def answer(report: Report) -> tuple[int, dict[str, Any]]:
    """200, or 400 with a problem for each check that did not pass."""
    if report.valid:
        return 200, dict(VERIFIED)
    return 400, {"verified": False, "problemDetails": _problems(report)}


def _problems(report: Report, where: str = "") -> list[dict[str, str]]:
    found = [_problem(check, where) for check in (*report.failed(), *report.not_checked())]
    for part in report.parts:
        if not part.valid:
            found += _problems(part, part.path)
    return found[:50]


def _problem(check: Check, where: str) -> dict[str, str]:
    place = f" ({where}{check.where})" if where or check.where else ""
    return {"type": _type(check), "title": check.code, "detail": f"{check.message}{place}"}


def _type(check: Check) -> str:
    """The problem types of the specifications, by what the check was about."""
    upper = check.reason if check.reason.isupper() else ""
    family = check.code.partition(".")[0]
    if family == "status":
        return _STATUS + (upper or "STATUS_VERIFICATION_ERROR")
    if family in ("proof", "key-binding", "holder", "jwt-claims"):
        return _DI + (upper or "PROOF_VERIFICATION_ERROR")
    if family == "data-model":
        return _VC + (upper or "MALFORMED_VALUE_ERROR")
    return _VC + "CRYPTOGRAPHIC_SECURITY_ERROR" if family == "terms" else f"about:blank#{check.code}"


def _read(given: dict[str, Any] | str, where: str) -> Secured | dict[str, Any]:
    try:
        return from_json(given)
    except InsigniaError as error:
        details = [
            {"type": PARSING_ERROR, "title": one.code, "detail": f"{where}{one.where}: {one}"}
            for one in error.problems
        ]
        return {"verified": False, "problemDetails": details}


def dumped(value: Mapping[str, Any]) -> bytes:
    """JSON, in UTF-8 whatever the texts hold."""
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")
