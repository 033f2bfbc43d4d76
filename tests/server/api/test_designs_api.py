"""Designs and families over the API: the logo of the organisation."""

from __future__ import annotations

import pytest
from api_caller import Api
from django.core.files.uploadedfile import SimpleUploadedFile

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
