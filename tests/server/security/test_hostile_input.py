"""Input that databases do not like is no error of the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError
from django.test import Client, RequestFactory
from security_world import FORMS

from insignia_server.kit.middleware import FailuresInWords
from insignia_server.verifier.reading import Unreadable, read_text
from insignia_server.verifier.services import storable

pytestmark = pytest.mark.django_db

# Input that databases do not like


GETS = [
    *("/verify/?url={}", "/report/?page={}", "/accounts/login/?next={}", "/console/new/?invitation={}"),
    *("/?{}={}", "/design/?sort={}", "/accounts/signup/?next={}", "/verify/?{}=1"),
]


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80", "%FF", "%C3", "%F4%90%80%80"])
@pytest.mark.parametrize("address", GETS)
def test_no_query_is_an_error_of_the_server(client: Client, address: str, bad: str) -> None:
    """PostgreSQL: 'text fields cannot contain NUL (0x00) bytes'."""
    answer = client.get(address.replace("{}", bad))
    assert answer.status_code < 500
    if "%00" in bad:
        assert answer.status_code == 400
        assert "Content-Security-Policy" in answer


@pytest.mark.parametrize(
    "path",
    [
        *("/claim/a%00b/", "/invitations/%00/", "/issuers/a%00/", "/console/a%00b/", "/badges/%00/", "/%00"),
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{2**63}/",
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{2**31}.json",
        f"/achievements/0192c7a0-0000-7000-8000-000000000000/{'9' * 400}.png",
        f"/issuers/nordhaven/log/{10**17}.json",
    ],
)
def test_no_path_is_an_error_of_the_server(client: Client, make_user: Callable[..., Any], path: str) -> None:
    client.force_login(make_user("ann@example.org"))
    assert client.get(path).status_code in (302, 400, 404)


SIGNED_IN: dict[str, dict[str, str]] = {
    "/accounts/profile/": {"name": "Ann", "language": "de", "time_zone": "UTC"},
    "/accounts/email/": {"email": "other@example.org", "action_add": "1"},
    "/console/new/": {"name": "Mine", "slug": "mine", "invitation": "token"},
}


@pytest.mark.parametrize("bad", ["a\x00b", "\x00", "%ED%A0%80", "\ufffe", "x" * 100_000])
@pytest.mark.parametrize(
    ("address", "field"),
    [(place, field) for place, fields in (FORMS | SIGNED_IN).items() for field in fields],
)
def test_no_field_is_an_error_of_the_server(
    client: Client, make_user: Callable[..., Any], address: str, field: str, bad: str
) -> None:
    if address in SIGNED_IN:
        client.force_login(make_user("ann@example.org"))
    given = {**(FORMS | SIGNED_IN)[address], field: bad}
    if bad.startswith("%"):
        body = "&".join(f"{name}={bad if name == field else value}" for name, value in given.items())
        answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
    else:
        answer = client.post(address, given)
    assert answer.status_code < 500, answer.content[:500]


def test_a_cookie_with_a_nul_is_no_cookie(client: Client) -> None:
    for name in ("__Host-session", "__Host-csrf", "theme", "django_language"):
        answer = client.get("/accounts/login/", headers={"Cookie": f'{name}="abcdefghij\\000"'})
        assert answer.status_code == 200, name


def test_a_value_that_the_database_refuses_is_the_request_s_fault(rf: RequestFactory) -> None:
    handler = FailuresInWords(lambda request: pytest.fail("not asked"))
    answer = handler.process_exception(rf.get("/"), DataError("NUL"))
    assert answer is not None
    assert answer.status_code == 400
    assert handler.process_exception(rf.get("/"), ValueError()) is None


def test_a_report_with_a_nul_can_be_stored() -> None:
    """PostgreSQL's jsonb: '\\u0000 cannot be converted to text'."""
    assert storable({"a\x00": ["\x00b", ("c\x00",), 1, None]}) == {"a�": ["�b", ["c�"], 1, None]}


def test_an_address_out_of_a_code_has_no_control_characters() -> None:
    with pytest.raises(Unreadable):
        read_text("https://example.org/\x00a")
