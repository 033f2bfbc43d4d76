"""ZIP files of many certificates: whole, in parts, resumed, left out, deleted."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone

from insignia.baking.pdf import attached
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award, Erasure
from insignia_server.certificates import jobs, packs
from insignia_server.certificates.manifest import file_name
from insignia_server.certificates.models import CertificatePack, PackState
from insignia_server.kit import failed_jobs, scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.kit.jobs import JOBS, LeaseLost, take_lease
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

pytestmark = pytest.mark.django_db
PEOPLE = ("Ada Lovelace", "Ada Lovelace ", "=SUM(A1)", "../../etc/passwd", "محمد بن عبد الله", "CON")


def zips(pack: CertificatePack) -> list[zipfile.ZipFile]:
    found = []
    for part in pack.parts:
        with default_storage.open(part["name"]) as file:
            found.append(zipfile.ZipFile(io.BytesIO(file.read())))
    return found


def lines(file: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.read("manifest.csv").decode("utf-8-sig"))))


def fresh(pack: CertificatePack) -> CertificatePack:
    found: CertificatePack = CertificatePack.objects.get(pk=pack.pk)
    return found


@pytest.fixture
def awards(give: Callable[..., Award]) -> list[Award]:
    return [give(name, f"p{number}@example.org") for number, name in enumerate(PEOPLE)]


def test_all_certificates_of_an_achievement(
    owner: Actor, achievement: Achievement, awards: list[Award]
) -> None:
    pack = packs.request_pack(by=owner, achievement=achievement)
    assert (pack.state, pack.total, pack.percent) == ("running", 6, 0)
    assert packs.request_pack(by=owner, achievement=achievement) == pack
    run_pending()
    pack = fresh(pack)
    assert (pack.state, pack.packed, pack.left_out, pack.percent) == ("done", 6, 0, 100)
    (file,) = zips(pack)
    assert file.testzip() is None
    told = lines(file)
    names = [line["file"] for line in told]
    assert sorted([*names, "manifest.csv"]) == sorted(file.namelist())
    assert len(set(names)) == 6
    for name, award in zip(names, awards, strict=True):
        assert "/" not in name
        assert ".." not in name
        assert name.endswith(f"-{award.pk.hex[-12:]}.pdf")
        assert attached(file.read(name)) == bytes(award.credential.content)
    assert "'=SUM(A1)" in [line["name"] for line in told]
    assert names[0].startswith("ada-lovelace-")
    assert names[4].startswith("محمد-بن-عبد-الله-")


def test_parts_are_resumed_where_they_were(
    owner: Actor, achievement: Achievement, awards: list[Award], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PART", 4)
    monkeypatch.setattr(packs, "_FETCHED", 2)
    pack = packs.request_pack(by=owner, achievement=achievement)
    real, seen = packs.render, []

    def killed_at_the_fifth(award: Award, **more: Any) -> bytes:
        seen.append(award.pk)
        if len(seen) == 5:
            raise MemoryError
        return real(award, **more)

    monkeypatch.setattr(packs, "render", killed_at_the_fifth)
    running = take_lease(uuid.uuid4(), worker="a", seconds=60)
    assert not packs.make_part(running, pack=pack.pk)
    with pytest.raises(MemoryError):
        packs.make_part(running, pack=pack.pk)
    assert [part["count"] for part in fresh(pack).parts] == [4]
    assert packs.make_part(running, pack=pack.pk)
    pack = fresh(pack)
    assert [part["count"] for part in pack.parts] == [4, 2]
    assert (pack.state, pack.packed) == ("done", 6)
    assert [line["award"] for file in zips(pack) for line in lines(file)] == [str(one.pk) for one in awards]
    assert not packs.make_part(running, pack=pack.pk)


def test_whoever_lost_the_lease_leaves_nothing_behind(
    owner: Actor, achievement: Achievement, awards: list[Award]
) -> None:
    pack = packs.request_pack(by=owner, achievement=achievement)
    task = uuid.uuid4()
    old = take_lease(task, worker="a", seconds=60)
    take_lease(task, worker="b", seconds=60)
    with pytest.raises(LeaseLost):
        packs.make_part(old, pack=pack.pk)
    assert fresh(pack).parts == []
    folder = f"certificates/packs/{pack.pk}"
    assert default_storage.listdir(folder)[1] == []


def test_what_has_no_certificate_is_told(owner: Actor, awards: list[Award]) -> None:
    awarding.revoke(by=owner, award=awards[0], reason="Wrong.", send=False)
    Award.objects.filter(pk=awards[1].pk).update(identifier="", name="", email="")
    Award.objects.filter(pk=awards[2].pk).update(shown="undone")
    pack = packs.request_pack(by=owner, awards=[one.pk for one in awards[:4]])
    run_pending()
    pack = fresh(pack)
    assert (pack.packed, pack.left_out, pack.state) == (1, 3, "done")
    (file,) = zips(pack)
    why = [line["left out because"] for line in lines(file)]
    assert why == ["revoked", "the learner was erased", "the award was undone", ""]


def test_one_that_cannot_be_drawn_does_not_keep_the_others(
    owner: Actor, achievement: Achievement, awards: list[Award], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = packs.render

    def broken(award: Award, **more: Any) -> bytes:
        if award.pk == awards[1].pk:
            raise ValueError("no page")
        if award.pk == awards[2].pk:
            raise NotHere
        if award.pk == awards[3].pk:
            raise FileNotFoundError
        if award.pk == awards[4].pk:
            raise KeyError("what nobody thought of")
        return real(award, **more)

    monkeypatch.setattr(packs, "render", broken)
    pack = packs.request_pack(by=owner, achievement=achievement, language="de")
    run_pending()
    pack = fresh(pack)
    assert (pack.state, pack.packed, pack.left_out, pack.failed) == ("done", 2, 4, 4)
    assert [award for award, _why in packs.failures_of(pack)] == awards[1:5]
    whys = [
        "it could not be drawn",
        "the achievement has no picture",
        "a picture is not there any more",
        "it could not be drawn",
    ]
    assert [why for _award, why in packs.failures_of(pack)] == whys
    (file,) = zips(pack)
    told = file.read("not-made.txt").decode("utf-8-sig")
    assert told.startswith("These certificates could not be made:")
    for award, why in zip(awards[1:5], whys, strict=True):
        assert f"{award.name} ({award.pk}): {why}" in told
        assert f"{award.pk}" in told
    assert [line["left out because"] for line in lines(file)] == ["", *whys, ""]


@pytest.mark.parametrize("error", [OSError("no space"), OperationalError("busy"), MemoryError()])
def test_what_may_pass_is_tried_again(
    owner: Actor,
    achievement: Achievement,
    awards: list[Award],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    """A full disk is no reason for a ZIP file without certificates."""

    def broken(award: Award, **more: Any) -> bytes:
        raise error

    monkeypatch.setattr(packs, "render", broken)
    pack = packs.request_pack(by=owner, achievement=achievement)
    with pytest.raises(type(error)):
        packs.make_part(take_lease(uuid.uuid4(), worker="a", seconds=60), pack=pack.pk)
    assert (fresh(pack).state, fresh(pack).parts) == ("running", [])


@pytest.fixture
def given_up(
    owner: Actor, achievement: Achievement, awards: list[Award], monkeypatch: pytest.MonkeyPatch
) -> CertificatePack:
    """The first of two files is there; the storage was full for the second."""
    monkeypatch.setattr(packs, "PART", 4)
    monkeypatch.setattr(packs, "_FETCHED", 1)
    monkeypatch.setitem(JOBS, jobs.make_part.name, replace(jobs.make_part, attempts=1))
    pack, real = packs.request_pack(by=owner, achievement=achievement), packs.render

    def full_at_the_sixth(award: Award, **more: Any) -> bytes:
        if award.pk == awards[5].pk:
            raise OSError("no space")
        return real(award, **more)

    with monkeypatch.context() as broken:
        broken.setattr(packs, "render", full_at_the_sixth)
        run_pending()
    return fresh(pack)


def test_one_that_is_given_up_says_so_and_why(given_up: CertificatePack) -> None:
    assert (given_up.state, [part["count"] for part in given_up.parts]) == ("failed", [4])
    assert "storage" in given_up.failure
    assert packs.part_of(given_up, 1, now=timezone.now())[0]
    assert not packs.give_up(organisation=str(given_up.organisation_id), pack=str(given_up.pk))


def test_it_goes_on_where_it_was(owner: Actor, given_up: CertificatePack, awards: list[Award]) -> None:
    assert packs.again(by=owner, pack=given_up) == given_up
    assert (fresh(given_up).state, fresh(given_up).failure) == ("running", "")
    run_pending()
    pack = fresh(given_up)
    assert (pack.state, pack.packed, [part["count"] for part in pack.parts]) == ("done", 6, [4, 2])
    assert [line["award"] for file in zips(pack) for line in lines(file)] == [str(one.pk) for one in awards]
    anew = packs.again(by=owner, pack=pack)
    assert (anew.achievement, anew.state, anew == pack) == (pack.achievement, "running", False)


def test_after_an_erasure_all_is_made_anew(
    owner: Actor, given_up: CertificatePack, organisation: Organisation
) -> None:
    Erasure.objects.create(organisation_id=organisation.pk, created_at=timezone.now())
    anew = packs.again(by=owner, pack=given_up)
    assert (anew == given_up, anew.parts, fresh(given_up).state) == (False, [], "failed")


def test_the_operator_lets_its_job_run_once_more(given_up: CertificatePack) -> None:
    assert failed_jobs.again() == 1
    run_pending()
    assert (fresh(given_up).state, fresh(given_up).packed) == ("done", 6)


def test_deleted_while_it_is_made_it_stays_deleted(
    owner: Actor, achievement: Achievement, awards: list[Award], monkeypatch: pytest.MonkeyPatch
) -> None:
    pack, real = packs.request_pack(by=owner, achievement=achievement), packs.render

    def deleting(award: Award, **more: Any) -> bytes:
        packs.remove_pack(by=owner, pack=fresh(pack))
        return real(award, **more)

    monkeypatch.setattr(packs, "render", deleting)
    assert not packs.make_part(take_lease(uuid.uuid4(), worker="a", seconds=60), pack=pack.pk)
    assert (fresh(pack).state, fresh(pack).parts) == ("expired", [])
    assert default_storage.listdir(f"certificates/packs/{pack.pk}")[1] == []


def test_files_are_deleted_after_a_week(
    owner: Actor, achievement: Achievement, awards: list[Award], organisation: Organisation
) -> None:
    pack = packs.request_pack(by=owner, achievement=achievement)
    run_pending()
    pack, now = fresh(pack), timezone.now()
    name, shown = packs.part_of(pack, 1, now=now)
    assert shown.endswith("-1.zip")
    for number in (0, 2):
        with pytest.raises(NotHere):
            packs.part_of(pack, number, now=now)
    with pytest.raises(NotHere):
        packs.part_of(pack, 1, now=now + packs.KEPT + dt.timedelta(hours=1))
    running = take_lease(uuid.uuid4(), worker="a", seconds=60)
    with scopes.crossing("jobs"):
        assert packs.drop_old(running, now=now) == 0
        assert packs.drop_old(running, now=now + packs.KEPT + dt.timedelta(hours=1)) == 1
    assert not default_storage.exists(name)
    assert (fresh(pack).state, fresh(pack).parts) == ("expired", [])


def test_after_an_erasure_nothing_is_given_out(
    owner: Actor, achievement: Achievement, awards: list[Award], organisation: Organisation
) -> None:
    pack = packs.request_pack(by=owner, achievement=achievement)
    run_pending()
    Erasure.objects.create(organisation_id=organisation.pk, created_at=timezone.now())
    with pytest.raises(NotHere):
        packs.part_of(fresh(pack), 1, now=timezone.now())


def test_they_can_be_deleted_at_once(
    owner: Actor, achievement: Achievement, awards: list[Award], django_capture_on_commit_callbacks: Any
) -> None:
    pack = packs.request_pack(by=owner, achievement=achievement)
    run_pending()
    name = fresh(pack).parts[0]["name"]
    with django_capture_on_commit_callbacks(execute=True):
        packs.remove_pack(by=owner, pack=fresh(pack))
    assert not default_storage.exists(name)
    assert fresh(pack).state == PackState.EXPIRED


def test_what_cannot_be_asked_for(
    owner: Actor,
    act_as: Callable[..., Actor],
    achievement: Achievement,
    awards: list[Award],
    monkeypatch: pytest.MonkeyPatch,
    make_organisation: Any,
) -> None:
    with pytest.raises(Forbidden):
        packs.request_pack(by=act_as("author"), achievement=achievement)
    with pytest.raises(Refused):
        packs.request_pack(by=owner)
    with pytest.raises(Refused):
        packs.request_pack(by=owner, achievement=achievement, awards=[awards[0].pk])
    with pytest.raises(Refused):
        packs.request_pack(by=owner, awards=[uuid.uuid4()])
    with pytest.raises(Refused):
        packs.request_pack(by=owner, awards=[uuid.uuid4() for _ in range(packs.MOST_CHOSEN + 1)])
    monkeypatch.setattr(packs, "MOST_RUNNING", 1)
    pack = packs.request_pack(by=owner, achievement=achievement)
    with pytest.raises(Refused):
        packs.request_pack(by=owner, awards=[awards[0].pk])
    other = make_organisation("southhaven", "Southhaven")
    stranger = Actor("member", other.pk, owner.permissions)
    with scopes.organisation(other.pk):
        for act in (
            lambda: packs.request_pack(by=stranger, achievement=achievement),
            lambda: packs.remove_pack(by=stranger, pack=pack),
            lambda: packs.again(by=stranger, pack=pack),
        ):
            with pytest.raises(NotHere):
                act()


def test_names_of_files(give: Callable[..., Award]) -> None:
    award = give("Ada")
    tail = f"-{award.pk.hex[-12:]}.pdf"
    for name, stem in {
        "": "certificate",
        "...": "certificate",
        "a/b\\c:d*e?f": "a-b-c-d-e-f",
        "\u202eevil\x00": "evil",
        "x" * 500: "x" * 60,
        "Zoe\u0308": "zoë",
    }.items():
        award.name = name
        assert file_name(award) == stem + tail
