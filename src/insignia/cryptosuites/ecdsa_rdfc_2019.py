"""ecdsa-rdfc-2019: P-256 with SHA-256 or P-384 with SHA-384, over RDFC-1.0 with the same hash
(Data Integrity ECDSA Cryptosuites 1.0, section 3.2)."""

from typing import Final

from insignia.cryptosuites.rdfc import RDFC
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.keys import KeyType

SUITE: Final = DataIntegritySuite("ecdsa-rdfc-2019", frozenset({KeyType.P256, KeyType.P384}), RDFC)
