"""Descriptions become unsigned credentials."""

from __future__ import annotations

import copy
import itertools
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia import schema
from insignia.achievement import AchievementCredential
from insignia.credential import Kind
from insignia.errors import IssuingError
from insignia.issuing import draft

NOW = datetime(2026, 1, 31, 9, 30, 15, 999, UTC)
DESCRIPTION: dict[str, Any] = {
    "achievement": {
        "name": "Python",
        "description": "Can write Python.",
        "criteria": "Write **good** code.",
        "type": "micro credential",
        "image": "https://example.org/python.png",
        "skills": [
            {"name": "Python", "url": "https://example.org/skills/1", "framework": "ESCO", "type": "ext:esco"}
        ],
        "tags": ["code"],
        "results": [
            {"name": "Grade", "type": "letter grade", "allowed": ["A", "B"]},
            {"name": "Rubric", "type": "RubricCriterionLevel", "levels": [{"name": "Top"}, {"name": "Low"}]},
        ],
    },
    "issuer": {"id": "did:web:example.org", "name": "Example", "url": "https://example.org"},
    "recipient": {"email": " mailto:Ann@Example.org ", "name": "Ann Example", "did": "did:example:ann"},
    "evidence": ["https://example.org/work", {"name": "Talk", "text": "Gave a talk"}],
    "results": [{"description": "Grade", "value": "A"}, {"description": "Rubric", "level": "Top"}],
    "valid_until": date(2028, 1, 31),
    "status": {"list": "https://example.org/status/1", "index": 7},
}


def fresh() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(counter):012d}"


def drafted(**changes: Any) -> dict[str, Any]:
    description = {n: v for n, v in {**DESCRIPTION, **changes}.items() if v is not None}
    return draft(description, now=NOW, identifier=fresh())


def refused(**changes: Any) -> dict[str, str]:
    with pytest.raises(IssuingError) as caught:
        drafted(**changes)
    return {p.where: p.code for p in caught.value.problems}


def test_a_full_description_is_a_valid_badge_in_the_order_of_the_data_model() -> None:
    document = drafted()
    assert schema.check(document, Kind.ACHIEVEMENT) == []
    assert schema.advise(document, Kind.ACHIEVEMENT) == []
    order = "@context id type name issuer validFrom validUntil credentialSubject evidence"
    assert list(document) == [*order.split(), "credentialSchema", "credentialStatus"]
    assert document["validFrom"] == "2026-01-31T09:30:15Z"
    assert document["validUntil"] == "2028-01-31T00:00:00Z"
    assert document["name"] == "Python"


def test_arrays_even_for_one_value() -> None:
    """'Unordered sets ... MUST be represented as an JSON Array, NOT as a single value.'"""
    one = copy.deepcopy(DESCRIPTION["achievement"])
    one["skills"], one["tags"] = one["skills"][0], "code"
    document = drafted(achievement=one, evidence="https://example.org/work", results=[])
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["alignment"][0]["type"] == ["Alignment"]
    assert achievement["tag"] == ["code"]
    assert document["evidence"] == [{"id": "https://example.org/work", "type": ["Evidence"]}]
    assert "result" not in document["credentialSubject"]


def test_an_email_address_is_hashed_with_a_salt_and_recognised() -> None:
    badge = AchievementCredential.read(drafted())
    email, name = badge.subject.identifiers
    assert email.hashed
    assert email.salt
    assert "ann" not in email.identity_hash
    assert email.matches("ann@example.org")
    assert email.matches("Ann@Example.ORG")
    assert not email.matches("bob@example.org")
    assert (name.identity_type, name.identity_hash, name.hashed) == ("name", "Ann Example", False)
    assert badge.subject.id == "did:example:ann"


def test_results_are_linked_by_name() -> None:
    badge = AchievementCredential.read(drafted())
    grade, rubric = badge.subject.achievement.result_descriptions
    assert [r.result_description for r in badge.subject.results] == [grade.id, rubric.id]
    assert badge.subject.results[1].achieved_level == rubric.rubric_criterion_levels[0].id
    assert grade.result_type == "LetterGrade"


