"""`insignia keygen` and `insignia did`."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from insignia import did
from insignia.cli import keyfile
from insignia.keys import PublicKey, SecretKey

from .conftest import Run


@pytest.mark.parametrize(
    ("options", "start"),
    [
        ((), "did:key:z6Mk"),
        (("--type", "p-256"), "did:key:zDna"),
        (("--type", "p-384", "--format", "jwk"), "did:key:z82"),
        (("--type", "rsa"), "did:jwk:"),
        (("--did", "jwk"), "did:jwk:"),
        (("--did", "did:web:example.org:badges"), "did:web:example.org:badges"),
        (("--did", "https://example.org/issuer"), "https://example.org/issuer"),
    ],
)
def test_makes_a_key_that_only_its_owner_reads(insignia: Run, options: tuple[str, ...], start: str) -> None:
    made = insignia("keygen", "key.json", *options)
    assert made.code == 0
    identifier = made.out.strip()
    assert identifier.startswith(start)
    path = Path("key.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_text()
    assert identifier in content
    shown = insignia("did", "show", "key.json")
    assert shown.code == 0
    assert f"issues as   {identifier}\n" in shown.out
    secret = json.loads(content).get("secretKeyMultibase") or json.loads(content)["d"]
    assert secret not in made.out + made.err + shown.out


def test_never_overwrites_a_key(insignia: Run) -> None:
    insignia("keygen", "key.json")
    before = Path("key.json").read_bytes()
    again = insignia("keygen", "key.json")
    assert again.code == 2
    assert again.err == (
        "insignia keygen: key.json exists already\n  → choose another name, or move it away first\n"
    )
    assert Path("key.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--type", "rsa", "--format", "multikey"), "RSA keys have no Multikey form"),
        (("--did", "did:web:127.0.0.1"), "did:web:127.0.0.1 cannot be a did:web"),
        (("--did", "example.org"), "--did cannot be 'example.org'"),
    ],
)
def test_refuses_what_cannot_be(insignia: Run, options: tuple[str, ...], message: str) -> None:
    made = insignia("keygen", "key.json", *options)
    assert made.code == 2
    assert message in made.err
    assert not Path("key.json").exists()


def test_show_tells_where_a_did_web_is_published(insignia: Run) -> None:
    insignia("keygen", "key.json")
    shown = insignia("did", "show", "key.json", "--web", "example.org/badges").out
    assert "did:web     did:web:example.org:badges\n" in shown
    assert "publish at  https://example.org/badges/did.json\n" in shown
    insignia("keygen", "web.json", "--did", "did:web:example.org")
    shown = insignia("did", "show", "web.json").out
    assert "publish at  https://example.org/.well-known/did.json\n" in shown
    bad = insignia("did", "show", "key.json", "--web", "a b")
    assert bad.code == 2
    assert "a b cannot be a did:web" in bad.err


def test_the_document_of_a_did_web(insignia: Run) -> None:
    insignia("keygen", "new.json", "--did", "did:web:example.org")
    insignia("keygen", "old.json", "--did", "did:web:example.org", "--type", "rsa")
    made = insignia("did", "document", "new.json", "old.json")
    assert "Publish this document at https://example.org/.well-known/did.json" in made.err
    document = json.loads(made.out)
    assert document["id"] == "did:web:example.org"
    new, old = document["verificationMethod"]
    assert document["assertionMethod"] == [new["id"], old["id"]]
    assert PublicKey.from_multikey(new["publicKeyMultibase"])
    assert PublicKey.from_jwk(old["publicKeyJwk"])
    assert "secretKeyMultibase" not in made.out
    assert "https://w3id.org/security/jwk/v1" in document["@context"]
    to_file = insignia("did", "document", "new.json", "-o", "did.json")
    assert to_file.out == ""
    assert json.loads(Path("did.json").read_text())["id"] == "did:web:example.org"


def test_a_did_key_needs_no_document(insignia: Run) -> None:
    insignia("keygen", "key.json")
    insignia("keygen", "web.json", "--did", "did:web:example.org")
    assert "its own document" in insignia("did", "document", "key.json").err
    assert "different issuers" in insignia("did", "document", "web.json", "key.json").err
    made = insignia("did", "document", "key.json", "--did", "did:web:example.com:a")
    assert json.loads(made.out)["id"] == "did:web:example.com:a"
    https = insignia("did", "document", "key.json", "--did", "https://example.com/issuer")
    assert "Publish this document at https://example.com/issuer" in https.err


def test_resolve(insignia: Run) -> None:
    identifier = insignia("keygen", "key.json").out.strip()
    found = insignia("did", "resolve", identifier, "--offline")
    assert json.loads(found.out)["assertionMethod"]
    assert found.err == "(from the identifier itself)\n"
    offline = insignia("did", "resolve", "did:web:example.org", "--offline")
    assert offline.code == 2
    assert "leave out --offline" in offline.err
    assert insignia("did", "resolve", "did:key:zzz", "--offline").code == 2


SEED = SecretKey.from_seed(bytes(range(32)))


def test_key_files_of_others_are_read(insignia: Run) -> None:
    own = did.did_key(SEED.public_key)
    Path("raw").write_text(SEED.to_multikey() + "\n")
    Path("jwk").write_text(json.dumps(SEED.to_jwk()))
    Path("named").write_text(json.dumps(SEED.to_jwk() | {"kid": "did:web:example.org#one"}))
    for name in ("raw", "jwk"):
        assert f"issues as   {own}\n" in insignia("did", "show", name).out
    assert "issues as   did:web:example.org\n" in insignia("did", "show", "named").out
    document = json.loads(insignia("did", "document", "named", "--did", "did:web:example.org").out)
    assert document["verificationMethod"][0]["id"] == "did:web:example.org#one"
    document = json.loads(insignia("did", "document", "raw", "--did", "did:web:example.org#two").out)
    assert document["id"] == "did:web:example.org"
    assert document["assertionMethod"] == ["did:web:example.org#two"]
    assert keyfile.method_of("did:jwk:abc", SEED.public_key) == "did:jwk:abc#0"


def test_a_key_that_others_can_read_is_noted(insignia: Run) -> None:
    insignia("keygen", "key.json")
    assert insignia("did", "show", "key.json").err == ""
    Path("key.json").chmod(0o644)
    note = "Note: others on this computer can read key.json; keep it to yourself: chmod 600 key.json\n"
    assert insignia("did", "show", "key.json").err == note
    assert insignia("did", "show", "-", stdin=Path("key.json").read_bytes()).err == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot read a secret key from key"),
        (b"{}", "there is no secret key in key"),
        (b"[1]", "there is no secret key in key"),
        (json.dumps(SEED.public_key.to_jwk()).encode(), "there is no secret key in key"),
        (b"zABC", "cannot read a secret key from key"),
        (json.dumps(SEED.to_jwk() | {"x": "AAAA"}).encode(), "cannot read a secret key from key"),
        (b"-----BEGIN PRIVATE KEY-----", "key is a PEM file"),
    ],
)
def test_what_is_no_key_file(insignia: Run, content: bytes, message: str) -> None:
    Path("key").write_bytes(content)
    Path("key").chmod(0o600)
    shown = insignia("did", "show", "key")
    assert shown.code == 2
    assert shown.err.startswith(f"insignia did: {message}")
    assert "insignia keygen" in shown.err
    assert SEED.to_jwk()["d"] not in shown.err
