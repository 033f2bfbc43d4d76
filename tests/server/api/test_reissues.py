"""Issuing again, and several claims at once, over the API and by the typed client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from api_caller import Api
from django.utils import timezone

from insignia_client import Client, Recipient, Refused
from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award, Claim, ClaimLink
from insignia_server.issuers.models import SigningKey
from insignia_server.kit import blind
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.models import ApiClient


def waiting(link: ClaimLink, email: str) -> str:
    made = Claim.plain.create(
        organisation_id=link.organisation_id,
        link=link,
        email=email,
        blind_index=blind.index("emailAddress", email),
        name="Guest",
        state="waiting",
    )
    return str(made.pk)


@pytest.mark.django_db(transaction=True)
def test_the_client_issues_again_and_decides(
    live_server: Any, make_client: Callable[..., tuple[ApiClient, str]], achievement: Achievement
) -> None:
    with Client(live_server.url, make_client()[1], attempts=1) as client:
        old = client.award(str(achievement.pk), Recipient(email="ann@example.org", name="Ann"))
        issuer = next(client.issuers()).id
        key = str(SigningKey.plain.get(issuer_id=issuer, algorithm="Ed25519").pk)
        with pytest.raises(Refused, match="not reported as compromised"):
            client.reissue(issuer, key, reason="Stolen.", everything=True)
        since = timezone.now() - dt.timedelta(minutes=1)
        client.request("POST", f"/issuers/{issuer}/keys/{key}/compromised", {"since": since})
        found = client.affected(issuer, key)
        assert (found.uncounted, found.anchored, found.elsewhere) == (1, 0, 0)
        started = client.reissue(issuer, key, reason="Stolen.")
        assert (started.state, started.total, started.which) == ("running", 1, "uncounted")
        run_pending()
        done = client.get_reissue(started.id)
        assert (done.state, done.percent, done.reissued, done.refusals) == ("done", 100, 1, [])
        new = Award.plain.get(source="reissue")
        assert client.get_award(old.id).superseded_by == str(new.pk)
        pairs = client.request("GET", f"/reissues/{started.id}/outcomes")
        assert pairs == [{"old": old.id, "new": str(new.pk), "message": ""}]
        after = client.request("GET", f"/reissues/{started.id}/outcomes", query={"after": old.id})
        assert after == []
        assert [one["id"] for one in client.pages("/reissues")] == [started.id]
        body = {"achievement": str(achievement.pk), "name": "Open day", "needs_approval": True}
        link = ClaimLink.plain.get(pk=client.request("POST", "/claim-links", body)["id"])
        one, two, three = (waiting(link, f"g{n}@example.org") for n in range(3))
        good, missing = client.approve_claims([one, str(link.pk)])
        assert (good.claim, good.decided, good.errors) == (one, True, [])
        assert Award.plain.filter(pk=good.award, source="claim").exists()
        assert (missing.decided, len(missing.errors)) == (False, 1)
        first, second = client.decline_claims([two, one], reason="The course is over.")
        assert (first.decided, second.decided) == (True, False)
        with pytest.raises(Refused):
            client.decline_claims([three], reason=" ")
        assert Claim.plain.get(pk=three).state == "waiting"


@pytest.mark.django_db
def test_wrong_bodies_get_problems(api: Api, issuer: Any) -> None:
    key = SigningKey.plain.filter(issuer=issuer).first()
    assert key is not None
    path = f"/issuers/{issuer.pk}/keys/{key.pk}/reissue"
    for body in ({}, {"reason": 7}, {"reason": "x", "which": "some"}, {"reason": "x", "send": "maybe"}):
        assert api("POST", path, body).status == 422, body
    for body in ({}, {"claims": "all"}, {"claims": ["x"]}, {"claims": []}):
        assert api("POST", "/claims/approve", body).status == 422, body
