"""Public and secret keys as Multikey and JWK, and the signatures they make and check.

Ed25519 goes through libsodium (PyNaCl), P-256, P-384, P-521 and RSA through OpenSSL (cryptography).
"""

from insignia.keys.algorithms import KeyType, default_algorithm
from insignia.keys.public import PublicKey
from insignia.keys.secret import SecretKey, Signer

__all__ = ["KeyType", "PublicKey", "SecretKey", "Signer", "default_algorithm"]
