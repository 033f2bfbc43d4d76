"""The address of the delivery desk."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.delivery import views

app_name = "delivery"
urlpatterns = [path("", views.listing, name="list")]
