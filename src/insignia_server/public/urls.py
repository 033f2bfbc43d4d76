"""The addresses of the face `public`; those that verification fetches are included at the end."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, register_converter

from insignia_server.achievements import renderings
from insignia_server.public import cards, catalogue, downloads, evidence_files, pages


class RenderingConverter:
    """A picture's size in pixels and its format, as a file name."""

    regex = rf"(?:{'|'.join(map(str, renderings.SIZES))})\.(?:{'|'.join(renderings.FORMATS)})"

    def to_python(self, value: str) -> tuple[int, str]:
        """Size and format."""
        size, _, format = value.partition(".")
        return int(size), format

    def to_url(self, value: tuple[int, str]) -> str:
        """The file name."""
        return f"{value[0]}.{value[1]}"


register_converter(RenderingConverter, "rendering")
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
    path(f"{VERSION}/<rendering:file>", downloads.achievement_rendering, name="achievement-rendering"),
    path(f"{VERSION}.png", downloads.achievement_picture, name="achievement-picture"),
    path(f"{VERSION}/card.png", downloads.achievement_card, name="achievement-card"),
    path("issuers/<slug:slug>/", pages.issuer, name="issuer"),
    path("issuers/<slug:slug>/card.png", cards.issuer_card, name="issuer-card"),
    path("issuers/<slug:slug>/catalogue/", catalogue.page, name="issuer-catalogue"),
    path("issuers/<slug:slug>/catalogue.json", catalogue.data, name="issuer-catalogue-json"),
    path("catalogue/card.png", cards.catalogue_card, name="catalogue-card"),
    path("catalogue/", catalogue.page, name="catalogue"),
    path("catalogue.json", catalogue.data, name="catalogue-json"),
    path("evidence/<str:token>/", evidence_files.evidence, name="evidence"),
    path("report/", pages.report, name="report"),
    path("", include("insignia_server.public.urls_embeds")),
    path("", include("insignia_server.public.urls_documents")),
    path("", include("insignia_server.public.urls_credential_files")),
]
