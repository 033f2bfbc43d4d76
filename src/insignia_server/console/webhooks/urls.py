"""The addresses below /console/<organisation>/webhooks/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:key>/", views.detail, name="detail"),
    path("<uuid:key>/test/", views.test, name="test"),
    path("<uuid:key>/enable/", views.enable, name="enable"),
    path("<uuid:key>/secret/", views.secret, name="secret"),
    path("<uuid:key>/remove/", views.remove, name="remove"),
    path("deliveries/<uuid:key>/", views.delivery, name="delivery"),
    path("deliveries/<uuid:key>/replay/", views.replay, name="replay"),
]
