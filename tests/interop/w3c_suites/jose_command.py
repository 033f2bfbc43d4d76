"""`issue` and `verify` as vc-jose-cose-test-suite calls them; the work is that of the vectors' adapter."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "vectors"))

from adapter import answer

NOW = "2024-12-16T12:00:00Z"  # the suite's presentations are of that day and good for one


def main() -> int:
    """Write `{"result": …}` where the suite looks for it; 0 unless it is a failure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("function", choices=("issue", "verify"))
    for name in ("input", "key", "feature", "output"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--sd", type=json.loads, default=[], help="what may be left out, as a JSON array")
    options = parser.parse_args()
    reply = answer(
        {
            "op": "vc-jose-cose",
            "function": options.function,
            "feature": options.feature,
            "input": _here(options.input).read_text().strip(),
            "key": json.loads(_here(options.key).read_text()),
            "disclosure_paths": options.sd,
            "now": NOW,
        }
    )
    result = {"result": reply.get("result", "indeterminate"), "data": reply.get("data", reply.get("error"))}
    _here(options.output).write_text(json.dumps(result))
    print(json.dumps(result)[:2000])
    return 0 if result["result"] == "success" else 1


def _here(path: str) -> Path:
    """The container's /tests is `tests` of the folder in which the suite runs."""
    return Path(path.removeprefix("/"))


if __name__ == "__main__":
    raise SystemExit(main())
