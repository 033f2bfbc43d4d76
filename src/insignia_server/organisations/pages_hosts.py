"""A host name of an organisation's own for its public pages: chosen, checked by a job, given up.

The host lies within a proved domain. It is an alias for pages: identifiers, status lists, refresh services
and DIDs never move there (docs/adr/0019-own-host-names.md).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from insignia.errors import ResolveError
from insignia_server.audit import services as audit
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.domains import NAME
from insignia_server.organisations.models import (
    Domain,
    DomainState,
    OrganisationState,
    PagesHost,
    PagesHostState,
)
from insignia_server.organisations.roles import Permission
from insignia_server.organisations.services import new_token

CHECK_PATH: Final = "/.well-known/insignia/pages-host.txt"
ASK_PATH: Final = "/.well-known/insignia/tls-ask"
_AGAIN: Final = dt.timedelta(days=1)
FileText = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Alias:
    """A host that answers an organisation's pages."""

    organisation: uuid.UUID
    token: str


_ALIAS: Final = Compiled[tuple[uuid.UUID, str]](
    lambda host: PagesHost.objects.filter(
        host=host,
        domain__state__in=(DomainState.PROVED, DomainState.CHECKING),
        domain__proved_at__isnull=False,
        organisation__state=OrganisationState.ACTIVE,
    ).values_list("organisation_id", "token"),
    kind=str,
)


def alias_of(host: str) -> Alias | None:
    """Whose pages a host name (in lower case, without a port) shows; one query. None while its domain is not
    proved or its organisation not active."""
    if not NAME.fullmatch(host):
        return None
    with scopes.crossing("addresses"):
        found = _ALIAS.first(host)
    return Alias(*found) if found else None


def served(host: str) -> bool:
    """Whether a proxy may have a certificate made for this host name (on-demand TLS)."""
    return host in (settings.PUBLIC_HOST, *settings.ALLOWED_HOSTS) or alias_of(host) is not None


@transaction.atomic
def choose(*, by: Actor, domain: Domain, host: str) -> PagesHost:
    """Name the host for the organisation's pages, in the place of the one before.

    Raises:
        Refused: no host name; not within the domain; the domain is not proved; this instance's own host; it
            has been taken by another organisation (`taken`).
    """
    by.require(Permission.MANAGE)
    name = _normal(host)
    _fits(name, domain, host)
    row: PagesHost | None = PagesHost.objects.select_for_update().first()
    if row is not None and row.host == name:
        return row
    try:
        with transaction.atomic():
            if row is not None:
                row.delete()
            chosen: PagesHost = PagesHost.objects.create(
                organisation_id=by.organisation_id, domain=domain, host=name, token=new_token()
            )
    except IntegrityError:
        message = _("Another organisation of this instance uses this host name. Ask the operator.")
        raise Refused(Refusal(message, "host", "taken", "", name)) from None
    audit.record(by=by, action="pages-host.choose", subject=chosen, name=name)
    return chosen


@transaction.atomic
def give_up(*, by: Actor, row: PagesHost) -> None:
    """The pages answer under the instance's address only."""
    by.require(Permission.MANAGE)
    audit.record(by=by, action="pages-host.remove", subject=row, name=row.host)
    row.delete()


@transaction.atomic
def ask_check(*, by: Actor, row: PagesHost) -> None:
    """Have a job look whether the host works; the page polls."""
    from insignia_server.organisations.jobs import check_pages_host

    by.require(Permission.MANAGE)
    PagesHost.objects.filter(pk=row.pk).update(state=PagesHostState.CHECKING, detail="")
    check_pages_host.enqueue(pages_host=str(row.pk))


def expected(row: PagesHost) -> str:
    """What the host answers at CHECK_PATH when it leads here."""
    return f"insignia-pages={row.token}"


def look(row: PagesHost, *, file: FileText) -> tuple[bool, str]:
    """Whether the host leads here, and what was seen. Never raises for what a host answers."""
    try:
        content = file(f"https://{row.host}{CHECK_PATH}")
    except ResolveError as error:
        return False, _advice(error, row.host)
    if expected(row) in content.split():
        return True, _("The host answers as it should.")
    return False, _(
        "Something else answers there. Let the name lead to this server, and its proxy pass the host name on."
    )


def conclude(row: PagesHost, *, works: bool, detail: str, now: dt.datetime) -> None:
    """Write down what a check saw."""
    row.state = PagesHostState.WORKING if works else PagesHostState.FAILING
    row.detail, row.checked_at = detail, now
    row.worked_at = now if works else row.worked_at
    row.save(update_fields=["state", "detail", "checked_at", "worked_at"])


def stale(*, now: dt.datetime | None = None) -> list[PagesHost]:
    """Hosts that were last looked at a day ago."""
    now = now or timezone.now()
    with scopes.crossing("jobs"):
        return list(PagesHost.objects.filter(checked_at__lt=now - _AGAIN).order_by("checked_at")[:200])


def _normal(host: str) -> str:
    text = host.strip().lower()
    text = (urlsplit(text).netloc if "://" in text else text.partition("/")[0]).rstrip(".")
    try:
        return text.encode("idna").decode()
    except UnicodeError:
        return ""


def _fits(name: str, domain: Domain, typed: str) -> None:
    if not NAME.fullmatch(name):
        message = _("Write a host name alone, like badges.%(domain)s.") % {"domain": domain.name}
        raise Refused(Refusal(message, "host", "host", f"badges.{domain.name}", typed[:100]))
    if name != domain.name and not name.endswith(f".{domain.name}"):
        message = _("The host name must lie within %(domain)s, the domain that you proved.")
        raise Refused(Refusal(message % {"domain": domain.name}, "host", "domain", f"….{domain.name}", name))
    if domain.state != DomainState.PROVED:
        message = _("Prove the domain first: nobody else's name may show your pages.")
        raise Refused(Refusal(message, "host", "not-proved", "a proved domain", domain.state))
    if name == settings.PUBLIC_HOST or name in settings.ALLOWED_HOSTS:
        raise Refused(Refusal(_("This is the instance's own host name."), "host", "own", "", name))


def _advice(error: ResolveError, host: str) -> str:
    words = {
        ResolveError.NOT_FOUND: _("A server answers at %(host)s, but it is not this one."),
        ResolveError.BLOCKED: _("%(host)s leads to an address that is not public, or to an unusual port."),
        ResolveError.TIMEOUT: _("%(host)s took too long to answer."),
        ResolveError.UNREACHABLE: _(
            "%(host)s was not reached over https: the name is not known yet, leads elsewhere, or the proxy "
            "has no certificate for it."
        ),
    }
    return words.get(error.code, _("%(host)s gave an answer that could not be used.")) % {"host": host}
