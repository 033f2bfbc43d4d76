"""Stored addresses are links only where following them can do no harm: http, https, mailto; nothing else."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit.links import SCHEMES, safe

GOOD = (
    "https://portfolio.example/1?a=b&c=d#e",
    "http://localhost:8000/badges/1/",
    "HTTPS://Portfolio.Example/",
    "mailto:badges@example.edu",
    "https://straße.example/ä",
    "https://[2001:db8::1]/",
)
BAD = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "\x01javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\r\nscript:alert(1)",
    "java\x00script:alert(1)",
    "javascript\u200b:alert(1)",
    "\ufeffjavascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "javascript://portfolio.example/%0aalert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "VBScript\t:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "view-source:https://a.example/",
    "filesystem:https://a.example/x",
    "ftp://a.example/",
    "//evil.example/",
    "\\\\evil.example\\x",
    "https:\\\\evil.example",
    "/console/",
    "portfolio.example",
    "https:",
    "https://",
    "https:///x",
    "https://[::1",
    "https://a.example/\u202egnp.exe",
    "mailto:",
    "",
)


@pytest.mark.parametrize("address", GOOD)
def test_what_can_be_followed_is_a_link(address: str) -> None:
    assert safe(address) == address
    assert "<a href=" in shown(address)


@pytest.mark.parametrize("address", BAD)
def test_what_could_run_is_text(address: str) -> None:
    assert safe(address) == ""
    assert "href" not in shown(address)


@pytest.mark.parametrize(
    "value", [None, 7, ["https://a.example/"], {"id": "https://a.example/"}, b"https://a/"]
)
def test_what_is_no_text_is_no_link(value: object) -> None:
    assert safe(value) == ""


@given(st.text() | st.sampled_from(BAD).flatmap(lambda bad: st.text(max_size=3).map(lambda more: more + bad)))
def test_whatever_it_is(address: str) -> None:
    found = safe(address)
    assert found in ("", address)
    if found:
        assert found.lower().startswith(tuple(f"{scheme}:" for scheme in SCHEMES))


def shown(address: str, label: str = "") -> str:
    page = Template("{% load links %}{% link_to address label %}")
    return page.render(Context({"address": address, "label": label}))


def test_label_and_address_are_escaped() -> None:
    text = shown('https://a.example/?"><script>', "<b>Work</b>")
    assert "<script>" not in text
    assert "<bdi>&lt;b&gt;Work&lt;/b&gt;</bdi></a>" in text
    assert shown("javascript:alert(1)", "<b>") == "<bdi>&lt;b&gt;</bdi>"
