"""`<insignia-badge>` on a page of somebody else, whose policy forbids every inline style and frame.

A badge that is not what its issuer signed is never shown, whoever serves what.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import PHONE, ROOT, Demo, problems
from issuer_site import KEY, LIST, Issuer, Site, moment, serve, texts
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
SCRIPT = ROOT / "src/insignia_server/public/embeds/embed.js"


@pytest.fixture(scope="module")
def website() -> Iterator[Site]:
    """A website that has the component's file itself, as /embed.js."""
    with serve() as site:
        site.pages["/embed.js"] = SCRIPT.read_bytes(), "text/javascript", {}
        yield site


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer that is not the demo."""
    with serve() as site:
        yield Issuer(site)


@pytest.fixture
def shown(browser: Any, website: Site) -> Iterator[Callable[..., Page]]:
    """`shown(href)`: the page with one badge, once it is decided; nothing may break its policy."""
    contexts, wrong = [], []

    def open_(href: str, *, before: str = "", lang: str = "en", more: str = "", **options: Any) -> Page:
        origin = "/".join(href.split("/")[:3])
        policy = f"default-src 'none'; script-src 'self'; connect-src {origin}; img-src {origin}"
        body = f'<insignia-badge href="{href}"{more}><a href="{href}">My badge</a></insignia-badge>'
        url = website.put_page("/", body, policy, head='<script src="/embed.js" async></script>', lang=lang)
        context = browser.new_context(**options)
        contexts.append(context)
        page: Page = context.new_page()
        if before:
            page.add_init_script(before)
        page.on("console", lambda one: wrong.append(one.text) if "inline" in one.text else None)
        page.on("pageerror", lambda one: wrong.append(str(one)))
        page.goto(url)
        expect(page.locator("insignia-badge")).not_to_have_attribute("state", "checking")
        expect(page.locator("insignia-badge[state]")).to_have_count(1)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []


def state(page: Page) -> str:
    return str(page.locator("insignia-badge").get_attribute("state"))


def says(page: Page) -> str:
    return page.locator("insignia-badge .box").inner_text()


def demo_badges(demo: Demo) -> dict[str, str]:
    """A badge of each state in the demo's database, by its state."""
    with sqlite3.connect(f"file:{demo.folder / 'insignia.sqlite3'}?mode=ro", uri=True) as database:
        rows = database.execute("select state, id from credentials_credential order by id desc").fetchall()
    return {one: str(uuid.UUID(key)) for one, key in rows}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_badges_of_the_demo_on_another_site(
    shown: Callable[..., Page], demo: Demo, axe: str, scheme: str
) -> None:
    found = demo_badges(demo)
    wanted = {"valid": "valid", "revoked": "revoked", "suspended": "suspended", "superseded": "revoked"}
    for given, expected in wanted.items():
        page = shown(f"{demo.url}/badges/{found[given]}/", color_scheme=scheme, viewport=PHONE)
        assert state(page) == expected, given
        assert page.locator("insignia-badge img").evaluate("one => one.complete && one.naturalWidth > 0")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.route("**/axe.js", lambda route: route.fulfill(body=axe, content_type="text/javascript"))
        assert problems(page, axe) == []
        box = page.locator("insignia-badge .box")
        background = box.evaluate("one => getComputedStyle(one).backgroundColor")
        assert background == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(33, 30, 27)")
    page = shown(f"{demo.url}/badges/{uuid.uuid4()}/")
    assert state(page) == "missing"
    expect(page.get_by_role("link", name="My badge")).to_be_visible()


def test_no_request_tells_who_reads_or_where(shown: Callable[..., Page], issuer: Issuer) -> None:
    issuer.put_badge()
    sent: list[dict[str, str]] = []
    page = shown(issuer.page)
    page.on("request", lambda one: sent.append(one.all_headers()) if issuer.site.url in one.url else None)
    page.reload()
    expect(page.locator("insignia-badge")).to_have_attribute("state", "valid")
    assert len(sent) >= 3
    assert not [one for one in sent if "referer" in one or "cookie" in one]


