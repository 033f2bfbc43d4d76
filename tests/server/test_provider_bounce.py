"""Issue 3: "queued, sent, opened link, bounced, claimed for each award; … correct an address and send again
without revoking". A provider's signed webhook (Mailgun's), at the address of the documentation."""

from __future__ import annotations

import hashlib
import hmac
import importlib
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.urls import clear_url_caches

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Assessment, Definition
from insignia_server.achievements.models import Achievement
from insignia_server.awarding import services as awarding
from insignia_server.awarding.models import Award, AwardSource, DeliveryState
from insignia_server.awarding.recipients import Recipient
from insignia_server.config import urls
from insignia_server.credentials.models import CredentialState
from insignia_server.issuers import services as issuers
from insignia_server.mail import sending
from insignia_server.mail.tokens import return_token
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation

pytestmark = pytest.mark.django_db
KEY = "mailgun-signing-key-of-the-test"


@pytest.fixture
def providers(settings: Any) -> Iterator[None]:
    """The addresses with ANYMAIL set, as a process has them that starts with it."""
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "WEBHOOK_SECRET": "hook:of-the-test"}
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    importlib.reload(urls)
    clear_url_caches()
    yield
    settings.ANYMAIL = {}
    importlib.reload(urls)
    clear_url_caches()


@pytest.fixture
def achievement(scoped: Organisation, owner: Actor) -> Achievement:
    issuer = issuers.create_issuer(by=owner, name="Nordhaven Academy")
    definition = Definition(
        name="Reading",
        description="Reads.",
        criteria="Read ten books.",
        achievement_type="Badge",
        assessment=Assessment(
            methods=("test",), assessors=("issuer",), supervision="onsite", identity_check="document"
        ),
    )
    made = achievements.create(by=owner, issuer=issuer, definition=definition)
    achievements.publish(by=owner, achievement=made)
    return made


def event(award: Award, *, key: str = KEY) -> dict[str, Any]:
    """Mailgun's "permanent failure" as its documentation shows it, signed."""
    stamp, token = str(int(time.time())), "a" * 50
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "timestamp": time.time(),
            "recipient": award.email,
            "delivery-status": {
                "code": 550,
                "message": "5.1.1 The email account that you tried to reach does not exist",
                "description": "",
            },
            "message": {"headers": {"to": award.email, "message-id": "20261125.1@mg.example"}},
            "user-variables": {"message": return_token(award.message_id)},
        },
    }


def report(body: dict[str, Any], **headers: str) -> int:
    answer = Client().post(
        "/webhooks/anymail/mailgun/tracking/",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": "Basic aG9vazpvZi10aGUtdGVzdA==", **headers},  # hook:of-the-test
    )
    return answer.status_code


def test_from_a_providers_report_to_a_corrected_address(
    providers: None, owner: Actor, achievement: Achievement, scoped: Organisation
) -> None:
    made = awarding.award(
        by=owner,
        achievement=achievement,
        recipient=Recipient(email="ann@exmaple.org", name="Ann"),
        key="one",
        source=AwardSource.MANUAL,
    )
    assert sending.send_due() == 1
    award = Award.objects.get(pk=made.pk)
    assert award.delivery == DeliveryState.SENT
    assert report(event(award, key="wrong")) == 400, "a wrong signature"
    assert report(event(award), Authorization="Basic d3Jvbmc6d3Jvbmc=") == 400, "a wrong secret"
    assert Award.objects.get(pk=made.pk).delivery == DeliveryState.SENT
    assert report(event(award)) == 200
    award = Award.objects.get(pk=made.pk)
    assert award.delivery == DeliveryState.BOUNCED
    desk = Client()
    desk.force_login(owner_user(scoped))
    assert "does not exist" in desk.get(f"/console/nordhaven/awards/{award.pk}/").content.decode()
    posted = desk.post(f"/console/nordhaven/awards/{award.pk}/send/", {"email": "ann@example.org"})
    assert posted.status_code == 302, posted.content.decode()[:300]
    assert sending.send_due() == 1
    award = Award.objects.select_related("credential").get(pk=made.pk)
    assert (award.delivery, award.email) == (DeliveryState.SENT, "ann@example.org")
    assert mail.outbox[-1].to == ["Ann <ann@example.org>"]
    assert award.credential.state == CredentialState.VALID
    assert award.credential_id == made.credential_id, "nothing was revoked or signed again"


def owner_user(organisation: Organisation) -> Any:
    return organisation.members(manager="plain").get().user


def test_without_a_secret_the_addresses_are_not_there() -> None:
    assert not django_settings.ANYMAIL
    assert report({}) == 404
