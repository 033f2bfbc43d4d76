"""designs.families: what a family fixes, what a badge keeps, how levels vary."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_design_document import DESIGNS

from insignia_server.designs.drawing import Design, IconUse, Text, Texts, compose
from insignia_server.designs.families import RULES, Family, apply, family_of, fixes
from insignia_server.designs.starter import starter
from insignia_server.kit.errors import Refused

BADGE = starter(name="Data Analytics", issuer="Nordhaven", seed="a", level="2")
OTHER = starter(name="Welding", issuer="Nordhaven", seed="b", level="3")


def test_a_badge_in_a_family_takes_its_look_and_keeps_its_own() -> None:
    made = apply(family_of(BADGE), OTHER)
    for fixed in ("frame", "layout", "palette", "typeface", "pattern", "ring", "ribbon"):
        assert getattr(made, fixed) == getattr(BADGE, fixed)
    assert made.texts.title.text == "Welding"
    assert made.icon.id == OTHER.icon.id
    assert made.level.value == OTHER.level.value
    assert made.alt == OTHER.alt


def test_a_badge_of_a_family_is_that_badge_in_it() -> None:
    assert apply(family_of(BADGE), BADGE) == BADGE


@pytest.mark.parametrize("rule", RULES)
def test_levels_differ_by_the_rule(rule: str) -> None:
    family = family_of(BADGE, rule=rule)
    made = [apply(family, OTHER, level=level) for level in range(1, 6)]
    assert len({compose(one).svg for one in made}) == (1 if rule == "none" else 5)
    assert len({one.frame for one in made}) == (5 if rule == "frames" else 1)
    for one in made:
        assert [p for p in compose(one).problems if p.code == "contrast" and p.part == "title"] == []


def test_the_last_frame_is_kept_for_levels_beyond() -> None:
    family = Family(rule="frames", frames=("circle", "shield"))
    assert [apply(family, OTHER, level=level).frame for level in (0, 1, 2, 5, 9)] == [
        "circle",
        "circle",
        "shield",
        "shield",
        "shield",
    ]


def test_a_text_of_the_family_stands_where_the_badge_has_none() -> None:
    family = Family(base=Design(texts=Texts(subtitle=Text(text="Nordhaven"))))
    made = apply(family, replace(OTHER, texts=Texts(title=Text(text="Welding"))))
    assert made.texts.subtitle.text == "Nordhaven"


@settings(max_examples=50)
@given(
    st.builds(
        Family,
        base=DESIGNS,
        rule=st.sampled_from(RULES),
        frames=st.lists(st.sampled_from(["circle", "gem"]), min_size=1, max_size=5).map(tuple),
    )
)
def test_a_family_is_read_as_it_was_written(family: Family) -> None:
    assert Family.from_json(family.to_json()) == family


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ([], ""),
        ({}, "family"),
        ({"family": True}, "family"),
        ({"family": 1, "rule": "chance"}, "rule"),
        ({"family": 1, "rule": []}, "rule"),
        ({"family": 1, "frames": []}, "frames"),
        ({"family": 1, "frames": ["circle"] * 6}, "frames"),
        ({"family": 1, "frames": [["circle"]]}, "frames"),
        ({"family": 1, "base": {"design": 1, "frame": 3}}, "base.frame"),
        ({"family": 1, "glow": 1}, "glow"),
    ],
)
def test_each_wrong_member_of_a_family_is_named(value: object, field: str) -> None:
    with pytest.raises(Refused) as raised:
        Family.from_json(value)
    assert field in [one.field for one in raised.value.refusals]


def _leaves(value: object, path: str = "") -> dict[str, object]:
    """The members of a document by their paths; a palette and a logo are one."""
    if isinstance(value, dict) and path not in ("palette", "logo"):
        found: dict[str, object] = {}
        for name, member in value.items():
            found |= _leaves(member, f"{path}.{name}".lstrip("."))
        return found
    return {path: value}


@settings(max_examples=60)
@given(DESIGNS, DESIGNS, DESIGNS)
def test_what_a_family_fixes_is_named(look: Design, badge: Design, other: Design) -> None:
    """Two badges of a family are alike in what it fixes, and nothing else of a badge is changed by it."""
    family = family_of(look, rule="marks")
    fixed = fixes(family)
    first, second = (_leaves(apply(family, one, level=2).to_json()) for one in (badge, other))
    was = _leaves(badge.to_json())
    for path, value in first.items():
        if any(path == one or path.startswith(f"{one}.") for one in fixed):
            assert value == second[path], path
        elif not (path.endswith(".text") and not was[path]):
            assert value == was[path], path
    assert ("logo" in fixed) == (look.logo is not None)


def test_a_family_without_an_icon_leaves_the_badge_its_icon() -> None:
    family = Family(base=Design(icon=IconUse(id="ph:star-four", mode="knockout")))
    made = apply(family, OTHER)
    assert (made.icon.id, made.icon.mode) == (OTHER.icon.id, "knockout")
