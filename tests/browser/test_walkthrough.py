"""The whole way in a browser, as the README tells it: sign up, define, publish, award, verify.


With INSIGNIA_SCREENSHOTS=FOLDER the pictures of the README are written.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from driving import PHONE, Demo, link_in, problems, text_of
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
PICTURES = os.environ.get("INSIGNIA_SCREENSHOTS", "")


def picture(page: Page, name: str, *, full: bool = False) -> None:
    """A picture for the README, where one was asked for."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.evaluate("document.activeElement && document.activeElement.blur()")
        ready = "one.complete || one.getBoundingClientRect().top > innerHeight"
        page.wait_for_function(f"() => [...document.images].every(one => {ready})")
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=full)


def sign_up(page: Page, demo: Demo, address: str, name: str) -> None:
    """A new account: name, address, password, and the code from the mail."""
    page.goto("/")
    picture(page, "01-front-page")
    page.get_by_role("link", name="Issue badges").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email").fill(address)
    for field in page.locator("input[type=password]").all():
        field.fill("kingfisher over water")
    page.locator("main button[type=submit]").first.click()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", text_of(demo.mail(address)), re.MULTILINE)
    assert code
    page.locator("main input[name=code]").fill(code[1])
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/start/")


def found(page: Page, name: str, slug: str) -> None:
    """An organisation and its issuer profile."""
    page.get_by_role("link", name="Found an organisation").click()
    page.get_by_label("Name of the organisation").fill(name)
    page.get_by_label("Address").fill(slug)
    page.get_by_role("button", name="Found it").click()
    expect(page.get_by_text("Four steps to the first badge")).to_be_visible()
    picture(page, "02-first-steps")
    page.get_by_role("link", name="Begin").first.click()
    page.get_by_label("Name", exact=True).first.fill(name)
    page.get_by_label("Website").fill(f"https://{slug}.example")
    page.get_by_role("button", name="Make the profile").click()
    page.wait_for_url("**/picture/")


def define(page: Page, slug: str, name: str) -> None:
    """An achievement, saved as a draft and then published."""
    page.goto(f"/console/{slug}/achievements/new/")
    page.get_by_label("Name").first.fill(name)
    page.get_by_role("button", name="Go on").click()
    page.locator("textarea[name=description]").fill(
        "Takes samples, measures and judges the quality of a lake."
    )
    page.locator("textarea[name=criteria]").fill("Take **ten samples** over a season and report on them.")
    page.get_by_role("button", name="Publish…").first.click()
    expect(page.get_by_text("Method of assessment").first).to_be_visible()
    page.go_back()
    page.get_by_label("Application of a skill, observed").check()
    page.get_by_label("Staff of the issuer").check()
    page.locator("select[name=assessment__supervision]").select_option("onsite")
    page.locator("select[name=assessment__identity_check]").select_option("document")
    page.get_by_role("button", name="Save the draft").first.click()
    expect(page.get_by_text("Nothing is missing.").first).to_be_visible()
    page.get_by_role("heading", name="Assessment").evaluate("one => one.scrollIntoView()")
    picture(page, "03-achievement")
    page.get_by_role("button", name="Publish…").first.click()
    page.get_by_role("button", name=re.compile("^Publish")).last.click()
    expect(page.get_by_text("Published").first).to_be_visible()


def award(page: Page, slug: str, achievement: str, address: str, name: str) -> None:
    """To one learner: looked at, then signed."""
    page.goto(f"/console/{slug}/awards/new/")
    page.get_by_role("link", name=achievement).click()
    page.get_by_label("Email address").first.fill(address)
    page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="Look at it before signing").click()
    expect(page.get_by_text("This is what will be signed")).to_be_visible()
    picture(page, "04-before-signing")
    page.get_by_role("button", name="Sign and award").click()
    expect(page.get_by_text(f"Awarded to {name}.")).to_be_visible()
    picture(page, "05-awarded")