def test_toml_and_the_names_of_the_data_model() -> None:
    text = """
        validFrom = 2026-02-01T10:00:00+01:00
        awardedDate = 2026-01-01
        licenseNumber = "L-1"
        creditsEarned = 2.5
        role = "Captain"
        recipient = "did:key:z6Mk"
        source = { id = "https://example.org/school", name = "School" }
        description = "For wallets"
        image = { url = "https://example.org/i.png", alt = "A badge" }
        activity_start = 2026-01-01
        activity_end = 2026-01-02
        refresh = { id = "https://example.org/r", type = "1EdTechCredentialRefresh" }
        terms_of_use = [{ type = "Policy" }]
        contexts = "https://example.org/context.json"
        narrative = "How it went"
        [achievement]
        id = "https://example.org/a"
        name = "Name"
        description = "Description"
        criteria = "https://example.org/criteria"
        achievementType = "Badge"
        creditsAvailable = 3
        resultDescription = [{ id = "urn:r", name = "Score", resultType = "RawScore", valueMax = 100 }]
        creator = "https://example.org/creator"
        [extra]
        "ext:note" = "kept"
        name = "not taken"
    """
    document = draft(tomllib.loads(text), now=NOW, identifier=fresh())
    document["issuer"] = "did:web:example.org"
    subject = document["credentialSubject"]
    assert schema.check(document, Kind.ACHIEVEMENT) == []
    assert document["validFrom"] == "2026-02-01T10:00:00+01:00"
    assert (document["ext:note"], document["name"]) == ("kept", "Name")
    assert subject["id"] == "did:key:z6Mk"
    assert subject["achievement"]["criteria"] == {"id": "https://example.org/criteria"}
    assert subject["achievement"]["resultDescription"][0]["valueMax"] == "100"
    assert document["@context"][-1] == "https://example.org/context.json"
    assert subject["source"]["type"] == ["Profile"]
    assert document["image"] == {"id": "https://example.org/i.png", "type": "Image", "caption": "A badge"}


def test_other_identifiers_schemas_and_statuses() -> None:
    ready = {"identityHash": "x", "hashed": False, "identityType": "userName"}
    identifiers = [
        {"type": "sourcedId", "value": "12", "hashed": False},
        {"type": "ext:a", "value": "9"},
        ready,
    ]
    status = {"id": "https://example.org/s", "type": "1EdTechRevocationList"}
    document = drafted(recipient={"identifiers": identifiers}, schema=False, status=status, results="A")
    identities = document["credentialSubject"]["identifier"]
    assert identities[0]["identityHash"] == "12"
    assert identities[1]["identityHash"].startswith("sha256$")
    assert identities[2] == {"type": "IdentityObject", **ready}
    assert "credentialSchema" not in document
    assert len(document["@context"]) == 2
    assert document["credentialStatus"] == status
    assert document["credentialSubject"]["result"] == [{"type": ["Result"], "value": "A"}]
    own = [{"id": "https://example.org/s.json", "type": "JsonSchema"}]
    assert drafted(schema=own)["credentialSchema"] == own
    assert drafted(recipient="bob@example.org")["credentialSubject"]["identifier"][0]["hashed"] is True


def test_a_credential_is_only_completed() -> None:
    document = drafted()
    assert draft(document, now=NOW, identifier=fresh()) == document
    bare = {n: v for n, v in document.items() if n not in ("id", "validFrom")}
    completed = draft(bare, now=NOW, identifier=lambda: "urn:new")
    assert (completed["id"], completed["validFrom"]) == ("urn:new", "2026-01-31T09:30:15Z")
    assert list(completed)[:2] == ["@context", "id"]
    legacy = {**bare, "issuanceDate": "2020-01-01T00:00:00Z"}
    assert "validFrom" not in draft(legacy, now=NOW, identifier=fresh())


