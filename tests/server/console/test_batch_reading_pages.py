"""The pages of a batch whose file is being read, or could not be: what is told, and the way on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.console.test_console_batches import achievement, text_of

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches
from insignia_server.awarding.batches.options import Options
from insignia_server.awarding.models import Batch
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import services
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

__all__ = ["achievement"]
HOME = "/console/nordhaven/batches/"
GOOD = b"Email;Name\nann@example.org;Ann\nben@example.org;Ben\n"


@pytest.fixture
def upload(owner_browser: Client, achievement: Achievement) -> Callable[[bytes], str]:
    """`upload(content)`: the address of a batch whose file is not read yet."""

    def make(content: bytes) -> str:
        file = SimpleUploadedFile("list.csv", content)
        sent = owner_browser.post(f"{HOME}new/{achievement.pk}/", {"file": file})
        assert sent.status_code == 302
        return f"{HOME}{Batch.plain.order_by('-pk')[0].pk}/"

    return make


def row() -> Batch:
    return Batch.plain.order_by("-pk")[0]


def test_the_page_waits_and_goes_on_by_itself(owner_browser: Client, upload: Callable[[bytes], str]) -> None:
    at = upload(GOOD)
    assert owner_browser.get(f"{at}columns/")["Location"] == at
    page = owner_browser.get(at)
    assert "Reading the file…" in text_of(page)
    assert 'hx-trigger="every 1s"' in page.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page.content.decode()
    assert f'href="{at}corrected/"' in page.content.decode()
    assert f'href="{at}columns/"' not in page.content.decode()
    asked = owner_browser.get(f"{at}progress/?state=reading")
    assert "HX-Refresh" not in asked
    assert "being read" in text_of(owner_browser.get(f"{HOME}?state=preparing")).lower()
    assert "1 batch is in work" in text_of(owner_browser.get("/console/nordhaven/"))
    run_pending()
    assert owner_browser.get(f"{at}progress/?state=reading")["HX-Refresh"] == "true"
    assert owner_browser.get(at)["Location"] == f"{at}columns/"
    assert "list.csv · 2 rows · 2 columns" in text_of(owner_browser.get(f"{at}columns/"))


def test_a_file_that_cannot_be_read_tells_why_and_the_way_back(
    owner_browser: Client, upload: Callable[[bytes], str]
) -> None:
    at = upload(b"PK\x03\x04 a workbook that was cut off")
    run_pending()
    page = owner_browser.get(at, follow=True)
    assert "The file could not be read The workbook cannot be read: it is damaged" in text_of(page)
    assert "Expected: a whole XLSX workbook." in text_of(page)
    assert f'href="{at}corrected/"' in page.content.decode()
    other = owner_browser.get(f"{at}corrected/")
    assert "It takes the place of list.csv." in text_of(other)
    sent = owner_browser.post(f"{at}corrected/", {"file": SimpleUploadedFile("good.csv", GOOD)})
    assert sent["Location"] == at
    run_pending()
    assert "good.csv · 2 rows · 2 columns" in text_of(owner_browser.get(at, follow=True))
    assert (Batch.plain.count(), row().name) == (1, "good.csv")


def test_the_same_file_is_read_in_another_way(
    owner_browser: Client, its_owner: User, upload: Callable[[bytes], str]
) -> None:
    at = upload(GOOD)
    Batch.plain.update(state="draft")  # as one that was uploaded before files were read by a job
    page = owner_browser.get(f"{at}columns/")
    assert "The file was not read yet" in text_of(page)
    sent = owner_browser.post(f"{at}columns/", {"act": "read", "delimiter": "pipe", "encoding": "utf-8"})
    assert sent["Location"] == at
    run_pending()
    assert (row().headings, Options.from_json(row().options).delimiter) == (["Email;Name"], "|")
    with scopes.organisation(row().organisation_id):
        by = services.membership(its_owner.pk, "nordhaven").actor()
        batches.set_options(by=by, batch=row(), encoding="no such")
    run_pending()
    page = owner_browser.get(at, follow=True)
    assert "The file could not be read in the other way" in text_of(page)
    assert '<option value="pipe" selected>' in page.content.decode()  # as it was read before


def test_who_may_not_award_waits_without_a_way_to_change(
    upload: Callable[[bytes], str], member: Callable[..., User], browser: Callable[[User], Client]
) -> None:
    at = upload(GOOD)
    auditor = browser(member("auditor"))
    page = auditor.get(at)
    assert "Reading the file…" in text_of(page)
    assert "corrected/" not in page.content.decode()
    run_pending()
    assert "It is being prepared" in text_of(auditor.get(at))


@pytest.mark.parametrize(("encoding", "named"), [("mac_roman", "Mac Roman"), ("utf-16-be", "UTF-16 BE")])
def test_the_letters_that_were_found_out_are_named_once_and_chosen(
    upload: Callable[[bytes], str], owner_browser: Client, encoding: str, named: str
) -> None:
    """Issue 3: 'CSV (any usual delimiter and encoding)': no name that only a program knows."""
    at = upload("Email;Name\nann@example.org;Jürgen Müller\n".encode(encoding))
    run_pending()
    field = owner_browser.get(f"{at}columns/").context["form"]["encoding"]
    labels = [str(label) for _value, label in field.field.choices]
    assert labels.count(named) == 1
    assert dict(field.field.choices)[field.value()] == named


def test_mails_that_could_not_be_sent_lead_to_their_people(
    upload: Callable[[bytes], str], owner_browser: Client, organisation: Organisation
) -> None:
    """Issue 3: the delivery desk, 'correct an address and send again without revoking'. Nobody can be written
    to at jürgen@: the check says so, and the batch afterwards where to find him."""
    Organisation.plain.filter(pk=organisation.pk).update(hold_minutes=0)
    at = upload("Email;Name\njürgen@example.org;Jürgen Müller\n".encode())
    run_pending()
    columns = {"column_0": "email", "column_1": "name", "send": "on", "act": "check"}
    owner_browser.post(f"{at}columns/", columns)
    run_pending()
    assert "no mail can be sent to it from here" in text_of(owner_browser.get(at))
    owner_browser.post(f"{at}confirm/")
    run_pending()
    there = "/console/nordhaven/delivery/?state=failed"
    assert f'href="{there}"' in owner_browser.get(at).content.decode()
    assert "jürgen@example.org" in text_of(owner_browser.get(there))


def test_one_row_and_one_column_are_said_so(owner_browser: Client, upload: Callable[[bytes], str]) -> None:
    def said(content: bytes) -> str:
        where = upload(content)
        run_pending()
        return text_of(owner_browser.get(f"{where}columns/"))

    assert "list.csv · 1 row · 1 column " in said(b"email\nann@example.org\n")
    assert "list.csv · 2 rows · 2 columns" in said(GOOD)
