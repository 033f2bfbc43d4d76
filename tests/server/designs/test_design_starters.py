"""Starter designs: 24 invented achievements of several fields, languages and levels, none like another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from designs_in_tests import opened, png_of, without_texts
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from insignia.baking import bake, unbake
from insignia_server.designs import icons, similar
from insignia_server.designs.drawing import FRAMES, LAYOUTS, PALETTES, Design, IconUse, Level, compose
from insignia_server.designs.drawing.colour import contrast
from insignia_server.designs.examples import EXAMPLES, example_designs
from insignia_server.designs.starter import LOOKS, describe, starter
from insignia_server.designs.subjects import icons_for, is_known, level_of
from insignia_server.kit.pictures import read_picture, render_png


@pytest.fixture(scope="module")
def designs() -> list[Design]:
    return example_designs()


def test_no_two_share_frame_or_icon_or_look(designs: list[Design]) -> None:
    """Issue 5: "no two share frame, layout and icon"."""
    assert len(designs) == 24
    assert len({one.frame for one in designs}) == 24
    assert len({one.icon.id for one in designs}) == 24
    assert len({(one.frame, one.layout) for one in designs}) == 24
    assert len({one.layout for one in designs}) >= 9


def test_each_passes_contrast_and_holds_its_texts(designs: list[Design]) -> None:
    """Issue 5: "each passes contrast"."""
    for design in designs:
        assert compose(design).problems == (), design.texts.title.text
        assert design.palette.problems == ()


def test_each_is_recognised_at_40_pixels_without_its_text(designs: list[Design]) -> None:
    """Issue 5: "recognisable at 40 pixels without its text"."""
    hashes = [similar.phash(png_of(without_texts(one), 40)) for one in designs]
    for (i, one), (j, other) in combinations(enumerate(hashes), 2):
        assert similar.distance(one, other) > similar.NEAR, (designs[i].frame, designs[j].frame)


def test_the_figure_stands_out_at_40_pixels(designs: list[Design]) -> None:
    """Light and dark of the pixels in the middle of the icon's place differ by 3 to 1 at least."""
    for design in designs:
        pixels = opened(png_of(without_texts(design), 40)).crop((11, 8, 29, 25)).convert("RGB")
        colours = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in pixels.get_flattened_data()}  # type: ignore[misc]
        shades = sorted(colours, key=lambda one: contrast(one, "#000000"))
        assert contrast(shades[0], shades[-1]) >= 3, design.texts.title.text


def test_baking_and_cleaning_change_nothing_that_is_seen(designs: list[Design]) -> None:
    for design in designs[::4]:
        svg = compose(design).svg
        baked = bake(
            svg, b'{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]}'
        )
        assert unbake(baked)
        cleaned = read_picture(baked)
        assert render_png(read_picture(svg), 128) == render_png(cleaned, 128)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.frame}-{look.layout}")
def test_looks_name_what_is_there(look: object) -> None:
    assert look.frame in FRAMES  # type: ignore[attr-defined]
    assert look.layout in LAYOUTS  # type: ignore[attr-defined]


def test_a_starter_is_repeatable_and_differs_by_seed() -> None:
    made = [starter(name="Sailing", seed=str(i)) for i in range(40)]
    assert made[0] == starter(name="Sailing", seed="0")
    assert len({(one.frame, one.layout) for one in made}) > 15
    assert len({one.palette.id for one in made}) > 10
    assert {one.icon.id for one in made} == {"ph:sailboat"}
    assert all(Design.from_json(one.to_json()) == one for one in made)


def test_the_organisation_gives_the_colour() -> None:
    for seed in "abcdefgh":
        design = starter(name="Sailing", seed=seed, colours=["#c8102e"])
        assert design.palette.id.startswith("brand-")
        assert compose(design).problems == ()


def test_the_type_chooses_the_look() -> None:
    for seed in "abcdefgh":
        degree = starter(name="History", kind="BachelorDegree", seed=seed)
        look = next(one for one in LOOKS if (one.frame, one.layout) == (degree.frame, degree.layout))
        assert "degree" in look.kinds


def test_more_than_there_are_looks_still_get_one() -> None:
    taken: list[Design] = []
    for i in range(60):
        taken.append(starter(name="Data", seed=str(i), taken=taken))
    assert len({one.frame for one in taken[: len(LOOKS)]}) == len({look.frame for look in LOOKS})
    assert len({(one.frame, one.layout, one.palette.id, one.icon.id) for one in taken}) == 60


@pytest.mark.parametrize(
    ("name", "icon"),
    [
        ("Data Literacy", "ph:chart-line-up"),
        ("Krankenpflegehelfer", "ph:heartbeat"),
        ("Soudage à l'arc", "ph:flame"),
        ("Derecho laboral", "ph:scales"),
        ("Datenschutz im Büro", "ph:shield-check"),
        ("Éducation musicale", "ph:music-notes"),
        ("Führungskräfte-Training", "ph:compass"),
        ("Français A2", "ph:translate"),
    ],
)
def test_the_icon_means_the_subject(name: str, icon: str) -> None:
    assert icons_for(name)[0] == icon
    assert is_known(name)


def test_every_icon_of_the_subjects_is_in_the_set() -> None:
    missing = {id for one in EXAMPLES for id in icons_for(one.name, one.kind) if not icons.known(id)}
    assert missing == set()


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", 0),
        ("Foundation", 1),
        ("Grundlagen der Statistik", 1),
        ("Niveau avancé", 3),
        ("Expert", 4),
        ("Deutsch B2", 4),
        ("English C1", 5),
        ("EQF 5", 3),
        ("EQF level 8", 5),
        ("Level 3", 3),
        ("Stufe II", 2),
        ("3", 3),
        ("Class of 2026", 0),
        ("Maestro de obras", 5),
    ],
)
def test_levels_are_read_from_words(text: str, level: int) -> None:
    assert level_of(text) == level


def test_the_alternative_text_says_what_is_seen() -> None:
    design = starter(name="Deutsch B2", seed="x")
    assert "Deutsch B2" in design.alt
    assert "translate" in design.alt
    assert "4" in design.alt
    assert "Data" in describe(Design(), achievement_name="Data")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.text(max_size=30), st.text(max_size=200), st.text(max_size=5))
@example(name="\x00", kind="", issuer="\x00", seed="")
@example(name="Bridge\x07\nsafety", kind="\x00", issuer="", seed="\x00")
def test_any_name_gives_a_clean_badge(name: str, kind: str, issuer: str, seed: str) -> None:
    design = starter(name=name, kind=kind, issuer=issuer, seed=seed)
    assert read_picture(compose(design).svg).notes == ()
    assert Design.from_json(design.to_json()).palette in PALETTES.values()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Badge “Data”: star four on a badge of the shape hexagon."),
        ("de", "Badge „Data“ der Form Sechseck."),
        ("fr", "Badge « Data » de forme hexagone."),
        ("es", "Insignia «Data» con la forma hexágono."),
    ],
)
def test_the_alternative_text_mixes_no_languages(language: str, sentence: str) -> None:
    """Icons are named in English only; German nouns keep their capital."""
    design = replace(Design(), frame="hexagon", icon=IconUse(id="ph:star-four"), level=Level(value=0))
    with override(language):
        said = describe(design, achievement_name="Data")
    assert said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == sentence
