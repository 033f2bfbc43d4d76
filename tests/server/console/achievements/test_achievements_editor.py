"""The editor of an achievement: what is typed is kept, what is wrong stands beside its row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from achievement_pages import COMPLETE, FULL, address, editor, fields_of, newest, post, target, upload
from django.test import Client

from insignia_server.achievements import checks, services
from insignia_server.achievements.definition import (
    Alignment,
    Definition,
    Expiry,
    ResultDescription,
    RubricLevel,
)
from insignia_server.achievements.models import Achievement
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

# The editor


def test_what_the_editor_shows_is_what_it_saves(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(FULL)
    posted = editor(page, row)
    assert post(page, row, posted).status_code == 302
    assert newest(row) == FULL


def test_an_empty_editor_saves_an_empty_definition(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(Definition())
    assert post(page, row, editor(page, row)).status_code == 302
    assert newest(row) == Definition()


def test_an_unfinished_page_is_kept_with_its_mistakes(page: Client, make: Callable[..., Achievement]) -> None:
    """Issue 3: 'a half-finished form ... can be taken up again'."""
    row = make(Definition())
    posted = editor(page, row)
    posted |= {
        "name": ["Half"],
        "criteria_url": ["no address"],
        "expiry__kind": ["date"],
        "expiry__date": ["soon"],
    }
    assert post(page, row, posted).status_code == 302
    kept = newest(row)
    assert (kept.name, kept.criteria_url, kept.expiry) == (
        "Half",
        "no address",
        Expiry(kind="date", date="soon"),
    )
    content = page.get(address("edit", row)).content.decode()
    assert 'value="no address"' in content
    assert "This is not a web address." in content
    assert "Fill in: Description." not in content, "what is missing is said when somebody asks"
    assert "Fill in: Description." in page.get(address("edit", row) + "?check=1").content.decode()


def test_what_is_no_number_stays_on_the_page_and_the_rest_is_saved(
    page: Client, make: Callable[..., Achievement]
) -> None:
    row = make(replace(COMPLETE, ects=3.0))
    posted = editor(page, row) | {"ects": ["about three"], "expiry__months": ["1.5"], "country": ["Norway"]}
    answer = post(page, row, posted)
    content = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="about three"' in content
    assert "This is not a number." in content
    assert "This is not a whole number." in content
    assert "2 fields that could not be read" in content
    assert (newest(row).ects, newest(row).country) == (3.0, "Norway")
    again = fields_of(content) | {"ects": ["2,5"], "expiry__months": [""]}
    assert post(page, row, again).status_code == 302
    assert newest(row).ects == 2.5


@pytest.mark.parametrize("way", ["edit", "autosave"])
def test_what_is_no_number_is_there_again_after_leaving_the_page(
    page: Client, make: Callable[..., Achievement], way: str
) -> None:
    """Issue 3: 'nothing is lost: a half-finished form ... can be taken up again'."""
    row = make(replace(COMPLETE, ects=3.0))
    page.post(address(way, row), editor(page, row) | {"ects": ["about three"]})
    content = page.get(address("edit", row)).content.decode()
    assert 'value="about three"' in content
    assert "This is not a number." in content
    publish = page.get(address("publish", row)).content.decode()
    assert "“about three” in the field ECTS credits cannot be read" in publish
    assert page.post(address("publish", row), {"note": ""}).status_code == 422
    assert post(page, row, fields_of(content) | {"ects": ["4"]}).status_code == 302
    assert newest(row).ects == 4.0
    assert "about three" not in page.get(address("edit", row)).content.decode()
    assert "cannot be read" not in page.get(address("publish", row)).content.decode()


def test_what_is_no_number_goes_with_the_draft(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(replace(COMPLETE, ects=3.0), publish=True)
    post(page, row, editor(page, row) | {"ects": ["about three"], "name": ["Other"]})
    page.post(address("discard", row))
    assert "about three" not in page.get(address("edit", row)).content.decode()


def test_rows_are_added_and_taken_away_without_javascript(
    page: Client, make: Callable[..., Achievement]
) -> None:
    row = make(COMPLETE)
    answer = post(page, row, editor(page, row) | {"name": ["Kept"]}, "add:alignments")
    assert target(answer) == f"{address('edit', row)}?add=alignments#rows-alignments"
    assert newest(row).name == "Kept"
    posted = editor(page, row, "?add=alignments")
    assert posted["alignments-total"] == ["1"]
    posted |= {"alignments-0-target_name": ["Skill"], "alignments-0-target_url": ["https://x.example/1"]}
    post(page, row, posted, "add:alignments")
    posted = editor(page, row, "?add=alignments") | {"alignments-1-target_name": ["Second"]}
    post(page, row, posted)
    assert [one.target_name for one in newest(row).alignments] == ["Skill", "Second"]
    answer = post(page, row, editor(page, row), "remove:alignments-0")
    assert target(answer) == f"{address('edit', row)}#rows-alignments"
    assert [one.target_name for one in newest(row).alignments] == ["Second"]


def test_results_and_their_levels(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(COMPLETE)
    posted = editor(page, row, "?add=results") | {
        "results-0-name": ["Talk"],
        "results-0-result_type": ["RubricCriterionLevel"],
    }
    answer = post(page, row, posted, "add:results-0-levels")
    assert target(answer).endswith("?add=results-0-levels#rows-results-0-levels")
    posted = editor(page, row, "?add=results-0-levels") | {
        "results-0-levels-0-name": ["Good"],
        "results-0-levels-0-required_here": ["on"],
    }
    post(page, row, posted, "add:results-0-levels")
    posted = editor(page, row, "?add=results-0-levels") | {"results-0-levels-1-name": ["Better"]}
    post(page, row, posted, "add:results")
    posted = editor(page, row, "?add=results") | {
        "results-1-name": ["Grade"],
        "results-1-result_type": ["LetterGrade"],
    }
    post(page, row, posted)
    talk, grade = newest(row).results
    assert (talk.key, grade.key) == ("result-1", "result-2")
    assert [(level.key, level.name) for level in talk.levels] == [("level-1", "Good"), ("level-2", "Better")]
    assert talk.required_level == "level-1"
    post(page, row, editor(page, row), "remove:results-0-levels-0")
    talk = newest(row).results[0]
    assert ([level.key for level in talk.levels], talk.required_level) == (["level-2"], "")
    post(page, row, editor(page, row), "remove:results-0")
    assert [one.key for one in newest(row).results] == ["result-2"], "keys stay when rows go"


def test_a_level_alone_keeps_its_row_and_a_bad_key_is_replaced(
    page: Client, make: Callable[..., Achievement]
) -> None:
    row = make(
        replace(COMPLETE, results=(ResultDescription(key="not a key!", name="Talk", result_type="Result"),))
    )
    assert "The key of a result has 1 to 40" in page.get(address("edit", row)).content.decode()
    posted = editor(page, row) | {
        "results-total": ["2"],
        "results-1-levels-total": ["2"],
        "results-1-levels-1-name": ["Good"],
    }
    post(page, row, posted)
    talk, unnamed = newest(row).results
    assert (talk.key, unnamed.key, unnamed.levels[0].name) == ("result-1", "result-2", "Good")


def test_a_fault_without_a_place_stands_above_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from insignia_server.console.achievements.editor import Editor, anchor_of

    monkeypatch.setattr(checks, "faults", lambda _definition: [Refusal("Something is odd.")])
    found = Editor(Definition())
    assert found.general == ["Something is odd."]
    assert anchor_of("") == "editor"
    assert anchor_of("results.0.levels.1.name") == "id_results-0-levels-1-name"


def test_two_rows_with_one_key_get_two(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(FULL)
    posted = editor(page, row) | {"results-1-key": ["grade"]}
    post(page, row, posted)
    assert [one.key for one in newest(row).results] == ["grade", "result-1"]


@pytest.mark.parametrize(
    "hostile",
    [
        {"alignments-total": ["999999999999"]},
        {"alignments-total": ["-1"]},
        {"results-total": ["x"]},
        {"eqf_level": ["level five"]},
        {"assessment__methods": ["osmosis"]},
        {"name": ["a\x0bb\x1f"]},
        {"ects": ["1e999"]},
        {"ects": ["nan"]},
        {"workload_hours": ["99999999999"]},
        {"suite": ["rot13"]},
        {"framework": ["none"], "issuer": ["none"]},
        {"act": ["nonsense:thing"]},
    ],
)
def test_hostile_posts_lose_nothing_and_break_nothing(
    page: Client, make: Callable[..., Achievement], hostile: dict[str, list[str]]
) -> None:
    row = make(COMPLETE)
    answer = page.post(address("edit", row), editor(page, row) | {"country": ["Norway"]} | hostile)
    assert answer.status_code in (302, 422)
    assert newest(row).country == "Norway"
    assert page.get(address("edit", row)).status_code == 200
    assert page.get(address("json", row)).status_code == 200


def test_characters_from_slides_become_spaces(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(COMPLETE)
    post(page, row, editor(page, row) | {"criteria": ["one\x0btwo\r\nthree"]})
    assert newest(row).criteria == "one two\nthree"


def test_errors_stand_beside_their_rows(page: Client, make: Callable[..., Achievement]) -> None:
    bad = replace(
        FULL,
        alignments=(Alignment(target_name="x", target_url="y"),),
        results=(
            ResultDescription(key="a", result_type="RubricCriterion", levels=(RubricLevel(key="b"),)),
            ResultDescription(key="a", name="A", result_type="LetterGrade"),
        ),
        tags=("x" * 101,),
    )
    content = page.get(address("edit", make(bad))).content.decode()
    for field in ("alignments-0-target_url", "results-0-name", "results-0-levels-0-name", "tags"):
        assert f'id="id_{field}_error"' in content, field
        assert f'href="#id_{field}"' in content, field
    assert "Two results have the same key." in content


def test_somebody_else_saved_and_nothing_typed_is_lost(
    page: Client, make: Callable[..., Achievement], owner: Actor
) -> None:
    row = make(COMPLETE)
    posted = editor(page, row) | {
        "name": ["Mine"],
        "alignments-total": ["1"],
        "alignments-0-target_name": ["Skill"],
    }
    with scopes.organisation(row.organisation_id):
        services.save_draft(by=owner, achievement=row, definition=replace(COMPLETE, name="Theirs"))
    answer = post(page, row, posted)
    assert answer.status_code == 409
    content = answer.content.decode()
    assert "Somebody else saved in the meantime" in content
    assert newest(row).name == "Theirs"
    again = fields_of(content)
    assert again["name"] == ["Mine"]
    assert post(page, row, again).status_code == 302
    assert (newest(row).name, newest(row).alignments[0].target_name) == ("Mine", "Skill")


def test_saving_while_writing(page: Client, make: Callable[..., Achievement], owner: Actor) -> None:
    row = make(COMPLETE, publish=True)
    posted = editor(page, row) | {"name": ["Typing"]}
    answer = page.post(address("autosave", row), posted)
    content = answer.content.decode()
    assert "Saved" in content
    assert newest(row).name == "Typing"
    stamp = re.search(r'name="stamp" value="([^"]+)"', content)
    assert stamp
    answer = page.post(address("autosave", row), posted | {"description": [""], "stamp": [stamp[1]]})
    assert "Description" in answer.content.decode()
    answer = page.post(address("autosave", row), posted | {"name": ["Stale"]})
    assert "Somebody else saved" in answer.content.decode()
    assert newest(row).name == "Typing"


@pytest.mark.parametrize("act", ["preview", "publish", "picture"])
def test_buttons_that_lead_on_save_first(page: Client, make: Callable[..., Achievement], act: str) -> None:
    row = make(COMPLETE)
    answer = post(page, row, editor(page, row) | {"name": ["Saved first"]}, act)
    assert target(answer) == address(act, row)
    assert newest(row).name == "Saved first"


def test_template_and_issuer_change_in_the_editor(
    page: Client, make: Callable[..., Achievement], organisation: Organisation, issuer: Issuer
) -> None:
    other = Issuer.plain.create(
        organisation=organisation, slug="law", name="Law", base_url=issuer.base_url, did="did:l"
    )
    row = make(COMPLETE)
    posted = editor(page, row) | {"framework": ["eu-microcredential"], "issuer": [str(other.pk)]}
    post(page, row, posted)
    row.refresh_from_db()
    assert (row.framework, row.issuer_id) == ("eu-microcredential", other.pk)
    page.post(address("publish", make(publish=True)))
    done = make(publish=True)
    answer = post(page, done, editor(page, done) | {"issuer": [str(other.pk)], "name": ["Typed"]})
    assert answer.status_code == 422
    assert 'value="Typed"' in answer.content.decode()
    assert "The issuer of a published achievement stays." in answer.content.decode()


def test_what_is_in_the_archive_is_not_edited(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(publish=True)
    page.post(address("archive", row))
    assert target(page.get(address("edit", row))) == address("detail", row)
    assert target(post(page, row, {"name": "x"})) == address("detail", row)
    assert "archive" in page.post(address("autosave", row), {"name": "x"}).content.decode()
    assert (
        "out of the archive first"
        in page.post(address("picture", row), {"picture": upload()}).content.decode()
    )
