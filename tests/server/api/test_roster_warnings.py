"""What the page of a group tells about a list, the API tells too."""

from __future__ import annotations

from api_caller import Api


def test_a_roster_is_answered_with_what_to_look_at(api: Api) -> None:
    group = api("POST", "/groups", {"name": "Class of 2027"})["id"]
    people = [
        {"email": "ada@example.org", "name": "Ada Lovelace"},
        {"email": "bob@gmial.com", "name": "Bob"},
        {"email": "ADA@example.org"},
        {"email": "nobody"},
    ]
    answer = api("POST", f"/groups/{group}/people", {"people": people})
    assert [one["field"] for one in answer["errors"]] == ["4"]
    told = {(one["field"], one["code"]): one["expected"] for one in answer["warnings"]}
    assert told["2", "email.near-miss"] == "bob@gmail.com"
    assert ("3", "person.twice") in told
    assert {field for field, _code in told} == {"2", "3"}
