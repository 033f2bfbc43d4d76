"""The JSON that verification fetches of an issuer: public, without session, the same for everyone.

A plain file server can stand in for these addresses: no content negotiation, the path is the file.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods

from insignia_server.achievements.pictures import read
from insignia_server.issuers import resolver
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.pictures import fitted, read_picture
from insignia_server.organisations import look
from insignia_server.organisations.look import PLACES
from insignia_server.organisations.models import Organisation

JSON: Final = "application/json"
MINUTES: Final = "public, max-age=300"  # a compromised key has to be known everywhere soon
HOUR: Final = "public, max-age=3600"
WEEK: Final = "public, max-age=604800"
_reads = require_http_methods(["GET", "HEAD", "OPTIONS"])


@_reads
def issuer_document(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """`did.json`, `keys.json` or `profile.json` of an issuer."""
    with scopes.crossing("public-pages"):
        content = resolver.document(slug, name)
    return missing("There is no such issuer here.") if content is None else answer(request, content)


@_reads
def issuer_jwk(request: HttpRequest, slug: str, fragment: str) -> HttpResponse:
    """The bare JWK of an RSA key; 410 once the key is compromised."""
    try:
        with scopes.crossing("public-pages"):
            content = resolver.jwk(slug, fragment)
    except resolver.Gone:
        return missing("This key was compromised. The DID document says since when.", status=410)
    return missing("There is no such key here.") if content is None else answer(request, content)


@_reads
def issuer_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The issuer's picture as a PNG; with `?w=256` a small one."""
    with scopes.crossing("public-pages"):
        name = Issuer.objects.filter(slug=slug).values_list("picture", flat=True).first()
    if not name:
        return missing("This issuer has no picture.")
    return answer(request, _wanted(request, name), media_type="image/png", caching=HOUR)


@_reads
def look_picture(request: HttpRequest, slug: str, place: str) -> HttpResponse:
    """An organisation's logo or cover. Its address is written with a mark that changes with the picture."""
    with scopes.crossing("public-pages"):
        name = Organisation.objects.filter(slug=slug).values_list(place, flat=True).first()
    if not name:
        return missing("There is no such picture.")
    media_type = f"image/{PLACES[place][2]}"
    return answer(request, _wanted(request, name), media_type=media_type, caching=WEEK)


def _wanted(request: HttpRequest, name: str) -> bytes:
    """A stored picture, or with `?w=` one that is no wider; drawn once and kept beside it."""
    across = request.GET.get("w", "")
    if across not in map(str, look.WIDTHS):
        return read(name)
    stem, _dot, format = name.rpartition(".")
    small = f"{stem}-{across}w.{format}"
    if default_storage.exists(small):
        return read(small)
    content, _size = fitted(read_picture(read(name)), int(across), int(across) * 4, format)
    if not default_storage.exists(small):  # drawn by somebody else meanwhile
        default_storage.save(small, ContentFile(content))
    return content


def answer(
    request: HttpRequest, content: bytes, *, media_type: str = JSON, caching: str = MINUTES
) -> HttpResponse:
    """The bytes for anyone on any site, with a strong ETag; 304 for who has them."""
    response = HttpResponse(content, content_type=media_type)
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
    response["Cache-Control"] = caching
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    return open_to_all(conditional or response)


def missing(sentence: str, *, status: int = 404) -> HttpResponse:
    """Nothing there, as a problem (RFC 9457)."""
    problem = {"title": sentence, "status": status}
    response = HttpResponse(json.dumps(problem), content_type="application/problem+json", status=status)
    response["Cache-Control"] = "no-cache"
    return open_to_all(response)


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Readable by scripts of every site (CORS)."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    response["Access-Control-Expose-Headers"] = "ETag"
    return response
