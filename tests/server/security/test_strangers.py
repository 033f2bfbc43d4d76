"""What a stranger learns from pages, codes and logs: nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.utils import timezone
from security_world import FORMS, PACKAGE

from insignia_server.awarding.models import Award
from insignia_server.kit import scopes
from insignia_server.kit.ids import uuid7
from insignia_server.kit.logging import blank_tokens, line_formatter
from insignia_server.people.models import Identifier
from insignia_server.people.services import prove_identifier

pytestmark = pytest.mark.django_db


# What a stranger learns


def test_accounts_cannot_be_told_apart(client: Client, make_user: Callable[..., Any]) -> None:
    make_user("there@example.org")
    pages: dict[str, list[Any]] = {}
    for address in ("there@example.org", "nobody@example.org"):
        cache.clear()
        reset = client.post("/accounts/password/reset/", {"email": address}, follow=True)
        wrong = client.post("/accounts/login/", {"login": address, "password": "wrong"})
        signup = Client().post("/accounts/signup/", {**FORMS["/accounts/signup/"], "email": address})
        blank = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
        pages[address] = [
            blank.sub("", one.content.decode()).replace(address, "ADDRESS") for one in (reset, wrong, signup)
        ] + [signup.status_code, signup.get("Location")]
    assert pages["there@example.org"] == pages["nobody@example.org"]


def test_a_private_badge_looks_like_none(client: Client, hostile: Award) -> None:
    with scopes.crossing("public-pages"):
        Award.objects.filter(pk=hostile.pk).update(visibility="private")
    other = uuid7()

    def without(answer: Any, key: Any) -> str:
        return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode().replace(str(key), ""))

    for form in (
        *("/badges/{}/", "/badges/{}.png", "/badges/{}.svg", "/badges/{}.pdf"),
        *("/credentials/{}.json", "/credentials/{}.jwt", "/refresh/{}.json"),
    ):
        private = client.get(form.format(hostile.credential_id))
        nothing = client.get(form.format(other))
        assert private.status_code == nothing.status_code == 404, form
        assert without(private, hostile.credential_id) == without(nothing, other), form


def test_verifying_the_address_of_a_private_badge_does_not_show_it(client: Client, hostile: Award) -> None:
    with scopes.crossing("public-pages"):
        Award.objects.filter(pk=hostile.pk).update(visibility="private")
    for suffix in (f"badges/{hostile.credential_id}/", f"credentials/{hostile.credential_id}.json"):
        page = client.post(
            "/verify/", {"text": f"https://badges.example.test/{suffix}"}, follow=True
        ).content.decode()
        assert not re.search("Narrative|Ann ", page), suffix


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Not Found: /claim/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_/", "Not Found: /claim/[blanked]/"),
        (
            "Forbidden: /accounts/password/reset/key/2x-c4k9ab-0123456789abcdef0123456789abcdef/",
            "Forbidden: /accounts/password/reset/key/[blanked]/",
        ),
        (
            "Not Found: /badges/0192c7a0-0000-7000-8000-000000000000/",
            "Not Found: /badges/0192c7a0-0000-7000-8000-000000000000/",
        ),
        ("Not Found: /issuers/nordhaven/", "Not Found: /issuers/nordhaven/"),
    ],
)
def test_no_token_of_a_path_reaches_the_log(said: str, kept: str) -> None:
    assert blank_tokens(None, "", {"event": said, "level": "warning", "count": 3})["event"] == kept


def test_a_failed_invitation_is_logged_without_its_token(client: Client, caplog: Any) -> None:
    token = "T0kEn" * 9
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert client.get(f"/invitations/{token}/nothing").status_code == 404
    lines = [line_formatter(as_json=True).format(record) for record in caplog.records]
    assert lines
    assert not any(token in line for line in lines)


def test_a_traceback_is_logged_in_words_and_without_values() -> None:
    password = "hunter2-in-a-variable"
    try:
        raise ValueError(len(password))
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "failed", (), (type(error), error, error.__traceback__)
        )
    for as_json in (True, False):
        line = line_formatter(as_json=as_json).format(record)
        assert "Traceback (most recent call last)" in line
        assert password not in line


def test_an_address_that_a_second_account_proves_takes_nothing(make_user: Callable[..., Any]) -> None:
    first, second = make_user("ann@example.org"), make_user("bob@example.org")
    prove_identifier(user=first, kind="emailAddress", value="shared@example.org", now=timezone.now())
    address = EmailAddress.objects.create(user=second, email="shared@example.org", verified=True)
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    assert Identifier.objects.get(value="shared@example.org").user_id == first.pk


def test_pages_for_failures_say_nothing_of_the_inside(rf: RequestFactory) -> None:
    for status in (400, 403, 404, 413, 429, 500):
        page = get_template(f"kit/{status}.html").render({}, rf.get("/"))
        assert not re.search(f"Traceback|{re.escape(str(PACKAGE))}", page)