@pytest.mark.parametrize(
    "suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022", "ecdsa-jcs-2019", "ob-jwt"]
)
def test_what_was_signed_is_what_is_shown(shown: Callable[..., Page], issuer: Issuer, suite: str) -> None:
    issuer.put_badge(suite)
    page = shown(issuer.page)
    assert state(page) == "valid", says(page)
    text = says(page)
    for expected in ('Tides and "Currents" <b>', "Nordhaven University", "Zoë Ωmega"):
        assert expected in text
    assert f"localhost:{issuer.site.port}" in text, "whoever calls itself so: its address is beside the name"
    expect(page.get_by_role("status")).to_contain_text("Verified in your browser: valid")
    expect(page.get_by_role("link", name="Verify it")).to_have_attribute(
        "href", f"{issuer.page}#verification"
    )


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019", "eddsa-jcs-2022", "ob-jwt"])
def test_a_changed_text_is_broken(shown: Callable[..., Page], issuer: Issuer, suite: str) -> None:
    signed = issuer.put_badge(suite)
    other = issuer.sign(issuer.document(name="Another"), suite)
    if suite == "ob-jwt":
        head, body, _end = signed["jwt"].split(".")
        changed = [{"jwt": f"{head}.{body}.{other['jwt'].split('.')[2]}"}, {"jwt": f"{head}.{body}."}]
    else:
        changed = [
            {**signed, "document": signed["document"].replace("Tides and", "Tidal and")},
            {**signed, "document": signed["document"].replace("Nordhaven", "Elsewhere")},
            {**signed, "proof": signed["proof"].replace("T", "t", 1)},
            {**signed, "proofValue": other["proofValue"]},
            {**signed, "proofValue": "z" + "1" * 64},
            {**signed, "proofValue": "zz"},
        ]
    for one in changed:
        issuer.site.put_json(f"/credentials/{KEY}.nq.json", one)
        page = shown(issuer.page)
        assert state(page) == "broken", one
        assert "Tid" not in says(page)
        assert "Nordhaven" not in says(page)


def test_another_badge_at_this_address_is_broken(
    shown: Callable[..., Page], issuer: Issuer, demo: Demo
) -> None:
    """Sound in itself, signed by the very issuer: but not this one. A status list is no badge either."""
    issuer.put_badge(id="urn:uuid:01a21577-0000-7000-8000-000000000002")
    assert state(shown(issuer.page)) == "broken"
    issuer.site.put_json(f"/credentials/{KEY}.nq.json", issuer.put_list())
    assert state(shown(issuer.page)) == "broken"


def test_keys_that_the_issuer_does_not_list(shown: Callable[..., Page], issuer: Issuer) -> None:
    issuer.put_badge()
    document = issuer.did_document()
    methods = document["verificationMethod"]
    with serve() as elsewhere:
        stranger = Issuer(elsewhere).did_document()["verificationMethod"][0]["publicKeyMultibase"]
    swapped = [{**methods[0], "publicKeyMultibase": stranger}, *methods[1:]]
    past, later = moment(-1), moment(1)
    for changes, expected in (
        ({"assertionMethod": [methods[1]["id"]]}, "broken"),
        ({"assertionMethod": {"0": methods[0]["id"]}}, "broken"),
        ({"verificationMethod": methods[1:]}, "broken"),
        ({"verificationMethod": swapped}, "broken"),
        ({"verificationMethod": [{**methods[0], "controller": "did:web:evil.example"}]}, "broken"),
        ({"verificationMethod": "all"}, "broken"),
        ({"id": "did:web:evil.example"}, "broken"),
        ({"verificationMethod": [{**methods[0], "revoked": past}]}, "unchecked"),
        ({"verificationMethod": [{**methods[0], "expires": past}]}, "unchecked"),
        ({"verificationMethod": [{**methods[0], "expires": later}]}, "valid"),
    ):
        issuer.put_did(**changes)
        page = shown(issuer.page)
        assert state(page) == expected, changes
        assert ("Nordhaven" in says(page)) == (expected == "valid")
    issuer.site.pages["/.well-known/did.json"] = b"<html>", "text/html", {"Access-Control-Allow-Origin": "*"}
    assert state(shown(issuer.page)) == "broken"
    del issuer.site.pages["/.well-known/did.json"]
    assert state(shown(issuer.page)) == "unchecked"


def test_a_thief_cannot_sign_in_the_name_of_another(
    shown: Callable[..., Page], issuer: Issuer, website: Site
) -> None:
    """A server with keys of its own gives a badge whose issuer is somebody else."""
    with serve() as site:
        thief = Issuer(site)
        signed = thief.put_badge()
        for part in ("document", "proof"):
            signed[part] = signed[part].replace(f"%3A{site.port}", f"%3A{issuer.site.port}")
        site.put_json(f"/credentials/{KEY}.nq.json", signed)
        origin = f"{site.url} http://localhost:{issuer.site.port} https://localhost:{issuer.site.port}"
        assert state(shown(thief.page)) in ("broken", "unchecked")
        policy = f"default-src 'none'; script-src 'self'; connect-src {origin}"
        body = f'<insignia-badge href="{thief.page}">x</insignia-badge>'
        head = '<script src="/embed.js" async></script>'
        page = shown(thief.page)
        page.goto(website.put_page("/thief", body, policy, head=head))
        # The keys of the true issuer are asked at its own address, by https as did:web says: nobody answers.
        expect(page.locator("insignia-badge")).to_have_attribute("state", "unchecked")
        assert "Nordhaven" not in says(page)


