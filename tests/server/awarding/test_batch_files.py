"""The files of a long batch are written by a job: no request thread writes them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from tests.server.api.api_caller import Api
from tests.server.awarding.test_batches import MakeBatch, go, make_batch, people, table
from tests.server.awarding.test_batches_given_up import all_attempts, broken

from insignia_client import Client as TypedClient
from insignia_client.transport import Answer
from insignia_server.awarding import batches, erasing, jobs
from insignia_server.awarding.batches import files
from insignia_server.awarding.models import Batch, BatchFile
from insignia_server.kit import failed_jobs
from insignia_server.kit.jobs import LeaseLost, take_lease
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import clients
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

__all__ = ["make_batch"]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture(autouse=True)
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_ROWS", 2)


@pytest.fixture
def batch(make_batch: MakeBatch) -> Batch:
    return make_batch(*people(3), "nobody,Nobody,A")


@pytest.fixture
def browser(owner: Actor, client: Client) -> Client:
    client.force_login(User.objects.get(pk=str(owner.user_id)))
    return client


def home(batch: Batch, organisation: Organisation) -> str:
    return f"/console/{organisation.slug}/batches/{batch.pk}"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_page_polls_and_then_offers_the_download(
    browser: Client, batch: Batch, scoped: Organisation, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Issue 3: 'No request thread ...: a job does, and the page polls.'"""
    with monkeypatch.context() as patched:
        patched.setattr(files, "problems_file", broken)
        asked = browser.get(f"{home(batch, scoped)}/problems.{form}?rows=bad")
        assert asked.status_code == 302
        page = browser.get(asked["Location"])
        assert "The file is being written" in page.content.decode()
        assert 'http-equiv="refresh"' in page.content.decode()
        assert browser.get(f"{asked['Location']}download/").status_code == 404
        again = browser.get(f"{home(batch, scoped)}/problems.{form}?rows=bad")
        assert again["Location"] == asked["Location"]
    run_pending()
    page = browser.get(asked["Location"]).content.decode()
    assert "The file is ready" in page
    assert 'http-equiv="refresh"' not in page
    got = browser.get(f"{asked['Location']}download/")
    assert f'filename="summer-problems.{form}"' in got["Content-Disposition"]
    content = got.content
    if form == "csv":
        assert [row["Email"] for row in table(content)] == ["nobody"]
    else:
        rows = list(load_workbook(io.BytesIO(content)).active.values)  # type: ignore[union-attr]
        assert [row[0] for row in rows] == ["Email", "nobody"]
    assert browser.get(f"{home(batch, scoped)}/problems.{form}?rows=bad").content == content
    assert DBTaskResult.objects.filter(args_kwargs__args__0=jobs.write_batch_file.name).count() == 1


