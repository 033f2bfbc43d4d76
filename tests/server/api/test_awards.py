"""The issuer's work over the API, from the definition to the undo."""

from __future__ import annotations

import csv
import io

import pytest
from api_caller import Api
from django.core.files.uploadedfile import SimpleUploadedFile

from insignia_server.achievements.models import Achievement
from insignia_server.credentials.models import Credential
from insignia_server.issuers.models import Issuer
from insignia_server.kit.worker import run_pending

pytestmark = pytest.mark.django_db


def _award(api: Api, achievement: Achievement, email: str = "ann@example.org", **more: object) -> str:
    body = {"achievement": str(achievement.pk), "recipient": {"email": email, "name": "Ann"}, **more}
    answer = api("POST", "/awards", body)
    assert answer.status == 201, answer
    return str(answer["id"])


def test_an_award_is_listed_served_and_verifies(api: Api, achievement: Achievement) -> None:
    key = _award(api, achievement)
    for query in (
        "",
        f"?achievement={achievement.pk}",
        "?search=ann@example.org",
        "?search=An",
        "?state=valid",
    ):
        assert [one["id"] for one in api("GET", f"/awards{query}")["items"]] == [key], query
    assert api("GET", "/awards?search=bo@example.org")["items"] == []
    stored = bytes(Credential.plain.get(pk=key).content)
    served = api("GET", f"/credentials/{key}")
    assert (served.content, served.headers["Content-Type"]) == (stored, "application/vc")
    report = api("POST", "/verifications", {"credential": stored.decode(), "recipient": "ann@example.org"})
    assert report["verdict"] == "valid"
    wrong = api("POST", "/verifications", {"credential": stored.decode().replace("Literacy", "Mastery")})
    assert (wrong.status, wrong["verdict"]) == (200, "invalid")
    assert api("POST", "/verifications", {"credential": "x", "policy": "none"}).status == 422
    assert api("POST", "/verifications", {"credential": "x", "checks": ["none"]}).status == 422


@pytest.mark.parametrize("path", ["/awards", "/awards/preview"])
def test_a_cryptosuite_that_is_not_known_is_told_by_its_field(
    api: Api, achievement: Achievement, path: str
) -> None:
    """'Bad input gets a clear error beside its field.'"""
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}}
    answer = api("POST", path, {**body, "suite": "eddsa-rdfc-22"})
    assert (answer.status, answer["errors"][0]["field"]) == (422, "suite")
    assert "Did you mean “eddsa-rdfc-2022”" in answer["detail"]
    assert api("POST", path, {**body, "suite": "ecdsa-rdfc-2019"}).status in (200, 201)


def test_a_misspelt_field_signs_nothing(api: Api, achievement: Achievement) -> None:
    """Else `valid_untill` makes a badge that never ends."""
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}}
    answer = api("POST", "/awards", {**body, "valid_untill": "2027-01-01T00:00:00Z"})
    assert answer.status == 422
    assert answer["errors"][0]["field"].endswith("valid_untill")
    assert not Credential.plain.exists()


def test_suspend_reinstate_revoke(api: Api, achievement: Achievement) -> None:
    key = _award(api, achievement)
    assert api("POST", f"/awards/{key}/suspend", {"reason": "Asked back."})["state"] == "suspended"
    credential = api("GET", f"/awards/{key}")["credential"]
    assert api("POST", "/verifications", {"credential": credential})["verdict"] == "invalid"
    assert api("POST", f"/awards/{key}/reinstate", {})["state"] == "valid"
    assert api("POST", "/verifications", {"credential": credential})["verdict"] == "valid"
    assert api("POST", f"/awards/{key}/revoke", {"reason": ""}).status == 422
    assert api("POST", f"/awards/{key}/revoke", {"reason": "A mistake."})["state_reason"] == "A mistake."
    assert api("GET", f"/credentials/{key}/status")["state"] == "revoked"
    assert api("POST", f"/awards/{key}/revoke", {"reason": "Again."}).status == 422


def test_a_correction_takes_the_place_of_the_old_one(api: Api, achievement: Achievement) -> None:
    key = _award(api, achievement)
    new = api("POST", f"/awards/{key}/correct", {"reason": "Name misspelt.", "name": "Anne"})
    assert (new.status, new["name"]) == (201, "Anne")
    old = api("GET", f"/awards/{key}")
    assert (old["state"], old["superseded_by"]) == ("superseded", new["id"])


def test_preview_resend_and_remind(api: Api, achievement: Achievement) -> None:
    body = {"achievement": str(achievement.pk), "recipient": {"email": "bo@example.org"}}
    assert "proof" not in api("POST", "/awards/preview", body).body
    assert Credential.plain.count() == 0
    key = _award(api, achievement, send=False)
    again = api("POST", f"/awards/{key}/resend", {"email": "anna@example.org"})
    assert (again.status, again["email"], again["delivery"]) == (202, "anna@example.org", "queued")
    assert api("POST", "/awards/remind", {"awards": [key]})["reminded"] == 0


