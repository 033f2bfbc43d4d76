"""POST /vc-api/credentials/status for badges that were awarded, and what the audit log says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from api_caller import Api

from insignia_server.achievements import services as achievements
from insignia_server.achievements.models import Achievement
from insignia_server.audit.models import Entry
from insignia_server.awarding.models import Award
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.mail.models import Message
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission

pytestmark = pytest.mark.django_db


def _award(api: Api, achievement: Achievement) -> str:
    body = {
        "achievement": str(achievement.pk),
        "recipient": {"email": "ann@example.org", "name": "Ann Example"},
    }
    made = api("POST", "/awards", body)
    assert made.status == 201, made
    return str(made["id"])


def _change(vc: Api, award: str, purpose: str, **more: Any) -> Any:
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body = {"credentialId": f"urn:uuid:{award}", "credentialStatus": entry, **more}
    return vc("POST", "/credentials/status", body)


@pytest.fixture
def revocable(achievement: Achievement, issuer: Issuer, owner: Actor) -> Achievement:
    """An achievement whose status is revocation."""
    with scopes.organisation(issuer.organisation_id):
        before = achievements.current(achievement).definition
        definition = replace(before, name="Welding", status="revocation")
        made = achievements.create(by=owner, issuer=issuer, definition=definition)
        achievements.publish(by=owner, achievement=made)
        return made


def test_an_award_is_revoked_as_the_console_revokes_it(api: Api, vc: Api, revocable: Achievement) -> None:
    """Issue 3: '`POST /credentials/status` (`{credentialId, credentialStatus: {type, statusPurpose},
    status}`)'; the learner is told, the log knows, and a verifier sees it at once."""
    award = _award(api, revocable)
    signed = api("GET", f"/awards/{award}")["credential"]
    assert vc("POST", "/credentials/verify", {"verifiableCredential": signed}).status == 200
    before = Message.plain.count()
    answer = _change(vc, award, "revocation", status=True, reason="A copied portfolio of Ann Example.")
    assert (answer.status, answer.body) == (200, {})
    shown = api("GET", f"/awards/{award}")
    assert (shown["state"], shown["state_reason"]) == ("revoked", "A copied portfolio of Ann Example.")
    assert vc("POST", "/credentials/verify", {"verifiableCredential": signed}).status == 400
    assert Message.plain.count() == before + 1
    assert _change(vc, award, "revocation", status=True).status == 200, "it is so already"
    assert Message.plain.count() == before + 1, "nobody is told twice"
    undone = _change(vc, award, "revocation", status=False)
    assert (undone.status, undone["problemDetails"][0]["title"]) == (422, "state")


def test_an_award_is_suspended_and_reinstated(api: Api, vc: Api, achievement: Achievement) -> None:
    award = _award(api, achievement)
    assert _change(vc, award, "suspension").status == 200
    shown = api("GET", f"/awards/{award}")
    assert (shown["state"], shown["state_reason"]) == ("suspended", "Changed by the issuer's system.")
    assert _change(vc, award, "suspension", status=False).status == 200
    assert api("GET", f"/awards/{award}")["state"] == "valid"


def test_another_purpose_than_the_status_has_is_named(api: Api, vc: Api, achievement: Achievement) -> None:
    award = _award(api, achievement)
    answer = _change(vc, award, "revocation")
    assert answer.status == 422
    assert answer["problemDetails"] == [
        {
            "type": "about:blank",
            "title": "status-purpose",
            "detail": "The status of this credential says suspension, not revocation.",
        }
    ]
    assert _change(vc, award, "suspension", reason=5).status == 400
    assert api("GET", f"/awards/{award}")["state"] == "valid"


def test_only_the_scope_and_only_the_own_organisation(
    api: Api, achievement: Achievement, stranger: Api, make_client: Callable[..., tuple[ApiClient, str]]
) -> None:
    award = _award(api, achievement)
    without = Api(make_client(*(one for one in Permission if one is not Permission.REVOKE))[1], "/vc-api")
    assert _change(without, award, "suspension").status == 403
    assert _change(Api(stranger.key, "/vc-api"), award, "suspension").status == 422
    assert Award.plain.get().credential.state == "valid"


@pytest.mark.parametrize("face", ["rest", "vc"])
def test_the_log_says_why_and_which_but_names_nobody(
    api: Api, vc: Api, revocable: Achievement, face: str
) -> None:
    """Issue 3: 'An audit entry for each act that changes something, naming people by a pseudonym'."""
    award = _award(api, revocable)
    reason = "Ann EXAMPLE (ann@example.org) handed in a copy."
    if face == "rest":
        assert api("POST", f"/awards/{award}/revoke", {"reason": reason}).status == 200
    else:
        assert _change(vc, award, "revocation", reason=reason).status == 200
    entry = Entry.objects.get(action="award.revoke")
    assert (entry.subject, entry.actor_kind) == (award, "client")
    assert entry.facts == {"credential": award, "reason": "… (…) handed in a copy.", "told": True}


def test_the_log_of_a_correction_names_neither_old_nor_new(api: Api, achievement: Achievement) -> None:
    award = _award(api, achievement)
    changes = {"reason": "Not Ann Example but Bo Berg.", "name": "Bo Berg"}
    made = api("POST", f"/awards/{award}/correct", changes)
    assert made.status == 201
    entry = Entry.objects.get(action="award.correct")
    assert entry.facts == {"before": award, "reason": "Not … but …."}
