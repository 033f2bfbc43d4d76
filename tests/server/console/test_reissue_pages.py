"""Issuing again after a compromised key, in the console: counts, words, yes, progress, outcomes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from insignia_server.awarding.models import Award, Reissue
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import SigningKey
from insignia_server.kit import scopes
from insignia_server.kit.worker import run_pending
from insignia_server.organisations import services
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User

FORM = "/console/nordhaven/awards/reissue/"


@pytest.fixture
def stolen(world: dict[str, Any], organisation: Organisation, its_owner: User) -> SigningKey:
    """The key that signed the award of the world, stolen a minute before that."""
    by = services.membership(its_owner.pk, organisation.slug).actor()
    with scopes.organisation(organisation.pk):
        Reissue.objects.all().delete()
        key = SigningKey.objects.get(pk=world["issuers"]["key"])
        since = timezone.now() - dt.timedelta(minutes=1)
        issuers.report_compromised(by=by, key=key, since=since, now=timezone.now())
        key.refresh_from_db()
    return key


def test_from_the_keys_page_to_the_outcomes(
    stolen: SigningKey, owner_browser: Client, world: dict[str, Any], organisation: Organisation
) -> None:
    keys = owner_browser.get("/console/nordhaven/issuers/faculty/keys/").content.decode()
    assert f'href="{FORM}?key={stolen.pk}"' in keys
    page = owner_browser.get(f"{FORM}?key={stolen.pk}").content.decode()
    assert "No longer count" in page
    assert "Nobody can tell them from forgeries" in page
    answer = owner_browser.post(
        f"{FORM}?key={stolen.pk}", {"which": "uncounted", "reason": "Stolen.", "send": "on"}
    )
    with scopes.organisation(organisation.pk):
        row = Reissue.objects.get()
    address = f"{FORM}{row.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert owner_browser.get(f"{FORM}?key={stolen.pk}")["Location"] == address  # it runs already
    moving = owner_browser.get(address).content.decode()
    assert f'hx-get="{address}progress/"' in moving
    assert '<meta http-equiv="refresh" content="3">' in moving  # without scripts
    assert "HX-Refresh" not in owner_browser.get(f"{address}progress/")
    run_pending()
    assert owner_browser.get(f"{address}progress/")["HX-Refresh"] == "true"
    done = owner_browser.get(address).content.decode()
    assert "1 badge is issued again" in done
    with scopes.organisation(organisation.pk):
        new = Award.objects.get(source="reissue")
    table = owner_browser.get(f"{address}outcomes.csv").content.decode("utf-8-sig")
    (told,) = list(csv.DictReader(io.StringIO(table)))
    assert told["Old badge"].endswith(f"/badges/{world['awards']['award']}/")
    assert told["New badge"].endswith(f"/badges/{new.pk}/")
    assert "Nothing is left" in owner_browser.get(f"{FORM}?key={stolen.pk}").content.decode()
    keys = owner_browser.get("/console/nordhaven/issuers/faculty/keys/").content.decode()
    assert f'href="{address}"' in keys
    assert f"?key={stolen.pk}" in owner_browser.get(FORM).content.decode()


def test_what_is_missing_is_said_beside_its_field(stolen: SigningKey, owner_browser: Client) -> None:
    answer = owner_browser.post(f"{FORM}?key={stolen.pk}", {"which": "all", "reason": " "})
    assert answer.status_code == 422
    assert b'aria-invalid="true"' in answer.content
    assert not Reissue.plain.exists()


def test_only_compromised_keys_of_this_organisation(
    stolen: SigningKey, owner_browser: Client, world: dict[str, Any]
) -> None:
    sound = SigningKey.plain.filter(state="active").first()
    assert sound is not None
    for text in (str(sound.pk), "nonsense", "00000000-0000-0000-0000-000000000000"):
        assert owner_browser.get(f"{FORM}?key={text}").status_code == 404, text


def test_who_may_not_award_reads_who_can(
    stolen: SigningKey, member: Callable[..., User], browser: Callable[[User], Client]
) -> None:
    client = browser(member("auditor"))
    page = client.get("/console/nordhaven/issuers/faculty/keys/").content.decode()
    assert "An owner or an awarder can do it." in page
    assert f"{FORM}?key=" not in page
    assert client.get(f"{FORM}?key={stolen.pk}").status_code == 403


def test_an_interrupted_one_says_why_and_how_to_go_on(
    stolen: SigningKey, owner_browser: Client, world: dict[str, Any], organisation: Organisation
) -> None:
    award = str(world["awards"]["award"])
    with scopes.organisation(organisation.pk):
        row = Reissue.objects.create(
            organisation=organisation,
            key=stolen,
            reason="Stolen.",
            state="failed",
            failure="The signer is broken.",
            refused=1,
            refusals=[{"award": award, "message": "=1+1"}],
            created_at=timezone.now(),
        )
    page = owner_browser.get(f"{FORM}{row.pk}/").content.decode()
    assert "The signer is broken." in page
    assert f"/awards/{award}/" in page
    table = owner_browser.get(f"{FORM}{row.pk}/outcomes.csv").content.decode("utf-8-sig")
    assert "'=1+1" in table
