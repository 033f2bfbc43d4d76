"""The Python client against a live server, and against one that stumbles."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.server.evidence_samples import pdf

from insignia_client import (
    ApiError,
    Client,
    Conflict,
    Denied,
    Missing,
    Recipient,
    Refused,
    TooMany,
    Unavailable,
)
from insignia_server.achievements.models import Achievement
from insignia_server.awarding.models import Award
from insignia_server.kit.worker import run_pending
from insignia_server.organisations.models import ApiClient
from insignia_server.organisations.roles import Permission


@pytest.fixture
def client_of(live_server: Any, make_client: Callable[..., tuple[ApiClient, str]]) -> Callable[..., Client]:
    """`client_of(Permission.READ)`: a client of the live server with a key of these scopes."""
    return lambda *scopes: Client(live_server.url, make_client(*scopes)[1], attempts=1)


@pytest.mark.django_db(transaction=True)
def test_the_whole_way(client_of: Callable[..., Client], achievement: Achievement) -> None:
    with client_of() as client:
        assert client.organisation().slug == "nordhaven"
        assert [one.name for one in client.issuers()] == ["Faculty of Arts"]
        found = next(client.achievements(search="data"))
        assert (found.id, found.version, found.has_draft) == (str(achievement.pk), 1, False)
        award = client.award(found.id, Recipient(email="ann@example.org", name="Ann"), key="act-1")
        again = client.award(found.id, Recipient(email="ann@example.org", name="Ann"), key="act-1")
        assert (again.id, again.issued_at) == (award.id, award.issued_at)
        assert json.loads(client.credential(award.id)) == award.credential
        assert 'size="image"' in client.embeds(award.id, size="image")["component"]
        assert client.verify(award.credential or "")["verdict"] == "valid"
        assert client.suspend(award.id, reason="Asked back.").state == "suspended"
        assert client.reinstate(award.id).state == "valid"
        new = client.correct(award.id, reason="Misspelt.", name="Anne")
        assert client.get_award(award.id).superseded_by == new.id
        rows = [{"recipient": {"email": f"p{n}@example.org"}} for n in range(4)] + [{"recipient": {}}]
        outcomes = client.award_many(found.id, rows, send=False)
        assert [one.outcome for one in outcomes] == ["awarded"] * 4 + ["refused"]
        assert len(list(client.pages("/awards", limit=2))) == 6
        assert len(list(client.awards(state="valid"))) == 5
        assert client.revoke(new.id, reason="A mistake.").state_reason == "A mistake."
        kept = client.upload_evidence(pdf(), file_name="work.pdf")
        assert (kept["name"], kept["media_type"], kept["size"]) == ("work.pdf", "application/pdf", len(pdf()))
        batch = client.upload_batch(
            b"Email\nbo@example.org\n", file_name='people "1".csv', achievement=found.id
        )
        assert batch.state == "reading"
        run_pending()
        assert client.batch(batch.id).state == "draft"
        assert client.check_batch(batch.id).state == "checking"
        assert client.batch(batch.id).rows == 1
    assert Award.plain.count() == 6


@pytest.mark.django_db(transaction=True)
def test_errors_have_types_and_details(client_of: Callable[..., Client], achievement: Achievement) -> None:
    with client_of() as client:
        with pytest.raises(Refused) as refused:
            client.award(str(achievement.pk), Recipient(email="nobody"))
        assert (refused.value.status, refused.value.errors[0].field) == (422, "recipient.email")
        with pytest.raises(Missing):
            client.get_award(str(achievement.pk))
    with client_of(Permission.AUDIT) as client, pytest.raises(Denied, match=r"403: .*\(read\)"):
        client.organisation()


class Stumbling(http.server.BaseHTTPRequestHandler):
    """Answers what the test laid down, and notes what was asked."""

    answers: list[tuple[int, dict[str, str], bytes]]
    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append(dict(self.headers))
        status, headers, body = self.answers.pop(0)
        if not status:
            self.connection.close()
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None: ...


@pytest.fixture
def stumbling() -> Iterator[tuple[str, type[Stumbling]]]:
    handler = type("Handler", (Stumbling,), {"answers": [], "seen": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_busy_server_is_asked_again_with_the_same_key(stumbling: tuple[str, type[Stumbling]]) -> None:
    url, handler = stumbling
    handler.answers += [
        (503, {}, b"busy"),
        (429, {"Retry-After": "7"}, b"{}"),
        (409, {"Retry-After": "1"}, b"{}"),
        (201, {}, b'{"id": "g"}'),
    ]
    waits: list[float] = []
    with Client(url, "k", sleep=waits.append) as client:
        assert client.request("POST", "/groups", {"name": "a"}) == {"id": "g"}
    assert waits == [0.5, 7.0, 1.0]
    assert len({one["Idempotency-Key"] for one in handler.seen}) == 1


@pytest.mark.parametrize(("status", "kind"), [(429, TooMany), (409, Conflict), (503, Unavailable)])
def test_in_the_end_it_gives_up(
    stumbling: tuple[str, type[Stumbling]], status: int, kind: type[ApiError]
) -> None:
    url, handler = stumbling
    handler.answers += [(status, {}, b'["no object"]')] * 2
    with Client(url, "k", attempts=2, sleep=lambda _: None) as client, pytest.raises(kind):
        client.request("POST", "/groups", {})


def test_a_server_that_is_not_there_is_said_so() -> None:
    client = Client("http://127.0.0.1:9", "k", attempts=2, sleep=lambda _: None)
    with pytest.raises(Unavailable, match=r"no answer from 127\.0\.0\.1:9"):
        client.organisation()
    for wrong in ("badges.example.edu", "ftp://badges.example.edu", "https://"):
        with pytest.raises(ValueError, match="expected an address"):
            Client(wrong, "k")
