"""Lists by cursor: `?after=KEY&limit=50`, the next page in `next` and in the `Link` header (RFC 8288)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from insignia_server.api.fitting import unknown_value
from insignia_server.api.problems import Problem
from insignia_server.kit.paging import Page, page

T = TypeVar("T")


class Paging(Schema):
    """Which page."""

    after: uuid.UUID | None = Field(None, description="The cursor: `next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class Listed(Schema, Generic[T]):
    """A page, newest first. It may have fewer items than asked for, even none, before the last one."""

    items: list[T]
    next: str | None = Field(None, description="The cursor of the next page; null on the last one.")


def one_of(field: str, value: str, known: Sequence[str]) -> str:
    """A filter that has names: empty, or one of them. Raises Problem: a slip is no empty list."""
    if value and value not in known:
        error = unknown_value(field, value, known)
        raise Problem(422, error["message"], errors=[error])
    return value


def listed(
    request: HttpRequest, response: HttpResponse, rows: Any, paging: Paging, make: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page of a queryset of rows keyed by UUIDv7, each made into its schema."""
    found = page(rows, after=cursor_of(paging), size=paging.limit)
    return answered(request, response, found, paging, make)


def cursor_of(paging: Paging) -> str | None:
    """The cursor as pages take it."""
    return str(paging.after) if paging.after else None


def answered(
    request: HttpRequest, response: HttpResponse, found: Page[Any], paging: Paging, make: Callable[[Any], Any]
) -> dict[str, Any]:
    """A page as it is answered, with its `Link`."""
    if found.older:
        query = {**request.GET.dict(), "after": found.older, "limit": str(paging.limit)}
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{urlencode(query)}>; rel="next"'
    return {"items": [make(row) for row in found.rows], "next": found.older}
