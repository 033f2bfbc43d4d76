"""The three did:key issuers of an open test instance (VC_API_OPEN). Their keys come from the SECRET_KEY."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from insignia.issuing import IssuerKey
from insignia.keys import KeyType, SecretKey
from insignia_server.issuers import services
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.organisations.actors import job_actor
from insignia_server.organisations.models import Organisation

KEY_TYPES: Final = (KeyType.ED25519, KeyType.P256, KeyType.P384)
SLUG: Final = "vc-api-open"
NAME: Final = "Open test instance"


def issuer_keys() -> dict[str, IssuerKey]:
    """DID -> what signs for it; none unless the instance is open."""
    return _derived(settings.SECRET_KEY) if settings.VC_API_OPEN else {}


@lru_cache(maxsize=2)
def _derived(secret: str) -> dict[str, IssuerKey]:
    keys = [
        IssuerKey.from_secret(SecretKey.generate(kind, _stream(secret, kind.value))) for kind in KEY_TYPES
    ]
    return {key.controller: key for key in keys}


def _stream(secret: str, label: str) -> Callable[[int], bytes]:
    """Octets that follow from the secret: SHAKE256 over a key made for this purpose alone."""
    key = hmac.digest(secret.encode(), f"insignia vc-api issuer {label}".encode(), hashlib.sha256)

    def octets(count: int) -> bytes:
        return hashlib.shake_256(key).digest(count)

    return octets


def listing_issuer() -> Issuer:
    """Whose status lists the open issuers use: a tenant of its own, made at first use."""
    with scopes.crossing("vc-api-open"):
        organisation = Organisation.objects.filter(slug=SLUG).first()
        if organisation is None:
            try:
                with transaction.atomic():
                    organisation = Organisation.objects.create(slug=SLUG, name=NAME)
            except IntegrityError:
                organisation = Organisation.objects.get(slug=SLUG)
    with scopes.organisation(organisation.pk):
        found: Issuer | None = Issuer.objects.order_by("pk").first()
        if found is not None:
            return found
        by = job_actor(organisation.pk, label="vc-api")
        return services.create_issuer(by=by, name=NAME, slug=SLUG)
