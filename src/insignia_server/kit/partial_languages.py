"""A language that only some pages speak is never mixed with another: other pages are in a complete one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from insignia_server.kit.middleware import Answer


class PartialLanguages:
    """Behind Django's LocaleMiddleware. Where the view is none of PARTIAL_LANGUAGES_IN, a reader of a partial
    language gets the instance's own; pages of errors without a view are translated, so they keep theirs."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> None:
        """Before the view, and before whoever reads the language in force."""
        if speaks_all(view):
            return
        request.complete_languages_only = True  # type: ignore[attr-defined]
        if translation.get_language() in settings.PARTIAL_LANGUAGES:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE


def speaks_all(view: Callable[..., HttpResponse]) -> bool:
    """Whether a view's pages are translated into the partial languages too."""
    return view.__module__.startswith(settings.PARTIAL_LANGUAGES_IN)


def offered(request: HttpRequest | None) -> list[tuple[str, str]]:
    """The languages, code and name, that the page of this request can be read in."""
    all_of_them = getattr(request, "complete_languages_only", None) is None
    return [
        (code, str(name))
        for code, name in settings.LANGUAGES
        if all_of_them or code not in settings.PARTIAL_LANGUAGES
    ]
