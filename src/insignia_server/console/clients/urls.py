"""The addresses below /console/<organisation>/clients/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.clients import views

app_name = "clients"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/revoke/", views.revoke, name="revoke"),
]
