"""The public files: bytes as they were signed, for everyone, in one or two queries."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.credentials.conftest import NOW, MakeVersion, subject

from insignia.errors import ResolveError
from insignia.resolver import Purpose
from insignia_server.awarding.models import Award
from insignia_server.credentials import log, reading, services, status
from insignia_server.credentials.models import Credential, VisitorView
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.resolver import LocalResolver
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor

pytestmark = pytest.mark.urls("insignia_server.public.urls_credential_files")


def award(row: Credential, visibility: str) -> Award:
    assert row.version is not None
    made: Award = Award.objects.create(
        organisation_id=row.organisation_id,
        version=row.version,
        achievement=row.version.achievement,
        credential=row,
        idempotency_key=str(row.pk),
        source="manual",
        identifier="learner1@example.org",
        blind_index=bytes(32),
        visibility=visibility,
        created_at=NOW,
    )
    return made


def get(path: str, **headers: str) -> tuple[HttpResponse, int]:
    """The answer to a stranger, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        response = Client(headers=headers).get(path)
    return response, len(queries)


def assert_public(response: HttpResponse) -> None:
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_status_list_is_served_as_it_was_signed(version: Any, owner: Actor) -> None:
    """Issue 3: lists have 'caching headers'; 'what is signed is … served as these bytes'."""
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    path = f"/status/{row.status_list_id}.json"
    first, queries = get(path)
    assert (first.status_code, queries) == (200, 1)
    assert first["Content-Type"] == "application/json"
    assert first["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert_public(first)
    assert first.content == get(path)[0].content == bytes(row.status_list.published or b"")
    etag = first["ETag"]
    unchanged, _ = get(path, **{"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["Access-Control-Allow-Origin"] == "*"
    services.revoke(by=owner, credential=row, reason="Mistake.", now=NOW)
    changed, _ = get(path, **{"if-none-match": etag})
    assert changed.status_code == 200
    assert changed["ETag"] != etag


def test_nothing_is_signed_on_read(version: Any) -> None:
    """House rule 1: 'Nothing is signed on read.' A bit that waits for its publication is not there yet."""
    place = status.allocate(version.achievement.issuer, "revocation", 1, now=NOW)[0]
    before = get(f"/status/{place.list_id}.json")[0].content
    status.set_bits({place.list_id: [(place.index, 1)]}, now=NOW, publish=False)
    assert get(f"/status/{place.list_id}.json")[0].content == before


@pytest.mark.parametrize(
    ("suite", "form", "media_type"),
    [("eddsa-rdfc-2022", "json", "application/json"), ("ob-jwt", "jwt", "application/jwt")],
)
def test_a_credential_is_served_as_it_was_signed(
    suite: str, form: str, media_type: str, make_version: MakeVersion
) -> None:
    row = services.issue_one(version=make_version(suite=suite), subject=subject(), now=NOW)
    response, queries = get(f"/credentials/{row.pk}.{form}")
    assert (response.status_code, queries) == (200, 1)
    assert response["Content-Type"] == media_type
    assert response["Cache-Control"] == "no-cache"
    assert response.content == bytes(row.content)
    assert_public(response)
    assert {get(f"/credentials/{row.pk}.{form}")[0].content for _ in range(3)} == {bytes(row.content)}
    other = {"json": "jwt", "jwt": "json"}[form]
    wrong, _ = get(f"/credentials/{row.pk}.{other}")
    assert wrong.status_code == 404
    assert f"/credentials/{row.pk}.{form}" in wrong.json()["title"]


@pytest.mark.parametrize(("visibility", "code"), [("public", 200), ("unlisted", 200), ("private", 404)])
@pytest.mark.parametrize("folder", ["credentials", "refresh"])
def test_the_learners_choice_counts(folder: str, visibility: str, code: int, version: Any) -> None:
    """Issue 3: the badge page 'honours the learner's visibility'; so do the bytes behind it."""
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    award(row, visibility)
    response, queries = get(f"/{folder}/{row.pk}.json")
    assert (response.status_code, queries) == (code, 1)
    assert_public(response)


def test_refresh_answers_the_newest_of_the_chain(version: Any, owner: Actor) -> None:
    """Issue 3: 'the old one's refresh service answers the new one'."""
    first, second, third = (services.issue_one(version=version, subject=subject(), now=NOW) for _ in range(3))
    services.supersede(by=owner, old=first, new=second, reason="Wrong name.", now=NOW)
    services.supersede(by=owner, old=second, new=third, reason="Renewed.", now=NOW)
    for row, links in ((first, 3), (second, 2), (third, 1)):
        response, queries = get(f"/refresh/{row.pk}.json")
        assert response.content == bytes(third.content)
        assert queries == links
    assert get(f"/credentials/{first.pk}.json")[0].content == bytes(first.content), (
        "the old one stays what it was"
    )
    award(third, VisitorView.PRIVATE)
    assert get(f"/refresh/{first.pk}.json")[0].status_code == 404


def test_a_chain_that_bites_its_tail_ends(version: Any) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    Credential.objects.filter(pk=row.pk).update(superseded_by=row)
    assert reading.newest(row.pk) is None


def test_what_is_not_there(db: None) -> None:
    for path in (
        f"/status/{uuid.uuid4()}.json",
        f"/credentials/{uuid.uuid4()}.json",
        f"/refresh/{uuid.uuid4()}.json",
        "/issuers/nobody/log.json",
        "/issuers/nobody/log/1.json",
        "/issuers/nobody/log/999999999999999999.json",
    ):
        response, queries = get(path)
        assert (response.status_code, queries) == (404, 1)
        assert response["Content-Type"] == "application/problem+json"
        assert json.loads(response.content)["status"] == 404
        assert_public(response)


def test_browsers_may_ask_first_and_nobody_may_write(version: Any) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    path = f"/credentials/{row.pk}.json"
    asked = Client().options(path, headers={"origin": "https://verifier.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "*")
    assert_public(asked)
    head = Client().head(path)
    assert (head.status_code, head.content) == (200, b"")
    for method in ("post", "put", "delete", "patch"):
        answer = getattr(Client(enforce_csrf_checks=True), method)(path)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.urls("insignia_server.config.urls")
def test_every_address_that_verification_fetches_is_a_file(version: Any, issuer: Issuer) -> None:
    """'Every address that verification fetches (…) answers JSON without content negotiation and maps to a
    file path, so that a plain file server can stand in one day; CORS, ETag.'"""
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    home = f"/issuers/{issuer.slug}"
    achievement = f"/achievements/{version.achievement_id}/{version.number}"
    for path in (
        *(f"{home}/{name}.json" for name in ("did", "keys", "profile", "log", "log/1")),
        f"{achievement}.json",
        f"/credentials/{row.pk}.json",
        f"/refresh/{row.pk}.json",
        f"/status/{row.status_list_id}.json",
        "/.well-known/did.json",
    ):
        asked = Client().options(
            path,
            headers={"origin": "https://verifier.example", "access-control-request-headers": "if-none-match"},
        )
        assert (asked.status_code, asked["Access-Control-Allow-Headers"]) == (204, "*"), path
        for language in ("en", "ar"):
            file: Any = Client().get(path, headers={"accept-language": language, "accept": "text/html"})
            assert (file.status_code, file["Content-Type"]) == (200, "application/json"), path
            assert not {"Vary", "Content-Language"} & set(file.headers), path
            assert_public(file)
        same = Client().get(path, headers={"if-none-match": file["ETag"]})
        assert (same.status_code, same.content, same.has_header("Vary")) == (304, b"", False), path
        written = Client(enforce_csrf_checks=True).post(path)
        assert (written.status_code, written["Content-Type"]) == (405, "application/problem+json"), path
    gone: Any = Client().get(f"/achievements/{uuid.uuid4()}/1.json")
    assert (gone.status_code, gone["Content-Type"]) == (404, "application/problem+json")
    assert_public(gone)


def test_the_log_is_public_and_can_be_followed(version: Any, issuer: Issuer) -> None:
    rows = [services.issue_one(version=version, subject=subject(i), now=NOW) for i in range(2)]
    response, queries = get(f"/issuers/{issuer.slug}/log.json")
    assert (response.status_code, queries) == (200, 1)
    assert_public(response)
    head = response.json()
    assert (head["entries"], head["credentials"], head["issuer"]) == (2, 2, issuer.did)
    entries = []
    for number in (1, 2):
        path = head["entry"].replace("{sequence}", str(number)).removeprefix("https://badges.example.test")
        answer, queries = get(path)
        assert (answer.status_code, queries) == (200, 1)
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        entries.append(answer.json())
    assert [entry["digests"] for entry in entries] == [[bytes(row.digest).hex()] for row in rows]
    assert entries[0]["previous"] == "00" * 32
    assert entries[1]["previous"] == entries[0]["root"]
    assert head["root"] == entries[1]["root"]
    assert head["newest"].endswith("/log/2.json")
    assert entries[0]["at"] == "2026-11-25T12:00:00.000000Z"
    again = log.root_of(
        bytes.fromhex(entries[1]["previous"]), 2, NOW, b"".join(map(bytes.fromhex, entries[1]["digests"]))
    )
    assert again.hex() == head["root"]


def test_this_instance_resolves_its_own_files(version: Any, make_version: MakeVersion) -> None:
    row = services.issue_one(version=version, subject=subject(), now=NOW)
    token = services.issue_one(version=make_version(suite="ob-jwt"), subject=subject(), now=NOW)
    resolver, base = LocalResolver(), "https://badges.example.test"
    for path, expected in {
        f"/status/{row.status_list_id}.json": row.status_list.published,
        f"/credentials/{row.pk}.json": row.content,
        f"/credentials/{token.pk}.jwt": token.content,
        f"/refresh/{row.pk}.json": row.content,
        f"/refresh/{token.pk}.json": token.content,
    }.items():
        assert resolver.resolve(base + path, Purpose.STATUS).content == bytes(expected or b"")
    for path in (
        f"/credentials/{row.pk}.jwt",
        f"/credentials/{token.pk}.json",
        f"/credentials/{row.pk}.txt",
        f"/status/{uuid.uuid4()}.json",
        "/status/------------------------------------.json",
        f"/status/../status/{row.status_list_id}.json",
    ):
        with pytest.raises(ResolveError):
            resolver.resolve(base + path, Purpose.STATUS)


def test_a_person_sees_their_own_credentials(version: Any, make_user: Any) -> None:
    """`Credential.PERSON_PATH` goes over the award."""
    row, other = (services.issue_one(version=version, subject=subject(), now=NOW) for _ in range(2))
    user = make_user("ann@example.org")
    made = award(row, "private")
    Award.objects.filter(pk=made.pk).update(person=user)
    award(other, "public")
    with scopes.person(user.pk):
        assert list(Credential.objects.all()) == [row]
