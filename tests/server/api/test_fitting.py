"""Issue 3: 'Bad input gets a clear error beside its field or its row'; what is not known is such an input."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from api_caller import Answer, Api
from django.core.files.uploadedfile import SimpleUploadedFile

from insignia_server.achievements.models import Achievement
from insignia_server.api.pages import document
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.models import Group

pytestmark = pytest.mark.django_db
KEY = uuid.UUID(int=1)


def _bodies() -> dict[str, dict[str, Any]]:
    """Every schema that a JSON body, or a part of one, has in the document."""
    known = document()["components"]["schemas"]
    waiting: list[Any] = [
        content["schema"]
        for operations in document()["paths"].values()
        for operation in operations.values()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]
    found: dict[str, dict[str, Any]] = {}
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found[name] = known[name]
                waiting.append(known[name])
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def test_every_body_refuses_members_that_are_not_known() -> None:
    bodies = _bodies()
    assert len(bodies) > 30
    assert [name for name, one in bodies.items() if one.get("additionalProperties") is not False] == []


def _errors(answer: Answer) -> list[tuple[str, str]]:
    assert answer.status == 422, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [(one["field"], one["code"]) for one in answer["errors"]]


def test_a_misspelt_member_is_named_and_the_near_one_offered(api: Api) -> None:
    answer = api("PATCH", "/organisation", {"hold_minuts": 5})
    assert answer["errors"] == [
        {
            "field": "hold_minuts",
            "code": "unknown",
            "message": "“hold_minuts” is not known here. Did you mean “hold_minutes”?",
            "expected": "accent, approval_from, day_first, hold_minutes, language, name, public_theme, "
            "reply_to, second_colour, time_zone",
            "got": "hold_minuts",
        }
    ]
    assert "Did you mean “hold_minutes”?" in answer["detail"]
    answer = api("POST", "/groups", {"name": "a", "zzz": 1})
    assert answer["errors"][0]["message"] == "“zzz” is not known here. Known are: name."
    assert Group.plain.count() == 0


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/members/{key}", {"roles": [], "role": "owner"}, "role"),
        ("/invitations", {"email": "a@example.org", "roles": ["owner"], "mail": 1}, "mail"),
        ("/groups/{key}/people", {"people": [{"email": "a@b.example", "nmae": "x"}]}, "people.0.nmae"),
        ("/domains", {"name": "n.example", "methd": "dns"}, "methd"),
        ("/clients", {"name": "n", "scopes": ["read"], "a_minit": 5}, "a_minit"),
        ("/issuers", {"name": "n", "slugg": "x"}, "slugg"),
        ("/issuers", {"name": "n", "identifiers": [{"type": "ror", "valu": "1"}]}, "identifiers.0.valu"),
        ("/achievements/{key}/publish", {"not": "x"}, "not"),
        ("/achievements/{key}/share", {"shared": True, "share": False}, "share"),
        ("/awards/{key}/revoke", {"reason": "x", "sned": False}, "sned"),
        ("/awards/{key}/resend", {"mail": "x"}, "mail"),
        ("/awards/remind", {"awards": [], "award": []}, "award"),
        ("/batches/{key}/undo", {"reason": "x", "why": "y"}, "why"),
        ("/claim-links", {"achievement": str(KEY), "name": "x", "limits": 5}, "limits"),
        ("/claims/{key}/decline", {"reason": "x", "why": "y"}, "why"),
        ("/webhooks", {"url": "https://hooks.example/x", "event": ["award.issued"]}, "event"),
        ("/verifications", {"credential": "x", "polcy": "lenient"}, "polcy"),
    ],
)
def test_what_is_not_known_is_refused_everywhere(api: Api, path: str, body: Any, field: str) -> None:
    method = "PATCH" if path == "/members/{key}" else "POST"
    assert (field, "unknown") in _errors(api(method, path.format(key=KEY), body))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/awards?state=revoked&state=issued", "state"),
        ("/groups?limit=1&limit=2", "limit"),
        ("/groups?limit=1&limit=1", "limit"),
    ],
)
def test_what_is_given_twice_is_refused(api: Api, path: str, field: str) -> None:
    """docs/api.md: 'Nothing is ignored.' Of two values one would be."""
    assert _errors(api("GET", path)) == [(field, "repeated")]


def test_a_field_of_a_form_that_is_given_twice_is_refused(api: Api) -> None:
    files = [SimpleUploadedFile(f"{name}.txt", b"work") for name in "ab"]
    assert _errors(api("POST", "/evidence", files={"file": files})) == [("file", "repeated")]


def test_of_an_award_the_places_are_those_of_the_request(api: Api, achievement: Achievement) -> None:
    def award(**more: Any) -> list[tuple[str, str]]:
        body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}, **more}
        return _errors(api("POST", "/awards", body))

    assert award(recipient={"email": "x"}) == [("recipient.email", "email.invalid")]
    assert award(recipient={}) == [("recipient.email", "person.missing")]
    assert award(recipient={"emial": "x"}) == [("recipient.emial", "unknown")]
    assert award(recipient="x") == [("recipient", "schema.model_attributes_type")]
    assert award(results=[{"description": 5}]) == [("results.0.description", "schema.string_type")]
    assert award(valid_untill="2027-01-01T00:00:00Z") == [("valid_untill", "unknown")]
    assert award(valid_until="soon") == [("valid_until", "schema.datetime_from_date_parsing")]
    assert award(recipient={"identifier": "x", "identifier_kind": "zzz"})[0][0] == "recipient.identifier_kind"


def test_of_a_definition_the_places_are_those_of_the_request(api: Api, issuer: Issuer) -> None:
    body = {"issuer": str(issuer.pk), "definition": {"name": "x", "criterria": "y"}}
    assert _errors(api("POST", "/achievements", body)) == [("definition.criterria", "unknown")]
    body = {"issuer": str(issuer.pk), "framework": "zzz"}
    assert _errors(api("POST", "/achievements", body)) == [("framework", "term")]
    made = api("POST", "/achievements", {"issuer": str(issuer.pk), "definition": {"name": "x"}})
    fields = [field for field, _code in _errors(api("POST", f"/achievements/{made['id']}/publish", {}))]
    assert "definition.description" in fields
    assert all(field.startswith("definition.") for field in fields)


def test_of_a_file_the_place_is_the_part_of_the_form(api: Api, issuer: Issuer) -> None:
    wrong = SimpleUploadedFile("x.png", b"no picture", "image/png")
    assert _errors(api("POST", f"/issuers/{issuer.pk}/picture", files={"file": wrong}))[0][0] == "file"
    wrong.seek(0)
    assert _errors(api("POST", "/evidence", files={"file": wrong}))[0][0] == "file"
    assert _errors(api("POST", "/evidence", files={"file": wrong, "nmae": "x"})) == [("nmae", "unknown")]
    csv = SimpleUploadedFile("a.csv", b"Email\na@example.org\n", "text/csv")
    assert _errors(api("POST", "/batches", files={"fil": csv})) == [("fil", "unknown")]
    assert _errors(api("POST", "/batches", files={})) == [("file", "schema.missing")]


def test_a_problem_says_what_was_expected_and_what_was_there(api: Api) -> None:
    answer = api("PATCH", "/organisation", {"hold_minutes": -1})
    assert answer["errors"] == [
        {
            "field": "hold_minutes",
            "code": "schema.greater_than_equal",
            "message": "This must be 0 or more.",
            "expected": "0",
            "got": "-1",
        }
    ]
    answer = api("POST", "/groups", "[]")
    assert (answer["errors"][0]["field"], answer["errors"][0]["message"]) == (
        "",
        "Send a JSON object as the body.",
    )
    answer = api("POST", "/groups", '{"name": "a", "name": "b"}')
    assert answer.status == 400
    assert "name" in answer["detail"], "the parser's own words"


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("/awards?batchh=1", "batchh", "batch"),
        ("/groups?archive=true", "archive", "archived"),
        ("/achievements?sate=draft", "sate", "state"),
        ("/organisation?x=1", "x", ""),
        (f"/batches/{KEY}/problems?limt=1", "limt", "limit"),
        (f"/credentials/{KEY}?format=jwt", "format", ""),
    ],
)
def test_a_parameter_that_is_not_known_is_refused(api: Api, path: str, name: str, known: str) -> None:
    answer = api("GET", path)
    assert _errors(answer) == [(name, "unknown")]
    assert (f"Did you mean “{known}”?" in answer["detail"]) == bool(known)
    assert known in answer["errors"][0]["expected"]


def test_an_act_without_a_body_takes_none(api: Api, achievement: Achievement) -> None:
    path = f"/achievements/{achievement.pk}/archive"
    assert _errors(api("POST", path, {"reason": "old"})) == [("", "body")]
    assert _errors(api("DELETE", f"/achievements/{achievement.pk}/draft", {"force": True})) == [("", "body")]
    assert api("POST", path, {}).status == 200
    assert api("POST", f"/achievements/{achievement.pk}/unarchive").status == 200


def test_the_sentences_are_in_the_language_of_the_caller(api: Api) -> None:
    """Accept-Language chooses the language of sentences: ours, not pydantic's, are told."""
    answer = api("POST", "/groups", {}, Accept_Language="de")
    assert answer["errors"][0]["message"] != "Field required"
