"""The layouts: one page whatever they are given, tagged, legible, with everything that was asked for."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override
from pdf_text import content_text, normal
from test_pdf import DATA, pages

from insignia.baking.pdf import attached
from insignia_server.kit.accent import contrast, parse_colour
from insignia_server.kit.pdf import (
    BLOCKS,
    LAYOUTS,
    ORNAMENTS,
    PAPERS,
    CertificateData,
    Look,
    Signature,
    Wording,
    certificate,
    preview,
    unknown_placeholders,
)
from insignia_server.kit.pdf.colours import colours
from insignia_server.kit.pdf.look import filled
from insignia_server.kit.pictures import read_picture

DRAWING = read_picture(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90" width="300" height="90">'
    b'<path d="M10 70C40-20 60 120 90 40" fill="none" stroke="#000" stroke-width="4"/></svg>'
)
PEOPLE = (
    Signature(name="Ingrid Sørensen", function="Rector", picture=DRAWING),
    Signature(name="Tomás Ábalos", function="Dean"),
)
SHAPES = list(product(sorted(LAYOUTS), ("portrait", "landscape"), sorted(PAPERS)))
WORDS = "Maximiliana Wittgenstein-Ludwigsburg " * 30


def look(layout: str, orientation: str, paper: str, **more: Any) -> Look:
    return Look(layout=layout, orientation=orientation, paper=paper, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_stands_on_each(shape: tuple[str, str, str]) -> None:
    full = look(*shape, logo=DRAWING, logo_alt="Nordhaven", signatures=PEOPLE, ornament="waves")
    pdf = certificate(DATA, full)
    assert pages(pdf) == 1
    assert attached(pdf) == DATA.credential
    text = normal(content_text(pdf))
    for part in (
        DATA.name,
        DATA.achievement,
        "Grade 1.3",
        "Statistics",
        "Rector",
        "Tomás Ábalos",
        "Portfolio",
    ):
        assert part in text, part
    assert DATA.page_url in text.replace(" ", "")
    for said in (b"pdfaid:part>3<", b"pdfuaid:part>1<", b"/Marked true", b"/Lang", b"/AFRelationship/Source"):
        assert said in pdf


@pytest.mark.parametrize("shape", SHAPES)
def test_the_fullest_is_one_page(shape: tuple[str, str, str]) -> None:
    crowded = replace(
        DATA,
        name=WORDS,
        achievement=WORDS,
        issuer=WORDS,
        result=WORDS,
        workload=WORDS,
        criteria="\n\n".join(f"- {WORDS[:200]}" for _ in range(20)),
        skills=tuple(f"{WORDS[:58]}{number}" for number in range(30)),
        page_url=DATA.page_url + "/" + "x" * 200,
    )
    wording = Wording(kicker=WORDS[:60], before=WORDS[:200], after=WORDS[:200], closing=WORDS[:400])
    people = tuple(replace(one, name=WORDS[:100], function=WORDS[:120]) for one in PEOPLE)
    full = look(*shape, logo=DRAWING, signatures=people, wording=wording)
    assert pages(certificate(crowded, full)) == 1
    wide = replace(crowded, name="W" * 500, achievement="م" * 500, issuer="W" * 500)
    assert pages(certificate(wide, full)) == 1
    assert preview(wide, full, ppi=40).startswith(b"\x89PNG")


LONG_NAME = "Anne-Marie-Sophie Wilhelmine Friederike von Hohenzollern-Sigmaringen und zu Löwenstein-Wertheim"
LONG_TITLE = (
    "Advanced Practitioner in Interdisciplinary Data Literacy, Statistical Reasoning and Responsible "
    "Communication of Uncertainty"
)
ARABIC = replace(
    DATA,
    name="عبد الرحمن محمد بن عبد الله بن إبراهيم الخوارزمي الأندلسي الحسيني القرشي الهاشمي",
    achievement="ممارس متقدم في محو أمية البيانات والتفكير الإحصائي والتواصل المسؤول عن عدم اليقين",
    issuer="جامعة نوردهافن",
    result="الدرجة: 1.3",
    criteria="يجد البيانات وينظفها، ويستعمل Python 3 و SQL.\n\n- ملف من ثلاثة تحليلات",
    skills=("تنظيف البيانات", "الإحصاء", "SQL"),
    language="ar",
)
TWELVE = ("Data cleaning", "Statistics", "Machine learning", "SQL", "Python", "R", "Ethics", "Survey design")


@pytest.mark.parametrize("shape", SHAPES)
def test_long_names_and_titles_are_not_cut(shape: tuple[str, str, str]) -> None:
    """Badge, criteria and skills give way first."""
    crowded = replace(
        DATA, name=LONG_NAME, achievement=LONG_TITLE, workload="150 hours", skills=(*TWELVE, *TWELVE[:4])
    )
    text = normal(content_text(certificate(crowded, look(*shape, logo=DRAWING, signatures=PEOPLE))))
    for part in (LONG_NAME, LONG_TITLE):
        assert part.replace(" ", "") in text.replace(" ", "")


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape[2] == "a4"])
@pytest.mark.parametrize("data", [replace(DATA, name=LONG_NAME, skills=TWELVE), ARABIC], ids=["long", "ar"])
def test_nothing_runs_over_the_edge_or_over_something_else(
    shape: tuple[str, str, str], data: CertificateData
) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("poppler-utils are not installed")
    pdf = certificate(data, look(*shape, logo=DRAWING, signatures=PEOPLE))
    found = subprocess.run(
        [tool, "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', found)
    assert page
    boxes = [
        (*map(float, one[:4]), one[4])
        for one in re.findall(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', found
        )
    ]
    assert len(boxes) > 40
    for left, top, right, bottom, word in boxes:
        assert left >= 12, word
        assert right <= float(page[1]) - 12, word
        assert top >= 12, word
        assert bottom <= float(page[2]) - 12, word
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            least = min(one[3] - one[1], other[3] - other[1])  # a line of text is taller than its letters
            assert across < 1.5 or down < 0.6 * least, (one, other)


def test_blocks_can_be_left_out() -> None:
    shown = {
        "criteria": "Portfolio",
        "skills": "Statistics",
        "result": "Grade 1.3",
        "workload": "150 hours",
        "dates": "12 March 2026",
        "issuer": "issued by",
    }
    data = replace(DATA, workload="150 hours")
    for layout in LAYOUTS:
        for block, words in shown.items():
            without = Look(layout=layout, blocks=frozenset(BLOCKS) - {block})
            text = normal(content_text(certificate(data, without)))
            assert words not in text, (layout, block)
            gone = [other for other in shown.values() if other != words and other not in text]
            assert gone == [], (layout, block)
        bare = certificate(data, Look(layout=layout, blocks=frozenset()))
        assert DATA.page_url in normal(content_text(bare)).replace(" ", "")
        assert b"QR code" not in bare


def test_pictures_have_words() -> None:
    """ISO 14289-1, 7.3: 'Figure tags shall include an alternative representation or replacement text'."""
    pdf = certificate(DATA, Look(logo=DRAWING, logo_alt="Nordhaven", signatures=PEOPLE))
    alternatives = re.findall(rb"/Alt\s*(?:\(([^)]*)\)|<([0-9A-Fa-f]+)>)", pdf)
    told = {
        plain.decode() if plain else bytes.fromhex(coded.decode()).decode("utf-16")
        for plain, coded in alternatives
    }
    assert {"Nordhaven", "The badge “Data Literacy Practitioner”", "Signature of Ingrid Sørensen"} <= told


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_every_layout_reads_as_a_sentence(language: str) -> None:
    """Who has earned what, from whom: in this order, nothing between."""
    with override(language):
        words = [_("This certifies that"), DATA.name, _("has earned"), DATA.achievement, _("issued by")]
    sentence = normal("".join([*words, DATA.issuer])).replace(" ", "")
    for layout, orientation in product(LAYOUTS, ("portrait", "landscape")):
        given = replace(DATA, language=language)
        text = normal(content_text(certificate(given, look(layout, orientation, "a4"))))
        assert sentence in text.replace(" ", ""), (layout, orientation)


def test_own_words_and_their_placeholders() -> None:
    wording = Wording(
        kicker="Diploma",
        before="{organisation} confirms that",
        after="has completed on {date}",
        closing="{name}: {result}. {unknown} {achievement} {{name}}",
    )
    text = normal(content_text(certificate(DATA, Look(wording=wording))))
    assert "Nordhaven University confirms that" in text
    assert "has completed on 12 March 2026" in text
    assert "Amélie Okonkwo-Brandt: Grade 1.3. {unknown}" in text
    assert unknown_placeholders("{name} {unknown} {x} {unknown} {}") == ["unknown", "x", ""]
    assert filled("{name}", {"name": "{achievement}", "achievement": "A"}) == "{achievement}"


@pytest.mark.parametrize(
    "text",
    ["#panic(1)", '"); #read("/etc/passwd")', "$x$ *b* _i_ @ref <label> // c", "\x00a\u202eb", "{name"],
)
def test_own_words_are_never_markup(text: str) -> None:
    hostile = Look(
        wording=Wording(kicker=text, before=text, after=text, closing=text),
        signatures=(Signature(name=text, function=text),),
        logo=DRAWING,
        logo_alt=text,
    )
    for layout in LAYOUTS:
        pdf = certificate(DATA, replace(hostile, layout=layout))
        assert pages(pdf) == 1
        shown = normal(content_text(pdf))
        assert "root:" not in shown
        assert text.replace("\x00", "").replace("\u202e", "")[:6] in shown.replace("a b", "ab")


@pytest.mark.parametrize("colour", ["#ffffff", "#ffee00", "#000000", "#777777", "#1d5c8f", "#ff0000"])
def test_every_colour_can_be_read(colour: str) -> None:
    """WCAG 2.2, 1.4.3: 'a contrast ratio of at least 4.5:1'."""
    found = colours(colour)
    assert contrast(parse_colour(found.fill), parse_colour(found.on)) >= 4.5
    for ground in ("#ffffff", found.tint):
        assert contrast(parse_colour(found.text), parse_colour(ground)) >= 4.5
    for seen in (found.line, found.second):
        assert contrast(parse_colour(seen), parse_colour("#ffffff")) >= 1.8
    assert contrast(parse_colour(found.tint), parse_colour("#ffffff")) >= 1.1


def test_every_ornament_can_be_drawn() -> None:
    drawn = {preview(DATA, Look(layout="band", ornament=name), ppi=30) for name in ORNAMENTS}
    assert len(drawn) == len(ORNAMENTS)


def test_layouts_differ() -> None:
    drawn = {preview(DATA, look(*shape), ppi=30) for shape in SHAPES}
    assert len(drawn) == len(SHAPES)


def test_what_is_no_look() -> None:
    with pytest.raises(ValueError, match="expected one of classic"):
        certificate(DATA, Look(layout="../../etc/passwd"))
    for broken in ({"accent": "red"}, {"second": "#12345"}):
        with pytest.raises(ValueError, match="six hexadecimal"):
            certificate(DATA, Look(**broken))  # type: ignore[arg-type]
