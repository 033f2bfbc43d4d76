"""Arabic in a browser: whole pages from right to left, what is written in Latin letters stays whole in them.

Issue 3: "right-to-left layouts"; proven here with the pages that learners, the public and employers see.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from driving import DESKTOP, PHONE, Demo, problems
from playwright.sync_api import Page, ViewportSize, expect

Visit = Callable[..., Page]
ARABIC = re.compile("[\u0600-\u06ff]")
LEARNER = "ann@example.org"
# For a text: where the box of its first, its last but one and its last letter begins, in pixels.
ENDS = """text => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const at = node.data.indexOf(text);
    if (at < 0) continue;
    const left = offset => {
      const range = document.createRange();
      range.setStart(node, at + offset); range.setEnd(node, at + offset + 1);
      return range.getBoundingClientRect().left;
    };
    return [0, text.length - 2, text.length - 1].map(left);
  }
}"""


def in_arabic(page: Page) -> Page:
    """By the switch in the footer of a public page."""
    page.goto("/verify/")
    page.get_by_role("button", name=re.compile("^العربي")).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    return page


def look(page: Page, axe: str) -> None:
    """From right to left, in Arabic, whole on the screen, and nothing for axe."""
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert ARABIC.search(page.locator("main").inner_text()), page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert problems(page, axe) == [], page.url


def ends(page: Page, text: str) -> tuple[float, float, float]:
    """See ENDS."""
    found = page.evaluate(ENDS, text)
    assert found, f"{text!r} is not in {page.url}"
    return tuple(found)


def shown_badge(page: Page) -> str:
    """The address of the learner's first badge."""
    page.goto("/me/")
    href = page.locator(".my-badge h2 a").first.get_attribute("href")
    assert href
    return href


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_public_pages(visit: Visit, demo: Demo, axe: str, size: ViewportSize, scheme: str) -> None:
    learner = visit(sign_in=LEARNER)
    badge = shown_badge(learner)
    page = in_arabic(visit(viewport=size, color_scheme=scheme))
    for path in (
        "/",
        "/verify/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        badge,
    ):
        page.goto(path)
        look(page, axe)
    whole = page.locator(".hero .lead bdi").inner_text()
    assert whole.endswith(".")
    _first, before, dot = ends(page, whole)
    assert before < dot  # the full stop stands where the English sentence ends
    address = f"{demo.url}{badge}"
    assert ends(page, address)[1] < ends(page, address)[2]
    for part in ("achievements", "issuers"):
        page.goto(badge)
        page.locator(f".columns__side a[href^='/{part}/']").first.click()
        look(page, axe)


def test_a_report_is_arabic_to_the_last_line(visit: Visit, demo: Demo, axe: str) -> None:
    badge = shown_badge(visit(sign_in=LEARNER))
    page = in_arabic(visit(viewport=PHONE))
    page.locator("main textarea").fill(f"{demo.url}{badge}")
    page.locator("main form .btn--primary").click()
    expect(page.locator(".verdict__line")).to_contain_text("صالحة", timeout=30_000)
    look(page, axe)
    lines = page.locator("#verification").inner_text().split("\n")
    assert [line for line in lines if re.search("[a-z]{3}", line) and not ARABIC.search(line)] == []
    cryptosuite = page.get_by_text("eddsa-rdfc-2022")
    assert "\u2068eddsa-rdfc-2022\u2069" in (cryptosuite.first.text_content() or "")
    turned = page.locator(".verdict .icon").first.bounding_box()
    said = page.locator(".verdict__line span").bounding_box()
    assert turned
    assert said
    assert turned["x"] > said["x"]  # the sign stands before the sentence, on the right


def test_what_a_learner_keeps(visit: Visit, axe: str) -> None:
    page = in_arabic(visit(viewport=PHONE, sign_in=LEARNER))
    paths = (
        "/me/",
        "/start/",
        "/accounts/email/",
        "/accounts/2fa/",
        "/accounts/sessions/",
        "/accounts/profile/",
    )
    for path in paths:
        page.goto(path)
        look(page, axe)
    page.goto("/me/")
    name = page.locator(".my-badge h2 bdi").first
    expect(name).not_to_have_text(ARABIC)
    first, before, last = ends(page, name.inner_text())
    assert first < before < last


def test_a_claim(visit: Visit, axe: str) -> None:
    owner = visit(sign_in="owner@nordhaven.example")
    owner.goto("/console/nordhaven/claims/new/")
    owner.get_by_label("Achievement", exact=True).select_option(label="Academic Writing")
    owner.get_by_label("Name", exact=True).fill("Autumn school")
    owner.get_by_role("button", name="Open the link").click()
    found = re.search(r"/claim/[\w-]{20,}/", owner.locator("main").inner_text())
    assert found
    page = in_arabic(visit(viewport=PHONE))
    page.goto(found[0])
    look(page, axe)
    page.locator("main input[name=name]").fill("Layla (M.Sc.)")
    page.locator("main input[name=email]").fill("layla@autumn.example")
    page.locator("main form .btn--primary").click()
    expect(page.locator("main h1, main .state__title").first).to_have_text("افتح بريدك")
    look(page, axe)


def test_the_console_of_the_same_person_is_english(visit: Visit) -> None:
    page = in_arabic(visit(sign_in="owner@nordhaven.example"))
    page.goto("/console/nordhaven/")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert not ARABIC.search(page.locator("body").inner_text())
    page.goto("/verify/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
