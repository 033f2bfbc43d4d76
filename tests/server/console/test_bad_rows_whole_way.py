"""10,000 rows with every kind of bad row, the whole way: upload, check, award, correct, award again, undo.

'a bulk award of a 10,000-row file with every kind of bad row … is a test with exact expected problems'.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import random
import re
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "awarding"))

from bad_rows import HEADER, KINDS_OF_ROWS, LONG, PLACE, good_row

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition, ResultDescription
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.models import Award, AwardState, Batch
from insignia_server.awarding.recipients import Recipient
from insignia_server.awarding.services import award
from insignia_server.awarding.sheets.texts import KINDS
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.credentials.models import Credential
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.mail import suppressions
from insignia_server.mail.models import SuppressionReason
from insignia_server.organisations import services
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

ROWS = 10_000
EACH = 20
FIELDS = (
    *("email", "name", "identifier", "identifier_type", "awarded_on", "expires_on", "result:score"),
    *("result:grade", "evidence_url", "narrative", "", "external_id", "locale", "group"),
)
# What the file's table says of the day on which it was written, and how far that is from today.
WRITTEN = dt.date(2026, 11, 25)
DAYS = re.compile("2026-12-24|2026-11-25|2027-11-26")
Told = tuple[int, str, str, str, str]


@pytest.fixture
def today(organisation: Organisation) -> dt.date:
    """The day in a zone where it is about noon now, so that no run is at midnight; signing begins at once."""
    now = timezone.now()
    ahead = now.hour - 12
    zone = f"Etc/GMT{ahead:+d}" if ahead else "UTC"  # the sign is reversed in these names
    Organisation.plain.filter(pk=organisation.pk).update(time_zone=zone, hold_minutes=0)
    return (now - dt.timedelta(hours=ahead)).date()


@pytest.fixture
def achievement(organisation: Organisation, its_owner: User) -> Achievement:
    """Data Ethics, with a score and a grade; beside it two of one name, and one in the archive."""
    by = services.membership(its_owner.pk, organisation.slug).actor()
    plain = dataclasses.replace(
        Definition.from_json(ACHIEVEMENTS[0]["definition"]), name="Data Ethics", human_code="DE-1", results=()
    )
    results = (
        ResultDescription(key="score", name="Score", result_type="RawScore", value_min="0", value_max="30"),
        ResultDescription(
            key="grade", name="Grade", result_type="LetterGrade", allowed_values=("A", "B", "C")
        ),
    )
    wanted = [dataclasses.replace(plain, results=results)]
    wanted += [
        dataclasses.replace(plain, name=name, human_code=code)
        for name, code in (("Statistics", "ST-1"), ("Statistics", "ST-2"), ("Latin", "LA-1"))
    ]
    with scopes.organisation(organisation.pk):
        issuer = issuers.create_issuer(by=by, name="Faculty", slug="faculty")
        made = [achievements.create(by=by, issuer=issuer, definition=one) for one in wanted]
        for one in made:
            achievements.publish(by=by, achievement=one)
        achievements.archive(by=by, achievement=made[-1])
    return made[0]


@dataclasses.dataclass
class File:
    """What is uploaded, what has to be told of it, and whom the organisation knows before."""

    rows: list[list[str]]
    expected: list[Told]
    awarded: list[int]
    holders: list[str]
    bounced: list[str]

    def csv(self, rows: list[list[str]] | None = None) -> bytes:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=";").writerows([HEADER, *(self.rows if rows is None else rows)])
        return out.getvalue().encode("utf-8-sig")

    def xlsx(self) -> bytes:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [HEADER, *self.rows]:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def in_time(text: str, today: dt.date) -> str:
    """A day of the table as far from today as it was from the day on which the table was written."""
    return DAYS.sub(lambda day: (today + (dt.date.fromisoformat(day[0]) - WRITTEN)).isoformat(), text)


def make(today: dt.date, kinds: list[object], count: int, seed: int) -> File:
    """Good rows, and each kind of bad row in a place of its own."""
    random_ = random.Random(seed)
    places = sorted(random_.sample(range(1, count), len(kinds)))
    random_.shuffle(kinds)
    bad = dict(zip(places, kinds, strict=True))
    file = File([], [], [], [], [])
    for number in range(count):
        row, line = good_row(number), number + 2
        wrong: list[tuple[str, str, str | None, str]] = []
        if number == 0:
            row |= {"Email": "first@example.org", "Name": "First Person", "External ID": "first"}
        if number in bad:
            changes, wrong = bad[number]  # type: ignore[misc]
            for heading, value in changes.items():
                row[heading] = in_time(value.replace("{n}", str(number)), today)
            if "award.already-held" in [one[1] for one in wrong]:
                file.holders.append(row["Email"])
            if "email.suppressed" in [one[1] for one in wrong]:
                file.bounced.append(row["Email"])
        for heading, code, got, wanted in wrong:
            shown = row[heading] if got is None else got.replace("{n}", str(number))
            file.expected.append((line, letter(heading), code, shown, in_time(wanted, today)))
        if not any(KINDS[code].severity == "error" for _, code, _, _ in wrong):
            file.awarded.append(line)
        file.rows.append([row[heading] for heading in HEADER])
    return file


def letter(heading: str) -> str:
    return "ABCDEFGHIJKLMN"[PLACE[heading]]


def known(kinds: list[object]) -> list[object]:
    """The kinds of a file for one achievement: any name of a group is taken as it is."""
    return [one for one in kinds if not {"Badge", "Group"} & one[0].keys()]  # type: ignore[index]


def prepare(file: File, organisation: Organisation, user: User, achievement: Achievement) -> None:
    """Who holds the badge already, and to whom no mail gets through."""
    by = services.membership(user.pk, organisation.slug).actor()
    now = timezone.now()
    with scopes.organisation(organisation.pk):
        for address in file.holders:
            recipient = Recipient(email=address, name="A Holder")
            award(
                by=by,
                achievement=achievement,
                recipient=recipient,
                key=f"held:{address}",
                send=False,
                now=now,
            )
    for address in file.bounced:
        index = suppressions.address_index(address)
        suppressions.suppress(organisation.pk, index, reason=SuppressionReason.BOUNCED, now=now)


def upload(
    client: Client,
    achievement: Achievement | None,
    content: bytes,
    name: str,
    fields: tuple[str, ...] = FIELDS,
    **more: str,
) -> Batch:
    """Uploaded and checked as a person does it; None: the file names the achievements."""
    home = "/console/nordhaven/batches/"
    sent = client.post(
        f"{home}new/{achievement.pk if achievement else 'any'}/", {"file": SimpleUploadedFile(name, content)}
    )
    run_pending()
    batch = Batch.plain.order_by("-pk")[0]
    assert sent.status_code == 302
    assert str(batch.pk) in sent["Location"]
    columns = {f"column_{place}": field for place, field in enumerate(fields)}
    choices = {"delimiter": "semicolon", "encoding": "utf-8", "held": "refuse", "act": "check", **more}
    answered = client.post(f"{home}{batch.pk}/columns/", {**columns, **choices})
    assert answered.status_code == 302, mistakes(answered.content.decode())
    run_pending()
    batch.refresh_from_db(from_queryset=Batch.plain.all())
    assert batch.state == "checked", (batch.state, batch.failure)
    return batch


def mistakes(page: str) -> list[str]:
    """What the form says is wrong."""
    return re.findall(r'class="[^"]*error[^"]*"[^>]*>(.{0,300})', page, re.DOTALL)


def told(batch: Batch) -> list[Told]:
    """Every problem as the page and the file tell it; a long cell is shown cut."""
    with scopes.organisation(batch.organisation_id):
        found = list(batches.problems(batch))
    return [
        (
            p.line,
            p.column.letter if p.column else "",
            p.code,
            "…" if p.code.endswith("too-long") and (p.column and p.column.letter in "IJ") else p.got,
            p.expected,
        )
        for p in found
    ]


def matches(found: list[Told], file: File) -> None:
    # Names that stand in several rows by the nature of their kind are told as well, beside another address.
    again = ("P,", "n" * 20)
    found = [one for one in found if not (one[2] == "person.two-addresses" and one[3].startswith(again))]
    assert sorted(set(found) - set(file.expected)) == sorted(set(file.expected) - set(found)) == []
    assert sorted(found) == sorted(file.expected)


def test_the_whole_way_of_ten_thousand_rows(
    owner_browser: Client,
    organisation: Organisation,
    its_owner: User,
    achievement: Achievement,
    today: dt.date,
) -> None:
    file = make(today, [*(known(KINDS_OF_ROWS) * EACH), *LONG], ROWS, 7)
    prepare(file, organisation, its_owner, achievement)
    held = Award.plain.count()
    batch = upload(owner_browser, achievement, file.csv(), "learners.csv")
    matches(told(batch), file)
    assert (batch.rows, batch.good, batch.bad) == (ROWS, len(file.awarded), ROWS - len(file.awarded))

    page = f"/console/nordhaven/batches/{batch.pk}"
    waiting = owner_browser.get(f"{page}/problems.csv?rows=bad")["Location"]
    run_pending()  # a job writes a file of so many rows
    written = owner_browser.get(f"{waiting}download/").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(written, newline=""), delimiter=";"))
    assert len(lines) == 1 + len({one[0] for one in told(batch)})

    owner_browser.post(f"{page}/confirm/")
    run_pending()
    batch.refresh_from_db(from_queryset=Batch.plain.all())
    assert (batch.signed, batch.refused, batch.skipped) == (len(file.awarded), 0, 0)
    awards = Award.plain.filter(batch=batch)
    assert sorted(awards.values_list("line", flat=True)) == file.awarded
    assert Credential.plain.count() == held + len(file.awarded)

    # The rows that were bad, corrected, together with all that were good: nobody gets a badge twice.
    corrected = [
        row if line in set(file.awarded) else [good_row(line + ROWS)[heading] for heading in HEADER]
        for line, row in enumerate(file.rows, 2)
    ]
    again = upload(owner_browser, achievement, file.csv(corrected), "corrected.csv", held="warn")
    owner_browser.post(f"/console/nordhaven/batches/{again.pk}/confirm/")
    run_pending()
    again.refresh_from_db(from_queryset=Batch.plain.all())
    bad = ROWS - len(file.awarded)
    assert (again.signed, again.refused) == (bad, 0), (again.signed, again.skipped, again.bad)
    assert Award.plain.filter(state=AwardState.ISSUED).count() == held + ROWS

    for one in (batch, again):
        owner_browser.post(f"/console/nordhaven/batches/{one.pk}/undo/", {"reason": "The wrong list."})
    run_pending()
    assert Award.plain.filter(state=AwardState.ISSUED).count() == held
    assert Credential.plain.filter(state="revoked").count() == ROWS


def test_a_workbook_goes_the_same_way(
    owner_browser: Client,
    organisation: Organisation,
    its_owner: User,
    achievement: Achievement,
    today: dt.date,
) -> None:
    kinds = [
        one for one in known([*KINDS_OF_ROWS, *LONG]) if "\\n" not in str(one) and "=cmd" not in str(one)
    ]
    file = make(today, kinds, 400, 11)
    prepare(file, organisation, its_owner, achievement)
    batch = upload(owner_browser, achievement, file.xlsx(), "learners.xlsx")
    matches(told(batch), file)
    owner_browser.post(f"/console/nordhaven/batches/{batch.pk}/confirm/")
    run_pending()
    assert Award.plain.filter(batch=batch).count() == len(file.awarded)


def test_a_file_that_names_the_achievements(
    owner_browser: Client, achievement: Achievement, today: dt.date
) -> None:
    rows = [["p1@example.org", "Person One", "DE-1"], ["p2@example.org", "Person Two", "Data Ethics"]]
    kinds = [one for one in KINDS_OF_ROWS if "Badge" in one[0]]
    assert len(kinds) == 3
    expected = []
    for line, (changes, wrong) in enumerate(kinds, 4):
        rows.append([f"p{line}@example.org", f"Person N{line}", changes["Badge"]])
        ((_, code, _, wanted),) = wrong
        expected.append((line, "C", code, changes["Badge"], wanted))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([["Email", "Name", "Badge"], *rows])
    content = out.getvalue().encode("utf-8-sig")
    batch = upload(owner_browser, None, content, "badges.csv", ("email", "name", "achievement"))
    assert told(batch) == expected
    owner_browser.post(f"/console/nordhaven/batches/{batch.pk}/confirm/")
    run_pending()
    assert (
        list(Award.plain.filter(batch=batch).values_list("achievement_id", flat=True)) == [achievement.pk] * 2
    )
