"""The addresses below /console/<organisation>/certificates/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.certificates import packing, views

app_name = "certificates"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("preview/", views.preview, name="preview"),
    path("<uuid:design>/", views.edit, name="edit"),
    path("<uuid:design>/thumbnail.png", views.thumbnail, name="thumbnail"),
    path("<uuid:design>/example.pdf", views.example_pdf, name="example"),
    path("<uuid:design>/default/", views.make_default, name="default"),
    path("<uuid:design>/use/", views.use, name="use"),
    path("<uuid:design>/remove/", views.remove, name="remove"),
    path("files/", packing.listing, name="packs"),
    path("files/new/", packing.pack, name="pack"),
    path("files/<uuid:pack>/", packing.detail, name="pack-detail"),
    path("files/<uuid:pack>/<int:number>.zip", packing.download, name="pack-file"),
    path("files/<uuid:pack>/again/", packing.again, name="pack-again"),
    path("files/<uuid:pack>/remove/", packing.remove, name="pack-remove"),
]
