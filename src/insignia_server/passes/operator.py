"""What the operator gives so that passes can be signed, read and checked at start. Free of Django."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

_TEAM: Final = re.compile(r"[A-Z0-9]{10}", re.ASCII)
_ISSUER: Final = re.compile(r"[0-9]{6,30}", re.ASCII)
_APPLE: Final = (
    'a JSON object such as {"certificate": "/etc/insignia/pass.pem", "key": "/etc/insignia/pass.key", '
    '"intermediate": "/etc/insignia/wwdr.pem"}'
)
_GOOGLE: Final = (
    'a JSON object such as {"issuer": "3388000000012345678", "service_account": "/etc/insignia/google.json"}'
)


@dataclass(frozen=True)
class AppleWallet:
    """A Pass Type ID certificate, its key, and Apple's intermediate certificate (WWDR)."""

    pass_type: str
    team: str
    certificate: x509.Certificate
    intermediate: x509.Certificate
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True)
class GoogleWallet:
    """An issuer account of the Google Wallet API and a service account that may write to it."""

    issuer: str
    email: str
    key: rsa.RSAPrivateKey = field(repr=False)


def apple(text: str) -> AppleWallet | None:
    """From the setting APPLE_WALLET; None where nothing is set.

    Identifiers are read out of the certificate, so that they cannot contradict it. Raises ValueError with
    what is expected; nothing of a key is in it.
    """
    if not text:
        return None
    given = _object(text, _APPLE, ("certificate", "key", "intermediate"), ("key_password",))
    certificate, intermediate = (_certificate(given, name) for name in ("certificate", "intermediate"))
    password, content = given.get("key_password"), _read(given, "key")
    try:
        key = load_pem_private_key(content, password.encode() if password else None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        raise ValueError(f"{_APPLE}; the key is no PEM, or its key_password is another") from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise ValueError(f"{_APPLE}; the key must be RSA or on an elliptic curve")
    if key.public_key() != certificate.public_key():
        raise ValueError(f"{_APPLE}; the key is not that of the certificate")
    pass_type = _subject(certificate, NameOID.USER_ID)
    team = _subject(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)
    if not pass_type.startswith("pass.") or not _TEAM.fullmatch(team):
        raise ValueError(f"{_APPLE}; the certificate is not one of a Pass Type ID")
    return AppleWallet(pass_type, team, certificate, intermediate, key)


def google(text: str) -> GoogleWallet | None:
    """From the setting GOOGLE_WALLET; None where nothing is set. Raises ValueError as `apple` does."""
    if not text:
        return None
    given = _object(text, _GOOGLE, ("issuer", "service_account"))
    if not _ISSUER.fullmatch(given["issuer"]):
        raise ValueError(f"{_GOOGLE}; the issuer is a number of the Google Pay & Wallet Console")
    content = _read(given, "service_account")
    try:
        account = json.loads(content)
        email = account["client_email"]
        key = load_pem_private_key(account["private_key"].encode(), None)
    except (AttributeError, KeyError, TypeError, ValueError, UnsupportedAlgorithm):
        raise ValueError(f"{_GOOGLE}; the file is no key of a service account") from None
    if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(email, str) or "@" not in email:
        raise ValueError(f"{_GOOGLE}; the file is no key of a service account")
    return GoogleWallet(given["issuer"], email, key)


def _object(
    text: str, expected: str, needed: tuple[str, ...], further: tuple[str, ...] = ()
) -> Mapping[str, str]:
    try:
        given: Any = json.loads(text)
    except ValueError:
        raise ValueError(f"{expected}; it is no JSON") from None
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise ValueError(f"{expected}; every value is a text")
    if missing := [name for name in needed if not given.get(name)]:
        raise ValueError(f"{expected}; {', '.join(missing)} is missing")
    if unknown := sorted(given.keys() - {*needed, *further}):
        raise ValueError(f"{expected}; nobody knows {', '.join(unknown)[:100]}")
    return given


def _read(given: Mapping[str, str], name: str) -> bytes:
    try:
        return Path(given[name]).read_bytes()
    except OSError as error:
        raise ValueError(f"paths of files that can be read; {name}: {error.strerror}") from None


def _certificate(given: Mapping[str, str], name: str) -> x509.Certificate:
    content = _read(given, name)
    try:
        if content.startswith(b"-----"):
            return x509.load_pem_x509_certificate(content)
        return x509.load_der_x509_certificate(content)
    except ValueError:
        raise ValueError(f"{_APPLE}; the {name} is no certificate in PEM or DER") from None


def _subject(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(name)
    return str(found[0].value) if found else ""
