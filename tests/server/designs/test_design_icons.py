"""designs.icons: found by what they show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.designs import icons
from insignia_server.designs.icons.bounds import bounds
from insignia_server.designs.subjects import _ABSTRACT, _KINDS, _SUBJECTS


def test_there_are_some_thousands() -> None:
    assert icons.count("") > 5000
    assert not [id for id in icons._rows() if "logo" in id.split("-") or id.startswith("tb:brand")]


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("atom", "ph:atom"),
        ("law", "ph:scales"),
        ("Krankenpflege", "ph:heart"),
        ("données", "ph:database"),
        ("robotica", "ph:robot"),
        ("chart line", "ph:chart-line"),
        ("Feuer", "ph:flame"),
    ],
)
def test_words_find_icons(words: str, id: str) -> None:
    assert id in [one.id for one in icons.search(words, 6)]


def test_pages_follow_one_another() -> None:
    whole = [one.id for one in icons.search("arrow", 40)]
    assert [one.id for one in icons.search("arrow", 20)] + [
        one.id for one in icons.search("arrow", 20, 20)
    ] == whole
    assert len(set(whole)) == 40
    assert icons.search("arrow", 20, 100_000) == []
    assert icons.search("arrow", -1) == []


@given(st.text(max_size=60), st.integers(-5, 300), st.integers(-5, 300))
def test_any_words_are_answered(words: str, limit: int, offset: int) -> None:
    assert len(icons.search(words, limit, offset)) <= icons.MAX_FOUND


def test_an_icon_has_its_drawing_and_its_tags() -> None:
    atom, flask = icons.icon("ph:atom"), icons.icon("tb:flask")
    assert (atom.style, atom.label, len(atom.two_tones)) == ("solid", "Atom", 2)
    assert (flask.style, flask.paths[0].stroke) == ("line", 2.0)
    assert atom.tags
    with pytest.raises(KeyError):
        icons.icon("ph:nothing-of-the-kind")


def test_every_icon_that_a_subject_names_is_there() -> None:
    named = {icon for drawn, _ in _SUBJECTS for icon in drawn} | set(_ABSTRACT)
    named |= {icon for _, drawn in _KINDS for icon in drawn}
    assert {one for one in named if not icons.known(f"ph:{one}")} == set()


def test_bounds_of_every_command() -> None:
    assert bounds("M10 10H30V40Z") == (10, 10, 30, 40)
    assert bounds("m10,10h20v30h-20z") == (10, 10, 30, 40)
    left, top, right, bottom = bounds("M0,50A50,50,0,1,1,100,50A50,50,0,0,1,0,50Z")
    assert (left, right) == pytest.approx((0, 100), abs=0.5)
    assert (top, bottom) == pytest.approx((0, 100), abs=0.5)
    assert bounds("M0 0C0 40 40 40 40 0")[3] == pytest.approx(30, abs=0.1)
    assert bounds("M0 0q10 20 20 0t20 0s1 1 2 2")[2] == 42
    assert bounds("M1 1a2 2 0 01.5.5") == pytest.approx((1, 1, 1.5, 1.5), abs=0.2)
    assert bounds("M1 1A0 0 0 0 0 5 5") == (1, 1, 5, 5)


def test_what_every_icon_draws_lies_in_its_box() -> None:
    for id in list(icons._rows())[::40]:
        x, _, width, height = icons.extent(id)
        box = icons.icon(id).box
        assert x - width / 2 >= -1, id
        assert x + width / 2 <= box + 1, id
        assert 0 < height <= box + 1, id
