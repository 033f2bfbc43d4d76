"""The addresses of an issuer's documents, included by public/urls.py.

They map to file paths and never change.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from insignia_server.organisations.look import PLACES
from insignia_server.public import documents

urlpatterns: list[URLPattern] = [
    path("issuers/<slug:slug>/did.json", documents.issuer_document, {"name": "did"}, name="issuer-did"),
    path("issuers/<slug:slug>/keys.json", documents.issuer_document, {"name": "keys"}, name="issuer-keys"),
    path(
        "issuers/<slug:slug>/profile.json",
        documents.issuer_document,
        {"name": "profile"},
        name="issuer-profile",
    ),
    path("issuers/<slug:slug>/keys/<slug:fragment>.json", documents.issuer_jwk, name="issuer-jwk"),
    path("issuers/<slug:slug>/image.png", documents.issuer_picture, name="issuer-picture"),
    *(
        path(
            f"organisations/<slug:slug>/{place.replace('_', '-')}.{format}",
            documents.look_picture,
            {"place": place},
            name=f"look-{place.replace('_', '-')}",
        )
        for place, (_across, _down, format) in PLACES.items()
    ),
]
