"""The addresses of the face `verifier`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from insignia_server.verifier import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", views.verify, name="verify"),
    path("verify/<uuid:key>/", views.verification, name="verification"),
    re_path(
        r"^verify/(?P<key>[0-9a-f-]{36})/(?P<form>report|receipt)\.json$",
        views.download,
        name="verification-file",
    ),
    path(".well-known/did.json", views.instance_did, name="instance-did"),
]
