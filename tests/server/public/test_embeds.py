"""What other sites embed: the component's files, snippets, the small pictures, the tags of a page's head."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from PIL import Image
from tests.server.public.conftest import ARTWORK

from insignia_server.awarding import embeds
from insignia_server.awarding.models import Award
from insignia_server.credentials import services as credentials
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.pictures import set_issuer_picture
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.public.embeds import script
from insignia_server.public.embeds.state_badge import TONES, draw

MakeAward = Callable[..., Award]
HOSTILE = '"><script>alert(1)</script>](javascript:x) `|*&amp;'


class Tags(HTMLParser):
    """Every start tag of a text, with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def metas(self) -> dict[str, str]:
        """`property` or `name` of each meta element, to its content."""
        pairs = [(one.get("property") or one.get("name"), one.get("content")) for _tag, one in self.found]
        return {name: content or "" for name, content in pairs if name and content is not None}


def subject(**changes: Any) -> embeds.Subject:
    given = {
        "credential": uuid7(),
        "achievement": uuid7(),
        "number": 1,
        "name": "Tides",
        "issuer": "Nordhaven",
        "issuer_slug": "nordhaven",
    }
    return embeds.Subject(**{**given, **changes})


@pytest.mark.parametrize(
    "path", ["/embed.js", "/credentials/{key}.nq.json", "/badges/{key}/state.svg", "/oembed"]
)
def test_any_site_may_read_them_and_no_cookie_is_set(
    client: Client, make_award: MakeAward, path: str
) -> None:
    award = make_award()
    query = {"url": f"{settings.PUBLIC_URL}/badges/{award.credential_id}/"} if path == "/oembed" else {}
    answer = client.get(
        path.format(key=award.credential_id), query, headers={"Origin": "https://blog.example"}
    )
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


