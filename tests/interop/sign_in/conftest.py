"""A browser, and JavaScript packages from npm; skipped plainly where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from driving import CHROMIUM, DESKTOP, FLAGS
from playwright.sync_api import Browser, Page, sync_playwright


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
def stranger(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """`stranger(url)`: a page of somebody whom neither the instance nor the provider knows."""
    contexts = []

    def open_(base: str) -> Page:
        contexts.append(browser.new_context(base_url=base, viewport=DESKTOP))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        return page

    yield open_
    for context in contexts:
        context.close()
