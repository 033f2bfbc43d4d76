"""The public JSON-LD 1.1 test suites (expand and toRdf), as far as the vectors hold them."""

from __future__ import annotations

from typing import Any

import pytest

from insignia import jsonld
from insignia.errors import JsonLdError
from insignia.jsonld import nquads, rdfc10
from insignia.resolver import MapResolver
from shared_vectors import read_vectors

MISSING = "no test vectors: ../shared/vectors/jsonld.jsonl is not beside this clone"


def _cases() -> list[Any]:
    cases = [pytest.param(case, id=case["request"]["id"]) for case in read_vectors("jsonld")]
    return cases or [pytest.param(None, marks=pytest.mark.skip(MISSING))]


def _run(request: dict[str, Any]) -> dict[str, Any]:
    function = jsonld.expand if request["function"] == "expand" else jsonld.to_rdf
    loader = jsonld.bundled_loader(MapResolver(request["documents"]))
    try:
        output = function(request["input"], loader=loader, base=request["base"], options=request["options"])
    except JsonLdError as error:
        return {"error": error.code}
    return {"output": nquads.serialise(output) if request["function"] == "toRdf" else output}


def _canonical(text: str) -> str:
    return rdfc10.canonicalize(nquads.parse(text)).nquads


@pytest.mark.parametrize("case", _cases())
def test_suite(case: dict[str, Any]) -> None:
    got, expected = _run(case["request"]), case["expect"]
    if case["request"]["function"] == "expand" or "error" in expected or "error" in got:
        assert got == expected
    elif expected["output"] == "any":
        assert nquads.parse(got["output"])
    else:
        assert _canonical(got["output"]) == _canonical(expected["output"])
