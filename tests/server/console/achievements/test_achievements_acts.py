"""Pictures, previews, publishing, archiving and copying of achievements."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from achievement_pages import COMPLETE, FULL, address, editor, newest, post, target, upload
from django.test import Client

from insignia_server.achievements import services
from insignia_server.achievements.definition import (
    Definition,
)
from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.kit import scopes
from insignia_server.organisations.actors import Actor


def test_a_picture_is_sent_shown_and_taken_away(page: Client, make: Callable[..., Achievement]) -> None:
    row = make()
    drawn = page.get(address("image", row))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert "sandbox" in drawn["Content-Security-Policy"]
    assert b"Data Literacy" in drawn.content
    assert target(page.post(address("picture", row), {"picture": upload()})) == address("picture", row)
    shown = page.get(address("image", row))
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "64 × 64" in page.get(address("picture", row)).content.decode()
    page.post(address("picture", row), {"remove": "yes"})
    assert page.get(address("image", row))["Content-Type"] == "image/svg+xml"


def test_where_it_can_be_earned_is_said_on_its_own_page(
    page: Client, make: Callable[..., Achievement]
) -> None:
    row = make()
    wrong = page.post(address("earning", row), {"earn_url": "courses.example/literacy"})
    assert wrong.status_code == 422
    assert "must begin with https://" in wrong.content.decode()
    assert 'value="courses.example/literacy"' in wrong.content.decode(), "nothing typed is lost"
    course = "https://courses.example/literacy"
    assert target(page.post(address("earning", row), {"earn_url": course})) == address("detail", row)
    for name in ("detail", "history", "earning"):
        assert course in page.get(address(name, row)).content.decode(), name
    page.post(address("earning", row), {"earn_url": ""})
    assert course not in page.get(address("history", row)).content.decode()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Choose a file first."),
        ({"picture": upload(content=b"")}, "The file is empty."),
        ({"picture": upload("badge.png", b"GIF89a....")}, "There was: GIF."),
        ({"picture": upload("badge.svg", b"<svg>")}, "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_beside_the_field(
    page: Client, make: Callable[..., Achievement], files: dict[str, Any], words: str
) -> None:
    row = make()
    for one in files.values():
        one.seek(0)
    answer = page.post(address("picture", row), files)
    assert answer.status_code == 422
    assert words in answer.content.decode()


# Looking


def test_the_overview(page: Client, make: Callable[..., Achievement]) -> None:
    content = page.get(address("detail", make(FULL))).content.decode()
    for words in (
        "Reads data.",
        "Portfolio",
        "Identity document checked",
        "80 hours",
        "2.5 ECTS",
        "analyse data",
        "Workshop",
    ):
        assert words in content, words
    assert "For 36 months and 1 day" in content


def test_an_empty_draft_can_be_looked_at(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(Definition())
    for name in ("detail", "preview", "json", "history", "publish"):
        answer = page.get(address(name, row))
        assert answer.status_code == 200, name
        assert "Without a name" in answer.content.decode()


def test_markdown_cannot_do_harm(page: Client, make: Callable[..., Achievement]) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    row = make(replace(COMPLETE, name=evil, criteria=evil, description=evil, learning_outcomes=(evil,)))
    for name in ("detail", "preview", "json", "history", "edit", "publish"):
        content = page.get(address(name, row)).content.decode()
        assert "<script>alert" not in content, name
        assert 'href="javascript' not in content, name


def test_the_preview_in_each_language(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(FULL)
    assert "Data Literacy</h2>" in page.get(address("preview", row)).content.decode()
    german = page.get(address("preview", row) + "?language=de").content.decode()
    assert "Datenkompetenz</h2>" in german
    assert 'lang="de"' in german
    assert page.get(address("preview", row) + "?language=xx").status_code == 200


def test_versions_are_looked_at_by_number(
    page: Client, make: Callable[..., Achievement], owner: Actor
) -> None:
    row = make(publish=True)
    with scopes.organisation(row.organisation_id):
        services.save_draft(by=owner, achievement=row, definition=replace(COMPLETE, name="Second"))
    assert "Second" in page.get(address("json", row)).content.decode()
    assert "/2.json" in page.get(address("json", row)).content.decode()
    first = page.get(address("json", row) + "?version=1").content.decode()
    assert "/1.json" in first
    assert "Second" not in first
    assert page.get(address("preview", row) + "?version=1").status_code == 200
    assert page.get(address("image", row) + "?version=1")["Content-Type"] == "image/png"
    assert page.get(address("json", row) + "?version=7").status_code == 404
    assert page.get(address("json", row) + "?version=x").status_code == 200


def test_the_history_shows_what_changed(page: Client, make: Callable[..., Achievement], owner: Actor) -> None:
    row = make(publish=True)
    with scopes.organisation(row.organisation_id):
        services.save_draft(
            by=owner, achievement=row, definition=replace(COMPLETE, description="Reads old data.")
        )
    page.post(address("publish", row), {"note": "Clearer words"})
    content = page.get(address("history", row)).content.decode()
    assert "Clearer words" in content
    assert "<ins>old" in content
    assert "The first version." in content


# Acts


def test_publishing(page: Client, make: Callable[..., Achievement]) -> None:
    row = make()
    content = page.get(address("publish", row)).content.decode()
    assert "Publish version 1" in content
    answer = page.post(address("publish", row), {"note": "First"})
    assert target(answer) == address("detail", row)
    row.refresh_from_db()
    assert row.state == AchievementState.PUBLISHED
    assert "There is nothing to publish" in page.get(address("publish", row)).content.decode()
    again = page.post(address("publish", row), {})
    assert again.status_code == 422


def test_what_is_missing_is_listed_with_its_places(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(Definition(name="Half", criteria_url="x"), framework="1edtech-trusted-microcredential")
    content = page.get(address("publish", row)).content.decode()
    edit = address("edit", row)
    for anchor in (
        "id_description",
        "id_criteria_url",
        "id_assessment__methods_set",
        "rows-alignments",
        "id_kind",
    ):
        assert f'href="{edit}?check=1#{anchor}"' in content, anchor
        assert f'id="{anchor}"' in page.get(edit + "?check=1").content.decode(), anchor
    assert page.post(address("publish", row), {}).status_code == 422
    row.refresh_from_db()
    assert row.state == AchievementState.DRAFT


def test_archive_and_back(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(publish=True)
    assert "stays valid" in page.get(address("archive", row)).content.decode()
    page.post(address("archive", row))
    content = page.get(address("detail", row)).content.decode()
    assert "In the archive" in content
    assert address("unarchive", row) in content
    page.post(address("unarchive", row))
    row.refresh_from_db()
    assert row.state == AchievementState.PUBLISHED


def test_copy_share_discard(page: Client, make: Callable[..., Achievement]) -> None:
    row = make(publish=True)
    for shared in ("yes", "no"):
        page.post(address("share", row), {"shared": shared})
        assert Achievement.plain.filter(pk=row.pk, shared=shared == "yes").exists()
    page.post(address("clone", row))
    copy = Achievement.plain.exclude(pk=row.pk).get()
    assert copy.name == "Data Literacy (copy)"
    assert "the whole achievement is gone" in page.get(address("discard", copy)).content.decode()
    assert target(page.post(address("discard", copy))) == address("list")
    assert not Achievement.plain.filter(pk=copy.pk).exists()
    post(page, row, editor(page, row) | {"name": ["Changed"]})
    assert "Version 1 stays as it is." in page.get(address("discard", row)).content.decode()
    assert target(page.post(address("discard", row))) == address("detail", row)
    assert newest(row) == COMPLETE


def test_no_inline_script_or_style(page: Client, make: Callable[..., Achievement]) -> None:
    """Brief: "CSP `script-src 'self'; style-src 'self'`"."""
    row = make(FULL)
    for name in ("detail", "edit", "picture", "preview", "json", "history", "publish", "archive", "discard"):
        content = page.get(address(name, row)).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", content), name


def test_pages_cost_few_queries(
    page: Client, make: Callable[..., Achievement], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(12):
        make(replace(COMPLETE, name=f"Badge {number}"))
    with django_assert_max_num_queries(16):
        page.get(address("list"))
