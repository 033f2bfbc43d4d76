"""Pages of the console where achievements are written, published and looked after."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from insignia_server.achievements import checks, services
from insignia_server.achievements.definition import (
    Alignment,
    Assessment,
    Creator,
    Definition,
    Expiry,
    OtherIdentifier,
    Related,
    ResultDescription,
    RubricLevel,
    Translation,
)
from insignia_server.achievements.models import Achievement, AchievementState
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Refusal
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation, OrganisationState
from insignia_server.people.models import User

COMPLETE = Definition(
    name="Data Literacy",
    description="Reads data.",
    criteria="Five modules.",
    assessment=Assessment(
        methods=("portfolio",), assessors=("issuer",), supervision="onsite", identity_check="document"
    ),
)
SKILL = Alignment(target_name="analyse data", target_url="https://example.org/skills/1", target_code="S1")
FULL = replace(
    COMPLETE,
    criteria_url="https://n.example/c",
    image_alt="A compass",
    achievement_type="ext:Workshop",
    field_of_study="Statistics",
    tags=("data", "charts"),
    human_code="DL-1",
    other_identifiers=(OtherIdentifier(identifier="1", identifier_type="isbn"),),
    alignments=(SKILL, replace(SKILL, target_type="ext:Own", target_description="Two\nlines")),
    results=(
        ResultDescription(key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B")),
        ResultDescription(
            key="talk",
            name="Talk",
            result_type="RubricCriterionLevel",
            levels=(
                RubricLevel(key="good", name="Good", alignments=(SKILL,)),
                RubricLevel(key="fair", name="Fair"),
            ),
            required_level="fair",
            alignments=(SKILL,),
        ),
    ),
    credits_available=1.5,
    ects=2.5,
    workload_hours=80.0,
    eqf_level=5,
    related=(Related(id="https://n.example/1.json", in_language="de", version="1"),),
    version="2026",
    creator=Creator(name="Guild", url="https://g.example", email="a@g.example"),
    translations=(
        Translation(language="de", name="Datenkompetenz", learning_outcomes=("Liest", "Zeichnet")),
    ),
    learning_outcomes=("Reads, and draws", "Asks"),
    participation="blended",
    kind="knowledge",
    country="Norway",
    stackability="stackable",
    expiry=Expiry(kind="period", months=36, days=1),
    evidence_required=True,
    suite="ecdsa-rdfc-2019",
    status="message",
    name_in_credential=False,
)


@pytest.fixture
def issuer(organisation: Organisation) -> Issuer:
    row: Issuer = Issuer.plain.create(
        organisation=organisation,
        slug="nordhaven",
        name="Nordhaven University",
        base_url="https://badges.example.test",
        did="did:web:badges.example.test:issuers:nordhaven",
    )
    return row


@pytest.fixture
def make(organisation: Organisation, owner: Actor, issuer: Issuer) -> Callable[..., Achievement]:
    """`make(definition, publish=True)`."""

    def make(definition: Definition = COMPLETE, *, publish: bool = False, framework: str = "") -> Achievement:
        with scopes.organisation(organisation.pk):
            row = services.create(by=owner, issuer=issuer, definition=definition, framework=framework)
            if publish:
                services.publish(by=owner, achievement=row)
        return row

    return make


@pytest.fixture
def page(client: Client, organisation: Organisation) -> Client:
    """Signed in as the owner."""
    client.force_login(User.objects.get(email=f"owner@{organisation.slug}.example"))
    return client


def address(name: str, row: Achievement | None = None, organisation: str = "nordhaven") -> str:
    arguments: dict[str, Any] = {"organisation": organisation}
    if row is not None:
        arguments["achievement"] = row.pk
    return reverse(f"console:achievements:{name}", kwargs=arguments)


def newest(row: Achievement) -> Definition:
    with scopes.organisation(row.organisation_id):
        return services.newest(row).definition


def target(answer: Any) -> str:
    """Where an answer leads."""
    assert answer.status_code == 302
    found: str = answer["Location"]
    return found


FIELD = re.compile(r"<(input|textarea|select)\b([^>]*)>(?:(.*?)</\1>)?", re.DOTALL)


def fields_of(content: str) -> dict[str, list[str]]:
    """What a browser without JavaScript would post of the editor's form, without its buttons."""
    start = content.index('id="editor"')
    body = content[start : content.index("</form>", start)]
    stamp = re.search(r'<input type="hidden" name="stamp" value="([^"]*)"', content)
    assert stamp
    found: dict[str, list[str]] = {"stamp": [stamp[1]]}
    for kind, attributes, inner in FIELD.findall(body):
        name = re.search(r'\bname="([^"]*)"', attributes)
        if name is None:
            continue
        value = re.search(r'\bvalue="([^"]*)"', attributes)
        if kind == "select":
            chosen = re.search(r'<option value="([^"]*)"[^>]*\bselected', inner)
            first = re.search(r'<option value="([^"]*)"', inner)
            assert first
            found.setdefault(name[1], []).append(html.unescape((chosen or first)[1]))
        elif kind == "textarea":
            found.setdefault(name[1], []).append(html.unescape(inner).removeprefix("\n"))
        elif 'type="checkbox"' in attributes or 'type="radio"' in attributes:
            if re.search(r"\bchecked\b", attributes):
                found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "on")
        else:
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


def editor(page: Client, row: Achievement, query: str = "") -> dict[str, list[str]]:
    answer = page.get(address("edit", row) + query)
    assert answer.status_code == 200
    return fields_of(answer.content.decode())


def post(page: Client, row: Achievement, posted: dict[str, Any], act: str = "save") -> Any:
    return page.post(address("edit", row), posted | {"act": act})


# Who comes in

