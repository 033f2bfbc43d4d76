"""Sixty names of every script: each is read back from the text of its certificate."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest
from difficult_names import MIXED, NAMES, UNDRAWABLE
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pdf_text import content_text, normal

from insignia_server.kit.fonts import drawable
from insignia_server.kit.pdf import LAYOUTS, CertificateData, Look, attached, certificate, undrawable
from insignia_server.kit.pdf.reading import cells, direction
from insignia_server.kit.pictures import read_picture

BADGE = read_picture(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'
)


def data(name: str, achievement: str = "Data Literacy") -> CertificateData:
    return CertificateData(
        name=name,
        achievement=achievement,
        issuer="Nordhaven University",
        issued_on=dt.date(2026, 3, 12),
        page_url="https://badges.nordhaven.example/badges/1/",
        badge=BADGE,
        credential=b'{"a":1}',
    )


def test_there_are_sixty() -> None:
    assert len(set(NAMES)) >= 60


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_back_in_the_order_in_which_it_is_read(name: str) -> None:
    """ISO 14289-1, 7.2: 'Content shall be marked in the structure tree with semantically appropriate tags
    in a logical reading order.'"""
    pdf = certificate(data(name, achievement=name))
    text = normal(content_text(pdf)).replace("\n", " ")
    assert text.count(normal(name)) == 2
    assert undrawable(data(name), Look()) == ""


@pytest.mark.parametrize("name", NAMES)
def test_another_reader_gives_it_back_too(name: str) -> None:
    """Poppler works out the direction from where the characters stand."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("poppler-utils are not installed")
    pdf = certificate(data(name))
    text = normal(
        subprocess.run([tool, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    )
    if name in MIXED:
        assert all(word in text for word in normal(name).replace("(", " ").replace(")", " ").split())
    elif len(name) > 80:  # a hyphen at the end of a line is taken away
        assert normal(name).replace("-", "") in text.replace("-", "")
    else:
        assert normal(name) in text


@pytest.mark.parametrize("name", ["מִרְיָם כֹּהֵן", "محمد Ali الثالث", "श्रीकृष्ण त्रिपाठी"])
@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_in_every_layout(layout: str, name: str) -> None:
    for orientation in ("portrait", "landscape"):
        pdf = certificate(data(name, achievement=name), Look(layout=layout, orientation=orientation))  # type: ignore[arg-type]
        assert normal(content_text(pdf)).count(normal(name)) == 2


@pytest.mark.parametrize(("name", "strange"), UNDRAWABLE.items())
def test_what_no_font_has_is_named_before(name: str, strange: str) -> None:
    """It is shown as a box; whoever designs or awards is told first."""
    assert undrawable(data(name), Look()) == strange
    assert "□" in content_text(certificate(data(name)))


LETTERS = st.characters(
    categories=["L", "M", "N", "P", "S", "Zs"], max_codepoint=0x2FFF, exclude_characters="\u200b\u00ad"
)


@settings(max_examples=60, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=60))
@example("\u0651")
@example("#panic() *b* `c` $d$ @e <f> // g \\h")
@example("a\u202eb\u2066c")
@example("א" * 60)
def test_any_text_lands_in_the_file_as_text(name: str) -> None:
    """Never as markup, never dropped: all letters are there, in order, or a box for what no font has."""
    pdf = certificate(data(name))
    text = normal(content_text(pdf)).replace(" ", "")
    assert normal(drawable(name)).replace(" ", "").removesuffix("…")[:50] in text
    assert attached(pdf) == b'{"a":1}'


def test_directions_and_places() -> None:
    """Unicode Standard Annex 9, P2: 'find the first character of type L, AL, or R'."""
    assert [direction(text) for text in ("(12) אב", "12 ab אב", "", "12")] == ["rtl", "ltr", "ltr", "ltr"]
    assert cells("אב c") == (("א", 2), ("ב", 1), (" ", 0), ("c", 3))
    assert cells("ع\u200ca\u200b") == (("ع\u200c", 0), ("a", 1))
    assert cells("אב-גד") == (("א", 1), ("ב", 0), ("-", 2), ("ג", 4), ("ד", 3))
