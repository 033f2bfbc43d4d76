"""Designs of certificates and ZIP files over the API."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from api_caller import Api
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from insignia_client import Client as Program
from insignia_client import Recipient
from insignia_server.achievements.models import Achievement
from insignia_server.certificates.models import CertificatePack
from insignia_server.issuers.models import Issuer
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.roles import Permission

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'


def test_a_design_from_making_to_removing(api: Api, issuer: Issuer, achievement: Achievement) -> None:
    body = {
        "name": "Diploma",
        "layout": "diploma",
        "orientation": "landscape",
        "signatures": [{"name": "Ingrid Solberg", "function": "Rector"}],
        "wording": {"en": {"kicker": "Diploma"}},
        "blocks": ["code"],
    }
    made = api("POST", "/certificate-designs", body)
    assert (made.status, made["default"], made["wording"]) == (201, True, {"en": {"kicker": "Diploma"}})
    at = f"/certificate-designs/{made['id']}"
    picture = api("POST", f"{at}/pictures/signature-1", files={"file": SimpleUploadedFile("s.svg", SVG)})
    assert picture["pictures"] == ["signature-1"]
    wrong = api("POST", f"{at}/pictures/logo", files={"file": SimpleUploadedFile("s.svg", b"no")})
    assert (wrong.status, wrong["errors"][0]["field"]) == (422, "file")
    assert api("POST", f"{at}/pictures/cover", files={"file": SimpleUploadedFile("s.svg", SVG)}).status == 422
    changed = api("PUT", at, {**body, "layout": "band"})
    assert (changed["layout"], changed["pictures"]) == ("band", ["signature-1"])
    assert api("DELETE", f"{at}/pictures/signature-1")["pictures"] == []
    used = api("PUT", f"{at}/uses", {"issuers": [str(issuer.pk)], "achievements": [str(achievement.pk)]})
    assert (used["issuers"], used["achievements"]) == ([str(issuer.pk)], [str(achievement.pk)])
    assert api("PUT", f"{at}/uses", {"achievements": [str(achievement.pk)]})["issuers"] == []
    second = api("POST", "/certificate-designs", {"name": "Second"})
    assert api("POST", f"/certificate-designs/{second['id']}/default")["default"]
    assert not api("GET", at)["default"]
    assert [one["name"] for one in api("GET", "/certificate-designs")["items"]] == ["Second", "Diploma"]
    assert api("DELETE", at).status == 204
    assert api("GET", at).status == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"layout": "none"}, "layout"),
        ({"accent": "red"}, "accent"),
        ({"wording": {"en": {"before": "{user}"}}}, "wording.en.before"),
        ({"signatures": [{"name": "", "function": "Dean"}]}, "signatures.1.name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_refused(api: Api, change: dict[str, Any], field: str) -> None:
    for path in ("/certificate-designs", "/certificate-designs/preview"):
        answer = api("POST", path, {"name": "D", **change})
        assert (answer.status, [one["field"] for one in answer["errors"]]) == (422, [field])


def test_certificates_as_files(api: Api, achievement: Achievement) -> None:
    award = api(
        "POST",
        "/awards",
        {"achievement": str(achievement.pk), "recipient": {"email": "a@example.org", "name": "Ann"}},
    )
    for body in ({"achievement": str(achievement.pk)}, {"awards": [award["id"]]}):
        asked = api("POST", "/certificate-files", body)
        assert (asked.status, asked["state"], asked["total"]) == (202, "running", 1)
        run_pending()
        at = f"/certificate-files/{asked['id']}"
        done = api("GET", at)
        assert (done["state"], done["packed"], [one["count"] for one in done["files"]]) == ("done", 1, [1])
        assert api("GET", f"{at}/2").status == 404
        sent = Client().get(f"/api/v1{at}/1", headers={"authorization": f"Bearer {api.key}"})
        file = zipfile.ZipFile(io.BytesIO(b"".join(sent.streaming_content)))  # type: ignore[attr-defined]
        assert len(file.namelist()) == 2
    CertificatePack.plain.filter(pk=asked["id"]).update(state="failed", failure="No space.")
    assert (api("GET", at)["state"], api("GET", at)["failure"]) == ("failed", "No space.")
    again = api("POST", f"{at}/again")
    assert (again.status, again["id"], again["state"]) == (202, asked["id"], "running")
    run_pending()
    assert api("GET", at)["state"] == "done"
    assert len(api("GET", "/certificate-files")["items"]) == 2
    assert api("POST", "/certificate-files", {}).status == 422
    assert api("DELETE", at).status == 204
    assert api("GET", f"{at}/1").status == 404


def test_a_preview_is_a_picture(api: Api, achievement: Achievement, make_client: Any) -> None:
    award = api(
        "POST",
        "/awards",
        {"achievement": str(achievement.pk), "recipient": {"email": "a@example.org", "name": "Ann 🎓"}},
    )
    shown = api("POST", "/certificate-designs/preview", {"layout": "minimal", "width": 300})
    assert shown.content.startswith(b"\x89PNG")
    assert "X-Undrawable" not in shown.headers
    real = api("POST", "/certificate-designs/preview", {"award": award["id"], "language": "de"})
    assert real.headers["X-Undrawable"] == "%F0%9F%8E%93"
    author = Api(make_client(Permission.AUTHOR)[1])
    assert author("POST", "/certificate-designs/preview", {}).status == 200
    assert author("POST", "/certificate-designs/preview", {"award": award["id"]}).status == 403


@pytest.mark.django_db(transaction=True)
def test_the_client_does_the_same(make_client: Any, achievement: Achievement, live_server: Any) -> None:
    with Program(live_server.url, make_client()[1], attempts=1) as client:
        design = client.create_certificate_design("Diploma", layout="diploma")
        assert client.set_certificate_picture(design.id, "logo", SVG, file_name="l.svg").pictures == ["logo"]
        assert client.change_certificate_design(design.id, "Newer", layout="band").name == "Newer"
        assert [one.name for one in client.certificate_designs()] == ["Newer"]
        assert client.preview_certificate(layout="band", width=300).startswith(b"\x89PNG")
        award = client.award(str(achievement.pk), Recipient(email="ann@example.org", name="Ann"))
        asked = client.request_certificates(awards=[award.id])
        run_pending()
        assert client.certificate_files(asked.id).state == "done"
        file = zipfile.ZipFile(io.BytesIO(client.download_certificates(asked.id)))
        anew = client.make_certificates_again(asked.id)
        assert (anew.id == asked.id, anew.failures, anew.failure) == (False, [], "")
        assert file.namelist()[0].startswith("ann-")
