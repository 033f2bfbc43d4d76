"""Sixty names of every script: each is read back from the text of its certificate."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from difficult_names import MIXED, NAMES, UNDRAWABLE
from django.utils.translation import gettext as _
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pdf_text import content_text, normal

from insignia.baking.pdf import attached
from insignia_server.kit.bidi import direction, levels
from insignia_server.kit.fonts import FALLBACKS, SANS, drawable
from insignia_server.kit.pdf import (
    LAYOUTS,
    CertificateData,
    Look,
    Signature,
    Wording,
    certificate,
    undrawable,
)
from insignia_server.kit.pdf.reading import _places
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
        pdf = certificate(data(name, achievement=name), Look(layout=layout, orientation=orientation))
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
@example("\u115f")
@example("0\u09080 \u0910")
@example("한\u3164글 a\u034fb")
def test_any_text_lands_in_the_file_as_text(name: str) -> None:
    """Never as markup, never dropped: all letters are there, in order, or a box for what no font has."""
    pdf = certificate(data(name))
    text = normal(content_text(pdf)).replace(" ", "")
    assert normal(drawable(name)).replace(" ", "").removesuffix("…")[:50] in text
    assert attached(pdf) == b'{"a":1}'


TEXTS = {
    "Arabic": (
        "مُحَمَّد بن عبد الله",
        "يجد البيانات وينظفها، ويستعمل Python 3 و SQL (أو R).",
        "تنظيف البيانات 2",
    ),
    "Hebrew": ("דָּוִד בֶּן־גּוּרִיּוֹן", "מוצא ומנקה נתונים (Data), שואל 3 שאלות, ומספר לאחרים.", "ניקוי-נתונים"),
    "Devanagari": ("श्रीकृष्ण त्रिपाठी", "डेटा खोजता है, उससे प्रश्न पूछता है, और दूसरों को बताता है।", "सांख्यिकी"),
    "Thai": (
        "ศิริพร น้ำใส",
        "สามารถวิเคราะห์ข้อมูลทางสถิติและนำเสนอผลลัพธ์ให้ผู้อื่นเข้าใจได้อย่างชัดเจน",
        "การทำความสะอาดข้อมูล",
    ),
    "Chinese": ("陳慧琳", "查找并清理数据，提出问题，并向他人讲述数据的含义。", "数据清理"),
    "Japanese": (
        "髙橋 渚",
        unicodedata.normalize("NFD", "データを集め、整え、グラフで説明する。"),
        "データ整理",
    ),
    "Korean": ("김민준", "데이터를 찾아 정리하고 다른 사람에게 설명한다.", "데이터 정리"),
    "marks": (
        unicodedata.normalize("NFD", "Nguyễn Thị Ngọc Ánh"),
        unicodedata.normalize("NFD", "Prüft Größen, wählt Öl; ż, ő und ǟ in Wörtern."),
        "Ṣóyínká ʻōlelo e\u0329\u0301",
    ),
}
"""What is a name, criteria, and a skill in each script."""


def worded(script: str, language: str) -> tuple[CertificateData, Look]:
    """All that a certificate can say, in one script."""
    name, criteria, skill = TEXTS[script]
    return (
        replace(
            data(name, achievement=f"{skill}: {name}"),
            issuer=f"{name} {skill}",
            result=f"{skill} 1.3",
            criteria=f"{criteria}\n\n- {skill}, {name}\n- {criteria[:30].strip()}",
            skills=(skill, f"{name} 2", "SQL"),
            language=language,
        ),
        Look(
            signatures=(Signature(name=name, function=f"{skill} (Dr.)"),),
            wording=Wording(kicker=skill, before=f"{name}:", after=criteria[:40].strip(), closing=criteria),
        ),
    )


def said(given: CertificateData, look: Look) -> list[str]:
    """The texts as they should be read."""
    own, signer = look.wording, look.signatures[0]
    return [
        *(own.before, given.name, own.after, given.achievement, own.closing, given.issuer, given.result),
        *(line.removeprefix("- ") for line in given.criteria.splitlines() if line),
        *given.skills,
        *(signer.name, signer.function),
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("script", TEXTS)
def test_every_text_is_read_back(script: str, language: str) -> None:
    """ISO 14289-1, 7.2: 'in a logical reading order', and each text once: no letter doubled, none in front of
    another. The same order on the page as in the sentence."""
    given, look = worded(script, language)
    for layout in LAYOUTS:
        text = normal(content_text(certificate(given, replace(look, layout=layout))))
        assert [one for one in said(given, look) if normal(one) not in text] == [], (layout, text)
        own = look.wording
        place = 0
        for one in (own.before, given.name, own.after, given.achievement, own.closing, given.issuer):
            place = text.find(normal(one), place) + len(normal(one))
            assert place >= len(normal(one)), (layout, one)
        skills = "".join(normal(one) for one in given.skills)
        assert skills.replace(" ", "") in text.replace(" ", ""), layout


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("script", TEXTS)
def test_another_reader_finds_every_text(script: str, language: str) -> None:
    """Poppler: each text is there, word by word and in order; it moves spaces and marks beside a change of
    direction, and may part a line of columns."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("poppler-utils are not installed")
    given, look = worded(script, language)
    pdf = certificate(given, look)
    found = subprocess.run([tool, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    letters = _letters(found)
    assert [one for one in said(given, look) if _letters(one) not in letters] == []


def _letters(text: str) -> str:
    return "".join(c for c in normal(text) if unicodedata.category(c)[0] in "LMN")


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("ar", "12 مارس 2026"),
        ("fr", "12 mars 2026"),
        ("de", "12. März 2026"),
        ("es", "12 de marzo de 2026"),
        ("en", "12 March 2026"),
    ],
)
def test_what_the_page_says_itself_is_read_back_too(language: str, day: str) -> None:
    """Dates as on every page of the house."""
    given = replace(data("Ada"), language=language)
    text = normal(content_text(certificate(given)))
    with override(language):
        labels = [
            _("This certifies that"),
            _("has earned"),
            _("issued by"),
            _("Scan the code, or open this address, to see whether it is still valid today:"),
            day,
        ]
    for label in labels:
        assert normal(label) in text, label


