"""Requests over one kept connection, tried again where that is safe."""

from __future__ import annotations

import http.client
import json
import ssl
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from insignia_client.errors import Unavailable, error_of

_AGAIN: Final = frozenset({409, 429, 502, 503, 504})
_NOT_YET: Final = 202
_LONGEST: Final = 60.0


@dataclass(frozen=True)
class Answer:
    """Status, headers, and the body as bytes."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    def json(self) -> Any:
        """The body read as JSON; None when there is none."""
        return json.loads(self.content) if self.content else None


class Transport:
    """One server and one key. Not to be shared by threads."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float = 30.0,
        attempts: int = 5,
        sleep: Callable[[float], None] = time.sleep,
        context: ssl.SSLContext | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            raise ValueError(f"expected an address like https://badges.example.edu, got {base_url!r}")
        self._parts, self._key, self._timeout = parts, key, timeout
        self._attempts, self._sleep, self._context = attempts, sleep, context
        self._connection: http.client.HTTPConnection | None = None

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        key: str | None = None,
    ) -> Answer:
        """One request; a POST carries an Idempotency-Key (`key`, or a new one), so it may be tried again.

        Raises ApiError.
        """
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **headers}
        if method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        for attempt in range(1, self._attempts + 1):
            answer, problem = self._try(method, self._parts.path.rstrip("/") + path, body, sent)
            if answer is not None and answer.status not in _AGAIN:
                break
            if attempt < self._attempts:
                self._sleep(_wait(answer, attempt))
        if answer is None:
            raise Unavailable(0, f"no answer from {self._parts.netloc}: {problem}")
        if not 200 <= answer.status < 300:
            raise error_of(answer.status, _object(answer.content))
        return answer

    def awaited(self, path: str, *, wait: float) -> bytes:
        """GET what is made in the background: 202 means not yet. Raises ApiError, Unavailable."""
        while True:
            answer = self.send("GET", path, None, {})
            if answer.status != _NOT_YET:
                return answer.content
            pause = _wait(answer, 1)
            if pause > wait:
                raise Unavailable(answer.status, "it is still being made; ask again later")
            wait -= pause
            self._sleep(pause)

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer | None, str]:
        try:
            connection = self._connected()
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read()), ""
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return None, str(error) or type(error).__name__

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            host, port = self._parts.hostname or "", self._parts.port
            if self._parts.scheme == "https":
                context = self._context or ssl.create_default_context()
                self._connection = http.client.HTTPSConnection(
                    host, port, timeout=self._timeout, context=context
                )
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        return self._connection


def _wait(answer: Answer | None, attempt: int) -> float:
    """What the server asks for, otherwise 0.5 s, 1 s, 2 s, …"""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(asked) if asked.isdigit() else 0.25 * 2**attempt, _LONGEST)


def _object(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def form(fields: Mapping[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    """A multipart form with one file, and its content type."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    quoted = name.replace("\\", "_").replace('"', "%22").replace("\r", " ").replace("\n", " ")
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
    )
    return b"".join((*parts, content, f"\r\n--{boundary}--\r\n".encode())), (
        f"multipart/form-data; boundary={boundary}"
    )
