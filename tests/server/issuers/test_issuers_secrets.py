"""House rule 14: 'Private keys never leave `issuers.signing`'."""

from __future__ import annotations

import base64
import json
import logging
import pickle
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.forms.models import model_to_dict
from django.test import Client

from insignia.keys import SecretKey
from insignia_server.issuers import sealing, services, signing
from insignia_server.issuers.models import Issuer, KeyLogEntry, SigningKey
from insignia_server.kit.sealing import SealBroken
from insignia_server.organisations.actors import Actor


def secrets_of(issuer: Issuer) -> list[bytes]:
    """Every secret of the issuer's keys in the forms in which it could show."""
    found: list[bytes] = []
    for key in SigningKey.objects.filter(issuer=issuer).exclude(sealed=None):
        context = sealing.context_of(issuer.pk, key.fragment)
        jwk = json.loads(sealing.unseal(bytes(key.sealed or b""), context))
        for name in {"d", "p", "q", "dp", "dq", "qi"} & jwk.keys():
            raw = base64.urlsafe_b64decode(jwk[name] + "==")
            found += [
                jwk[name].encode(),
                raw,
                raw.hex().encode(),
                base64.b64encode(raw),
                repr(raw)[2:-1].encode(),
            ]
        if key.algorithm != "RSA":
            found.append(SecretKey.from_jwk(jwk).to_multikey().encode())
    assert len(found) >= 12
    return found


@pytest.fixture
def everything(issuer: Issuer, owner: Actor) -> Issuer:
    """An issuer with a past: RSA key, rotated key, compromised key."""
    signing.ob_jwt_key(issuer)
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"))
    key = signing.active_key(issuer, "P-256")
    services.report_compromised(by=owner, key=key, since=key.created_at)
    for algorithm in signing.ALGORITHMS:
        signing.signer(issuer, algorithm)
    return issuer


def clean(issuer: Issuer, content: bytes | str) -> None:
    data = content.encode() if isinstance(content, str) else content
    for secret in secrets_of(issuer):
        assert secret not in data


def test_the_scan_finds_a_secret(everything: Issuer) -> None:
    with pytest.raises(AssertionError):
        clean(everything, b"..." + secrets_of(everything)[0] + b"...")


def test_not_in_the_database(everything: Issuer) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, memoryview | bytes):
                        clean(everything, bytes(value))
                    else:
                        clean(everything, str(value))


def test_not_in_representations(everything: Issuer) -> None:
    shown: list[Any] = [everything, vars(everything), *KeyLogEntry.objects.all()]
    for key in SigningKey.objects.all():
        shown += [key, vars(key), model_to_dict(key)]
    shown += [signing.signer(everything, algorithm) for algorithm in signing.ALGORITHMS]
    shown += [signing._opened, *signing._opened.values()]
    for value in shown:
        clean(everything, repr(value))
        clean(everything, str(value))
    clean(everything, serializers.serialize("json", SigningKey.objects.all()))


def test_an_opened_key_cannot_be_taken_along(everything: Issuer) -> None:
    for algorithm in signing.ALGORITHMS:
        key = signing.signer(everything, algorithm)
        with pytest.raises(TypeError, match="does not leave its process"):
            pickle.dumps(key)
        assert not hasattr(key.signer, "to_jwk")
        assert not hasattr(key.signer, "to_multikey")
        assert not hasattr(key.signer, "__dict__")
        assert not isinstance(key.signer, SecretKey)


def test_not_in_logs_and_errors(
    issuer: Issuer, owner: Actor, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    signing.ob_jwt_key(issuer)
    services.rotate_key(by=owner, key=signing.active_key(issuer, "Ed25519"))
    clean(issuer, caplog.text)
    known = secrets_of(issuer)
    settings.KEY_ENCRYPTION_KEYS = {"other": bytes(range(32))}
    for key in SigningKey.objects.all():
        signing.forget(key.pk)
    with pytest.raises(SealBroken) as caught:
        signing.signer(issuer, "Ed25519")
    assert not any(secret in str(caught.value).encode() for secret in known)


def test_not_in_answers(everything: Issuer) -> None:
    paths = [f"{name}.json" for name in ("did", "keys", "profile")]
    paths += [f"keys/{key.fragment}.json" for key in SigningKey.objects.all()]
    for path in paths:
        response = Client().get(f"/issuers/{everything.slug}/{path}")
        clean(everything, response.content)
        clean(everything, str(response.headers))
        if path.startswith("keys/") and response.status_code == 200:
            assert response.json().keys() == {"kty", "alg", "n", "e", "kid"}
