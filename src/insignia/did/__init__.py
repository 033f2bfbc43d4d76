"""Decentralised identifiers and controlled identifier documents: from an identifier to a key.

did:key, did:jwk, did:web and https documents, after DID Core 1.0, DID Resolution and Controlled
Identifiers 1.0.
"""

from insignia.did.methods import did_jwk, did_key, did_key_method, did_web, did_web_url
from insignia.did.resolution import DidResolution, answer, resolve
from insignia.did.verification_method import VerificationMethod, signing_key, verification_method

__all__ = [
    "DidResolution",
    "VerificationMethod",
    "answer",
    "did_jwk",
    "did_key",
    "did_key_method",
    "did_web",
    "did_web_url",
    "resolve",
    "signing_key",
    "verification_method",
]
