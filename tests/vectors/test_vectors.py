"""Every vector of `../shared/vectors`, answered by the adapter in a process of its own."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from shared_vectors import MISSING, VECTORS, read_vectors

HERE = Path(__file__).resolve().parent
ADAPTER = HERE / "adapter.py"
FILES = ("w3c_di", "rdfc10", "jsonld", "onedtech", "dcc", "bitstring", "jose_cose", "vc_json_schema", "sdjwt")

# The cases of which the expectation is not met, each with its reason. A case that begins to pass fails here.
EXCEPTIONS: Mapping[str, str] = {}


def parameters() -> list[Any]:
    """One parameter a vector; a single one that skips where the folder is missing."""
    if not VECTORS.is_dir():
        return [pytest.param("", {}, id="vectors", marks=pytest.mark.skip(reason=MISSING))]
    found = []
    for name in FILES:
        found += [
            pytest.param(name, case, id=f"{name}-{case['request']['id']}") for case in read_vectors(name)
        ]
    return found


@functools.cache
def replies(name: str) -> dict[str, dict[str, Any]]:
    """The adapter's replies to all requests of a file, by id."""
    requests = [case["request"] for case in read_vectors(name)]
    answered = ask("".join(json.dumps(request) + "\n" for request in requests))
    assert [reply["id"] for reply in answered] == [request["id"] for request in requests]
    return {reply["id"]: reply for reply in answered}


def ask(text: str) -> list[dict[str, Any]]:
    """What the adapter prints for `text`."""
    command = [sys.executable, "-W", "error", str(ADAPTER)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8", timeout=600, env=environment
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize(("name", "case"), parameters())
def test_vector(name: str, case: dict[str, Any]) -> None:
    request, expected = case["request"], case["expect"]
    reply = replies(name)[request["id"]]
    assert "crash" not in reply, reply
    met = CHECKS[request["op"]](request, expected, reply)
    if request["id"] in EXCEPTIONS:
        assert not met, "this case passes now: take it out of EXCEPTIONS"
    else:
        assert met, f"expected {json.dumps(expected)[:600]}\ngot {json.dumps(reply)[:1200]}"


def verdict_is_right(request: Any, expected: Any, reply: Any) -> bool:
    return "error" not in reply and bool(reply["verified"]) is (expected == "valid")


def digest_is_right(request: Any, expected: Any, reply: Any) -> bool:
    allowed = expected["hexdigest"] if isinstance(expected["hexdigest"], list) else [expected["hexdigest"]]
    return hashlib.new(expected["digest"], reply["output"].encode()).hexdigest() in allowed


def members_are_right(request: Any, expected: Any, reply: Any) -> bool:
    """Every expected member is there with its value; `"error": true` stands for any error."""
    if expected.get("error") is True:
        return bool(reply.get("error"))
    return all(reply.get(key) == value for key, value in expected.items())


def jsonld_is_right(request: Any, expected: Any, reply: Any) -> bool:
    if "error" in expected:
        return bool(reply.get("error") == expected["error"])
    if "output" not in reply or expected["output"] == "any":  # `any`: it is enough that there is an output
        return "output" in reply
    if request["function"] == "toRdf":
        return canonical(expected["output"]) == canonical(reply["output"])
    return bool(unordered(expected["output"]) == unordered(reply["output"]))


def canonical(text: str) -> str:
    """A dataset up to the names of its blank nodes, by another implementation than ours."""
    quads = pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_256)
    return "\n".join(sorted(map(str, dataset)))


def unordered(value: Any, ordered: bool = False) -> Any:
    """Expanded JSON-LD in which the order of arrays says nothing, those of `@list` excepted."""
    if isinstance(value, dict):
        return {key: unordered(member, ordered=key == "@list") for key, member in value.items()}
    if isinstance(value, list):
        members = [unordered(member) for member in value]
        return members if ordered else sorted(members, key=lambda member: json.dumps(member, sort_keys=True))
    return [type(value).__name__, value] if isinstance(value, bool) else value


CHECKS = {
    "verify": verdict_is_right,
    "canonize": digest_is_right,
    "sign": members_are_right,
    "rdfc10": members_are_right,
    "jsonld": jsonld_is_right,
    "status-list": members_are_right,
    "sd-jwt": members_are_right,
    "vc-jose-cose": members_are_right,
    "vc-json-schema": members_are_right,
}


def test_requests_that_make_no_sense_are_answered_and_do_not_stop_the_rest() -> None:
    requests: list[dict[str, Any]] = [
        {"op": "no such operation", "id": 1},
        {
            "op": "verify",
            "id": 2,
            "credential": {"nonsense": True},
            "documents": {},
            "now": "2026-01-01T00:00:00Z",
        },
        {"op": "jsonld", "id": 3, "function": "expand", "input": {"@id": 7}, "documents": {}, "options": {}},
        {"op": "status-list-encode", "id": 4, "length": 131_072, "set": [0, 131_071]},
    ]
    answered = ask("".join(json.dumps(request) + "\n" for request in requests))
    assert [reply["id"] for reply in answered] == [1, 2, 3, 4]
    assert answered[0]["unsupported"] is True
    assert answered[1]["verified"] is False
    assert answered[2]["error"] == "invalid @id value"
    read = {"op": "status-list", "encodedList": answered[3]["encodedList"], "size": 1}
    values = ask("".join(json.dumps({**read, "id": i, "index": i}) + "\n" for i in (0, 1, 131_071)))
    assert [reply["status"] for reply in values] == [1, 0, 1]