def test_the_component_is_kept_for_ever_by_its_version(client: Client) -> None:
    answer = client.get("/embed.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert client.get(f"/embed.js?v={script.version()}")["Cache-Control"].endswith("immutable")
    packed = client.get("/embed.js", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 8_500
    assert client.get("/embed.js?v=0123456789ab")["Cache-Control"] == "public, max-age=3600"
    assert len(answer.content) <= 18 * 1024
    assert "Accept-Language" not in answer.get("Vary", ""), "one copy for readers of every language"


def test_the_texts_of_a_badge_follow_its_visibility(client: Client, make_award: MakeAward) -> None:
    award = make_award()
    path = f"/credentials/{award.credential_id}.nq.json"
    assert set(client.get(path).json()) == {"cryptosuite", "document", "proof", "proofValue"}
    Award.objects.filter(pk=award.pk).update(visibility="private")
    assert client.get(path).status_code == 404
    assert client.get(f"/status/{uuid7()}.nq.json").status_code == 404


def test_no_name_gets_out_of_a_snippet() -> None:
    one = subject(name=HOSTILE, issuer=HOSTILE)
    for snippet in embeds.snippets(one, size="image", theme="dark"):
        assert type(snippet.content) is str  # so that a page shows its characters
        if snippet.name in ("markdown", "readme"):
            assert re.fullmatch(r"\[!\[(?:[^\[\]\\<>`]|\\.)*\]\([^()\s]+\)\]\([^()\s]+\)", snippet.content)
            continue
        tags = Tags(snippet.content)
        assert [tag for tag, _ in tags.found].count("script") == (snippet.name == "component")
        assert not [name for _tag, given in tags.found for name in given if name.startswith("on")]
        assert {given["href"] for _tag, given in tags.found if "href" in given} == {one.page}


def test_sizes_and_colours_that_nobody_offers_are_left_out() -> None:
    assert 'size="compact" theme="light"' in embeds.component(subject(), size="compact", theme="light")
    one = subject()
    plain = embeds.component(one, size='"><b>', theme="pink")
    assert plain == embeds.component(one)
    assert "size=" not in plain


def test_the_page_shows_every_snippet_as_text(client: Client, make_award: MakeAward) -> None:
    award = make_award()
    answer = client.get(f"/badges/{award.credential_id}/share/?size=compact&theme=dark")
    tags = Tags(answer.content.decode())
    for one in embeds.snippets(
        embeds.subject_of(award.version, award.achievement, award.credential_id), size="compact", theme="dark"
    ):
        assert one.content in tags.words, one.name
    assert next(one for tag, one in tags.found if tag == "insignia-badge")["size"] == "compact"
    assert "style=" not in "".join(f"{name}=" for _tag, one in tags.found for name in one)
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_page_may_ask_the_domain_of_the_issuer(
    client: Client, make_award: MakeAward, issuer: Issuer
) -> None:
    award = make_award()
    Issuer.objects.filter(pk=issuer.pk).update(
        own_domain="badges.arts.example", base_url="https://old.example"
    )
    policy = client.get(f"/badges/{award.credential_id}/share/")["Content-Security-Policy"]
    assert "connect-src 'self' https://badges.arts.example https://old.example" in policy
    assert "script-src 'self';" in policy + ";"


def test_the_badge_page_leads_there(client: Client, make_award: MakeAward) -> None:
    award = make_award()
    page = client.get(f"/badges/{award.credential_id}/").content.decode()
    assert f'href="/badges/{award.credential_id}/share/"' in page


@pytest.mark.parametrize(
    ("act", "label"), [("", "Valid"), ("revoke", "Revoked"), ("expire", "Expired"), ("undo", "Revoked")]
)
def test_the_small_picture_says_what_is_true_now(
    client: Client, make_award: MakeAward, owner: Actor, act: str, label: str
) -> None:
    past = timezone.now() - dt.timedelta(hours=1) if act == "expire" else None
    award = make_award(valid_until=past)
    if act == "revoke":
        credentials.revoke(by=owner, credential=award.credential, reason="Copied.", now=timezone.now())
    if act == "undo":
        Award.objects.filter(pk=award.pk).update(state="undone")
    answer = client.get(f"/badges/{award.credential_id}/state.svg")
    root = ElementTree.fromstring(answer.content)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == f"Data Literacy: Foundations: {label}"
    assert root.get("aria-label") == title.text
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"Ann" not in answer.content


def test_the_small_picture_in_the_readers_language(client: Client, make_award: MakeAward) -> None:
    path = f"/badges/{make_award().credential_id}/state.svg"
    answer = client.get(path, headers={"Accept-Language": "de"})
    assert "Gültig" in answer.content.decode()
    assert "Accept-Language" in answer["Vary"]


@pytest.mark.parametrize(
    "name", ["Tides", "مهارات البيانات", "数据素养基础", "x" * 500, HOSTILE, "a", "W " * 60]
)
def test_no_name_runs_out_of_its_field(name: str) -> None:
    root = ElementTree.fromstring(draw(name, "Valid", "good"))
    width = float(str(root.get("viewBox")).split()[2])
    assert 60 < width < 360
    starts = [float(one) for path in root.iter() for one in re.findall(r"M(-?[\d.]+) ", path.get("d") or "")]
    assert all(-1 <= one <= width for one in starts)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("tone", sorted(TONES))
def test_white_can_be_read_on_each_colour(tone: str) -> None:
    """WCAG 2.2, 1.4.3: 'a contrast ratio of at least 4.5:1'"""
    parts = [int(TONES[tone][at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_the_tags_for_previews(client: Client, make_award: MakeAward, owner: Actor, issuer: Issuer) -> None:
    """https://ogp.me: 'The four required properties for every page are: og:title og:type og:image og:url'"""
    award = make_award()
    set_issuer_picture(by=owner, issuer=issuer, content=(ARTWORK / "nordhaven-university.svg").read_bytes())
    pages = {
        f"/badges/{award.credential_id}/": (1200, 630),
        f"/achievements/{award.achievement_id}/": (1200, 630),
        f"/issuers/{issuer.slug}/": (1200, 630),
        f"/issuers/{issuer.slug}/catalogue/": (1200, 630),
        "/catalogue/": (1200, 630),
    }
    for path, size in pages.items():
        tags = Tags(client.get(path, headers={"Accept-Language": "de"}).content.decode())
        metas = tags.metas()
        assert metas["og:url"] == f"{settings.PUBLIC_URL}{path}"
        assert (metas["og:type"], metas["og:locale"]) == ("website", "de_DE")
        assert metas["og:site_name"] == settings.INSTANCE_NAME
        assert metas["og:title"] == metas["twitter:title"] != ""
        assert metas["og:description"] == metas["twitter:description"] != ""
        assert metas["og:image:alt"] == metas["twitter:image:alt"] != ""
        assert metas["twitter:card"] == "summary_large_image"
        assert metas["og:image"].startswith(f"{settings.PUBLIC_URL}/")
        picture = client.get(metas["og:image"].removeprefix(settings.PUBLIC_URL))
        with Image.open(BytesIO(picture.content)) as image:
            assert image.size == size == (int(metas["og:image:width"]), int(metas["og:image:height"]))
    front = Tags(client.get("/").content.decode()).metas()
    assert (front["og:url"], front["og:locale"]) == (f"{settings.PUBLIC_URL}/", "en_US")
    assert front["og:image"] == f"{settings.PUBLIC_URL}/catalogue/card.png"


def test_a_private_page_gives_no_preview(
    client: Client, make_award: MakeAward, make_user: Callable[..., Any]
) -> None:
    award, ann = make_award(), make_user("ann@example.org")
    Award.objects.filter(pk=award.pk).update(visibility="private", person=ann)
    client.force_login(ann)
    text = client.get(f"/badges/{award.credential_id}/").content.decode()
    assert "og:" not in text
    assert "oembed" not in text
    share = client.get(f"/badges/{award.credential_id}/share/").content.decode()
    assert "You have hidden this badge" in share


def test_share_links_hold_the_page_and_nothing_else() -> None:
    one = subject(name="A & B?subject=x", issuer="C\r\nBcc: eve@example.org")
    links = embeds.share_links(one)
    assert links["mail"].startswith("mailto:?subject=A%20%26%20B%3Fsubject%3Dx&body=")
    assert "\n" not in links["mail"]
    assert links["linkedin"].endswith(one.page.replace(":", "%3A").replace("/", "%2F"))


@override_settings(PUBLIC_URL="https://badges.example.edu")
def test_every_address_is_absolute() -> None:
    for snippet in embeds.snippets(subject()):
        found = re.findall(r'(?:href|src)="([^"]+)"|\]\(([^)]+)\)', snippet.content)
        assert found
        assert all("".join(one).startswith("https://badges.example.edu/") for one in found), snippet.name


def test_the_component_says_it_in_the_words_of_the_house() -> None:
    """French: the same verb as on badge pages, and "valide" as in the verdict."""
    built = script.script().decode()
    assert "Attribué à {n}" in built
    assert "Valide à partir du {d}" in built
    assert "Décerné" not in built
    assert "Valable" not in built
