"""Issue 3: 'Email is HTML and text, per organisation and language, previewable.'"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from insignia_server.audit.models import Entry
from insignia_server.awarding import services as awarding
from insignia_server.awarding.recipients import Recipient
from insignia_server.kit import scopes
from insignia_server.mail.models import MailText
from insignia_server.mail.sending import send_due
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

LIST = "/console/nordhaven/settings/mail-texts/"
AT = LIST + "award/en/"
OWN = {"subject": "Bravo, {name}", "intro": "From **all** of us."}


def test_the_list_shows_which_texts_are_the_organisations_own(owner_browser: Client) -> None:
    assert b"own text" not in owner_browser.get(LIST).content
    assert owner_browser.post(AT, {**OWN, "act": "save"}).status_code == 302
    page = owner_browser.get(LIST).content.decode()
    assert page.count("own text") == 1
    assert AT in page
    assert "batch_finished" not in page
    assert LIST in owner_browser.get("/console/nordhaven/settings/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_own_texts_reach_a_real_mail_in_the_learners_language(
    owner_browser: Client, world: dict[str, dict[str, Any]], owner: Actor, organisation: Organisation
) -> None:
    owner_browser.post(AT, OWN)
    owner_browser.post(LIST + "award/de/", {"subject": "Bravo auf Deutsch, {name}", "intro": "Von uns."})
    with scopes.organisation(organisation.pk):
        for language in ("en", "de"):
            who = Recipient(email=f"{language}@example.org", name="Bo", language=language)
            awarding.award(
                by=owner,
                achievement=awarding.Achievement.objects.get(pk=world["achievements"]["achievement"]),
                recipient=who,
                key=language,
                send=True,
            )
    mail.outbox.clear()
    send_due()
    found = {address: one for one in mail.outbox for address in ("en@", "de@") if address in one.to[0]}
    assert {address: str(one.subject) for address, one in found.items()} == {
        "en@": "Bravo, Bo",
        "de@": "Bravo auf Deutsch, Bo",
    }
    assert "of us." in str(found["en@"].body)
    assert "Von uns." in str(found["de@"].body)


def test_unknown_placeholders_are_refused_at_their_field_and_nothing_typed_is_lost(
    owner_browser: Client,
) -> None:
    for act in ("save", "preview"):
        answer = owner_browser.post(AT, {"subject": "Hi {nane}", "intro": "Kept words", "act": act})
        assert answer.status_code == 422
        form = answer.context["form"]
        assert list(form.errors) == ["subject"]
        assert "{name}, {achievement}, {issuer}" in form.errors["subject"][0]
        assert "Hi {nane}" in answer.content.decode()
        assert "Kept words" in answer.content.decode()
    assert not MailText.plain.exists()


def test_a_preview_keeps_nothing_and_shows_html_and_text(owner_browser: Client) -> None:
    page = owner_browser.post(AT, {**OWN, "act": "preview"})
    assert page.status_code == 200
    assert "Bravo, Amara Okafor" in page.content.decode()
    assert "From **all** of us." in page.content.decode()
    look = owner_browser.get(AT + "look/")
    assert "<strong>all</strong>" in look.content.decode() or "all</strong>" in look.content.decode()
    assert "sandbox" in look["Content-Security-Policy"]
    assert look["X-Frame-Options"] == "SAMEORIGIN"
    assert not MailText.plain.exists()
    owner_browser.get(AT)
    assert b"of us." not in owner_browser.get(AT + "look/").content


def test_hostile_html_is_escaped(owner_browser: Client) -> None:
    hostile = {"subject": "<script>x</script>", "intro": "<script>alert(1)</script><img src=x onerror=y>"}
    page = owner_browser.post(AT, {**hostile, "act": "preview"}).content.decode()
    look = owner_browser.get(AT + "look/").content.decode()
    for one in (page, look):
        assert "<script>alert" not in one
        assert "<script>x" not in one
        assert "<img src=x" not in one
    assert "&lt;script&gt;" in look


def test_back_to_the_usual_text_and_both_are_in_the_log(owner_browser: Client) -> None:
    owner_browser.post(AT, OWN)
    assert "Back to the usual text" in owner_browser.get(AT).content.decode()
    assert owner_browser.post(AT, {**OWN, "act": "reset"}).status_code == 302
    assert not MailText.plain.exists()
    actions = list(Entry.objects.filter(action__startswith="mail_text.").values_list("action", flat=True))
    assert sorted(actions) == ["mail_text.reset", "mail_text.set"]


def test_others_do_not_get_there(
    owner_browser: Client,
    member: Callable[..., User],
    browser: Callable[[User], Client],
    make_organisation: Callable[..., Organisation],
) -> None:
    foreign = browser(make_organisation("kestrel", "Kestrel").members(manager="plain").get().user)
    auditor = browser(member("auditor"))
    for at in (LIST, AT, AT + "look/"):
        assert foreign.get(at).status_code == 404
        assert auditor.get(at).status_code == 403
    for at in ("award/it/", "nothing/en/", "batch_finished/en/"):
        assert owner_browser.get(LIST + at).status_code == 404


def test_back_to_the_usual_text_can_be_undone(owner_browser: Client, organisation: Organisation) -> None:
    """design.md: 'Destructive acts name what they will do and how to undo it.'"""
    owner_browser.post(AT, {**OWN, "act": "save"})
    assert owner_browser.post(AT, {"act": "reset"}).status_code == 302
    with scopes.organisation(organisation.pk):
        assert not MailText.objects.exists()
    assert "Take my own text back" in owner_browser.get(AT).content.decode()
    assert owner_browser.post(AT, {"act": "undo"}).status_code == 302
    with scopes.organisation(organisation.pk):
        row = MailText.objects.get()
    assert {"subject": row.subject, "intro": row.intro} == OWN
    assert "Take my own text back" not in owner_browser.get(AT).content.decode()
    assert owner_browser.post(AT, {"act": "undo"}).status_code == 302, "once more does nothing"


def test_another_text_takes_the_place_of_what_could_be_undone(owner_browser: Client) -> None:
    owner_browser.post(AT, {**OWN, "act": "save"})
    owner_browser.post(AT, {"act": "reset"})
    owner_browser.post(AT, {"subject": "New", "intro": "", "act": "save"})
    owner_browser.post(AT, {"act": "reset"})
    owner_browser.post(AT, {"act": "undo"})
    assert b'value="New"' in owner_browser.get(AT).content
