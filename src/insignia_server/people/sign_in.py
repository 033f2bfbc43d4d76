"""What a sign-in provider does wrong is said on a page, and to the operator in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import structlog
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from requests import RequestException

from insignia_server.kit.errors import Refused
from insignia_server.people.models import Identifier, User
from insignia_server.people.services import prove_identifier

log = structlog.get_logger(__name__)
PLACES: Final = ("/accounts/oidc/", "/accounts/saml/")
# What a provider that is down, or answers nonsense, makes of allauth's views: it raises these.
THEIRS: Final = (RequestException, OAuth2Error, OSError, ValueError, KeyError)
SAML: Final = ("onelogin", "xmlsec", "lxml")  # packages of SAML, which need not be there


class ProvidersInWords:
    """502 with a page that helps when a provider does not answer as it must."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page, at the addresses of sign-in by a provider only."""
        theirs = isinstance(exception, THEIRS) or type(exception).__module__.partition(".")[0] in SAML
        if not theirs or not request.path.startswith(PLACES):
            return None
        note_failure(request.path, "unreachable", exception)
        return render(request, "socialaccount/authentication_error.html", {"unreachable": True}, status=502)


def note_failure(provider: str, error: object, exception: BaseException | None = None, **more: Any) -> None:
    """For the operator: which provider, what went wrong. An address of a request is in none of it."""
    words = f"{type(exception).__name__}: {exception}"[:300] if exception else ""
    log.warning("sign-in by a provider failed", provider=provider, error=str(error), exception=words, **more)


def has_account(email: str) -> bool:
    """Whether an account here has this address, verified or not."""
    return bool(filter_users_by_email(email))


def prove_verified(user: User) -> None:
    """Every verified address is proved; when a provider verified it, no signal of allauth tells so."""
    known = set(Identifier.objects.filter(user=user, kind="emailAddress").values_list("value", flat=True))
    for address in EmailAddress.objects.filter(user=user, verified=True):
        if address.email in known:
            continue
        try:
            prove_identifier(user=user, kind="emailAddress", value=address.email, now=timezone.now())
        except Refused:  # another account has proved it before; what was awarded to it stays there
            log.warning("an address is proved by a second account", user=str(user.pk))
