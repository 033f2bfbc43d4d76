"""Who calls the VC-API: an API client, or, on an open test instance, anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from insignia.errors import InsigniaError
from insignia_server.api import limits
from insignia_server.api.guard import authenticate
from insignia_server.api.problems import Problem, problem_of
from insignia_server.api.vc.bodies import PARSING_ERROR, Malformed
from insignia_server.kit import scopes
from insignia_server.kit.errors import NotHere, Refused
from insignia_server.organisations import clients
from insignia_server.organisations.roles import Permission

View = Callable[..., HttpResponse]
OPEN_A_MINUTE = 6_000


def called(permission: Permission, *, method: str = "POST") -> Callable[[View], View]:
    """An endpoint of the VC-API: one method, a client with a scope, and no answer of 404 or 500 for a body.

    `request.actor` is None for a caller without a key on an open instance.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in (method, "HEAD" if method == "GET" else method):
                    detail = _("This address does not know {method}.").format(method=request.method)
                    raise Problem(405, detail, headers={"Allow": method})
                response = _run(request, permission, lambda: view(request, *args, **kwargs))
            except Malformed as error:
                response = malformed(str(error))
            except (Refused, InsigniaError, NotHere) as error:
                response = refused(error)
            except Exception as error:
                response = problem_of(error).response()
            response["Cache-Control"] = "no-store"
            return response

        return checked

    return decorate


def _run(request: Any, permission: Permission, view: Callable[[], HttpResponse]) -> HttpResponse:
    header = request.headers.get("Authorization", "")
    request.now, request.actor, request.client = timezone.now(), None, None
    if settings.VC_API_OPEN and not header:
        limits.take("vc-api-open", OPEN_A_MINUTE)
        limits.check_size(request)
        return view()
    client = authenticate(header)
    limits.check_size(request)
    limits.take(str(client.pk), client.a_minute)
    request.client, request.actor = client, clients.actor_of(client)
    request.actor.require(permission)
    with scopes.organisation(client.organisation_id):
        clients.touch(client, now=request.now)
        return view()


def malformed(detail: str, status: int = 400) -> HttpResponse:
    """A body that cannot be understood, with what a verifier's and an issuer's caller look for."""
    problem = {"type": PARSING_ERROR, "title": "PARSING_ERROR", "detail": detail}
    return JsonResponse({"verified": False, "problemDetails": [problem]}, status=status)


def refused(error: Refused | InsigniaError | NotHere) -> HttpResponse:
    """What cannot be done, as problem details: 422, also where the REST API would say 404."""
    if isinstance(error, InsigniaError):
        told = [(one.code, str(one)) for one in error.problems]
    elif isinstance(error, Refused):
        told = [(one.code, str(one.message)) for one in error.refusals]
    else:
        told = [("not-found", _("There is nothing here under this key."))]
    details = [{"type": "about:blank", "title": code, "detail": text} for code, text in told]
    return JsonResponse({"problemDetails": details}, status=422)
