"""designs.drawing: documents are read strictly, with the path of each wrong member."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insignia_server.designs.drawing import (
    CASES,
    FRAMES,
    ICON_MODES,
    LAYOUTS,
    LEVEL_MARKS,
    PALETTES,
    PATTERNS,
    PLACES,
    RIBBONS,
    RINGS,
    TYPEFACES,
    Design,
    IconUse,
    Level,
    Logo,
    Pattern,
    Ribbon,
    Ring,
    Text,
    Texts,
)
from insignia_server.kit.errors import Refused

OFFSET = st.integers(-256, 256)
TEXTS = st.builds(
    Text,
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200),
    place=st.sampled_from(sorted(PLACES)),
    weight=st.integers(400, 700),
    case=st.sampled_from(sorted(CASES)),
    tracking=st.integers(-10, 40),
    size=st.integers(0, 160),
    dx=OFFSET,
    dy=OFFSET,
)
DESIGNS = st.builds(
    Design,
    frame=st.sampled_from(sorted(FRAMES)),
    layout=st.sampled_from(sorted(LAYOUTS)),
    typeface=st.sampled_from(sorted(TYPEFACES)),
    palette=st.sampled_from(list(PALETTES.values())),
    pattern=st.builds(Pattern, id=st.sampled_from(sorted(PATTERNS)), strength=st.floats(0, 1)),
    ring=st.builds(Ring, style=st.sampled_from(sorted(RINGS))),
    ribbon=st.builds(Ribbon, style=st.sampled_from(sorted(RIBBONS))),
    icon=st.builds(
        IconUse,
        id=st.sampled_from(["", "ph:atom", "tb:flask", "ph:never-drawn"]),
        scale=st.floats(0.2, 3),
        dx=OFFSET,
        dy=OFFSET,
        turn=st.integers(-180, 180),
        mode=st.sampled_from(sorted(ICON_MODES)),
    ),
    texts=st.builds(Texts, title=TEXTS, subtitle=TEXTS, ribbon=TEXTS, small=TEXTS),
    logo=st.none()
    | st.builds(Logo, picture=st.just("p1"), place=st.sampled_from(["top", "centre", "bottom"])),
    level=st.builds(Level, value=st.integers(0, 5), marks=st.sampled_from(sorted(LEVEL_MARKS))),
    alt=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=50),
)


@settings(max_examples=100)
@given(DESIGNS)
def test_a_document_is_read_as_it_was_written(design: Design) -> None:
    assert Design.from_json(design.to_json()) == design


def changed(path: str, value: object) -> dict[str, Any]:
    """A right document with one member set to a value."""
    document: dict[str, Any] = Design(logo=Logo(picture="p1")).to_json()
    *parts, last = path.split(".")
    at = document
    for part in parts:
        at = at[part]
    at[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("design", 2),
        ("design", True),
        ("frame", "spiral"),
        ("frame", ["circle"]),
        ("layout", None),
        ("typeface", "comic"),
        ("alt", "x" * 1001),
        ("alt", 7),
        ("palette", "unknown"),
        ("palette", []),
        ("palette.shape", "red"),
        ("palette.text", "#FFFFFF"),
        ("palette.id", "Not a name"),
        ("palette.glow", "#ffffff"),
        ("pattern", "dots"),
        ("pattern.id", "paisley"),
        ("pattern.strength", 1.01),
        ("pattern.strength", True),
        ("pattern.strength", float("nan")),
        ("ring.style", ""),
        ("ribbon.style", 1),
        ("icon.id", "ph:../../etc"),
        ("icon.scale", 0),
        ("icon.dx", 257),
        ("icon.turn", "90"),
        ("icon.mode", "glass"),
        ("texts", []),
        ("texts.title", "Data"),
        ("texts.title.text", "x" * 201),
        ("texts.title.text", "a\0b"),
        ("texts.title.weight", 650.5),
        ("texts.title.place", "everywhere"),
        ("texts.small.size", -1),
        ("texts.footer", {}),
        ("logo", "p1"),
        ("logo.picture", "../p1"),
        ("logo.place", "left"),
        ("level.value", 6),
        ("level.value", 1.5),
        ("level.marks", "skulls"),
        ("glitter", True),
    ],
)
def test_each_wrong_member_is_named(path: str, value: object) -> None:
    with pytest.raises(Refused) as raised:
        Design.from_json(changed(path, value))
    assert [one.field for one in raised.value.refusals] == [path]
    assert path in raised.value.refusals[0].message
    assert raised.value.refusals[0].got


def test_all_wrong_members_are_told_at_once() -> None:
    document = changed("frame", "spiral") | {"layout": 3, "pattern": {"id": "x", "strength": 9, "of": 1}}
    with pytest.raises(Refused) as raised:
        Design.from_json(document)
    found = {one.field for one in raised.value.refusals}
    assert found == {"frame", "layout", "pattern.id", "pattern.strength", "pattern.of"}


@pytest.mark.parametrize("value", [None, [], "design", 1, {}, {"frame": "circle"}])
def test_what_is_no_document_is_refused(value: object) -> None:
    with pytest.raises(Refused):
        Design.from_json(value)


def test_a_logo_names_its_picture() -> None:
    with pytest.raises(Refused) as raised:
        Design.from_json({"design": 1, "logo": {"place": "top"}})
    assert raised.value.refusals[0].field == "logo.picture"


def test_missing_members_have_their_defaults_and_a_slot_keeps_its_own() -> None:
    design = Design.from_json({"design": 1, "texts": {"ribbon": {"text": "2026"}}, "palette": "forest"})
    assert design.palette is PALETTES["forest"]
    assert (design.texts.ribbon.text, design.texts.ribbon.case) == ("2026", "upper")
    assert design == dataclasses.replace(Design(), palette=PALETTES["forest"], texts=design.texts)


def test_a_palette_that_was_changed_is_no_longer_the_known_one() -> None:
    document = changed("palette.accent", "#123456")
    assert Design.from_json(document).palette.id == ""
    brand = changed("palette.id", "brand-deep")
    assert Design.from_json(brand).palette.id == "brand-deep"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["design", "frame", "palette", "texts", "title", "text", "icon", "id", "logo", "level"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200)
@given(JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        assert isinstance(Design.from_json(value), Design)
    except Refused as refused:
        assert refused.refusals  # noqa: PT017
