"""How often one visitor may ask, and how much one may send."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from security_world import FORMS

from insignia_server.kit import limits
from insignia_server.kit.middleware import most_bytes

pytestmark = pytest.mark.django_db


# Limits


def test_verifying_too_often_is_answered_with_429_and_when_to_come_again(
    client: Client, settings: Any
) -> None:
    settings.VERIFY_A_MINUTE = 3
    seen = [client.post("/verify/", {"text": "x"}).status_code for _ in range(3)]
    answer = client.post("/verify/", {"text": "x"})
    if answer.status_code != 429:  # a minute began between the requests
        answer = [client.post("/verify/", {"text": "x"}) for _ in range(3)][-1]
    assert seen == [422, 422, 422]
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "too fast" in answer.content.decode()
    assert client.get("/verify/").status_code == 200, "reading is free"
    assert client.post("/verify/", {"text": "x"}, REMOTE_ADDR="192.0.2.9").status_code == 422


def test_reports_are_limited_too(client: Client, settings: Any) -> None:
    settings.REPORTS_AN_HOUR = 1
    statuses = [client.post("/report/", {"text": ""}).status_code for _ in range(4)]
    assert statuses[0] == 422
    assert statuses[-1] == 429


def test_a_limit_counts_by_window_and_visitor() -> None:
    take = limits.take
    assert [take("t", "a", 2, 60, 120.0) for _ in range(3)] == [0, 0, 60]
    assert take("t", "b", 2, 60, 121.0) == 0
    assert take("t", "a", 2, 60, 150.0) == 30
    assert take("t", "a", 2, 60, 180.0) == 0
    assert take("other", "a", 2, 60, 121.0) == 0


@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "who"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.5", 0, "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.5", 1, "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("", "", 0, "unknown"),
    ],
)
def test_a_visitor_is_the_address_that_our_proxy_saw(
    rf: RequestFactory, settings: Any, address: str, forwarded: str, proxies: int, who: str
) -> None:
    """What a visitor writes into X-Forwarded-For does not count."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert limits.visitor(rf.get("/", REMOTE_ADDR=address, headers=headers)) == who


@pytest.mark.parametrize("place", ["login", "signup", "reset"])
def test_accounts_are_limited_by_allauth(client: Client, place: str) -> None:
    address, fields = {
        "login": ("/accounts/login/", {"login": "ann@example.org", "password": "wrong"}),
        "signup": ("/accounts/signup/", {**FORMS["/accounts/signup/"], "email": "bad"}),
        "reset": ("/accounts/password/reset/", {"email": "ann@example.org"}),
    }[place]
    answers = [client.post(address, fields) for _ in range(45)]
    refused = [
        one for one in answers if one.status_code == 429 or b"Too many failed login attempts" in one.content
    ]
    assert refused
    for one in refused:
        if one.status_code == 429:
            assert int(one["Retry-After"]) > 0
            assert b"too fast" in one.content


def test_a_body_is_refused_before_it_is_read(client: Client, settings: Any) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    endless: dict[str, Any] = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(10**9)}
    settings.MAX_VERIFY_BYTES, settings.MAX_UPLOAD_BYTES = 1000, 2000
    for place in ("/verify/", "/report/", "/accounts/login/"):
        answer = client.generic(
            "POST",
            place,
            content_type="multipart/form-data; boundary=x",
            **endless,
        )
        assert answer.status_code == 413, place
        said = answer.content.decode().replace("\xa0", " ")
        assert "at most 1000 bytes at once, and what you sent has 953.7 MB" in said, place
    assert most_bytes("/console/nordhaven/batches/") - most_bytes("/verify/") == 1000
    odd = client.generic("POST", "/verify/", content_type="text/plain", CONTENT_LENGTH="many")
    assert odd.status_code in (400, 422)
