"""Ed25519Signature2020: Ed25519 over RDFC-1.0 (Data Integrity EdDSA Cryptosuites 1.0, appendix B).

An older proof type that is still widely issued; its terms come from its own context.
"""

from typing import Final

from insignia.cryptosuites.rdfc import RDFC
from insignia.cryptosuites.suite import DataIntegritySuite
from insignia.keys import KeyType

CONTEXT: Final = "https://w3id.org/security/suites/ed25519-2020/v1"
SUITE: Final = DataIntegritySuite(
    "Ed25519Signature2020",
    frozenset({KeyType.ED25519}),
    RDFC,
    proof_type="Ed25519Signature2020",
    required=("created",),
    context=CONTEXT,
)
