"""The addresses below /console/<organisation>/achievements/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.achievements import acts, editing, views

app_name = "achievements"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", editing.new, name="new"),
    path("<uuid:achievement>/", views.detail, name="detail"),
    path("<uuid:achievement>/edit/", editing.edit, name="edit"),
    path("<uuid:achievement>/autosave/", editing.autosave, name="autosave"),
    path("<uuid:achievement>/picture/", editing.picture, name="picture"),
    path("<uuid:achievement>/image/", views.image, name="image"),
    path("<uuid:achievement>/preview/", views.preview, name="preview"),
    path("<uuid:achievement>/json/", views.document_view, name="json"),
    path("<uuid:achievement>/history/", views.history, name="history"),
    path("<uuid:achievement>/publish/", acts.publish, name="publish"),
    path("<uuid:achievement>/archive/", acts.archive, name="archive"),
    path("<uuid:achievement>/unarchive/", acts.unarchive, name="unarchive"),
    path("<uuid:achievement>/clone/", acts.clone, name="clone"),
    path("<uuid:achievement>/share/", acts.share, name="share"),
    path("<uuid:achievement>/earning/", acts.earning, name="earning"),
    path("<uuid:achievement>/discard/", acts.discard, name="discard"),
]
