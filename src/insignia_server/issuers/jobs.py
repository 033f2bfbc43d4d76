"""What workers do for issuers."""

from __future__ import annotations

import datetime as dt
import uuid

import structlog
from django.utils import timezone

from insignia_server.issuers import own_domain
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.reseal import reseal
from insignia_server.kit import scopes
from insignia_server.kit.fetch import fetch
from insignia_server.kit.jobs import Running, job

log = structlog.get_logger(__name__)


@job(seconds=120, attempts=3)
def check_own_domain(running: Running, *, issuer: str) -> None:
    """Look whether the own domain of an issuer answers its DID document."""
    with scopes.crossing("jobs"):
        row: Issuer | None = Issuer.objects.filter(pk=uuid.UUID(issuer)).exclude(own_domain="").first()
    if row is None:
        return
    with scopes.organisation(row.organisation_id):
        detail = own_domain.look(row, fetch=_content)
        running.check()
        own_domain.conclude(row, detail=detail, now=timezone.now())
    if detail:
        log.warning("own domain without its document", issuer=str(row.pk))


@job(seconds=60, every=dt.timedelta(hours=12))
def check_own_domains(running: Running) -> None:
    """Have all own domains looked at."""
    with scopes.crossing("jobs"):
        keys = list(Issuer.objects.exclude(own_domain="").values_list("pk", flat=True))
    for key in keys:
        check_own_domain.enqueue(issuer=str(key))


@job(seconds=600, attempts=3)
def reseal_keys(running: Running) -> None:
    """Seal all signing keys by the first key-encryption key."""
    reseal()


def _content(address: str) -> bytes:
    return fetch(address, accept="application/did+ld+json, application/did+json, application/json").content
