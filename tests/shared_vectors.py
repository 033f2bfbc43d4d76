"""The test vectors beside this clone: `../shared/vectors`, one JSON case a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "vectors"
MISSING = "no test vectors: ../shared/vectors is not beside this clone"


def read_vectors(name: str) -> list[dict[str, Any]]:
    """The cases of `NAME.jsonl`; none where the folder is missing. A line ends with a line feed only."""
    path = VECTORS / f"{name}.jsonl"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]
