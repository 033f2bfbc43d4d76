"""The job that reads a file: what it keeps, what it does when the file cannot be read, and who is outrun."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import override
from openpyxl import Workbook

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.batches import Preview, preparing, reading
from insignia_server.awarding.models import Batch
from insignia_server.kit.errors import NotHere, Refused
from insignia_server.kit.jobs import LeaseLost, take_lease
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation

GOOD = b"Email,Name\nann@example.org,Ann\nben@example.org,Ben\n"
Upload = Callable[..., Batch]


@pytest.fixture
def upload(owner: Actor, achievement: Achievement, scoped: Organisation) -> Upload:
    """`upload(content)`: a file that is not read yet."""

    def make(content: bytes = GOOD, **more: Any) -> Batch:
        given = {"achievement": achievement, "name": "B", "file_name": "b.csv", **more}
        return batches.start_bulk(by=owner, content=content, **given)

    return make


def read(batch: Batch) -> Batch:
    run_pending()
    batch.refresh_from_db()
    return batch


def test_nothing_is_read_before_the_job(
    upload: Upload, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 3: 'No request thread ...'."""

    def nobody(*given: Any, **named: Any) -> Any:
        raise AssertionError("a request read the file")

    with monkeypatch.context() as patched:
        patched.setattr(reading, "read_sheet", nobody)
        batch = upload()
        batches.set_options(by=owner, batch=batch, encoding="utf-8")
    found = batches.progress(batch, now=timezone.now())
    assert (found.state, found.moving, batch.headings, batch.preview) == ("reading", True, [], {})
    with pytest.raises(Refused) as refused:
        batches.check(by=owner, batch=batch)
    assert refused.value.refusals[0].code == "state"
    read(batch)
    assert (batch.state, batch.rows, batch.headings) == ("draft", 2, ["Email", "Name"])
    assert batch.options["mapping"] == {"email": "Email", "name": "Name"}
    preview = Preview.from_json(batch.preview)
    assert preview is not None
    assert preview.examples == (("ann@example.org", "ben@example.org"), ("Ann", "Ben"))
    assert (preview.rows, preview.delimiter, preview.encoding) == (2, ",", "utf-8")
    assert preview.asked == {"sheet": "", "delimiter": "", "encoding": "utf-8"}
    assert Preview.from_json(preview.to_json()) == preview


def test_a_preview_stays_small(upload: Upload) -> None:
    content = "Email,Text\n" + "".join(f"a{i}@example.org,{'x' * 5_000}{i}\n" for i in range(200))
    preview = read(upload(content.encode())).preview
    assert preview["columns"][1]["examples"] == ["x" * 80]
    assert len(str(preview)) < 1_500


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 this is no workbook", "sheet.damaged"),
        (b"%PDF-1.7\n1 0 obj\n", "sheet.format"),
        (b"Email,Name\n", "sheet.no-rows"),
        (b"Email\n" + b"a@example.org\n" * 4, "sheet.too-many-rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_replaced_in_its_batch(
    upload: Upload, owner: Actor, settings: Any, content: bytes, code: str
) -> None:
    settings.MAX_BULK_ROWS = 3
    batch = read(upload(content))
    assert (batch.state, batch.rows, batch.preview) == ("draft", 0, {})
    failed = batches.what_failed(batch)
    assert failed is not None
    assert failed.code == code
    assert failed.message in batch.failure
    with override("de"):
        assert batches.what_failed(batch).message != batch.failure.split(" (")[0]  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        batches.check(by=owner, batch=batch)
    assert refused.value.refusals[0].code == code
    batches.set_options(by=owner, batch=batch, send=False)  # what was chosen stays, and it is tried again
    assert read(batch).reading["failed"]["code"] == code
    gone = batch.source
    same = upload(like=batch, name="Better", file_name="better.csv")
    assert same.pk == batch.pk
    read(batch)
    assert (batch.state, batch.rows, batch.failure, batch.reading) == ("draft", 2, "", {})
    assert (batch.name, batch.source_name, batch.options["send"]) == ("Better", "better.csv", False)
    assert batch.options["mapping"] == {"email": "Email", "name": "Name"}
    assert Batch.objects.count() == 1
    batches.check(by=owner, batch=batch)
    assert read(batch).state == "checked"
    assert gone != batch.source
    assert default_storage.exists(batch.source)


@pytest.mark.django_db(transaction=True)
def test_the_file_that_was_replaced_is_deleted(upload: Upload) -> None:
    batch = read(upload(b"Email,Name\n"))
    gone = batch.source
    upload(like=batch)
    assert not default_storage.exists(gone)


def test_another_way_that_fails_leaves_what_was_read(upload: Upload, owner: Actor) -> None:
    batch = read(upload())
    batches.set_options(by=owner, batch=batch, mapping={"email": "Email"})
    before = batch.preview
    batches.set_options(by=owner, batch=batch, encoding="no such")
    assert batch.state == "reading"
    read(batch)
    assert (batch.state, batch.preview, batch.rows) == ("draft", before, 2)
    assert (batch.options["encoding"], batch.options["mapping"]) == ("", {"email": "Email"})
    assert "encoding" in batch.failure
    batches.check(by=owner, batch=batch)
    assert (read(batch).state, batch.failure, batch.reading) == ("checked", "", {})


