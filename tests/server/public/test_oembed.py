"""https://oembed.com, version 1.0, and hostile addresses: nothing but a page of ours has an answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.issuers.models import Issuer
from insignia_server.kit.ids import uuid7
from insignia_server.public.embeds.oembed import as_xml, path_of

MakeAward = Callable[..., Award]
KEY = "01a21577-bd0d-7153-8a87-87bcbfdedd37"


def page(award: Award) -> str:
    return f"{settings.PUBLIC_URL}/badges/{award.credential_id}/"


def test_a_badge_is_rich(client: Client, make_award: MakeAward) -> None:
    """'Responses can specify a resource type ... rich'; html, width and height are required."""
    award = make_award()
    answer = client.get("/oembed", {"url": page(award)})
    content = answer.json()
    assert answer["Content-Type"].startswith("application/json")
    assert (content["type"], content["version"]) == ("rich", "1.0")
    assert (content["width"], content["height"]) == (240, 240)
    assert f'<a href="{page(award)}"><img src="{settings.PUBLIC_URL}/achievements/' in content["html"]
    assert content["title"] == "Data Literacy: Foundations"
    assert (content["author_name"], content["provider_name"]) == ("Nordhaven Academy", settings.INSTANCE_NAME)
    assert content["thumbnail_width"] == content["thumbnail_height"] == 256
    assert "Ann" not in answer.content.decode()


@pytest.mark.parametrize("version", ["", "1/"])
def test_an_achievement_is_a_photo(client: Client, achievement: Achievement, version: str) -> None:
    url = f"{settings.PUBLIC_URL}/achievements/{achievement.pk}/{version}"
    content = client.get("/oembed", {"url": url}).json()
    assert (content["type"], content["width"], content["height"]) == ("photo", 512, 512)
    assert client.get(content["url"].removeprefix(settings.PUBLIC_URL))["Content-Type"] == "image/png"


@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
def test_the_room_is_respected(client: Client, make_award: MakeAward, name: str) -> None:
    """'For supported resource types, this parameter must be respected'; so must thumbnails."""
    content = client.get("/oembed", {"url": page(make_award()), name: "100"}).json()
    assert (content["width"], content["height"]) == (100, 100)
    assert 'width="100" height="100"' in content["html"]
    assert not [one for one in content if one.startswith("thumbnail")]


@pytest.mark.parametrize("given", ["0", "-1", "abc", "1e3", "٣", "1" * 30, "12.5"])
def test_room_that_is_no_number_is_refused(client: Client, make_award: MakeAward, given: str) -> None:
    assert client.get("/oembed", {"url": page(make_award()), "maxwidth": given}).status_code == 400


def test_xml(client: Client, make_award: MakeAward, issuer: Issuer) -> None:
    Issuer.objects.filter(pk=issuer.pk).update(name="Arts & <b>Crafts</b>\x0b")
    answer = client.get("/oembed", {"url": page(make_award()), "format": "xml"})
    assert answer["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "oembed"
    assert root.findtext("author_name") == "Arts & <b>Crafts</b>"
    assert str(root.findtext("html")).startswith("<a href=")


@given(st.text())
def test_any_text_is_sound_xml(text: str) -> None:
    ElementTree.fromstring(as_xml({"title": text}))


def test_other_formats_are_not_there(client: Client, make_award: MakeAward) -> None:
    """'501 Not Implemented: The provider cannot return a response in the requested format.'"""
    for name in ("yaml", "JSON", "jsonp", "json "):
        assert client.get("/oembed", {"url": page(make_award()), "format": name}).status_code == 501


def test_private_and_missing_are_answered_alike(client: Client, make_award: MakeAward) -> None:
    """'401 Unauthorized: The specified URL contains a private (non-public) resource.' Nobody learns by it
    whether there is such a badge."""
    award = make_award()
    Award.objects.filter(pk=award.pk).update(visibility="private")
    nothing = f"{settings.PUBLIC_URL}/badges/{uuid7()}/"
    answers = [client.get("/oembed", {"url": url}) for url in (page(award), nothing)]
    assert [one.status_code for one in answers] == [401, 401]
    assert answers[0].content == answers[1].content


def test_the_learner_gets_no_more_than_others(
    client: Client, make_award: MakeAward, make_user: Callable[..., Any]
) -> None:
    award, ann = make_award(), make_user("ann@example.org")
    Award.objects.filter(pk=award.pk).update(visibility="private", person=ann)
    client.force_login(ann)
    assert client.get("/oembed", {"url": page(award)}).status_code == 401


HOSTILE = [
    "",
    "badges/{key}/",
    "/badges/{key}/",
    "//badges.example.edu/badges/{key}/",
    "http://badges.example.edu/badges/{key}/",
    "https://badges.example.edu.evil.example/badges/{key}/",
    "https://badges.example.edu@evil.example/badges/{key}/",
    "https://evil.example/https://badges.example.edu/badges/{key}/",
    "https://badges.example.edu:8443/badges/{key}/",
    "https://badges.example.edu\\@evil.example/badges/{key}/",
    "https://badges.example.edu/badges/{key}/../../console/",
    "https://badges.example.edu/badges/%2e%2e/{key}/",
    "https://badges.example.edu/badges/{key}",
    "https://badges.example.edu/badges/{key}/share/",
    "https://badges.example.edu/badges/{key}/1/",
    "https://badges.example.edu/badges/{key}/\n",
    "https://badges.example.edu/badges/{upper}/",
    "https://badges.example.edu/achievements/{key}/0/",
    "https://badges.example.edu/achievements/{key}/99999999999999999999/",
    "https://badges.example.edu/achievements/{key}/١/",
    "https://badges.example.edu/achievements/{key}/1.json",
    "javascript:alert(1)//badges/{key}/",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "https://badges.example.edu/badges/{key}/" + "a" * 5000,
    "https://[::1",
]


@override_settings(PUBLIC_URL="https://badges.example.edu")
@pytest.mark.parametrize("url", HOSTILE)
def test_no_other_address_has_an_answer(client: Client, make_award: MakeAward, url: str) -> None:
    key = str(make_award().credential_id)
    given = url.replace("{key}", key).replace("{upper}", key.upper())
    assert client.get("/oembed", {"url": given}).status_code == 404


@override_settings(PUBLIC_URL="https://badges.example.edu")
@given(st.text())
def test_only_our_own_start_has_a_path(rest: str) -> None:
    assert path_of(rest) == ""
    assert path_of("https://badges.example.edu" + rest) == "" or rest.startswith("/")


def test_a_query_and_a_fragment_say_nothing(client: Client, make_award: MakeAward) -> None:
    url = page(make_award())
    for more in ("?utm_source=x", "#verification", "?a#b"):
        assert client.get("/oembed", {"url": url + more}).status_code == 200


@pytest.mark.parametrize("kind", ["badges", "achievements"])
def test_the_pages_lead_to_their_answers(client: Client, make_award: MakeAward, kind: str) -> None:
    """'oEmbed providers can choose to make their oEmbed support discoverable'"""
    award = make_award()
    key = award.credential_id if kind == "badges" else award.achievement_id
    text = client.get(f"/{kind}/{key}/").content.decode()
    found = re.findall(r'<link rel="alternate" type="(\S+)\+oembed" href="([^"]+)" title="([^"]+)">', text)
    assert [one[0] for one in found] == ["application/json", "text/xml"]
    for media, address, title in found:
        address = address.replace("&amp;", "&")
        assert parse_qs(urlsplit(address).query)["url"] == [f"{settings.PUBLIC_URL}/{kind}/{key}/"]
        answer = client.get(address.removeprefix(settings.PUBLIC_URL))
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, media)
        assert title == "Data Literacy: Foundations"
