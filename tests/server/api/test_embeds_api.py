"""Snippets of an award: what the page "Share and embed" gives, for programs."""

from __future__ import annotations

import pytest
from api_caller import Api
from django.conf import settings
from django.test import Client

from insignia_server.achievements.models import Achievement

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(api: Api, achievement: Achievement) -> str:
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org", "name": "Ann"}}
    made = api("POST", "/awards", body)
    assert made.status == 201, made.body
    return str(made["id"])


def test_the_snippets_are_those_of_the_page(api: Api, client: Client, award: str) -> None:
    found = api("GET", f"/awards/{award}/embeds?size=compact&theme=dark")
    assert found.status == 200
    assert found["page"] == f"{settings.PUBLIC_URL}/badges/{award}/"
    assert found["state_picture"] == f"{settings.PUBLIC_URL}/badges/{award}/state.svg"
    assert "share-offsite" in found["linkedin"]
    names = [one["name"] for one in found["snippets"]]
    assert names == ["component", "html", "markdown", "readme", "signature"]
    assert 'size="compact" theme="dark"' in found["snippets"][0]["content"]
    page = client.get(f"/badges/{award}/share/?size=compact&theme=dark").content.decode()
    for one in found["snippets"]:
        escaped = one["content"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert escaped.replace('"', "&quot;") in page


def test_a_size_that_nobody_offers_is_refused(api: Api, award: str) -> None:
    assert api("GET", f"/awards/{award}/embeds?size=huge").status == 422
