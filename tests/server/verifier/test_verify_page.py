"""Verify for anyone: what is given, what is answered, and that no request waits for another server."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from insignia import baking, cose, issuing, jsonld
from insignia.errors import ResolveError
from insignia.http import Limits
from insignia.keys import SecretKey
from insignia.resolver import OfflineResolver, Purpose
from insignia.sd_jwt import w3c
from insignia.verification import receipt
from insignia_server.kit import foreign, qr
from insignia_server.kit.fetch import Fetched
from insignia_server.kit.worker import run_pending
from insignia_server.verifier import receipts, services, views
from insignia_server.verifier.models import Verification, VerificationState
from insignia_server.verifier.reading import Found, Unreadable, read_file, read_text

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
PICTURE = Path(__file__).parents[3] / "src/insignia_server/config/demo_artwork/tutor.svg"
CERTIFICATE = Path(__file__).parents[2] / "cli/certificate.pdf"


def made(**changes: Any) -> bytes:
    """A badge of an issuer that this instance does not know, by its did:key."""
    key = issuing.IssuerKey.from_secret(SecretKey.from_seed(b"7" * 32))
    description = {
        "issuer": {"id": key.controller, "name": "Someone Else"},
        "achievement": {
            "name": "Peer Tutor",
            "description": "Guided a group",
            "criteria": "Led ten sessions",
        },
        "recipient": {"email": "ann@example.org"},
        "valid_from": "2026-11-01T00:00:00Z",
        **changes,
    }
    document = issuing.draft(
        description, now=NOW, identifier=lambda: "urn:uuid:5e6fbd8b-4a07-4f29-b0a3-6b6d5a8c7f10"
    )
    loader = jsonld.bundled_loader(OfflineResolver())
    return issuing.issue(document, key=key, suite="eddsa-rdfc-2022", created=NOW, loader=loader)


def post(client: Client, **given_: Any) -> Any:
    return client.post("/verify/", given_, follow=True)


@pytest.mark.django_db
def test_without_a_status_nothing_is_said_of_withdrawing(client: Client) -> None:
    """'Not checked is not passed': what cannot be withdrawn was not found to be in force."""
    page = post(client, text=made().decode()).content.decode()
    assert "it cannot be withdrawn" in page
    assert "had not withdrawn" not in page


@pytest.mark.django_db
def test_a_badge_that_names_nothing_elsewhere_is_answered_at_once(client: Client) -> None:
    page = post(client, text=made().decode())
    assert page.status_code == 200
    row = Verification.objects.get()
    assert row.state == VerificationState.DONE
    assert row.report is not None
    assert row.report["verdict"] == "valid", row.report
    text = page.content.decode()
    assert "not known to this verifier" in text
    assert "What it does not prove" in text
    assert run_pending() == 0


@pytest.mark.django_db
def test_a_changed_letter_is_found(client: Client) -> None:
    page = post(client, text=made().decode().replace("Peer Tutor", "Peer Teacher"))
    row = Verification.objects.get()
    assert row.report is not None
    assert row.report["verdict"] == "invalid"
    text = page.content.decode()
    assert "tone-bad" in text
    assert "It names Someone Else as its issuer; no signature shows that this is so." in text
    assert "signed; who that is" not in text, "nothing is said to be signed by who did not sign it"


@pytest.mark.django_db
def test_the_recipient_is_checked_when_named(client: Client) -> None:
    post(client, text=made().decode(), recipient="Ann@example.org")
    post(client, text=made().decode(), recipient="eve@example.org")
    verdicts = [row.report["verdict"] for row in Verification.objects.order_by("pk") if row.report]
    assert verdicts == ["valid", "invalid"]


@pytest.mark.django_db
def test_a_picture_holds_the_badge_or_a_code_that_leads_to_it(client: Client, tmp_path: Path) -> None:
    baked = tmp_path / "badge.svg"
    baked.write_bytes(baking.bake(PICTURE.read_bytes(), made()))
    with baked.open("rb") as file:
        assert post(client, file=file).status_code == 200
    row = Verification.objects.get()
    assert row.report is not None
    assert row.report["verdict"] == "valid"
    assert read_file(qr.png("https://badges.example.org/badges/1/")) == Found(
        address="https://badges.example.org/badges/1/", how="code"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["vc+sd-jwt", "vp", "cose"])
def test_the_formats_of_wallets_are_read_too(client: Client, form: str) -> None:
    """Issue 4: they 'follow, in the same rooms and with the same report'."""
    key = issuing.IssuerKey.from_secret(SecretKey.from_seed(b"7" * 32))
    document = {name: value for name, value in json.loads(made()).items() if name != "proof"}
    if form == "cose":
        content = cose.sign(document, key.signer, kid=key.verification_method)
    else:
        token = w3c.sign(
            document,
            key.signer,
            kid=key.verification_method,
            hidden=["/credentialSubject/identifier/0"],
            random=lambda size: b"r" * size,
        )
        content = token.encode()
    if form == "vp":  # an enveloped one, as a wallet hands it over
        url = f"data:application/vc+sd-jwt,{content.decode()}"
        content = json.dumps(
            {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "id": url,
                "type": "EnvelopedVerifiableCredential",
            }
        ).encode()
    page = post(client, file=SimpleUploadedFile("badge", content))
    assert page.status_code == 200
    assert ("Its holder chose what to show of it." in page.content.decode()) == (form != "cose")
    row = Verification.objects.get()
    assert row.report is not None
    assert row.report["verdict"] == "valid"
    if form != "cose":
        assert read_text(f"  {content.decode()}\n") == Found(content, how="text")


@pytest.mark.django_db
def test_an_address_of_another_server_is_fetched_by_a_job(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design, house rule 10: 'No request thread waits on a foreign server: a job does, the page polls.'"""
    asked: list[str] = []

    def get(url: str, *, accept: str) -> Fetched:
        asked.append(url)
        return Fetched(url, 200, "application/json", made())

    page = post(client, text="https://badges.example.org/ann.json")
    assert "Asking the issuer" in page.content.decode()
    assert Verification.objects.get().state == VerificationState.WAITING
    services.run(Verification.objects.get(), now=timezone.now(), resolver=OfflineResolver(), get=get)
    assert asked == ["https://badges.example.org/ann.json"]
    shown = client.get(f"/verify/{Verification.objects.get().pk}/").content.decode()
    assert "Asking the issuer" not in shown
    assert "tone-good" in shown


