"""From an invitation to an account and into the organisation, without typing the address again."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from insignia_server.kit.worker import run_pending
from insignia_server.organisations import services
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Role


@pytest.fixture
def page_of_invitation(scoped: Organisation, owner: Actor) -> str:
    _row, token = services.invite(
        by=owner, email="new+one@example.org", roles=[Role.AWARDER], now=timezone.now()
    )
    return f"/invitation/{token}/"


def test_the_invited_address_is_filled_in_and_the_invitation_kept(
    client: Client, page_of_invitation: str
) -> None:
    page = client.get(page_of_invitation).content.decode()
    found = re.search(r'href="(/accounts/signup/[^"]+)"', page)
    assert found
    form = client.get(found[1].replace("&amp;", "&")).content.decode()
    assert 'value="new+one@example.org"' in form
    assert f'name="next" value="{page_of_invitation}"' in form
    values = {"name": "New One", "email": "new+one@example.org", "next": page_of_invitation}
    secret = {"password1": "kingfisher over water", "password2": "kingfisher over water"}
    client.post("/accounts/signup/", values | secret)
    run_pending()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    done = client.post("/accounts/confirm-email/", {"code": code[1]})
    assert (done.status_code, done["Location"]) == (302, page_of_invitation)
    assert "Accept the invitation" in client.get(page_of_invitation).content.decode()
    inside = client.post(page_of_invitation)
    assert inside["Location"] == "/console/nordhaven/"
