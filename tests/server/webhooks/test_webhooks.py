"""Webhooks out, by the Standard Webhooks conventions, against a real server of ours."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from insignia_server.audit.models import Entry
from insignia_server.kit.errors import Refused
from insignia_server.kit.ids import uuid7
from insignia_server.kit.jobs import take_lease
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.webhooks import jobs, services
from insignia_server.webhooks.models import Delivery, Endpoint, Event

URL = "https://hooks.example/in"


class Receiver:
    """A server that remembers what it got and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    settings.FETCH_MAPS = {"https://hooks.example": made.address}
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def endpoint(owner: Actor, scoped: Organisation) -> tuple[Endpoint, str]:
    return services.create_endpoint(by=owner, url=URL, events=["award.issued"])


def run() -> int:
    return int(jobs.deliver_due.function(take_lease(uuid7(), worker="test", seconds=60)))


def test_the_signature_is_the_one_of_the_specification() -> None:
    """Standard Webhooks, 'Verifying webhooks', the example with the secret whsec_plJ3nmyCDGBKInavdOK15jsl."""
    signature = services.sign(
        "whsec_plJ3nmyCDGBKInavdOK15jsl",
        key="msg_loFOjxBNrRLzqYUf",
        at=dt.datetime.fromtimestamp(1731705121, dt.UTC),
        body=b'{"event_type":"ping","data":{"success":true}}',
    )
    assert signature == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


def test_an_event_reaches_who_listens_signed(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    _, secret = endpoint
    assert services.publish(organisation_id=owner.organisation_id, type="award.revoked", data={}) is None
    event = services.publish(organisation_id=owner.organisation_id, type="award.issued", data={"award": "é"})
    assert event is not None
    assert run() == 1
    [(headers, body)] = receiver.got
    assert json.loads(body)["data"] == {"award": "é"}
    assert json.loads(body)["type"] == "award.issued"
    material = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(material, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(event.pk)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status, delivery.attempts) == ("delivered", 204, 1)
    assert run() == 0


def test_a_failure_is_tried_again_with_back_off_and_at_last_switches_off(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    receiver.status = 500
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    waits = []
    for _ in range(len(jobs.WAITS) + 1):
        delivery = Delivery.objects.select_related("endpoint", "event").get()
        now = delivery.due_at
        jobs.attempt(delivery, now=now)
        waits.append(delivery.due_at - now)
    assert tuple(waits[:-1]) == jobs.WAITS
    assert Delivery.objects.get().state == "failed"
    assert Endpoint.objects.get().disabled_at is not None
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert services.publish(organisation_id=owner.organisation_id, type="award.issued", data={}) is None


def due_now() -> None:
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())


def test_an_event_that_is_never_taken_does_not_switch_off_who_takes_the_others(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={"bad": True})
    delivery = Delivery.objects.select_related("endpoint", "event").get()
    delivery.attempts = len(jobs.WAITS)
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now() + dt.timedelta(days=1))
    assert run() == 1
    receiver.status = 500
    jobs.attempt(delivery)
    assert (delivery.state, Endpoint.objects.get().disabled_at) == ("failed", None)


