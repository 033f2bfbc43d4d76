"""The JSON that verification fetches of an issuer: public, without session, the same for everyone."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse

from insignia_server.issuers import resolver
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.public_files import (
    HOUR,
    WEEK,
    answer,
    file_view,
    missing,
    same_in_every_language,
)
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
    """The issuer's picture as a PNG."""
    with scopes.crossing("public-pages"):
        name = Issuer.objects.filter(slug=slug).values_list("picture", flat=True).first()
    if not name:
        return missing("This issuer has no picture.")
    with default_storage.open(name) as file:
        return answer(request, file.read(), media_type="image/png", caching=HOUR)


@same_in_every_language
@file_view
def look_picture(request: HttpRequest, slug: str, place: str) -> HttpResponse:
    """An organisation's logo or cover. Its address is written with a mark that changes with the picture."""
    with scopes.crossing("public-pages"):
        name = Organisation.objects.filter(slug=slug).values_list(place, flat=True).first()
    if not name:
        return missing("There is no such picture.")
    media_type = f"image/{PLACES[place][2]}"
    with default_storage.open(name) as file:
        return answer(request, file.read(), media_type=media_type, caching=WEEK)
