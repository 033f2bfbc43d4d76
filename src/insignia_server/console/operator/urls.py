"""The addresses below /operator/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.operator import failures, founders, keys, organisations, reports, views

app_name = "operator"
urlpatterns = [
    path("", views.home, name="home"),
    path("organisations/", organisations.listing, name="organisations"),
    path("organisations/<uuid:key>/", organisations.detail, name="organisation"),
    path("organisations/<uuid:key>/approve/", organisations.approve, name="approve"),
    path("organisations/<uuid:key>/suspend/", organisations.suspend, name="suspend"),
    path("organisations/<uuid:key>/resume/", organisations.resume, name="resume"),
    path("organisations/<uuid:key>/quota/", organisations.quota, name="quota"),
    path("invitations/", founders.invitations, name="invitations"),
    path("invitations/<uuid:key>/withdraw/", founders.withdraw, name="withdraw"),
    path("domains/", views.domains, name="domains"),
    path("jobs/", failures.listing, name="jobs"),
    path("jobs/retry/", failures.retry, name="retry-jobs"),
    path("jobs/discard/", failures.discard, name="discard-jobs"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<uuid:key>/revoke/", keys.revoke, name="revoke-key"),
    path("reports/", reports.listing, name="reports"),
    path("reports/<uuid:key>/", reports.detail, name="report"),
]
