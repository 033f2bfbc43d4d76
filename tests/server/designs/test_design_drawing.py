"""designs.drawing: what is composed is clean, complete, and says what is wrong with it."""

from __future__ import annotations

import io
import re
from collections.abc import Collection
from dataclasses import replace

import pytest
from designs_in_tests import opened, rendered
from hypothesis import given, settings
from lxml import etree
from PIL import Image, ImageChops
from test_design_document import DESIGNS

from insignia_server.designs import thumbnails
from insignia_server.designs.drawing import (
    FRAMES,
    LAYOUTS,
    LEVEL_MARKS,
    PALETTES,
    PATTERNS,
    RIBBONS,
    RINGS,
    Design,
    IconUse,
    Level,
    Logo,
    Palette,
    Pattern,
    Ribbon,
    Text,
    Texts,
    compose,
    mend,
    palette_from,
)
from insignia_server.designs.drawing.colour import contrast, from_oklch, oklch, readable
from insignia_server.designs.drawing.paths import flattened
from insignia_server.kit.pictures import read_picture, render_png

SVG = "{http://www.w3.org/2000/svg}"
TITLED = Texts(title=Text(text="Data Analytics"), subtitle=Text(text="Nordhaven"))


def parts(svg: bytes) -> set[str]:
    """The names of the parts of a drawing."""
    root = etree.fromstring(svg)
    return {str(e.get("id")).removeprefix("part-") for e in root.iter(f"{SVG}g") if e.get("id")}


@settings(max_examples=60, deadline=None)
@given(DESIGNS)
def test_any_design_is_drawn_and_passes_the_sanitiser_unchanged(design: Design) -> None:
    drawing = compose(design)
    assert drawing == compose(design)
    picture = read_picture(drawing.svg)
    assert picture.notes == ()
    assert b"<text" not in drawing.svg
    assert len(drawing.svg) < 400_000
    assert etree.fromstring(picture.content).get("viewBox") == "0 0 512 512"


@pytest.mark.parametrize("layout", list(LAYOUTS))
@pytest.mark.parametrize("frame", ["circle", "shield", "square", "gem", "medal"])
def test_every_layout_draws_something_else_in_every_frame(layout: str, frame: str) -> None:
    design = Design(frame=frame, layout=layout, texts=TITLED, icon=IconUse(id="ph:atom"))
    drawing = compose(design)
    wanted = {"frame"} if layout == "emblem" else {"frame", "title"}
    assert wanted | ({"monogram"} if layout == "monogram" else {"icon"}) <= parts(drawing.svg)
    others = {compose(replace(design, layout=other)).svg for other in LAYOUTS if other != layout}
    assert drawing.svg not in others


def test_frames_stay_on_the_sheet_and_differ() -> None:
    assert len(FRAMES) >= 30
    seen = set()
    for frame in FRAMES.values():
        for x, y in [*frame.points, *(p for _, data in frame.behind for p in flattened(data))]:
            assert -0.5 <= x <= 512.5, frame.id
            assert -0.5 <= y <= 512.5, frame.id
        seen.add((frame.path, frame.behind))
        cy, radius = frame.circle
        assert radius > 130, frame.id
        assert 180 < cy < 320, frame.id
    assert len(seen) == len(FRAMES)


def test_the_registries_hold_what_was_promised() -> None:
    assert (len(LAYOUTS) >= 10, len(PATTERNS) > 10, len(PALETTES) >= 16) == (True, True, True)
    for registry in (FRAMES, LAYOUTS, PATTERNS, PALETTES, RINGS, RIBBONS, LEVEL_MARKS):
        assert all(id == thing.id and str(thing.label) for id, thing in registry.items())


@pytest.mark.parametrize("palette", list(PALETTES.values()), ids=lambda one: one.id)
def test_palettes_can_be_read(palette: Palette) -> None:
    assert palette.problems == ()


