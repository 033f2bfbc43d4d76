"""A browser, and JavaScript packages from npm; skipped plainly where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driving import CHROMIUM, DESKTOP, FLAGS
from instance import migrated
from playwright.sync_api import Browser, Page, expect, sync_playwright
from test_digitalbazaar import alone

PATIENCE = 60_000  # milliseconds: a machine with much to do is no failure
expect.set_options(timeout=PATIENCE)


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
        page.set_default_timeout(PATIENCE)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: made once for all processes of a run of pytest."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sign-in-database"
    with alone(folder):
        return migrated(folder)
