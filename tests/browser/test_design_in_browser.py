"""Issue 5: 'design a badge from nothing, make a family of three levels, restyle it, publish, award, and see
the same picture on the badge page, in the baked PNG and SVG, the PDF, the preview card'.

With INSIGNIA_SCREENSHOTS=FOLDER the pictures of docs/guides/designing-badges.md are written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from driving import PHONE, problems
from playwright.sync_api import Page, expect
from seeing import first_page, nearest

from insignia_server.designs.similar import distance, phash
from insignia_server.kit.pictures import read_picture, render_png

Visit = Callable[..., Page]
CONSOLE = "/console/nordhaven"
PICTURES = os.environ.get("INSIGNIA_SCREENSHOTS", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png")


def begin(page: Page, name: str) -> str:
    """A new achievement; the address of its pages."""
    page.goto(f"{CONSOLE}/achievements/new/")
    page.get_by_label("Name").first.fill(name)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile("/edit/"))
    return page.url.removesuffix("edit/")


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text("Saved")


def panel(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the badge").get_by_role("link", name=name).click()


def shown(page: Page) -> str:
    """The drawing on the page."""
    return str(page.locator("[data-sheet] svg").evaluate("one => one.outerHTML"))


def changed(page: Page, before: str) -> str:
    """The drawing, once it is another one."""
    page.wait_for_function("was => document.querySelector('[data-sheet] svg').outerHTML !== was", arg=before)
    return shown(page)


def place(page: Page) -> tuple[float, float]:
    box = page.locator(".dsg-handle[data-part=icon]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def complete(page: Page, address: str) -> None:
    """What must be said before it can be published."""
    page.goto(f"{address}edit/")
    page.locator("textarea[name=description]").fill("Looks at bridges from below and says what holds.")
    page.locator("textarea[name=criteria]").fill("Inspect **three bridges** and report on them.")
    page.get_by_label("Application of a skill, observed").check()
    page.get_by_label("Staff of the issuer").check()
    page.locator("select[name=assessment__supervision]").select_option("onsite")
    page.locator("select[name=assessment__identity_check]").select_option("document")
    page.get_by_role("button", name="Save the draft").first.click()
    expect(page.get_by_text("Nothing is missing.").first).to_be_visible()


def test_from_nothing_to_the_same_picture_everywhere(visit: Visit, axe: str) -> None:
    page = visit(sign_in="owner@nordhaven.example")
    address = begin(page, "Bridge Inspection")
    page.goto(f"{address}design/")
    design_a_badge(page)
    assert problems(page, axe) == []
    complete(page, address)
    expert = family_of_three(page, address)
    complete(page, expert)
    key = publish_and_award(page, expert)
    stored = page.request.get(f"{expert}image/").body()
    page.goto(f"/badges/{key}/")
    look_everywhere(page, key, expert, stored)


def choose(page: Page, name: str) -> None:
    """Chooses a picture in the open panel; the starter, drawn by lot, may have it already."""
    radio = page.get_by_role("radio", name=name, exact=True).first
    expect(radio).to_be_visible()
    if not radio.is_checked():
        now = shown(page)
        radio.check(force=True)
        changed(page, now)


def design_a_badge(page: Page) -> None:
    panel(page, "Icon")
    page.get_by_label("Search", exact=True).fill("bridge")
    expect(page.locator("[data-icon-count]")).to_contain_text("icons")
    choose(page, "Bridge")
    for part, name in (("Frame", "Circle"), ("Layout", "Plate below"), ("Colours", "Lagoon")):
        panel(page, part)
        choose(page, name)
    panel(page, "Texts")
    now = shown(page)
    page.locator("#d-title").fill("Bridge Inspector")
    changed(page, now)
    saved(page)
    drag_and_take_back(page)
    picture(page, "designer-desktop")


def stands(page: Page, x: float) -> None:
    """The icon comes to stand there, in pixels from the left."""
    middle = "one => { const box = one.getBoundingClientRect(); return box.x + box.width / 2; }"
    for _attempt in range(100):
        if abs(page.locator(".dsg-handle[data-part=icon]").evaluate(middle) - x) < 4:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the icon stands at {place(page)}, not at {x}")


def drag_and_take_back(page: Page) -> None:
    x, y = place(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 10, steps=4)
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    saved(page)
    stands(page, x + 60)
    page.keyboard.press("Control+z")
    stands(page, x)
    page.get_by_role("button", name="Redo").click()
    stands(page, x + 60)
    page.get_by_role("button", name="Undo").click()
    stands(page, x)
    page.locator(".dsg-handle[data-part=icon]").focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-live]")).to_have_text("Icon moved")
    page.wait_for_timeout(1500)
    saved(page)


def family_of_three(page: Page, address: str) -> str:
    """A family from the badge, three drafts, another rule, restyled; the address of the expert's."""
    page.goto(f"{address}design/")
    panel(page, "Start")
    page.get_by_role("link", name="Make a family of it").click()
    page.get_by_label("Name", exact=True).fill("Engineering")
    page.get_by_role("button", name="Make the family").click()
    family = page.url
    page.goto(f"{address}design/series/")
    page.get_by_label("Family").select_option(label="Engineering")
    for level in ("Foundation", "Intermediate", "Advanced", "Expert", "Master"):
        page.get_by_label(level, exact=True).set_checked(level in ("Foundation", "Advanced", "Expert"))
    page.get_by_role("button", name="Make the drafts").click()
    expect(page.get_by_text("3 drafts were made.")).to_be_visible()
    page.goto(family)
    page.get_by_label("How levels differ").select_option(label="From bronze to gold")
    saved(page)
    panel(page, "Frame")
    choose(page, "Octagon")
    saved(page)
    picture(page, "designer-family")
    page.get_by_role("link", name="Restyle badges…").click()
    expect(page.get_by_text("Its draft is drawn anew.")).to_have_count(3)
    page.get_by_role("button", name="Restyle", exact=True).click()
    expect(page.get_by_text("3 drafts get the new look.")).to_be_visible()
    panel(page, "Family")
    href = page.get_by_role("link", name="Bridge Inspection: Expert").get_attribute("href")
    assert href is not None
    page.goto(href)
    fixed_until_it_is_left(page)
    return href.removesuffix("design/")