@pytest.mark.django_db
def test_a_private_address_is_refused_with_advice(client: Client) -> None:
    post(client, text="https://127.0.0.1/badge.json")
    run_pending()
    page = client.get(f"/verify/{Verification.objects.get().pk}/").content.decode()
    assert "could not be fetched" in page
    assert "Private networks are not reached" in page


@pytest.mark.django_db
def test_what_a_job_could_not_read_is_told_in_the_language_of_who_asked(client: Client) -> None:
    client.post("/verify/", {"text": "https://127.0.0.1/badge.json"}, headers={"Accept-Language": "fr"})
    run_pending()
    page = client.get(f"/verify/{Verification.objects.get().pk}/", headers={"Accept-Language": "fr"})
    assert "n’a pas pu être récupéré" in page.content.decode()
    assert "could not be fetched" not in page.content.decode()


@pytest.mark.django_db
def test_who_sends_us_to_other_servers_again_and_again_has_to_wait(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a verification may hold a worker for half a minute; badges that are all here go on."""
    monkeypatch.setattr(views.time, "time", lambda: 1_200_000.0)
    answers = [client.post("/verify/", {"text": f"https://a.example/{n}"}) for n in range(11)]
    assert [one.status_code for one in answers] == [302] * 10 + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert Verification.objects.count() == DBTaskResult.objects.count() == 10
    assert client.post("/verify/", {"text": made().decode()}).status_code == 302
    other = client.post("/verify/", {"text": "https://a.example/x"}, REMOTE_ADDR="192.0.2.9")
    assert other.status_code == 302


@pytest.mark.django_db
def test_a_web_page_is_no_badge(client: Client) -> None:
    row = services.at_hand(found=Found(address="https://a.example/x"), source="x", now=NOW)
    services.run(row, now=NOW, get=lambda url, accept: Fetched(url, 200, "text/html", b"<html>hello</html>"))
    assert row.state == VerificationState.FAILED
    assert row.problem is not None
    assert "no badge that can be verified" in row.problem["sentence"]
    loop = lambda url, accept: Fetched(url, 200, "image/png", qr.png("https://a.example/again"))  # noqa: E731
    row = services.at_hand(found=Found(address="https://a.example/x"), source="x", now=NOW)
    services.run(row, now=NOW, get=loop)
    assert row.problem is not None
    assert "from one to the next" in row.problem["sentence"]


@pytest.mark.django_db
def test_the_receipt_is_signed_by_the_instance(client: Client) -> None:
    content = made()
    post(client, text=content.decode())
    row = Verification.objects.get()
    answer = client.get(f"/verify/{row.pk}/receipt.json")
    assert answer["Content-Disposition"].startswith("attachment")
    read = receipt.check(answer.content, receipts.signer().public_key)
    assert read.verdict == "valid"
    assert read.is_about(content)
    document = json.loads(client.get("/.well-known/did.json").content)
    assert document["id"] == "did:web:badges.example.test"
    assert read.verification_method in document["assertionMethod"]
    assert json.loads(client.get(f"/verify/{row.pk}/report.json").content)["verdict"] == "valid"


@pytest.mark.django_db
def test_nothing_and_nonsense_get_an_answer_beside_the_field(client: Client) -> None:
    assert "Choose a file, or paste" in client.post("/verify/", {}).content.decode()
    answer = client.post("/verify/", {"text": "hello"})
    assert answer.status_code == 422
    assert "neither a web address nor a badge" in answer.content.decode()
    assert not Verification.objects.exists()
    assert "https://x.example/b" in client.get("/verify/?url=https://x.example/b").content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"hello", "no picture, PDF"),
        (b"%PDF-1.7 nothing", "holds no badge"),
        (PICTURE.read_bytes(), "no badge in this picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 30, "damaged"),
    ],
)
def test_what_holds_no_badge_says_what_it_is(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_file(content)


def test_a_certificate_is_read_by_its_attachment() -> None:
    """'the signed credential is attached to the file and found again by our verify page' (issue 5)."""
    content = CERTIFICATE.read_bytes()
    found = read_file(content)
    assert (found.how, found.content) == ("certificate", baking.unbake(content).content)
    assert read_file(b"\n" + content) == found
    for other in (content[:20_000], content + bytes(32 * 1024 * 1024)):
        with pytest.raises(Unreadable, match="This PDF holds no badge"):
            read_file(other)


def test_a_file_that_an_editor_saved_again_is_read() -> None:
    """Editors put a byte order mark in front, which no signature covers: such a badge is not 'not valid'."""
    assert read_file(b"\xef\xbb\xbf" + made()) == Found(made(), how="file")
    assert read_text("\ufeff" + made().decode()).content == made()


def test_a_photo_that_is_too_large_is_still_a_picture() -> None:
    out = io.BytesIO()
    Image.new("L", (8000, 7000)).save(out, "PNG")
    with pytest.raises(Unreadable) as found:
        read_file(out.getvalue())
    assert "no badge in this picture" in found.value.sentence
    assert "smaller" in found.value.advice


def test_an_address_as_browsers_show_it() -> None:
    assert read_text("badges.example.org/badges/1/?a=b").address == "https://badges.example.org/badges/1/?a=b"
    for host in ("universities.example.org", "example.org"):  # no badge, and no token either
        with pytest.raises(Unreadable, match="neither a web address nor"):
            read_text(host)


@pytest.mark.django_db
def test_a_page_of_this_instance_is_known_by_whatever_of_its_address_is_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = uuid.uuid4()
    monkeypatch.setattr(services, "local", lambda path: path.encode())
    for rest in ("/", "", ".json", ".pdf", "/#report", "/?m=1#x", "/share/", ".PNG"):
        for shown in (str(key), str(key).upper()):
            address = f"https://badges.example.test/badges/{shown}{rest}"
            assert services.own_credential(address) == f"/credentials/{key}.json".encode(), address
    assert services.own_credential(f"https://badges.example.test/badges/{key}/other/") is None


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        found = read_file(content)
        assert bool(found.content) != bool(found.address)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(Unreadable):
        found = read_text(text)
        assert bool(found.content) != bool(found.address)


@pytest.mark.django_db
def test_a_badge_that_names_many_slow_servers_does_not_hold_a_worker(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job holds a lease of two minutes: all that one badge names is asked for within half a minute."""
    asked: list[float] = []
    time = {"now": 0.0}

    class Slow:
        def __init__(self, *, limits: Limits, **_options: Any) -> None:
            self.limits = limits

        def resolve(self, url: str, purpose: Purpose) -> Any:
            asked.append(self.limits.seconds)
            time["now"] += self.limits.seconds
            raise ResolveError.at(url, expected="an answer", got="none", code=ResolveError.TIMEOUT)

    monkeypatch.setattr(foreign, "HttpResolver", Slow)
    within = foreign.Within(services.PATIENCE, clock=lambda: time["now"])
    for number in range(50):
        with pytest.raises(ResolveError):
            within.resolve(f"https://slow.example/{number}", Purpose.CONTROLLER)
    assert asked == [15.0, 15.0]
    assert sum(asked) <= services.PATIENCE


@pytest.mark.django_db
def test_who_waits_is_told_when_the_job_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = post(client, text="https://elsewhere.example/badge.json")
    monkeypatch.setattr(services, "run", _breaks)
    row = Verification.objects.get()
    for _ in range(2):
        run_pending()
        DBTaskResult.objects.update(run_after=timezone.now())
    row.refresh_from_db()
    assert row.state == VerificationState.FAILED
    assert "Try again later" in client.get(page.request["PATH_INFO"]).content.decode()


def _breaks(*_given: Any, **_named: Any) -> None:
    raise RuntimeError("a defect")


@pytest.mark.django_db
def test_pages_and_files_answer_head_too(client: Client) -> None:
    path = post(client, text=made().decode()).request["PATH_INFO"]
    for address in (path, f"{path}report.json", "/.well-known/did.json"):
        answer = client.head(address)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.django_db
def test_it_is_forgotten_after_a_day(client: Client) -> None:
    post(client, text=made().decode())
    assert services.forget_old(now=timezone.now()) == 0
    assert services.forget_old(now=timezone.now() + dt.timedelta(days=1, seconds=5)) == 1
