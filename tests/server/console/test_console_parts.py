"""The small parts: refusals beside fields, the key of an instant, times in the reader's zone, legibility."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.console import shown_once
from insignia_server.console.forms_errors import sentence, show
from insignia_server.console.home.figures import MOST, first_key, shown
from insignia_server.console.organisation.legible import legibility
from insignia_server.kit.errors import Refusal, Refused
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User


class OneField(forms.Form):
    """A form with one field."""

    address = forms.CharField()


def test_refusals_stand_beside_their_fields_or_above() -> None:
    form = OneField({"address": "x"})
    assert form.is_valid()
    refused = Refused(Refusal("No.", "url", "url", "https://…"), Refusal("Never.", "elsewhere"), "Nowhere.")
    show(form, refused, url="address")
    assert form.errors == {"address": ["No. Expected: https://…."], "__all__": ["Never.", "Nowhere."]}


def test_what_was_expected_is_said_once() -> None:
    assert sentence(Refusal("Choose: a, b.", "x", "choice", "a, b")) == "Choose: a, b."


@given(st.integers(1_600_000_000, 4_000_000_000))
def test_the_first_key_of_an_instant(seconds: int) -> None:
    """RFC 9562, 5.7: "48-bit big-endian unsigned number of the Unix Epoch timestamp in milliseconds"."""
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    key = first_key(at)
    assert key.version == 7
    assert key.int >> 80 == int(at.timestamp() * 1000)
    assert key > first_key(at - dt.timedelta(seconds=1))


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (MOST, "1,000"), (MOST + 1, "1,000+")])
def test_counts_end_at_a_thousand(count: int, words: str) -> None:
    assert shown(count) == words


def test_a_secret_is_shown_once_and_lies_sealed() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]
    shown_once.put(request, "client:1", "the secret")
    assert "the secret" not in str(request.session)
    assert shown_once.take(request, "client:2") == ""
    assert shown_once.take(request, "client:1") == "the secret"
    assert shown_once.take(request, "client:1") == ""


@pytest.mark.parametrize(
    ("colour", "on_white", "changed"), [("#0f6b57", True, False), ("#e8a33d", False, True)]
)
def test_legibility(colour: str, on_white: bool, changed: bool) -> None:
    found = legibility(colour)
    assert found is not None
    assert (found.on_white, found.changed) == (on_white, changed)


def test_no_colour_no_words() -> None:
    assert legibility("") is None
    assert legibility("red") is None


@pytest.mark.parametrize(
    ("own", "organisations", "zone"),
    [("", "Europe/Berlin", "CE"), ("Asia/Tokyo", "Europe/Berlin", "JST"), ("Mars/Olympus", "UTC", "UTC")],
)
def test_times_are_shown_in_the_readers_zone(
    own: str,
    organisations: str,
    zone: str,
    owner_browser: Client,
    its_owner: User,
    organisation: Organisation,
) -> None:
    User.objects.filter(pk=its_owner.pk).update(time_zone=own)
    Organisation.plain.filter(pk=organisation.pk).update(time_zone=organisations)
    owner_browser.post("/console/nordhaven/groups/new/", {"name": "Class"})
    page = owner_browser.get("/console/nordhaven/audit/").content.decode()
    assert f" {zone}" in page.partition("<time")[2].partition("</time>")[0]


def test_an_instant_is_said_as_people_read_it() -> None:
    over = Refusal("Choose a later end.", "end", "order", "2026-11-25T22:07:12.945236+00:00")
    assert sentence(over) == "Choose a later end. Expected: 25 November 2026, 22:07."
    assert sentence(Refusal("No.", "x", "x", "2026-11-25")) == "No. Expected: 2026-11-25."
