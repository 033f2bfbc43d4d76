"""The addresses of the face `console`. Each package has its own urls.py; where none is, it is left out."""

from __future__ import annotations

from pathlib import Path

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from insignia_server.console import invitations, start
from insignia_server.console.access import console
from insignia_server.console.designs.parts import part
from insignia_server.console.unsent import unsent
from insignia_server.organisations.roles import Permission

PACKAGES = (
    "achievements",
    "awards",
    "batches",
    "claims",
    "delivery",
    "groups",
    "certificates",
    "issuers",
    "members",
    "domains",
    "clients",
    "webhooks",
    "audit",
)


def _parts() -> list[URLPattern | URLResolver]:
    """Every package of the console that exists, below its own name."""
    here = Path(__file__).parent
    names = [name for name in PACKAGES if (here / name / "urls.py").exists()]
    return [path(f"{name}/", include(f"insignia_server.console.{name}.urls")) for name in names]


app_name = "console"
urlpatterns: list[URLPattern | URLResolver] = [
    path("start/", start.start, name="start"),
    path("start/organisations/", start.organisations, name="organisations"),
    path("console/new/", start.new, name="new"),
    path("designs/parts/<str:release>/<slug:kind>/<str:name>.svg", part, name="part"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("accounts/", include("insignia_server.console.account.urls")),
    path("operator/", include("insignia_server.console.operator.urls")),
    path(
        "console/<slug:organisation>/",
        include(
            [
                path("", include("insignia_server.console.home.urls")),
                path("unsent/", require_safe(console(Permission.READ)(unsent)), name="unsent"),
                path("settings/", include("insignia_server.console.organisation.urls")),
                path("", include("insignia_server.console.designs.urls")),
                *_parts(),
            ]
        ),
    ),
]
