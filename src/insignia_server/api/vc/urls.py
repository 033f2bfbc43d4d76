"""The addresses of the VC-API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from insignia_server.api.vc import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("credentials/issue", views.issue, name="vc-issue"),
    path("credentials/verify", views.verify, name="vc-verify"),
    path("credentials/derive", views.derive, name="vc-derive"),
    path("credentials/status", views.status, name="vc-status"),
    path("presentations/verify", views.verify_vp, name="vc-verify-presentation"),
    path("1.0/identifiers/<path:identifier>", views.identifier, name="vc-identifier"),
    path("issuers", views.issuers, name="vc-issuers"),
    re_path(r"^(?P<rest>.*)$", csrf_exempt(views.nothing)),
]
