"""Awards in the console: the form, what was looked at is what is signed, and what can happen afterwards."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from lxml import html

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition, ResultDescription, RubricLevel
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import services
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award, DeliveryState
from insignia_server.awarding.services import Evidence, Recipient, Result
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.console import unsent
from insignia_server.issuers import services as issuers
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

BASE = "/console/nordhaven/awards/"


@pytest.fixture
def achievement(scoped: Organisation, owner: Actor) -> Achievement:
    """Laboratory Safety: a score of 18 to 20, valid two years, can be suspended."""
    issuer = issuers.create_issuer(by=owner, name="Faculty of Chemistry")
    row = next(one for one in ACHIEVEMENTS if one["artwork"] == "laboratory-safety")
    made = achievements.create(by=owner, issuer=issuer, definition=Definition.from_json(row["definition"]))
    achievements.publish(by=owner, achievement=made)
    return made


@pytest.fixture
def desk(client: Client, organisation: Organisation, act_as: Callable[..., Actor]) -> Client:
    """A browser in which an awarder is signed in."""
    client.force_login(User.objects.get(pk=act_as("awarder").user_id))
    return client


def form_of(client: Client, achievement: Achievement, **values: Any) -> dict[str, Any]:
    """The form as it is shown, with some fields filled in."""
    page = client.get(f"{BASE}new/{achievement.pk}/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    return {
        "key": key[1],
        "email": "ann@example.org",
        "name": "Ann",
        "result_points": "19",
        "send": "on",
        **values,
    }


def the_award() -> Award:
    with scopes.crossing("jobs"):
        return Award.objects.select_related("credential").get()


def test_what_was_looked_at_is_signed_and_sent(desk: Client, achievement: Achievement) -> None:
    values = form_of(desk, achievement)
    looked = desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "look"}).content.decode()
    assert "This is what will be signed" in looked
    assert "AchievementSubject" in looked
    with scopes.crossing("jobs"):
        assert not Award.objects.exists(), "looking signs nothing"
    done = desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "sign"}, follow=True)
    assert "Awarded to Ann." in done.content.decode()
    award = the_award()
    assert (award.name, award.email, award.credential.state) == ("Ann", "ann@example.org", "valid")
    again = desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "sign"}, follow=True)
    assert again.status_code == 200
    assert the_award() == award, "sending the form twice awards once"
    run_pending()
    [message] = [one for one in mail.outbox if "ann@example.org" in one.to[0]]
    assert f"/badges/{award.credential_id}/" in str(message.body)


def test_what_was_changed_after_the_look_is_looked_at_again(desk: Client, achievement: Achievement) -> None:
    """Issue 3: 'a preview of the page and of the JSON before it is signed'; Enter in a field presses the
    first button, which signs."""
    values, at = form_of(desk, achievement), f"{BASE}new/{achievement.pk}/"
    looked = desk.post(at, {**values, "act": "look"})
    values["seen"] = looked.context["seen"]
    page = desk.post(at, {**values, "name": "Bea", "act": "sign"})
    assert "This is not what you looked at" in page.content.decode()
    with scopes.crossing("jobs"):
        assert not Award.objects.exists(), "nobody has seen it"
    desk.post(at, {**values, "name": "Bea", "seen": page.context["seen"], "act": "sign"})
    assert the_award().name == "Bea"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"])
def test_the_day_that_was_typed_is_the_day_that_everybody_reads(
    desk: Client, achievement: Achievement, organisation: Organisation, zone: str
) -> None:
    """Issue 3: 'email ..., name, dates': 29 February stays 29 February on the badge page, in the console and
    in the form that corrects it, whatever zone the organisation works in."""
    Organisation.plain.filter(pk=organisation.pk).update(time_zone=zone)
    days = {"valid_from": "2024-02-29", "valid_until": "2028-02-29"}
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement, **days), "act": "sign"})
    award = the_award()
    assert award.credential.valid_from == dt.datetime(2024, 2, 29, tzinfo=dt.UTC)
    assert award.credential.valid_until == dt.datetime(2028, 2, 29, 23, 59, 59, tzinfo=dt.UTC)
    for page in (f"/badges/{award.pk}/", f"{BASE}{award.pk}/"):
        text = desk.get(page).content.decode()
        assert re.findall(r'datetime="(20[0-9-]+)">', text.partition("Earned")[2])[:2] == [*days.values()], (
            page
        )
    form = desk.get(f"{BASE}{award.pk}/correct/").context["form"]
    assert [str(form[name].value()) for name in days] == [*days.values()]


def test_a_level_has_its_name_and_a_correction_leads_to_what_it_replaced(
    desk: Client, achievement: Achievement, owner: Actor
) -> None:
    """Issue 3: 'resultDescription (grades, scores, rubric levels ...)', 'both are linked'."""
    rubric = ResultDescription(
        key="work",
        name="Work",
        result_type="RubricCriterionLevel",
        levels=(RubricLevel(key="l1", name="Fine"),),
    )
    changed = dataclasses.replace(achievements.current(achievement).definition, results=(rubric,))
    with scopes.organisation(owner.organisation_id):
        achievements.save_draft(by=owner, achievement=achievement, definition=changed)
        achievements.publish(by=owner, achievement=achievement)
    values = form_of(desk, achievement, result_work="l1")
    desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "sign"})
    old = the_award()
    assert dict(desk.get(f"{BASE}{old.pk}/").context["results"]) == {"Work": "Fine"}
    changes = {"reason": "A typing error.", "name": "Anne", "email": "ann@example.org", "result_work": "l1"}
    changes["valid_from"] = old.credential.valid_from.date().isoformat()
    page = desk.post(f"{BASE}{old.pk}/correct/", changes, follow=True)
    assert f'href="{BASE}{old.pk}/"' in page.content.decode()


def test_an_end_that_was_wrong_is_taken_away(desk: Client, achievement: Achievement) -> None:
    """Issue 3: 'Correct'. The form says of the end 'Empty: as the achievement says': two years, here."""
    values = form_of(desk, achievement, valid_from="2026-01-31", valid_until="2026-12-31")
    desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "sign"})
    award = the_award()
    at = f"{BASE}{award.pk}/correct/"
    same = {"reason": "The end was wrong.", "name": "Ann", "email": "ann@example.org", "result_points": "19"}
    page = desk.post(at, {**same, "valid_from": "", "valid_until": ""})
    assert set(page.context["form"].errors) == {"valid_from"}, "an empty beginning is not passed over"
    desk.post(at, {**same, "valid_from": "2026-01-31", "valid_until": ""})
    with scopes.crossing("jobs"):
        newest = Award.objects.select_related("credential").get(source="correction")
    assert newest.credential.valid_until == dt.datetime(2028, 1, 31, tzinfo=dt.UTC)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    desk: Client, achievement: Achievement
) -> None:
    values = form_of(desk, achievement, email="ann@", result_points="21", narrative="Careful work.")
    page = desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "sign"})
    text = page.content.decode()
    assert page.status_code == 422
    assert 'value="ann@"' in text
    assert "Careful work." in text
    assert text.count('class="error') + text.count("field__error") >= 1
    with scopes.crossing("jobs"):
        assert not Award.objects.exists()


def test_what_was_typed_outlives_being_signed_out(desk: Client, achievement: Achievement) -> None:
    """Issue 3: 'nothing is lost: a half-finished form ... can be taken up again'."""
    at, awarder = f"{BASE}new/{achievement.pk}/", User.objects.get(pk=desk.session["_auth_user_id"])
    values = {**form_of(desk, achievement, narrative="An hour of <work>."), "act": "look"}
    desk.logout()
    login = desk.post(at, values)
    assert login["Location"] == "/accounts/login/?next=/console/nordhaven/unsent/"
    desk.force_login(awarder)
    page = desk.get("/console/nordhaven/unsent/")
    form = html.fromstring(page.content.decode()).xpath(f"//form[@action='{at}']")[0]
    again = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
    assert again == values
    assert "This is what will be signed" in desk.post(at, again).content.decode()
    assert desk.get("/console/nordhaven/unsent/").status_code == 302, "it is shown once"


def test_evidence_that_has_a_name_only_is_not_passed_over(desk: Client, achievement: Achievement) -> None:
    values = form_of(desk, achievement, evidence_name="Portfolio, seen at the interview")
    page = desk.post(f"{BASE}new/{achievement.pk}/", {**values, "act": "look"})
    assert [one["name"] for one in page.context["preview"]["evidence"]] == [values["evidence_name"]]


def test_two_pieces_of_evidence_and_what_is_wrong_with_the_second(
    desk: Client, achievement: Achievement
) -> None:
    at = f"{BASE}new/{achievement.pk}/"
    more = {"evidence_1_name": "Interview", "evidence_1_url": "no link"}
    values = form_of(desk, achievement, evidence_url="https://example.org/1", **more)
    wrong = desk.post(at, {**values, "act": "look"})
    assert set(wrong.context["form"].errors) == {"evidence_1_url"}
    looked = desk.post(at, {**values, "evidence_1_url": "", "act": "look"})
    signed = [(one.get("id"), one.get("name")) for one in looked.context["preview"]["evidence"]]
    assert signed == [("https://example.org/1", None), (None, "Interview")]
    form = html.fromstring(looked.content.decode()).xpath("//form[@enctype]")[0]
    assert (form.fields["evidence_1_name"], form.fields["evidence_2_name"]) == ("Interview", None)
    assert desk.post(at, {**dict(form.form_values()), "act": "sign"}).status_code == 302
    assert [one.name for one in Facts.of(the_award()).evidence] == ["", "Interview"]


def test_every_piece_of_evidence_can_be_corrected(
    desk: Client, achievement: Achievement, owner: Actor
) -> None:
    """Issue 3: 'Correct': what the API can do, the page does: each piece is there, and one more fits in."""
    before = [
        Evidence(url="https://example.org/1", name="One", genre="Essay"),
        Evidence(name="Two", narrative="Long ago"),
        Evidence(name="Three", description="A talk"),
        Evidence(description="Told by word of mouth"),
    ]
    definition = achievements.current(achievement).definition
    with scopes.organisation(achievement.organisation_id):
        award = services.award(
            by=owner,
            key="k",
            achievement=achievement,
            recipient=Recipient(email="a@b.example"),
            results=[Result(description=one.key, value="19") for one in definition.results],
            evidence=before,
            send=False,
        )
    at = f"{BASE}{award.pk}/correct/"
    form = html.fromstring(desk.get(at).content.decode()).xpath("//form[@enctype]")[0]
    sent = {name: value.removeprefix("\n") for name, value in form.form_values()}
    assert (sent["evidence_1_text"], sent["evidence_2_name"]) == ("Long ago", "Three")
    assert not form.fields["evidence_4_url"]
    same = {**sent, "reason": "Evidence was wrong."}
    changed = {"evidence_name": "First", "evidence_1_remove": "on", "evidence_4_url": "https://example.org/5"}
    assert desk.post(at, {**same, **changed}).status_code == 302
    with scopes.crossing("jobs"):
        newest = Award.objects.get(source="correction")
    assert list(Facts.of(newest).evidence) == [
        dataclasses.replace(before[0], name="First"),
        *before[2:],
        Evidence(url="https://example.org/5"),
    ]


def test_what_is_kept_for_later_is_small_and_not_for_long(desk: Client, achievement: Achievement) -> None:
    at, awarder = f"{BASE}remind/", User.objects.get(pk=desk.session["_auth_user_id"])
    desk.logout()
    assert desk.post(at, {"award": "x" * unsent.MOST})["Location"] == f"/accounts/login/?next={at}"
    assert desk.post(at, {"award": "x"})["Location"] == "/accounts/login/?next=/console/nordhaven/unsent/"
    desk.force_login(awarder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unsent, "LONGEST", -1)
        assert desk.get("/console/nordhaven/unsent/")["Location"] == "/console/nordhaven/"


def test_strangers_do_not_fill_the_server_with_what_they_send(
    client: Client, organisation: Organisation
) -> None:
    at = f"{BASE}remind/"
    to = [client.post(at, {"award": "x"})["Location"] for _ in range(unsent.OFTEN[0] + 1)]
    assert all(one.endswith("/unsent/") for one in to[:-1])
    assert to[-1] == f"/accounts/login/?next={at}"


def test_it_is_found_by_address_and_by_the_beginning_of_a_name(
    desk: Client, achievement: Achievement
) -> None:
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement), "act": "sign"})
    for query, there in (
        ("q=ANN@example.org", True),
        ("q=an", True),
        ("q=bob", False),
        ("state=valid", True),
        ("state=revoked", False),
        (f"achievement={achievement.pk}", True),
        ("achievement=nonsense", False),
    ):
        assert ("ann@example.org" in desk.get(f"{BASE}?{query}").content.decode()) is there, query


def test_revoke_suspend_and_reinstate_ask_first_and_say_why(
    desk: Client, client: Client, achievement: Achievement
) -> None:
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement), "act": "sign"})
    award = the_award()
    address = f"{BASE}{award.pk}/"
    assert "What will happen" in desk.get(f"{address}suspend/").content.decode()
    assert desk.post(f"{address}suspend/", {"reason": " "}).status_code == 422
    desk.post(f"{address}suspend/", {"reason": "The test is being checked again."})
    assert the_award().credential.state == "suspended"
    desk.post(f"{address}reinstate/", {"reason": "It was in order."})
    assert the_award().credential.state == "valid"
    desk.post(f"{address}suspend/", {"reason": "Once more."})
    page = Client().get(f"/badges/{award.credential_id}/").content.decode()
    assert "Once more." in page


def test_a_wrong_name_is_corrected_by_a_new_badge(desk: Client, achievement: Achievement) -> None:
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement), "act": "sign"})
    old = the_award()
    values = {
        "reason": "The name was misspelt.",
        "name": "Anne",
        "email": "ann@example.org",
        "result_points": "19",
        "valid_from": old.credential.valid_from.date().isoformat(),
        "valid_until": old.credential.valid_until.date().isoformat() if old.credential.valid_until else "",
    }
    done = desk.post(f"{BASE}{old.pk}/correct/", values, follow=True)
    assert "The corrected badge is signed." in done.content.decode()
    with scopes.crossing("jobs"):
        new = Award.objects.select_related("credential").get(name="Anne")
        old.credential.refresh_from_db()
    assert (old.credential.state, old.credential.superseded_by_id) == ("superseded", new.credential_id)
    assert f"/badges/{new.credential_id}/" in Client().get(f"/badges/{old.credential_id}/").content.decode()


def test_an_address_is_corrected_without_a_new_badge(desk: Client, achievement: Achievement) -> None:
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement), "act": "sign"})
    award, content = the_award(), bytes(the_award().credential.content)
    with scopes.crossing("jobs"):
        Award.objects.update(delivery=DeliveryState.BOUNCED)
    assert "did not arrive" in desk.get(f"{BASE}{award.pk}/").content.decode()
    desk.post(f"{BASE}{award.pk}/send/", {"email": "ann.lindqvist@example.org"})
    run_pending()
    assert any("ann.lindqvist@example.org" in one.to[0] for one in mail.outbox)
    assert bytes(the_award().credential.content) == content
    assert "ann.lindqvist@example.org" in desk.get("/console/nordhaven/delivery/").content.decode()


def test_reminders_go_to_the_selected(desk: Client, achievement: Achievement) -> None:
    desk.post(f"{BASE}new/{achievement.pk}/", {**form_of(desk, achievement), "act": "sign"})
    run_pending()
    mail.outbox.clear()
    done = desk.post(f"{BASE}remind/", {"award": [str(the_award().pk), "nonsense"]}, follow=True)
    assert "1 reminder is on its way." in done.content.decode()
    run_pending()
    assert len(mail.outbox) == 1


def test_an_auditor_sees_and_changes_nothing(
    client: Client, achievement: Achievement, organisation: Organisation, act_as: Callable[..., Actor]
) -> None:
    client.force_login(User.objects.get(pk=act_as("auditor").user_id))
    page = client.get(BASE)
    assert page.status_code == 200
    assert "Award a badge" not in page.content.decode()
    assert client.get(f"{BASE}new/").status_code == 403
    assert client.post(f"{BASE}new/{achievement.pk}/", {}).status_code == 403
