"""An organisation's look: pictures are drawn once; colours and ground reach its pages and mails."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from PIL import Image

from insignia_server.issuers import services as issuers
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.mail import branding
from insignia_server.organisations import look
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.services import update_settings

WIDE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><script>x()</script>'
    b'<rect width="400" height="100" fill="#0f6b57"/></svg>'
)


def photo(size: tuple[int, int], format: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format)
    return out.getvalue()


def test_a_logo_is_drawn_in_its_own_shape(owner: Actor, scoped: Organisation, client: Client) -> None:
    look.set_picture(by=owner, organisation=scoped, place="logo", content=WIDE)
    found = look.of(Organisation.plain.get(pk=scoped.pk))
    assert found.logo_size == (960, 240)
    assert found.shown == (160, 40)
    answer = client.get(found.logo_address)
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (960, 240)
    before = found.logo_address
    look.set_picture(by=owner, organisation=scoped, place="logo", content=photo((300, 300)))
    found = look.of(scoped)
    assert (found.logo_size, found.shown) == ((300, 300), (40, 40))  # pixels are not made more than they are
    assert found.logo_address != before
    look.set_picture(by=owner, organisation=scoped, place="logo", content=b"")
    assert look.of(scoped).logo_address == ""
    assert client.get("/organisations/nordhaven/logo.png").status_code == 404
    assert client.get("/organisations/nobody/logo.png").status_code == 404


def test_a_cover_is_kept_as_webp(owner: Actor, scoped: Organisation, client: Client) -> None:
    look.set_picture(by=owner, organisation=scoped, place="cover", content=photo((4000, 1000)))
    answer = client.get(look.of(scoped).cover_address)
    image = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], image.format, image.size) == ("image/webp", "WEBP", (1920, 480))


UNSEEN = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9" opacity="0"/></svg>'


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg", UNSEEN, photo((40, 40))[:100], b"x" * 9_000_000])
def test_what_is_no_picture_is_refused(owner: Actor, scoped: Organisation, content: bytes) -> None:
    with pytest.raises(Refused) as caught:
        look.set_picture(by=owner, organisation=scoped, place="cover", content=content)
    assert caught.value.refusals[0].field == "cover"
    assert Organisation.plain.get(pk=scoped.pk).cover == ""


def test_only_who_manages_the_organisation(
    scoped: Organisation,
    owner: Actor,
    act_as: Callable[..., Actor],
    make_organisation: Callable[..., Organisation],
) -> None:
    with pytest.raises(Forbidden):
        look.set_picture(by=act_as("author"), organisation=scoped, place="logo", content=WIDE)
    with pytest.raises(NotHere):
        look.set_picture(by=owner, organisation=make_organisation("kestrel"), place="logo", content=WIDE)


def test_it_reaches_public_pages_and_mails(owner: Actor, scoped: Organisation, client: Client) -> None:
    issuer = issuers.create_issuer(by=owner, name="Academy", slug="academy")
    for place in ("logo", "logo_dark", "cover"):
        look.set_picture(by=owner, organisation=scoped, place=place, content=WIDE)
    update_settings(by=owner, organisation=scoped, values={"accent": "#0f6b57", "public_theme": "auto"})
    found = look.of(scoped)
    text = client.get(f"/issuers/{issuer.slug}/").content.decode()
    assert '<link rel="stylesheet" href="/theme/0f6b57.css">' in text
    dark = '<source media="screen and (prefers-color-scheme: dark)"'  # paper is light
    assert f'{dark} srcset="{escape(found.head_logo_dark)}">' in text
    assert f'src="{escape(found.head_logo)}" alt="Nordhaven University" width="160" height="40"' in text
    assert f'src="{found.cover_address}" srcset="{escape(found.small_cover)} 960w, ' in text
    assert "data-theme" not in text
    brand = branding.of(scoped.pk)
    assert brand.logo == f"https://badges.example.test{found.logo_address}"
    assert brand.colour == "#0f6b57"


@pytest.mark.parametrize(("theme", "chosen", "shown"), [("dark", "", "dark"), ("dark", "light", "light")])
def test_the_visitors_own_choice_of_ground_comes_first(
    owner: Actor, scoped: Organisation, client: Client, theme: str, chosen: str, shown: str
) -> None:
    issuer = issuers.create_issuer(by=owner, name="Academy", slug="academy")
    for place in ("logo", "logo_dark"):
        look.set_picture(by=owner, organisation=scoped, place=place, content=WIDE)
    update_settings(by=owner, organisation=scoped, values={"public_theme": theme})
    if chosen:
        client.cookies["theme"] = chosen
    text = client.get(f"/issuers/{issuer.slug}/").content.decode()
    assert f'data-theme="{shown}"' in text
    found = look.of(scoped)
    assert f'src="{escape(found.head_logo)}"' in text
    dark = f'<source media="screen" srcset="{escape(found.head_logo_dark)}">'
    assert (dark in text) == (shown == "dark")
    assert ("<source media" in text) == (shown == "dark")


def test_the_page_keeps_everything_or_nothing(
    scoped: Organisation, client: Client, django_user_model: Any
) -> None:
    client.force_login(django_user_model.objects.get(email="owner@nordhaven.example"))
    address = "/console/nordhaven/settings/look/"
    values = {"accent": "0F6B57", "second_colour": "", "public_theme": "light"}
    logo = SimpleUploadedFile("logo.svg", WIDE, "image/svg+xml")
    assert client.post(address, {**values, "logo": logo}).status_code == 302
    kept = Organisation.plain.get(pk=scoped.pk)
    assert (kept.accent, kept.public_theme, bool(kept.logo)) == ("#0f6b57", "light", True)
    bad = SimpleUploadedFile("cover.png", b"\x89PNG\r\n\x1a\n", "image/png")
    answer = client.post(address, {**values, "accent": "#ffffff", "cover": bad})
    assert answer.status_code == 422
    assert "id_cover" in answer.content.decode()
    assert Organisation.plain.get(pk=scoped.pk).accent == "#0f6b57"
    answer = client.post(address, {**values, "second_colour": "red"})
    assert (answer.status_code, "six hexadecimal digits" in answer.content.decode()) == (422, True)
    assert client.post(address, {**values, "remove": "logo"}).status_code == 302
    assert Organisation.plain.get(pk=scoped.pk).logo == ""
