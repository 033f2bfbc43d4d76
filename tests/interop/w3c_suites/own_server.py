"""A server of one's own for the suites, behind a proxy that speaks https and adds the key of a client."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from suite_list import Target

from insignia_server.command.demo import environment

COMMAND: Final = [sys.executable, "-m", "insignia_server.command"]
HOP: Final = frozenset({"connection", "transfer-encoding", "keep-alive", "server", "date"})


@contextmanager
def running(folder: Path, *, as_client: bool, exchanges: Path | None = None) -> Iterator[Target]:
    """The server while the block runs. With `as_client` a tenant's own issuer is used, through an API key;
    otherwise the three did:key issuers of an open instance. `exchanges`: a file for what was asked and
    answered, a JSON object a line."""
    inside, outside = _free_port(), _free_port()
    env = {
        **environment(folder / "home", inside),
        "PUBLIC_URL": f"https://localhost:{outside}",
        "BEHIND_PROXY": "true",
        "VC_API_OPEN": "false" if as_client else "true",
    }
    subprocess.run([*COMMAND, "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
    words = [*COMMAND, "web", "--port", str(inside), "--processes", "1"]
    log = (folder / "web.log").open("wb")
    web = subprocess.Popen(words, env=env, stdout=log, stderr=log)
    proxy: ThreadingHTTPServer | None = None
    try:
        dids, key = _tenant(env) if as_client else ({}, "")
        if not _answers(f"http://localhost:{inside}/healthz", web):
            raise SystemExit("The server did not start:\n" + (folder / "web.log").read_text())
        proxy = _proxy(_certificate(folder), outside, inside, key, exchanges)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield Target(f"https://localhost:{outside}/vc-api", dids or _open_issuers(inside))
    finally:
        if proxy is not None:
            proxy.shutdown()
        web.terminate()
        web.wait(20)
        log.close()


def _tenant(env: dict[str, str]) -> tuple[dict[str, str], str]:
    """Issuers by curve, and a client's key; made by tenant.py, a process with the server's settings."""
    words = [sys.executable, str(Path(__file__).with_name("tenant.py"))]
    done = subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE)
    found = json.loads(done.stdout)
    return found["dids"], found["key"]


def _open_issuers(port: int) -> dict[str, str]:
    request = urllib.request.Request(f"http://localhost:{port}/vc-api/issuers")
    request.add_header("X-Forwarded-Proto", "https")
    with urllib.request.urlopen(request) as answer:
        issuers = json.load(answer)["issuers"]
    return dict(zip(("Ed25519", "P-256", "P-384"), [one["id"] for one in issuers], strict=True))


def _answers(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _proxy(
    certificate: Path, outside: int, inside: int, key: str, exchanges: Path | None
) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        """Hands a request on and its answer back."""

        protocol_version = "HTTP/1.1"

        def hand_on(self) -> None:
            """One exchange with the server inside."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
            if key:
                headers["Authorization"] = f"Bearer {key}"
            connection = http.client.HTTPConnection("127.0.0.1", inside, timeout=30)
            try:
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                content = answer.read()
            finally:
                connection.close()
            if exchanges is not None:
                told = {"path": self.path, "asked": body.decode(errors="replace"), "status": answer.status}
                with exchanges.open("a") as file:
                    file.write(json.dumps({**told, "answered": content.decode(errors="replace")}) + "\n")
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP | {"content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = hand_on

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the server inside has its own log."""

    server = ThreadingHTTPServer(("127.0.0.1", outside), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


def _certificate(folder: Path) -> Path:
    """A key and a certificate for localhost that signs itself, good for a day."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    place = folder / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret + made.public_bytes(serialization.Encoding.PEM))
    return place