def test_dates_by_the_readers_clock(shown: Callable[..., Page], issuer: Issuer) -> None:
    issuer.put_badge(validUntil=moment(-0.5))
    page = shown(issuer.page)
    assert (state(page), "Expired on" in says(page)) == ("expired", True)
    issuer.put_badge(validFrom=moment(2))
    assert state(shown(issuer.page)) == "early"
    issuer.put_badge(validUntil=moment(1))
    assert state(shown(issuer.page)) == "valid"


@pytest.mark.parametrize(
    ("purpose", "value", "expected"),
    [
        ("revocation", 0, "valid"),
        ("revocation", 1, "revoked"),
        ("suspension", 1, "suspended"),
        ("message", 0, "valid"),
        ("message", 1, "suspended"),
        ("message", 2, "revoked"),
        ("message", 3, "unchecked"),
        ("mystery", 1, "unchecked"),
    ],
)
def test_what_the_list_says(shown: Callable[..., Page], purpose: str, value: int, expected: str) -> None:
    with serve() as site:
        issuer = Issuer(site, purpose)
        issuer.put_badge()
        issuer.put_list(value)
        assert state(shown(issuer.page)) == expected


def test_a_list_that_cannot_be_relied_on(shown: Callable[..., Page], issuer: Issuer) -> None:
    issuer.put_badge()
    revoked, clean = issuer.put_list(1), issuer.put_list(0)
    path = f"/status/{LIST}.nq.json"
    issuer.site.put_json(path, {**revoked, "document": clean["document"]})
    assert state(shown(issuer.page)) == "broken"
    issuer.put_list(0, url=issuer.list_url.replace("00f.json", "00e.json"))
    assert state(shown(issuer.page)) == "broken", "another list of the same issuer"
    with serve() as site:
        issuer.site.put_json(path, Issuer(site).put_list(0, url=issuer.list_url))
    assert state(shown(issuer.page)) in ("broken", "unchecked"), "somebody else's list"
    issuer.put_list(0, validUntil=moment(-0.5))
    page = shown(issuer.page)
    assert (state(page), "Nordhaven" in says(page)) == ("unchecked", True), (
        "an old list says nothing of today"
    )
    issuer.site.put_json(path, {})
    assert state(shown(issuer.page)) == "unchecked"
    del issuer.site.pages[path]
    assert state(shown(issuer.page)) == "unchecked"


def test_evidence_cannot_rename_the_achievement(shown: Callable[..., Page], issuer: Issuer) -> None:
    """In RDF, statements of one part about the address of another are one: two names are no name."""
    forged = {
        "id": f"{issuer.site.url}/achievements/1.json",
        "type": ["Evidence"],
        "name": "Doctor of Physics",
    }
    issuer.put_badge(evidence=[forged])
    page = shown(issuer.page)
    assert state(page) == "unchecked"
    assert "Physics" not in says(page)


@pytest.mark.parametrize(
    "before",
    [
        "crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))",
        "Object.defineProperty(crypto, 'subtle', {value: undefined})",
        "delete window.DecompressionStream",
    ],
)
def test_a_browser_that_cannot_says_so(shown: Callable[..., Page], issuer: Issuer, before: str) -> None:
    issuer.put_badge()
    page = shown(issuer.page, before=before)
    assert state(page) == "unchecked"
    expect(page.get_by_role("status")).to_contain_text("Not checked here")
    expect(page.get_by_role("link", name="Verify it")).to_be_visible()


HOSTILE = """html { font-size: 62.5% }
* { color: lime !important; letter-spacing: .3em; text-transform: uppercase !important; line-height: 3;
    font-family: cursive !important; white-space: nowrap; text-indent: 40px; --p: red; --i: red }
img { width: 9px !important } p { margin: 60px } svg { width: 200px !important }"""
PUT = "css => { const one = new CSSStyleSheet(); one.replaceSync(css); document.adoptedStyleSheets = [one] }"
LOOK = """one => { const style = getComputedStyle(one); return [style.color, style.letterSpacing,
  style.textTransform, style.whiteSpace, style.textIndent, parseFloat(style.fontSize) >= 16] }"""


