"""An authority of our own in the place of Apple's, and a service account in the place of Google's."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from tests.server.public.conftest import achievement, issuer, make_award, version

__all__ = ["achievement", "issuer", "make_award", "version"]
NOW = dt.datetime.now(dt.UTC)


def name(**parts: str) -> x509.Name:
    kinds = {"common": NameOID.COMMON_NAME, "user": NameOID.USER_ID, "unit": NameOID.ORGANIZATIONAL_UNIT_NAME}
    return x509.Name([x509.NameAttribute(kinds[kind], value) for kind, value in parts.items()])


def certificate(
    subject: x509.Name, key: rsa.RSAPrivateKey, by: x509.Name, by_key: rsa.RSAPrivateKey, *, ca: bool
) -> x509.Certificate:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - dt.timedelta(days=1))
    builder = builder.not_valid_after(NOW + dt.timedelta(days=30))
    return builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True).sign(
        by_key, hashes.SHA256()
    )


def pem(key: rsa.RSAPrivateKey, password: str = "") -> bytes:
    hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)


@pytest.fixture(scope="session")
def keys() -> dict[str, rsa.RSAPrivateKey]:
    """Made once: root, intermediate, pass, google."""
    return {
        one: rsa.generate_private_key(public_exponent=65537, key_size=2048)
        for one in ("root", "intermediate", "pass", "google")
    }


@pytest.fixture
def apple_files(tmp_path: Path, keys: dict[str, rsa.RSAPrivateKey]) -> dict[str, str]:
    """The files of APPLE_WALLET, and the root to check with."""
    root, middle = name(common="Root"), name(common="WWDR")
    mine = name(user="pass.example.badges", common="Pass Type ID: pass.example.badges", unit="A1B2C3D4E5")
    made = {
        "root": certificate(root, keys["root"], root, keys["root"], ca=True),
        "intermediate": certificate(middle, keys["intermediate"], root, keys["root"], ca=True),
        "certificate": certificate(mine, keys["pass"], middle, keys["intermediate"], ca=False),
    }
    for file, one in made.items():
        (tmp_path / file).write_bytes(one.public_bytes(Encoding.PEM))
    (tmp_path / "key").write_bytes(pem(keys["pass"], "s3cret"))
    files = {one: str(tmp_path / one) for one in ("certificate", "key", "intermediate")}
    return {**files, "key_password": "s3cret"}


@pytest.fixture
def google_files(tmp_path: Path, keys: dict[str, rsa.RSAPrivateKey]) -> dict[str, str]:
    """The members of GOOGLE_WALLET."""
    account = {
        "client_email": "badges@example.iam.gserviceaccount.com",
        "private_key": pem(keys["google"]).decode(),
    }
    (tmp_path / "account.json").write_text(json.dumps(account))
    return {"issuer": "3388000000012345678", "service_account": str(tmp_path / "account.json")}
