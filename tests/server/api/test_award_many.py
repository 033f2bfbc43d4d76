"""POST /awards/bulk: duplicates, keys, the quota, and what a thousand rows cost."""

from __future__ import annotations

from typing import Any

import pytest
from api_caller import Api
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding.models import Award
from insignia_server.credentials.models import Credential
from insignia_server.organisations.models import Organisation

pytestmark = pytest.mark.django_db


def _many(api: Api, achievement: Achievement, rows: list[dict[str, Any]], **more: Any) -> Any:
    answer = api("POST", "/awards/bulk", {"achievement": str(achievement.pk), "rows": rows, **more})
    assert answer.status == 200, answer
    return answer


def _to(email: str, **more: Any) -> dict[str, Any]:
    return {"recipient": {"email": email, "name": "Ann Example"}, **more}


def _codes(done: Any) -> list[str]:
    return [one["errors"][0]["code"] if one["errors"] else one["outcome"] for one in done["rows"]]


def test_who_stands_in_two_rows_is_awarded_once(api: Api, achievement: Achievement) -> None:
    rows: list[Any] = [
        "x",
        _to("ann@example.org"),
        _to("bo@example.org"),
        _to("ANN@example.org", key="other"),
    ]
    done = _many(api, achievement, [{"recipient": row} if row == "x" else row for row in rows])
    assert _codes(done)[1:] == ["awarded", "awarded", "person.twice"]
    assert "row 1" in done["rows"][3]["errors"][0]["message"]
    assert Credential.plain.count() == 2


def test_duplicates_are_awarded_when_they_are_allowed(api: Api, achievement: Achievement) -> None:
    rows = [_to("ann@example.org"), _to("ann@example.org")]
    assert _codes(_many(api, achievement, rows, allow_duplicates=True)) == ["awarded", "awarded"]
    done = _many(api, achievement, rows, allow_duplicates=True, refuse_held=True)
    assert _codes(done) == ["award.already-held", "award.already-held"]


def test_who_is_to_be_refused_when_held_is_not_awarded_twice_in_one_request(
    api: Api, achievement: Achievement
) -> None:
    rows = [_to("ann@example.org"), _to("ann@example.org")]
    done = _many(api, achievement, rows, allow_duplicates=True, refuse_held=True)
    assert _codes(done) == ["awarded", "person.twice"]


def test_as_many_as_a_second_person_approves_go_as_a_batch(api: Api, achievement: Achievement) -> None:
    """Issue 3: 'Above a size that the organisation sets, a second person approves.'"""
    Organisation.plain.update(approval_from=2)
    first = [_to("ann@example.org", key="a")]
    assert _codes(_many(api, achievement, first)) == ["awarded"]
    rows = [*first, _to("bo@example.org", key="b"), _to("cy@example.org", key="c")]
    done = _many(api, achievement, rows)
    assert (done["awarded"], set(_codes(done))) == (0, {"approval"})
    assert Credential.plain.count() == 1
    assert _codes(_many(api, achievement, rows[:2])) == ["known", "awarded"], (
        "what was awarded counts no more"
    )


def test_a_key_means_one_act(api: Api, achievement: Achievement) -> None:
    rows = [_to("ann@example.org", key="k"), _to("ann@example.org", key="k"), _to("bo@example.org", key="k")]
    done = _many(api, achievement, rows)
    assert _codes(done) == ["awarded", "known", "external.twice"]
    assert done["rows"][1]["award"] == done["rows"][0]["award"]
    again = _many(api, achievement, [*rows[:1], _to("ann@example.org", key="new")])
    assert _codes(again) == ["known", "person.twice"]
    assert again["rows"][0]["award"] == done["rows"][0]["award"]
    assert Award.plain.count() == 1


def test_a_key_of_before_is_for_the_same_person_only(api: Api, achievement: Achievement) -> None:
    first = _many(api, achievement, [_to("ann@example.org", key="k")])
    done = _many(api, achievement, [_to("bo@example.org", key="k"), _to("Ann@example.org", key="k")])
    assert _codes(done) == ["key.other", "known"]
    assert "ann@example.org" in done["rows"][0]["errors"][0]["message"]
    assert done["rows"][1]["award"] == first["rows"][0]["award"]
    assert Award.plain.count() == 1
    body = {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}, "key": "k"}
    assert api("POST", "/awards", body).status == 200
    refused = api("POST", "/awards", {**body, "recipient": {"email": "bo@example.org"}})
    assert (refused.status, refused["errors"][0]["code"]) == (422, "key.other")


def test_a_refused_row_does_not_make_a_later_one_a_duplicate(api: Api, achievement: Achievement) -> None:
    wrong = _to("ann@example.org", results=[{"description": "no such", "value": "1"}])
    assert [one["outcome"] for one in _many(api, achievement, [wrong, _to("ann@example.org")])["rows"]] == [
        "refused",
        "awarded",
    ]


def test_the_quota_stops_the_rows_above_it(
    api: Api, achievement: Achievement, organisation: Organisation
) -> None:
    organisation.quota_awards_a_month = 2
    organisation.save()
    done = _many(api, achievement, [_to(f"p{number}@example.org") for number in range(4)])
    assert _codes(done) == ["awarded", "awarded", "quota", "quota"]
    organisation.state = "suspended"
    organisation.save()
    assert api(
        "POST", "/awards/bulk", {"achievement": str(achievement.pk), "rows": [_to("z@example.org")]}
    ).status in (200, 403)
    assert Award.plain.count() == 2


def test_each_award_is_audited_signed_and_stored_with_few_queries(api: Api, achievement: Achievement) -> None:
    _many(api, achievement, [_to("first@example.org")])
    with CaptureQueriesContext(
        connection,
    ) as few:
        _many(api, achievement, [_to(f"a{number}@example.org") for number in range(20)])
    with CaptureQueriesContext(connection) as more:
        done = _many(api, achievement, [_to(f"b{number}@example.org") for number in range(200)])
    assert done["awarded"] == 200
    assert len(more) <= len(few) + 12  # SQLite writes some hundred rows at once in several statements
    keys = {one["award"] for one in done["rows"]}
    assert keys <= set(Entry.objects.filter(action="award.issue").values_list("subject", flat=True))
    report = api("GET", f"/credentials/{next(iter(keys))}")
    assert report.status == 200
