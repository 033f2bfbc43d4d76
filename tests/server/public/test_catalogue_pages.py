"""The public catalogue: what is found, in which order, and the way to earn each."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from insignia_server.achievements import catalogue, earning
from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Alignment, Definition, Translation
from insignia_server.achievements.models import Achievement, CatalogueEntry
from insignia_server.awarding import claim_links
from insignia_server.awarding.models import Award, ClaimLink
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden
from insignia_server.kit.pictures import collection_card
from insignia_server.organisations import look
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.public import cards

pytestmark = pytest.mark.django_db
Publish = Callable[..., Achievement]


@pytest.fixture
def publish(owner: Actor, issuer: Issuer) -> Publish:
    """`publish("Tides", tags=("sea",))`: a published achievement."""

    def make(name: str, by: Issuer | None = None, **fields: Any) -> Achievement:
        assessment = Definition.from_json(ACHIEVEMENTS[0]["definition"]).assessment
        texts = {"description": "What it is.", "criteria": "Do it.", "assessment": assessment}
        definition = replace(Definition(), name=name, **{**texts, **fields})
        made = achievements.create(by=owner, issuer=by or issuer, definition=definition)
        achievements.publish(by=owner, achievement=made)
        return made

    return make


def names(client: Client, query: str = "", path: str = "/catalogue.json") -> list[str]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    return [one["name"] for one in answer.json()["items"]]


@pytest.fixture
def three(publish: Publish) -> list[Achievement]:
    """Three that differ in everything."""
    skill = Alignment(target_name="Crème brûlée", target_url="https://skills.example/7")
    return [
        publish("École d'été", in_language="fr", achievement_type="Course", eqf_level=5, workload_hours=6.0),
        publish("Baking", alignments=(skill,), tags=("kitchen",), workload_hours=40.0, eqf_level=4),
        publish(
            "Tides",
            translations=(Translation(language="de", name="Gezeiten", description="Ebbe und Flut"),),
            workload_hours=200.0,
        ),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Baking", "École d'été", "Tides"]),
        ("sort=newest", ["Tides", "Baking", "École d'été"]),
        ("sort=nonsense", ["Baking", "École d'été", "Tides"]),
        ("q=ECOLE+ete", ["École d'été"]),
        ("q=ecole+tides", []),
        ("q=gezeiten", ["Tides"]),
        ("q=ebbe", ["Tides"]),
        ("q=creme", ["Baking"]),
        ("q=KITCHEN", ["Baking"]),
        ("q=%25", []),
        ("skill=brulee", ["Baking"]),
        ("skill=tides", []),
        ("type=Course", ["École d'été"]),
        ("level=4", ["Baking"]),
        ("level=x", []),
        ("level=99999999999999999999", []),
        ("language=fr", ["École d'été"]),
        ("language=de-AT", ["Tides"]),
        ("workload=day", ["École d'été"]),
        ("workload=week", ["Baking"]),
        ("workload=month", []),
        ("workload=more", ["Tides"]),
        ("workload=never", []),
        ("issuer=nobody", []),
        ("after=nonsense", ["Baking", "École d'été", "Tides"]),
        ("after=00000000-0000-7000-8000-000000000000", ["Baking", "École d'été", "Tides"]),
        ("limit=0", ["Baking"]),
        ("limit=%C2%B2", ["Baking", "École d'été", "Tides"]),
    ],
)
def test_what_is_found(client: Client, three: list[Achievement], query: str, found: list[str]) -> None:
    assert names(client, query) == found


def test_pages_lead_on_and_back_and_lose_nothing(client: Client, publish: Publish, issuer: Issuer) -> None:
    for number in range(5):
        publish("Same name" if number < 3 else f"Course {number}")
    for order in ("name", "newest"):
        everything = client.get(f"/catalogue.json?sort={order}").json()["items"]
        seen, address = [], f"/catalogue.json?sort={order}&limit=2"
        while address:
            answer = client.get(address.replace("http://testserver", "")).json()
            seen += answer["items"]
            address = answer["next"] and answer["next"].partition("//")[2].partition("/")[2]
            address = address and f"/{address}"
        assert [one["id"] for one in seen] == [one["id"] for one in everything]
        assert len(seen) == 5
        with scopes.crossing("public-pages"):
            rows = catalogue.find(catalogue.Wanted())
            first = catalogue.page(rows, sort=order, size=2)
            second = catalogue.page(rows, sort=order, size=2, after=first.after or "")
            back = catalogue.page(rows, sort=order, size=2, before=second.before or "")
        assert (first.before, [one.pk for one in back.rows]) == (None, [one.pk for one in first.rows])
        assert back.before is None
        assert back.after == first.after


def test_it_follows_what_is_published_and_archived(client: Client, publish: Publish, owner: Actor) -> None:
    made = publish("Tides")
    definition = replace(achievements.current(made).definition, name="Currents")
    achievements.save_draft(by=owner, achievement=made, definition=definition)
    assert names(client) == ["Tides"]
    achievements.publish(by=owner, achievement=made)
    assert (names(client), names(client, "q=tides")) == (["Currents"], [])
    achievements.archive(by=owner, achievement=made)
    assert names(client) == []
    achievements.unarchive(by=owner, achievement=made)
    assert names(client) == ["Currents"]


def test_nothing_of_a_suspended_organisation_is_offered(
    client: Client, publish: Publish, organisation: Organisation
) -> None:
    publish("Tides")
    Organisation.plain.filter(pk=organisation.pk).update(state="suspended")
    assert names(client) == []
    assert "Tides" not in client.get("/catalogue/").content.decode()


def test_an_issuer_has_a_catalogue_of_its_own(
    client: Client, publish: Publish, owner: Actor, issuer: Issuer
) -> None:
    other = issuers.create_issuer(by=owner, name="Harbour School", url="https://harbour.example")
    publish("Tides")
    publish("Knots", by=other)
    assert names(client, path=f"/issuers/{other.slug}/catalogue.json") == ["Knots"]
    assert names(client, f"issuer={issuer.slug}") == ["Tides"]
    assert names(client, f"issuer={issuer.slug}", path=f"/issuers/{other.slug}/catalogue.json") == ["Knots"]
    page = client.get(f"/issuers/{other.slug}/catalogue/").content.decode()
    assert "Knots" in page
    assert "Tides" not in page
    assert "Every issuer" not in page, "nothing to choose"
    assert client.get("/issuers/nobody/catalogue/").status_code == 404
    assert client.get("/issuers/nobody/catalogue.json").status_code == 404


def test_a_claim_page_an_issuers_catalogue_and_the_share_page_have_the_look(
    client: Client, owner: Actor, issuer: Issuer, publish: Publish, make_award: Callable[..., Award]
) -> None:
    organisation = Organisation.objects.get(pk=owner.organisation_id)
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>'
    look.set_picture(by=owner, organisation=organisation, place="logo", content=picture)
    address = look.of(organisation).logo_address
    link = claim_links.open_link(by=owner, achievement=publish("Tides"), name="Spring")
    pages = (
        f"/claim/{link.token}/",
        f"/issuers/{issuer.slug}/catalogue/",
        f"/badges/{make_award().pk}/share/",
    )
    for page in (*pages, f"/issuers/{issuer.slug}/"):
        shown = client.get(page).content.decode()
        head = shown[shown.index('<header class="masthead"') :].partition("</header>")[0]
        assert address in head, page
        assert f'href="/issuers/{issuer.slug}/"' in head, "the logo leads to the organisation's own page"


def test_pictures_of_the_look_come_small_too(client: Client, owner: Actor, issuer: Issuer) -> None:
    """'images in fitting sizes': the head shows a logo of 960 pixels 161 wide."""
    organisation = Organisation.objects.get(pk=owner.organisation_id)
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 0h60v20H0z"/></svg>'
    for place in ("logo", "cover"):
        look.set_picture(by=owner, organisation=organisation, place=place, content=picture)
    issuers.set_issuer_picture(by=owner, issuer=issuer, content=picture)
    now = look.of(organisation)
    page = client.get(f"/issuers/{issuer.slug}/").content.decode()
    image = f"/issuers/{issuer.slug}/image.png"
    for address, across in ((now.head_logo, 480), (now.small_cover, 960), (f"{image}?w=256", 256)):
        assert escape(address) in page, address
        answer = client.get(address)
        assert Image.open(io.BytesIO(answer.content)).width == across
        assert client.get(address).content == answer.content
    whole = client.get(image).content
    for odd in ("1000000", "257", "x", ""):
        assert client.get(f"{image}?w={odd}").content == whole, odd


# The way to earn it


def way(client: Client) -> dict[str, str]:
    earn: dict[str, str] = client.get("/catalogue.json").json()["items"][0]["earn"]
    return earn


def test_a_link_is_shown_only_when_asked_for_and_while_it_is_open(
    client: Client, publish: Publish, owner: Actor
) -> None:
    made = publish("Tides", criteria_url="https://academy.nordhaven.example/tides")
    link = claim_links.open_link(by=owner, achievement=made, name="Open day", limit=1)
    assert way(client) == {"by": "read", "url": "https://academy.nordhaven.example/tides"}
    claim_links.show_in_catalogue(by=owner, link=link, shown=True)
    address = claim_links.link_url(link)
    assert way(client) == {"by": "claim", "url": address}
    for page in ("/catalogue/", f"/achievements/{made.pk}/"):
        assert f'href="{address}"' in client.get(page).content.decode(), page
    changes: list[dict[str, Any]] = [
        {"taken": 1},
        {"closed_at": timezone.now()},
        {"closes_at": timezone.now() - dt.timedelta(seconds=1)},
        {"opens_at": timezone.now() + dt.timedelta(hours=1)},
        {"in_catalogue": False},
    ]
    for change in changes:
        before = ClaimLink.objects.filter(pk=link.pk).values(*change).get()
        ClaimLink.objects.filter(pk=link.pk).update(**change)
        assert way(client)["by"] == "read", change
        assert address not in client.get(f"/achievements/{made.pk}/").content.decode()
        ClaimLink.objects.filter(pk=link.pk).update(**before)
    assert way(client)["by"] == "claim"


def test_where_it_can_be_earned_comes_first_and_changes_without_a_new_version(
    client: Client, publish: Publish, owner: Actor
) -> None:
    """'A public catalogue ..., each with an 'earn this' route'."""
    made = publish("Tides", criteria_url="https://academy.nordhaven.example/tides")
    link = claim_links.open_link(by=owner, achievement=made, name="Open day")
    claim_links.show_in_catalogue(by=owner, link=link, shown=True)
    frozen = achievements.current(made)
    course = "https://courses.nordhaven.example/tides?intake=autumn&place=1"
    earning.set_earn_url(by=owner, achievement=made, address=f" {course} ")
    assert way(client) == {"by": "course", "url": course}
    for page in ("/catalogue/", f"/achievements/{made.pk}/", f"/achievements/{made.pk}/1/"):
        assert f'href="{escape(course)}"' in client.get(page).content.decode(), page
    now = achievements.current(made)
    assert (now.number, now.document, now.content) == (frozen.number, frozen.document, frozen.content)
    assert course not in json.dumps(now.document), "Open Badges 3.0 has no property for it"
    assert achievements.draft_of(made) is None
    Achievement.plain.filter(pk=made.pk).update(earn_url="javascript:alert(1)")
    assert way(client)["by"] == "claim", "whatever stands in the database, no running address is shown"


def test_without_a_page_the_issuer_is_asked(client: Client, publish: Publish, issuer: Issuer) -> None:
    publish("Tides")
    assert way(client) == {"by": "ask", "url": "https://academy.nordhaven.example"}
    Issuer.objects.filter(pk=issuer.pk).update(email="courses@nordhaven.example")
    assert way(client) == {"by": "ask", "url": "mailto:courses@nordhaven.example"}
    Issuer.objects.filter(pk=issuer.pk).update(email="", url="javascript:alert(1)")
    assert way(client)["url"].endswith(f"/issuers/{issuer.slug}/")


def test_who_may_not_award_may_not_show_a_link(
    publish: Publish, owner: Actor, act_as: Callable[..., Actor]
) -> None:
    link = claim_links.open_link(by=owner, achievement=publish("Tides"), name="L")
    with pytest.raises(Forbidden):
        claim_links.show_in_catalogue(by=act_as("author"), link=link, shown=True)


# The page


def test_the_page_says_when_nothing_is_there_and_when_nothing_fits(client: Client, publish: Publish) -> None:
    assert "Nothing is published yet" in client.get("/catalogue/").content.decode()
    publish("Tides")
    page = client.get("/catalogue/?q=%3Cb%3Enothing").content.decode()
    assert "Nothing fits this search" in page
    assert "<b>nothing" not in page


def test_its_cost_does_not_grow_with_the_catalogue(client: Client, publish: Publish) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/catalogue/").status_code == 200
        return len([one for one in captured if "set_config" not in one["sql"]])

    publish("Tides")
    first = cost()
    for number in range(5):
        publish(f"Course {number}")
    assert cost() == first <= 5


@given(some.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    folded = catalogue.fold(text)
    assert catalogue.fold(folded) == folded


def test_what_was_published_before_is_there_after_the_migration(publish: Publish) -> None:
    from importlib import import_module

    from django.apps import apps

    made = publish("Tides")
    CatalogueEntry.objects.all().delete()
    module = import_module("insignia_server.achievements.migrations.0004_catalogue")
    module.fill(apps, type("Editor", (), {"connection": connection}))
    assert CatalogueEntry.objects.get().achievement_id == made.pk


# What other sites show of it


def tags(client: Client, path: str) -> dict[str, str]:
    page = client.get(path).content.decode()
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page))


def test_the_catalogue_and_the_issuer_have_a_preview_with_their_badges(
    client: Client, publish: Publish, issuer: Issuer
) -> None:
    """'Open Graph and Twitter cards that render right'."""
    Issuer.objects.filter(pk=issuer.pk).update(name="A & B", description="We *teach* <b>tides</b> & more.")
    shown = {
        "/": "/catalogue/card.png",
        "/catalogue/": "/catalogue/card.png",
        f"/issuers/{issuer.slug}/": f"/issuers/{issuer.slug}/card.png",
        f"/issuers/{issuer.slug}/catalogue/": f"/issuers/{issuer.slug}/card.png",
    }
    empty = {path: client.get(path).content for path in set(shown.values())}
    publish("Tides")
    for path, card in shown.items():
        found = tags(client, path)
        assert found["og:image"] == f"{settings.PUBLIC_URL}{card}", path
        assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
        assert found["twitter:card"] == "summary_large_image"
        assert found["og:url"] == f"{settings.PUBLIC_URL}{path}"
        assert found["og:description"]
        answer = client.get(card)
        assert answer["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
        assert answer.content != empty[card], "the badge is on it"
        assert client.get(card).content == answer.content
    found = tags(client, f"/issuers/{issuer.slug}/")
    assert found["og:title"] == "A &amp; B"
    assert found["og:description"] == "We teach &lt;b&gt;tides&lt;/b&gt; &amp; more."
    assert tags(client, f"/issuers/{issuer.slug}/catalogue/")["og:title"].endswith("from A &amp; B")


def test_a_card_is_drawn_once_and_the_one_before_goes(
    client: Client, publish: Publish, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []

    def counted(**words: Any) -> bytes:
        drawn.append(len(words["badges"]))
        return collection_card(**words)

    monkeypatch.setattr(cards, "collection_card", counted)
    for number in range(6):
        publish(f"Course {number}")
    path = f"/issuers/{issuer.slug}/card.png"
    first = client.get(path)
    assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert drawn == [4]
    Issuer.objects.filter(pk=issuer.pk).update(name="Another name")
    assert client.get(path).content != first.content
    assert len(default_storage.listdir(f"cards/issuers/{issuer.pk}")[1]) == 1
    assert client.get("/issuers/nobody/card.png").status_code == 404
