"""Calls the API as another program would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass
class Answer:
    """What the API answered."""

    status: int
    body: Any
    headers: Any
    content: bytes

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


class Api:
    """Calls the API with a key, as another program would: no session, no CSRF token."""

    def __init__(self, key: str | None, base: str = "/api/v1") -> None:
        self.key, self.base, self.client = key, base, Client(enforce_csrf_checks=True)

    def __call__(
        self, method: str, path: str, body: Any = None, *, files: dict[str, Any] | None = None, **headers: str
    ) -> Answer:
        known = {"authorization": f"Bearer {self.key}"} if self.key else {}
        given: dict[str, Any] = {"headers": {**known, **{k.replace("_", "-"): v for k, v in headers.items()}}}
        if files is not None:
            response = self.client.post(self.base + path, files, **given)
        else:
            if body is not None:
                content = body if isinstance(body, (bytes, str)) else json.dumps(body)
                given |= {"data": content, "content_type": "application/json"}
            response = self.client.generic(
                method, self.base + path, given.pop("data", b""), given.pop("content_type", ""), **given
            )
        json_like = "json" in response.get("Content-Type", "")
        parsed = json.loads(response.content) if json_like and response.content else None
        return Answer(response.status_code, parsed, response.headers, response.content)
