"""People read words, not codes; and a badge's state is one thing, its mail another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.awarding import claims
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.console.webhooks.views import EVENTS
from insignia_server.issuers import services as issuers
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.webhooks import services as webhooks
from insignia_server.webhooks.models import Delivery

BASE = "/console/nordhaven/"
MakeAward = Callable[[str], Award]


@pytest.fixture
def make_award(scoped: Organisation, owner: Actor) -> MakeAward:
    """`make_award("Ann Lee")`: Laboratory Safety, its mail queued."""
    issuer = issuers.create_issuer(by=owner, name="Faculty of Chemistry")
    row = next(one for one in ACHIEVEMENTS if one["artwork"] == "laboratory-safety")
    made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(row["definition"]))
    achievements.publish(by=owner, achievement=made)

    def make(name: str) -> Award:
        address = f"{name.split()[0].lower()}@example.org"
        return awarding.award(
            by=owner,
            achievement=made,
            recipient=awarding.Recipient(email=address, name=name),
            key=f"test:{name}",
            results=[awarding.Result(description="points", value="19")],
        )

    return make


def words(client: Client, path: str) -> str:
    """What stands on a page, without the tags."""
    page = client.get(BASE + path).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_the_home_page_tells_badge_and_mail_apart(
    owner_browser: Client, owner: Actor, make_award: MakeAward
) -> None:
    gone = make_award("Bo Lund")
    awarding.suspend(by=owner, award=gone, reason="In doubt", send=False)
    make_award("Ann Lee")
    shown = words(owner_browser, "")
    assert "Learner Achievement Badge Mail Awarded" in shown
    assert re.search(r"ann@example\.org Laboratory Safety Valid Queued", shown)
    assert re.search(r"bo@example\.org Laboratory Safety Suspended Queued", shown)


def test_the_page_of_an_award_says_what_was_done_and_which_mail_went_out(
    owner_browser: Client, owner: Actor, make_award: MakeAward
) -> None:
    award = make_award("Ann Lee")
    shown = words(owner_browser, f"awards/{award.pk}/")
    assert "The badge was awarded and signed" in shown
    assert "A badge was awarded ann@example.org" in shown
    assert "award.issue" not in shown


def test_a_mail_that_was_withdrawn_asks_nobody_to_correct_an_address(
    owner_browser: Client, owner: Actor, make_award: MakeAward
) -> None:
    award = make_award("Ann Lee")
    awarding.revoke(by=owner, award=award, reason="By mistake", send=False)
    shown = words(owner_browser, f"awards/{award.pk}/")
    assert shown.lower().count("not sent, since the badge changed") == 2  # the chip, and the mail
    assert "Correct the address" not in shown
    assert "ould not be sent" not in shown
    assert "did not reach" not in words(owner_browser, "")
    assert "Ann Lee" not in words(owner_browser, "delivery/?state=failed")
    listed = words(owner_browser, "delivery/?state=withheld")
    assert "Ann Lee" in listed
    assert "Send again" not in listed


def test_the_page_of_a_corrected_badge_says_what_took_its_place(
    owner_browser: Client, owner: Actor, make_award: MakeAward
) -> None:
    award = make_award("Ann Lee")
    awarding.correct(by=owner, award=award, changes=awarding.Correction(reason="Name", name="Ann Li"))
    assert "superseded by a newer one" in words(owner_browser, f"awards/{award.pk}/")


def test_the_audit_log_is_written_in_sentences(owner_browser: Client, make_award: MakeAward) -> None:
    make_award("Ann Lee")
    shown = words(owner_browser, "audit/")
    assert "The badge was awarded and signed Award …" in shown
    assert "source: by hand" in shown
    assert re.findall(r"\b(?:award|issuer|key|achievement)\.[a-z-]+", shown) == []
    assert "The badge was awarded" not in words(owner_browser, "audit/?action=claim-link")


def test_every_event_of_a_webhook_has_words_and_is_listed_by_them(
    owner_browser: Client, owner: Actor, scoped: Organisation, make_award: MakeAward
) -> None:
    assert set(EVENTS) == set(webhooks.EVENTS)
    endpoint, _secret = webhooks.create_endpoint(by=owner, url="https://sis.nordhaven.example/hooks")
    make_award("Ann Lee")
    assert "A badge was awarded and signed award.issued" in words(owner_browser, f"webhooks/{endpoint.pk}/")
    delivery = Delivery.objects.get()
    page = owner_browser.get(f"{BASE}webhooks/deliveries/{delivery.pk}/").content.decode()
    assert re.search(r"<title>\s*A badge was awarded and signed", page)


def test_closing_a_link_says_which_one(owner_browser: Client, owner: Actor, make_award: MakeAward) -> None:
    award = make_award("Ann Lee")
    link = claims.open_link(by=owner, achievement=award.achievement, name="Open day")
    page = owner_browser.get(f"{BASE}claims/{link.pk}/close/").content.decode()
    crumbs = page.partition('class="crumbs"')[2].partition("</nav>")[0] or page
    assert "Open day" in crumbs
