"""The pages of batches: upload, columns, check, award, approval, undo, and what goes wrong on the way."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from batch_pages import BAD, GOOD, HOME, address, checked, columns, newest, text_of, upload
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.achievements.models import Achievement
from insignia_server.awarding.batches import Options
from insignia_server.awarding.batches.chunks import RowOutcome, pack
from insignia_server.awarding.models import Award, Batch, BatchChunk
from insignia_server.awarding.sheets import ReadLimits
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.console.batches import forms, reading
from insignia_server.console.batches.finding import in_words
from insignia_server.credentials.models import Credential
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import services
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User


@pytest.fixture
def achievement(organisation: Organisation, its_owner: User) -> Achievement:
    """The first achievement of the demo, published."""
    by = services.membership(its_owner.pk, organisation.slug).actor()
    definition = Definition.from_json({**ACHIEVEMENTS[0]["definition"], "results": []})
    with scopes.organisation(organisation.pk):
        issuer = issuers.create_issuer(by=by, name="Faculty", slug="faculty")
        made = achievements.create(by=by, issuer=issuer, definition=definition)
        achievements.publish(by=by, achievement=made)
    return made


@pytest.fixture
def now_hold(organisation: Organisation) -> Callable[..., None]:
    """`now_hold(0, approval_from=2)`: the organisation's settings."""

    def change(minutes: int, approval_from: int | None = None) -> None:
        Organisation.plain.filter(pk=organisation.pk).update(
            hold_minutes=minutes, approval_from=approval_from
        )

    return change


def test_upload_map_check_award_undo(
    owner_browser: Client, achievement: Achievement, now_hold: Callable[..., None]
) -> None:
    now_hold(0)
    assert "No list was uploaded yet" in text_of(owner_browser.get(HOME))
    assert achievement.name in text_of(owner_browser.get(f"{HOME}new/"))
    batch = upload(owner_browser, achievement)
    page = owner_browser.get(address(batch, "columns/"))
    shown = page.content.decode()
    assert "ann@example.org" in shown
    assert "ben@example.org" in shown
    assert '<option value="email" selected>' in shown
    assert '<option value="awarded_on" selected>' in shown
    assert '<option value="semicolon" selected>' in shown
    assert owner_browser.get(address(batch))["Location"] == address(batch, "columns/")

    owner_browser.post(address(batch, "columns/"), columns("email", "name", "awarded_on", send="on"))
    checking = owner_browser.get(address(batch))
    assert 'hx-trigger="every 1s"' in checking.content.decode()
    assert '<meta http-equiv="refresh"' in checking.content.decode()
    run_pending()
    assert "Nothing is wrong with any row." in text_of(owner_browser.get(address(batch)))

    confirm = text_of(owner_browser.get(address(batch, "confirm/")))
    assert "Award 2 people?" in confirm
    assert "Signing begins at once" in confirm
    assert "Ann Berg" in confirm
    assert owner_browser.post(address(batch, "confirm/"))["Location"] == address(batch)
    run_pending()
    done = text_of(owner_browser.get(address(batch)))
    assert "2 badges are signed" in done
    outcomes = owner_browser.get(address(batch)[:-1] + "/outcomes.csv")
    assert outcomes.content.decode("utf-8-sig").count("/badges/") == 2
    assert outcomes["Content-Disposition"].endswith('-outcomes.csv"')

    asked = text_of(owner_browser.get(address(batch, "undo/")))
    assert "2 badges are revoked" in asked
    assert "cannot be made valid again" in asked
    refused = owner_browser.post(address(batch, "undo/"), {"reason": " "})
    assert refused.status_code == 422
    assert Credential.plain.filter(state="revoked").count() == 0
    owner_browser.post(address(batch, "undo/"), {"reason": "The wrong list."})
    run_pending()
    assert Credential.plain.filter(state="revoked").count() == 2
    assert "2 badges were revoked. The wrong list." in text_of(owner_browser.get(address(batch)))
    assert owner_browser.get(address(batch, "undo/"))["Location"] == address(batch)


def test_problems_are_told_by_kind_and_by_row(owner_browser: Client, achievement: Achievement) -> None:
    batch = checked(owner_browser, achievement, BAD)
    page = text_of(owner_browser.get(address(batch)))
    assert "Rows 5 Can be awarded 2" in page
    assert "This is not an email address. Correct it. 1" in page
    assert "The same person stands in line 2 already. Remove one of the two rows. 1" in page
    assert "There is no such day. Correct the date. 1" in page
    assert "Award 2 rows" in page
    rows = text_of(owner_browser.get(address(batch, "problems/")))
    assert "4 A (Email) nobody an email address, such as anna@example.org" in rows
    one = text_of(owner_browser.get(address(batch, "problems/?code=date.impossible")))
    assert "6 C (Date) 31.02.2026" in one
    assert "1 to 1 of 1" in one
    assert "No problem of this kind" in text_of(owner_browser.get(address(batch, "problems/?page=x&code=no")))


