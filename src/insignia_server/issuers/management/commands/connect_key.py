"""`connect_key`: the operator has an issuer sign with a key that lives in a key management service."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insignia_server.issuers import services
from insignia_server.issuers.models import Issuer, KeyState, SigningKey
from insignia_server.issuers.remote import KeyUnavailable
from insignia_server.issuers.signing import ALGORITHMS
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.roles import Permission


class Command(BaseCommand):
    help = "Rotates an issuer's key to one that lives elsewhere; what the old key signed stays valid."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the address of the issuer profile")
        parser.add_argument("algorithm", choices=ALGORITHMS)
        parser.add_argument(
            "kms", metavar="SCHEME:REFERENCE", help="a scheme of KEY_SIGNERS and its reference"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with scopes.crossing("operator"):
            issuer = Issuer.objects.filter(slug=options["slug"]).first()
        if issuer is None:
            raise CommandError(f"There is no issuer profile with the address {options['slug']!r}.")
        with scopes.organisation(issuer.organisation_id):
            try:
                key = self.connected(issuer, options["algorithm"], options["kms"])
            except (KeyUnavailable, Refused) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"{issuer.did}#{key.fragment} signs from now on.")

    def connected(self, issuer: Issuer, algorithm: str, kms: str) -> SigningKey:
        """The new key, in the place of the active one where there is one."""
        by = Actor("operator", issuer.organisation_id, frozenset({Permission.ISSUERS}), label="connect_key")
        active = SigningKey.objects.filter(issuer=issuer, algorithm=algorithm, state=KeyState.ACTIVE).first()
        if active is None:
            return services.add_key(by=by, issuer=issuer, algorithm=algorithm, kms=kms)
        return services.rotate_key(by=by, key=active, kms=kms)
