"""What the page for a new passkey says: passwordless unless unticked, by this instance's name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from insignia_server.people.models import User

SECRET = "heron over the reeds"


def test_a_new_passkey_is_passwordless_and_named_by_the_instance(
    client: Client, make_user: Callable[..., User], settings: Any
) -> None:
    """Web Authentication, 5.4.1: "name: A human-palatable name for the entity"; its id stays the host."""
    settings.INSTANCE_NAME = "Badges of Nordhaven"
    ann = make_user("ann@example.org")
    EmailAddress.objects.create(user=ann, email=ann.email, verified=True, primary=True)
    ann.set_password(SECRET)
    ann.save()
    client.force_login(ann)
    client.post("/accounts/reauthenticate/", {"password": SECRET})
    answer = client.get("/accounts/2fa/webauthn/add/")
    assert answer.status_code == 200, answer.headers
    page = answer.content.decode()
    box = re.search(r'<input type="checkbox" name="passwordless"[^>]*>', page)
    assert box
    assert "checked" in box[0]
    data = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert data
    party = json.loads(data[1])["creation_options"]["publicKey"]["rp"]
    assert party == {"id": "testserver", "name": "Badges of Nordhaven"}