def test_the_file_with_its_problems(owner_browser: Client, achievement: Achievement) -> None:
    batch = checked(owner_browser, achievement, BAD)
    file = address(batch)[:-1] + "/problems."
    lines = owner_browser.get(file + "csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert "This is not an email address" in lines[3]
    assert len(owner_browser.get(file + "csv?rows=bad").content.decode().splitlines()) == 4
    book = load_workbook(io.BytesIO(owner_browser.get(file + "xlsx").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows()][3] == "nobody"
    assert owner_browser.get(file + "pdf").status_code == 404


def test_pages_of_two_hundred_problems(owner_browser: Client, achievement: Achievement) -> None:
    many = "Email;Name;Date\n" + "".join(f"wrong{i};N{i} Long;2026-11-20\n" for i in range(450))
    batch = checked(owner_browser, achievement, many)
    assert "No row can be awarded" in text_of(owner_browser.get(address(batch)))
    assert owner_browser.get(address(batch, "confirm/"))["Location"] == address(batch)
    last = owner_browser.get(address(batch, "problems/?code=email.invalid&page=3"))
    assert "401 to 450 of 450" in text_of(last)
    assert "code=email.invalid&amp;page=2" in last.content.decode()
    assert 'rel="next"' not in last.content.decode()


def test_a_corrected_file_keeps_columns_and_choices(owner_browser: Client, achievement: Achievement) -> None:
    old = upload(owner_browser, achievement, BAD.replace("Name", "Wer"))
    owner_browser.post(
        address(old, "columns/"),
        columns("email", "name", "awarded_on", default_narrative="Well done.", held="refuse"),
    )
    run_pending()
    assert 'value="a.csv"' in owner_browser.get(address(old, "corrected/")).content.decode()
    data = {"text": GOOD.replace("Name", "Wer"), "name": ""}
    response = owner_browser.post(address(old, "corrected/"), data)
    new = newest()
    assert response["Location"] == address(new)
    assert new.pk != old.pk
    assert new.name == old.name
    assert new.state == "reading"
    run_pending()
    new.refresh_from_db(from_queryset=Batch.plain.all())
    assert new.state == "checked"
    kept = Options.from_json(new.options)
    assert kept.mapping == {"email": "Email", "name": "Wer", "awarded_on": "Date"}
    assert (kept.held, kept.defaults) == ("refuse", {"narrative": "Well done."})
    other = owner_browser.post(address(old, "corrected/"), {"text": "Email;Full name\na@b.example;A B\n"})
    third = newest()
    assert other["Location"] == address(third)
    run_pending()
    look = owner_browser.get(address(third), follow=True)  # other columns: somebody has to look
    assert "The columns of this file are other ones." in text_of(look)
    third.refresh_from_db(from_queryset=Batch.plain.all())
    assert Options.from_json(third.options).mapping == {"email": "Email"}


def test_nothing_typed_is_lost(owner_browser: Client, achievement: Achievement) -> None:
    nothing = owner_browser.post(f"{HOME}new/{achievement.pk}/", {"name": "Spring"})
    assert nothing.status_code == 422
    assert "Choose a file, or paste the rows below." in text_of(nothing)
    assert 'value="Spring"' in nothing.content.decode()
    unread = owner_browser.post(f"{HOME}new/{achievement.pk}/", {"text": "Email;Name\n", "name": "Spring"})
    run_pending()
    told = owner_browser.get(unread["Location"])
    assert "The file has a header and nothing below it" in text_of(told)
    other = owner_browser.get(address(newest(), "corrected/")).content.decode()
    assert "Email;Name" in other
    assert 'value="Spring"' in other
    batch = upload(owner_browser, achievement)
    twice = owner_browser.post(
        address(batch, "columns/"),
        columns("email", "email", "", default_narrative="Keep me.", default_awarded_on="2026-13-01"),
    )
    assert twice.status_code == 422
    assert "Column A has this already." in text_of(twice)
    assert "Keep me." in twice.content.decode()
    assert "2026-13-01" in twice.content.decode()
    wrong = owner_browser.post(address(batch, "columns/"), columns("email", default_awarded_on="2026-13-01"))
    assert wrong.status_code == 422
    assert "Give a day as year-month-day." in text_of(wrong)
    nobody = owner_browser.post(address(batch, "columns/"), columns("", "name", ""))
    assert nobody.status_code == 422
    assert "Say which column holds the email address" in text_of(nobody)


def test_the_file_is_read_in_another_way(owner_browser: Client, achievement: Achievement) -> None:
    content = "Email,Name\nann@example.org,Bjørn Öst\n".encode("cp1252")
    batch = upload(owner_browser, achievement, content)
    sent = columns(
        "email", "name", delimiter="comma", encoding="cp1252", default_narrative="Good.", act="read"
    )
    same = owner_browser.post(address(batch, "columns/"), sent, follow=True)
    assert "read like that already" in text_of(same)
    owner_browser.post(address(batch, "columns/"), {**sent, "encoding": "cp850"})
    run_pending()
    again = owner_browser.get(address(batch), follow=True)
    assert "Look at its columns once more" in text_of(again)
    assert "Bjørn" not in again.content.decode()
    assert "Good." in again.content.decode()
    options = Options.from_json(Batch.plain.get(pk=batch.pk).options)
    assert (options.encoding, options.mapping) == ("cp850", {"email": "Email", "name": "Name"})
    later = owner_browser.post(
        address(batch, "columns/"),
        columns("email", delimiter="comma", encoding="cp850", act="later"),
        follow=True,
    )
    assert "You can go on at any time" in text_of(later)
    assert Batch.plain.get(pk=batch.pk).state == "draft"


def test_a_sheet_of_a_workbook_is_chosen(owner_browser: Client, achievement: Achievement) -> None:
    book = Workbook()
    spring = book.worksheets[0]
    spring.title = "Spring"
    spring.append(["Email", "Name"])
    spring.append(["ann@example.org", "Ann"])
    autumn = book.create_sheet("Autumn")
    autumn.append(["Mail", "Name"])
    autumn.append(["ben@example.org", "Ben"])
    out = io.BytesIO()
    book.save(out)
    batch = upload(owner_browser, achievement, out.getvalue(), "lists.xlsx")
    page = owner_browser.get(address(batch, "columns/")).content.decode()
    assert '<option value="Spring" selected>' in page
    assert 'name="delimiter"' not in page
    data = {"sheet": "Autumn", "column_0": "email", "act": "check"}
    assert owner_browser.post(address(batch, "columns/"), data)["Location"] == address(batch, "columns/")
    run_pending()
    assert "ben@example.org" in owner_browser.get(address(batch, "columns/")).content.decode()


def test_the_file_names_the_achievement(owner_browser: Client, achievement: Achievement) -> None:
    content = f"Email;Course\nann@example.org;{achievement.name}\nben@example.org;No such thing\n"
    owner_browser.post(f"{HOME}new/any/", {"text": content})
    run_pending()
    batch = newest()
    missing = owner_browser.post(address(batch, "columns/"), columns("email", ""))
    assert "Say which column names the achievement." in text_of(missing)
    owner_browser.post(address(batch, "columns/"), columns("email", "achievement"))
    run_pending()
    assert "There is no such achievement. Correct the name, or use its code. 1" in text_of(
        owner_browser.get(address(batch))
    )
    assert achievement.name in text_of(owner_browser.get(address(batch, "confirm/")))


def test_the_hold_can_be_stopped_and_taken_up(
    owner_browser: Client, achievement: Achievement, now_hold: Callable[..., None]
) -> None:
    now_hold(10)
    batch = checked(owner_browser, achievement)
    assert "Signing begins in 10 minutes" in text_of(owner_browser.get(address(batch, "confirm/")))
    owner_browser.post(address(batch, "confirm/"))
    run_pending()
    assert "Signing begins in 9 minutes and 5" in text_of(owner_browser.get(address(batch)))
    assert "taken back to be checked" in text_of(owner_browser.get(address(batch, "columns/")))
    assert Award.plain.count() == 0
    owner_browser.post(address(batch, "stop/"))
    stopped = text_of(owner_browser.get(address(batch)))
    assert "stopped before anything was signed" in stopped
    assert "Award 2 rows" in stopped
    twice = owner_browser.post(address(batch, "stop/"), follow=True)
    assert "There is nothing to stop." in text_of(twice)
    now_hold(0)
    owner_browser.post(address(batch, "confirm/"))
    run_pending()
    assert Award.plain.count() == 2


def test_a_second_person_approves(
    owner_browser: Client,
    achievement: Achievement,
    now_hold: Callable[..., None],
    member: Callable[..., User],
    browser: Callable[[User], Client],
) -> None:
    now_hold(0, approval_from=2)
    batch = checked(owner_browser, achievement)
    assert "Nobody can approve it yet" in text_of(owner_browser.get(address(batch, "confirm/")))
    second = browser(member("approver"))
    asked = text_of(owner_browser.get(address(batch, "confirm/")))
    assert "From 2 rows on, a second person has to approve" in asked
    assert "approver" in asked
    owner_browser.post(address(batch, "confirm/"))
    run_pending()
    own = text_of(owner_browser.get(address(batch)))
    assert "Waiting for a second person" in own
    assert "It can be approved by approver" in own
    assert owner_browser.post(address(batch, "approve/")).status_code == 403
    assert "asks you to approve 2 awards" in text_of(second.get(address(batch)))
    assert Award.plain.count() == 0
    second.post(address(batch, "approve/"))
    run_pending()
    assert Award.plain.count() == 2


def test_progress_is_one_row(
    owner_browser: Client, achievement: Achievement, now_hold: Callable[..., None]
) -> None:
    now_hold(10)
    batch = checked(owner_browser, achievement)
    owner_browser.post(address(batch, "confirm/"))
    with CaptureQueriesContext(connection) as queries:
        same = owner_browser.get(address(batch, "progress/?state=held"))
    assert [one["sql"] for one in queries if '"awarding_' in one["sql"]][1:] == []
    assert len(queries) < 10  # the rest is session, person, membership
    assert "HX-Refresh" not in same
    assert "Signing begins in 9 minutes" in text_of(same)
    assert owner_browser.get(address(batch, "progress/?state=checking"))["HX-Refresh"] == "true"


def test_who_may_do_what(
    owner_browser: Client,
    achievement: Achievement,
    member: Callable[..., User],
    browser: Callable[[User], Client],
    make_organisation: Callable[..., Organisation],
) -> None:
    batch = checked(owner_browser, achievement)
    reader = browser(member("auditor"))
    page = reader.get(address(batch))
    assert page.status_code == 200
    assert "Award 2 rows" not in text_of(page)
    assert "Upload a list" not in text_of(reader.get(HOME))
    for name in ("check", "confirm", "approve", "stop", "retry", "undo"):
        assert reader.post(address(batch, f"{name}/")).status_code == 403, name
    make_organisation("kestrel", "Kestrel Works")
    stranger = browser(User.objects.get(email="owner@kestrel.example"))
    for name in ("", "columns/", "problems/", "progress/", "confirm/", "undo/"):
        assert stranger.get(address(batch, name)).status_code == 404, name
        foreign = f"/console/kestrel/batches/{batch.pk}/{name}"
        assert stranger.get(foreign).status_code == 404, name


def test_lists_are_filtered_by_state(owner_browser: Client, achievement: Achievement) -> None:
    upload(owner_browser, achievement, name="spring.csv")
    assert "spring.csv" in text_of(owner_browser.get(f"{HOME}?state=preparing"))
    assert "No batch is there" in text_of(owner_browser.get(f"{HOME}?state=running"))
    assert "spring.csv" in text_of(owner_browser.get(f"{HOME}?state=nonsense"))


def test_a_failed_batch_is_taken_up(
    owner_browser: Client, achievement: Achievement, now_hold: Callable[..., None], organisation: Organisation
) -> None:
    now_hold(10)
    batch = checked(owner_browser, achievement)
    Batch.plain.filter(pk=batch.pk).update(state="failed", failure="The quota was used up.")
    page = text_of(owner_browser.get(address(batch)))
    assert "The quota was used up." in page
    assert "Check again" in page
    owner_browser.post(address(batch, "check/"))
    run_pending()
    assert Batch.plain.get(pk=batch.pk).state == "checked"
    now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    Batch.plain.filter(pk=batch.pk).update(state="failed", failure="A key was missing.", started_at=now)
    page = text_of(owner_browser.get(address(batch)))
    assert "A key was missing." in page
    assert "Try 2 rows again" in page
    owner_browser.post(address(batch, "retry/"))
    run_pending()
    assert Award.plain.filter(batch=batch).count() == 2
    assert "no longer be changed" in text_of(owner_browser.get(address(batch, "columns/"), follow=True))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "a moment"),
        (1, "1 second"),
        (60, "1 minute"),
        (605, "10 minutes and 5 seconds"),
        (3600, "1 hour"),
        (7265, "2 hours and 1 minute"),
    ],
)
def test_a_time_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words


