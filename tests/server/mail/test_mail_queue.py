"""Queueing, withdrawing and forgetting messages; who is told; who is not written to."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult
from mail_rows import ORGANISATION, SHARED, award, only
from mail_servers import Elsewhere

from insignia_server.kit import scopes
from insignia_server.kit.ids import uuid7
from insignia_server.mail import (
    links,
    sending,
    services,
    subscribers,
    suppressions,
)
from insignia_server.mail.models import (
    MailText,
    Message,
    MessageState,
    SharedContext,
    Suppression,
    SuppressionReason,
)
from insignia_server.mail.services import queue_many
from insignia_server.mail.tokens import link_token, return_token

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_messages_have_in_common_is_stored_once() -> None:
    other = dict(SHARED)
    queue_many(
        [
            award(),
            award(),
            award(shared=other),
            award(shared=None, context={**SHARED, "url": "https://x.example/"}),
        ]
    )
    assert SharedContext.objects.count() == 2
    assert len({message.shared_id for message in Message.plain.all()}) == 3
    assert all(message.full_context["issuer"] == "Faculty of Computing" for message in Message.plain.all())
    assert queue_many([]) == []


def test_a_context_that_does_not_fit_queues_nothing() -> None:
    with pytest.raises(ValueError, match="lacks url"):
        queue_many([award(), award(context={})])
    with pytest.raises(ValueError, match="expires is a date; texts, whole numbers and lists of them"):
        queue_many([award(context={"url": "", "expires": dt.date(2026, 12, 1)})])
    assert not Message.plain.exists()


def test_what_a_database_would_not_keep_is_made_fit() -> None:
    context = {
        "url": "https://x.example/",
        "expires": None,
        "reason": gettext_lazy("revoked"),
        "note": "a\x00b",
    }
    queue_many([award("ann\x00@elsewhere.example", name="A\x00nn", context=context)])
    message = only()
    assert (message.to_address, message.to_name) == ("ann@elsewhere.example", "Ann")
    assert message.context == {
        "url": "https://x.example/",
        "expires": None,
        "reason": "revoked",
        "note": "ab",
    }
    roles = {"organisation": "N", "roles": (gettext_lazy("Author"), "Awarder"), "url": ""}
    queue_many([award(kind="invitation", context=roles, shared=None)])
    assert Message.plain.get(kind="invitation").context["roles"] == ["Author", "Awarder"]


def test_thousands_are_queued_in_few_queries(django_assert_max_num_queries: Any) -> None:
    rows = [award(f"ann{number}@elsewhere.example") for number in range(2000)]
    with django_assert_max_num_queries(60):
        keys = queue_many(rows)
    assert len(set(keys)) == 2000
    assert keys == sorted(keys)
    assert DBTaskResult.objects.count() == 4, "one job for 500 messages"


def test_a_subscriber_that_fails_undoes_the_change(server: Elsewhere) -> None:
    def stumble(keys: Sequence[uuid.UUID], state: MessageState) -> None:
        raise RuntimeError("no")

    queue_many([award()])
    subscribers.subscribe(stumble)
    try:
        with pytest.raises(RuntimeError):
            sending.send_due()
    finally:
        subscribers.unsubscribe(stumble)
    assert only().state == MessageState.SENDING


def test_a_subscriber_finds_its_own_rows() -> None:
    keys = queue_many(
        [award(subject_id="a"), award(subject_id="b"), award(subject_type="claim", subject_id="c")]
    )
    assert sorted(services.subjects(keys, "award")) == ["a", "b"]


def test_the_followed_link_opens_the_message(server: Elsewhere, told: list[Any]) -> None:
    (key,) = queue_many([award()])
    sending.send_due()
    parts: Any = server.taken[0].parsed.get_payload()
    plain = parts[0].get_payload(decode=True).decode()
    url = re.search(r"https://badges\.example\.test/badges/\S+", plain)
    assert url is not None
    found = re.fullmatch(r"https://badges\.example\.test/badges/1/\?view=1&m=([\w-]{35})#top", url[0])
    assert found is not None, url[0]
    assert links.opened(found[1]) == key
    assert only().state == MessageState.OPENED
    assert only().opened_at is not None
    assert links.opened(found[1]) == key
    assert told == [([key], "sent"), ([key], "opened")]


@pytest.mark.parametrize("token", ["", "x", "é" * 35, "A" * 35, "!" * 35])
def test_a_link_token_that_was_not_made_here_opens_nothing(token: str) -> None:
    assert links.opened(token) is None


def test_a_token_has_one_purpose_and_survives_a_new_secret(settings: Any) -> None:
    (key,) = queue_many([award()])
    assert links.opened(return_token(key)) is None
    token = link_token(key)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-another-secret-another-secret"
    assert links.opened(token) == key
    settings.SECRET_KEY_FALLBACKS = []
    assert links.opened(token) is None
    assert links.opened(link_token(uuid7())) is None


def test_a_link_keeps_its_query() -> None:
    key = uuid7()
    assert (
        links.with_token("https://x.example/a?b=&c=1&m=old", key)
        == f"https://x.example/a?b=&c=1&m={link_token(key)}"
    )


def test_an_unscoped_query_raises_and_a_scope_sees_its_own() -> None:
    queue_many([award(), award(organisation_id=uuid7())])
    with pytest.raises(scopes.Unscoped):
        Message.objects.count()
    with scopes.organisation(ORGANISATION):
        assert Message.objects.count() == 1
        assert MailText.objects.count() == 0
        assert Suppression.objects.count() == 0


def test_what_is_withdrawn_is_not_sent(server: Elsewhere, told: list[Any]) -> None:
    queue_many([award(subject_id="a"), award("bob@elsewhere.example", subject_id="b")])
    assert services.withdraw("award", ["a", "zzz"]) == 1
    sending.send_due()
    assert [taken.recipient for taken in server.taken] == ["bob@elsewhere.example"]
    assert [state for _, state in told] == ["failed", "sent"]
    assert services.withdraw("award", ["a", "b"]) == 0


def test_a_person_can_be_forgotten(server: Elsewhere) -> None:
    queue_many([award(subject_id="a")])
    sending.send_due()
    queue_many([award(subject_id="a")])
    assert services.forget("award", ["a"]) == 2
    for message in Message.plain.all():
        assert (message.to_address, message.to_name, message.context) == ("", "", {})
    assert sending.send_due() == 0


def test_suppression_is_one_organisations_or_everyones() -> None:
    now = timezone.now()
    ann, bob, cy = (suppressions.address_index(f"{name}@x.example") for name in ("ann", "bob", "cy"))
    suppressions.suppress(ORGANISATION, ann, reason=SuppressionReason.BOUNCED, now=now)
    suppressions.suppress(None, bob, reason=SuppressionReason.OPERATOR, now=now)
    suppressions.suppress(ORGANISATION, cy, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    everyone = [ann, bob, cy] + [suppressions.address_index(f"{number}@x.example") for number in range(1200)]
    assert suppressions.is_suppressed(ORGANISATION, everyone) == {ann: "bounced", bob: "operator"}
    assert suppressions.is_suppressed(ORGANISATION, everyone, reminders=True)[cy] == "unsubscribed"
    assert suppressions.is_suppressed(uuid7(), everyone) == {bob: "operator"}
    assert suppressions.is_suppressed(None, everyone) == {bob: "operator"}
    suppressions.suppress(ORGANISATION, cy, reason=SuppressionReason.COMPLAINED, now=now)
    suppressions.suppress(ORGANISATION, cy, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    assert suppressions.is_suppressed(ORGANISATION, [cy]) == {cy: "complained"}
    assert suppressions.lift(ORGANISATION, ann) is True
    assert suppressions.lift(ORGANISATION, ann) is False
    assert suppressions.address_index(" Ann@X.example ") == ann, "spelling does not matter"
