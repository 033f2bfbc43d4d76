"""`/embed.js`: the component `<insignia-badge>`, built from frontend/src/embed by `npm run build`."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page

from insignia_server.kit.public_files import HOUR, answer, same_in_every_language
from insignia_server.public.credential_files import FOR_EVER, file_view

_FILE: Final = Path(__file__).with_name("embed.js")


@lru_cache(maxsize=1)
def script() -> bytes:
    """The built file."""
    return _FILE.read_bytes()


@lru_cache(maxsize=1)
def version() -> str:
    """What tells one build from another: `/embed.js?v=<version>` may be kept for ever."""
    return hashlib.sha256(script()).hexdigest()[:12]


@gzip_page
@same_in_every_language
@file_view
def embed_script(request: HttpRequest) -> HttpResponse:
    """The component, for pages of any site."""
    caching = FOR_EVER if request.GET.get("v") == version() else HOUR
    response = answer(request, script(), media_type="text/javascript; charset=utf-8", caching=caching)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