def test_bulk_has_an_outcome_for_each_row(api: Api, achievement: Achievement) -> None:
    rows = [
        {"recipient": {"email": "a@example.org"}, "key": "first"},
        {"recipient": {"email": "nobody"}},
        {"recipient": "x"},
        {"recipient": {"email": "b@example.org"}},
        {"recipient": {"email": "a@example.org"}, "key": "first"},
    ]
    body = {"achievement": str(achievement.pk), "rows": rows}
    done = api("POST", "/awards/bulk", body)
    outcomes = [one["outcome"] for one in done["rows"]]
    assert outcomes[:2] == ["awarded", "refused"]
    assert outcomes[2:4] == ["refused", "awarded"]
    assert done["rows"][1]["errors"][0]["field"] == "recipient.email"
    assert done["rows"][4]["award"] == done["rows"][0]["award"]
    assert Credential.plain.count() == 2
    assert api("POST", "/awards/bulk", {**body, "rows": rows[:1] * 1001}).status == 422


def test_a_batch_goes_from_the_file_to_the_undo(api: Api, achievement: Achievement) -> None:
    api("PATCH", "/organisation", {"hold_minutes": 0})
    content = b"Email,Name\nann@example.org,Ann\nbad,Bo\ncy@example.org,Cy\n"
    batch = api(
        "POST",
        "/batches",
        files={
            "file": SimpleUploadedFile("people.csv", content, "text/csv"),
            "achievement": str(achievement.pk),
        },
    )
    assert (batch.status, batch["state"], batch["headings"]) == (202, "reading", [])
    at = f"/batches/{batch['id']}"
    run_pending()
    assert api("GET", at)["headings"] == ["Email", "Name"]
    assert api("PATCH", f"{at}/options", {"send": False})["options"]["send"] is False
    assert api("PATCH", f"{at}/options", {"encoding": "no such"}).status == 202
    assert api("POST", f"{at}/check").status == 422
    run_pending()
    assert (api("GET", at)["state"], "encoding" in api("GET", at)["failure"]) == ("draft", True)
    assert api("POST", f"{at}/check").status == 202
    run_pending()
    checked = api("GET", at)
    assert (checked["state"], checked["good"], checked["bad"]) == ("checked", 2, 1)
    problems = api("GET", f"{at}/problems").body
    assert (problems[0]["line"], problems[0]["field"]) == (3, "email")
    assert api("GET", f"{at}/problems?after=3").body == []
    assert b"bad" in api("GET", f"{at}/problems/file?only_bad=true").content
    assert api("POST", f"{at}/confirm").status == 202
    for _ in range(4):
        run_pending()
    done = api("GET", at)
    assert (done["state"], done["signed"], done["percent"]) == ("done", 2, 100)
    assert [one["state"] for one in api("GET", f"{at}/outcomes").body] == ["issued", "issued"]
    table = list(csv.reader(io.StringIO(api("GET", f"{at}/outcomes/file").content.decode("utf-8-sig"))))
    assert len(table) == 4
    assert len(api("GET", f"/awards?batch={batch['id']}")["items"]) == 2
    assert api("POST", f"{at}/undo", {"reason": "The wrong list."}).status == 202
    for _ in range(4):
        run_pending()
    assert api("GET", at)["state"] == "undone"
    assert set(Credential.plain.values_list("state", flat=True)) == {"revoked"}


