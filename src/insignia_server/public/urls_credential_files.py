"""The addresses of signed files, included by public/urls.py. They map to file paths and never change."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter

from insignia_server.public import credential_files


class SequenceConverter(IntConverter):
    """A number that a column of eight bytes can hold, written in one way only."""

    regex = "[1-9][0-9]{0,17}"


register_converter(SequenceConverter, "sequence")
urlpatterns: list[URLPattern] = [
    path("status/<uuid:key>.json", credential_files.status_list, name="status-list"),
    path(
        "credentials/<uuid:key>.json", credential_files.credential, {"form": "json"}, name="credential-json"
    ),
    path("credentials/<uuid:key>.jwt", credential_files.credential, {"form": "jwt"}, name="credential-jwt"),
    path(
        "credentials/<uuid:key>.nq.json",
        credential_files.signed_texts,
        {"of": "credentials"},
        name="credential-texts",
    ),
    path("status/<uuid:key>.nq.json", credential_files.signed_texts, {"of": "status"}, name="status-texts"),
    path("refresh/<uuid:key>.json", credential_files.refresh, name="credential-refresh"),
    path("issuers/<slug:slug>/log.json", credential_files.log_head, name="issuance-log"),
    path(
        "issuers/<slug:slug>/log/<sequence:sequence>.json",
        credential_files.log_entry,
        name="issuance-log-entry",
    ),
]
