"""Writing and baking Open Badges 2.0, and drafts of Open Badges 3.0 out of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from old_badges import (
    HASH,
    HOST,
    NOW,
    SECRET,
    assertion,
    badge_class,
    issuer,
    outcomes,
    report,
    signed,
    world,
)

from insignia import baking, credential, issuing, openbadges2, schema
from insignia.credential import Kind
from insignia.errors import IssuingError, ResolveError
from insignia.keys import KeyType, PublicKey, SecretKey, pem
from insignia.openbadges2 import Addresses, Fate
from insignia.report import Outcome
from insignia.resolver import MapResolver, OfflineResolver

PNG = (Path(__file__).parents[2] / "examples" / "badge.png").read_bytes()


def fresh() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(numbers):012}"


# Writing Open Badges 2.0


DESCRIPTION: dict[str, Any] = {
    "achievement": {
        "id": "https://school.example/repair",
        "name": "Bicycle repair",
        "description": "Can repair a bicycle.",
        "criteria": "Mend a tyre.",
        "image": {"id": "https://school.example/repair.png", "caption": "A wheel"},
        "tags": ["bike"],
        "language": "en",
        "version": "2",
        "skills": [{"name": "Repair", "url": "https://esco.example/1", "type": "ceasn:Competency"}],
        "type": "Certificate",
    },
    "recipient": {"email": "ann@example.org", "name": "Ann"},
    "issuer": {
        "id": "https://school.example",
        "name": "Cycling School",
        "url": "https://school.example",
        "email": "school@example.org",
        "phone": "+1",
        "description": "A school",
        "image": "https://school.example/logo.png",
    },
    "evidence": {"url": "https://school.example/work", "name": "Work"},
    "narrative": "She did it.",
    "valid_until": "2030-01-01",
}
ADDRESSES = Addresses.below(f"{HOST}/2/ann/")


def draft(**changes: Any) -> dict[str, Any]:
    return issuing.draft({**DESCRIPTION, **changes}, now=NOW, identifier=fresh())


def test_a_hosted_badge_from_the_same_description() -> None:
    published = openbadges2.publish(draft(), addresses=ADDRESSES)
    names = ("assertion", "badge", "issuer")
    assert list(published.documents) == [f"{HOST}/2/ann/{name}.json" for name in names]
    content = json.dumps(published.assertion)
    found = report(content, dict(published.documents), recipient="Ann@Example.org")
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is Outcome.FAILED]
    assert published.assertion["narrative"] == "She did it."
    definition = published.documents[ADDRESSES.badge_class]
    assert definition["alignment"] == [{"targetName": "Repair", "targetUrl": "https://esco.example/1"}]
    assert definition["image"] == {"id": "https://school.example/repair.png", "caption": "A wheel"}
    fates = {(change.fate, change.what) for change in published.changes}
    assert (Fate.LOST, "achievement’s achievementType") in fates
    assert (Fate.LOST, "other identifiers of the recipient") in fates
    assert (Fate.CHANGED, "issuer’s id") in fates


def test_a_signed_badge_from_the_same_description() -> None:
    """With `verification.creator`; the key and the revocation list are linked from the profile."""
    public = SECRET.public_key
    published = openbadges2.publish(draft(), addresses=ADDRESSES, key=public)
    token = openbadges2.sign(published.assertion, SECRET)
    found = report(token, dict(published.documents))
    assert found.valid, [(c.code, c.message) for c in found.checks if c.outcome is Outcome.FAILED]
    assert outcomes(found)["status.revocation"] is Outcome.PASSED
    assert published.assertion["verification"] == {"type": "signed", "creator": ADDRESSES.key}
    assert ADDRESSES.assertion not in published.documents
    name = str(published.assertion["id"])
    entries = [(name, "Fraud"), ("x", "")]
    revoked = openbadges2.revocation_list(ADDRESSES.revocation_list, ADDRESSES.issuer, entries)
    again = report(token, {**published.documents, ADDRESSES.revocation_list: revoked})
    assert "Fraud" in again.checks[5].message


def test_other_recipients_and_criteria() -> None:
    by_id = draft(
        recipient="did:example:ann",
        achievement={**DESCRIPTION["achievement"], "criteria": "https://c.example"},
    )
    published = openbadges2.publish(by_id, addresses=ADDRESSES)
    assert published.assertion["recipient"] == {"type": "id", "hashed": False, "identity": "did:example:ann"}
    assert published.documents[ADDRESSES.badge_class]["criteria"] == "https://c.example"
    page = openbadges2.publish(draft(recipient="https://ann.example/"), addresses=ADDRESSES)
    assert page.assertion["recipient"]["type"] == "url"
    plain = {"type": "emailAddress", "value": "a@b.example", "hashed": False}
    open_address = openbadges2.publish(draft(recipient={"identifiers": [plain]}), addresses=ADDRESSES)
    assert "salt" not in open_address.assertion["recipient"]
    at_home = draft(issuer={**DESCRIPTION["issuer"], "id": ADDRESSES.issuer}, id=ADDRESSES.assertion)
    changes = openbadges2.publish(at_home, addresses=ADDRESSES).changes
    assert not [c for c in changes if c.what in ("id", "issuer’s id")]


def test_everything_that_is_missing_at_once() -> None:
    bare = {"credentialSubject": {"achievement": {"name": "x"}}, "issuer": "did:example:1"}
    with pytest.raises(IssuingError) as caught:
        openbadges2.publish(bare, addresses=Addresses("http://a", "b", "c", "d", "e"))
    codes = {(p.where, p.code) for p in caught.value.problems}
    assert ("/credentialSubject", "publish.recipient") in codes
    assert ("", "publish.addresses") in codes
    assert ("/credentialSubject/achievement", "badge.image-missing") in codes
    assert ("/issuer", "badge.required") in codes
    with pytest.raises(IssuingError):
        openbadges2.publish({"credentialSubject": {"achievement": "x"}}, addresses=ADDRESSES)


# Baking


@pytest.mark.parametrize("picture", [PNG, b"<svg xmlns='http://www.w3.org/2000/svg'/>"], ids=["png", "svg"])
@pytest.mark.parametrize("content", [json.dumps(assertion()), signed(), json.dumps(assertion(id="urn:x"))])
def test_baked_under_its_own_name(picture: bytes, content: str) -> None:
    """ "An iTXt chunk should be inserted into the PNG with keyword openbadges"; in SVG "the value of verify
    should either be a signed OpenBadges assertion or the URL"."""
    baked = baking.bake(picture, content)
    found = baking.unbake(baked)
    assert (found.format, found.content.decode()) == (baking.BakedFormat.OPEN_BADGES_2, content)
    hosted = content.startswith("{") and "urn:x" not in content
    if found.container is baking.Container.SVG:
        assert (f'verify="{HOST}/ann.json"' in baked.decode()) is hosted