def test_a_short_file_is_answered_at_once(
    browser: Client, batch: Batch, scoped: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_ROWS", 4)
    assert browser.get(f"{home(batch, scoped)}/problems.xlsx").content[:2] == b"PK"
    monkeypatch.setattr(files, "_BYTES", 10)
    assert browser.get(f"{home(batch, scoped)}/problems.xlsx").status_code == 302


def test_what_is_told_later_is_another_file(owner: Actor, batch: Batch) -> None:
    now = timezone.now()
    first = batches.ready_or_asked(batch, "outcomes", "csv", now=now)
    with override("de"):
        assert batches.ready_or_asked(batch, "outcomes", "csv", now=now).pk != first.pk
    go(batch, owner)
    second = batches.ready_or_asked(batch, "outcomes", "csv", now=now)
    assert second.pk != first.pk
    run_pending()
    with default_storage.open(second.place) as file:
        assert [row["Outcome"] for row in table(file.read())] == ["awarded"] * 3 + ["not awarded"]


def test_a_file_that_cannot_be_written_says_so_and_is_asked_for_again(
    browser: Client, batch: Batch, scoped: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(files, "problems_file", broken)
        where = browser.get(f"{home(batch, scoped)}/problems.csv")["Location"]
        all_attempts()
    failed = DBTaskResult.objects.get(status="FAILED")
    assert failed_jobs.described(failed).what == "Write a file with the rows of a batch"
    page = browser.get(where).content.decode()
    assert "could not be written" in page
    assert "problems.csv?again=1" in page
    assert browser.get(f"{home(batch, scoped)}/problems.csv?again=1")["Location"] == where
    run_pending()
    assert "The file is ready" in browser.get(where).content.decode()


def test_an_upload_that_is_gone_is_said(batch: Batch) -> None:
    row = batches.ready_or_asked(batch, "problems", "csv", now=timezone.now())
    default_storage.delete(batch.source)
    assert not batches.small(batch)
    run_pending()
    row.refresh_from_db()
    assert (row.state, row.failure) == ("failed", "The file that was uploaded is not kept any more.")


def test_files_go_after_three_days(batch: Batch) -> None:
    now = timezone.now()
    row = batches.ready_or_asked(batch, "problems", "csv", now=now)
    run_pending()
    assert files.drop(now=now + dt.timedelta(days=2, hours=23)) == 0
    assert default_storage.exists(row.place)
    assert files.drop(now=now + dt.timedelta(days=3, minutes=1)) == 1
    assert not default_storage.exists(row.place)
    assert not BatchFile.objects.filter(pk=row.pk).exists()


def test_a_learner_who_is_erased_is_in_no_file(owner: Actor, batch: Batch) -> None:
    ready = batches.ready_or_asked(batch, "problems", "csv", now=timezone.now())
    run_pending()
    assert default_storage.exists(ready.place)
    erasing.erase_learner(by=owner, identifier="learner1@uni.example", revoke=False)
    run_pending()
    assert not default_storage.exists(ready.place)
    again = batches.ready_or_asked(batch, "problems", "csv", now=timezone.now())
    run_pending()
    with default_storage.open(again.place) as file:
        assert b"learner1" not in file.read()


def test_a_learner_who_is_erased_while_a_file_is_written_is_in_none(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = batches.ready_or_asked(batch, "problems", "csv", now=timezone.now())
    real = files.content_of

    def erased_meanwhile(*given: Any) -> bytes:
        content = real(*given)
        files.forget_files(batch)
        return content

    with monkeypatch.context() as patched:
        patched.setattr(files, "content_of", erased_meanwhile)
        run_pending()
    assert not default_storage.exists(row.place)


def test_a_worker_thought_dead_writes_nothing(batch: Batch) -> None:
    row = batches.ready_or_asked(batch, "problems", "csv", now=timezone.now())
    task = DBTaskResult.objects.get(args_kwargs__args__0=jobs.write_batch_file.name)
    old = take_lease(task.pk, worker="old", seconds=60)
    take_lease(task.pk, worker="new", seconds=60)
    with pytest.raises(LeaseLost):
        files.run_write(old, organisation_id=row.organisation_id, key=row.pk)
    row.refresh_from_db()
    assert row.state == "working"


def test_the_api_answers_202_until_it_is_there(
    owner: Actor, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, key = clients.create_client(by=owner, name="SIS", scopes_=["read"])
    api, at = Api(key), f"/batches/{batch.pk}/problems/file?format=xlsx"
    with monkeypatch.context() as patched:
        patched.setattr(files, "problems_file", broken)
        first = api("GET", at)
        assert (first.status, first["state"], first.headers["Retry-After"]) == (202, "working", "2")
        all_attempts()
        failed = api("GET", at)
        assert (failed.status, failed["errors"][0]["code"]) == (422, "file-failed")
    assert api("GET", f"{at}&again=true").status == 202
    run_pending()
    done = api("GET", at)
    assert (done.status, done.content[:2]) == (200, b"PK")


def test_the_typed_client_waits_for_it(batch: Batch, owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    _client, key = clients.create_client(by=owner, name="SIS", scopes_=["read"])
    api = Api(key, base="")
    typed = TypedClient("http://testserver", key, sleep=lambda _seconds: run_pending() and None)

    def send(method: str, path: str, *more: Any) -> Answer:
        answer = api(method, path)
        return Answer(answer.status, answer.headers, answer.content)

    monkeypatch.setattr(typed._transport, "send", send)
    got = typed.batch_file(str(batch.pk), what="problems", only_bad=True)
    assert [row["Email"] for row in table(got)] == ["nobody"]
