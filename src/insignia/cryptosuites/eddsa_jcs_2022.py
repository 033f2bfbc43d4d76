"""eddsa-jcs-2022: Ed25519 over JCS (Data Integrity EdDSA Cryptosuites 1.0, section 3.3)."""

from typing import Final

from insignia.cryptosuites.canonical_json import CANONICAL_JSON
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.keys import KeyType

SUITE: Final = DataIntegritySuite("eddsa-jcs-2022", frozenset({KeyType.ED25519}), CANONICAL_JSON)
