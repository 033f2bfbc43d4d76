"""The endpoints of the VC-API (W3C CCG), as the public suites call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from insignia import did
from insignia_server.api import fast_verify, problems
from insignia_server.api.vc import open_issuers
from insignia_server.api.vc.bodies import read, text
from insignia_server.api.vc.callers import called
from insignia_server.api.vc.changing import change_status
from insignia_server.api.vc.disclosing import derive_credential
from insignia_server.api.vc.issuing import SUITES_OF, issue_credential
from insignia_server.api.vc.verifying import dumped, verify_credential, verify_presentation
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit.foreign import Within
from insignia_server.organisations.roles import Permission


def _json(value: Mapping[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(dumped(value), status=status, content_type="application/json")


@called(Permission.AWARD)
def issue(request: Any) -> HttpResponse:
    """201 with the signed credential."""
    asked = request.GET.get("cryptosuite")
    made = issue_credential(read(request.body), by=request.actor, now=request.now, asked=asked)
    return _json({"verifiableCredential": made}, 201)


@called(Permission.READ)
def verify(request: Any) -> HttpResponse:
    """200 or 400. The usual requests never come here: fast_verify answers them before Django."""
    if request.client is not None:
        fast_verify.remember(request.headers["Authorization"], request.client)
    asked = request.GET.getlist("checks")
    status, answer = verify_credential(read(request.body), now=request.now, asked=asked)
    return _json(answer, status)


@called(Permission.READ)
def verify_vp(request: Any) -> HttpResponse:
    """200 or 400."""
    asked = request.GET.getlist("checks")
    status, answer = verify_presentation(read(request.body), now=request.now, asked=asked)
    return _json(answer, status)


@called(Permission.READ)
def derive(request: Any) -> HttpResponse:
    """201 with what is to be shown of a credential whose proof allows it."""
    return _json({"verifiableCredential": derive_credential(read(request.body))}, 201)


@called(Permission.REVOKE)
def status(request: Any) -> HttpResponse:
    """200 with an empty object."""
    change_status(read(request.body), by=request.actor, now=request.now)
    return _json({})


@called(Permission.READ, method="GET")
def identifier(request: Any, identifier: str) -> HttpResponse:
    """A DID document with its metadata; 400 with `error` there."""
    experimental = request.GET.get("enableExperimentalPublicKeyTypes", "").lower() == "true"
    answer = did.answer(
        identifier,
        resolver=LocalResolver(Within()),
        public_key_format=text(request.GET, "publicKeyFormat"),
        experimental_types=experimental,
    )
    metadata = answer.get("didResolutionMetadata") or answer.get("didDereferencingMetadata") or {}
    return _json(answer, 400 if "error" in metadata else 200)


@called(Permission.READ, method="GET")
def issuers(request: Any) -> HttpResponse:
    """The test issuers of an open instance, to be named in the configuration of a suite."""
    found = open_issuers.issuer_keys()
    if not settings.VC_API_OPEN:
        return problems.not_here().response()
    return _json(
        {
            "issuers": [
                {"id": name, "cryptosuites": list(SUITES_OF[key.signer.public_key.key_type])}
                for name, key in found.items()
            ]
        }
    )


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """404 as a problem, for every other address below /vc-api/."""
    return problems.not_here().response()
