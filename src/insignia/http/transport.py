"""One request over a connection whose address was checked, within limits of size and time."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore2

from insignia.errors import ResolveError
from insignia.http.exchange import Answer
from insignia.http.guard import Target

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment, on `clock` in seconds, when a fetch must be over."""

    clock: Clock
    at: float

    def left(self, timeout: float | None = None) -> float:
        """Seconds that one more step may take. Raises ReadTimeout when there are none."""
        rest = self.at - self.clock()
        if rest <= 0:
            raise httpcore2.ReadTimeout("out of time")
        return rest if timeout is None else min(rest, timeout)


class _TimedStream(httpcore2.NetworkStream):
    """A stream whose every step counts towards the deadline, so that a slow drip ends too."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _CheckedBackend(httpcore2.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name resolves to by now."""

    def __init__(self, addresses: list[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        backend = httpcore2.SyncBackend()
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                left = self._deadline.left(timeout)
                stream = backend.connect_tcp(address, port, left, local_address, socket_options)
                return _TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


def get(
    url: str,
    target: Target,
    addresses: list[str],
    *,
    deadline: Deadline,
    max_bytes: int,
    accept: str,
    ssl_context: ssl.SSLContext | None = None,
) -> Answer:
    """Fetches `target`; `url` is its name in errors; only the body of status 200 is read.
    Raises ResolveError."""
    return send(
        "GET",
        url,
        target,
        addresses,
        headers={"Accept": accept},
        body=None,
        deadline=deadline,
        max_bytes=max_bytes,
        ssl_context=ssl_context,
    )


def send(
    method: str,
    url: str,
    target: Target,
    addresses: list[str],
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    deadline: Deadline,
    max_bytes: int,
    every_status: bool = False,
    cut: bool = False,
    ssl_context: ssl.SSLContext | None = None,
) -> Answer:
    """Sends one request. `every_status` reads the body of other answers than 200 too; `cut` ends a body that
    is too long instead of raising. Raises ResolveError.

    No proxy, no cookies, no redirect, no content coding: a small body cannot grow after it was measured.
    """
    names: dict[bytes | str, bytes | str] = dict(headers.items())
    names |= {
        "Host": target.origin.partition("://")[2],
        "Accept-Encoding": "identity",
        "User-Agent": "insignia",
    }
    backend = _CheckedBackend(addresses, deadline)
    try:
        with httpcore2.ConnectionPool(ssl_context=ssl_context, network_backend=backend) as pool:
            address = f"{target.origin}{target.path}"
            timeouts = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), deadline.left())}
            with pool.stream(method, address, headers=names, content=body, extensions=timeouts) as response:
                return _read(url, response, max_bytes, every_status=every_status, cut=cut)
    except httpcore2.TimeoutException as error:
        raise _failed(url, "an answer in time", "none", ResolveError.TIMEOUT) from error
    except (httpcore2.ConnectError, OSError) as error:
        raise _failed(url, "a connection", str(error), ResolveError.UNREACHABLE) from error
    except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        raise _failed(url, "an HTTP response", str(error), ResolveError.BAD_RESPONSE) from error


def _read(url: str, response: httpcore2.Response, max_bytes: int, *, every_status: bool, cut: bool) -> Answer:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status != 200 and not every_status:
        return Answer(response.status, headers, b"", url)
    coding = headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise _failed(url, "a body without content coding", coding, ResolveError.BAD_RESPONSE)
    content = bytearray()
    for chunk in response.iter_stream():
        content += chunk
        if len(content) > max_bytes:
            if cut:
                break
            raise _failed(url, f"at most {max_bytes} bytes", "more", ResolveError.TOO_LARGE)
    return Answer(response.status, headers, bytes(content[:max_bytes]), url)


def _failed(url: str, expected: str, got: str, code: str) -> ResolveError:
    return ResolveError.at(url, expected=expected, got=got, code=code)
