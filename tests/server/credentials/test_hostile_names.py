"""Names of keys and issuers that no row can have: a report comes back, on every database."""

from __future__ import annotations

import json

import pytest
from tests.server.credentials.conftest import NOW, MakeVersion, subject

from insignia.verification.render import tree
from insignia_server.credentials import services
from insignia_server.credentials.report_words import present
from insignia_server.credentials.verification import verify_bytes

NAMES = ("\x00", "z6Mk\x00", "a" * 5000, "\u202e", "é", "%00", "' OR 1=1 --", " ", "")


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_key_or_issuer_is_reported(make_version: MakeVersion, name: str) -> None:
    row = services.issue_one(version=make_version(), subject=subject(), now=NOW)
    signed = json.loads(bytes(row.content))
    proof = signed["proof"][0] if isinstance(signed["proof"], list) else signed["proof"]
    method = proof["verificationMethod"].partition("#")[0]
    for key, issuer in (
        (f"{method}#{name}", method),
        (f"https://badges.example.test/{name}", f"{method}{name}"),
    ):
        proof["verificationMethod"] = key
        signed["issuer"]["id"] = issuer
        report = verify_bytes(json.dumps(signed), now=NOW)
        assert not report.valid
        assert present(tree(report)).issuer_known == (issuer == method)