@pytest.mark.parametrize(
    "colour", ["#ffdd00", "#000000", "#ffffff", "#c8102e", "#0057b8", "#808080", "#7fff00"]
)
@pytest.mark.parametrize("second", ["", "#ff66aa"])
def test_palettes_of_any_colour_can_be_read(colour: str, second: str) -> None:
    made = palette_from(colour, second)
    assert len({one.id for one in made}) == len(made) >= 4
    for palette in made:
        assert palette.problems == (), palette
        for layout in ("ring", "banner", "plate", "split", "horizon", "stacked", "medallion", "diagonal"):
            design = Design(palette=palette, layout=layout, texts=TITLED, icon=IconUse(id="ph:atom"))
            assert [one for one in compose(design).problems if one.code == "contrast"] == []


def test_colours_go_to_oklch_and_back() -> None:
    for colour in ("#000000", "#ffffff", "#c8102e", "#0057b8", "#12ab9f"):
        assert from_oklch(*oklch(colour)) == colour
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(readable("#777777", "#808080"), "#808080") >= 4.5


@pytest.mark.parametrize("kind", [kind for kind in thumbnails.KINDS if kind != "icon"])
def test_everything_to_choose_has_a_thumbnail_of_its_own(kind: str) -> None:
    registries: dict[str, Collection[str]] = {
        "frame": FRAMES,
        "palette": PALETTES,
        "layout": LAYOUTS,
        "ring": RINGS,
        "pattern": PATTERNS,
        "ribbon": RIBBONS,
        "marks": LEVEL_MARKS,
    }
    registry = registries[kind]
    drawn = {id: thumbnails.thumbnail(kind, id) for id in registry}
    assert len(set(drawn.values())) == len(registry)
    for content in drawn.values():
        assert read_picture(content).notes == ()
    with pytest.raises(KeyError):
        thumbnails.thumbnail(kind, "nothing of the kind")


def test_an_icon_has_a_thumbnail_in_the_colour_of_the_page() -> None:
    assert b"currentColor" in thumbnails.thumbnail("icon", "ph:atom")
    assert b"stroke-width" in thumbnails.thumbnail("icon", "tb:flask")


def test_the_alternative_text_stands_in_the_drawing() -> None:
    root = etree.fromstring(compose(replace(Design(texts=TITLED), alt="A disc & a chart")).svg)
    assert root.findtext(f"{SVG}title") == "Data Analytics"
    assert root.findtext(f"{SVG}desc") == "A disc & a chart"


def test_a_title_that_does_not_fit_is_told_and_mended() -> None:
    long = (
        "Internationally Recognised "
        "A Certificate in Psychopharmacological Nursing of Adolescents, Old Age, Families"
    )
    design = Design(layout="ring", texts=Texts(title=Text(text=long)), icon=IconUse(id="ph:pill"))
    problem = next(one for one in compose(design).problems if one.code == "text.cut")
    assert problem.part == "title"
    assert long in problem.message
    assert "…" in problem.message
    mended = mend(design, problem)
    assert mended != design
    assert compose(mended).problems == ()
    assert mended.texts.title.text == long, "a text is never shortened"


def test_a_colour_that_cannot_be_read_is_told_and_mended() -> None:
    palette = replace(PALETTES["harbour"], text="#24466a")
    design = Design(layout="stacked", palette=palette, texts=TITLED, icon=IconUse(id="ph:atom"))
    problems = compose(design).problems
    assert {(one.code, one.part) for one in problems} >= {("contrast", "title")}
    assert problems[0].ratio < 4.5
    for problem in problems:
        design = mend(design, problem)
    assert compose(design).problems == ()
    assert design.palette.shape == palette.shape


def test_an_icon_needs_less_contrast_than_text() -> None:
    palette = replace(PALETTES["harbour"], figure="#d8e2e8")
    design = Design(palette=palette, icon=IconUse(id="ph:atom"))
    (problem,) = compose(design).problems
    assert (problem.code, problem.part) == ("contrast", "icon")
    assert compose(mend(design, problem)).problems == ()


def test_small_text_is_told() -> None:
    design = Design(layout="stacked", texts=Texts(title=Text(text="Data", size=17)))
    assert [(one.code, one.ratio) for one in compose(design).problems] == [("text.small", 17)]
    long = Design(layout="banner", texts=Texts(title=Text(text="Donaudampfschifffahrtsgesellschaft" * 2)))
    assert [one.code for one in compose(long).problems] == ["text.cut"], "each trouble is said once"
    assert compose(mend(design, compose(design).problems[0])).problems == ()