def test_from_signing_up_to_a_badge_verified_by_a_stranger(
    visit: Visit, demo: Demo, axe: str, tmp_path: Path
) -> None:
    slug = f"lakeside-{int(time.time()) % 100_000}"
    issuer = visit()
    sign_up(issuer, demo, f"rosa@{slug}.example", "Rosa Mbeki")
    found(issuer, "Lakeside College", slug)
    define(issuer, slug, "Water Analysis")
    award(issuer, slug, "Water Analysis", f"noor@{slug}.example", "Noor Haddad")
    mail = demo.mail(f"noor@{slug}.example")
    assert "Water Analysis" in str(mail["Subject"])
    learner = visit(viewport=PHONE, accept_downloads=True)
    learner.goto(link_in(mail, "/badges/"))
    expect(
        learner.get_by_text("Issued by Lakeside College to Noor Haddad, still valid today.")
    ).to_be_visible()
    picture(learner, "06-badge-page-phone")
    assert problems(learner, axe) == []
    with learner.expect_download() as started:
        learner.get_by_role("link", name="Picture (PNG)").click()
    badge = tmp_path / "badge.png"
    started.value.save_as(badge)
    stranger = visit()
    stranger.goto("/verify/")
    stranger.locator("input[type=file]").set_input_files(badge)
    stranger.get_by_role("button", name="Verify").last.click()
    expect(stranger.get_by_text("What this proves")).to_be_visible()
    expect(stranger.locator(".verdict.tone-good").first).to_be_visible()
    picture(stranger, "07-verified-by-a-stranger", full=True)
    assert problems(stranger, axe) == []
    issuer.goto(f"/console/{slug}/awards/")
    issuer.get_by_role("link", name="Noor Haddad").click()
    issuer.get_by_role("link", name="Revoke").click()
    issuer.get_by_label("Why").fill("The samples were bought.")
    issuer.get_by_role("button", name="Revoke this badge").click()
    expect(issuer.get_by_text("The badge is revoked.")).to_be_visible()
    stranger.goto("/verify/")
    stranger.locator("input[type=file]").set_input_files(badge)
    stranger.get_by_role("button", name="Verify").last.click()
    expect(stranger.locator(".verdict.tone-bad").first).to_be_visible()
    learner.reload()
    expect(learner.get_by_text("The samples were bought.").first).to_be_visible()


def test_the_command_line_verifies_what_the_server_issued(visit: Visit, demo: Demo, tmp_path: Path) -> None:
    """What is issued must verify anywhere: here with the library alone; the server is a file server."""
    page = visit(sign_in="ann@example.org")
    page.goto("/issuers/nordhaven-academy/")
    owner = visit(sign_in="owner@nordhaven.example")
    owner.goto("/console/nordhaven/awards/?q=ann@example.org")
    owner.locator("tbody th a").first.click()
    address = owner.get_by_role("link", name="Badge page").get_attribute("href") or ""
    file = tmp_path / "ann.json"
    answer = page.request.get(f"/credentials/{address.split('/')[2]}.json")
    file.write_bytes(answer.body())
    host = demo.url.removeprefix("http://")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "insignia", "verify", str(file), "--format", "json"),
            *("--map", f"https://{host}={demo.url}", "--map", f"http://{host}={demo.url}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found_ = json.loads(done.stdout)
    report = found_[0] if isinstance(found_, list) else found_
    assert report.get("verdict") == "valid"


PUBLIC = (
    "/",
    "/verify/",
    "/design/",
    "/issuers/nordhaven-academy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/report/",
)
CONSOLE = (
    *("", "achievements/", "achievements/new/", "awards/", "awards/new/", "delivery/", "batches/", "claims/"),
    *("groups/", "issuers/", "members/", "domains/", "settings/", "clients/", "webhooks/", "audit/"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_public_pages(visit: Visit, axe: str, scheme: str) -> None:
    page = visit(viewport=PHONE, color_scheme=scheme)
    found_: dict[str, list[str]] = {}
    for path in PUBLIC:
        page.goto(path)
        found_[path] = problems(page, axe)
    assert not any(found_.values()), {path: lines for path, lines in found_.items() if lines}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_console(visit: Visit, axe: str, scheme: str) -> None:
    page = visit(sign_in="owner@nordhaven.example", color_scheme=scheme)
    found_: dict[str, list[str]] = {}
    for path in CONSOLE:
        answer = page.goto(f"/console/nordhaven/{path}")
        assert answer is not None
        assert answer.status == 200, path
        found_[path] = problems(page, axe)
    assert not any(found_.values()), {path: lines for path, lines in found_.items() if lines}


def test_no_page_asks_another_server_for_anything(visit: Visit, demo: Demo) -> None:
    """Issue 3: 'no page asks the internet for anything (fonts, scripts, styles are bundled)'."""
    page = visit(sign_in="owner@nordhaven.example")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*PUBLIC, *(f"/console/nordhaven/{one}" for one in CONSOLE)):
        page.goto(path)
    assert not [url for url in asked if not url.startswith((demo.url, "data:"))]


def test_the_main_way_works_without_javascript(visit: Visit) -> None:
    """Issue 3: 'works without JavaScript for the main paths'."""
    page = visit(sign_in="owner@nordhaven.example", java_script_enabled=False)
    page.goto("/console/nordhaven/awards/new/")
    page.get_by_role("link", name="Academic Writing").click()
    page.get_by_label("Email address").first.fill("nojs@example.org")
    page.locator("input[name=name]").fill("Noa Jensen")
    page.get_by_role("button", name="Look at it before signing").click()
    page.get_by_role("button", name="Sign and award").click()
    expect(page.get_by_text("Awarded to Noa Jensen.")).to_be_visible()
