"""The organisation's own mail texts, for programs."""

from __future__ import annotations

import pytest
from api_caller import Api

pytestmark = pytest.mark.django_db
AT = "/mail-texts/award/de"


def test_a_text_is_set_shown_and_taken_back(api: Api, stranger: Api) -> None:
    made = api("PUT", AT, {"subject": "Bravo {name}", "intro": ""})
    assert (made.status, made["own"], made["subject"]) == (200, True, "Bravo {name}")
    assert api("GET", AT)["placeholders"] == ["name", "achievement", "issuer", "note"]
    own = [(one["kind"], one["language"]) for one in api("GET", "/mail-texts")["items"] if one["own"]]
    assert own == [("award", "de")]
    assert stranger("GET", AT)["own"] is False, "another tenant has its own"
    assert stranger("DELETE", AT).status == 204
    assert api("GET", AT)["own"] is True
    assert api("DELETE", AT).status == 204
    assert api("GET", AT)["own"] is False


def test_a_preview_keeps_nothing(api: Api) -> None:
    look = api("POST", AT + "/preview", {"subject": "Bravo {name}", "intro": "<script>x</script>"})
    assert look["subject"] == "Bravo Amara Okafor"
    assert "<script>" not in look["html"]
    assert api("GET", AT)["own"] is False


def test_what_cannot_be_used_is_refused_with_its_field(api: Api) -> None:
    for method, at in (("PUT", AT), ("POST", AT + "/preview")):
        answer = api(method, at, {"subject": "ok", "intro": "{nane}"})
        assert (answer.status, answer["errors"][0]["field"]) == (422, "intro")
        assert "{name}" in answer["errors"][0]["expected"]
    for at in ("/mail-texts/nothing/en", "/mail-texts/award/it", "/mail-texts/batch_finished/en"):
        assert api("GET", at).status == 404
