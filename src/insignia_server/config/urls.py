"""Every address of the instance. The faces own what is behind it; a face that is added is named here once."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLResolver, include, path

from insignia_server.kit import health, metrics, site_files

# Without a secret anybody could report bounces: then the providers' addresses are not there at all.
PROVIDERS: list[URLResolver] = (
    [path("webhooks/anymail/", include("anymail.urls"))] if settings.ANYMAIL.get("WEBHOOK_SECRET") else []
)

urlpatterns = [
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("healthz", health.alive, name="healthz"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("", include("insignia_server.kit.look")),
    path("language/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
    *PROVIDERS,
    path("", include("insignia_server.public.urls")),
    path("", include("insignia_server.verifier.urls")),
    path("", include("insignia_server.backpack.urls")),
    path("", include("insignia_server.console.urls")),
    path("", include("insignia_server.api.urls")),
]
handler400 = "insignia_server.kit.failures.bad_request"
handler403 = "insignia_server.kit.failures.forbidden"
handler404 = "insignia_server.kit.failures.not_found"
handler429 = "insignia_server.kit.failures.too_many"  # asked for by allauth
handler500 = "insignia_server.kit.failures.server_error"
