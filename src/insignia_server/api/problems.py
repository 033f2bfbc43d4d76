"""Answers for what went wrong: problem details by RFC 9457."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from insignia_server.credentials.checking import NotSigned
from insignia_server.kit.errors import Forbidden, NotHere, Refusal, Refused

MEDIA_TYPE: Final = "application/problem+json"
log = logging.getLogger(__name__)


class Problem(Exception):
    """An answer other than the one that was hoped for.

    `errors` are objects with `field`, `code`, `message`, `expected`, `got`. The `type` is `about:blank`, so
    the title is the phrase of the status (RFC 9457, 4.2.1); what a program goes by is `code` of the errors.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status, self.detail, self.errors, self.headers = status, detail, list(errors), headers or {}
        super().__init__(detail)

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        found: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        return found | ({"errors": self.errors} if self.errors else {})

    def response(self) -> HttpResponse:
        """The answer itself."""
        content = json.dumps(self.body(), ensure_ascii=False).encode(errors="replace")
        return HttpResponse(content, status=self.status, content_type=MEDIA_TYPE, headers=dict(self.headers))


def told(refusals: Iterable[Refusal]) -> list[dict[str, str]]:
    """Refusals as they stand in `errors`."""
    return [
        {
            "field": one.field,
            "code": one.code,
            "message": str(one.message),
            "expected": str(one.expected),
            "got": str(one.got),
        }
        for one in refusals
    ]


def refused(error: Refused) -> Problem:
    """422 with every refusal."""
    return Problem(422, " ".join(str(one.message) for one in error.refusals), errors=told(error.refusals))


def invalid(error: ValidationError) -> Problem:
    """422 for a request that does not fit the schema; `fitting.StrictApi` has made the errors."""
    detail = _("The request does not fit its schema.")
    unknown = [one["message"] for one in error.errors if one["code"] == "unknown"]
    return Problem(422, " ".join([detail, *unknown]), errors=error.errors)


def not_here() -> Problem:
    """404."""
    return Problem(404, _("There is nothing here under this key."))


def nothing_named(field: str, key: object) -> Problem:
    """404 for a key in the body."""
    made = not_here()
    made.errors = [
        {"field": field, "code": "not-found", "message": made.detail, "expected": "", "got": str(key)}
    ]
    return made


def unforeseen(error: Exception) -> Problem:
    """500; the traceback goes into the log, not into the answer."""
    log.error("the API failed", exc_info=error)
    return Problem(500, _("This is a defect of the server, and it was logged. Try again later."))


def _holds_nul(error: Exception) -> bool:
    """Whether psycopg refused a text: PostgreSQL stores no NUL."""
    return isinstance(error, ValueError) and "NUL" in str(error)


def problem_of(error: Exception) -> Problem:
    """What an exception is answered with."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return refused(error)
    if isinstance(error, Forbidden):
        return Problem(403, str(error) or _("This key may not do this."))
    if isinstance(error, NotHere):
        return not_here()
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, HttpError):
        if isinstance(error.__cause__, HttpError):  # ninja hides what our parser says behind its own words
            error = error.__cause__
        return Problem(error.status_code, str(error))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, str(error))
    if isinstance(error, (SuspiciousOperation, MultiPartParserError)):
        return Problem(400, str(error) or _("The request cannot be read."))
    if isinstance(error, (DataError, UnicodeEncodeError)) or (
        isinstance(error, ValueError) and "NUL" in str(error)
    ):
        message = _("A text holds characters that cannot be stored, such as NUL or half of a pair.")
        return Problem(422, message)
    if isinstance(error, NotSigned):
        log.error("what was signed does not verify", exc_info=error)
        message = _("What was signed does not verify, so nothing was stored. Try again in a few seconds.")
        return Problem(503, message, headers={"Retry-After": "5"})
    return unforeseen(error)


def install(api: NinjaAPI) -> None:
    """Have the API answer every exception as a problem."""

    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_of(error).response()

    for kind in (Exception, HttpError, ValidationError):
        api.add_exception_handler(kind, answer)
