"""Proof of domains: nobody becomes 'Harvard' by typing it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import dns.exception
import dns.resolver
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia_server.audit import services as audit
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, DomainState
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import new_token

RECORD = "_insignia-challenge"
FILE = "/.well-known/insignia-domain.txt"
AGAIN = dt.timedelta(days=7)  # after it was seen, the proof is looked for again
GRACE = dt.timedelta(days=10)  # so long after it was seen a proof counts: name services have bad days
NAME = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
)
TextRecords = Callable[[str], list[str]]
FileText = Callable[[str], str]


def look_up_text(name: str) -> list[str]:
    """The TXT records of a name; an empty list when there are none."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


@transaction.atomic
def add_domain(*, by: Actor, name: str) -> Domain:
    """Say that a domain is one's own; the proof follows."""
    by.require(Permission.MANAGE)
    normal = name.strip().lower().removeprefix("https://").removeprefix("http://").strip("/").rstrip(".")
    try:
        normal = normal.encode("idna").decode()
    except UnicodeError:
        normal = ""
    if not NAME.fullmatch(normal):
        message = _("Write the domain alone, like example.edu.")
        raise Refused(Refusal(message, "name", "domain", "example.edu", name[:100]))
    try:
        with transaction.atomic():
            domain: Domain = Domain.objects.create(
                organisation_id=by.organisation_id, name=normal, token=new_token()
            )
    except IntegrityError:
        raise Refused(
            Refusal(_("This domain is in your list already."), "name", "taken", "", normal)
        ) from None
    audit.record(by=by, action="domain.add", subject=domain, name=normal)
    return domain


@transaction.atomic
def remove_domain(*, by: Actor, domain: Domain) -> None:
    """Take a domain off; issuer pages stop showing it."""
    by.require(Permission.MANAGE)
    audit.record(by=by, action="domain.remove", subject=domain, name=domain.name)
    domain.delete()


@transaction.atomic
def ask_check(*, by: Actor, domain: Domain) -> None:
    """Have the proof looked for by a job; the page polls."""
    from insignia_server.organisations.jobs import check_domain

    by.require(Permission.MANAGE)
    Domain.objects.filter(pk=domain.pk, state=DomainState.LOST).update(proved_at=None)
    Domain.objects.filter(pk=domain.pk).update(state=DomainState.CHECKING, detail="")
    check_domain.enqueue(domain=str(domain.pk))


def expected(domain: Domain) -> str:
    """What the TXT record or the file has to hold."""
    return f"insignia-domain={domain.token}"


def look(domain: Domain, *, texts: TextRecords, file: FileText) -> tuple[str, str]:
    """(method, what was seen): `dns`, `file` or an empty method. Never raises for what a domain answers."""
    wanted, seen = expected(domain), []
    try:
        records = texts(f"{RECORD}.{domain.name}")
        if wanted in (record.strip() for record in records):
            return "dns", _("TXT record found")
        seen.append(_("{count} TXT records, none with the text").format(count=len(records)))
    except dns.exception.DNSException as error:
        seen.append(_("the name service did not answer ({error})").format(error=type(error).__name__))
    try:
        content = file(f"https://{domain.name}{FILE}")
        if wanted in content.split():
            return "file", _("file found")
        seen.append(_("the file holds another text"))
    except Exception as error:
        seen.append(_("the file could not be fetched: {error}").format(error=str(error)[:200]))
    return "", "; ".join(seen)


def conclude(domain: Domain, *, method: str, detail: str, now: dt.datetime) -> Domain:
    """Write down what a check saw. A domain that another organisation has proved is refused. A proof that is
    not seen any more counts until GRACE is over; `checked_at` stays the moment when it was seen."""
    domain.detail = detail
    if method:
        domain.state, domain.method, domain.checked_at = DomainState.PROVED, method, now
        domain.proved_at = domain.proved_at or now
    elif domain.proved_at and domain.checked_at and now - domain.checked_at < GRACE:
        domain.state = DomainState.PROVED
    else:
        domain.state = DomainState.LOST if domain.method else DomainState.PENDING
        domain.checked_at, domain.proved_at = now, None
    try:
        with transaction.atomic():
            domain.save(update_fields=["state", "method", "detail", "checked_at", "proved_at"])
    except IntegrityError:
        domain.state, domain.proved_at = DomainState.PENDING, None
        domain.detail = _("Another organisation of this instance has proved this domain. Ask the operator.")
        domain.save(update_fields=["state", "detail", "checked_at", "proved_at"])
    return domain


def held() -> Q:
    """The domains whose proof counts, also while it is looked for again."""
    return Q(state__in=(DomainState.PROVED, DomainState.CHECKING), proved_at__isnull=False)


def stale_domains(*, now: dt.datetime | None = None) -> list[Domain]:
    """Proved domains whose proof was last seen a week ago."""
    now = now or timezone.now()
    with scopes.crossing("jobs"):
        return list(Domain.objects.filter(state=DomainState.PROVED, checked_at__lt=now - AGAIN)[:200])