def fixed_until_it_is_left(page: Page) -> None:
    """What the family fixes cannot be changed, and why; leaving sets it free, undoing takes that back."""
    panel(page, "Frame")
    why = page.locator("#panel-frame").get_by_text("The family Engineering fixes this")
    expect(why).to_be_visible()
    expect(page.get_by_role("radio", name="Octagon", exact=True)).to_be_disabled()
    expect(page.locator(".dsg-handle[data-part=title]")).to_be_hidden()
    expect(page.locator(".dsg-handle[data-part=icon]")).to_be_visible()
    page.locator("#panel-frame").get_by_role("button", name="Leave the family").click()
    expect(why).to_be_hidden()
    expect(page.get_by_role("radio", name="Octagon", exact=True)).to_be_enabled()
    expect(page.get_by_role("radio", name="Octagon", exact=True)).to_be_checked()
    expect(page.locator(".dsg-handle[data-part=title]")).to_be_visible()
    saved(page)
    page.get_by_role("button", name="Undo").click()
    expect(why).to_be_visible()
    page.wait_for_timeout(1500)
    saved(page)


def publish_and_award(page: Page, address: str) -> str:
    """The key of the badge that was awarded."""
    page.goto(f"{address}publish/")
    page.get_by_role("button", name=re.compile("^Publish")).last.click()
    expect(page.get_by_text("is published.")).to_be_visible()
    page.goto(f"{CONSOLE}/awards/new/")
    page.get_by_role("link", name="Bridge Inspection: Expert").click()
    page.get_by_label("Email address").first.fill("sol@nordhaven.example")
    page.locator("input[name=name]").fill("Sol Ferreira")
    page.get_by_role("button", name="Look at it before signing").click()
    page.get_by_role("button", name="Sign and award").click()
    expect(page.get_by_text("Awarded to Sol Ferreira.")).to_be_visible()
    found = re.search(r"/badges/([0-9a-f-]{36})", page.content()) or re.search(
        r"/awards/([0-9a-f-]{36})", page.url
    )
    assert found is not None
    return found[1]


def look_everywhere(page: Page, key: str, address: str, stored: bytes) -> None:
    wanted = phash(stored)
    hero = page.locator("main img").first.get_attribute("src")
    assert hero is not None
    assert distance(phash(page.request.get(hero).body()), wanted) <= 2
    baked = page.request.get(f"/badges/{key}.png").body()
    assert distance(phash(baked), wanted) <= 2
    svg = page.request.get(f"/badges/{key}.svg").body()
    assert distance(phash(render_png(read_picture(svg), 512)), wanted) <= 2
    pdf = page.request.get(f"/badges/{key}.pdf").body()
    assert nearest(first_page(pdf), stored, sizes=range(120, 520, 20)) <= 8
    achievement = address.rstrip("/").rpartition("/")[2]
    card = page.request.get(f"/achievements/{achievement}/1/card.png").body()
    assert nearest(card, stored, sizes=range(340, 381, 10)) <= 8
    page.goto(f"/badges/{key}/share/")
    embedded = page.locator("insignia-badge img").first.get_attribute("src")  # out of the signed statements
    assert embedded is not None
    assert distance(phash(page.request.get(embedded).body()), wanted) <= 2
    other = page.request.get("/static/kit/sample-badge.svg").body()
    assert distance(phash(render_png(read_picture(other), 512)), wanted) > 10, "the test can tell them apart"


def test_on_a_phone_and_without_a_script(visit: Visit, axe: str) -> None:
    page = visit(sign_in="owner@nordhaven.example", viewport=PHONE)
    address = begin(page, "Rope Access")
    page.goto(f"{address}design/")
    panel(page, "Frame")
    page.get_by_role("radio", name="Hexagon", exact=True).check(force=True)
    saved(page)
    assert problems(page, axe) == []
    picture(page, "designer-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"

    plain = visit(sign_in="owner@nordhaven.example", java_script_enabled=False)
    plain.goto(f"{address}design/")
    plain.get_by_role("radio", name="Octagon", exact=True).check(force=True)
    plain.locator("#d-title").fill("Rope Work")
    before = plain.locator("[data-sheet]").inner_html()
    plain.get_by_role("button", name="Show", exact=True).click()
    assert plain.locator("[data-sheet]").inner_html() != before
    expect(plain.get_by_text("Not saved yet")).to_be_visible()
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_text("The design was saved.")).to_be_visible()
    expect(plain.get_by_role("radio", name="Octagon", exact=True)).to_be_checked()
    assert plain.locator("#d-title").input_value() == "Rope Work"
    plain.get_by_role("radio", name="Picture of the issuer profile").check(force=True)
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain.locator("[data-sheet] #part-logo")).to_be_visible()
