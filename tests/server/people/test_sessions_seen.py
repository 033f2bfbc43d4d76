"""A session is noted once a minute, and at once from another place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from insignia_server.people.models import User
from insignia_server.people.sessions import EVERY, SessionsSeen

ADDRESS = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "Firefox"}


@pytest.fixture
def ask(client: Client, make_user: Callable[..., User]) -> Callable[..., int]:
    """`ask(seconds, REMOTE_ADDR=…)`: what a request of Ann's session at that time costs in queries."""
    ann = make_user("ann@example.org")
    client.force_login(ann)
    clock = [0.0]
    middleware = SessionsSeen(lambda _request: None, clock=lambda: clock[0])  # type: ignore[arg-type, return-value]

    def make(at: float, session: Any = client.session, **meta: str) -> int:
        request = RequestFactory().get("/", **{**ADDRESS, **meta})  # type: ignore[arg-type]
        request.session, request.user = session, ann
        clock[0] = at
        with CaptureQueriesContext(connection) as captured:
            middleware(request)
        return len(captured)

    return make


def test_it_is_noted_once_a_minute(ask: Callable[..., int]) -> None:
    assert ask(0)
    row = UserSession.objects.get()
    assert (row.ip, row.user_agent) == ("192.0.2.7", "Firefox")
    assert [ask(second) for second in (1, EVERY / 2, EVERY - 1)] == [0, 0, 0]
    assert ask(EVERY)
    assert UserSession.objects.get().last_seen_at > row.last_seen_at


@pytest.mark.parametrize("other", [{"REMOTE_ADDR": "198.51.100.9"}, {"HTTP_USER_AGENT": "curl"}])
def test_another_place_is_noted_at_once(ask: Callable[..., int], other: dict[str, str]) -> None:
    ask(0)
    assert ask(1, **other)
    row = UserSession.objects.get()
    found = {"REMOTE_ADDR": row.ip, "HTTP_USER_AGENT": row.user_agent}
    assert found == {**ADDRESS, **other}


def test_nobody_without_a_session_is_noted(ask: Callable[..., int], client: Client) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    assert ask(0, session=SessionStore()) == 0
    assert not UserSession.objects.exists()


def test_what_it_remembers_is_bounded(ask: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insignia_server.people.sessions.MOST", 2)
    for agent in "abc":
        ask(0, HTTP_USER_AGENT=agent)
    assert ask(1, HTTP_USER_AGENT="c") == 0
    assert ask(1, HTTP_USER_AGENT="a") > 0
