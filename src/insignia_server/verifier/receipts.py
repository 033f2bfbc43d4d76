"""The instance's own key, which signs receipts only; it follows from SECRET_KEY, so all processes have it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from insignia.keys import SecretKey


@lru_cache(maxsize=4)
def _key(secret: str) -> SecretKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"insignia verification receipts").derive(secret.encode())
    return SecretKey.from_seed(seed)


def signer() -> SecretKey:
    """The key that signs receipts."""
    return _key(settings.SECRET_KEY)


def instance_did() -> str:
    """did:web of the instance; its document is /.well-known/did.json."""
    parts = urlsplit(settings.PUBLIC_URL)
    return "did:web:" + parts.netloc.replace(":", "%3A")


def verification_method() -> str:
    """The key's URL."""
    return f"{instance_did()}#{signer().public_key.to_multikey()}"


def did_document() -> dict[str, Any]:
    """The DID document of the instance: receipts are all that its keys sign; old keys stay listed."""
    did, methods = instance_did(), []
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        multikey = _key(secret).public_key.to_multikey()
        methods.append(
            {"id": f"{did}#{multikey}", "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
        )
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
