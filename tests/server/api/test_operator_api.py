"""The operator's API: only keys of operators open it, and it does what the pages do."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from api_caller import Api
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from insignia_server.api.operator.application import document
from insignia_server.audit.models import Entry
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import clients, operator, operator_keys
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

pytestmark = pytest.mark.django_db
BASE = "/api/operator/v1"


@pytest.fixture
def chief(make_user: Callable[..., User]) -> User:
    return make_user("chief@instance.example", is_staff=True)


@pytest.fixture
def chief_api(chief: User) -> Api:
    return Api(operator_keys.create_key(user=chief, name="Control")[1], base=BASE)


def test_every_operation_is_closed_to_other_keys(
    owner: Actor, organisation: Organisation, chief: User, chief_api: Api
) -> None:
    """No key, a wrong one, an organisation's own, a revoked one, one of somebody who is no operator now."""
    with scopes.organisation(organisation.pk):
        theirs = clients.create_client(by=owner, name="SIS", scopes_=map(str, owner.permissions))[1]
    row, revoked = operator_keys.create_key(user=chief, name="Old")
    operator_keys.revoke_key(user=chief, row=row, now=timezone.now())
    keys = [None, "insignia-operator_x_y", theirs, revoked, f"{revoked[:-1]}x"]
    for path, operations in document()["paths"].items():
        at = "/" + path.partition("/v1/")[2].replace("{key}", str(organisation.pk))
        for method in operations:
            found = {Api(key, base=BASE)(method.upper(), at, {}).status for key in keys}
            assert (method, at, found) == (method, at, {401})
    assert Api(chief_api.key)("GET", "/organisation").status == 401, "and none of them opens an organisation"
    assert chief_api("GET", "/organisations").status == 200
    User.objects.filter(pk=chief.pk).update(is_staff=False)
    assert chief_api("GET", "/organisations").status == 401


def test_organisations_and_quotas(organisation: Organisation, chief_api: Api) -> None:
    at = f"/organisations/{organisation.pk}"
    assert [one["slug"] for one in chief_api("GET", "/organisations?state=active")["items"]] == [
        organisation.slug
    ]
    assert chief_api("GET", "/organisations?state=x").status == 422
    assert chief_api("POST", f"{at}/suspend", {"reason": " "}).status == 422
    assert chief_api("POST", f"{at}/suspend", {"reason": "Sells badges."})["state"] == "suspended"
    assert chief_api("GET", at)["state_reason"] == "Sells badges."
    assert chief_api("POST", f"{at}/resume")["state"] == "active"
    assert chief_api("POST", f"{at}/approve")["state"] == "active"
    assert chief_api("PUT", f"{at}/quota", {"awards_a_month": 7}).status == 422, "both are said"
    put = chief_api("PUT", f"{at}/quota", {"awards_a_month": 7, "evidence_bytes": None})
    assert (put["quota_awards_a_month"], put["quota_evidence_bytes"]) == (7, None)
    assert chief_api("GET", at)["evidence_bytes"] == 0
    assert chief_api("GET", f"/organisations/{uuid.uuid4()}").status == 404
    with scopes.crossing("operator"):
        acts = list(
            Entry.objects.filter(actor_kind="operator").order_by("pk").values_list("action", flat=True)
        )
    assert acts == [
        "operator-key.create",
        *("organisation.suspend", "organisation.resume", "organisation.approve", "organisation.quota"),
    ]


def test_founders_reports_and_domains(organisation: Organisation, chief_api: Api) -> None:
    assert chief_api("POST", "/founders", {"email": "no address"}).status == 422
    made = chief_api("POST", "/founders", {"email": "f@example.org", "language": "de"})
    run_pending()
    assert (made.status, mail.outbox[-1].to) == (201, ["f@example.org"])
    assert [one["id"] for one in chief_api("GET", "/founders")["items"]] == [made["id"]]
    assert chief_api("DELETE", f"/founders/{made['id']}").status == 204
    assert chief_api("DELETE", f"/founders/{made['id']}").status == 404
    report = operator.report_abuse(address="/x", reason="other", text="Look.", organisation=organisation)
    assert [one["text"] for one in chief_api("GET", "/reports")["items"]] == ["Look."]
    assert chief_api("POST", f"/reports/{report.pk}/close", {"note": ""}).status == 422
    assert chief_api("POST", f"/reports/{report.pk}/close", {"note": "Spoke."})["closing_note"] == "Spoke."
    assert chief_api("GET", "/reports")["items"] == []
    assert len(chief_api("GET", "/reports?state=closed")["items"]) == 1
    assert chief_api("GET", "/domains")["items"] == []


def test_failed_jobs(chief_api: Api) -> None:
    from insignia_server.webhooks.jobs import deliver_due

    for _ in range(2):
        deliver_due.enqueue()
    DBTaskResult.objects.update(status="FAILED", finished_at=timezone.now())
    keys = [one["key"] for one in chief_api("GET", "/jobs/failed").body]
    assert len(keys) == 2
    assert chief_api("POST", "/jobs/failed/retry", {"jobs": keys[:1]})["count"] == 1
    assert chief_api("POST", "/jobs/failed/discard", {"jobs": None})["count"] == 1
    assert chief_api("GET", "/jobs/failed").body == []


def test_a_key_is_made_on_the_page_and_shown_once(client: Client, chief: User) -> None:
    client.force_login(chief)
    page = client.post("/operator/keys/", {"name": "Control"}, follow=True).content.decode()
    assert page.count("insignia-operator_") >= 2
    key = next(
        word
        for word in page.replace('"', " ").replace("<", " ").replace(">", " ").split()
        if word.startswith("insignia-operator_") and word.count("_") >= 2
    )
    assert Api(key, base=BASE)("GET", "/organisations").status == 200
    assert key not in client.get("/operator/keys/").content.decode()


def test_the_document_is_for_everybody(client: Client) -> None:
    assert client.get(f"{BASE}/openapi.json").json()["info"]["title"] == "Insignia: operator"
    assert "Suspend" in client.get(f"{BASE}/docs").content.decode()
    assert client.get(f"{BASE}/nothing").status_code == 404
