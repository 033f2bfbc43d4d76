"""The address /console/<organisation>/audit/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.audit import views

app_name = "audit"
urlpatterns = [path("", views.listing, name="list")]
