"""Keys, limits, repeated requests, pages and problems: what all operations have in common."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from api_caller import Api
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.achievements.models import Achievement
from insignia_server.api import idempotency, limits
from insignia_server.api.jobs import forget_answers
from insignia_server.api.models import IdempotentRequest
from insignia_server.api.problems import Problem
from insignia_server.awarding.models import Award
from insignia_server.kit.jobs import take_lease
from insignia_server.organisations.models import ApiClient, Group, Organisation
from insignia_server.organisations.roles import Permission
from insignia_server.people.models import User

pytestmark = pytest.mark.django_db
MakeClient = Callable[..., tuple[ApiClient, str]]


def test_a_session_is_no_key(organisation: Organisation) -> None:
    """The API takes keys alone: a signed-in owner without one is a stranger."""
    browser = Client()
    browser.force_login(User.objects.get())
    assert browser.get("/api/v1/organisation").status_code == 401


def test_a_revoked_key_opens_nothing(api: Api, make_client: MakeClient) -> None:
    client, key = make_client(Permission.READ)
    other = Api(key)
    assert other("GET", "/organisation").status == 200
    assert api("DELETE", f"/clients/{client.pk}").status == 204
    assert other("GET", "/organisation").status == 401


def test_a_suspended_organisation_is_told_so(api: Api, organisation: Organisation) -> None:
    Organisation.plain.update(state="suspended")
    answer = api("GET", "/organisation")
    assert (answer.status, "not active" in answer["detail"]) == (403, True)


def test_a_key_without_the_scope_is_told_which_one(make_client: MakeClient) -> None:
    _, key = make_client(Permission.READ)
    for path, body in (("/api/v1/groups", {"name": "a"}), ("/vc-api/credentials/issue", {})):
        answer = Api(key, "")("POST", path, body)
        assert answer.status == 403
        assert answer["detail"].startswith("This key may not do this. ("), answer["detail"]


def test_a_key_in_the_body_that_names_nothing_is_told_by_its_field(api: Api) -> None:
    """'Bad input gets a clear error beside its field.' The address of the request is not what is wrong."""
    key = str(uuid.uuid4())
    for path, body in (
        ("/awards", {"achievement": key, "recipient": {"email": "ann@example.org"}}),
        ("/awards/bulk", {"achievement": key, "rows": [{"recipient": {"email": "ann@example.org"}}]}),
        ("/awards/preview", {"achievement": key, "recipient": {"email": "ann@example.org"}}),
    ):
        answer = api("POST", path, body)
        assert (answer.status, answer["errors"][0]["field"]) == (404, "achievement"), path
        assert answer["errors"][0]["got"] == key


def test_what_can_be_read_answers_head(api: Api) -> None:
    """RFC 9110, 9.1: 'All general-purpose servers MUST support the methods GET and HEAD.'"""
    answer = api("HEAD", "/organisation")
    assert (answer.status, answer.content) == (200, b"")
    assert api("HEAD", "/awards/bulk").status == 405


def test_a_body_of_unknown_length_is_not_read_as_empty(api: Api) -> None:
    """A body in pieces (chunked) is empty for WSGI. RFC 9110, 15.5.12: 411 Length Required."""
    for path in ("/api/v1/groups", "/vc-api/credentials/verify"):
        answer = api.client.generic(
            "POST", path, headers={"authorization": f"Bearer {api.key}", "transfer-encoding": "chunked"}
        )
        assert answer.status_code == 411, path
        assert "Content-Length" in json.loads(answer.content)["detail"]


def test_the_last_use_is_remembered(api: Api) -> None:
    api("GET", "/organisation")
    assert ApiClient.plain.get().last_used_at is not None


def test_the_same_post_again_gets_the_same_answer(api: Api) -> None:
    first = api("POST", "/groups", {"name": "Class of 2026"}, Idempotency_Key="one")
    again = api("POST", "/groups", {"name": "Class of 2026"}, Idempotency_Key="one")
    assert (first.status, again.status, again.content) == (201, 201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Group.plain.count() == 1


def test_a_refusal_is_replayed_too_and_secrets_are_sealed(api: Api) -> None:
    made = api("POST", "/clients", {"name": "x", "scopes": ["read"]}, Idempotency_Key="one")
    again = api("POST", "/clients", {"name": "x", "scopes": ["read"]}, Idempotency_Key="one")
    assert again["key"] == made["key"]
    assert made["key"].encode() not in bytes(IdempotentRequest.plain.get().answer)
    first = api("POST", "/groups", {"name": ""}, Idempotency_Key="two")
    again = api("POST", "/groups", {"name": ""}, Idempotency_Key="two")
    assert (first.status, again.status, again.content) == (422, 422, first.content)


def test_another_request_with_the_same_key_is_422(api: Api) -> None:
    """Draft of the header, 2.7: 'If there is an attempt to reuse an idempotency key with a different request
    payload, the resource server MUST reply with an HTTP 422 status code'."""
    api("POST", "/groups", {"name": "a"}, Idempotency_Key="one")
    for path, body in (("/groups", {"name": "b"}), ("/domains", {"name": "a"})):
        answer = api("POST", path, body, Idempotency_Key="one")
        assert (answer.status, answer["errors"][0]["code"]) == (422, "idempotency.reused")


