"""The operator's API put together, and its document."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import get_schema

from insignia import __version__
from insignia_server.api import problems
from insignia_server.api.application import StrictParser
from insignia_server.api.fitting import StrictApi, only_known
from insignia_server.api.operator.operations import router
from insignia_server.api.pages import described, document_file, reference_page
from insignia_server.kit.public_files import file_view, same_in_every_language

PREFIX: Final = "api/operator/v1/"
DESCRIPTION: Final = gettext_lazy(
    "What the operator of the instance does in the pages below /operator/. Send a key that an operator made "
    "there: `Authorization: Bearer insignia-operator_…`. It acts for that person, and opens nothing once the "
    "person is no operator any more. What fails is answered with problem details (RFC 9457)."
)


def build() -> NinjaAPI:
    """The API with its operations."""
    made = StrictApi(
        title="Insignia: operator",
        version=__version__,
        description=str(DESCRIPTION),
        docs_url=None,
        openapi_url=None,
        urls_namespace="operator-api",
        parser=StrictParser(),
    )
    problems.install(made)
    made.add_decorator(only_known, mode="view")
    made.add_router("", router)
    return made


api = build()


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    return described(json.loads(json.dumps(get_schema(api, PREFIX), default=str)))


@gzip_page
@same_in_every_language
@file_view
def openapi(request: HttpRequest) -> HttpResponse:
    """The document; anybody may read it, from any origin."""
    return document_file(request, document())


@gzip_page
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The document as a page."""
    return reference_page(request, document(), api.title)
