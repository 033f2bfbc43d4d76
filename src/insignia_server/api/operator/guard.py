"""What stands before every operation of the operator: the key, the limits, the crossing."""

from __future__ import annotations

import datetime as dt
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from insignia_server.api import limits
from insignia_server.api.guard import CHALLENGE, View, bearer, head_as_get
from insignia_server.api.problems import Problem, problem_of
from insignia_server.kit import scopes
from insignia_server.organisations import operator_keys
from insignia_server.people.models import User

A_MINUTE: Final = 300
SCOPE: Final[dict[str, Any]] = {"openapi_extra": {"x-scope": "operator"}}


class OperatorRequest(HttpRequest):
    """What an operation gets: the operator whose key it is, and when it is."""

    operator: User
    now: dt.datetime


def guarded(view: View) -> View:
    """An operation behind the guard. Every answer is JSON; what fails is a problem."""

    @csrf_exempt
    @wraps(view)
    def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _open(request)
            with scopes.crossing("operator"), head_as_get(request):
                response = view(request, *args, **kwargs)
        except Exception as error:
            response = problem_of(error).response()
        if isinstance(response, HttpResponseNotAllowed):
            message = _("This address does not know {method}.").format(method=request.method)
            response = Problem(405, message, headers={"Allow": response["Allow"]}).response()
        response["Cache-Control"] = "no-store"
        return response

    return checked


def _open(request: Any) -> None:
    """Read the key. Raises Problem."""
    text = bearer(request.headers.get("Authorization", ""))
    row = operator_keys.find_key(text) if text else None
    if row is None:
        detail = _("Send a key of the operator: Authorization: Bearer insignia-operator_…")
        raise Problem(401, detail, headers={"WWW-Authenticate": CHALLENGE})
    limits.check_size(request)
    limits.take(f"operator:{row.pk}", A_MINUTE)
    request.operator, request.now = row.created_by, timezone.now()
    operator_keys.touch(row, now=request.now)