# Drafts of Open Badges 3.0


def convert(
    content: str | dict[str, Any], documents: dict[str, Any]
) -> tuple[dict[str, Any], list[tuple[Fate, str]]]:
    secured = credential.parse(content) if isinstance(content, str) else credential.from_json(content)
    collected = openbadges2.collect(secured, MapResolver(documents))
    document, changes = openbadges2.convert(collected, now=NOW, identifier=fresh())
    return document, [(change.fate, change.what) for change in changes]


def test_a_draft_of_a_hosted_badge() -> None:
    rich = badge_class(
        tags=["bike", 7],
        alignment=[{"targetName": "n", "targetUrl": "https://a.example", "extra": 1}, "x"],
        image={"id": f"{HOST}/i.png", "caption": "A wheel"},
        version=2,
        endorsement=f"{HOST}/praise.json",
        **{"@language": "en", "extensions:x": {}},
    )
    full = assertion(
        narrative="She did it.",
        evidence=[f"{HOST}/work", {"id": "_:b0", "narrative": "Worked"}],
        expires="2030-01-01T00:00:00Z",
        image=f"{HOST}/baked.png",
        revoked=True,
    )
    document, changes = convert(assertion(), world(full, rich, issuer(image=f"{HOST}/logo.png")))
    assert schema.check(document, Kind.ACHIEVEMENT) == []
    subject = document["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == HASH
    assert subject["narrative"] == "She did it."
    assert subject["achievement"]["alignment"] == [
        {"type": ["Alignment"], "targetName": "n", "targetUrl": "https://a.example"}
    ]
    assert document["evidence"][1] == {"type": ["Evidence"], "narrative": "Worked"}
    assert document["validUntil"] == "2030-01-01T00:00:00Z"
    lost = {what for fate, what in changes if fate is Fate.LOST}
    assert lost == {"verification", "baked picture", "endorsement", "extensions:x", "publicKey", "revocation"}
    assert (Fate.CHANGED, "id") in changes


def test_a_draft_of_a_signed_badge_and_of_a_copy() -> None:
    document, _ = convert(signed(), world())
    assert document["validFrom"] == "2024-03-21T10:00:00Z"
    secured = credential.from_json(assertion(badge=badge_class(issuer=issuer())))
    collected = openbadges2.collect(secured, OfflineResolver())
    assert not collected.published
    assert "bundled" in collected.reason
    assert openbadges2.convert(collected, now=NOW, identifier=fresh())[0]["name"] == "Bicycle repair"
    unknown = assertion(verification={"type": "signed"}, issuedOn=None)
    kept, _ = convert(unknown, world(badge=badge_class(id="tag:x,1:y", image=None)))
    assert kept["validFrom"] == "2026-01-01T00:00:00Z"
    assert kept["credentialSubject"]["achievement"]["id"].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ({"type": "url", "hashed": False, "identity": "https://ann.example"}, {"id": "https://ann.example"}),
        ({"type": "telephone", "hashed": False, "identity": "+1"}, {"identityType": "ext:telephone"}),
        ({"type": "/x", "hashed": False, "identity": "+1"}, {"identityType": "ext:unknown"}),
    ],
)
def test_recipients_of_a_draft(recipient: dict[str, Any], expected: dict[str, Any]) -> None:
    document, _ = convert(assertion(), world(assertion(recipient=recipient)))
    subject = document["credentialSubject"]
    found = subject if "id" in expected else subject["identifier"][0]
    assert found.items() >= expected.items()
    assert schema.check(document, Kind.ACHIEVEMENT) == []


