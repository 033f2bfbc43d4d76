"""kit.pdf: the certificate, and the credential that is found in it again."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia.baking.pdf import attached
from insignia_server.kit.pdf import CertificateData, certificate
from insignia_server.kit.pictures import Picture, PictureError, read_picture
from insignia_server.kit.qr import read as read_codes

CREDENTIAL = b'{"id":"urn:uuid:1","name":"Am\xc3\xa9lie",  "x":"' + b"abc" * 3000 + b'"}\n'
URL = "https://badges.nordhaven.example/badges/01975b2e-4c1f-7d0a-9a44-d3a4b5f0c112"
DATA = CertificateData(
    name="Amélie Okonkwo-Brandt",
    achievement="Data Literacy Practitioner",
    issuer="Nordhaven University",
    issued_on=dt.date(2026, 3, 12),
    valid_until=dt.date(2029, 3, 12),
    result="Grade 1.3",
    criteria="Can *find* and clean data.\n\n- Portfolio\n- Oral defence",
    skills=("Data cleaning", "Statistics"),
    page_url=URL,
    badge=read_picture(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
    ),
    credential=CREDENTIAL,
)


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip("poppler-utils are not installed")
    return found


def text_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "c.pdf"
    file.write_bytes(pdf)
    return subprocess.run(
        [tool("pdftotext"), "-layout", file, "-"], capture_output=True, check=True
    ).stdout.decode()


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type/Page\b", pdf))


def test_the_credential_is_found_again_byte_for_byte() -> None:
    pdf = certificate(DATA)
    assert pdf.startswith(b"%PDF-1.7")
    assert attached(pdf) == CREDENTIAL
    assert certificate(DATA) == pdf


@pytest.mark.parametrize(
    "token", [b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln", b"eyJhbGciOiJFZERTQSJ9.eyJ4Ijox.c2ln~ZGlzYw~"]
)
def test_a_jwt_is_attached_as_one(token: bytes) -> None:
    pdf = certificate(replace(DATA, credential=token))
    assert attached(pdf) == token
    assert b"(credential.jwt)" in pdf
    assert b"application#2Fvc+jwt" in pdf


def test_the_file_says_what_it_is() -> None:
    """PDF/A-3b and PDF/UA-1 in one: tagged, titled, with the credential as an associated file."""
    pdf = certificate(DATA)
    for part in (
        b"pdfaid:part>3<",
        b"pdfaid:conformance>B<",
        b"pdfuaid:part>1<",
        b"/Marked true",
        b"/AFRelationship/Source",
    ):
        assert part in pdf
    assert b"/AF[" in pdf
    assert b"DisplayDocTitle true" in pdf
    assert pages(pdf) == 1


def test_what_stands_on_the_page(tmp_path: Path) -> None:
    text = text_of(certificate(DATA), tmp_path)
    for part in (
        DATA.name,
        DATA.achievement,
        DATA.issuer,
        "12 March 2026",
        "12 March 2029",
        "Grade 1.3",
        "• Portfolio",
    ):
        assert part in text
    assert "Statistics" in text
    assert URL in text.replace("\n", "")
    text = text_of(
        certificate(replace(DATA, language="de-AT", valid_until=None, result="", criteria="", skills=())),
        tmp_path,
    )
    assert "12. März 2026" in text
    assert "2029" not in text


def test_the_code_on_the_page_leads_to_the_badge(tmp_path: Path) -> None:
    file = tmp_path / "c.pdf"
    file.write_bytes(certificate(DATA))
    subprocess.run(
        [tool("pdftoppm"), "-r", "150", "-png", "-singlefile", file, tmp_path / "page"], check=True
    )
    assert read_codes((tmp_path / "page.png").read_bytes()) == [URL]


@pytest.mark.parametrize(
    "name",
    [
        "מִרְיָם כֹּהֵן",
        "محمد عبد الرحمن",
        "張偉",
        "김하늘",
        "प्रिया शर्मा",
        "สมชาย",
        "Nguyễn Thị Ánh-Tuyết",
        "Ωmega Дарья",
        "Zoë 🎓",
        "ᚠᚢᚦ",
        "\u202eevil",
    ],
)
def test_names_in_many_scripts(name: str) -> None:
    pdf = certificate(replace(DATA, name=name, achievement=name, issuer=name, skills=(name,)))
    assert pages(pdf) == 1
    assert attached(pdf) == CREDENTIAL


@pytest.mark.parametrize(
    "text", ["#panic(1)", '"); #read("/etc/passwd")', "$x$ *b* _i_ @ref <label> // c /* */", "\\", "#" * 50]
)
def test_values_are_never_markup(text: str, tmp_path: Path) -> None:
    pdf = certificate(
        replace(
            DATA, name=text, achievement=text, issuer=text, result=text, criteria=f"`{text}`", skills=(text,)
        )
    )
    shown = text_of(pdf, tmp_path)
    assert text[:8] in shown
    assert "root:" not in shown


def test_the_longest_certificate_still_is_one_page() -> None:
    words = "Maximiliana Wittgenstein-Ludwigsburg " * 30
    crowded = replace(
        DATA,
        name=words,
        achievement=words,
        issuer=words,
        result=words,
        criteria="\n\n".join(f"- {words[:200]}" for _ in range(20)),
        skills=tuple(f"{words[:58]}{i}" for i in range(30)),
        page_url=URL + "/" + "x" * 200,
    )
    assert pages(certificate(crowded)) == 1
    assert pages(certificate(replace(crowded, name="W" * 500, achievement="W" * 500, issuer="W" * 500))) == 1


def test_what_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        certificate(replace(DATA, credential=b"\xff\xfe"))
    with pytest.raises(PictureError):
        certificate(replace(DATA, badge=Picture("image/svg+xml", 10, 10, b"no drawing")))


@settings(max_examples=25)
@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_gives_a_certificate(long: str, short: str) -> None:
    pdf = certificate(
        replace(DATA, name=short, achievement=short, issuer=short, criteria=long, skills=(short, long))
    )
    assert attached(pdf) == CREDENTIAL


def test_a_file_that_another_tool_rewrote(tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    if qpdf is None:
        pytest.skip("qpdf is not installed")
    (tmp_path / "a.pdf").write_bytes(certificate(DATA))
    for options in (
        ["--object-streams=generate"],
        ["--qdf"],
        ["--linearize"],
        ["--recompress-flate", "--compression-level=9"],
    ):
        subprocess.run([qpdf, *options, tmp_path / "a.pdf", tmp_path / "b.pdf"], check=True)
        assert attached((tmp_path / "b.pdf").read_bytes()) == CREDENTIAL


@cache
def whole_certificate() -> bytes:
    return certificate(DATA)


@given(st.integers(0, 100_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_file_never_raises(position: int, junk: bytes) -> None:
    whole = whole_certificate()
    place = position % len(whole)
    found = attached(whole[:place] + junk + whole[place + len(junk) :])
    assert found is None or isinstance(found, bytes)
