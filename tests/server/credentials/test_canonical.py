"""The texts that a browser hashes: whatever they say, the issuer's key signed exactly that."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from tests.server.credentials.conftest import NOW, subject

from insignia.credential import parse
from insignia.did import verification_method
from insignia.keys import default_algorithm
from insignia.multibase import base58btc_decode
from insignia_server.achievements.models import AchievementVersion
from insignia_server.credentials import status
from insignia_server.credentials.canonical import canonical
from insignia_server.credentials.models import Credential
from insignia_server.credentials.services import issue_one
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.resolver import LocalResolver

pytestmark = pytest.mark.django_db
SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")


def signs(content: bytes, method: str) -> bool:
    """Whether the key signed the two hashes, with nothing but the texts at hand."""
    texts = json.loads(content)
    hashes = [sha256(texts[name].encode()).digest() for name in ("proof", "document")]
    key = verification_method(method, resolver=LocalResolver(), purpose="assertionMethod").public_key
    signature = base58btc_decode(texts["proofValue"][1:])
    return key.verify(signature, b"".join(hashes), default_algorithm(key.key_type))


@pytest.mark.parametrize("suite", SUITES)
def test_the_key_signed_the_texts(version: AchievementVersion, suite: str) -> None:
    credential = issue_one(version=version, subject=subject(name="Ann"), now=NOW, suite=suite)
    content = bytes(credential.content)
    made = canonical(content)
    method = json.loads(content)["proof"]["verificationMethod"]
    assert json.loads(made)["cryptosuite"] == suite
    assert signs(made, method)
    assert not signs(made.replace(b"Ann", b"Eve"), method)


def test_a_token_is_given_as_it_is(version: AchievementVersion) -> None:
    credential = issue_one(version=version, subject=subject(name="Ann"), now=NOW, suite="ob-jwt")
    assert json.loads(canonical(bytes(credential.content))) == {"jwt": bytes(credential.content).decode()}


def test_a_status_list(issuer: Issuer) -> None:
    place = status.allocate(issuer, "revocation", 1)[0]
    found = status.published(place.list_id)
    assert found is not None
    assert signs(canonical(found[0]), json.loads(found[0])["proof"]["verificationMethod"])


@pytest.mark.parametrize("change", ["sets", "unknown", "undefined", "nothing"])
def test_what_has_no_such_form_is_said_to_have_none(version: AchievementVersion, change: str) -> None:
    credential: Credential = issue_one(version=version, subject=subject(name="Ann"), now=NOW)
    document = json.loads(bytes(credential.content))
    if change == "sets":
        document["proof"] = [document["proof"], document["proof"]]
    elif change == "unknown":
        document["proof"]["cryptosuite"] = "bbs-2023"
    elif change == "undefined":
        document["colour"] = "red"
    content = b"[]" if change == "nothing" else json.dumps(document).encode()
    assert canonical(content) == b"{}\n"
    assert parse(bytes(credential.content))
