"""Comprehensive Learner Record 2.0: the model, what verification asks of a record, and how one is made."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from copy import deepcopy
from itertools import count
from typing import Any

import pytest

from insignia import baking, contexts, credential, issuing, jsonld, schema
from insignia.clr import ClrCredential
from insignia.credential import Form, Kind
from insignia.did import did_key
from insignia.errors import IssuingError
from insignia.issuing import IssuerKey
from insignia.keys import SecretKey
from insignia.report import Outcome, Report
from insignia.resolver import OfflineResolver
from insignia.verification import STRICT, verify

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
LOADER = jsonld.bundled_loader(OfflineResolver())
SCHOOL = IssuerKey.from_secret(SecretKey.from_seed(bytes(range(32))))
FIRM = IssuerKey.from_secret(SecretKey.from_seed(bytes(range(1, 33))))
LEARNER = "did:example:ann"


def fresh() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(numbers):012}"


def badge(
    name: str, key: IssuerKey = SCHOOL, suite: str = "eddsa-rdfc-2022", **more: Any
) -> credential.Secured:
    description = {
        "achievement": {
            "id": f"https://school.example/{name.lower()}",
            "name": name,
            "description": "Done.",
            "criteria": "Doing it.",
        },
        "recipient": LEARNER,
        **more,
    }
    document = issuing.draft(description, now=NOW, identifier=fresh())
    return credential.parse(issuing.issue(document, key=key, suite=suite, created=NOW, loader=LOADER))


def unsigned(*held: credential.Secured, **more: Any) -> dict[str, Any]:
    description = {"name": "Transcript", **more}
    return issuing.record(description, held, now=NOW, identifier=fresh())


def signed(document: dict[str, Any], suite: str = "eddsa-rdfc-2022") -> bytes:
    return issuing.issue(document, key=SCHOOL, suite=suite, created=NOW, loader=LOADER)


def reported(content: bytes | dict[str, Any], **more: Any) -> Report:
    secured = credential.parse(content) if isinstance(content, bytes) else credential.from_json(content)
    return verify(secured, resolver=OfflineResolver(), now=NOW, policy=STRICT, **more)


def test_a_record_of_two_issuers_verifies_with_everything_in_it() -> None:
    """CLR 2.0, 'Verification': the outer credential, its endorsements, then each credential inside."""
    content = signed(unsigned(badge("Welding"), badge("Teamwork", FIRM)))
    secured = credential.parse(content)
    assert secured.kind is Kind.CLR
    report = reported(content)
    assert report.valid, list(report.failed())
    assert [part.path for part in report.parts] == [
        "/credentialSubject/verifiableCredential/0",
        "/credentialSubject/verifiableCredential/1",
    ]
    assert report.subject["kind"] == "learner record"
    assert report.subject["credentials"] == 2


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "vc-jwt"])
def test_in_other_forms(suite: str) -> None:
    content = signed(unsigned(badge("Welding")), suite)
    assert reported(content).valid


def test_the_view() -> None:
    view = credential.parse(signed(unsigned(badge("Welding"), partial=True))).view()
    assert isinstance(view, ClrCredential)
    assert (view.name, view.partial, view.subject.id) == ("Transcript", True, LEARNER)
    assert len(view.subject.credentials) == 1


def test_a_credential_inside_that_was_changed_fails_the_record() -> None:
    held = badge("Welding")
    changed = credential.from_json(deepcopy(held.document))
    changed.document["credentialSubject"]["achievement"]["name"] = "Astronautics"
    report = reported(signed(unsigned(held, changed)))
    assert not report.valid
    (failed,) = report.failed()
    assert (failed.code, failed.where) == ("credentials", "/credentialSubject/verifiableCredential/1")


def test_a_record_that_was_changed_is_not_looked_into() -> None:
    document = json.loads(signed(unsigned(badge("Welding"))))
    document["name"] = "Another"
    report = reported(document)
    assert [check.code for check in report.failed()] == ["proof"]
    held = next(check for check in report.checks if check.code == "credentials")
    assert (held.outcome, held.reason) == (Outcome.NOT_CHECKED, "proof.unverified")
    assert report.parts == ()


def test_somebody_elses_credential_in_a_record_is_pointed_out() -> None:
    other = badge("Welding", recipient="did:example:ben")
    report = reported(signed(unsigned(badge("Teamwork"), other, recipient=LEARNER)))
    assert report.valid
    assert "credentials.other-learner" in [warning.code for warning in report.warnings]


def test_a_token_is_held_in_an_envelope() -> None:
    """VC Data Model 2.0, 4.13: an EnvelopedVerifiableCredential."""
    document = unsigned(badge("Welding", suite="vc-jwt"), badge("Teamwork"))
    (envelope, plain) = document["credentialSubject"]["verifiableCredential"]
    assert envelope["type"] == "EnvelopedVerifiableCredential"
    assert "proof" in plain
    assert reported(signed(document)).valid


def test_associations_name_achievements_of_the_record() -> None:
    """CLR 2.0, Association: 'sourceId … The Association.sourceId of the association'."""
    association = {"type": "precedes", "source": "Welding", "target": "https://school.example/teamwork"}
    document = unsigned(badge("Welding"), badge("Teamwork"), associations=[association])
    assert document["credentialSubject"]["association"] == [
        {
            "type": ["Association"],
            "associationType": "precedes",
            "sourceId": "https://school.example/welding",
            "targetId": "https://school.example/teamwork",
        }
    ]
    assert schema.advise(document, Kind.CLR) == []
    document["credentialSubject"]["association"][0]["targetId"] = "https://school.example/none"
    (advice,) = schema.advise(document, Kind.CLR)
    assert (advice.code, advice.where) == ("association.id", "/credentialSubject/association/0/targetId")
    assert reported(signed(document)).valid
    document["credentialSubject"]["verifiableCredential"] = [{"credentialSubject": [{"id": "x"}, "y"]}]
    assert {advice.where[-8:] for advice in schema.advise(document, Kind.CLR)} == {"sourceId", "targetId"}
    envelope = unsigned(badge("Welding", suite="vc-jwt"), badge("Teamwork"))
    envelope["credentialSubject"]["association"] = document["credentialSubject"]["association"]
    assert schema.advise(envelope, Kind.CLR) == []


def test_what_a_record_must_have() -> None:
    good = {**unsigned(badge("Welding")), "issuer": SCHOOL.controller}
    assert schema.check(good, Kind.CLR) == []
    for name in ("name", "issuer", "credentialSubject", "validFrom", "id"):
        broken = {k: v for k, v in good.items() if k != name}
        assert [p.where for p in schema.check(broken, Kind.CLR)], name
    for change, where in (
        ({"@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES_3_0_3]}, "/@context"),
        (
            {"credentialSubject": {**good["credentialSubject"], "verifiableCredential": []}},
            "verifiableCredential",
        ),
        (
            {"credentialSubject": {**good["credentialSubject"], "association": [{"type": "Association"}]}},
            "association",
        ),
    ):
        found = schema.check({**good, **change}, Kind.CLR)
        assert any(where in problem.where for problem in found), (change, found)
    nobody = deepcopy(good)
    del nobody["credentialSubject"]["id"]
    assert [p.code for p in schema.check(nobody, Kind.CLR)] == ["subject.unidentified"]


@pytest.mark.parametrize(
    ("description", "where"),
    [
        ({"name": ""}, "/name"),
        ({"name": 7}, "/name"),
        ({"achievement": {}}, "/achievement"),
        ({"partial": "yes"}, "/partial"),
        ({"associations": ["x"]}, "/associations/0"),
        (
            {"associations": {"type": "precedes", "source": "Welding", "target": "None"}},
            "/associations/0/target",
        ),
        (
            {"association": [{"type": "is", "source": "Welding", "target": "Welding"}]},
            "/associations/0/associationType",
        ),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_a_description_that_does_not_fit(description: dict[str, Any], where: str) -> None:
    with pytest.raises(IssuingError) as error:
        unsigned(badge("Welding"), **description)
    assert where in [problem.where for problem in error.value.problems]


def test_an_achievement_without_an_id_cannot_be_associated() -> None:
    held = badge("Welding")
    held.document["credentialSubject"] = [{"id": LEARNER}]
    unnamed = badge("Teamwork")
    del unnamed.document["credentialSubject"]["achievement"]["name"]
    with pytest.raises(IssuingError, match=r"https://school\.example/teamwork, got"):
        unsigned(held, unnamed, associations=[{"type": "precedes", "source": "x", "target": "x"}])


def test_whose_record_it_is() -> None:
    other = badge("Teamwork", recipient="did:example:ben")
    with pytest.raises(IssuingError, match="whose record"):
        unsigned(badge("Welding"), other)
    with pytest.raises(IssuingError, match="at least one credential"):
        unsigned(recipient=LEARNER)
    with pytest.raises(IssuingError, match="a signed one"):
        unsigned(credential.from_json(unsigned_badge()))
    made = unsigned(badge("Welding"), other, recipient={"email": "ann@example.org"})
    assert made["credentialSubject"]["identifier"][0]["hashed"] is True
    assert unsigned(badge("Welding"), contexts=["https://w3id.org/security/data-integrity/v2"])["@context"][
        4:
    ] == ["https://w3id.org/security/data-integrity/v2"]


def unsigned_badge() -> dict[str, Any]:
    document = deepcopy(badge("Welding").document)
    del document["proof"]
    assert credential.from_json(document).form is Form.UNSECURED
    return document


def test_a_record_is_baked_under_its_own_name() -> None:
    """CLR 2.0, 'Baking': keyword `clrcredential`; namespace https://purl.imsglobal.org/clr/v2p0."""
    content = signed(unsigned(badge("Welding")))
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    baked = baking.bake(picture, content)
    assert b'xmlns:clr="https://purl.imsglobal.org/clr/v2p0"' in baked
    found = baking.unbake(baked)
    assert (found.format, found.content) == (baking.BakedFormat.CLR_2, content)
    token = signed(unsigned(badge("Welding")), "vc-jwt")
    assert b"<clr:credential verify=" in baking.bake(picture, token)
    again = baking.bake(baked, badge("Welding").content)
    assert baking.unbake(again).format is baking.BakedFormat.OPEN_BADGES_3
    assert b"clr:credential" not in again
    assert baking.unbake(baking.bake(picture, b"eyJ.bm8.eA")).format is baking.BakedFormat.OPEN_BADGES_3


def test_the_recipient_is_looked_for_in_the_record_and_in_its_credentials() -> None:
    content = signed(unsigned(badge("Welding")))
    assert reported(content, recipient=LEARNER).valid
    assert not reported(content, recipient="did:example:ben").valid
    assert did_key(SCHOOL.signer.public_key) == SCHOOL.controller
