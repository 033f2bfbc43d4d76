"""`insignia keygen`."""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import TYPE_CHECKING

from insignia.cli import keyfile
from insignia.cli.boundary import UsageError, doing
from insignia.cli.session import OK, Session

if TYPE_CHECKING:
    from insignia.keys import SecretKey

_TYPES = {"ed25519": "Ed25519", "p-256": "P-256", "p-384": "P-384", "rsa": "RSA"}
_EXAMPLES = """\
examples:
  insignia keygen issuer-key.json
      an Ed25519 key with a did:key: nothing to publish, ready to issue with
  insignia keygen issuer-key.json --did did:web:badges.example.org
      a key for the issuer that people know by its domain; then publish what
      `insignia did document issuer-key.json` prints
  insignia keygen rsa-key.json --type rsa
      for receivers that only know RS256

The file is readable by you alone. Who has it can issue in your name: keep a copy in a safe
place and show it to nobody. An existing file is never overwritten."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("file", metavar="FILE", help="where to write the secret key")
    parser.add_argument(
        "--type",
        choices=_TYPES,
        default="ed25519",
        help="kind of key (default ed25519: small, fast, read by everyone who reads Open Badges 3.0)",
    )
    parser.add_argument(
        "--format",
        choices=("multikey", "jwk"),
        help="how it is written (default multikey, jwk for RSA; Insignia reads both)",
    )
    parser.add_argument(
        "--did",
        metavar="DID",
        default="key",
        help="`key` (default), `jwk`, or the issuer's own did:web:… or https URL",
    )


def run(options: argparse.Namespace, session: Session) -> int:
    """Make a key and say what to do with it."""
    from insignia.keys import KeyType, SecretKey

    key_type = KeyType(_TYPES[options.type])
    if key_type is KeyType.RSA and options.format == "multikey":
        raise UsageError("RSA keys have no Multikey form", advice="leave out --format, or use --format jwk")
    secret = _rsa() if key_type is KeyType.RSA else SecretKey.generate(key_type, session.random)
    controller = _controller(options.did, secret)
    key = keyfile.KeyFile(secret, controller, keyfile.method_of(controller, secret.public_key))
    form = options.format or ("jwk" if key_type is KeyType.RSA else "multikey")
    keyfile.save(Path(options.file), key, form)
    session.say(f"Made a secret {key_type} key in {options.file}, which only you can read.")
    session.say("Its DID, the id of who issues with it:")
    session.print(controller)
    session.say(_next(options.file, controller))
    return OK


def _controller(did: str, secret: SecretKey) -> str:
    from insignia import did as dids
    from insignia.keys import KeyType

    key = secret.public_key
    if did == "key":
        return keyfile.default_did(key)
    if did == "jwk":
        return dids.did_jwk(key)
    if did.startswith("did:web:"):
        with doing(f"{did} cannot be a did:web", "write a domain and a path as did:web:example.org:badges"):
            dids.did_web_url(did)
        return did
    if did.startswith("https://") and "#" not in did and key.key_type is not KeyType.RSA:
        return did
    raise UsageError(f"--did cannot be {did!r}", advice="give `key`, `jwk`, did:web:… or an https URL")


def _next(file: str, controller: str) -> str:
    if controller.startswith(("did:key:", "did:jwk:")):
        return f"Next: insignia issue badge.toml --key {file} -o badge.json"
    return f"Next: publish the document that this prints: insignia did document {file}"


def _rsa() -> SecretKey:
    """3072 bits: NIST SP 800-57 part 1, beyond 2030. OpenSSL draws its own randomness."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    from insignia.keys import SecretKey

    numbers = rsa.generate_private_key(65537, 3072).private_numbers()
    public = numbers.public_numbers
    values = {
        "n": public.n,
        "e": public.e,
        "d": numbers.d,
        "p": numbers.p,
        "q": numbers.q,
        "dp": numbers.dmp1,
        "dq": numbers.dmq1,
        "qi": numbers.iqmp,
    }
    return SecretKey.from_jwk({"kty": "RSA", **{name: _base64url(value) for name, value in values.items()}})


def _base64url(value: int) -> str:
    octets = value.to_bytes((value.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
