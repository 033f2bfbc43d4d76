"""A batch whose organisation is suspended while it signs, and one whose evidence is deleted under it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.awarding.test_batches import MakeBatch, go, make_batch, people
from tests.server.evidence_samples import PNG

from insignia_server.audit.models import Entry
from insignia_server.awarding import batches, evidence
from insignia_server.awarding.batches import checking, pausing, signing
from insignia_server.awarding.models import Award, Batch, EvidenceFile, EvidenceUse
from insignia_server.credentials.bulk import Mint
from insignia_server.credentials.models import Credential
from insignia_server.kit.errors import Refused
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import operator
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

__all__ = ["make_batch"]
LONG_AGO = dt.timedelta(days=400)


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
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SIZE", 5)


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("operator@insignia.example", is_staff=True)


def suspended_in_second_chunk(
    monkeypatch: pytest.MonkeyPatch, batch: Batch, by: Actor, staff: User, *, early: bool
) -> None:
    """Signs; the operator suspends the organisation before the second chunk, or while it is signed."""
    attempt, calls = signing.Signer._attempt, []

    def suspend_then(self: Any, key: Any, **more: Any) -> int:
        calls.append(key)
        if len(calls) == 2 and not early:
            operator.suspend(user=staff, organisation=self.organisation, reason="Complaints.")
            assert pausing.pause(batch)  # as another worker does before its next chunk
        count = attempt(self, key, **more)
        if len(calls) == 1 and early:
            operator.suspend(user=staff, organisation=self.organisation, reason="Complaints.")
        return count

    with monkeypatch.context() as patched:
        patched.setattr(signing.Signer, "_attempt", suspend_then)
        go(batch, by)


@pytest.mark.parametrize("early", [True, False])
def test_a_suspension_stops_before_the_next_chunk_and_its_end_goes_on(
    owner: Actor,
    make_batch: MakeBatch,
    staff: User,
    scoped: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    early: bool,
) -> None:
    batch = make_batch(*people(11))
    suspended_in_second_chunk(monkeypatch, batch, owner, staff, early=early)
    assert (batch.state, batch.signed, batch.chunks_done) == ("paused", 5, 1)
    assert Award.objects.count() == Credential.objects.count() == 5
    assert "Complaints." in batch.failure
    found = batches.progress(batch, now=timezone.now())
    assert (found.moving, found.done, found.total) == (True, 5, 11)

    assert pausing.go_on() == 0  # as long as it is suspended
    with pytest.raises(Refused):
        batches.retry_failed(by=owner, batch=batch)
    scoped.refresh_from_db()
    operator.resume(user=staff, organisation=scoped)
    assert pausing.go_on() == 1
    assert pausing.go_on() == 0  # once is enough
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.signed, batch.failure) == ("done", 11, "")
    assert Award.objects.count() == Credential.objects.count() == 11
    acts = list(Entry.objects.filter(action__in=["batch.pause", "batch.go-on"]).order_by("pk"))
    assert [(act.action, act.facts) for act in acts] == [
        ("batch.pause", {"signed": 5}),
        ("batch.go-on", {"rows": 6}),
    ]


def test_the_page_of_a_paused_batch_says_why_and_what_comes_next(
    owner: Actor,
    make_batch: MakeBatch,
    staff: User,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = make_batch(*people(6))
    suspended_in_second_chunk(monkeypatch, batch, owner, staff, early=True)
    client.force_login(User.objects.get(pk=str(owner.user_id)))
    organisation = Organisation.plain.get(pk=batch.organisation_id)
    home = f"/console/{organisation.slug}/batches/"
    page = client.get(f"{home}{batch.pk}/").content.decode()
    assert "Paused while the organisation is suspended" in page
    assert "Complaints." in page
    assert "Signing goes on by itself" in page
    assert "Summer" in client.get(f"{home}?state=running").content.decode()


def test_a_paused_batch_can_be_stopped_and_undone(
    owner: Actor,
    make_batch: MakeBatch,
    staff: User,
    scoped: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = make_batch(*people(6))
    suspended_in_second_chunk(monkeypatch, batch, owner, staff, early=True)
    batches.stop(by=owner, batch=batch)
    assert (batch.state, batch.failure) == ("stopped", "")
    operator.resume(user=staff, organisation=Organisation.plain.get(pk=scoped.pk))
    assert pausing.go_on() == 0  # whoever stopped it decides
    Batch.objects.filter(pk=batch.pk).update(state="paused")
    batches.undo_batch(by=owner, batch=batch, reason="The wrong file.")
    run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.undone) == ("undone", 5)


def files(by: Actor, count: int) -> list[EvidenceFile]:
    now = timezone.now()
    return [evidence.keep(by=by, name=f"{i}.png", content=PNG, now=now) for i in range(count)]


def with_files(rows: list[EvidenceFile]) -> list[str]:
    return [f"learner{i}@uni.example,Learner,{evidence.address(row)}" for i, row in enumerate(rows)]


def delete(row: EvidenceFile) -> None:
    EvidenceFile.objects.filter(pk=row.pk).update(created_at=timezone.now() - LONG_AGO)
    assert evidence.drop(now=timezone.now()) == 1


def test_a_file_deleted_after_the_check_refuses_its_row_only(owner: Actor, make_batch: MakeBatch) -> None:
    kept, gone = rows = files(owner, 2)
    people_ = [*with_files(rows), "z@uni.example,Zoe,https://portfolio.example/z"]
    batch = make_batch(*people_, heading="Email,Name,Evidence")
    assert (batch.good, batch.bad) == (3, 0)
    delete(gone)
    go(batch, owner)
    assert (batch.state, batch.signed, batch.refused) == ("done", 2, 1)
    refused = [one for one in batches.row_outcomes(batch) if one.state == "refused"]
    assert [one.line for one in refused] == [3]
    assert "Upload the file again" in refused[0].message
    assert list(EvidenceUse.objects.values_list("file_id", "award__line")) == [(kept.pk, 2)]


def test_a_file_deleted_while_its_row_is_signed_refuses_that_row(
    owner: Actor, make_batch: MakeBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kept, gone = rows = files(owner, 2)
    batch = make_batch(*with_files(rows), heading="Email,Name,Evidence")
    issue, calls = Mint.issue, []

    def delete_meanwhile(self: Any, subjects: Any, places: Any) -> Any:
        calls.append(len(subjects))
        if len(calls) == 1:
            delete(gone)
        return issue(self, subjects, places)

    with monkeypatch.context() as patched:
        patched.setattr(Mint, "issue", delete_meanwhile)
        go(batch, owner)
    assert calls == [2, 1]
    assert (batch.state, batch.signed, batch.refused) == ("done", 1, 1)
    assert Award.objects.count() == Credential.objects.count() == 1
