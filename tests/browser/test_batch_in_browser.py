"""A list in the browser: upload, look at what is wrong, award the good rows, and take the batch back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from driving import problems
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
ROWS = [f"learner{number}@lists.example,Learner {number}" for number in range(40)]
BAD = ["broken,No Address", "learner99@gmial.com,Typo"]


def test_a_list_is_checked_awarded_followed_and_taken_back(visit: Visit, axe: str, tmp_path: Path) -> None:
    file = tmp_path / "learners.csv"
    file.write_text("\n".join(["Email,Name", *ROWS, *BAD]) + "\n", encoding="utf-8")
    page = visit(sign_in="owner@kestrel.example")
    page.goto("/console/kestrel/settings/")
    page.locator("input[name=hold_minutes]").fill("0")
    page.locator("main form button[type=submit]").first.click()
    page.goto("/console/kestrel/batches/new/")
    page.get_by_role("link", name="First Aid at Height").click()
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("What each column means")).to_be_visible()
    assert problems(page, axe) == []
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_text("This is not an email address.").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("typing error of gmail.com").first).to_be_visible()
    assert problems(page, axe) == []
    page.get_by_role("link", name=re.compile("^Award 41")).click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("41 badges are signed")).to_be_visible(timeout=60_000)
    page.goto("/console/kestrel/awards/?q=learner7@lists.example")
    expect(page.get_by_role("link", name="Learner 7")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Take the whole batch back").click()
    page.locator("main form textarea").fill("The wrong list.")
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_text("Undone").first).to_be_visible(timeout=60_000)
