"""eddsa-rdfc-2022: Ed25519 over RDFC-1.0 (Data Integrity EdDSA Cryptosuites 1.0, section 3.2)."""

from typing import Final

from insignia.cryptosuites.rdfc import RDFC
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.keys import KeyType

SUITE: Final = DataIntegritySuite("eddsa-rdfc-2022", frozenset({KeyType.ED25519}), RDFC)
# Drafts before 2023 called it eddsa-2022; badges of that time are read.
EARLIER_NAME: Final = DataIntegritySuite("eddsa-2022", frozenset({KeyType.ED25519}), RDFC, read_only=True)