def test_styles_of_the_page_do_not_reach_it(shown: Callable[..., Page], issuer: Issuer) -> None:
    """And in a column that takes its width from what is in it, it fits a narrow phone."""
    issuer.put_badge()
    page = shown(issuer.page, viewport={"width": 320, "height": 640}, color_scheme="light")
    page.evaluate(PUT, "main { display: inline-block } h1 { display: none }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.evaluate(PUT, HOSTILE)
    assert page.locator("main").evaluate("one => getComputedStyle(one).letterSpacing") != "normal"
    box = page.locator("insignia-badge .box")
    assert box.evaluate(LOOK) == ["rgb(34, 31, 27)", "normal", "none", "normal", "0px", True]
    assert box.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("href", ["", "javascript:alert(1)", "https://x.example/", "/badges/1/", "data:,x"])
def test_no_address_of_a_badge(shown: Callable[..., Page], href: str) -> None:
    page = shown(href)
    assert state(page) == "missing"
    assert page.locator("insignia-badge .box a").count() == (1 if href.startswith("http") else 0)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("de", "In Ihrem Browser geprüft: gültig"),
        ("fr-CA", "Vérifié dans votre navigateur"),
        ("es", "Verificada en su navegador"),
        ("nl", "Verified in your browser"),
    ],
)
def test_the_language_of_the_page(shown: Callable[..., Page], issuer: Issuer, lang: str, words: str) -> None:
    issuer.put_badge()
    assert words in says(shown(issuer.page, lang=lang))


def test_sizes_keyboard_and_reading_direction(
    shown: Callable[..., Page], issuer: Issuer, axe: str, tmp_path: Path
) -> None:
    issuer.put_badge()
    widths = {}
    for size in ("card", "compact", "image"):
        page = shown(issuer.page, more=f' size="{size}" dir="rtl"', viewport=PHONE)
        widths[size] = page.locator("insignia-badge").evaluate("one => one.getBoundingClientRect().width")
        assert problems(page, axe) == []
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.shadowRoot.activeElement.href")
        assert focused == issuer.page
        assert 'Tides and "Currents" <b>' in page.locator("insignia-badge a.main").inner_text()
    assert widths["card"] > widths["compact"]
    page.locator("insignia-badge").evaluate("one => one.setAttribute('href', '')")
    expect(page.locator("insignia-badge")).to_have_attribute("state", "missing")


def test_an_answer_that_is_too_large_or_no_json(shown: Callable[..., Page], issuer: Issuer) -> None:
    path, headers = f"/credentials/{KEY}.nq.json", {"Access-Control-Allow-Origin": "*"}
    for content in (b"", b"[", b"5", b"null", b'{"document":"' + b"a" * 5_000_000 + b'"}'):
        issuer.site.pages[path] = content, "application/json", headers
        assert state(shown(issuer.page)) == "broken"
    for value in ({}, {"document": 1, "proof": {}, "proofValue": None}, json.loads("[]")):
        issuer.site.put_json(path, value)
        assert state(shown(issuer.page)) == "unchecked"


def test_what_the_server_gives_is_what_the_library_makes(demo: Demo, shown: Callable[..., Page]) -> None:
    page = shown(f"{demo.url}/badges/{demo_badges(demo)['valid']}/")
    key = page.locator("insignia-badge").get_attribute("href") or ""
    key = key.rstrip("/").rpartition("/")[2]
    answers = [page.request.get(f"{demo.url}/credentials/{key}{end}") for end in (".json", ".nq.json")]
    assert texts(answers[0].body()) == answers[1].json()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_with_the_snippets(visit: Visit, demo: Demo, axe: str, scheme: str) -> None:
    page = visit(viewport=PHONE, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/badges/{demo_badges(demo)['valid']}/")
    page.get_by_role("link", name="Share and embed").click()
    expect(page.locator("insignia-badge")).to_have_attribute("state", "valid")
    assert problems(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("Size").select_option(label="One line")
    expect(page.locator("insignia-badge")).to_have_attribute("size", "compact")
    snippet = page.locator("#code-component")
    expect(snippet).to_contain_text('size="compact"')
    page.get_by_role("button", name="Copy").nth(1).click()
    assert page.evaluate("navigator.clipboard.readText()") == snippet.inner_text()
    for image in page.locator("main img").all():
        assert image.evaluate("one => one.complete && one.naturalWidth > 0")
