"""Secret keys in files: a Multikey or a JWK as JSON, which also names the DID that the key belongs to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insignia.cli.boundary import CommandError, doing
from insignia.cli.files import name_of, read, replacing
from insignia.cli.session import Session

if TYPE_CHECKING:
    from insignia.keys import PublicKey, SecretKey

_ADVICE = "make a key with: insignia keygen issuer-key.json"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A secret key, the DID or https URL of who signs with it, and the URL of its verification method."""

    secret: SecretKey
    controller: str
    verification_method: str


def default_did(key: PublicKey) -> str:
    """did:key where the key has a Multikey form that others read, else did:jwk."""
    from insignia import did
    from insignia.keys import KeyType

    return did.did_jwk(key) if key.key_type in (KeyType.RSA, KeyType.P521) else did.did_key(key)


def method_of(controller: str, key: PublicKey) -> str:
    """The URL of a key's verification method: what the DID method fixes, else `#key-` + thumbprint."""
    if controller.startswith("did:key:"):
        return f"{controller}#{controller.removeprefix('did:key:')}"
    if controller.startswith("did:jwk:"):
        return f"{controller}#0"
    return f"{controller}#key-{key.thumbprint()[:8]}"


def save(path: Path, key: KeyFile, form: str) -> None:
    """Write a new key file that only its owner can read. `form` is `multikey` or `jwk`."""
    if form == "jwk":
        content: dict[str, Any] = {**key.secret.to_jwk(), "kid": key.verification_method}
    else:
        content = {
            "@context": "https://w3id.org/security/multikey/v1",
            "id": key.verification_method,
            "type": "Multikey",
            "controller": key.controller,
            "publicKeyMultibase": key.secret.public_key.to_multikey(),
            "secretKeyMultibase": key.secret.to_multikey(),
        }
    with replacing(path, mode=0o600) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")


def load(source: str, session: Session, *, controller: str | None = None) -> KeyFile:
    """Read a key file. `controller`, where given, replaces the DID that the file names.

    Raises CommandError; no message shows any part of a secret.
    """
    from insignia import strict_json
    from insignia.keys import SecretKey

    data = read(source, session)
    if source != "-" and os.name == "posix" and Path(source).stat().st_mode & 0o077:
        session.say(
            f"Note: others on this computer can read {source}; keep it to yourself: chmod 600 {source}"
        )
    if data.startswith(b"-----BEGIN"):
        raise CommandError(
            f"{name_of(source)} is a PEM file, and a JWK or Multikey is needed",
            advice="convert it with: openssl pkey … | a JWK tool; or " + _ADVICE,
        )
    with doing(f"cannot read a secret key from {name_of(source)}", _ADVICE):
        if data.strip()[:1] == b"z":
            value: Any = {"secretKeyMultibase": data.decode("ascii", "replace").strip()}
        else:
            value = strict_json.loads(data)
        if not isinstance(value, dict) or not value.keys() & {"d", "secretKeyMultibase"}:
            raise CommandError(f"there is no secret key in {name_of(source)}", advice=_ADVICE)
        if "secretKeyMultibase" in value:
            secret = SecretKey.from_multikey(value["secretKeyMultibase"], value.get("publicKeyMultibase"))
        else:
            secret = SecretKey.from_jwk(value)
    named = str(value.get("id" if "secretKeyMultibase" in value else "kid") or "")
    return _with_controller(secret, named, controller)


def _with_controller(secret: SecretKey, named: str, controller: str | None) -> KeyFile:
    owner, mark, _ = named.partition("#")
    if mark and owner.startswith(("did:", "https://")) and controller in (None, owner):
        return KeyFile(secret, owner, named)
    owner = controller or default_did(secret.public_key)
    if "#" in owner:
        return KeyFile(secret, owner.partition("#")[0], owner)
    return KeyFile(secret, owner, method_of(owner, secret.public_key))