def test_a_request_that_still_runs_is_409_until_its_process_is_thought_dead(api: Api) -> None:
    """The same draft: 'If the request is retried, while the original request is still being processed, the
    resource server MUST reply with an HTTP 409'."""
    api("POST", "/groups", {"name": "a"}, Idempotency_Key="one")
    IdempotentRequest.plain.update(status=None, answer=None)
    answer = api("POST", "/groups", {"name": "a"}, Idempotency_Key="one")
    assert (answer.status, answer.headers["Retry-After"]) == (409, "1")
    IdempotentRequest.plain.update(started_at=timezone.now() - idempotency.LEASE - dt.timedelta(seconds=1))
    answer = api("POST", "/groups", {"name": "a"}, Idempotency_Key="one")
    assert (answer.status, answer["errors"][0]["code"]) == (422, "taken")


def test_after_a_day_the_key_is_free_again(api: Api) -> None:
    api("POST", "/groups", {"name": "a"}, Idempotency_Key="one")
    IdempotentRequest.plain.update(started_at=timezone.now() - idempotency.KEPT - dt.timedelta(seconds=1))
    assert api("POST", "/groups", {"name": "b"}, Idempotency_Key="one").status == 201
    IdempotentRequest.plain.update(started_at=timezone.now() - idempotency.KEPT - dt.timedelta(seconds=1))
    assert forget_answers.function(take_lease(uuid.uuid4(), worker="w", seconds=60)) == 1


def test_keys_of_two_clients_do_not_meet(make_client: MakeClient) -> None:
    one, two = Api(make_client()[1]), Api(make_client()[1])
    assert one("POST", "/groups", {"name": "a"}, Idempotency_Key="k").status == 201
    assert two("POST", "/groups", {"name": "b"}, Idempotency_Key="k").status == 201


@pytest.mark.parametrize("key", ["with space", "x" * 201, "ümlaut"])
def test_a_key_that_is_none_is_400(api: Api, key: str) -> None:
    answer = api("POST", "/groups", {"name": "a"}, Idempotency_Key=key.encode().decode("latin-1"))
    assert answer.status == 400
    assert Group.plain.count() == 0


def test_the_key_of_the_request_names_the_award(api: Api, achievement: Achievement) -> None:
    """Also when the stored answer is lost, an award is made once."""
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}}
    first = api("POST", "/awards", body, Idempotency_Key="k")
    IdempotentRequest.plain.all().delete()
    again = api("POST", "/awards", body, Idempotency_Key="k")
    assert (first.status, again.status, again["id"]) == (201, 200, first["id"])
    assert Award.plain.count() == 1


@given(
    st.integers(1, 100_000),
    st.lists(st.floats(0, 5, allow_nan=False), min_size=1, max_size=200),
)
def test_no_more_than_the_allowance_comes_through(a_minute: int, pauses: list[float]) -> None:
    """Over any time, a bucket lets its burst and its rate through, and never more."""
    now, full_at, passed = 1000.0, None, 0
    for pause in pauses:
        now += pause
        full_at, wait = limits.spend(full_at, a_minute, now)
        passed += not wait
    cost = 60 / a_minute
    assert passed * cost <= max(limits.BURST, cost) + sum(pauses) + cost


def test_a_bucket_that_is_empty_says_when_to_come_again() -> None:
    now = 1000.0
    for _ in range(10):
        limits.take("c", 10, clock=lambda: now)
    with pytest.raises(Problem) as caught:
        limits.take("c", 10, clock=lambda: now)
    wait = int(caught.value.headers["Retry-After"])
    limits.take("c", 10, clock=lambda: now + wait)


def test_too_many_requests_are_429(make_client: MakeClient) -> None:
    api = Api(make_client(Permission.READ, a_minute=2)[1])
    answers = [api("GET", "/organisation") for _ in range(3)]
    assert [one.status for one in answers] == [200, 200, 429]
    assert 25 <= int(answers[2].headers["Retry-After"]) <= 30


def test_a_body_that_is_too_large_is_413(api: Api) -> None:
    body = json.dumps({"name": "x" * limits.JSON_BYTES})
    assert api("POST", "/groups", body).status == 413


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", '"x"', "null", '{"name": "a", "name": "b"}', '{"name": 1e999}', '{"name": "\\ud800"}'],
)
def test_a_body_that_is_no_object_is_refused_with_a_problem(api: Api, body: str) -> None:
    answer = api("POST", "/groups", body.encode())
    assert answer.status in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= answer.body.keys()


def test_a_broken_form_is_400(api: Api, achievement: Achievement) -> None:
    answer = api.client.post(
        f"/api/v1/achievements/{achievement.pk}/picture",
        b"--x\r\nbroken",
        content_type="multipart/form-data",
        headers={"authorization": f"Bearer {api.key}"},
    )
    assert answer.status_code in (400, 422)


