"""Typed views of every class of the data model, over the JSON that came in."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest
from badge_samples import FULL

from insignia import achievement, endorsement, profile, verifiable_credential
from insignia.achievement import Achievement, AchievementCredential, Result
from insignia.contexts import CREDENTIALS_V1, CREDENTIALS_V2, OPEN_BADGES_3_0_3
from insignia.data_model import Node, is_extension
from insignia.errors import DataModelError
from insignia.verifiable_credential import VerifiableCredential, VerifiablePresentation


def test_every_class_of_a_full_badge() -> None:
    badge = AchievementCredential.read(FULL)
    subject = badge.subject
    degree = subject.achievement
    assert badge.type == ("VerifiableCredential", "AchievementCredential")
    assert (badge.valid_from, badge.valid_until) == (FULL["validFrom"], FULL["validUntil"])
    assert badge.issuer.address is not None
    assert badge.issuer.address.geo is not None
    assert badge.issuer.address.geo.longitude == 1.5
    assert badge.issuer.parent_org is not None
    assert badge.issuer.endorsements[0].subject.endorsement_comment == "Good"
    assert badge.issuer.other_identifiers[0].identifier_type == "ext:rid"
    assert degree.alignments[0].target_code == "1"
    assert degree.result_descriptions[1].rubric_criterion_levels[0].points == "4"
    assert degree.related[0].in_language == "es"
    assert degree.tags == ("research", "computers")
    assert [r.achieved_level for r in subject.results] == [None, "urn:l1"]
    assert subject.identifiers[0].matches("x")
    assert badge.evidence[0].extra == {"ext:pages": 99}
    assert badge.proofs[0].cryptosuite == "eddsa-rdfc-2022"
    assert badge.credential_statuses[0].type == "BitstringStatusListEntry"
    assert badge.terms_of_use[0].type == "Policy"
    assert badge.json is FULL
    assert badge.extra == {}


def test_a_view_is_read_only_and_equal_to_another_of_the_same_json() -> None:
    badge = AchievementCredential.read(FULL)
    with pytest.raises(dataclasses.FrozenInstanceError):
        badge.name = "Other"  # type: ignore[misc]
    assert badge == AchievementCredential.read(copy.deepcopy(FULL))


def test_a_credential_of_the_data_model_1_1_has_the_same_view() -> None:
    legacy = {**FULL, "@context": [CREDENTIALS_V1, OPEN_BADGES_3_0_3], "issuanceDate": "2020-01-01T00:00:00Z"}
    legacy["expirationDate"] = "2030-01-01T00:00:00Z"
    del legacy["validFrom"], legacy["validUntil"]
    badge = AchievementCredential.read(legacy)
    assert (badge.valid_from, badge.valid_until) == ("2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z")


def test_one_value_where_an_array_is_asked_and_strings_for_objects() -> None:
    loose = copy.deepcopy(FULL)
    loose["evidence"] = loose["evidence"][0]
    loose["issuer"] = "did:example:issuer"
    loose["image"] = "https://example.org/i.png"
    loose["type"] = "AchievementCredential"
    badge = AchievementCredential.read(loose)
    assert badge.evidence[0].name == "Thesis"
    assert badge.issuer.id == "did:example:issuer"
    assert badge.image is not None
    assert badge.image.id == "https://example.org/i.png"
    assert badge.type == ("AchievementCredential",)


def test_all_problems_are_told_at_once() -> None:
    broken = copy.deepcopy(FULL)
    del broken["credentialSubject"]["achievement"]["name"]
    broken["credentialSubject"]["creditsEarned"] = True
    broken["credentialSubject"]["identifier"][0]["hashed"] = "no"
    broken["evidence"] = [5]
    broken["name"] = ["a"]
    broken["@context"][2] = None
    with pytest.raises(DataModelError) as caught:
        AchievementCredential.read(broken)
    assert {(p.where, p.code) for p in caught.value.problems} == {
        ("/@context/2", "data-model.type"),
        ("/name", "data-model.type"),
        ("/credentialSubject/creditsEarned", "data-model.type"),
        ("/credentialSubject/achievement", "data-model.required"),
        ("/credentialSubject/identifier/0/hashed", "data-model.type"),
        ("/evidence/0", "data-model.type"),
    }


@pytest.mark.parametrize("value", [None, 5, [], "text"])
def test_what_is_no_object_has_no_view(value: Any) -> None:
    with pytest.raises(DataModelError):
        Result.read(value)


def test_other_credentials_and_presentations() -> None:
    credential = VerifiableCredential.read(
        {
            "@context": [CREDENTIALS_V2],
            "type": ["VerifiableCredential"],
            "issuer": {"id": "did:example:i", "name": {"@value": "x"}},
            "credentialSubject": [{"a": 1}, {"b": 2}],
            "credentialStatus": [{"type": "A"}, {"type": "B", "id": "urn:b"}],
        }
    )
    assert [s.id for s in credential.credential_statuses] == [None, "urn:b"]
    assert len(credential.subjects) == 2
    shown = VerifiablePresentation.read(
        {"@context": [CREDENTIALS_V2], "type": "VerifiablePresentation", "verifiableCredential": "a.b.c"}
    )
    assert (shown.credentials, shown.holder) == (("a.b.c",), None)


def test_every_class_of_the_specification_has_a_view_with_its_type() -> None:
    modules = (achievement, endorsement, profile, verifiable_credential)
    classes = {
        name: c
        for module in modules
        for name, c in vars(module).items()
        if isinstance(c, type) and issubclass(c, Node) and c is not Node
    }
    named = """Achievement AchievementCredential AchievementSubject Address Alignment Criteria
        EndorsementCredential EndorsementSubject Evidence GeoCoordinates IdentifierEntry IdentityObject
        Image Profile Related Result ResultDescription RubricCriterionLevel VerifiableCredential"""
    assert set(named.split()) <= set(classes)
    for name in set(named.split()) - {"Criteria", "AchievementCredential"}:
        assert (name,) in classes[name].type_names
    assert {m.name for m in Achievement.members if m.must("2.0")} == {
        "id",
        "type",
        "criteria",
        "description",
        "name",
    }


def test_extensions_of_enumerations() -> None:
    """'The new terms must start with the substring "ext:"'."""
    assert "Degree" in achievement.ACHIEVEMENT_TYPES
    assert "ext:Nanodegree" in achievement.ACHIEVEMENT_TYPES
    assert "Nanodegree" not in achievement.ACHIEVEMENT_TYPES
    assert "ext:Done" not in achievement.RESULT_STATUS_TYPES
    assert not is_extension("ext:")
    assert not is_extension("ext:é")
    assert not is_extension("Ext:a")
