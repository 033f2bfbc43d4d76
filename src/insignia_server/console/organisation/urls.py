"""The address /console/<organisation>/settings/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.organisation import views

urlpatterns = [path("", views.settings_page, name="settings")]
