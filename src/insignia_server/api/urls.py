"""The addresses of the face `api`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path, re_path

from insignia_server.api import pages
from insignia_server.api.application import api
from insignia_server.api.guard import guarded
from insignia_server.api.operator import application as operator
from insignia_server.api.operator import guard as operator_guard


def behind_the_guard(
    patterns: Iterable[URLPattern | URLResolver], guard: Callable[[Any], Any] = guarded
) -> list[URLPattern | URLResolver]:
    """The operations of django-ninja, each behind the guard; its own root page is left out."""
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = guard(pattern.callback)
            found.append(pattern)
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/openapi.json", pages.openapi, name="api-document"),
    path("api/v1/docs", pages.docs, name="api-docs"),
    path("api/docs", pages.to_docs),
    path("api/docs/", pages.to_docs),
    path("api/v1/", include((behind_the_guard(api.urls[0]), "api"), namespace="api")),
    path("api/operator/v1/openapi.json", operator.openapi, name="operator-api-document"),
    path("api/operator/v1/docs", operator.docs, name="operator-api-docs"),
    path(
        "api/operator/v1/",
        include(
            (behind_the_guard(operator.api.urls[0], operator_guard.guarded), "operator-api"),
            namespace="operator-api",
        ),
    ),
    re_path(r"^api/(?P<rest>.*)$", pages.nothing),
    path("vc-api/", include("insignia_server.api.vc.urls")),
]