@pytest.mark.parametrize(
    "text",
    ["数据分析与可视化基础课程证书", "تحليل البيانات", "Ανάλυση δεδομένων", "데이터 분석", "डेटा विश्लेषण"],
)
@pytest.mark.parametrize("layout", ["ring", "stacked", "banner"])
def test_titles_of_every_script_are_drawn(text: str, layout: str) -> None:
    bare = compose(Design(layout=layout))
    drawn = compose(Design(layout=layout, texts=Texts(title=Text(text=text))))
    assert [one for one in drawn.problems if one.code == "text.cut"] == []
    assert len(drawn.svg) > len(bare.svg) + 800


def test_lines_of_han_break_between_signs() -> None:
    design = Design(layout="stacked", texts=Texts(title=Text(text="国际标准化数据分析与可视化专业技术证书")))
    assert compose(design).problems == ()


@pytest.mark.parametrize("place", ["ring-top", "ring-bottom", "plate", "centre", "below"])
def test_a_text_goes_where_the_person_puts_it(place: str) -> None:
    usual = Design(layout="stacked", texts=TITLED)
    moved = replace(usual, texts=replace(TITLED, title=replace(TITLED.title, place=place)))
    assert compose(moved).svg != compose(usual).svg
    assert "title" in parts(compose(moved).svg)


def test_parts_move_by_their_offsets() -> None:
    texts = replace(TITLED, title=replace(TITLED.title, dx=12, dy=-7))
    design = Design(texts=texts, icon=IconUse(id="ph:atom", dx=30, dy=10, turn=15))
    svg = compose(design).svg.decode()
    assert re.search(r'id="part-title" transform="translate\(12 -7\)"', svg)
    assert "rotate(15)" in svg


def test_a_ribbon_and_a_small_text_have_their_own_parts() -> None:
    texts = replace(TITLED, ribbon=Text(text="2026"), small=Text(text="Issued yearly"))
    design = Design(frame="square", layout="emblem", ribbon=Ribbon(style="folded"), texts=texts)
    assert {"ribbon", "small"} <= parts(compose(design).svg)


@pytest.mark.parametrize("marks", list(LEVEL_MARKS))
def test_levels_look_different(marks: str) -> None:
    drawn = {compose(Design(layout="emblem", level=Level(value=i, marks=marks))).svg for i in range(6)}
    assert len(drawn) == 6


def test_the_logo_is_drawn_into_the_badge() -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0H9V9H0Z" fill="#f00"/></svg>'
    )
    for place in ("top", "centre", "bottom"):
        design = Design(layout="emblem", logo=Logo(picture="p1", place=place), icon=IconUse(id="ph:atom"))
        drawing = compose(design, logo=read_picture(svg))
        assert "logo" in parts(drawing.svg)
        assert read_picture(drawing.svg).notes == ()
        pixels = opened(render_png(read_picture(drawing.svg), 256)).convert("RGB").get_flattened_data()
        assert sum(red > 240 and green < 20 for red, green, _ in pixels) > 400  # type: ignore[misc]
    assert "logo" not in parts(compose(design).svg)


def test_a_pattern_is_seen_and_keeps_the_contrast() -> None:
    plain = Design(layout="stacked", texts=TITLED)
    for id in PATTERNS:
        patterned = rendered(replace(plain, pattern=Pattern(id=id, strength=1)))
        different = ImageChops.difference(rendered(plain).convert("RGB"), patterned.convert("RGB"))
        assert (different.getbbox() is not None) == (id != "none"), id


def test_the_picture_is_the_same_at_every_size() -> None:
    picture = read_picture(compose(Design(texts=TITLED, icon=IconUse(id="ph:atom"))).svg)
    large = (
        Image.open(io.BytesIO(render_png(picture, 1024)))
        .convert("RGBA")
        .resize((96, 96), Image.Resampling.BOX)
    )
    small = Image.open(io.BytesIO(render_png(picture, 96))).convert("RGBA")
    difference = ImageChops.difference(large.convert("L"), small.convert("L"))
    assert sum(difference.tobytes()) / (96 * 96) < 6
