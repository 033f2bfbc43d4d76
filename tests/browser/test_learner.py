"""The learner's way in a browser: a claim link, the mail, the badge, its files, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from driving import PHONE, Demo, link_in, problems, text_of
from playwright.sync_api import Page, expect

from insignia.baking import unbake
from insignia.credential import parse
from insignia.http import HttpResolver
from insignia.verification import verify

Visit = Callable[..., Page]
SECRET = "heron over the reeds"


def open_link(page: Page, *, achievement: str, approval: bool = False) -> str:
    """The path of a new claim link."""
    page.goto("/console/nordhaven/claims/new/")
    page.get_by_label("Achievement", exact=True).select_option(label=achievement)
    page.get_by_label("Name", exact=True).fill("Summer school")
    if approval:
        page.get_by_label("Somebody approves each claim").check()
    page.get_by_role("button", name="Open the link").click()
    address = page.locator("main").get_by_text(re.compile(r"/claim/[\w-]{20,}/")).first
    found = re.search(r"/claim/[\w-]{20,}/", address.inner_text())
    assert found
    return found[0]


def look(page: Page, axe: str) -> None:
    """Nothing for axe, and nothing that runs off the side of a phone."""
    assert problems(page, axe) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def ask(page: Page, link: str, address: str, name: str, axe: str) -> None:
    """As a stranger, as far as 'look into your mail'."""
    page.goto(link)
    look(page, axe)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    look(page, axe)


def prove(page: Page, demo: Demo, address: str, axe: str) -> str:
    """The link of the mail, and its button; the link is given back."""
    proof = link_in(demo.mail(address), "/claim/prove/")
    page.goto(proof)
    look(page, axe)
    page.get_by_role("button", name="Yes, claim my badge").click()
    return proof


def sign_up(page: Page, demo: Demo, address: str, name: str) -> None:
    """An account with an address that has mails already."""
    known = len(demo.mails(address))
    page.goto("/accounts/signup/?next=/me/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(address)
    for field in page.locator("input[type=password]").all():
        field.fill(SECRET)
    page.get_by_role("button", name="Create an account").click()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", text_of(demo.mail(address, after=known)), re.MULTILINE)
    assert code
    page.locator("main input[name=code]").fill(code[1])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/me/")


def download(page: Page, badge: str, kind: str, folder: Path) -> bytes:
    """The file behind a download link of /me/."""
    with page.expect_download() as started:
        page.get_by_role("link", name=f"{kind} of {badge}").click()
    file = folder / f"badge.{kind.lower()}"
    started.value.save_as(file)
    return file.read_bytes()


def status_for_a_stranger(visit: Visit, path: str) -> int:
    answer = visit(viewport=PHONE).goto(path)
    assert answer is not None
    return answer.status


def choose(page: Page, badge: str, choice: str) -> None:
    """Who may see it; what became of it is read beside the badge, in view."""
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=badge))
    card.get_by_label("Who may see it").select_option(label=choice)
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("status")).to_contain_text(f"{badge}: {choice}.")
    expect(card.get_by_role("status")).to_be_in_viewport()


def test_a_stranger_claims_a_badge_takes_it_away_and_hides_it(
    visit: Visit, demo: Demo, axe: str, tmp_path: Path
) -> None:
    badge, address = "Sustainability Basics", "lena@summer.example"
    link = open_link(visit(sign_in="owner@nordhaven.example"), achievement=badge)
    page = visit(viewport=PHONE, accept_downloads=True)
    ask(page, link, address, "Lena Brandt", axe)
    proof = prove(page, demo, address, axe)
    said = "Issued by Nordhaven University to Lena Brandt, still valid today."
    expect(page.get_by_text(said)).to_be_visible()
    look(page, axe)
    path = urlsplit(page.url).path
    page.goto(proof)
    expect(page.get_by_role("heading", name="This link works no more")).to_be_visible()
    look(page, axe)
    sign_up(page, demo, address, "Lena Brandt")
    expect(page.get_by_role("heading", name=badge)).to_be_visible()
    look(page, axe)
    host = demo.url.removeprefix("http://")
    resolver = HttpResolver(maps={f"https://{host}": demo.url, f"http://{host}": demo.url})
    for kind in ("PNG", "SVG"):
        secured = parse(unbake(download(page, badge, kind, tmp_path)).content)
        report = verify(secured, resolver=resolver, now=datetime.now(UTC))
        assert report.valid, [check.code for check in report.failed()]
    choose(page, badge, "Hidden")
    look(page, axe)
    assert status_for_a_stranger(visit, path) == 404
    page.goto(path)
    expect(page.get_by_text("Only you see this page")).to_be_visible()
    expect(page.get_by_role("link", name="Add to LinkedIn")).to_have_count(0)
    look(page, axe)
    page.get_by_role("link", name="Change it in").first.click()
    choose(page, badge, "Public")
    assert status_for_a_stranger(visit, path) == 200
    page.goto("/me/")
    expect(page.get_by_role("status")).to_have_count(0)  # said once


@pytest.mark.parametrize("decision", ["Approve", "Decline"])
def test_a_claim_with_evidence_waits_until_somebody_decides(
    visit: Visit, demo: Demo, axe: str, decision: str
) -> None:
    badge, address = "Data Literacy: Expert", f"{decision.lower()}@autumn.example"
    console = visit(sign_in="owner@nordhaven.example")
    link = open_link(console, achievement=badge, approval=True)
    wall = console.url
    page = visit(viewport=PHONE, color_scheme="dark")
    page.goto(link)
    page.get_by_label("Your name").fill("Otto Falk")
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Claim it").click()
    expect(page.get_by_text("This badge asks for evidence: give a link to your work.").first).to_be_visible()
    look(page, axe)
    page.get_by_label("A link to your work").fill("https://example.org/report")
    page.get_by_role("button", name="Claim it").click()
    prove(page, demo, address, axe)
    expect(page.get_by_role("heading", name="Your claim waits for approval")).to_be_visible()
    look(page, axe)
    known = len(demo.mails(address))
    console.goto(wall)
    console.get_by_role("link", name=decision).or_(console.get_by_role("button", name=decision)).first.click()
    if decision == "Decline":
        console.locator("main textarea").fill("The report does not open.")
        console.locator("main button[type=submit]").last.click()
    mail = demo.mail(address, after=known)
    if decision == "Approve":
        page.goto(link_in(mail, "/badges/"))
        expect(page.get_by_text("to Otto Falk, still valid today.").first).to_be_visible()
        look(page, axe)
        return
    assert "The report does not open." in text_of(mail)
    sign_up(page, demo, address, "Otto Falk")
    expect(page.get_by_text("The report does not open.")).to_be_visible()
    look(page, axe)
    page.goto(link)
    expect(page.get_by_role("heading", name="This claim was declined")).to_be_visible()
    look(page, axe)
