"""What stands beside an award is read back from each way that leads to one, and where nothing stands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.server.awarding.conftest import NOW, MakeAward

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import batches, claims, services
from insignia_server.awarding.facts import Facts
from insignia_server.awarding.models import Award, Claim
from insignia_server.awarding.services import Correction
from insignia_server.kit import blind
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Member, Organisation

END = NOW + dt.timedelta(days=90)


def test_of_a_batch_and_of_a_claim(owner: Actor, achievement: Achievement, scoped: Organisation) -> None:
    Organisation.plain.filter(pk=scoped.pk).update(hold_minutes=0)
    content = b"Email,Name,Grade,Awarded on\nann@example.org,Ann,B,2026-11-20\n"
    batch = batches.start_bulk(
        by=owner, achievement=achievement, name="B", content=content, file_name="b.csv"
    )
    run_pending()
    batches.check(by=owner, batch=batch)
    run_pending()
    batch.refresh_from_db()
    batches.confirm(by=owner, batch=batch)
    run_pending()
    link = claims.open_link(by=owner, achievement=achievement, name="L", needs_approval=True)
    index = blind.index("emailAddress", "ben@example.org")
    claim = Claim.objects.create(
        organisation=scoped, link=link, email="ben@example.org", blind_index=index, name="B", state="waiting"
    )
    claims.approve(by=owner, claim=claim)
    found = {award.source: Facts.of(award) for award in Award.objects.select_related("credential")}
    assert found.keys() == {"bulk", "claim"}
    for award in Award.objects.select_related("credential"):
        assert found[award.source].valid_from == award.credential.valid_from
    assert [one.value for one in found["bulk"].results] == ["B"]


def test_an_award_without_facts_has_the_dates_of_its_credential(owner: Actor, make_award: MakeAward) -> None:
    old = make_award(valid_until=END)
    Award.objects.filter(pk=old.pk).update(details={})
    row = services.awarded(old.pk)
    facts = Facts.of(row)
    assert (facts.valid_from, facts.valid_until, facts.dated, facts.results) == (NOW, END, False, ())
    client = Client()
    client.force_login(Member.plain.get(organisation=row.organisation_id).user)
    for end in ("", "correct/"):
        assert client.get(f"/console/nordhaven/awards/{row.pk}/{end}").status_code == 200
    new = services.correct(by=owner, award=row, changes=Correction(reason="r", name="B"), now=NOW)
    assert (new.credential.valid_from, new.credential.valid_until) == (NOW, END)


@pytest.mark.parametrize("stored", [{}, {"valid_from": None}, {"valid_from": 7}])
def test_without_any_time_it_says_so(stored: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected a time"):
        Facts.from_json(stored)
    assert Facts.from_json(stored, start=NOW).valid_from == NOW
