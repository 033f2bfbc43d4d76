"""The addresses of the face `backpack`: what belongs to a learner."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from insignia_server.backpack import claiming, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.mine, name="my-badges"),
    path("me/export.zip", views.export, name="my-export"),
    path("me/<uuid:award>/data/", views.data, name="my-data"),
    path("me/<uuid:award>/visibility/", views.visibility, name="my-visibility"),
    path("claim/prove/<str:token>/", claiming.prove, name="claim-prove"),
    path("claim/<str:token>/", claiming.claim, name="claim"),
]
