"""How allauth makes accounts here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from insignia_server.people.models import User
from insignia_server.people.sign_in import has_account, note_failure, prove_verified


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts have no user name. Links in mails lead to PUBLIC_URL, whatever the request's host was."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to set a new password."""
        address: str = super().get_reset_password_from_key_url(key)
        parts = urlsplit(address)
        return settings.PUBLIC_URL + urlunsplit(("", "", parts.path, parts.query, ""))

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """What a provider verified is proved before the first page shows what was awarded to it."""
        prove_verified(user)
        answer: HttpResponse = super().post_login(request, user, **options)
        return answer


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts by OIDC and SAML."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """An address that the provider verified and that has an account already: nobody is signed in, nothing
        is connected, and the page says what to do. allauth would ask for a code that it never sends."""
        if sociallogin.is_existing or sociallogin.state.get("process") != "login":
            return
        taken = [one.email for one in sociallogin.email_addresses if one.verified and has_account(one.email)]
        if taken:
            context = {"email": taken[0], "provider": sociallogin.account.get_provider()}
            page = render(request, "socialaccount/account_exists.html", context, status=409)
            raise ImmediateHttpResponse(page)

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """The name as the provider says it; people change it in their profile."""
        user: User = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        name = data.get("name") or " ".join(str(part) for part in parts if part)
        user.name = " ".join(str(name).split())[:200]
        return user

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        """The name too, when the provider gave one but no address."""
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Said to the operator: allauth's page does not, and its log is silent."""
        why = (extra_context or {}).get("saml_last_error_reason")
        note_failure(str(provider.name), error, exception, **({"reason": str(why)[:300]} if why else {}))
