"""A key that lives in another process: the server asks it to sign and never sees it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from insignia import credential, issuing, jsonld
from insignia.keys import PublicKey, Signer
from insignia.resolver import OfflineResolver
from insignia.verification import verify
from insignia_server.issuers import documents, keylog, remote, services, signing
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.issuers.remote import KeyPlace, KeyUnavailable, register_signer
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
LOADER = jsonld.bundled_loader(OfflineResolver())
CHILD = """
import base64, json, os, sys
from insignia.keys import KeyType, SecretKey
keys = {}
for line in sys.stdin:
    ask = json.loads(line)
    name = ask["reference"]
    if name.startswith("missing"):
        print(json.dumps({"error": "no such key"}), flush=True)
        continue
    key = keys.setdefault(name, SecretKey.generate(KeyType(ask["type"]), os.urandom))
    answer = {"public": key.public_key.to_jwk()}
    if "data" in ask:
        signature = key.sign(base64.b64decode(ask["data"]), ask["algorithm"])
        answer["signature"] = base64.b64encode(signature).decode()
    print(json.dumps(answer), flush=True)
"""


class Vault:
    """A key service in a second process, spoken to over a pipe."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lock = threading.Lock()
        self.signed = 0

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        with self.lock:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise KeyUnavailable(answer["error"])
        return answer

    def factory(self, place: KeyPlace) -> Signer:
        kind = place.algorithm if not place.reference.startswith("wrong") else "P-384"
        public = PublicKey.from_jwk(self.ask(reference=place.reference, type=kind)["public"])
        return VaultSigner(self, place.reference, public)

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


class VaultSigner:
    """One key of the vault."""

    def __init__(self, vault: Vault, reference: str, public_key: PublicKey) -> None:
        self.vault, self.reference, self._public = vault, reference, public_key

    @property
    def public_key(self) -> PublicKey:
        return self._public

    def sign(self, data: bytes, algorithm: str) -> bytes:
        self.vault.signed += 1
        answer = self.vault.ask(
            reference=self.reference,
            type=self._public.key_type.value,
            data=base64.b64encode(data).decode(),
            algorithm=algorithm,
        )
        return base64.b64decode(answer["signature"])


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vault]:
    monkeypatch.setattr(remote, "_factories", {})
    found = Vault()
    register_signer("vault", found.factory)
    yield found
    found.close()


@pytest.fixture
def operator(owner: Actor) -> Actor:
    return replace(owner, kind="operator")


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "vc-jwt"])
def test_an_issuer_whose_keys_live_elsewhere(
    vault: Vault, operator: Actor, scoped: Organisation, draft: Callable[..., dict[str, Any]], suite: str
) -> None:
    """Issue 3: 'a signer interface that a KMS can implement'."""
    issuer = services.create_issuer(
        by=operator, name="Arts", kms={"Ed25519": "vault:arts-1", "P-256": "vault:arts:2"}, now=NOW
    )
    assert all(key.sealed is None for key in SigningKey.objects.all())
    assert set(SigningKey.objects.values_list("kms", flat=True)) == {"vault:arts-1", "vault:arts:2"}
    key = signing.signer(issuer, signing.algorithm_of(suite))
    content = issuing.issue(
        draft(documents.profile(issuer)), key=key, suite=suite, created=NOW, loader=LOADER
    )
    assert verify(credential.parse(content), resolver=LocalResolver(), now=NOW).valid
    assert vault.signed == 3, "two entries of the key log and the credential"
    assert len(keylog.read(documents.key_log(issuer)).keys) == 2


def test_a_key_moves_to_the_vault_by_rotation(vault: Vault, issuer: Issuer, operator: Actor) -> None:
    new = services.rotate_key(by=operator, key=signing.active_key(issuer, "Ed25519"), kms="vault:new")
    assert (new.kms, new.sealed) == ("vault:new", None)
    newer = services.rotate_key(by=operator, key=new, kms="vault:newer")
    assert signing.active_key(issuer, "Ed25519") == newer
    assert len(keylog.read(documents.key_log(issuer)).keys) == 4


def test_a_key_does_not_slip_out_of_the_vault(
    vault: Vault, issuer: Issuer, operator: Actor, owner: Actor
) -> None:
    key = services.rotate_key(by=operator, key=signing.active_key(issuer, "Ed25519"), kms="vault:new")
    with pytest.raises(Refused, match="The operator names the one that follows"):
        services.rotate_key(by=owner, key=key)
    assert services.report_compromised(by=owner, key=key, since=NOW).kms == ""


