"""Servers for the tests of the embed: an issuer of any kind, and pages of a website with a strict policy."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc.jwk import RSAKey

from insignia import jsonld
from insignia.contexts import CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.credential import parse
from insignia.issuing import IssuerKey, issue
from insignia.keys import KeyType, SecretKey
from insignia.proof import signed_form
from insignia.resolver import OfflineResolver
from insignia.status_list import BitstringStatusList, status_list_credential

LOADER = jsonld.bundled_loader(OfflineResolver())
KEY = "01a21577-0000-7000-8000-000000000001"
LIST = "01a21577-0000-7000-8000-00000000000f"


@dataclass
class Site:
    """A web server: `pages` maps a path to its content, media type and more headers."""

    port: int
    pages: dict[str, tuple[bytes, str, dict[str, str]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def put_json(self, path: str, value: Any) -> None:
        self.pages[path] = (
            json.dumps(value).encode(),
            "application/json",
            {"Access-Control-Allow-Origin": "*"},
        )

    def put_page(self, path: str, body: str, policy: str, *, head: str = "", lang: str = "en") -> str:
        """A page with this Content-Security-Policy; its address."""
        text = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A page</title>'
            '<meta name="viewport" content="width=device-width">'
            f'<meta name="color-scheme" content="light dark">'
            f"{head}</head><body><main><h1>A page of somebody else</h1>{body}</main></body></html>"
        )
        headers = {"Content-Security-Policy": policy}
        self.pages[path] = text.encode(), "text/html; charset=utf-8", headers
        return self.url + path


@contextmanager
def serve() -> Iterator[Site]:
    """A site on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content, media_type, headers = site.pages.get(self.path, (b"", "text/plain", {}))
            self.send_response(200 if self.path in site.pages else 404)
            for name, value in {"Content-Type": media_type, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def texts(content: bytes) -> dict[str, str]:
    """What a server gives beside signed bytes."""
    secured = parse(content)
    if secured.jwt is not None:
        return {"jwt": content.decode()}
    form = signed_form(secured.document, loader=LOADER)
    return {
        "cryptosuite": form.suite,
        "document": form.document.decode(),
        "proof": form.configuration.decode(),
        "proofValue": form.proof_value,
    }


@dataclass(frozen=True, slots=True)
class OwnKey(IssuerKey):
    """A key of the issuer, also where its `kid` is an address on the web."""

    did: str

    @property
    def controller(self) -> str:
        return self.did


@dataclass
class Issuer:
    """An issuer on a site of its own, with a key of each kind."""

    site: Site
    purpose: str = "revocation"

    def __post_init__(self) -> None:
        self.keys = {
            "eddsa": SecretKey.generate(KeyType.ED25519, os.urandom),
            "ecdsa": SecretKey.generate(KeyType.P256, os.urandom),
            "ob": rsa_key(),
        }
        self.put_did()
        self.put_list()

    @property
    def did(self) -> str:
        return f"did:web:localhost%3A{self.site.port}"

    @property
    def page(self) -> str:
        return f"{self.site.url}/badges/{KEY}/"

    def did_document(self) -> dict[str, Any]:
        methods: list[dict[str, Any]] = []
        for name, key in self.keys.items():
            method = {"id": f"{self.did}#{name}", "controller": self.did}
            if name == "ob":
                jwk = {**key.public_key.to_jwk(), "kid": name}
                methods.append({**method, "type": "JsonWebKey", "publicKeyJwk": jwk})
            else:
                multikey = key.public_key.to_multikey()
                methods.append({**method, "type": "Multikey", "publicKeyMultibase": multikey})
        names = [one["id"] for one in methods]
        return {"id": self.did, "verificationMethod": methods, "assertionMethod": names}

    def put_did(self, **changes: Any) -> None:
        self.site.put_json("/.well-known/did.json", {**self.did_document(), **changes})

    def sign(self, document: dict[str, Any], suite: str = "eddsa-rdfc-2022") -> dict[str, str]:
        name = suite.partition("-")[0]
        method = f"{self.site.url}/keys/ob.json" if name == "ob" else f"{self.did}#{name}"
        key = OwnKey(self.keys[name], method, self.did)
        return texts(issue(document, key=key, suite=suite, created=datetime.now(UTC), loader=LOADER))

    def put_badge(self, suite: str = "eddsa-rdfc-2022", **members: Any) -> dict[str, str]:
        """Signed and served; what the server says of it."""
        signed = self.sign(self.document(**members), suite)
        self.site.put_json(f"/credentials/{KEY}.nq.json", signed)
        return signed

    def document(self, **members: Any) -> dict[str, Any]:
        achievement = {
            "id": f"{self.site.url}/achievements/1.json",
            "type": ["Achievement"],
            "name": 'Tides and "Currents" <b>',
            "description": "Reads the sea.",
            "criteria": {"narrative": "Sail."},
        }
        given: dict[str, Any] = {
            "@context": [CREDENTIALS_V2, OPEN_BADGES_3_0_3],
            "id": f"urn:uuid:{KEY}",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": "Tides",
            "issuer": {"id": self.did, "type": ["Profile"], "name": "Nordhaven University"},
            "validFrom": moment(-1),
            "credentialSubject": {
                "id": "did:example:zoe",
                "type": ["AchievementSubject"],
                "achievement": achievement,
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityHash": "Zoë Ωmega",
                        "identityType": "name",
                    }
                ],
            },
            "credentialStatus": {
                "id": f"{self.list_url}#5",
                "type": "BitstringStatusListEntry",
                "statusPurpose": self.purpose,
                "statusListIndex": "5",
                "statusListCredential": self.list_url,
            },
        }
        if self.purpose == "message":
            words = ("valid", "suspended", "revoked", "reserved")
            given["credentialStatus"] |= {
                "statusSize": 2,
                "statusMessage": [{"status": hex(at), "message": word} for at, word in enumerate(words)],
            }
        return {**given, **members}

    @property
    def list_url(self) -> str:
        return f"{self.site.url}/status/{LIST}.json"

    def put_list(self, value: int = 0, *, url: str = "", **members: Any) -> dict[str, str]:
        """The list in which only place 5 may be set."""
        bits = BitstringStatusList(size=2 if self.purpose == "message" else 1)
        bits.set(5, value)
        document = status_list_credential(
            url=url or self.list_url,
            issuer=self.did,
            purpose=self.purpose,
            encoded_list=bits.encode(),
            valid_from=moment(-1),
        )
        signed = self.sign({**document, **members})
        self.site.put_json(f"/status/{LIST}.nq.json", signed)
        return signed


@cache
def rsa_key() -> SecretKey:
    """Made once, since it takes long."""
    return SecretKey.from_jwk(RSAKey.generate_key(2048).as_dict(private=True))


def moment(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