def test_levels() -> None:
    """Unicode Standard Annex 9: the rules, by what they say."""
    assert [direction(text) for text in ("(12) אב", "12 ab אב", "", "12")] == ["rtl", "ltr", "ltr", "ltr"]
    assert direction("12", "rtl") == "rtl"
    for text, base, expected in (
        ("ab אב", "ltr", "00011"),
        ("אב 12 ab", "rtl", "11122122"),
        ("אב 1.2", "rtl", "111222"),  # W4
        ("אב 5%", "rtl", "11122"),  # W5
        ("اب 5%", "rtl", "11121"),  # W2: an Arabic number, which W5 does not know
        ("a 5 א", "ltr", "00001"),  # W7
        ("א (b) c", "rtl", "1112112"),  # N0
        ("a (א) b", "ltr", "0001000"),
        ("(א", "ltr", "01"),
        ("a [(א] b)", "ltr", "0" * 4 + "1" + "0" * 4),
        ("()", "rtl", "11"),
        ("אָב\u200dג", "rtl", "11111"),  # W1
        ("א - ב", "ltr", "11111"),  # N1
        ("א - b", "ltr", "10000"),  # N2
        ("", "ltr", ""),
    ):
        assert "".join(map(str, levels(text, base))) == expected, text  # type: ignore[arg-type]


def test_where_a_word_may_be_divided() -> None:
    """Thai between its words, also far on; never between a letter and its marks, or before what closes."""

    def divided(word: str) -> list[str]:
        places = (0, *_places(word, (SANS, *FALLBACKS)), len(word))
        return [word[a:b] for a, b in pairwise(places)]

    thai = ["สามารถ", "วิเคราะห์", "ข้อมูล", "ทาง", "สถิติ"]
    assert divided("".join(thai)) == thai
    assert sum(one in thai for one in divided("".join(thai * 6))) >= 18  # of 30
    assert divided("short") == ["short"]
    assert divided("漢字、「か゚な」") == ["漢", "字、", "「か゚", "な」"]
    assert divided("לאה-רבקה-רחל-שרה") == ["לאה-", "רבקה-", "רחל-", "שרה"]
    long = "b\u0323\u0301" * 40
    assert len(divided(long)) >= 3
    assert all(piece.startswith("b") for piece in divided(long))
