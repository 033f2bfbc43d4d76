"""The addresses below /console/<organisation>/domains/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.domains import pages, views

app_name = "domains"
urlpatterns = [
    path("", views.listing, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/check/", views.check, name="check"),
    path("<uuid:key>/remove/", views.remove, name="remove"),
    path("<uuid:key>/pages/", pages.pages, name="pages"),
    path("<uuid:key>/pages/check/", pages.check, name="pages-check"),
    path("<uuid:key>/pages/remove/", pages.remove, name="pages-remove"),
]
