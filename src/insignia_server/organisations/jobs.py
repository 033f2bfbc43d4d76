"""Jobs of tenants: proof of domains is looked for where it can be waited for."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from insignia_server.kit import fetch, scopes
from insignia_server.kit.jobs import Running, job
from insignia_server.organisations import domains, pages_hosts
from insignia_server.organisations.models import Domain, PagesHost


def _file_text(url: str) -> str:
    return fetch.fetch(url, accept="text/plain").content[:2000].decode("utf-8", "replace")


@job(seconds=60, attempts=3)
def check_domain(running: Running, *, domain: str) -> None:
    """Look for the TXT record and the file, and write down what was seen."""
    with scopes.crossing("jobs"):
        row = Domain.objects.filter(pk=domain).first()
    if row is None:
        return
    method, detail = domains.look(row, texts=domains.look_up_text, file=_file_text)
    running.check()
    with scopes.organisation(row.organisation_id):
        domains.conclude(row, method=method, detail=detail, now=timezone.now())


@job(seconds=300, every=dt.timedelta(hours=6))
def check_stale_domains(running: Running) -> None:
    """Proofs are looked at again every week; one that is gone is shown as lost."""
    for row in domains.stale_domains():
        running.check()
        check_domain.enqueue(domain=str(row.pk))


@job(seconds=60, attempts=3)
def check_pages_host(running: Running, *, pages_host: str) -> None:
    """Look whether an organisation's host for pages leads here, and write down what was seen."""
    with scopes.crossing("jobs"):
        row = PagesHost.objects.filter(pk=pages_host).first()
    if row is None:
        return
    works, detail = pages_hosts.look(row, file=_file_text)
    running.check()
    with scopes.organisation(row.organisation_id):
        pages_hosts.conclude(row, works=works, detail=detail, now=timezone.now())


@job(seconds=300, every=dt.timedelta(hours=6))
def check_stale_pages_hosts(running: Running) -> None:
    """Hosts for pages are looked at again every day."""
    for row in pages_hosts.stale():
        running.check()
        check_pages_host.enqueue(pages_host=str(row.pk))
