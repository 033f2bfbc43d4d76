"""An Open Badges 2.0 signed badge, verified without network: definition, profile, key and revocation list
come from memory.

    python benchmarks/open_badges_2.py        the median in milliseconds, RS256 and ES256, on one core

Each round parses the token and makes every check of the strict policy; parsed keys are kept between rounds,
as in a process that verifies many badges of one issuer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from insignia import credential, issuing, openbadges2
from insignia.keys import KeyType, SecretKey
from insignia.multibase import base64url_encode
from insignia.resolver import MapResolver
from insignia.verification import verify
from installing import on_one_core

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DESCRIPTION = {
    "achievement": {
        "name": "Bicycle repair",
        "description": "Takes a bicycle apart, mends what is broken and puts it together again.",
        "criteria": {"narrative": "Mends a tyre, sets the gears, trues a wheel. " * 8},
        "image": "https://badges.example.org/repair.png",
        "skills": [{"name": f"Skill {n}", "url": f"https://esco.example/{n}"} for n in range(4)],
    },
    "recipient": "ann@example.org",
    "issuer": {
        "id": "https://badges.example.org/ann/issuer.json",
        "name": "Cycling School",
        "url": "https://badges.example.org",
        "email": "school@example.org",
    },
    "evidence": [{"url": "https://badges.example.org/work", "narrative": "Her own bicycle. " * 10}],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=500)
    options = parser.parse_args()
    on_one_core()
    for name, secret in (("RS256", rsa_key()), ("ES256", SecretKey.generate(KeyType.P256, seed))):
        once = verifier(secret)
        for _ in range(20):
            once()
        times = []
        for _ in range(options.rounds):
            start = time.perf_counter()
            once()
            times.append((time.perf_counter() - start) * 1e3)
        print(f"Open Badges 2.0, signed, {name}: {statistics.median(times):.3f} ms (median of {len(times)})")


def verifier(secret: SecretKey) -> Callable[[], None]:
    """Verifies one badge of that key."""
    names = (f"urn:uuid:00000000-0000-4000-8000-{n:012}" for n in range(1, 100))
    document = issuing.draft(DESCRIPTION, now=NOW, identifier=lambda: next(names))
    addresses = openbadges2.Addresses.below("https://badges.example.org/ann")
    published = openbadges2.publish(document, addresses=addresses, key=secret.public_key)
    token = openbadges2.sign(published.assertion, secret)
    revoked = [(f"urn:uuid:00000000-0000-4000-9000-{n:012}", "") for n in range(100)]
    documents = {
        **published.documents,
        addresses.revocation_list: openbadges2.revocation_list(
            addresses.revocation_list, addresses.issuer, revoked
        ),
    }
    resolver = MapResolver({url: json.dumps(value).encode() for url, value in documents.items()})

    def once() -> None:
        report = verify(credential.parse(token), resolver=resolver, now=NOW)
        assert report.valid, report

    return once


def rsa_key() -> SecretKey:
    """A new RSA key of 2048 bits."""
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    members = {"n": numbers.public_numbers.n, "e": numbers.public_numbers.e, "d": numbers.d}
    members |= {"p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    octets = {name: value.to_bytes((value.bit_length() + 7) // 8) for name, value in members.items()}
    return SecretKey.from_jwk({"kty": "RSA", **{name: base64url_encode(o) for name, o in octets.items()}})


def seed(size: int) -> bytes:
    """The same key each time."""
    return bytes(range(1, size + 1))


if __name__ == "__main__":
    main()
