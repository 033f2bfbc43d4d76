"""The JSON that verification fetches of an issuer: public, without session, the same for everyone."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse

from insignia_server.achievements.pictures import read
from insignia_server.issuers import resolver
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.pictures import fitted, read_picture
from insignia_server.kit.public_files import (
    HOUR,
    WEEK,
    answer,
    file_view,
    missing,
    same_in_every_language,
)
from insignia_server.organisations import look
from insignia_server.organisations.look import PLACES
from insignia_server.organisations.models import Organisation


@same_in_every_language
@file_view
def issuer_document(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """`did.json`, `keys.json` or `profile.json` of an issuer."""
    with scopes.crossing("public-pages"):
        content = resolver.document(slug, name)
    return missing("There is no such issuer here.") if content is None else answer(request, content)


@same_in_every_language
@file_view
def issuer_jwk(request: HttpRequest, slug: str, fragment: str) -> HttpResponse:
    """The bare JWK of an RSA key; 410 once the key is compromised."""
    try:
        with scopes.crossing("public-pages"):
            content = resolver.jwk(slug, fragment)
    except resolver.Gone:
        return missing("This key was compromised. The DID document says since when.", status=410)
    return missing("There is no such key here.") if content is None else answer(request, content)


@same_in_every_language
@file_view
def issuer_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """The issuer's picture as a PNG; with `?w=256` a small one."""
    with scopes.crossing("public-pages"):
        name = Issuer.objects.filter(slug=slug).values_list("picture", flat=True).first()
    if not name:
        return missing("This issuer has no picture.")
    return answer(request, _wanted(request, name), media_type="image/png", caching=HOUR)


@same_in_every_language
@file_view
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