def test_a_kind_without_examples_is_told_by_its_code() -> None:
    """Of more than forty kinds the summary keeps no example."""
    found = reading.found(Batch(summary={"codes": {"email.invalid": 3}, "first": []}))
    (kind,) = found.errors
    assert (kind.message, kind.count, kind.more) == ("email.invalid", 3, 3)


def test_rows_that_could_not_be_signed_are_told(owner_browser: Client, achievement: Achievement) -> None:
    batch = checked(owner_browser, achievement)
    now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    told = [RowOutcome(2, "refused", "", "Too long."), RowOutcome(3, "refused", "", "The name is odd.")]
    outcomes = pack(told)
    BatchChunk.plain.filter(batch=batch).update(state="signed", refused=2, outcomes=outcomes)
    Batch.plain.filter(pk=batch.pk).update(
        state="done", started_at=now, refused=2, chunks_done=1, finished_at=now
    )
    page = text_of(owner_browser.get(address(batch)))
    assert "3 The name is odd." in page
    assert "Try 2 rows again" in page
    with scopes.organisation(batch.organisation_id):
        assert [one.line for one in reading.refused_rows(batch, most=1)] == [2]
    owner_browser.post(address(batch, "retry/"))
    run_pending()
    assert Award.plain.filter(batch=batch, line=3).exists()


