"""The addresses below /console/<organisation>/issuers/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.issuers import keys, views

app_name = "issuers"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<slug:issuer>/", views.detail, name="detail"),
    path("<slug:issuer>/edit/", views.edit, name="edit"),
    path("<slug:issuer>/picture/", views.picture, name="picture"),
    path("<slug:issuer>/image/", views.image, name="image"),
    path("<slug:issuer>/archive/", views.archive, name="archive"),
    path("<slug:issuer>/domain/", views.domain, name="domain"),
    path("<slug:issuer>/domain/check/", views.check_domain, name="check-domain"),
    path("<slug:issuer>/keys/", keys.listing, name="keys"),
    path("<slug:issuer>/keys/add/", keys.add, name="add-key"),
    path("<slug:issuer>/keys/<uuid:key>/rotate/", keys.rotate, name="rotate-key"),
    path("<slug:issuer>/keys/<uuid:key>/compromised/", keys.compromised, name="compromised"),
]