def test_a_mapping_that_is_said_is_not_guessed_over(upload: Upload, owner: Actor) -> None:
    batch = upload()
    batches.set_options(by=owner, batch=batch, mapping={"email": "Email"})
    batches.set_options(by=owner, batch=batch, send=False)
    assert batch.state == "reading"
    assert read(batch).options["mapping"] == {"email": "Email"}
    batches.set_options(by=owner, batch=batch, delimiter=";")
    assert read(batch).headings == ["Email,Name"]
    assert "name" not in batch.options["mapping"]


def test_an_older_reading_writes_nothing(upload: Upload, owner: Actor) -> None:
    batch = upload()
    batches.set_options(by=owner, batch=batch, delimiter=";")
    lease = take_lease(uuid.uuid4(), worker="w", seconds=60)
    assert reading.run_read(lease, batch_id=batch.pk, revision=0) is False
    batch.refresh_from_db()
    assert (batch.state, batch.revision, batch.preview) == ("reading", 1, {})
    assert reading.run_read(lease, batch_id=batch.pk, revision=1) is True
    batch.refresh_from_db()
    assert batch.headings == ["Email,Name"]
    assert reading.run_read(lease, batch_id=batch.pk, revision=1) is False


def test_a_reading_that_was_outrun_on_its_way_writes_nothing(
    upload: Upload, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload()
    lease, whole = take_lease(uuid.uuid4(), worker="w", seconds=60), reading.open_sheet

    def meanwhile(*given: Any) -> Any:
        Batch.objects.filter(pk=batch.pk).update(revision=7)
        return whole(*given)

    monkeypatch.setattr(reading, "open_sheet", meanwhile)
    assert reading.run_read(lease, batch_id=batch.pk, revision=0) is False
    batch.refresh_from_db()
    assert (batch.state, batch.preview) == ("reading", {})
    take_lease(lease.task_id, worker="another", seconds=60)
    with pytest.raises(LeaseLost):
        reading.run_read(lease, batch_id=batch.pk, revision=7)


def test_a_corrected_file_is_checked_at_once(upload: Upload, owner: Actor) -> None:
    old = read(upload(b"Email,Who\nann@example,Ann\n"))
    batches.set_options(by=owner, batch=old, mapping={"email": "Email", "name": "Who"}, held="refuse")
    new = upload(b"Email,Who,Date\nann@example.org,Ann,2025-04-03\n", achievement=None, like=old)
    assert new.pk != old.pk
    read(new)
    assert (new.state, new.good, new.achievement_id) == ("checked", 1, old.achievement_id)
    mapping = {"email": "Email", "name": "Who", "awarded_on": "Date"}
    assert (new.options["mapping"], new.options["held"]) == (mapping, "refuse")
    other = read(upload(b"Mail,Who\nann@example.org,Ann\n", like=old))
    assert (other.state, other.reading, other.options["mapping"]["name"]) == (
        "draft",
        {"other_columns": True},
        "Who",
    )
    unread = read(upload(b"Email,Who\n", like=old))  # what is to be carried over waits for the next file
    assert unread.reading["carry"] == old.headings
    again = read(upload(b"Email,Who\nann@example.org,Ann\n", like=unread))
    assert (again.pk, again.state) == (unread.pk, "checked")


def test_a_file_corrects_only_a_batch_of_ones_own(
    upload: Upload, make_organisation: Callable[..., Organisation]
) -> None:
    batch = upload()
    stranger = Member.plain.get(organisation=make_organisation("elsewhere")).actor()
    with pytest.raises(NotHere):
        batches.start_bulk(
            by=stranger, achievement=None, name="B", content=GOOD, file_name="b.csv", like=batch
        )


def test_the_sheets_of_a_workbook_are_told(upload: Upload, owner: Actor) -> None:
    book, out = Workbook(), io.BytesIO()
    for title, address in (("Spring", "ann@example.org"), ("Autumn", "ben@example.org")):
        sheet = book.create_sheet(title)
        sheet.append(["Email"])
        sheet.append([address])
    del book["Sheet"]
    book.save(out)
    batch = read(upload(out.getvalue(), file_name="lists.xlsx"))
    assert (batch.preview["sheet"], batch.preview["sheet_names"]) == ("Spring", ["Spring", "Autumn"])
    batches.set_options(by=owner, batch=batch, sheet="Autumn")
    assert read(batch).preview["columns"][0]["examples"] == ["ben@example.org"]


def test_signing_has_begun(upload: Upload, owner: Actor) -> None:
    batch = read(upload())
    assert batch.state in preparing.CHANGEABLE
    Batch.objects.filter(pk=batch.pk).update(state="signing")
    with pytest.raises(Refused):
        batches.set_options(by=owner, batch=batch, encoding="utf-8")
