"""The addresses below /accounts/ that allauth does not have."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.account import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("erase/", views.erase, name="erase"),
    path("sessions/<int:key>/end/", views.end_session, name="end-session"),
]
