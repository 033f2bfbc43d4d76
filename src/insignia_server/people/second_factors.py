"""How allauth makes passkeys here."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.conf import settings


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """The browser and the authenticator show the name of this instance, not its host and port."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party of Web Authentication."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.INSTANCE_NAME}


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey signs in by itself, unless the person unticks that: for a key without a PIN or a finger."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["passwordless"].initial = True