def test_too_large_a_file_is_refused(
    owner_browser: Client, achievement: Achievement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "_LIMITS", ReadLimits(size=10))
    data = {"file": SimpleUploadedFile("a.csv", GOOD.encode())}
    response = owner_browser.post(f"{HOME}new/{achievement.pk}/", data)
    assert "Divide it into smaller files." in text_of(response)
    assert Batch.plain.count() == 0


def test_an_unusual_delimiter_is_shown_and_kept(owner_browser: Client, achievement: Achievement) -> None:
    batch = upload(owner_browser, achievement, "sep=:\nEmail:Name\nann@example.org:Ann Berg\n")
    page = owner_browser.get(address(batch, "columns/")).content.decode()
    assert '<option value="other" selected>:</option>' in page
    owner_browser.post(address(batch, "columns/"), columns("email", "name", delimiter="other"))
    run_pending()
    assert Batch.plain.get(pk=batch.pk).good == 1


def test_what_is_wrong_with_the_file_stands_apart(owner_browser: Client, achievement: Achievement) -> None:
    content = "Email,Email,Name,Date\nann@example.org,,Ann Berg,2026-03-14\n"
    batch = upload(owner_browser, achievement, content)
    assert "Two columns have the same name." in text_of(owner_browser.get(address(batch, "columns/")))
    sent = columns("email", "", "name", "awarded_on", delimiter="comma")
    owner_browser.post(address(batch, "columns/"), sent)
    run_pending()
    page = text_of(owner_browser.get(address(batch)))
    assert "About the file line 1, column B (Email): Two columns have the same name." in page
    assert "Award 1 row" in page


