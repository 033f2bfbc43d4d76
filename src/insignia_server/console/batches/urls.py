"""The addresses of batches in the console."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.batches import acts, files, mapping, uploading, views

app_name = "batches"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", uploading.choose, name="new"),
    path("new/any/", uploading.upload, name="upload-any"),
    path("new/<uuid:achievement>/", uploading.upload, name="upload"),
    path("<uuid:batch>/", views.detail, name="detail"),
    path("<uuid:batch>/progress/", views.progress, name="progress"),
    path("<uuid:batch>/problems/", views.problems, name="problems"),
    path("<uuid:batch>/columns/", mapping.columns, name="columns"),
    path("<uuid:batch>/corrected/", uploading.corrected, name="corrected"),
    path("<uuid:batch>/check/", acts.check, name="check"),
    path("<uuid:batch>/confirm/", acts.confirm, name="confirm"),
    path("<uuid:batch>/approve/", acts.approve, name="approve"),
    path("<uuid:batch>/stop/", acts.stop, name="stop"),
    path("<uuid:batch>/retry/", acts.retry, name="retry"),
    path("<uuid:batch>/undo/", acts.undo, name="undo"),
    path("<uuid:batch>/files/<uuid:file>/", files.file, name="file"),
    path("<uuid:batch>/files/<uuid:file>/download/", files.download, name="file-download"),
    path("<uuid:batch>/problems.<slug:form>", files.problems, name="problems-file"),
    path("<uuid:batch>/outcomes.<slug:form>", files.outcomes, name="outcomes-file"),
]
