"""A real demo (web and worker processes) and a real Chromium; skipped plainly where there is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from driving import CHROMIUM, DESKTOP, FLAGS, ROOT, Demo, answers, free_port
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from insignia_server.command.demo_data import PASSWORD


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`python3 dev.py demo`, in a folder of its own."""
    folder, port = tmp_path_factory.mktemp("demo"), free_port()
    words = [
        sys.executable,
        "-m",
        "insignia_server.command.demo",
        "--port",
        str(port),
        "--folder",
        str(folder),
    ]
    log = (folder.parent / "demo.log").open("wb")
    process = subprocess.Popen(words, stdout=log, stderr=log, cwd=ROOT)
    made = Demo(f"http://localhost:{port}", folder)
    try:
        end = time.monotonic() + 180
        while not answers(port):
            assert process.poll() is None, (folder.parent / "demo.log").read_text()
            assert time.monotonic() < end, (folder.parent / "demo.log").read_text()
            time.sleep(0.3)
        yield made
    finally:
        process.send_signal(2)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """`visit()`: a page of a new person; `visit(sign_in="owner@…")`. Console errors fail the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_(*, sign_in: str = "", password: str = PASSWORD, **options: Any) -> Page:
        context = browser.new_context(base_url=demo.url, **{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if sign_in:
            page.goto("/accounts/login/")
            page.get_by_label("Email", exact=False).first.fill(sign_in)
            page.get_by_label("Password", exact=False).first.fill(password)
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A page that is rightly 4xx is told as an error of loading; anything else is a defect.
    assert not [text for text in wrong if "status of 4" not in text], wrong


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from npm."""
    file = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
    if not file.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm here, so axe-core is not at hand")
        subprocess.run([npm, "ci", "--silent"], cwd=ROOT / "frontend", check=True)
    return file.read_text(encoding="utf-8")
