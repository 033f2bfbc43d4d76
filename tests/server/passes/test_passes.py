"""Passes are what Apple's and Google's documents describe; openssl checks the signature as a phone would."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import RSAKey
from PIL import Image
from tests.server.passes.conftest import pem

from insignia_server.achievements.models import AchievementVersion
from insignia_server.awarding.models import Award
from insignia_server.credentials import services as credentials
from insignia_server.kit import qr
from insignia_server.organisations.actors import Actor
from insignia_server.passes import apple, content, google, operator

pytestmark = pytest.mark.django_db
MakeAward = Callable[..., Award]


@pytest.fixture
def wallets(settings: Any, apple_files: dict[str, str], google_files: dict[str, str]) -> None:
    """Both set up by the operator."""
    settings.APPLE_WALLET = operator.apple(json.dumps(apple_files))
    settings.GOOGLE_WALLET = operator.google(json.dumps(google_files))


def files_of(client: Client, award: Award) -> dict[str, bytes]:
    answer = client.get(f"/badges/{award.credential_id}.pkpass")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.apple.pkpass"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fields(shown: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["value"] for part in shown["generic"].values() for one in part}


@pytest.mark.usefixtures("wallets")
def test_openssl_finds_the_signature_good(client: Client, make_award: MakeAward, tmp_path: Path) -> None:
    """'The detached PKCS #7 signature of the manifest'; whatever is changed afterwards is found."""
    files = files_of(client, make_award())
    for name in ("signature", "manifest.json"):
        (tmp_path / name).write_bytes(files[name])
    words = ["openssl", "smime", "-verify", "-binary", "-inform", "DER", "-in", "signature"]
    words += ["-content", "manifest.json", "-CAfile", "root", "-purpose", "any", "-out", "out"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "manifest.json").write_bytes(files["manifest.json"].replace(b"a", b"b", 1))
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.usefixtures("wallets")
def test_the_manifest_names_every_file(client: Client, make_award: MakeAward) -> None:
    """'The manifest is a JSON object: each key is the path of a file, the value its SHA-1 hash'"""
    files = files_of(client, make_award())
    manifest = json.loads(files["manifest.json"])
    assert set(manifest) == set(files) - {"manifest.json", "signature"}
    assert all(hashlib.sha1(files[name]).hexdigest() == digest for name, digest in manifest.items())
    for name, points in (("icon", 29), ("thumbnail", 90)):
        for scale, ending in enumerate(("", "@2x", "@3x"), 1):
            with Image.open(io.BytesIO(files[f"{name}{ending}.png"])) as picture:
                assert picture.size == (points * scale, points * scale)
                assert picture.format == "PNG"


@pytest.mark.usefixtures("wallets")
def test_what_the_pass_says(client: Client, make_award: MakeAward) -> None:
    until = timezone.now() + dt.timedelta(days=90)
    award = make_award(valid_until=until)
    shown = json.loads(files_of(client, award)["pass.json"])
    assert (shown["formatVersion"], shown["serialNumber"]) == (1, str(award.credential_id))
    assert (shown["passTypeIdentifier"], shown["teamIdentifier"]) == ("pass.example.badges", "A1B2C3D4E5")
    assert shown["organizationName"] == "Nordhaven Academy"
    said = fields(shown)
    assert (said["name"], said["person"]) == ("Data Literacy: Foundations", "Ann Lindqvist")
    assert said["until"] == shown["expirationDate"] == until.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "voided" not in shown
    page = f"{django_settings.PUBLIC_URL}/badges/{award.credential_id}/"
    [code] = shown["barcodes"]
    assert (code["format"], code["message"]) == ("PKBarcodeFormatQR", page)
    assert qr.read(qr.png(code["message"])) == [page]
    assert "ann@example.org" not in json.dumps(shown)


@pytest.mark.usefixtures("wallets")
@pytest.mark.parametrize("act", ["revoke", "undo"])
def test_a_badge_that_was_withdrawn_makes_a_void_pass(
    client: Client, make_award: MakeAward, owner: Actor, act: str
) -> None:
    award = make_award()
    if act == "revoke":
        credentials.revoke(by=owner, credential=award.credential, reason="Copied.", now=timezone.now())
    else:
        Award.objects.filter(pk=award.pk).update(state="undone")
    assert json.loads(files_of(client, award)["pass.json"])["voided"] is True
    link = client.get(f"/badges/{award.credential_id}/google-wallet/")["Location"]
    assert claims_of(link)["payload"]["genericObjects"][0]["state"] == "INACTIVE"


def claims_of(link: str) -> dict[str, Any]:
    assert link.startswith(google.SAVE)
    wallet: Any = django_settings.GOOGLE_WALLET
    token = jwt.decode(
        link.removeprefix(google.SAVE), RSAKey.import_key(wallet.key.public_key()), algorithms=["RS256"]
    )
    claims: dict[str, Any] = token.claims
    return claims


@pytest.mark.usefixtures("wallets")
def test_the_link_of_google(client: Client, make_award: MakeAward) -> None:
    """'iss, aud ("google"), typ ("savetowallet"), iat, payload, origins'; ids are 'issuer ID.identifier'."""
    award = make_award(valid_until=timezone.now() + dt.timedelta(days=90))
    answer = client.get(f"/badges/{award.credential_id}/google-wallet/", headers={"Accept-Language": "de"})
    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    claims = claims_of(answer["Location"])
    assert (claims["iss"], claims["aud"]) == ("badges@example.iam.gserviceaccount.com", "google")
    assert claims["typ"] == "savetowallet"
    assert abs(claims["iat"] - timezone.now().timestamp()) < 60
    assert claims["origins"] == [django_settings.PUBLIC_URL]
    [made], [kind] = claims["payload"]["genericObjects"], claims["payload"]["genericClasses"]
    assert made["id"] == f"3388000000012345678.{award.credential_id}"
    assert made["classId"] == kind["id"] == "3388000000012345678.insignia_badge"
    assert made["state"] == "ACTIVE"
    assert made["header"]["defaultValue"] == {"language": "de", "value": "Data Literacy: Foundations"}
    assert made["barcode"]["value"] == f"{django_settings.PUBLIC_URL}/badges/{award.credential_id}/"
    assert made["validTimeInterval"]["end"]["date"].endswith("Z")
    assert made["logo"]["sourceUri"]["uri"].startswith(f"{django_settings.PUBLIC_URL}/achievements/")


@pytest.mark.usefixtures("wallets")
def test_an_expired_badge_and_one_without_a_name(make_award: MakeAward) -> None:
    award = make_award(name="", valid_until=timezone.now() - dt.timedelta(hours=1))
    wallets_: Any = django_settings
    made = google.claims(content.pass_of(award), wallets_.GOOGLE_WALLET, now=timezone.now())
    [shown] = made["payload"]["genericObjects"]
    assert shown["state"] == "EXPIRED"
    assert "subheader" not in shown
    said = apple.pass_json(content.pass_of(make_award(name="")), wallets_.APPLE_WALLET)
    assert said["generic"]["secondaryFields"] == []
    assert "expirationDate" not in said


@pytest.mark.usefixtures("wallets")
@pytest.mark.parametrize("end", [".pkpass", "/google-wallet/"])
def test_who_may_see_the_page_may_have_the_pass(
    client: Client, make_award: MakeAward, make_user: Callable[..., Any], end: str
) -> None:
    award, ann, bea = make_award(), make_user("ann@example.org"), make_user("bea@example.org")
    url = f"/badges/{award.credential_id}{end}"
    assert client.get(url).status_code in (200, 302)
    Award.objects.filter(pk=award.pk).update(visibility="private", person=ann)
    found = []
    for user in (None, bea, ann):
        cache.clear()
        visitor = Client()
        if user is not None:
            visitor.force_login(user)
        found.append(visitor.get(url).status_code)
    assert found[:2] == [404, 404]
    assert found[2] in (200, 302)


def test_pages_offer_only_what_is_set_up(
    client: Client, make_award: MakeAward, settings: Any, apple_files: dict[str, str]
) -> None:
    award = make_award()
    page = f"/badges/{award.credential_id}/"
    assert "Wallet" not in client.get(page).content.decode()
    settings.APPLE_WALLET = operator.apple(json.dumps(apple_files))
    text = client.get(page).content.decode()
    assert f'href="/badges/{award.credential_id}.pkpass"' in text
    assert "Google Wallet" not in text


@pytest.mark.usefixtures("wallets")
def test_without_a_picture_there_is_no_pass(
    client: Client, make_award: MakeAward, version: AchievementVersion
) -> None:
    award = make_award()
    AchievementVersion.objects.filter(pk=version.pk).update(picture=None)
    assert client.get(f"/badges/{award.credential_id}.pkpass").status_code == 404


@pytest.mark.usefixtures("wallets")
def test_no_key_is_shown() -> None:
    told = repr(django_settings.APPLE_WALLET) + repr(django_settings.GOOGLE_WALLET)
    assert "PRIVATE" not in told
    assert "RSAPrivateKey" not in told


def test_what_the_operator_gave_is_checked(
    apple_files: dict[str, str], keys: dict[str, rsa.RSAPrivateKey], tmp_path: Path
) -> None:
    (tmp_path / "other").write_bytes(pem(keys["root"]))
    (tmp_path / "text").write_text("hello hunter2")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"key": str(tmp_path / "nothing")}, "key: No such file"),
        ({"key": str(tmp_path / "text")}, "the key is no PEM"),
        ({"key": str(tmp_path / "other"), "key_password": ""}, "the key is not that of the certificate"),
        ({"key_password": "hunter2"}, "its key_password is another"),
        ({"certificate": str(tmp_path / "text")}, "the certificate is no certificate"),
        (
            {"certificate": str(tmp_path / "root"), "key": str(tmp_path / "other"), "key_password": ""},
            "Pass Type",
        ),
        ({"intermediate": ""}, "intermediate is missing"),
        ({"colour": "red"}, "nobody knows colour"),
        ({"key": 5}, "every value is a text"),
    ]
    for changes, said in wrong:
        with pytest.raises(ValueError, match=said) as caught:
            operator.apple(json.dumps({**apple_files, **changes}))
        assert "hunter2" not in str(caught.value)
    with pytest.raises(ValueError, match="no JSON"):
        operator.apple("{")
    assert operator.apple("") is None


def test_what_the_operator_gave_for_google_is_checked(google_files: dict[str, str], tmp_path: Path) -> None:
    account = json.loads(Path(google_files["service_account"]).read_text())
    for number, content_ in enumerate(
        (
            "[]",
            "{}",
            '"x"',
            "5",
            "{",
            json.dumps({**account, "private_key": "x"}),
            json.dumps({**account, "client_email": 5}),
        )
    ):
        file = tmp_path / f"account-{number}.json"
        file.write_text(content_)
        with pytest.raises(ValueError, match="no key of a service account"):
            operator.google(json.dumps({**google_files, "service_account": str(file)}))
    with pytest.raises(ValueError, match="a number of the Google"):
        operator.google(json.dumps({**google_files, "issuer": "me"}))
    assert operator.google("") is None
