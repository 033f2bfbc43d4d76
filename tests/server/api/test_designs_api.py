"""Designs and families over the API: the logo of the organisation, what a family fixes; the typed client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_caller import Api
from django.core.files.uploadedfile import SimpleUploadedFile

from insignia_client import Client, Missing, Refused
from insignia_client.looks import Level
from insignia_server.achievements.models import Achievement

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'


def test_the_organisations_logo_is_named_by_its_content(api: Api, achievement: Achievement) -> None:
    at = f"/achievements/{achievement.pk}/design"
    design = {"design": 1, "layout": "emblem", "logo": {"picture": "organisation"}}
    early = api("PUT", at, {"design": design})
    assert (early.status, early["errors"][0]["field"]) == (422, "logo.picture")
    assert api("POST", "/designs/draw", {"design": design}).status == 422
    api("POST", "/organisation/logo", files={"file": SimpleUploadedFile("logo.svg", SVG)})
    kept = api("PUT", at, {"design": design})["design"]["logo"]["picture"]
    assert kept.startswith("look-")
    drawn = api("POST", "/designs/draw", {"design": design})
    assert "part-logo" in drawn["svg"]
    assert drawn["design"]["logo"]["picture"] == kept
    api("DELETE", "/organisation/logo")
    same = api("POST", "/designs/draw", {"design": api("GET", at)["design"]})
    assert same["svg"] == drawn["svg"], "what was chosen stays, whatever the look becomes"
    family = api("POST", "/families", {"name": "Crafts", "like": str(achievement.pk)})
    assert family["document"]["base"]["logo"]["picture"] == kept


def test_what_a_family_fixes_comes_from_it_whatever_is_sent(api: Api, achievement: Achievement) -> None:
    at = f"/achievements/{achievement.pk}/design"
    base = {"design": 1, "frame": "shield", "layout": "plate", "palette": "lagoon"}
    document = {"family": 1, "base": base, "rule": "frames", "frames": ["gem", "shield"]}
    family = api("POST", "/families", {"name": "Crafts", "document": document})
    assert {"frame", "layout", "palette", "level", "icon.mode", "texts.title.place"} <= set(family["fixes"])
    assert "logo" not in family["fixes"]
    texts = {"title": {"text": "Mine", "size": 90, "dx": 40}}
    sent = {"design": 1, "frame": "circle", "layout": "ring", "texts": texts, "level": {"value": 5}}
    put = api("PUT", at, {"design": sent, "family": family["id"], "level": "foundation"})
    kept = put["design"]
    assert (kept["frame"], kept["layout"], kept["level"]["value"]) == ("gem", "plate", 1)
    assert (kept["texts"]["title"]["text"], kept["texts"]["title"]["size"]) == ("Mine", 0)
    assert api("GET", at)["design"] == kept
    left = api("PUT", at, {"design": kept | {"frame": "circle"}})
    assert (left["family"], left["design"]["frame"], left["design"]["layout"]) == (None, "circle", "plate")


@pytest.fixture
def program(live_server: Any, make_client: Callable[..., tuple[object, str]]) -> Iterator[Client]:
    """The typed client with a key that may do everything."""
    with Client(live_server.url, make_client()[1], attempts=1) as made:
        yield made


@pytest.mark.django_db(transaction=True)
def test_the_client_designs_a_family_and_its_series(program: Client, achievement: Achievement) -> None:
    """Issue 5: 'levels … vary by rule; changing the family restyles its drafts, never an awarded version'."""
    mine = str(achievement.pk)
    icon = program.icons("bridge", limit=3)[0]
    assert icon.id.startswith("ph:")
    assert icon.label
    before = program.get_design(mine)
    design = before.design | {"frame": "hexagon", "icon": {"id": icon.id}}
    set_ = program.set_design(mine, design, seen=before.stamp)
    assert (set_.design["frame"], set_.drawn, set_.family) == ("hexagon", True, None)
    with pytest.raises(Refused) as refused:
        program.set_design(mine, design, seen=before.stamp)
    assert refused.value.errors[0].code == "conflict"
    family = program.create_family("Crafts", like=mine)
    assert "frame" in family.fixes
    levels: list[Level] = ["foundation", "expert"]
    made = program.make_series(mine, family=family.id, levels=levels, key="series-1")
    assert program.make_series(mine, family=family.id, levels=levels, key="series-1") == made
    members = program.family_members(family.id)
    assert [(one.achievement, one.level, one.changes) for one in members] == [
        (made[0], "foundation", True),
        (made[1], "expert", True),
    ]
    base = family.document["base"] | {"frame": "octagon"}
    changed = program.change_family(family.id, document={**family.document, "base": base}, seen=family.stamp)
    assert program.get_family(family.id) == changed
    assert program.restyle(family.id) == 2
    assert {program.get_design(one).design["frame"] for one in made} == {"octagon"}
    assert program.get_design(mine).design["frame"] == "hexagon"
    assert program.change_family(family.id, archived=True).archived
    assert list(program.families()) == []
    assert [one.id for one in program.families(archived=True)] == [family.id]


@pytest.mark.django_db(transaction=True)
def test_the_client_draws_and_finds_what_looks_alike(program: Client, achievement: Achievement) -> None:
    grey = {"id": "", **dict.fromkeys(("shape", "rim", "figure", "text", "accent"), "#777777")}
    grey |= {"field": "#fafafa", "figure_light": "#eeeeee"}
    sent = {"design": 1, "palette": grey, "texts": {"title": {"text": "Grey"}}}
    drawn = program.draw(sent)
    assert drawn.svg.startswith("<svg")
    assert drawn.problems
    assert len(program.draw(sent, mend=0).problems) < len(drawn.problems)
    with pytest.raises(Refused) as refused:
        program.draw({"design": 1, "frame": "trapezoid"})
    assert refused.value.errors[0].field == "frame"
    mine = str(achievement.pk)
    twin = program.request("POST", f"/achievements/{mine}/clone", {})["id"]
    program.set_design(mine, sent)
    program.set_design(twin, sent)
    alike = program.similar(twin)
    assert [(one.achievement, one.distance, one.own) for one in alike] == [(mine, 0, True)]
    colours = {name: value for name, value in grey.items() if name != "id"}
    palette = program.keep_palette("Night shift", colours)
    assert program.palettes() == [palette]
    program.remove_palette(palette.id)
    assert program.palettes() == []
    assert program.set_picture(mine, SVG, file_name="own.svg").id == mine
    assert not program.get_design(mine).drawn
    assert program.remove_picture(mine).id == mine


@pytest.mark.django_db(transaction=True)
def test_the_client_changes_the_look(program: Client, achievement: Achievement) -> None:
    assert program.change_look(accent="#336699", public_theme="dark").accent == "#336699"
    assert "/logo.png" in program.set_look_picture("logo", SVG, file_name="logo.svg").logo
    with pytest.raises(Refused) as refused:
        program.set_look_picture("cover", b"no picture", file_name="c.png")
    assert refused.value.errors[0].field == "file"
    kept = program.set_design(str(achievement.pk), {"design": 1, "logo": {"picture": "organisation"}})
    after = program.remove_look_picture("logo")
    assert (after.logo, after.public_theme) == ("", "dark")
    assert program.get_design(str(achievement.pk)).design == kept.design


@pytest.mark.django_db(transaction=True)
def test_the_client_keeps_designs_of_certificates(program: Client, achievement: Achievement) -> None:
    first = program.create_certificate_design("Diploma", layout="diploma")
    second = program.create_certificate_design("Band", layout="band")
    assert program.make_certificate_default(second.id).default
    assert not program.get_certificate_design(first.id).default
    used = program.use_certificate_design(first.id, achievements=[str(achievement.pk)])
    assert (used.achievements, used.issuers) == ([str(achievement.pk)], [])
    program.set_certificate_picture(first.id, "signature-1", SVG, file_name="s.svg")
    assert program.remove_certificate_picture(first.id, "signature-1").pictures == []
    program.remove_certificate_design(first.id)
    with pytest.raises(Missing):
        program.get_certificate_design(first.id)
