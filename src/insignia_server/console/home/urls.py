"""The address /console/<organisation>/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.home import views

urlpatterns = [path("", views.home, name="home")]