def test_the_clock_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        draft(DESCRIPTION, now=NOW.replace(tzinfo=None), identifier=fresh())
    offset = NOW.astimezone(timezone(timedelta(hours=2)))
    assert draft(DESCRIPTION, now=offset, identifier=fresh())["validFrom"] == "2026-01-31T11:30:15+02:00"


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"achievement": None}, "/achievement", "description.missing"),
        ({"achievement": "Python"}, "/achievement", "description.type"),
        ({"achievement": {"name": "x", "criteria": "y"}}, "/achievement/description", "description.missing"),
        (
            {"achievement": {**DESCRIPTION["achievement"], "nam": "x"}},
            "/achievement/nam",
            "description.unknown-name",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "type": "Nonsense"}},
            "/achievement/type",
            "description.term",
        ),
        ({"achievement": {**DESCRIPTION["achievement"], "type": 5}}, "/achievement/type", "description.term"),
        (
            {"achievement": {**DESCRIPTION["achievement"], "image": 5}},
            "/achievement/image",
            "description.type",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "skills": ["x y"]}},
            "/achievement/skills/0",
            "description.type",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "name": " "}},
            "/achievement/name",
            "description.type",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "credits": "3"}},
            "/achievement/credits",
            "description.type",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "credits": True}},
            "/achievement/credits",
            "description.type",
        ),
        (
            {"achievement": {**DESCRIPTION["achievement"], "results": ["x"]}},
            "/achievement/results/0",
            "description.type",
        ),
        ({"recipient": None}, "/recipient", "description.missing"),
        ({"recipient": {}}, "/recipient", "description.type"),
        ({"recipient": {"email": "no address"}}, "/recipient/email", "description.type"),
        ({"recipient": {"id": "no uri"}}, "/recipient/id", "description.type"),
        ({"recipient": {"shoe": 43}}, "/recipient/shoe", "description.type"),
        ({"recipient": {"identifiers": [5]}}, "/recipient/identifiers/0", "description.type"),
        (
            {"recipient": {"identifiers": [{"value": "x"}]}},
            "/recipient/identifiers/0/type",
            "description.missing",
        ),
        ({"valid_until": "2025-02-30"}, "/valid_until", "description.date"),
        ({"valid_until": "2025-02-03T10:00:00"}, "/valid_until", "description.date"),
        ({"valid_until": 5}, "/valid_until", "description.date"),
        ({"valid_from": NOW.replace(tzinfo=None)}, "/valid_from", "description.date"),
        ({"issuer": {"id": "no uri"}}, "/issuer/id", "description.uri"),
        (
            {"issuer": {"id": "urn:a", "dateOfBirth": "2025-01-01T00:00:00Z"}},
            "/issuer/dateOfBirth",
            "description.date",
        ),
        ({"status": {"list": "https://example.org/s", "index": True}}, "/status", "description.type"),
        ({"status": {"list": "x", "index": 1}}, "/status", "description.type"),
        ({"status": 5}, "/status", "description.type"),
        ({"description": 5}, "/description", "description.type"),
        ({"colour": "red"}, "/colour", "description.unknown-name"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], where: str, code: str) -> None:
    assert refused(**change)[where] == code


def test_everything_is_told_at_once_and_near_names_are_suggested() -> None:
    problems = refused(achievement={"nam": "x"}, recipient=5, colour=1, valid_from="x")
    assert {"/achievement/name", "/achievement/nam", "/recipient", "/colour", "/valid_from"} <= set(problems)
    with pytest.raises(IssuingError) as caught:
        drafted(achievement={**DESCRIPTION["achievement"], "critera": "x", "zzz": 1})
    expected = {p.where: p.expected for p in caught.value.problems}
    assert expected["/achievement/critera"] == "the name criteria"
    assert expected["/achievement/zzz"].startswith("one of the names id, ")


@pytest.mark.parametrize("value", [float("nan"), date(2026, 1, 1), "\ud800", b"x"])
def test_what_json_does_not_have_is_refused(value: Any) -> None:
    assert refused(extra={"x": value}) == {"": "description.not-json"}


def test_one_url_is_a_skill_and_empty_lists_are_left_out() -> None:
    achievement = {
        **DESCRIPTION["achievement"],
        "skills": "https://example.org/s",
        "tags": [],
        "version": None,
    }
    document = drafted(achievement=achievement)
    made = document["credentialSubject"]["achievement"]
    assert made["alignment"][0]["targetUrl"] == "https://example.org/s"
    assert "tag" not in made
    assert "version" not in made


@given(
    st.dictionaries(
        st.sampled_from(
            ["achievement", "recipient", "evidence", "results", "status", "valid_from", "image", "x"]
        ),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.text(max_size=5)
            | st.sampled_from(["a@b.c", "urn:a"]),
            lambda c: (
                st.lists(c, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["name", "id", "email", "levels", "type", "identifiers"]), c, max_size=3
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_any_description_is_drafted_or_refused(description: dict[str, Any]) -> None:
    try:
        document = draft({**DESCRIPTION, **description}, now=NOW, identifier=fresh())
    except IssuingError:
        return
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