def test_define_publish_archive(api: Api, issuer: Issuer, achievement: Achievement) -> None:
    made = api("POST", "/achievements", {"issuer": str(issuer.pk), "definition": {"name": "Welding"}})
    assert (made.status, made["state"], made["has_draft"]) == (201, "draft", True)
    at = f"/achievements/{made['id']}"
    refused = api("POST", f"{at}/publish", {})
    assert refused.status == 422
    assert {"definition.description", "definition.criteria"} <= {one["field"] for one in refused["errors"]}
    full = api("GET", f"/achievements/{achievement.pk}")["current"]["definition"]
    assert api("PUT", f"{at}/draft", {"definition": {"nonsense": 1}}).status == 422
    saved = api(
        "PUT", f"{at}/draft", {"definition": {**full, "name": "Welding"}, "seen": made["draft"]["stamp"]}
    )
    assert (saved.status, saved["completeness"]) == (200, 100), saved
    stale = api("PUT", f"{at}/draft", {"definition": full, "seen": made["draft"]["stamp"]})
    assert (stale.status, stale["errors"][0]["code"]) == (422, "conflict")
    picture = SimpleUploadedFile("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    assert api("POST", f"{at}/picture", files={"file": picture}).status in (200, 422)
    assert api("DELETE", f"{at}/picture").status == 200
    assert api("POST", f"{at}/publish", {"note": "First."})["version"] == 1
    assert [one["number"] for one in api("GET", f"{at}/versions").body] == [1]
    assert api("POST", f"{at}/share", {"shared": True})["shared"] is True
    course = "https://courses.nordhaven.example/welding"
    assert api("PUT", f"{at}/earn-url", {"earn_url": course})["earn_url"] == course
    wrong = api("PUT", f"{at}/earn-url", {"earn_url": "http://courses.nordhaven.example"})
    assert (wrong.status, wrong["errors"][0]["field"], wrong["errors"][0]["code"]) == (422, "earn_url", "url")
    assert api("POST", f"{at}/clone", {})["name"] == "Welding (copy)"
    assert api("POST", f"{at}/archive")["state"] == "archived"
    assert made["id"] not in {one["id"] for one in api("GET", "/achievements")["items"]}
    assert api("POST", f"{at}/unarchive")["state"] == "published"


def test_issuers_and_keys(api: Api) -> None:
    made = api("POST", "/issuers", {"name": "Academy"})
    at = f"/issuers/{made['id']}"
    assert (made.status, made["did"]) == (201, "did:web:badges.example.test:issuers:academy")
    assert api("PATCH", at, {"name": "The Academy", "url": "nonsense"}).status == 422
    assert api("PATCH", at, {"name": "The Academy"})["name"] == "The Academy"
    keys = {one["algorithm"]: one for one in api("GET", f"{at}/keys")["items"]}
    assert set(keys) == {"Ed25519", "P-256"}
    assert "d" not in keys["Ed25519"]["public_jwk"]
    new = api("POST", f"{at}/keys/{keys['Ed25519']['id']}/rotate")
    assert (new.status, new["state"]) == (201, "active")
    worse = api("POST", f"{at}/keys/{new['id']}/compromised", {"since": "2026-01-01T00:00:00Z"})
    assert worse.status == 201, worse
    states = {one["id"]: one["state"] for one in api("GET", f"{at}/keys")["items"]}
    assert (states[keys["Ed25519"]["id"]], states[new["id"]]) == ("retired", "compromised")
    assert api("POST", f"{at}/keys", {"algorithm": "RSA"}).status == 201
    assert api("POST", f"{at}/archive")["archived_at"]
    assert api("POST", f"{at}/unarchive")["archived_at"] is None


def test_a_reported_key_leaves_no_list_that_nobody_believes(
    api: Api, achievement: Achievement, issuer: Issuer
) -> None:
    """'A compromised key (…) leaves assertionMethod': badges of another key of the issuer still verify."""
    _award(api, achievement)
    other = {"achievement": str(achievement.pk), "recipient": {"email": "bo@example.org"}}
    award = api("POST", "/awards", {**other, "suite": "ecdsa-rdfc-2019"})
    at = f"/issuers/{issuer.pk}/keys"
    key = next(one for one in api("GET", at)["items"] if one["algorithm"] == "Ed25519")
    assert api("POST", f"{at}/{key['id']}/compromised", {"since": key["created_at"]}).status == 201
    assert api("POST", "/verifications", {"credential": award["credential"]})["verdict"] == "valid"


def test_claim_links(api: Api, achievement: Achievement) -> None:
    link = api("POST", "/claim-links", {"achievement": str(achievement.pk), "name": "Open day", "limit": 3})
    assert link["url"].startswith("https://badges.example.test/claim/")
    assert api("GET", f"/claim-links?achievement={achievement.pk}")["items"] == [link.body]
    assert api("POST", f"/claim-links/{link['id']}/close")["closed_at"]
    assert api("GET", f"/claims?link={link['id']}&state=waiting")["items"] == []


def test_webhooks_tell_of_an_award(api: Api, achievement: Achievement) -> None:
    hook = api("POST", "/webhooks", {"url": "https://hooks.example/x", "events": ["award.issued"]})
    assert hook["secret"].startswith("whsec_")
    key = _award(api, achievement)
    deliveries = api("GET", f"/webhooks/{hook['id']}/deliveries")["items"]
    assert api("GET", f"/webhooks/{hook['id']}/deliveries?state=zz").status == 422
    assert [(one["type"], one["body"]["data"]["award"]) for one in deliveries] == [("award.issued", key)]
    replayed = api("POST", f"/webhooks/{hook['id']}/deliveries/{deliveries[0]['id']}/replay")
    assert (replayed.status, replayed["event"]) == (202, deliveries[0]["event"])
    assert api("POST", f"/webhooks/{hook['id']}/secret")["secret"] != hook["secret"]
    assert api("PATCH", f"/webhooks/{hook['id']}", {"enabled": False})["disabled_at"]
    assert api("DELETE", f"/webhooks/{hook['id']}").status == 204
    acts = {one["action"] for one in api("GET", "/audit?limit=200")["items"]}
    assert {"webhook.create", "webhook.replay", "webhook.remove", "award.issue"} <= acts
