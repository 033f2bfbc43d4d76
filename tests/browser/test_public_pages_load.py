"""What the public pages cost a reader and how steadily they come: issue 5, 'Pages and theming'."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from driving import PHONE, Demo, problems
from playwright.sync_api import Page, Response, expect

Visit = Callable[..., Page]
# 'Pages load fast: under 60 KB of CSS and script together': as a server that compresses (gzip) sends them.
BUDGET = 60_000
AGE = re.compile(r"max-age=(\d+)")
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

# What Lighthouse names beside that: image-aspect-ratio, uses-responsive-images, offscreen-images,
# lcp-lazy-loaded, link-text, crawlable-anchors, external links, font-size, heading-order, duplicate ids,
# dom-size, render-blocking scripts, preloads that nothing uses.
AUDIT = """() => {
  const found = [];
  const seen = one => one.checkVisibility({visibilityProperty: true})
    && !one.closest('.visually-hidden, .skip');
  const say = (what, one) => found.push(`${what}: ${one.outerHTML?.slice(0, 120) ?? one}`);
  for (const one of [...document.images].filter(one => seen(one) && one.naturalWidth)) {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const shape = Math.abs(one.naturalWidth / one.naturalHeight - box.width / box.height);
    if (style.objectFit === 'fill' && shape > 0.05) say('distorted', one);
    const most = box.width * box.height * Math.max(devicePixelRatio, 2) ** 2;
    if (!one.srcset && one.naturalWidth * one.naturalHeight - most > 200000) say('larger than needed', one);
    if (one.closest('.hero, .front') && one.loading === 'lazy') say('lazy where it is seen first', one);
    if (box.top > 3 * innerHeight && !one.closest('.embed__preview') && one.loading !== 'lazy')
      say('not lazy far below', one);
  }
  for (const one of [...document.links].filter(seen)) {
    const text = (one.innerText || one.ariaLabel || one.querySelector('img')?.alt || '').trim();
    if (!text || /^(click here|here|more|read more|learn more|this|link|start|go)$/i.test(text))
      say('link text', one);
    if (!/^(https?|mailto):/.test(one.href)) say('cannot be followed', one);
    if (one.target === '_blank' && !one.relList.contains('noopener')) say('opener', one);
  }
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const one = words.currentNode.parentElement;
    if (words.currentNode.data.trim() && seen(one) && parseFloat(getComputedStyle(one).fontSize) < 12)
      say('small text', one);
  }
  const heads = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(seen);
  const levels = heads.map(one => +one.tagName[1]);
  if (levels.filter(one => one === 1).length !== 1) say('not one h1', levels.join(''));
  if (levels.some((one, at) => at && one > levels[at - 1] + 1)) say('heading left out', levels.join(''));
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  ids.filter((one, at) => ids.indexOf(one) !== at).forEach(one => say('id twice', one));
  const blocking = 'script[src]:not([defer], [async], [type=module])';
  document.querySelectorAll(blocking).forEach(one => say('blocks', one));
  if (document.querySelectorAll('link[rel=stylesheet]').length > 3) say('styles', 'more than three files');
  const came = performance.getEntriesByType('resource').map(one => one.name);
  for (const one of document.querySelectorAll('link[rel=preload]'))
    if (!came.includes(one.href)) say('unused', one);
  if ([...document.fonts].some(one => one.display !== 'swap')) say('font', 'hides text while it loads');
  if (document.querySelectorAll('*').length > 800) say('elements', document.querySelectorAll('*').length);
  if (document.documentElement.scrollWidth > innerWidth) say('wider than the window', document.title);
  return found;
}"""


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
    found["share"] = f"{found['badge']}share/"
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


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("name", [*PAGES, "share"])
def test_what_a_lighthouse_run_would_name(
    visit: Visit, addresses: dict[str, str], name: str, size: str
) -> None:
    """'Lighthouse-like checks in the browser tests.'"""
    phone = {"viewport": PHONE, "device_scale_factor": 2, "is_mobile": True}
    page, answers = opened(visit, addresses[name], **(phone if size == "phone" else {}))
    assert page.evaluate(AUDIT) == []
    kept = {
        urlsplit(one.url).path: int(found[1])
        if (found := AGE.search(one.headers.get("cache-control", "")))
        else 0
        for one in answers
        if one.request.resource_type in ("stylesheet", "script", "font", "image")
    }
    year, hour = 31_536_000, 3600
    live = ("/state.svg",)  # says what is true now
    brief = [path for path, age in kept.items() if age < (year if path.startswith("/static/") else hour)]
    assert [path for path in brief if not path.endswith(live)] == []


@pytest.mark.parametrize("name", PAGES)
def test_it_prints_on_white_paper_without_what_can_only_be_clicked(
    visit: Visit, addresses: dict[str, str], name: str
) -> None:
    """'print style': dark mode on the screen does not blacken the paper."""
    page, _answers = opened(visit, addresses[name], color_scheme="dark")
    page.emulate_media(media="print")
    page.wait_for_timeout(300)  # styles follow with the next frame
    ground, ink = (
        page.evaluate(
            "[document.documentElement, document.body].map(one => getComputedStyle(one).backgroundColor)"
        ),
        page.evaluate("getComputedStyle(document.body).color.match(/\\d+/g).map(Number)"),
    )
    assert set(ground) <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert max(ink) < 80
    for one in ("main .actions", ".masthead nav", ".foot form", "a[href^='/report/']", ".pager"):
        assert page.locator(one).locator("visible=true").count() == 0, one
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_catalogue_finds_while_somebody_types(visit: Visit, addresses: dict[str, str]) -> None:
    """'a public catalogue ... with search and filters'; on a phone a result takes a part of the screen."""
    page, _answers = opened(visit, addresses["catalogue"], viewport=PHONE)
    page.get_by_role("searchbox").press_sequentially("first aid")
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("1 achievement")
    assert "q=first+aid" in page.url
    assert page.locator(".tile").evaluate("one => one.getBoundingClientRect().height") < 260
    page.get_by_role("searchbox").fill("")
    page.get_by_placeholder("Skill", exact=True).press_sequentially("no such skill")
    expect(page.get_by_text("Nothing fits this search")).to_be_visible()
