"""Files of evidence: kept when the form is wrong, signed by their address, seen as the badge is seen."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.server.evidence_samples import PNG, pdf, picture

from insignia.credential import parse
from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import evidence, services
from insignia_server.awarding.models import Award, AwardState, EvidenceFile, EvidenceUse
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.credentials.verification import verify_bytes
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation
from insignia_server.people.models import User

HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def achievement(scoped: Organisation, owner: Actor) -> Achievement:
    issuer = issuers.create_issuer(by=owner, name="Faculty of Chemistry")
    row = next(one for one in ACHIEVEMENTS if one["artwork"] == "laboratory-safety")
    made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(row["definition"]))
    achievements.publish(by=owner, achievement=made)
    return made


def fill(client: Client, achievement: Achievement, **values: Any) -> Any:
    page = client.get(f"/console/nordhaven/awards/new/{achievement.pk}/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    data = {"key": key[1], "email": "ann@example.org", "name": "Ann", "result_points": "19", **values}
    return client.post(f"/console/nordhaven/awards/new/{achievement.pk}/", data)


def users_of(row: EvidenceFile) -> set[uuid.UUID]:
    """The awards that use a file."""
    with scopes.crossing("jobs"):
        return set(EvidenceUse.objects.filter(file=row).values_list("award_id", flat=True))


def path_of(row: EvidenceFile) -> str:
    return evidence.address(row).removeprefix(settings.PUBLIC_URL)


@pytest.fixture
def desk(client: Client, organisation: Organisation) -> Client:
    client.force_login(Member.plain.get(organisation=organisation).user)
    return client


def awarded(desk: Client, achievement: Achievement) -> tuple[Award, EvidenceFile]:
    answer = fill(desk, achievement, act="sign", evidence_files=SimpleUploadedFile("work.png", PNG))
    assert answer.status_code == 302, answer.content.decode()
    with scopes.crossing("jobs"):
        return Award.objects.select_related("credential").get(), EvidenceFile.objects.get()


def test_an_upload_survives_an_error_elsewhere_and_is_signed(desk: Client, achievement: Achievement) -> None:
    wrong = fill(
        desk, achievement, act="look", email="nonsense", evidence_files=SimpleUploadedFile("a b.png", PNG)
    )
    assert wrong.status_code == 422
    token = re.search(r'name="evidence_kept" value="([^"]+)" checked', wrong.content.decode())
    assert token
    assert Client().get(f"/evidence/{token[1]}/").status_code == 404  # nothing is signed yet
    mine = desk.get(f"/evidence/{token[1]}/")  # the preview leads there
    assert (mine.status_code, mine["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    looked = fill(desk, achievement, act="look", evidence_kept=token[1])
    assert f"/evidence/{token[1]}/" in looked.content.decode()
    assert fill(desk, achievement, act="sign", evidence_kept=token[1]).status_code == 302
    with scopes.crossing("jobs"):
        award, row = Award.objects.select_related("credential").get(), EvidenceFile.objects.get()
    signed = parse(bytes(award.credential.content)).document["evidence"]
    signed = signed if isinstance(signed, list) else [signed]
    assert [(one["id"], one["name"]) for one in signed] == [(evidence.address(row), "a b.png")]
    assert users_of(row) == {award.pk}


def test_it_is_seen_as_the_badge_is_seen(desk: Client, achievement: Achievement) -> None:
    award, row = awarded(desk, achievement)
    answer = Client().get(path_of(row))
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with scopes.crossing("jobs"):
        Award.objects.filter(pk=award.pk).update(visibility="private")
    badge = Client().get(f"/badges/{award.pk}/")
    assert Client().get(path_of(row)).status_code == badge.status_code == 404


def test_undone_is_gone(desk: Client, achievement: Achievement) -> None:
    award, row = awarded(desk, achievement)
    assert evidence.drop(now=timezone.now() + dt.timedelta(days=9)) == 0
    with scopes.crossing("jobs"):
        Award.objects.filter(pk=award.pk).update(state=AwardState.UNDONE)
    assert Client().get(path_of(row)).status_code == 410
    assert default_storage.exists(row.stored)
    assert evidence.drop(now=timezone.now()) == 1
    assert not default_storage.exists(row.stored)
    assert evidence.drop(now=timezone.now()) == 0
    assert Client().get(path_of(row)).status_code == 410


def test_unused_goes_after_a_week_and_what_has_the_same_content_stays(
    scoped: Organisation, owner: Actor
) -> None:
    now = timezone.now()
    old = evidence.keep(by=owner, name="a.png", content=PNG, now=now - evidence.UNUSED)
    new = evidence.keep(by=owner, name="b.png", content=PNG, now=now)
    assert old.stored != new.stored
    assert evidence.drop(now=now + dt.timedelta(seconds=1)) == 1
    assert default_storage.exists(new.stored)
    assert not default_storage.exists(old.stored)
    assert evidence.drop(now=now + dt.timedelta(days=8)) == 1
    assert not default_storage.exists(new.stored)


def test_rows_of_before_that_share_their_content_do_not_delete_it_for_each_other(
    scoped: Organisation, owner: Actor
) -> None:
    now = timezone.now()
    old = evidence.keep(by=owner, name="a.png", content=PNG, now=now - dt.timedelta(days=9))
    new = evidence.keep(by=owner, name="b.png", content=PNG, now=now)
    EvidenceFile.objects.filter(pk=new.pk).update(stored=old.stored)
    assert evidence.drop(now=now) == 1
    assert default_storage.exists(old.stored)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.png", HTML),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("x.html", HTML),
        ("x.html", PNG),
        ("x.pdf", PNG),
        ("x.txt", b"\x00\x01"),
        ("x.txt", b"\xff\xfe"),
        ("x.png", b""),
        ("x.png", PNG[:40]),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(20)),
        ("x.png", picture("PNG", (16_001, 1))),
        ("x.jpg", picture("JPEG")[:30]),
        ("x.webp", b"RIFF0000WEBPVP8 "),
        ("x.pdf", b"%PDF-1.7\n" + HTML),
        ("x.pdf", pdf()[:-10]),
        ("x.pdf", pdf() + HTML),
        ("x.pdf", pdf().replace(b"%PDF-1.7", b"%PDF-9.7")),
        ("x.txt", b" \n"),
        ("x", PNG),
        ("", PNG),
    ],
)
def test_what_is_not_taken(scoped: Organisation, owner: Actor, name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        evidence.keep(by=owner, name=name, content=content, now=timezone.now())
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept"),
    [
        ("../../etc/x.png", PNG, "image/png", "x.png"),
        ("C:\\work\\x.PDF", pdf(), "application/pdf", "x.PDF"),
        ("a\r\nb.md", b"# Hi", "text/plain", "ab.md"),
        ("x.webp", picture("WEBP"), "image/webp", "x.webp"),
        ("x.jpeg", picture("JPEG"), "image/jpeg", "x.jpeg"),
    ],
)
def test_what_is_taken(
    scoped: Organisation, owner: Actor, name: str, content: bytes, kind: str, kept: str
) -> None:
    row = evidence.keep(by=owner, name=name, content=content, now=timezone.now())
    assert (row.media_type, row.name, row.size) == (kind, kept, len(content))
    assert ".." not in row.stored


def test_limits(scoped: Organisation, owner: Actor, act_as: Callable[..., Actor], settings: Any) -> None:
    settings.MAX_EVIDENCE_BYTES = len(PNG)
    long = evidence.keep(by=owner, name="n" * 500 + ".png", content=PNG, now=timezone.now())
    assert len(long.name) == 200
    with pytest.raises(Refused):
        evidence.keep(by=owner, name="a.png", content=PNG + b"x", now=timezone.now())
    with pytest.raises(Forbidden):
        evidence.keep(by=act_as("auditor"), name="a.png", content=PNG, now=timezone.now())


def test_another_tenants_file_is_not_used(
    desk: Client, achievement: Achievement, make_organisation: Callable[..., Organisation]
) -> None:
    other = make_organisation("south", "South")
    with scopes.organisation(other.pk):
        actor = Member.plain.get(organisation=other).actor()
        row = evidence.keep(by=actor, name="a.png", content=PNG, now=timezone.now())
    refused = fill(desk, achievement, act="sign", evidence_kept=row.token, evidence_url=evidence.address(row))
    assert refused.status_code == 422
    assert "your organisation keeps no such file" in str(refused.context["form"].errors["evidence_url"])
    assert fill(desk, achievement, act="sign", evidence_kept=row.token).status_code == 302
    with scopes.crossing("jobs"):
        assert EvidenceFile.objects.get().used_at is None
    assert Client().get(path_of(row)).status_code == 404
    assert User.objects.filter(email="owner@south.example").exists()


def test_a_refused_file_is_said(desk: Client, achievement: Achievement) -> None:
    answer = fill(desk, achievement, act="sign", evidence_files=SimpleUploadedFile("x.png", HTML))
    assert answer.status_code == 422
    beside = answer.content.decode().partition('id="id_evidence_files_error"')[2].partition("</ul>")[0]
    assert "x.png is not taken" in beside


def test_kind_and_size_are_shown_before_and_after_signing(desk: Client, achievement: Achievement) -> None:
    file = SimpleUploadedFile("work.pdf", pdf("w" * 2000))
    looked = fill(desk, achievement, act="look", evidence_files=file).content.decode()
    assert looked.count("PDF document, 2.1") == 2  # in the preview, and beside the box
    with scopes.crossing("jobs"):
        row = EvidenceFile.objects.get()
    assert fill(desk, achievement, act="sign", evidence_kept=row.token).status_code == 302
    with scopes.crossing("jobs"):
        award = Award.objects.get()
    page = Client().get(f"/badges/{award.pk}/").content.decode()
    detail = desk.get(f"/console/nordhaven/awards/{award.pk}/").content.decode()
    assert "PDF document, 2.1" in page
    assert "PDF document, 2.1" in detail
    with scopes.crossing("jobs"):
        EvidenceFile.objects.update(stored="")
    assert "no longer kept" in Client().get(f"/badges/{award.pk}/").content.decode()


def test_an_instance_within_a_network_takes_its_own_files(
    desk: Client, achievement: Achievement, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://localhost:8000"
    awarded(desk, achievement)
    assert fill(desk, achievement, act="sign", evidence_url="http://localhost:8000/x").status_code == 422


def test_the_settings_tell_how_much_room_is_taken(
    desk: Client, achievement: Achievement, organisation: Organisation
) -> None:
    awarded(desk, achievement)
    assert f"{len(PNG)}" in desk.get("/console/nordhaven/settings/").content.decode()
    Organisation.plain.filter(pk=organisation.pk).update(quota_evidence_bytes=len(PNG) + 1)
    page = desk.get("/console/nordhaven/settings/").content.decode().replace("\xa0", " ")
    assert f"{len(PNG)} bytes of the {len(PNG) + 1} bytes that the operator allows" in page
    full = fill(desk, achievement, act="sign", evidence_files=SimpleUploadedFile("b.png", PNG))
    assert full.status_code == 422
    assert "There is no room for this file" in full.content.decode()


def test_a_superseded_badge_says_when_and_why(desk: Client, achievement: Achievement, owner: Actor) -> None:
    award, _row = awarded(desk, achievement)
    changes = services.Correction(reason="The name was misspelt.", name="Anna")
    now = dt.datetime(2026, 12, 3, 9, 0, tzinfo=dt.UTC)
    services.correct(by=owner, award=award, changes=changes, send=False, now=now)
    page = Client().get(f"/badges/{award.pk}/").content.decode()
    said = "replaced this badge by a newer one on 3 December 2026. Reason: The name was misspelt."
    assert page.count(said) == 3  # above, in the report, and for search engines
    assert "revoked for good by its issuer" not in re.sub(r"<ul class=.checks.*?</ul>", "", page, flags=re.S)


def test_the_verify_page_says_that_a_newer_one_replaced_it(
    desk: Client, achievement: Achievement, owner: Actor
) -> None:
    award, _row = awarded(desk, achievement)
    content = bytes(award.credential.content)
    changes = services.Correction(reason="The name was misspelt.", name="Anna")
    made = services.correct(by=owner, award=award, changes=changes, send=False)
    said, link = "replaced this badge by a newer one on", f'href="/badges/{made.pk}/"'

    def verified(text: str) -> str:
        return str(Client().post("/verify/", {"text": text}, follow=True).content.decode())

    page = verified(content.decode())
    assert said in page
    assert link in page
    forged = verified(content.decode().replace("Ann", "Eve"))
    assert said not in forged  # whoever names the badge of another learns nothing
    report = Client().get(re.search(r'href="(/verify/[^"]+/report[^"]*)"', page)[1]).json()  # type: ignore[index]
    withdrawn = next(one for one in report["checks"] if one["code"].startswith("status."))
    assert re.fullmatch(r"It was replaced by a newer one on \d+ \w+ \d{4}\.", withdrawn["message"])
    assert withdrawn["facts"]["newer"].endswith(f"/badges/{made.pk}/")
    assert withdrawn["outcome"] == "failed"
    assert "revoked for good" not in json.dumps(report)
    assert "revoked for good" not in page
    Award.plain.filter(pk=made.pk).update(visibility="private")
    assert "/badges/" not in json.dumps(
        [one.facts.get("newer", "") for one in verify_bytes(content, now=timezone.now()).checks]
    )
    page = verified(content.decode())
    assert said in page
    assert link not in page
    Award.plain.filter(pk=award.pk).update(visibility="private")
    assert said not in verified(content.decode())


def test_narratives_are_markdown(desk: Client, achievement: Achievement) -> None:
    text = "Works **with care**.\n\n<b>raw</b> [x](ftp://x.example/)"
    looks = {"narrative": text, "evidence_url": "https://ann.example/", "evidence_text": "Shows *this*."}
    assert fill(desk, achievement, act="sign", **looks).status_code == 302
    with scopes.crossing("jobs"):
        award = Award.objects.get()
    for page in (
        Client().get(f"/badges/{award.pk}/").content.decode(),
        desk.get(f"/console/nordhaven/awards/{award.pk}/").content.decode(),
    ):
        assert "<strong>with care</strong>" in page
        assert "<em>this</em>" in page
        assert "&lt;b&gt;raw" in page
        assert 'href="ftp' not in page


def test_the_preview_is_the_badge_page(desk: Client, achievement: Achievement) -> None:
    looked = fill(desk, achievement, act="look", narrative="Works with care.").content.decode()
    assert "Preview, not signed" in looked
    assert "AchievementSubject" in looked  # the JSON too
    assert fill(desk, achievement, act="sign", narrative="Works with care.").status_code == 302
    with scopes.crossing("jobs"):
        award = Award.objects.get()
    page = Client().get(f"/badges/{award.pk}/").content.decode()
    part = re.compile(r'<div class="columns section">.*?</div>\s*</div>\s*(?=<)', re.DOTALL)
    first, second = part.search(looked), part.search(page)
    assert first is not None
    assert second is not None
    assert first[0].split() == second[0].split()


def test_a_file_is_kept_as_long_as_any_award_names_it(
    desk: Client, achievement: Achievement, owner: Actor
) -> None:
    award, row = awarded(desk, achievement)
    fill(desk, achievement, act="sign", email="bo@example.org", evidence_url=evidence.address(row))
    made = services.correct(
        by=owner, award=award, changes=services.Correction(reason="Her name", name="Anna"), send=False
    )
    users = users_of(row)
    assert len(users) == 3
    assert {award.pk, made.pk} < users
    for key in sorted(users, key=str):
        assert Client().get(path_of(row)).status_code == 200
        assert evidence.drop(now=timezone.now() + dt.timedelta(days=400)) == 0
        with scopes.crossing("jobs"):
            Award.objects.filter(pk=key).update(state=AwardState.UNDONE)
    assert Client().get(path_of(row)).status_code == 410
    assert evidence.drop(now=timezone.now()) == 1


def test_a_correction_without_the_file_leaves_the_address_of_the_old_badge_working(
    desk: Client, achievement: Achievement, owner: Actor
) -> None:
    award, row = awarded(desk, achievement)
    changes = services.Correction(reason="Not hers", evidence=())
    made = services.correct(by=owner, award=award, changes=changes, send=False)
    assert users_of(row) == {award.pk} != {made.pk}
    assert evidence.drop(now=timezone.now() + dt.timedelta(days=400)) == 0
    assert Client().get(path_of(row)).status_code == 200


def test_a_correction_adds_a_file_and_keeps_the_others(desk: Client, achievement: Achievement) -> None:
    award, row = awarded(desk, achievement)
    place = f"/console/nordhaven/awards/{award.pk}/correct/"
    shown = desk.get(place).context["form"].initial
    values = {name: value for name, value in shown.items() if value is not None}
    more = SimpleUploadedFile("more.txt", b"more work")
    wrong = desk.post(place, {**values, "reason": "", "evidence_files": more})
    token = re.search(r'name="evidence_kept" value="([^"]+)" checked', wrong.content.decode())
    assert wrong.status_code == 422
    assert token
    done = desk.post(place, {**values, "reason": "One file was missing", "evidence_kept": token[1]})
    assert done.status_code == 302, done.content.decode()
    with scopes.crossing("jobs"):
        (first, second) = EvidenceFile.objects.order_by("pk")
    (made,) = users_of(second)
    assert users_of(first) == {award.pk, made}
    with scopes.crossing("jobs"):
        newer = Award.objects.select_related("credential").get(pk=made)
    signed = parse(bytes(newer.credential.content)).document["evidence"]
    assert [one["name"] for one in signed] == [row.name, "more.txt"]
    answer = Client().get(path_of(second))
    assert answer["Content-Disposition"] == 'attachment; filename="more.txt"'
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
