"""An organisation's own host name: the same public pages, and nothing that needs a session.

The first of all middleware, since everything after it counts on a host of ALLOWED_HOSTS. A host that an
organisation has chosen is answered as an alias: no cookie is read or set, only GET and HEAD, only pages of
this organisation, and what verification fetches or a person signs in to is a redirect to PUBLIC_URL.
"""

from __future__ import annotations

import re
import uuid
from typing import Final

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.request import split_domain_port, validate_host
from django.shortcuts import render

from insignia_server.achievements.models import Achievement
from insignia_server.credentials.models import Credential
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.compiled import Compiled
from insignia_server.kit.middleware import Answer
from insignia_server.organisations import pages_hosts
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.pages_hosts import ASK_PATH, CHECK_PATH, Alias

_UUID: Final = r"(?P<key>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_FRONTS: Final = ("/", "/catalogue/")
_ANYBODYS: Final = re.compile(r"/static/.+|/theme/[0-9a-f]{6}\.css|/embed\.js|/robots\.txt|/favicon\.ico")
_DATA: Final = re.compile(r"\.(?:json|jwt|nq|xml)$")
_BADGE: Final = re.compile(rf"/badges/{_UUID}(?:[/.].*)?")
_ACHIEVEMENT: Final = re.compile(rf"/achievements/{_UUID}/.*")
_ISSUER: Final = re.compile(r"/issuers/(?P<key>[\w-]+)/(?:image\.png|card\.png|catalogue/)?")
_LOOK: Final = re.compile(r"/organisations/(?P<key>[\w-]+)/(?:logo|logo-dark|cover)\.\w+")

_BADGES: Final = Compiled[uuid.UUID](
    lambda key: Credential.objects.filter(pk=key).values_list("organisation_id", flat=True)
)
_ACHIEVEMENTS: Final = Compiled[uuid.UUID](
    lambda key: Achievement.objects.filter(pk=key).values_list("organisation_id", flat=True)
)
_ISSUERS: Final = Compiled[uuid.UUID](
    lambda slug: Issuer.objects.filter(slug=slug).values_list("organisation_id", flat=True), kind=str
)
_ORGANISATIONS: Final = Compiled[uuid.UUID](
    lambda slug: Organisation.objects.filter(slug=slug).values_list("pk", flat=True), kind=str
)
_FIRST: Final = Compiled[str](
    lambda organisation: (
        Issuer.objects.filter(organisation_id=organisation, archived_at=None)
        .exclude(pinned_at=None)
        .order_by("created_at")
        .values_list("slug", flat=True)[:1]
    )
)


class OwnHosts:
    """Answers requests to hosts that organisations have chosen, and a proxy that asks for certificates."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == ASK_PATH:
            return _asked(request)
        host, _port = split_domain_port(request.META.get("HTTP_HOST", ""))
        if not host or validate_host(host, settings.ALLOWED_HOSTS):
            return self.get_response(request)
        alias = pages_hosts.alias_of(host)
        if alias is None:
            return self.get_response(request)  # which refuses the host, as always
        answer = self._answer(request, alias, host)
        answer.cookies.clear()
        return answer

    def _answer(self, request: HttpRequest, alias: Alias, host: str) -> HttpResponse:
        for header in ("HTTP_COOKIE", "HTTP_AUTHORIZATION"):
            request.META.pop(header, None)
        request.META["HTTP_HOST"] = settings.PUBLIC_HOST
        request.pages_host = host  # type: ignore[attr-defined]
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponseRedirect(f"https://{host}{request.get_full_path()}")
        if request.path == CHECK_PATH:
            return HttpResponse(f"insignia-pages={alias.token}\n", content_type="text/plain")
        if request.path in _FRONTS:
            return _front(alias, request)
        if _ANYBODYS.fullmatch(request.path):
            return self.get_response(request)
        owner = _owner(request.path)
        if owner is None:
            return HttpResponseRedirect(f"{settings.PUBLIC_URL}{request.get_full_path()}")
        if owner != alias.organisation:
            return render(request, "kit/404.html", status=404)
        return self.get_response(request)


def _asked(request: HttpRequest) -> HttpResponse:
    """200 where a certificate may be made for `?domain=`, otherwise 404: what Caddy's `ask` wants."""
    served = pages_hosts.served(request.GET.get("domain", "").lower().rstrip("."))
    return HttpResponse(
        "yes\n" if served else "no\n", status=200 if served else 404, content_type="text/plain"
    )


def _front(alias: Alias, request: HttpRequest) -> HttpResponse:
    """To the organisation's first issuer, or its catalogue; where there is none yet, to the instance."""
    with scopes.crossing("public-pages"):
        slug = _FIRST.first(alias.organisation)
    path = request.get_full_path()
    return HttpResponseRedirect(f"/issuers/{slug}{path}" if slug else f"{settings.PUBLIC_URL}{path}")


def _owner(path: str) -> uuid.UUID | None:
    """Whose page an address shows; nobody's key for a page that is not there, None for no page at all."""
    if _DATA.search(path):
        return None
    for pattern, owners, named in _PAGES:
        if found := pattern.fullmatch(path):
            key = found["key"]
            with scopes.crossing("public-pages"):
                owner = owners.first(key if named else uuid.UUID(key))
            return owner or _NOBODY
    return None


_PAGES: Final = (
    (_BADGE, _BADGES, False),
    (_ACHIEVEMENT, _ACHIEVEMENTS, False),
    (_ISSUER, _ISSUERS, True),
    (_LOOK, _ORGANISATIONS, True),
)
"""Which addresses are pages, whose they are, and whether they name it by its slug."""
_NOBODY: Final = uuid.UUID(int=0)