PAGES = ["detail", "edit", "picture", "image", "preview", "json", "history", "publish", "archive", "discard"]
POSTS = ["autosave", "unarchive", "clone", "share"]
ROLES = {
    "owner": {*PAGES, *POSTS, "list", "new"},
    "author": {*PAGES, *POSTS, "list", "new"},
    "awarder": {"detail", "image", "preview", "json", "history", "list"},
    "approver": {"detail", "image", "preview", "json", "history", "list"},
    "auditor": {"detail", "image", "preview", "json", "history", "list"},
}


@pytest.mark.parametrize("role", ROLES)
def test_each_page_for_each_role(
    client: Client,
    make: Callable[..., Achievement],
    organisation: Organisation,
    make_user: Callable[..., User],
    role: str,
) -> None:
    row = make(publish=True)
    with scopes.organisation(organisation.pk):
        services.share(by=Member.plain.get(organisation=organisation).actor(), achievement=row, shared=True)
    user = make_user(f"{role}@n.example")
    Member.plain.create(organisation=organisation, user=user, roles=[role])
    client.force_login(user)
    for name in [*PAGES, "list", "new"]:
        target = None if name in ("list", "new") else row
        assert client.get(address(name, target)).status_code == (200 if name in ROLES[role] else 403), name
    for name in POSTS:
        status = client.post(address(name, row)).status_code
        assert (status in (200, 302)) == (name in ROLES[role]), name
        assert client.get(address(name, row)).status_code == 405, name


def test_strangers_find_nothing(
    client: Client,
    make: Callable[..., Achievement],
    make_user: Callable[..., User],
    make_organisation: Callable[..., Organisation],
) -> None:
    row = make(publish=True)
    for name in [*PAGES, *POSTS]:
        assert client.post(address(name, row)).status_code in (302, 405), "an unknown visitor signs in first"
    client.force_login(make_user("stranger@x.example"))
    for name in PAGES:
        assert client.get(address(name, row)).status_code == 404, name
    other = make_organisation("other", "Other")
    client.force_login(User.objects.get(email="owner@other.example"))
    for name in PAGES:
        assert client.get(address(name, row, other.slug)).status_code == 404, name


def test_a_suspended_tenant_reads_and_changes_nothing(
    page: Client, make: Callable[..., Achievement], organisation: Organisation
) -> None:
    row = make()
    Organisation.plain.update(state=OrganisationState.SUSPENDED)
    assert page.get(address("edit", row)).status_code == 200
    assert page.post(address("edit", row), {"name": "x"}).status_code == 403
    assert newest(row).name == "Data Literacy"


# Lists


def test_the_list_filters_and_searches(
    page: Client, make: Callable[..., Achievement], organisation: Organisation
) -> None:
    make(replace(COMPLETE, name="Ship Stability", human_code="MAR-7"), publish=True)
    make(Definition(name="Sailing"))
    gone = make(replace(COMPLETE, name="Knots"), publish=True)
    page.post(address("archive", gone))

    def names(query: str) -> set[str]:
        content = page.get(address("list") + query).content.decode()
        return {name for name in ("Ship Stability", "Sailing", "Knots") if f">{name}</a>" in content}

    assert names("") == {"Ship Stability", "Sailing"}
    assert names("?state=all") == {"Ship Stability", "Sailing", "Knots"}
    assert names("?state=archived") == {"Knots"}
    assert names("?state=draft") == {"Sailing"}
    assert names("?q=mar-7") == {"Ship Stability"}
    assert names("?issuer=nordhaven&q=sail") == {"Sailing"}
    assert names("?issuer=nobody") == set()
    assert "Nothing found" in page.get(address("list") + "?q=zebra").content.decode()


def test_a_list_of_none_says_what_to_do(page: Client, issuer: Issuer) -> None:
    content = page.get(address("list")).content.decode()
    assert "No achievements yet" in content
    assert address("new") in content


def test_a_long_list_has_pages(
    page: Client, make: Callable[..., Achievement], monkeypatch: pytest.MonkeyPatch
) -> None:
    from insignia_server.console.achievements import views

    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(5):
        make(Definition(name=f"Badge {number}"))
    seen, query = [], "?q=Badge"
    for _page in range(3):
        content = page.get(address("list") + query).content.decode()
        seen += re.findall(r">(Badge \d)</a>", content)
        older = re.search(r'href="(\?[^"]*after=[^"]*)"', content)
        query = html.unescape(older[1]) if older else ""
    assert seen == ["Badge 4", "Badge 3", "Badge 2", "Badge 1", "Badge 0"]
    assert query == ""


# New


def test_a_new_achievement(page: Client, organisation: Organisation, issuer: Issuer) -> None:
    assert page.get(address("new")).status_code == 200
    answer = page.post(address("new"), {"name": " ", "issuer": issuer.pk, "framework": "eu-microcredential"})
    assert "field--bad" in answer.content.decode()
    answer = page.post(
        address("new"), {"name": "Sailing", "issuer": issuer.pk, "framework": "eu-microcredential"}
    )
    made = Achievement.plain.get()
    assert target(answer) == address("edit", made)
    assert (made.name, made.framework, made.issuer_id) == ("Sailing", "eu-microcredential", issuer.pk)
    assert newest(made).in_language == organisation.language


def test_without_an_issuer_profile_the_page_says_so(page: Client) -> None:
    assert "No issuer profile yet" in page.get(address("new")).content.decode()


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


# Pictures


def upload(name: str = "badge.png", content: bytes | None = None) -> SimpleUploadedFile:
    if content is None:
        out = io.BytesIO()
        Image.new("RGB", (64, 64), "navy").save(out, "PNG")
        content = out.getvalue()
    return SimpleUploadedFile(name, content, "image/png")


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
