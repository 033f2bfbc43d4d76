"""The addresses of the designer: below an achievement, and /families/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.designs import families, palettes, parts, views

app_name = "designs"
_DESIGN = "achievements/<uuid:achievement>/design/"
_FAMILY = "families/<uuid:family>/"
urlpatterns = [
    path(_DESIGN, views.edit, name="edit"),
    path(f"{_DESIGN}draw/", views.draw, name="draw"),
    path(f"{_DESIGN}keep/", views.keep, name="keep"),
    path(f"{_DESIGN}start/<int:number>.svg", views.start, name="start"),
    path(f"{_DESIGN}series/", families.series, name="series"),
    path("designs/icons/", parts.icon_search, name="icons"),
    path("designs/palettes/", palettes.keep, name="keep-palette"),
    path("designs/palettes/<uuid:palette>/remove/", palettes.remove, name="remove-palette"),
    path("families/", families.listing, name="families"),
    path("families/new/", families.new, name="new-family"),
    path(_FAMILY, families.edit, name="family"),
    path(f"{_FAMILY}draw/", families.draw, name="draw-family"),
    path(f"{_FAMILY}keep/", families.keep, name="keep-family"),
    path(f"{_FAMILY}look/<str:level>.svg", families.look, name="family-look"),
    path(f"{_FAMILY}restyle/", families.restyle, name="restyle"),
    path(f"{_FAMILY}archive/", families.archive, name="archive-family"),
]
