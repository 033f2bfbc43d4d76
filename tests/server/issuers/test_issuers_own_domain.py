"""An own domain has to answer the DID document: what to place, and what a job sees there."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from insignia_server.issuers import jobs, own_domain, services, signing
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.jobs import enqueue_due
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain, DomainState, Organisation

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


class WebServer:
    """The organisation's web server: answers `content` at /.well-known/did.json."""

    def __init__(self) -> None:
        self.content: bytes | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = outer.content if self.path == "/.well-known/did.json" else None
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Length", str(len(found or b"")))
                self.end_headers()
                self.wfile.write(found or b"")

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def web(settings: Any) -> Iterator[WebServer]:
    server = WebServer()
    settings.FETCH_MAPS = {"https://nordhaven.example": f"http://127.0.0.1:{server.server.server_port}"}
    yield server
    server.close()


@pytest.fixture
def own(issuer: Issuer, owner: Actor, scoped: Organisation) -> Issuer:
    domain = Domain.objects.create(
        organisation=scoped, name="nordhaven.example", token="t", state=DomainState.PROVED, proved_at=NOW
    )
    return services.use_own_domain(by=owner, issuer=issuer, domain=domain)


def test_what_to_place(own: Issuer) -> None:
    place = own_domain.placement(own)
    assert place.address == "https://nordhaven.example/.well-known/did.json"
    assert place.source == "https://badges.example.test/issuers/faculty-of-arts/did.json"
    assert json.loads(place.content)["id"] == "did:web:nordhaven.example"
    assert f"proxy_pass {place.source};" in place.nginx
    assert place.nginx.count("{") == place.nginx.count("}") == 1
    assert place.apache.endswith(f"ProxyPass /.well-known/did.json {place.source}")
    assert "reverse_proxy https://badges.example.test {" in place.caddy
    assert "rewrite * /issuers/faculty-of-arts/did.json" in place.caddy
    assert place.caddy.count("{") == place.caddy.count("}")


def test_choosing_a_domain_has_it_looked_at(own: Issuer, web: WebServer) -> None:
    web.content = own_domain.placement(own).content
    assert run_pending() == 1
    own.refresh_from_db()
    assert (own.document_seen_at is not None, own.document_detail) == (True, "")
    assert signing.signer(own, "Ed25519").controller == "did:web:nordhaven.example"


def looked(own: Issuer, owner: Actor) -> str:
    services.ask_document_check(by=owner, issuer=own)
    run_pending()
    own.refresh_from_db()
    return own.document_detail


def test_what_is_wrong_is_said(own: Issuer, owner: Actor, web: WebServer) -> None:
    assert "could not be fetched: status 404" in looked(own, owner)
    web.content = b"<html>"
    assert "something else than JSON" in looked(own, owner)
    web.content = b"[]"
    assert "another document than that of did:web:nordhaven.example" in looked(own, owner)
    web.content = b'{"id": "did:web:elsewhere.example"}'
    assert "another document" in looked(own, owner)
    assert own.document_seen_at is None
    web.content = json.dumps(json.loads(own_domain.placement(own).content)).encode()
    assert looked(own, owner) == "", "the same JSON in other bytes is the same document"
    seen = own.document_seen_at
    services.rotate_key(by=owner, key=signing.active_key(own, "Ed25519"))
    assert "an older document. Place the present one there" in looked(own, owner)
    assert own.document_seen_at == seen


def test_all_own_domains_come_round(own: Issuer, web: WebServer) -> None:
    web.content = own_domain.placement(own).content
    run_pending()
    Issuer.objects.update(document_seen_at=None)
    assert jobs.check_own_domains.name in enqueue_due()
    run_pending()
    own.refresh_from_db()
    assert own.document_seen_at is not None


def test_a_job_of_an_issuer_without_own_domain_does_nothing(issuer: Issuer, owner: Actor) -> None:
    services.ask_document_check(by=owner, issuer=issuer)
    assert run_pending() == 0
    jobs.check_own_domain.enqueue(issuer=str(issuer.pk))
    jobs.check_own_domain.enqueue(issuer=str(uuid.uuid4()))
    assert run_pending() == 2
    issuer.refresh_from_db()
    assert issuer.document_seen_at is None


def test_a_look_at_a_domain_that_was_given_up_meanwhile_counts_nothing(own: Issuer, owner: Actor) -> None:
    before = Issuer.objects.get()
    services.use_instance_domain(by=owner, issuer=own)
    own_domain.conclude(before, detail="", now=NOW)
    own.refresh_from_db()
    assert own.document_seen_at is None
    with scopes.organisation(own.organisation_id):
        assert signing.signer(own, "Ed25519")
