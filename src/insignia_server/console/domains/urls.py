"""The addresses below /console/<organisation>/domains/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.domains import views

app_name = "domains"
urlpatterns = [
    path("", views.listing, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/check/", views.check, name="check"),
    path("<uuid:key>/remove/", views.remove, name="remove"),
]
