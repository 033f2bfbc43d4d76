"""The designer's pages: fields without a script, what the script sends, hostile input, thumbnails."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from insignia_server.achievements import designing, services
from insignia_server.achievements.models import Achievement
from insignia_server.designs.drawing import Design
from insignia_server.kit import scopes
from insignia_server.organisations import look
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

pytestmark = pytest.mark.django_db
World = dict[str, dict[str, Any]]
BADGE = Path(__file__).resolve().parents[3] / "examples" / "badge.png"


def at(world: World, rest: str = "") -> str:
    return f"/console/nordhaven/achievements/{world['achievements']['achievement']}/design/{rest}"


def kept(organisation: Organisation, world: World) -> Design:
    with scopes.organisation(organisation.pk):
        row = Achievement.objects.select_related("issuer").get(pk=world["achievements"]["achievement"])
        return designing.design_of(row)


def test_fields_change_what_they_differ_in(
    owner_browser: Client, organisation: Organisation, world: World
) -> None:
    before = kept(organisation, world)
    fields = {"act": "save", "frame": "octagon", "icon.scale": "1.25", "texts.title.text": "Other words"}
    fields |= {"palette.shape": "#123456", "palette.rim": before.palette.rim, "level.value": "3"}
    assert owner_browser.post(at(world), fields).status_code == 302
    after = kept(organisation, world)
    assert (after.frame, after.icon.scale, after.level.value) == ("octagon", 1.25, 3)
    assert (after.palette.shape, after.palette.rim) == ("#123456", before.palette.rim)
    assert after.layout == before.layout


def test_own_artwork_is_named_before_a_design_takes_its_place(
    owner_browser: Client, organisation: Organisation, owner: Actor, world: World
) -> None:
    said = "This badge shows its own artwork."
    assert said not in owner_browser.get(at(world)).content.decode()
    with scopes.organisation(organisation.pk):
        row = Achievement.objects.get(pk=world["achievements"]["achievement"])
        services.set_picture(by=owner, achievement=row, content=BADGE.read_bytes())
    assert said in owner_browser.get(at(world)).content.decode()
    owner_browser.post(at(world), {"act": "save", "frame": "octagon"})
    assert said not in owner_browser.get(at(world)).content.decode()


def test_what_is_wrong_is_said_and_nothing_is_kept(
    owner_browser: Client, organisation: Organisation, world: World
) -> None:
    before = kept(organisation, world)
    answer = owner_browser.post(at(world), {"act": "save", "frame": "trapezoid", "icon.dx": "far"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "frame" in page
    assert "icon.dx" in page
    assert kept(organisation, world) == before


@pytest.mark.parametrize(
    "design",
    [
        "",
        "[]",
        "null",
        "{",
        '{"design": 2}',
        "[" * 20_000,
        '{"design": 1, "x": 1}',
        '{"design": 1, "icon": 5}',
    ],
)
def test_hostile_designs_are_refused_as_json(owner_browser: Client, world: World, design: str) -> None:
    answer = owner_browser.post(at(world, "draw/"), {"design": design})
    assert answer.status_code == (200 if design == "" else 422)
    assert answer["Content-Type"] == "application/json"


def test_a_script_in_a_text_stays_text(owner_browser: Client, world: World) -> None:
    evil = "</svg><script>alert(1)</script>"
    sent = {"design": 1, "alt": evil, "texts": {"title": {"text": evil}}}
    svg = owner_browser.post(at(world, "draw/"), {"design": json.dumps(sent)}).json()["svg"]
    assert "<script" not in svg
    assert "<script>alert" not in owner_browser.post(at(world), {"act": "show", "alt": evil}).content.decode()


def test_keeping_answers_with_a_stamp_and_sees_who_was_faster(owner_browser: Client, world: World) -> None:
    design = json.dumps({"design": 1, "frame": "square"})
    first = owner_browser.post(at(world, "keep/"), {"design": design}).json()["stamp"]
    other = json.dumps({"design": 1, "frame": "hexagon"})
    second = owner_browser.post(at(world, "keep/"), {"design": other, "seen": first})
    assert second.status_code == 200
    late = owner_browser.post(at(world, "keep/"), {"design": design, "seen": first})
    assert late.status_code == 409
    assert "somebody else" in late.json()["message"].lower()


def test_a_problem_is_mended_and_suggestions_differ(owner_browser: Client, world: World) -> None:
    sent = {"design": 1, "palette": {"id": "", "shape": "#808080", "rim": "#808080", "field": "#ffffff"}}
    sent["palette"] |= {
        "figure": "#fafafa",
        "figure_light": "#eeeeee",
        "text": "#858585",
        "accent": "#808080",
    }
    sent |= {"icon": {"id": "ph:atom"}, "texts": {"title": {"text": "Grey"}}}
    found = owner_browser.post(at(world, "draw/"), {"design": json.dumps(sent)}).json()
    assert found["problems"]
    act = {"design": json.dumps(sent), "act": "mend:0"}
    mended = owner_browser.post(at(world, "draw/"), act).json()
    assert len(mended["problems"]) < len(found["problems"])
    starts = [
        owner_browser.post(at(world, "draw/"), {"act": f"start:{n}"}).json()["design"] for n in range(6)
    ]
    assert len({(one["frame"], one["layout"]) for one in starts}) == 6


def test_thumbnails_are_kept_by_browsers(client: Client) -> None:
    answer = client.get("/designs/parts/1/frame/circle.svg")
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert client.get("/designs/parts/1/icon/ph:atom.svg").status_code == 200
    for wrong in ("frame/none-such", "icon/ph:none-such", "palette/harbour", "kind/circle"):
        assert client.get(f"/designs/parts/1/{wrong}.svg").status_code == 404, wrong


def test_a_family_is_edited_field_by_field(owner_browser: Client, world: World) -> None:
    place = f"/console/nordhaven/families/{world['designs']['family']}/"
    fields = {"act": "save", "name": "New name", "rule": "tones", "frame": "hexagon"}
    assert owner_browser.post(place, fields).status_code == 302
    page = owner_browser.get(place).content.decode()
    assert "New name" in page
    assert owner_browser.post(place, {"act": "save", "rule": "magic"}).status_code == 422
    drawn = owner_browser.post(f"{place}draw/", {"rule": "metals"}).json()
    assert len(drawn["levels"]) == 4


def test_what_a_family_fixes_is_shown_so_and_not_changed(
    owner_browser: Client, organisation: Organisation, world: World
) -> None:
    """Issue 5: 'one design system for an organisation (frame, type, palette)'. Without a script, too."""
    family = world["designs"]["family"]
    place = f"/console/nordhaven/families/{family}/"
    owner_browser.post(place, {"act": "save", "frame": "shield", "layout": "plate"})
    page = owner_browser.get(at(world)).content.decode()
    assert re.search(r'<div class="dsg-fixed" data-fixed-note hidden>', page)
    assert "disabled" not in page
    owner_browser.post(at(world), {"act": "save", "family": family, "level": "expert"})
    page = owner_browser.get(at(world)).content.decode()
    name = re.search(r'value="[^"]+" selected>([^<]+)</option>', page)
    assert name is not None
    assert f"The family {name[1]} fixes this, so that its badges look alike." in page
    assert f'data-fixed-link href="{place}"' in page
    assert page.count("data-fixed-note hidden") == 0
    assert "<fieldset data-fields data-fixed disabled><legend>Shape" in page
    for field in ("typeface", "icon.mode", "texts.title.size", "level.value", "pattern.strength"):
        assert re.search(rf'name="{re.escape(field)}"[^>]* disabled>', page), field
    for field in ("icon.scale", "texts.title.text", "logo.picture"):
        assert not re.search(rf'name="{re.escape(field)}"[^>]* disabled', page), field
    hostile = {"frame": "circle", "layout": "ring", "palette.shape": "#ff00ff", "texts.title.text": "Mine"}
    assert owner_browser.post(at(world), hostile | {"act": "save"}).status_code == 302
    after = kept(organisation, world)
    assert (after.frame, after.layout, after.texts.title.text) == ("shield", "plate", "Mine")
    assert after.palette.shape != "#ff00ff"
    shown = owner_browser.post(at(world), {"act": "leave"}).content.decode()
    assert "disabled" not in shown
    unsaved = re.search(r'name="design" value="([^"]+)"', shown)
    assert unsaved is not None
    free = {"act": "save", "design": html.unescape(unsaved[1]), "family": "", "frame": "circle"}
    owner_browser.post(at(world), free)
    after = kept(organisation, world)
    assert (after.frame, after.layout) == ("circle", "plate"), "its look stays until it is changed"


def test_a_family_that_was_put_away_stays_chosen(owner_browser: Client, world: World) -> None:
    family = world["designs"]["family"]
    owner_browser.post(at(world), {"act": "save", "family": family})
    owner_browser.post(f"/console/nordhaven/families/{family}/archive/")
    assert f'<option value="{family}" selected>' in owner_browser.get(at(world)).content.decode()


def test_what_cannot_be_mended_is_said(owner_browser: Client, world: World) -> None:
    family = world["designs"]["family"]
    place = f"/console/nordhaven/families/{family}/"
    grey = dict.fromkeys(("palette.shape", "palette.text", "palette.figure", "palette.field"), "#777777")
    owner_browser.post(place, grey | {"act": "save", "layout": "stacked"})
    owner_browser.post(at(world), {"act": "save", "family": family})
    assert "dsg-problem" in owner_browser.get(at(world)).content.decode()
    said = owner_browser.post(at(world), {"act": "mend:0"}).content.decode()
    assert "The family fixes this. Mend it there" in said


def test_each_level_of_a_family_has_its_frame(owner_browser: Client, world: World) -> None:
    place = f"/console/nordhaven/families/{world['designs']['family']}/"
    fields = {"act": "save", "rule": "frames", "frame-foundation": "gem", "frame-master": "shield"}
    assert owner_browser.post(place, fields).status_code == 302
    page = owner_browser.get(place).content.decode()
    chosen = re.findall(r'name="frame-(\w+)".*?<option value="([\w-]+)" selected>', page, re.DOTALL)
    assert dict(chosen)["foundation"] == "gem"
    assert dict(chosen)["master"] == "shield"
    assert "The frame of each level" in page
    wrong = owner_browser.post(place, fields | {"frame-expert": "trapezoid"})
    assert wrong.status_code == 422
    assert "There is no such frame." in wrong.content.decode()


def test_the_look_of_another_badge(owner_browser: Client, organisation: Organisation, world: World) -> None:
    design = json.dumps({"design": 1, "frame": "gem", "icon": {"id": "ph:atom"}})
    owner_browser.post(at(world, "keep/"), {"design": design})
    key = world["achievements"]["achievement"]
    mine = json.dumps({"design": 1, "frame": "circle", "texts": {"title": {"text": "Mine"}}})
    found = owner_browser.post(at(world, "draw/"), {"design": mine, "act": f"like:{key}"}).json()["design"]
    assert (found["frame"], found["texts"]["title"]["text"]) == ("gem", "Mine")
    assert owner_browser.post(at(world, "draw/"), {"act": "like:nonsense"}).status_code == 404


def test_colours_are_kept_for_other_badges(owner_browser: Client, world: World) -> None:
    roles = ("shape", "rim", "field", "figure", "figure_light", "text", "accent")
    fields = {f"palette.{role}": "#0a0b0c" for role in roles} | {"palette-name": "Night shift"}
    place = "/console/nordhaven/designs/palettes/"
    assert owner_browser.post(place, fields | {"back": "https://evil.example/"})["Location"].endswith(
        "/families/"
    )
    assert owner_browser.post(place, fields | {"back": at(world)})["Location"] == f"{at(world)}#panel-palette"
    assert "Night shift" in owner_browser.get(at(world)).content.decode()
    owner_browser.post(f"{place}{world['designs']['palette']}/remove/")
    assert "Remove the palette Ours" not in owner_browser.get(at(world)).content.decode()


def test_the_organisations_logo_is_a_choice(
    owner_browser: Client, owner: Actor, organisation: Organisation, world: World
) -> None:
    """Without a script too: a picture is chosen, keeps its place when another is, and is taken out."""
    page = owner_browser.get(at(world)).content.decode()
    assert "Logo of the organisation" not in page
    places: list[tuple[look.Place, str]] = [("logo", "#c00"), ("logo_dark", "#fff")]
    for place, colour in places:
        path = f'<path fill="{colour}" d="M0 0H3V1H0"/>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1">{path}</svg>'.encode()
        with scopes.organisation(organisation.pk):
            look.set_picture(by=owner, organisation=organisation, place=place, content=svg)
    page = owner_browser.get(at(world)).content.decode()
    light, dark = re.findall(r'name="logo.picture" value="(look-[0-9a-f]{32})"', page)
    fields = {"act": "save", "logo.picture": light, "logo.place": "bottom", "logo.scale": "1.5"}
    assert owner_browser.post(at(world), fields).status_code == 302
    logo = kept(organisation, world).logo
    assert logo is not None
    assert (logo.picture, logo.place, logo.scale) == (light, "bottom", 1.5)
    assert "part-logo" in owner_browser.get(at(world)).content.decode()
    owner_browser.post(at(world), fields | {"logo.picture": dark})
    logo = kept(organisation, world).logo
    assert logo is not None
    assert (logo.picture, logo.place, logo.scale) == (dark, "bottom", 1.5)
    wrong = owner_browser.post(at(world), {"act": "save", "logo.picture": "look-" + "0" * 32})
    assert wrong.status_code == 422
    assert "There is no such picture." in wrong.content.decode()
    owner_browser.post(at(world), fields | {"logo.picture": ""})
    assert kept(organisation, world).logo is None
