"""What stands before every operation: the key, the limits, the organisation's scope, the repeated POST."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.security import HttpBearer

from insignia_server.api import idempotency, limits
from insignia_server.api.problems import Problem, problem_of
from insignia_server.kit import scopes
from insignia_server.organisations import clients
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission

View = Callable[..., HttpResponse]
CHALLENGE: Final = 'Bearer realm="insignia"'


class ApiRequest(HttpRequest):
    """What an operation gets: the client, who acts, and when it is."""

    client: ApiClient
    actor: Actor
    now: dt.datetime


def bearer(header: str) -> str:
    """The key out of an `Authorization` header; empty when it holds none."""
    scheme, _space, key = header.strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def authenticate(header: str) -> ApiClient:
    """The client whose key stands in an `Authorization` header. Sessions do not count here.

    Raises:
        Problem: 401, the same for every key that opens nothing.
    """
    key = bearer(header)
    client = clients.find_client(key) if key else None
    if client is None:
        detail = (
            _("This key is not valid. Make one in the console, under API keys.")
            if key
            else _("Send the key of an API client: Authorization: Bearer insignia_…")
        )
        error = f'{CHALLENGE}, error="invalid_token"' if key else CHALLENGE
        raise Problem(401, detail, headers={"WWW-Authenticate": error})
    return client


def guarded(view: View) -> View:
    """An operation behind the guard. Every answer is JSON; what fails is a problem."""

    @csrf_exempt
    @wraps(view)
    def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with head_as_get(request):
                response = _run(request, lambda: view(request, *args, **kwargs))
        except Exception as error:
            response = problem_of(error).response()
        if isinstance(response, HttpResponseNotAllowed):
            allowed = {"Allow": response["Allow"]}
            response = Problem(
                405, _("This address does not know {method}.").format(method=request.method), headers=allowed
            ).response()
        response["Cache-Control"] = "no-store"
        return response

    return checked


@contextmanager
def head_as_get(request: HttpRequest) -> Iterator[None]:
    """RFC 9110, 9.3.2: HEAD is answered as GET; the web server leaves the body out."""
    asked = request.method
    if asked == "HEAD":
        request.method = "GET"
    try:
        yield
    finally:
        request.method = asked


def _run(request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
    client = authenticate(request.headers.get("Authorization", ""))
    limits.check_size(request)
    limits.take(str(client.pk), client.a_minute)
    request.client, request.actor, request.now = client, clients.actor_of(client), timezone.now()
    with scopes.organisation(client.organisation_id):
        clients.touch(client, now=request.now)
        return idempotency.once(request, client, view, now=request.now)


class ApiKey(HttpBearer):
    """The scope that an operation needs: `auth=needs(Permission.READ)`. The guard has read the key before."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission
        super().__init__()

    def authenticate(self, request: Any, token: str) -> Actor:
        """The one who acts.

        Raises:
            Forbidden: the key does not have this scope.
        """
        actor: Actor = request.actor
        actor.require(self.permission)
        return actor


def needs(permission: Permission) -> dict[str, Any]:
    """The arguments of an operation that needs a scope; the document says which."""
    return {"auth": ApiKey(permission), "openapi_extra": {"x-scope": permission.value}}
