"""How allauth makes accounts here."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts have no user name. Links in mails lead to PUBLIC_URL, whatever the request's host was."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link to set a new password."""
        address: str = super().get_reset_password_from_key_url(key)
        parts = urlsplit(address)
        return settings.PUBLIC_URL + urlunsplit(("", "", parts.path, parts.query, ""))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts by OIDC and SAML."""
