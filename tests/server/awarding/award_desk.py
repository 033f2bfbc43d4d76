"""The desk of batches as a person uses it: forms are read from the page, filled in and sent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from insignia_server.awarding.models import Batch
from insignia_server.kit.worker import run_pending

HOME = "/console/nordhaven/batches/"
Shown = tuple[int, str, str, str, str]  # line, column, code, what is there, what was expected


class Desk:
    """One batch, through a signed-in browser."""

    def __init__(self, browser: Client, key: str) -> None:
        self.browser, self.key = browser, key

    @classmethod
    def upload(cls, browser: Client, place: str, content: bytes, name: str, **fields: str) -> Desk:
        """`place`: the achievement's key, or `any` when rows name their own."""
        sent = browser.post(f"{HOME}new/{place}/", {"file": SimpleUploadedFile(name, content), **fields})
        assert sent.status_code == 302, sent.content.decode()
        run_pending()
        return cls(browser, sent["Location"].removeprefix(HOME).split("/")[0])

    def corrected(self, content: bytes, name: str) -> Desk:
        """A corrected file in the place of this one."""
        sent = self.browser.post(self.at("corrected/"), {"file": SimpleUploadedFile(name, content)})
        desk = Desk(self.browser, sent["Location"].removeprefix(HOME).split("/")[0])
        run_pending()
        assert desk.row().state == "checked", "the columns were not found again"
        return desk

    def at(self, page: str = "") -> str:
        return f"{HOME}{self.key}/{page}"

    def row(self) -> Batch:
        return Batch.plain.get(pk=self.key)

    def page(self, page: str = "") -> Any:
        response = self.browser.get(self.at(page))
        assert response.status_code == 200, (page, response.status_code)
        return html.fromstring(response.content.decode())

    def check(self, **changes: str) -> Batch:
        """Leaves the columns as they were guessed, changes these fields, and waits for the dry run."""
        form = next(one for one in self.page("columns/").forms if "column_0" in one.fields)
        fields = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
        fields.pop("send", None)
        sent = self.browser.post(self.at("columns/"), {**fields, "act": "check", **changes})
        assert sent.status_code == 302, sent.content.decode()
        run_pending()
        return self.row()

    def award(self) -> Batch:
        """Confirms it, and waits until all is signed."""
        assert self.browser.post(self.at("confirm/")).status_code == 302
        run_pending()
        return self.row()

    def file(self, name: str) -> bytes:
        response = self.browser.get(self.at()[:-1] + "/" + name)
        assert response.status_code == 200
        return b"".join(response) if response.streaming else response.content

    def problems(self) -> list[Shown]:
        """What the pages of problems show, kind by kind."""
        codes = self.page("problems/").xpath("//select[@name='code']/option[@value!='']")
        shown: list[Shown] = []
        for option in codes:
            code, before = option.get("value"), len(shown)
            number = 1
            while number:
                page = self.page(f"problems/?code={code}&page={number}")
                shown += [_shown(code, row) for row in page.xpath("//table/tbody/tr")]
                number = number + 1 if page.xpath("//a[@rel='next']") else 0
            assert option.text_content().endswith(f"({len(shown) - before})")
        return shown

    def counts(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(code for _line, _column, code, _got, _expected in self.problems())


def _shown(code: str, row: Any) -> Shown:
    line, column, got, expected = row.xpath("td")[:4]
    there = got.xpath(".//*[@class='desk-got']")
    for more in expected.xpath(".//*[@class='sub']"):
        more.drop_tree()
    number = line.text_content().strip()
    return (
        0 if number == "–" else int(number),
        column.text_content().split(" ")[0].replace("–", ""),
        code,
        there[0].text_content() if there else "",
        expected.text_content(),
    )
