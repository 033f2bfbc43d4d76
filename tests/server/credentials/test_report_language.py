"""The verdict in the reader's language: in English word for word the library's, in German German."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.html import escape, format_html
from django.utils.translation import override
from tests.library import old_badges, sd_jwt_world
from tests.library.verification_world import (
    AGENCY,
    PERSON,
    STRANGER,
    UNIVERSITY,
    badge,
    changed,
    check,
    endorsement,
    entry,
    status_list,
    world,
)
from tests.library.verification_world import LIST as LIST_URL

from insignia.contexts import CREDENTIALS_V2
from insignia.report import Report
from insignia.verification import steps
from insignia.verification.policy import families
from insignia.verification.render import sentence as of_the_library
from insignia.verification.render import tree
from insignia_server.credentials import report_words
from insignia_server.credentials.report_sentence import sentence
from insignia_server.credentials.report_translation import find, marked, plain

LATER = datetime(2031, 6, 1, tzinfo=UTC)
UNTIL = "2030-01-01T00:00:00Z"


def listed(*indices: int, purpose: str = "revocation", **changes: Any) -> Report:
    """A badge with a status, and its list."""
    lists = {LIST_URL: status_list(*indices, purpose=purpose, **changes)}
    return check(UNIVERSITY.sign(badge(credentialStatus=entry(purpose=purpose))), world(**lists))


def superseded() -> Report:
    """By its issuer's word in the list."""
    message = entry(
        purpose="message",
        statusSize=1,
        statusMessage=[{"status": "0x0", "message": "current"}, {"status": "0x1", "message": "superseded"}],
    )
    lists = {LIST_URL: status_list(5, purpose="message")}
    return check(UNIVERSITY.sign(badge(credentialStatus=message)), world(**lists))


def presented(*credentials: Any) -> Report:
    """A presentation of Ada's."""
    document = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": PERSON.id,
        "verifiableCredential": list(credentials),
    }
    return check(PERSON.sign(document, purpose="authentication"))


def record() -> Report:
    """A learner record, not signed."""
    subject = {"id": PERSON.id, "type": ["ClrSubject"], "verifiableCredential": [UNIVERSITY.sign(badge())]}
    kinds = ["VerifiableCredential", "ClrCredential"]
    return check(badge(type=kinds, name=None, credentialSubject=subject))


REPORTS: dict[str, Callable[[], Report]] = {
    "valid": lambda: check(UNIVERSITY.sign(badge())),
    "valid, with a date and a status": lambda: listed(),
    "valid until": lambda: check(UNIVERSITY.sign(badge(validUntil=UNTIL))),
    "valid until, not revoked": lambda: check(
        UNIVERSITY.sign(badge(validUntil=UNTIL, credentialStatus=entry())), world(**{LIST_URL: status_list()})
    ),
    "expired": lambda: check(UNIVERSITY.sign(badge(validUntil=UNTIL)), now=LATER),
    "not yet valid": lambda: check(UNIVERSITY.sign(badge(validFrom=UNTIL))),
    "revoked": lambda: listed(5),
    "suspended": lambda: listed(5, purpose="suspension"),
    "superseded": superseded,
    "forged": lambda: check(changed(UNIVERSITY.sign(badge()), "name", value="Professor")),
    "another key": lambda: check(STRANGER.sign(badge())),
    "not signed": lambda: check(badge()),
    "list not reached": lambda: check(UNIVERSITY.sign(badge(credentialStatus=entry()))),
    "list of a stranger's": lambda: listed(5, signer=STRANGER),
    "unknown issuer": lambda: check(UNIVERSITY.sign(badge()), {}),
    "nameless": lambda: check(
        PERSON.sign(badge(name=None, issuer=PERSON.id, credentialSubject={"id": "a:b"}))
    ),
    "hostile": lambda: check(
        badge(
            issuer={"id": "a:b", "name": "{x}\n"},
            credentialSubject={"achievement": {"name": "<b>“x”</b> {why} {0}\u202e"}},
        )
    ),
    "endorsement": lambda: check(AGENCY.sign(endorsement())),
    "endorsed by a stranger": lambda: check(
        UNIVERSITY.sign(badge(endorsement=[STRANGER.sign(endorsement())]))
    ),
    "status list": lambda: check(status_list()),
    "presentation": lambda: presented(UNIVERSITY.sign(badge())),
    "presentation of two, one forged": lambda: presented(UNIVERSITY.sign(badge()), STRANGER.sign(badge())),
    "learner record": record,
    "asked for the proof": lambda: check(UNIVERSITY.sign(badge()), checks=("proof",)),
    "asked for the dates": lambda: check(UNIVERSITY.sign(badge()), checks=("validity",)),
    "hosted": lambda: old_badges.report(old_badges.assertion(), old_badges.world()),
    "hosted, not reached": lambda: old_badges.report(old_badges.assertion(), {}),
    "hosted, revoked": lambda: old_badges.report(
        old_badges.assertion(), old_badges.world(old_badges.assertion(revoked=True, revocationReason="Error"))
    ),
    "definition": lambda: old_badges.report(old_badges.badge_class(), old_badges.world()),
    "profile": lambda: old_badges.report(old_badges.issuer(), old_badges.world()),
    "signed as of old": lambda: old_badges.report(old_badges.signed(), old_badges.world()),
    "signed by another": lambda: old_badges.report(
        old_badges.signed(secret=old_badges.OTHER), old_badges.world()
    ),
    "SD-JWT": lambda: sd_jwt("vc-sd-jwt"),
    "SD-JWT VC": lambda: sd_jwt("dc-sd-jwt"),
}
# Words that no German sentence has.
ENGLISH = (" was issued ", " the ", " is ", " not ", " of ", " it ", "Valid:", "Not ", " by ", "January")


