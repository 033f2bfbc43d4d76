"""The addresses below /console/<organisation>/members/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.members import views

app_name = "members"
urlpatterns = [
    path("", views.listing, name="list"),
    path("invite/", views.invite, name="invite"),
    path("roles/", views.roles, name="roles"),
    path("leave/", views.leave, name="leave"),
    path("<uuid:key>/", views.change, name="change"),
    path("<uuid:key>/remove/", views.remove, name="remove"),
    path("invitations/<uuid:key>/withdraw/", views.withdraw, name="withdraw"),
]
