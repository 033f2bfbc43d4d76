"""Every kind of page that links lead to, for each kind of person: axe in light and dark, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from driving import DESKTOP, PHONE, problems
from playwright.sync_api import Error, Page, Response

Visit = Callable[..., Page]

# One page of each kind is enough: keys, numbers, names of tenants and tokens are left out of the address.
_NAMES = re.compile(r"(?<=/)(?:[0-9a-f-]{16,}|\d+|[\w-]{20,})(?=/|$)")
_TENANTS = re.compile(r"^/(console|issuers)/[\w-]+/")
_MORE = re.compile(r"(?<=/issuers/)(?!new/)[\w-]+(?=/)|(?<=/mail-texts/)[a-z_]+/[a-z]+(?=/)")
_NO_PAGE = re.compile(r"logout|/(?:static|theme|media)/|\.(?:png|svg|webp|avif|json|csv|xlsx|pdf|jwt|zip)$")
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

PEOPLE = {
    "a stranger": ("", ("/", "/verify/", "/accounts/login/", "/accounts/signup/", "/design/"), 9),
    "a learner": ("ann@example.org", ("/me/",), 12),
    "an owner": ("owner@nordhaven.example", ("/start/",), 60),
    "the operator": ("operator@insignia.example", ("/start/", "/operator/"), 10),
}


def kind(address: str) -> str:
    """An address without what differs from one row to the next."""
    path = re.sub(r"[?#].*", "", address)
    return _MORE.sub("X", _NAMES.sub("X", _TENANTS.sub(r"/\1/X/", path)))


def links(page: Page) -> Iterator[str]:
    """Where the links of a page lead on this server."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
    here = urlsplit(page.url)
    for address in found:
        path = address.removeprefix(f"{here.scheme}://{here.netloc}").partition("#")[0]
        if path.startswith("/") and not _NO_PAGE.search(path.partition("?")[0]):
            yield path


def look(page: Page, axe: str) -> list[str]:
    """What is wrong with the page that is shown: on a desktop in light, on a phone in the dark."""
    wrong = problems(page, axe)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    page.wait_for_timeout(80)  # colours that are inherited come a frame later each
    wrong += [f"dark, phone: {one}" for one in problems(page, axe)]
    if (over := page.evaluate(_WIDER)) > 0:
        wrong.append(f"phone: {over} pixels run off the side")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return [f"{kind(urlsplit(page.url).path)} {one}" for one in wrong]


def go(page: Page, path: str) -> Response | None:
    """The answer to an address; None where it is a file to keep."""
    try:
        return page.goto(path)
    except Error as error:
        if "Download is starting" in str(error):
            return None
        raise


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_is_wrong_with_any_page(visit: Visit, axe: str, person: str) -> None:
    """WCAG 2.2 AA as far as a program can tell, and nothing that runs off the side of a phone."""
    address, starts, at_least = PEOPLE[person]
    page = visit(sign_in=address, reduced_motion="reduce")
    waiting, seen, wrong = list(starts), set[str](), list[str]()
    while waiting:
        path = waiting.pop(0)
        if kind(path) in seen:
            continue
        seen.add(kind(path))
        answer = go(page, path)
        if answer is None or "text/html" not in (answer.header_value("content-type") or ""):
            continue
        seen.add(kind(urlsplit(page.url).path))
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
        wrong += look(page, axe)
        waiting += [one for one in links(page) if kind(one) not in seen]
    assert wrong == []
    assert len(seen) >= at_least, sorted(seen)