def test_errors_name_field_expected_and_got(api: Api) -> None:
    answer = api("POST", "/domains", {"name": "not a domain"})
    assert answer["errors"] == [
        {
            "field": "name",
            "code": "domain",
            "message": "Write the domain alone, like example.edu.",
            "expected": "example.edu",
            "got": "not a domain",
        }
    ]
    answer = api("PATCH", "/organisation", {"hold_minutes": -1})
    assert answer["errors"][0]["field"].endswith("hold_minutes")


def test_unknown_addresses_and_methods_are_problems(api: Api) -> None:
    assert api("GET", "/nothing")["status"] == 404
    assert api("GET", "/groups/not-a-key").status == 422
    answer = api("DELETE", "/awards")
    assert (answer["status"], "GET" in answer.headers["Allow"]) == (405, True)


def test_pages_go_on_where_they_ended(api: Api) -> None:
    for number in range(5):
        api("POST", "/groups", {"name": f"g{number}"})
    first = api("GET", "/groups?limit=2")
    assert [one["name"] for one in first["items"]] == ["g4", "g3"]
    assert f"after={first['next']}" in first.headers["Link"]
    assert 'rel="next"' in first.headers["Link"]
    second = api("GET", f"/groups?limit=2&after={first['next']}")
    third = api("GET", f"/groups?limit=2&after={second['next']}")
    assert [one["name"] for one in second["items"] + third["items"]] == ["g2", "g1", "g0"]
    assert third["next"] is None
    assert "Link" not in third.headers
    assert api("GET", "/groups?limit=0").status == 422
    assert api("GET", "/groups?after=x").status == 422


def test_the_document_and_its_page(client: Client) -> None:
    document = client.get("/api/v1/openapi.json")
    assert document.json()["openapi"] == "3.1.0"
    page = client.get("/api/docs/", follow=True)
    assert page.redirect_chain == [("/api/v1/docs", 302)]
    text = page.content.decode()
    assert "/api/v1/awards/bulk" in text
    assert "<style" not in text
    assert " style=" not in text
    assert all('src="/static/' in part for part in text.split("<script")[1:])


@pytest.mark.parametrize("base", ["/api/v1", "/api/operator/v1"])
@pytest.mark.parametrize("name", ["docs", "openapi.json"])
def test_the_documents_are_sent_small_and_once(client: Client, base: str, name: str) -> None:
    first = client.get(f"{base}/{name}", headers={"Accept-Encoding": "gzip"})
    plain = client.get(f"{base}/{name}")
    assert first["Content-Encoding"] == "gzip"
    assert len(first.content) * 4 < len(plain.content)
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in first["Vary"]
    assert first["Cache-Control"] == ("private, no-cache" if name == "docs" else "public, max-age=300")
    again = client.get(f"{base}/{name}", headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    asked = {"If-None-Match": first["ETag"], "Accept-Language": "de"}
    assert client.get(f"{base}/{name}", headers=asked).status_code == (200 if name == "docs" else 304)
    assert ("Accept-Language" in plain["Vary"]) == (name == "docs")


def test_the_page_of_the_api_is_sent_anew_to_who_signed_in(organisation: Organisation) -> None:
    """The token in its forms is good for one visitor, and the page names who reads it."""
    browser = Client()

    def asked(tag: str) -> int:
        return browser.get("/api/v1/docs", headers={"If-None-Match": tag}).status_code

    tag = browser.get("/api/v1/docs")["ETag"]
    assert asked(tag) == 304
    browser.cookies[settings.CSRF_COOKIE_NAME] = "b" * 32
    assert asked(tag) == 200
    tag = browser.get("/api/v1/docs")["ETag"]
    browser.force_login(User.objects.get())
    assert asked(tag) == 200


def test_what_postgresql_cannot_store_is_a_problem_not_a_defect(api: Api) -> None:
    answer = api("POST", "/groups", {"name": "a\u0000b"})
    assert answer.status in (201, 422), "SQLite stores NUL, PostgreSQL refuses it"
    if answer.status == 422:
        assert "cannot be stored" in answer["title"] + str(answer.body)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/achievements?state=", "archived"),
        ("/awards?state=", "superseded"),
        ("/awards?delivery=", "bounced"),
        ("/batches?state=", "approval"),
        ("/claims?state=", "unproved"),
        ("/audit?action=", "award.revoke"),
    ],
)
def test_a_filter_knows_its_values(api: Api, path: str, known: str) -> None:
    """An empty list would say that there is nothing."""
    answer = api("GET", f"{path}zz")
    assert answer.status == 422
    error = answer["errors"][0]
    assert (error["code"], error["got"]) == ("unknown", "zz")
    assert error["field"] == path.partition("?")[2].rstrip("=")
    assert known in error["expected"].split(", ")
    assert api("GET", f"{path}{known}").status == 200
