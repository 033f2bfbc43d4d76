"""The addresses of claim links in the console."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.claims import several, views

app_name = "claims"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:link>/", views.detail, name="detail"),
    path("<uuid:link>/print/", views.printed, name="print"),
    path("<uuid:link>/close/", views.close, name="close"),
    path("<uuid:link>/catalogue/", views.catalogue, name="catalogue"),
    path("<uuid:link>/decide/", several.decide, name="decide"),
    path("claim/<uuid:claim>/approve/", views.approve, name="approve"),
    path("claim/<uuid:claim>/decline/", views.decline, name="decline"),
]