def test_a_column_is_a_result_of_the_achievement(
    owner_browser: Client, organisation: Organisation, its_owner: User, achievement: Achievement
) -> None:
    by = services.membership(its_owner.pk, organisation.slug).actor()
    grade = {"key": "grade", "name": "Grade", "result_type": "LetterGrade", "allowed_values": ["A", "B"]}
    definition = Definition.from_json({**ACHIEVEMENTS[0]["definition"], "results": [grade]})
    with scopes.organisation(organisation.pk):
        graded = achievements.create(by=by, issuer=achievement.issuer, definition=definition)
        achievements.publish(by=by, achievement=graded)
    content = "Email|Grade\nann@example.org|A\nben@example.org|F\n".encode("utf-16-le")
    batch = upload(owner_browser, graded, content)
    page = owner_browser.get(address(batch, "columns/")).content.decode()
    assert '<option value="result:grade" selected>Grade</option>' in page
    assert '<option value="utf-16-le" selected>' in page
    sent = columns("email", "result:grade", delimiter="pipe", encoding="utf-16-le")
    owner_browser.post(address(batch, "columns/"), {**sent, "delimiter": "comma"})
    run_pending()
    other = owner_browser.get(address(batch), follow=True)
    assert "Look at its columns once more" in text_of(other)
    assert "Email|Grade" in text_of(other)
    owner_browser.post(address(batch, "columns/"), {**sent, "act": "read"})
    run_pending()
    owner_browser.post(address(batch, "columns/"), sent)
    run_pending()
    assert "The achievement does not allow this value for Grade. Use one of those allowed. 1" in text_of(
        owner_browser.get(address(batch))
    )
