"""`/robots.txt` and `/favicon.ico`: every host is asked for them."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from PIL import Image

from insignia_server.kit.site_files import KEPT_OUT


def test_robots_keeps_crawlers_out_of_what_needs_a_person(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
    lines = answer.content.decode().splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /console/" in lines
    assert not [line for line in lines if "badges" in line], "a crawler must see the noindex of a badge page"


def test_what_is_kept_out_exists() -> None:
    def known(path: str) -> bool:
        try:
            resolve(path)
        except Resolver404:
            return False
        return True

    below = {"/accounts/": "/accounts/login/", "/claim/": "/claim/x/", "/console/": "/console/x/"}
    below |= {"/language/": "/language/setlang/", "/vc-api/": "/vc-api/issuers", "/api/": "/api/docs"}
    assert [path for path in KEPT_OUT if not known(below.get(path, path))] == []


def test_the_icon_is_one(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/x-icon")
    with Image.open(io.BytesIO(answer.content)) as icon:
        assert (icon.format, icon.size) == ("ICO", (48, 48))
        assert len(icon.convert("RGB").getcolors(10_000) or []) > 1


@pytest.mark.parametrize("path", ["/robots.txt", "/favicon.ico"])
def test_they_are_read_only(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
