"""Documents that a badge pins."""

from __future__ import annotations

import base64
import hashlib

PINNED = "https://university.example/terms.json"
CONTENT = b'{"terms": 1}'


def sri(algorithm: str, content: bytes = CONTENT) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"
