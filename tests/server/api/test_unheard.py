"""What used to pass without a word: unknown languages and control characters in names, private webhooks."""

from __future__ import annotations

from typing import Any

import pytest
from api_caller import Answer, Api
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.kit.worker import run_pending

pytestmark = pytest.mark.django_db


def _award(api: Api, achievement: Achievement, **recipient: str) -> Answer:
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org", **recipient}}
    return api("POST", "/awards", body)


@pytest.mark.parametrize("language", ["klingon", "xx", "it", "de\u0000"])
def test_a_language_that_is_not_known_is_refused(api: Api, achievement: Achievement, language: str) -> None:
    answer = _award(api, achievement, language=language)
    assert answer.status == 422
    assert (answer["errors"][0]["field"], answer["errors"][0]["code"]) == (
        "recipient.language",
        "locale.unknown",
    )
    assert answer["errors"][0]["expected"] == ", ".join(dict(settings.LANGUAGES))
    assert Award.plain.count() == 0


@pytest.mark.parametrize(("given", "kept"), [("de", "de"), ("de-AT", "de"), ("DE_at", "de"), ("", "")])
def test_one_that_is_near_is_taken(api: Api, achievement: Achievement, given: str, kept: str) -> None:
    assert _award(api, achievement, language=given)["language"] == kept


@pytest.mark.parametrize(
    "name", ["Ann\u0000Lee", "Ann\nLee", "Ann\u001bLee", "Ann Lee\u0000", "Ann\u2028Lee"]
)
def test_control_characters_in_a_name_are_refused(api: Api, achievement: Achievement, name: str) -> None:
    answer = _award(api, achievement, name=name)
    assert answer.status == 422
    (error,) = answer["errors"]
    assert (error["field"], error["code"], error["expected"]) == (
        "recipient.name",
        "name.control",
        "a name in one line",
    )
    assert "\u0000" not in error["got"]
    assert Award.plain.count() == 0


def test_space_around_a_name_is_no_mistake(api: Api, achievement: Achievement) -> None:
    assert _award(api, achievement, name=" Ann Lee\n")["name"] == "Ann Lee"


def test_the_dry_run_of_a_file_points_both_out(api: Api, achievement: Achievement) -> None:
    content = (
        b"Email,Name,Language\na@a.example,Ann\x00Lee,de\nb@b.example,Bo\x07Lee,de\nc@c.example,Cy,tlh\n"
    )
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    made = api("POST", "/batches", files={"file": file, "achievement": str(achievement.pk)})
    assert made.status == 202, made
    run_pending()
    assert api("POST", f"/batches/{made['id']}/check").status == 202
    run_pending()
    found = api("GET", f"/batches/{made['id']}/problems").body
    told = {(one["line"], one["column"], one["code"], one["is_error"]) for one in found}
    assert {
        (2, "Name", "cell.nul", True),
        (3, "Name", "name.control", False),
        (4, "Language", "locale.unknown", False),
    } <= told


def test_a_roster_lists_the_line_with_a_control_character(api: Api) -> None:
    group = api("POST", "/groups", {"name": "Class"})["id"]
    people: list[dict[str, Any]] = [
        {"email": "a@example.org", "name": "Ann\u0000Lee"},
        {"email": "b@example.org", "name": "Bo"},
    ]
    done = api("POST", f"/groups/{group}/people", {"people": people})
    assert (done.status, done["added"], done["errors"][0]["field"]) == (200, 1, "1")
    assert done["errors"][0]["code"] == "name.control"


def test_a_private_webhook_is_refused_over_the_api(api: Api) -> None:
    answer = api("POST", "/webhooks", {"url": "https://169.254.169.254/latest"})
    assert (answer.status, answer["errors"][0]["field"], answer["errors"][0]["code"]) == (
        422,
        "url",
        "blocked",
    )
    assert api("GET", "/webhooks")["items"] == []


def test_a_test_event_goes_to_that_address_alone(api: Api) -> None:
    one = api("POST", "/webhooks", {"url": "https://hooks.example/1", "events": ["award.issued"]})
    two = api("POST", "/webhooks", {"url": "https://hooks.example/2"})
    assert api("POST", f"/webhooks/{one['id']}/test").status == 202
    sent = [api("GET", f"/webhooks/{key}/deliveries")["items"] for key in (one["id"], two["id"])]
    assert [len(items) for items in sent] == [1, 0]
