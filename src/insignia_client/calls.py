"""What every method of the client stands on: one request, and the pages of a list."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any, Self
from urllib.parse import urlencode

from insignia_client.transport import Answer, Transport, form

Json = Any


class Calls:
    """A connection to an instance with a key."""

    def __init__(
        self, base_url: str, key: str, *, timeout: float = 30.0, attempts: int = 5, **more: Any
    ) -> None:
        self._transport = Transport(base_url, key, timeout=timeout, attempts=attempts, **more)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def request(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Json:
        """Any operation of the API: `client.request("GET", "/groups")`. Returns the JSON of the answer."""
        content = None if body is None else json.dumps(body, default=_plain).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        return self._send(method, path, content, headers, query=query, key=key).json()

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, newest first, page by page."""
        after: str | None = None
        while True:
            page = self.request("GET", path, query={**query, "after": after})
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def _upload(
        self,
        path: str,
        content: bytes,
        file_name: str,
        *,
        fields: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> Json:
        """A file with fields beside it; the JSON of the answer."""
        body, kind = form(fields or {}, file_name, content)
        return self._send("POST", path, body, {"Content-Type": kind}, key=key).json()

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Answer:
        given = {name: _plain(value) for name, value in (query or {}).items() if value not in (None, "")}
        address = f"/api/v1{path}" + (f"?{urlencode(given)}" if given else "")
        return self._transport.send(method, address, body, headers, key=key)


def _plain(value: Any) -> Any:
    """What JSON and queries have no form for."""
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