def test_one_address_that_does_not_answer_holds_nobody_up(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    dead, _ = services.create_endpoint(by=owner, url="https://gone.invalid/in", events=["award.issued"])
    for _ in range(5):
        services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    assert run() == 6  # five to the one that answers, one to the other
    assert len(receiver.got) == 5
    due_now()
    assert run() == 0  # it is left alone
    services.send_test(by=owner, endpoint=dead)
    assert run() == 1  # but for a test
    cache.clear()
    assert run() == 1


def test_a_run_gives_other_jobs_their_turn(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    for _ in range(5):
        services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    ticks = iter(range(0, 1000, 4))
    lease = take_lease(uuid7(), worker="test", seconds=60)
    assert jobs.deliver_due.function(lease, clock=lambda: float(next(ticks))) == 1
    assert run() == 4


def test_what_waits_for_an_address_that_is_off_is_sent_when_it_is_on(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    """The page that removes an address: "To pause only, switch it off instead."."""
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    services.enable_endpoint(by=owner, endpoint=endpoint[0], enabled=False)
    assert run() == 0
    services.send_test(by=owner, endpoint=endpoint[0])
    assert run() == 1
    services.enable_endpoint(by=owner, endpoint=endpoint[0], enabled=True)
    assert run() == 1


def test_the_log_is_kept_for_thirty_days(
    receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor
) -> None:
    for _ in range(3):
        services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    old, waiting, fresh = Delivery.objects.order_by("pk")
    jobs.attempt(old)
    jobs.attempt(fresh)
    long_ago = timezone.now() - dt.timedelta(days=31)
    Delivery.objects.exclude(pk=fresh.pk).update(due_at=long_ago)
    Event.objects.exclude(pk=fresh.event_id).update(created_at=long_ago)
    assert jobs.forget_told.function(take_lease(uuid7(), worker="test", seconds=60)) == 2
    assert {one.pk for one in Delivery.objects.all()} == {waiting.pk, fresh.pk}
    assert {one.pk for one in Event.objects.all()} == {waiting.event_id, fresh.event_id}


def test_gone_is_gone(receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor) -> None:
    receiver.status = 410
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    run()
    assert (Delivery.objects.get().state, Endpoint.objects.get().disabled_at is None) == ("failed", False)


def test_a_private_address_is_not_reached(owner: Actor, scoped: Organisation) -> None:
    services.create_endpoint(by=owner, url=URL)
    Endpoint.objects.update(url="https://127.0.0.1/in")  # as the name of a rebinding server would lead to
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    run()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.status) == ("waiting", None)
    assert delivery.answer
    assert Endpoint.objects.get().failing_since is not None


def test_a_replay_is_the_same_event(receiver: Receiver, endpoint: tuple[Endpoint, str], owner: Actor) -> None:
    services.publish(organisation_id=owner.organisation_id, type="award.issued", data={})
    run()
    services.replay(by=owner, delivery=Delivery.objects.get())
    assert run() == 1
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]
    assert receiver.got[0][1] == receiver.got[1][1]


def test_the_secret_is_sealed_rotated_and_written_down(endpoint: tuple[Endpoint, str], owner: Actor) -> None:
    row, secret = endpoint
    assert secret.encode() not in bytes(Endpoint.objects.get().sealed_secret)
    assert services.secret_of(Endpoint.objects.get()) == secret
    newer = services.rotate_secret(by=owner, endpoint=row)
    assert services.reseal_all() == 1
    assert services.secret_of(Endpoint.objects.get()) == newer != secret
    services.enable_endpoint(by=owner, endpoint=row, enabled=False)
    assert Endpoint.objects.get().disabled_at is not None
    services.enable_endpoint(by=owner, endpoint=row, enabled=True)
    services.remove_endpoint(by=owner, endpoint=row)
    assert list(Entry.objects.order_by("pk").values_list("action", flat=True)) == [
        "webhook.create",
        "webhook.rotate",
        "webhook.disable",
        "webhook.enable",
        "webhook.remove",
    ]


@pytest.mark.parametrize(
    ("url", "events", "field"),
    [
        ("http://hooks.example", [], "url"),
        ("https://hooks.example/a b", [], "url"),
        ("https://hooks.example/" + "x" * 500, [], "url"),
        (URL, ["award.everything"], "events"),
    ],
)
def test_what_cannot_be_told_is_refused(
    owner: Actor, scoped: Organisation, url: str, events: list[str], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        services.create_endpoint(by=owner, url=url, events=events)
    assert caught.value.refusals[0].field == field


def test_there_is_a_limit(
    owner: Actor, scoped: Organisation, make_organisation: Callable[..., Organisation]
) -> None:
    for number in range(services.MAX_ENDPOINTS):
        services.create_endpoint(by=owner, url=f"{URL}/{number}")
    with pytest.raises(Refused, match="20 addresses"):
        services.create_endpoint(by=owner, url=URL)