def test_an_rsa_key_in_the_vault_signs_rs256_only(vault: Vault, issuer: Issuer, operator: Actor) -> None:
    public = signing.ob_jwt_key(issuer).signer.public_key

    class Fixed:
        public_key = PublicKey(public.key_type, public.material)

        def sign(self, data: bytes, algorithm: str) -> bytes:
            raise AssertionError

    register_signer("fixed", lambda place: Fixed())
    other = services.create_issuer(by=operator, name="Other")
    key = services.add_key(by=operator, issuer=other, algorithm="RSA", kms="fixed:1")
    assert key.public_jwk["alg"] == "RS256"


def test_no_tenant_names_a_key_of_the_instance(vault: Vault, issuer: Issuer, owner: Actor) -> None:
    key = signing.active_key(issuer, "Ed25519")
    for call in (
        lambda: services.create_issuer(by=owner, name="X", kms={"Ed25519": "vault:arts-1"}),
        lambda: services.rotate_key(by=owner, key=key, kms="vault:arts-1"),
        lambda: services.add_key(by=owner, issuer=issuer, algorithm="RSA", kms="vault:arts-1"),
        lambda: services.report_compromised(by=owner, key=key, since=NOW, kms="vault:arts-1"),
    ):
        with pytest.raises(Forbidden, match="Only the operator"):
            call()
    assert Issuer.objects.count() == 1


def test_a_key_that_is_not_there_changes_nothing(vault: Vault, issuer: Issuer, operator: Actor) -> None:
    key = signing.active_key(issuer, "Ed25519")
    for kms, words in (
        ("missing:1", r"expected a registered scheme \(vault\) in 'missing:1'"),
        ("vault:missing", "no such key"),
        ("vault:wrong", "expected a key of Ed25519 at vault:wrong, got P-384"),
    ):
        with pytest.raises(KeyUnavailable, match=words):
            services.rotate_key(by=operator, key=key, kms=kms)
    assert signing.active_key(issuer, "Ed25519") == key


def test_another_key_at_the_same_place_is_noticed(vault: Vault, issuer: Issuer, operator: Actor) -> None:
    key = services.rotate_key(by=operator, key=signing.active_key(issuer, "Ed25519"), kms="vault:new")
    signing.signer(issuer, "Ed25519")
    SigningKey.objects.filter(pk=key.pk).update(kms="vault:swapped")
    signing.forget(key.pk)
    with pytest.raises(KeyUnavailable, match="vault:swapped is another one than"):
        signing.signer(issuer, "Ed25519")


def made_elsewhere(place: KeyPlace) -> Signer:
    raise KeyUnavailable(f"asked for {place.reference}")


def test_schemes_come_from_the_settings_too(
    settings: Any, monkeypatch: pytest.MonkeyPatch, issuer: Issuer, operator: Actor
) -> None:
    monkeypatch.setattr(remote, "_factories", {})
    monkeypatch.setattr(remote, "elsewhere", made_elsewhere, raising=False)
    settings.KEY_SIGNERS = {"elsewhere": "insignia_server.issuers.remote.elsewhere"}
    key = signing.active_key(issuer, "Ed25519")
    for _ in range(2):
        with pytest.raises(KeyUnavailable, match="asked for arts"):
            services.rotate_key(by=operator, key=key, kms="elsewhere:arts")
    with pytest.raises(KeyUnavailable, match=r"\(elsewhere\)"):
        services.rotate_key(by=operator, key=key, kms="other:arts")


def test_a_scheme_is_a_scheme() -> None:
    with pytest.raises(ValueError, match="a scheme like 'vault'"):
        register_signer("Not a scheme", made_elsewhere)


def test_the_operator_connects_a_key(
    vault: Vault, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("connect_key", "faculty-of-arts", "Ed25519", "vault:arts-1")
    key = signing.active_key(issuer, "Ed25519")
    assert key.kms == "vault:arts-1"
    assert f"{issuer.did}#{key.fragment} signs from now on" in capsys.readouterr().out
    SigningKey.objects.filter(pk=signing.active_key(issuer, "P-256").pk).update(state="retired")
    call_command("connect_key", "faculty-of-arts", "P-256", "vault:arts-2")
    assert signing.active_key(issuer, "P-256").kms == "vault:arts-2"


def test_what_cannot_be_connected_is_said(vault: Vault, issuer: Issuer) -> None:
    with pytest.raises(CommandError, match="no issuer profile with the address 'nobody'"):
        call_command("connect_key", "nobody", "Ed25519", "vault:arts-1")
    with pytest.raises(CommandError, match="no such key"):
        call_command("connect_key", "faculty-of-arts", "Ed25519", "vault:missing")
    with pytest.raises(CommandError, match="expected a registered scheme"):
        call_command("connect_key", "faculty-of-arts", "Ed25519", "arts-1")