def test_a_draft_of_a_badge_whose_issuer_has_no_name_of_its_own() -> None:
    inside = assertion(badge=badge_class(id="urn:b", issuer={"name": "School"}))
    document, changes = convert(inside, world(inside))
    assert document["issuer"] == {"type": ["Profile"], "name": "School"}
    assert (Fate.CHANGED, "issuer’s id") in changes


def test_what_no_draft_is_made_of() -> None:
    with pytest.raises(IssuingError) as caught:
        convert(badge_class(), world())
    assert caught.value.code == "convert.kind"
    with pytest.raises(IssuingError) as caught:
        convert(assertion(), world(assertion(recipient="x y")) | {f"{HOST}/ann.json": assertion(recipient=7)})
    assert caught.value.code == "convert.recipient"
    with pytest.raises(ResolveError):
        convert(f"{HOST}/none.json", world())
    with pytest.raises(ResolveError):
        convert(assertion(), world(badge=None))


def test_there_and_back() -> None:
    """What both versions know survives both ways."""
    published = openbadges2.publish(draft(), addresses=ADDRESSES)
    document, _ = convert(dict(published.assertion), dict(published.documents))
    before = draft()["credentialSubject"]["achievement"]
    after = document["credentialSubject"]["achievement"]
    for name in ("name", "description", "criteria", "tag", "inLanguage", "version"):
        assert after[name] == before[name], name


def test_the_key_of_a_profile_is_public() -> None:
    public = SecretKey.generate(KeyType.P384, lambda size: bytes(range(3, size + 3))).public_key
    assert isinstance(pem.read(pem.write(public)), PublicKey)