def sd_jwt(form: str) -> Report:
    """A badge in one of the two forms of SD-JWT."""
    return sd_jwt_world.reported(sd_jwt_world.signed(form))


def messages(report: Report) -> list[str]:
    """Whatever the report says, with its advice and what is inside it."""
    own = [one.message for one in report.checks] + [one.advice for one in report.checks if one.advice]
    return (
        own + [one.message for one in report.warnings] + [m for part in report.parts for m in messages(part)]
    )


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> Report:
    """Each of them."""
    return REPORTS[request.param]()


def test_english_reads_as_the_library_writes(report: Report) -> None:
    found = tree(report)
    with override("en"):
        assert sentence(found) == of_the_library(report)
        assert sentence(found, html=True) == of_the_library(report)
        for message in messages(report):
            assert plain(message) == message


def test_german_is_german(report: Report) -> None:
    found = json.loads(json.dumps(tree(report)))
    with override("de"):
        said = sentence(found)
    assert said.startswith(
        ("Gültig: ", "Nicht gültig: ", "Nicht bestätigt: ", "Der Beweis ist gültig", "Was geprüft")
    )
    # What was expected in a document is the library's, and so are names of the badge's own.
    own = said.replace("erwartet", "\0").partition("\0")[0]
    assert [word for word in ENGLISH if word in own] == []
    assert [one for one in messages(report) if find(one) is None] == []


def test_every_check_has_a_title() -> None:
    assert families(None) - report_words.TITLES.keys() == set()


def test_what_stays_english_is_marked() -> None:
    with override("de"):
        assert marked("Something <new>.") == '<span lang="en">Something &lt;new&gt;.</span>'
        assert plain("Something <new>.") == "Something <new>."
        text = "An endorsement cannot be read: at /a<b>: expected <a thing>, got 7."
        assert marked(text) == (
            "Eine Befürwortung lässt sich nicht lesen: bei /a&lt;b&gt;: erwartet "
            '<span lang="en">&lt;a thing&gt;</span>, gefunden <span lang="en">7</span>.'
        )
    with override("en"):
        assert format_html("{}", marked("Something <new>.")) == "Something &lt;new&gt;."
        assert marked("") == ""


def test_names_cannot_write_markup_or_templates() -> None:
    found = tree(REPORTS["hostile"]())
    for language in ("en", "de"):
        with override(language):
            shown = format_html("{}", sentence(found, html=True))
            assert "<b>" not in shown
            assert escape("<b>") in shown
            assert "{why} {0}" in shown


def test_a_report_of_what_cannot_be_read() -> None:
    from insignia.errors import ParseError

    error = ParseError.at("", expected="JSON", got="soup", code="json.syntax")
    found = tree(steps.unreadable(error, now=LATER))
    with override("de"):
        assert sentence(found) == (
            "Nicht gültig: ein Nachweis. "
            "Es lässt sich nicht als Nachweis lesen: erwartet JSON, gefunden soup."
        )


@pytest.mark.django_db
def test_the_page_has_check_and_advice_in_german() -> None:
    with override("de"):
        shown = report_words.present(json.loads(json.dumps(tree(listed(5)))))
    assert shown.title.endswith("Es wurde vom Aussteller endgültig widerrufen.")
    assert shown.advice == (
        "Fragen Sie den Inhaber oder den Aussteller nach dem Grund oder nach einem anderen.",
    )
    details = " ".join(one.detail for one in shown.checks)
    assert "Es ist gültig seit 1. Januar 2025, 00:00 Uhr UTC." in details
    assert not any(word in details for word in (" the ", " is ", " was "))
