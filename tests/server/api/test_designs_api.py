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
