"""The pages of certificates: designs with a preview, what uses them, ZIP files."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from insignia_server.certificates.models import CertificateDesign, CertificatePack
from insignia_server.issuers.models import Issuer
from insignia_server.kit.worker import run_pending

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'
FORM = {
    "name": "Diploma",
    "layout": "diploma",
    "orientation": "landscape",
    "paper": "a4",
    "ornament": "dots",
    "accent": "#0f6b57",
    "blocks": ["criteria", "code"],
    "kicker_en": "Diploma",
    "signer_1": "Ingrid Solberg",
    "shown_in": "en",
    "sample": "example",
}


def at(name: str, *arguments: Any) -> str:
    return reverse(f"console:certificates:{name}", args=["nordhaven", *arguments])


def pictures(page: bytes) -> list[bytes]:
    return [base64.b64decode(one) for one in re.findall(rb"data:image/png;base64,([A-Za-z0-9+/=]+)", page)]


def test_a_design_is_made_and_changed(world: Any, owner_browser: Client) -> None:
    sent = owner_browser.post(at("new"), {**FORM, "name": "New", "logo": SimpleUploadedFile("l.svg", SVG)})
    design = CertificateDesign.plain.get(name="New")
    assert sent["Location"] == at("edit", design.pk)
    assert design.values["wording"] == {"en": {"kicker": "Diploma"}}
    assert set(design.pictures) == {"logo"}
    page = owner_browser.get(at("edit", design.pk)).content
    assert b'value="Ingrid Solberg"' in page
    assert len(pictures(page)) == 1
    changed = {**FORM, "name": "Newer", "no_logo": "on", "signature_1": SimpleUploadedFile("s.svg", SVG)}
    owner_browser.post(at("edit", design.pk), changed)
    design.refresh_from_db()
    assert (design.name, set(design.pictures)) == ("Newer", {"signature-1"})
    listed = owner_browser.get(at("list")).content.decode()
    assert "Newer" in listed
    assert at("thumbnail", design.pk) in listed
    assert owner_browser.get(at("thumbnail", design.pk)).content.startswith(b"\x89PNG")
    assert owner_browser.get(at("example", design.pk)).content.startswith(b"%PDF")


def test_the_preview_keeps_nothing(world: Any, owner_browser: Client) -> None:
    """Once by the button, which works without script, once by htmx."""
    design = CertificateDesign.plain.get()
    before = (design.name, design.values)
    award = world["awards"]["award"]
    page = owner_browser.post(at("edit", design.pk), {**FORM, "act": "preview", "kicker_en": "Typed"}).content
    part = owner_browser.post(
        at("preview"), {**FORM, "name": "", "design": str(design.pk), "sample": str(award)}
    ).content
    first, second = pictures(page), pictures(part)
    assert len(first) == len(second) == 1
    assert first != second
    assert b'value="Typed"' in page
    assert b"<html" not in part
    design.refresh_from_db()
    assert (design.name, design.values) == before


def test_what_is_wrong_stands_at_its_field(world: Any, owner_browser: Client) -> None:
    wrong = {**FORM, "accent": "red", "before_en": "{user}", "function_2": "Dean"}
    answer = owner_browser.post(at("new"), wrong)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {"accent", "before_en", "signer_2"}
    assert b'value="{user}"' in answer.content
    assert "{name}" in str(errors["before_en"])
    shown = owner_browser.post(at("preview"), wrong)
    assert pictures(shown.content) == []
    picture = owner_browser.post(
        at("new"), {**FORM, "signature_1": SimpleUploadedFile("s.png", b"no picture")}
    )
    assert set(picture.context["form"].errors) == {"signature_1"}


@pytest.mark.parametrize("key", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_preview_of_what_is_not_there(world: Any, owner_browser: Client, key: str) -> None:
    assert pictures(owner_browser.post(at("preview"), {**FORM, "sample": key}).content) == []
    foreign = owner_browser.post(at("preview"), {**FORM, "design": key})
    assert foreign.status_code == (200 if key == "nonsense" else 404)


def test_what_no_font_has_is_told(world: Any, owner_browser: Client) -> None:
    page = owner_browser.post(at("preview"), {**FORM, "kicker_en": "Diploma 🎓"}).content.decode()
    assert "Some characters cannot be drawn" in page
    assert "🎓" in page


def test_what_uses_a_design(world: Any, owner_browser: Client) -> None:
    design, issuer = CertificateDesign.plain.get(), Issuer.plain.get()
    achievement = world["achievements"]["achievement"]
    owner_browser.post(at("use", design.pk), {"issuers": [issuer.pk], "achievements": [achievement]})
    text = owner_browser.get(at("list")).content.decode()
    assert "1 issuer profile" in text
    assert "1 achievement" in text
    asked = owner_browser.get(at("remove", design.pk)).content.decode()
    assert "Faculty" in asked
    assert "plain certificate" in asked
    owner_browser.post(at("use", design.pk), {"issuers": [], "achievements": [achievement]})
    assert "issuer profile" not in owner_browser.get(at("list")).content.decode().split("cert-tile__uses")[1]
    assert owner_browser.post(at("use", design.pk), {"issuers": ["nonsense"]}).status_code == 422


def test_certificates_as_a_file(world: Any, owner_browser: Client) -> None:
    pack = CertificatePack.plain.get()
    assert b"hx-trigger" in owner_browser.get(at("pack-detail", pack.pk)).content
    run_pending()
    page = owner_browser.get(at("pack-detail", pack.pk)).content
    assert at("pack-file", pack.pk, 1).encode() in page
    answer = owner_browser.get(at("pack-file", pack.pk, 1))
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    owner_browser.post(at("pack-remove", pack.pk))
    assert owner_browser.get(at("pack-file", pack.pk, 1)).status_code == 404


def test_one_that_failed_is_made_again(world: Any, owner_browser: Client) -> None:
    pack, award = CertificatePack.plain.get(), world["awards"]["award"]
    failures = [{"award": str(award), "why": "it could not be drawn"}]
    CertificatePack.plain.update(state="failed", failure="No space.", failures=failures, failed=1)
    page = owner_browser.get(at("pack-detail", pack.pk)).content.decode()
    assert "hx-trigger" not in page
    for words in ("The file could not be written", "No space.", "1 certificate could not be made"):
        assert words in page
    assert "it could not be drawn" in page
    assert reverse("console:awards:detail", args=["nordhaven", award]) in page
    assert "Failed" in owner_browser.get(at("packs")).content.decode()
    sent = owner_browser.post(at("pack-again", pack.pk))
    assert sent["Location"] == at("pack-detail", pack.pk)
    run_pending()
    pack.refresh_from_db()
    assert pack.state == "done"
    sent = owner_browser.post(at("pack-again", pack.pk))
    assert sent["Location"] != at("pack-detail", pack.pk)


def test_asked_for_from_the_lists(world: Any, owner_browser: Client) -> None:
    award = world["awards"]["award"]
    listed = owner_browser.get(reverse("console:awards:list", args=["nordhaven"])).content.decode()
    assert f'name="award" value="{award}"' in listed
    sent = owner_browser.post(at("pack"), {"award": [str(award)]})
    made = CertificatePack.plain.latest("created_at")
    assert (sent["Location"], made.chosen) == (at("pack-detail", made.pk), [str(award)])
    for wrong in ({}, {"award": ["nonsense"]}, {"award": ["00000000-0000-0000-0000-000000000000"]}):
        refused = owner_browser.post(at("pack"), wrong)
        assert refused["Location"] == at("packs")
    assert owner_browser.post(at("pack"), {"batch": "nonsense"}).status_code == 404
    assert owner_browser.post(at("pack"), {"batch": str(world["batches"]["batch"])}).status_code == 302
