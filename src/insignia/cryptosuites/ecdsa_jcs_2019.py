"""ecdsa-jcs-2019: P-256 with SHA-256 or P-384 with SHA-384, over JCS
(Data Integrity ECDSA Cryptosuites 1.0, section 3.3)."""

from typing import Final

from insignia.cryptosuites.canonical_json import CANONICAL_JSON
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.keys import KeyType

SUITE: Final = DataIntegritySuite("ecdsa-jcs-2019", frozenset({KeyType.P256, KeyType.P384}), CANONICAL_JSON)
