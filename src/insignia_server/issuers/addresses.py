"""Where an issuer's documents lie, and which DID follows from that. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from insignia.did import did_web_url

if TYPE_CHECKING:
    from insignia_server.issuers.models import Issuer, SigningKey


def did_of(base_url: str, slug: str, own_domain: str = "") -> str:
    """`did:web:<own domain>`, or `did:web:<host>[%3A<port>]:issuers:<slug>` of the instance.

    Raises DidError for a host that a did:web cannot have (an IP address).
    """
    authority = urlsplit(base_url).netloc.lower().replace(":", "%3A")
    did = f"did:web:{own_domain}" if own_domain else f"did:web:{authority}:issuers:{slug}"
    did_web_url(did)
    return did


def home(issuer: Issuer) -> str:
    """Address of the issuer's page; the documents lie below it."""
    return f"{issuer.base_url}/issuers/{issuer.slug}/"


def did_json(issuer: Issuer) -> str:
    """Address of the DID document on this instance (an own domain answers the same document)."""
    return home(issuer) + "did.json"


def key_log(issuer: Issuer) -> str:
    """Address of the signed key log."""
    return home(issuer) + "keys.json"


def profile(issuer: Issuer) -> str:
    """Address of the Open Badges Profile."""
    return home(issuer) + "profile.json"


def picture(issuer: Issuer) -> str:
    """Address of the issuer's picture, a PNG."""
    return home(issuer) + "image.png"


def jwk(issuer: Issuer, key: SigningKey) -> str:
    """The address of the bare JWK of an RSA key."""
    return f"{home(issuer)}keys/{key.fragment}.json"


def kid(issuer: Issuer, key: SigningKey) -> str:
    """How a JWT of the Open Badges profile names its key: https, as verifiers ask.

    An instance without https (a demo on localhost) has no such address; there it is the DID URL.
    """
    return jwk(issuer, key) if issuer.base_url.startswith("https:") else method(issuer, key)


def method(issuer: Issuer, key: SigningKey) -> str:
    """The DID URL of a key."""
    return f"{issuer.did}#{key.fragment}"
