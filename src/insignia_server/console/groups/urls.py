"""The addresses below /console/<organisation>/groups/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.groups import views

app_name = "groups"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/add/", views.add, name="add"),
    path("<uuid:key>/rename/", views.rename, name="rename"),
    path("<uuid:key>/archive/", views.archive, name="archive"),
    path("<uuid:key>/people/<uuid:person>/remove/", views.remove, name="remove"),
]
