"""The addresses of the face `public`; those that verification fetches are included at the end."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from insignia_server.public import downloads, evidence_files, pages

BADGE = "badges/<uuid:key>"
VERSION = "achievements/<uuid:key>/<int:number>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path(f"{BADGE}/", pages.badge, name="badge"),
    path(f"{BADGE}.png", downloads.baked_png, name="badge-png"),
    path(f"{BADGE}.svg", downloads.baked_svg, name="badge-svg"),
    path(f"{BADGE}.pdf", downloads.certificate_pdf, name="badge-pdf"),
    path("achievements/<uuid:key>/", pages.achievement, name="achievement"),
    path(f"{VERSION}/", pages.achievement, name="achievement-version"),
    path(f"{VERSION}.json", downloads.achievement_json, name="achievement-json"),
    path(f"{VERSION}.png", downloads.achievement_picture, name="achievement-picture"),
    path(f"{VERSION}/card.png", downloads.achievement_card, name="achievement-card"),
    path("issuers/<slug:slug>/", pages.issuer, name="issuer"),
    path("evidence/<str:token>/", evidence_files.evidence, name="evidence"),
    path("report/", pages.report, name="report"),
    path("", include("insignia_server.public.urls_embeds")),
    path("", include("insignia_server.public.urls_documents")),
    path("", include("insignia_server.public.urls_credential_files")),
]
