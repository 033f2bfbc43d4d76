"""Which award uses which file: by every way an award is made, within the quota, and without races."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from tests.server.awarding.conftest import NOW, MakeAward
from tests.server.awarding.test_batches import MakeBatch, go, make_batch
from tests.server.awarding.test_reissuing import again, compromise, successor
from tests.server.evidence_samples import PNG, pdf

from insignia_server.awarding import evidence
from insignia_server.awarding.models import Award, EvidenceFile, EvidenceUse
from insignia_server.awarding.services import Correction, Evidence, correct
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation

__all__ = ["make_batch"]
LATER = dt.timedelta(days=400)
BASE = "https://badges.example.test"
TOKEN = "A" * 43


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


def kept(by: Actor, name: str = "work.png", content: bytes = PNG, now: dt.datetime = NOW) -> EvidenceFile:
    return evidence.keep(by=by, name=name, content=content, now=now)


def users_of(row: EvidenceFile) -> set[uuid.UUID]:
    return set(EvidenceUse.objects.filter(file=row).values_list("award_id", flat=True))


def test_issuing_again_carries_the_files_over(owner: Actor, make_award: MakeAward) -> None:
    row = kept(owner)
    old = make_award(evidence=(evidence.piece(row),))
    other = make_award("ben@example.org")
    assert again(owner, compromise(owner, old), everything=True).reissued == 2
    new = successor(old)
    assert users_of(row) == {old.pk, new.pk}
    assert not EvidenceUse.objects.filter(award=successor(other)).exists()
    assert new.details["evidence"] == old.details["evidence"]
    Award.objects.filter(pk=old.pk).update(state="undone", shown="undone")
    assert evidence.drop(now=timezone.now() + LATER) == 0


def test_a_batch_uses_the_files_that_its_rows_name(owner: Actor, make_batch: MakeBatch) -> None:
    row = kept(owner, now=timezone.now())
    gone = kept(owner, now=timezone.now() - LATER)
    assert evidence.drop(now=timezone.now()) == 1
    batch = make_batch(
        f"ann@uni.example,Ann,A,{evidence.address(row)}",
        f"ben@uni.example,Ben,B,{evidence.address(row)}",
        "cleo@uni.example,Cleo,B,https://portfolio.example/evidence/1",
        f"dan@uni.example,Dan,B,{evidence.address(gone)}",
        f"eve@uni.example,Eve,B,{BASE}/evidence/{TOKEN}/",
        heading="Email,Name,Grade,Evidence",
    )
    assert batch.summary["codes"] == {"evidence.unknown": 2}
    assert (batch.good, batch.bad) == (3, 2)
    assert go(batch, owner).signed == 3
    named = Award.objects.filter(batch=batch, email__in=["ann@uni.example", "ben@uni.example"])
    assert users_of(row) == set(named.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (f"{BASE}/evidence/{TOKEN}/", TOKEN),
        (f"{BASE}/evidence/{TOKEN}", ""),
        (f"{BASE}/evidence/{TOKEN}/?x=1", ""),
        (f"http://badges.example.test/evidence/{TOKEN}/", ""),
        (f"HTTPS://BADGES.example.test:443/evidence/{TOKEN}/", ""),
        (f"{BASE}//evidence/{TOKEN}/", ""),
        (f"{BASE}/%65vidence/{TOKEN}/", ""),
        (f"{BASE}/evidence/", ""),
        (f"{BASE}/evidence/short/", ""),
        (f"{BASE}/evidences/{TOKEN}/", None),
        (f"{BASE}/badges/{TOKEN}/", None),
        (f"https://portfolio.example/evidence/{TOKEN}/", None),
        (f"{BASE}.evil.example/evidence/{TOKEN}/", None),
        ("https://[broken/evidence/", None),
        ("https://badges.example.test:99999/evidence/", None),
        ("", None),
    ],
)
def test_which_addresses_are_of_this_instance(url: str, found: str | None) -> None:
    assert evidence.token_of(url) == found


def test_an_unknown_a_foreign_and_a_deleted_file_are_refused_at_their_place(
    owner: Actor, make_award: MakeAward, make_organisation: Callable[..., Organisation]
) -> None:
    other = make_organisation("south", "South")
    with scopes.organisation(other.pk):
        foreign = kept(Member.plain.get(organisation=other).actor())
    deleted = kept(owner, now=NOW - LATER)
    evidence.drop(now=NOW)
    link = Evidence(url="https://portfolio.example/1")
    bad = [evidence.address(foreign), evidence.address(deleted), f"{BASE}/evidence/{TOKEN}/"]
    with pytest.raises(Refused) as caught:
        make_award(evidence=(link, *(Evidence(url=url) for url in bad)))
    assert [(one.field, one.code, one.got) for one in caught.value.refusals] == [
        (f"evidence.{at}", "evidence.unknown", url) for at, url in enumerate(bad, 1)
    ]
    award = make_award(evidence=(link,))
    with pytest.raises(Refused):
        correct(by=owner, award=award, changes=Correction(reason="x", evidence=(Evidence(url=bad[0]),)))


def test_the_quota(owner: Actor, scoped: Organisation) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(quota_evidence_bytes=2 * len(PNG))
    first = kept(owner, now=NOW - LATER)
    kept(owner, "b.png")
    assert evidence.used_bytes(scoped.pk) == 2 * len(PNG)
    with pytest.raises(Refused) as caught:
        kept(owner, "c.txt", b"x")
    (refusal,) = caught.value.refusals
    assert (refusal.field, refusal.code, refusal.expected, refusal.got) == (
        "evidence_files",
        "quota",
        "0",
        "1",
    )
    assert "ask the operator" in refusal.message
    assert EvidenceFile.objects.count() == 2
    assert evidence.drop(now=NOW) == 1
    assert not default_storage.exists(first.stored)
    kept(owner, "c.txt", b"x")
    Organisation.plain.filter(pk=scoped.pk).update(quota_evidence_bytes=0)
    with pytest.raises(Refused):
        kept(owner, "d.pdf", pdf())


def test_what_could_not_be_written_leaves_nothing(
    owner: Actor, scoped: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(**_facts: Any) -> None:
        raise RuntimeError("the database went away")

    monkeypatch.setattr("insignia_server.awarding.evidence.audit.record", broken)
    with pytest.raises(RuntimeError):
        kept(owner)
    assert not EvidenceFile.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_is_taken_while_drop_looks_is_kept(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept(owner, now=NOW - LATER)
    drop_one, organisation = evidence._drop, row.organisation_id

    def meanwhile(key: uuid.UUID, now: dt.datetime) -> bool:
        with scopes.organisation(organisation):
            make_award(evidence=(evidence.piece(row),))
        return drop_one(key, now)

    monkeypatch.setattr(evidence, "_drop", meanwhile)
    assert evidence.drop(now=NOW) == 0
    assert default_storage.exists(row.stored)


def test_a_file_that_is_dropped_while_an_award_is_made_is_refused(
    owner: Actor, make_award: MakeAward, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept(owner, now=NOW - LATER)
    attach = evidence.attach

    def late(*arguments: Any, **options: Any) -> None:
        evidence.drop(now=NOW)
        attach(*arguments, **options)

    monkeypatch.setattr(evidence, "attach", late)
    with pytest.raises(Refused, match="keeps no such file"):
        make_award(evidence=(evidence.piece(row),))
    assert not Award.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_drop_waits_for_an_award_that_takes_the_file(owner: Actor, make_award: MakeAward) -> None:
    row = kept(owner, now=NOW - LATER)
    award = make_award()
    dropped: list[int] = []

    def other() -> None:
        try:
            dropped.append(evidence.drop(now=NOW))
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        evidence.attach({award.pk: (evidence.piece(row),)}, now=NOW)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "drop waits for the lock"
    thread.join(10)
    assert dropped == [0]
    assert default_storage.exists(row.stored)
