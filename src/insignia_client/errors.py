"""What the server said no to: problem details (RFC 9457) as exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One thing that is wrong: where, which kind, what was expected and what was there."""

    field: str
    code: str
    message: str
    expected: str = ""
    got: str = ""


class ApiError(Exception):
    """An answer that is no success. `status` is 0 when there was no answer."""

    def __init__(self, status: int, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        self.status, self.detail, self.errors = status, detail, errors
        super().__init__(f"{status}: {detail}" if status else detail)


class Denied(ApiError):
    """401 or 403: the key opens nothing, or not this."""


class Missing(ApiError):
    """404: nothing here under this key."""


class Conflict(ApiError):
    """409: the same request is still running."""


class Refused(ApiError):
    """400, 413 or 422: the request is wrong; `errors` say where."""


class TooMany(ApiError):
    """429, also after waiting and trying again."""


class Unavailable(ApiError):
    """The server failed or could not be reached, also after trying again."""


_KINDS: dict[int, type[ApiError]] = {401: Denied, 403: Denied, 404: Missing, 409: Conflict, 429: TooMany}


def error_of(status: int, body: Any) -> ApiError:
    """The exception for an answer."""
    known: Mapping[str, Any] = body if isinstance(body, dict) else {}
    errors = tuple(
        FieldError(**{name: str(one.get(name, "")) for name in FieldError.__dataclass_fields__})
        for one in known.get("errors", ())
        if isinstance(one, dict)
    )
    kind = _KINDS.get(status, Unavailable if status >= 500 else Refused)
    return kind(status, str(known.get("detail", "the server gave no reason")), errors)
