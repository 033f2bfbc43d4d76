"""Colours of organisations, light and dark, and the pages for failures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from look_rendering import HERE, Page, render

from insignia_server.kit import look
from insignia_server.kit.accent import contrast, parse_colour, stylesheet

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.fixture(autouse=True)
def collected_files(settings: Any) -> None:
    """WhiteNoise warns when the folder of collected files is missing; a server has it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


# Colours


def test_contrast_is_that_of_wcag() -> None:
    """WCAG 2.2: "Contrast ratios can range from 1 to 21"."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((18, 52, 86), (18, 52, 86)) == 1
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


@given(COLOURS)
def test_any_accent_is_legible_on_buttons_and_as_text(colour: tuple[int, int, int]) -> None:
    """WCAG 2.2, 1.4.3: "a contrast ratio of at least 4.5:1"."""
    css = stylesheet(colour)
    fill, on_fill, light, dark = (parse_colour(text) for text in re.findall(r"#[0-9a-f]{6}", css))
    assert contrast(fill, on_fill) >= 4.5
    assert contrast(light, parse_colour("#faf8f5")) >= 4.5
    assert contrast(dark, parse_colour("#201d1a")) >= 4.5


@pytest.mark.parametrize(
    "text", ["", "fff", "#12345g", "3547c8ff", "3547c8;}body{", "３５４７c8", "\n3547c8"]
)
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        parse_colour(text)
    with pytest.raises(Http404):
        look.accent(RequestFactory().get("/"), text)
    with HERE:
        assert render("{% accent_url x %}", x=text) == ""


def test_an_accent_is_a_stylesheet_that_may_be_kept_for_ever() -> None:
    answer = look.accent(RequestFactory().get("/"), "0F8A5F")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content.startswith(b":root{--brand:#")


@HERE
def test_the_organisation_brings_its_colour_to_the_page() -> None:
    class Tenant:
        name, accent = "Nordhaven", "#0f8a5f"

    page = render_to_string(
        "kit/console.html", {"organisation": Tenant, "nav": [("S", [("L", "/l", "award", True)])]}
    )
    assert '<link rel="stylesheet" href="/theme/0f8a5f.css">' in page
    assert '<a href="/l" aria-current="page">' in page
    assert "theme/" not in render_to_string("kit/public.html", {}).split("</head>")[0]


# Light and dark


@HERE
def test_the_choice_of_colours_is_kept_and_stays_on_this_site(client: Any) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/design/?q=1"})
    assert answer["Location"] == "/design/?q=1"
    assert answer.cookies["theme"]["httponly"]
    assert ' data-theme="dark">' in client.get("/design/").content.decode()
    back = client.post("/theme/", {"theme": "auto", "next": "//evil.example/"})
    assert back["Location"] == "/"
    assert "data-theme" not in client.get("/design/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
@HERE
def test_nobody_is_sent_to_another_site(client: Any, target: str) -> None:
    assert client.post("/theme/", {"theme": "light", "next": target})["Location"] == "/"


@HERE
def test_a_foreign_cookie_changes_nothing(client: Any) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/design/").content.decode()
    assert client.get("/theme/").status_code == 405


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500])
def test_an_error_page_says_what_happened_and_where_to_go(code: int) -> None:
    page = render_to_string(f"kit/{code}.html", {})
    assert f"Error {code}" in page
    assert 'href="/"' in page
    assert Page(page).refused == []


def test_a_refusal_gives_its_own_reason() -> None:
    page = render_to_string("kit/403.html", {"sentence": "Only an <owner> may."})
    assert "Only an &lt;owner&gt; may." in page


def test_a_destructive_act_names_what_it_will_do_and_how_to_undo_it() -> None:
    context = {
        "title": "Revoke?",
        "consequences": ["Verifiers <will> say so."],
        "undo": "Award again.",
        "cancel_url": "/c",
    }
    page = render_to_string("kit/confirm.html", context)
    for part in (
        "<h1>Revoke?</h1>",
        "Verifiers &lt;will&gt; say so.",
        "Award again.",
        'href="/c"',
        "btn--danger",
    ):
        assert part in page
    assert "This cannot be undone." in render_to_string("kit/confirm.html", {"title": "x"})
