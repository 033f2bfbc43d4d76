"""What the public pages cost a reader and how steadily they come: issue 5, 'Pages and theming'."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from driving import PHONE, Demo, problems
from playwright.sync_api import Page, Response

Visit = Callable[..., Page]
# 'Pages load fast: under 60 KB of CSS and script together': as a server that compresses (gzip) sends them.
BUDGET = 60_000
PAGES = ("home", "catalogue", "catalogue of an issuer", "issuer", "achievement", "badge", "verify")

# Before the page: the browser tells what moved and what was the largest thing painted.
WATCH = """
window.shifts = []; window.largest = "";
new PerformanceObserver(list => list.getEntries().forEach(one => window.shifts.push(
    [one.value, one.sources.map(s => s.node && (s.node.outerHTML || s.node.textContent).slice(0, 120))])))
  .observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(one => {
    window.largest = one.element ? one.element.tagName + " " + one.element.className : "" }))
  .observe({type: "largest-contentful-paint", buffered: true});
"""
BARE = """all => all.filter(one => !one.hasAttribute('width') || !one.hasAttribute('height')
  || !one.hasAttribute('alt')).map(one => one.outerHTML.slice(0, 120))"""
HEAD = """() => ({
  title: document.title, lang: document.documentElement.lang,
  description: document.querySelector('meta[name=description]')?.content,
  canonical: document.querySelector('link[rel=canonical]')?.href,
  inline: document.querySelectorAll('style, script:not([src]):not([type]), [style], [onclick]').length })"""
# WCAG 2.2, 2.5.8: 24 by 24 pixels; links within a sentence are excepted, and so is what cannot be seen.
SMALL = """() => [...document.querySelectorAll('a[href], button, select, input:not([type=hidden]), summary')]
  .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest('.visually-hidden, .skip')
    && !(one.tagName === 'A' && getComputedStyle(one).display === 'inline'))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24))
  .map(([one, box]) => `${one.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def addresses(demo: Demo, browser: Any) -> dict[str, str]:
    """A page of each kind, found as a person finds it."""
    page = browser.new_page(base_url=demo.url)
    page.goto("/catalogue/")
    found = {"home": "/", "catalogue": "/catalogue/", "verify": "/verify/"}
    found["achievement"] = page.eval_on_selector(".tile__name a", "one => one.pathname")
    page.goto(found["achievement"])
    found["issuer"] = page.eval_on_selector(".kv a[href^='/issuers/']", "one => one.pathname")
    found["catalogue of an issuer"] = f"{found['issuer']}catalogue/"
    page.goto("/accounts/login/")
    page.get_by_label("Email", exact=False).first.fill("ann@example.org")
    page.get_by_label("Password", exact=False).first.fill("insignia-demo-2026")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    page.goto("/me/")
    found["badge"] = page.eval_on_selector("a[href^='/badges/']", "one => one.pathname")
    page.close()
    return found


def opened(visit: Visit, path: str, **options: Any) -> tuple[Page, list[Response]]:
    """The page when everything has come, and every answer that it took."""
    page = visit(reduced_motion="reduce", **options)
    page.add_init_script(WATCH)
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))
    page.goto(path, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(200)
    return page, answers


@pytest.mark.parametrize("name", PAGES)
def test_styles_and_scripts_stay_in_their_budget(
    visit: Visit, addresses: dict[str, str], name: str, demo: Demo
) -> None:
    _page, answers = opened(visit, addresses[name])
    kinds = ("stylesheet", "script")
    sizes = {
        urlsplit(one.url).path: len(gzip.compress(one.body(), 9))
        for one in answers
        if one.request.resource_type in kinds
    }
    assert sizes
    assert sum(sizes.values()) < BUDGET, sizes
    assert {urlsplit(one.url).netloc for one in answers} == {urlsplit(demo.url).netloc}
    assert [one.url for one in answers if one.status >= 400] == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_and_the_badge_comes_first(
    visit: Visit, addresses: dict[str, str], name: str, size: str
) -> None:
    page, _answers = opened(visit, addresses[name], **({"viewport": PHONE} if size == "phone" else {}))
    shifts = page.evaluate("window.shifts")
    # To three digits, as Lighthouse tells it: below is the last glyph that comes with the typeface.
    assert round(sum(value for value, _nodes in shifts), 3) == 0, shifts
    if name in ("badge", "achievement"):
        assert page.evaluate("window.largest") == "IMG hero__image"
    assert page.eval_on_selector_all("img", BARE) == []
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_says_what_it_is(
    visit: Visit, addresses: dict[str, str], name: str, axe: str, demo: Demo
) -> None:
    page, _answers = opened(visit, addresses[name])
    head = page.evaluate(HEAD)
    assert head["title"]
    assert head["lang"] == "en"
    assert 20 <= len(head["description"] or "") <= 600
    assert urlsplit(head["canonical"]).path == addresses[name]
    assert head["inline"] == 0
    assert problems(page, axe) == []
