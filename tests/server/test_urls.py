"""House rule 9: "One table of URL x role x status is a test; a URL missing from it fails."

Every address of the whole project is in one of the tables: the console's, the API's, the VC-API's, accounts'
(here) or the other faces'. Each table's own test asks its addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from server.console.permission_table import TABLE as CONSOLE
from server.public.face_table import TABLE as FACES

from insignia_server.people.models import User

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Account:
    """The answers to GET and an empty POST: to a visitor without a session, and to somebody signed in."""

    anonymous: tuple[int, int]
    person: tuple[int, int]


TO_SIGN_IN: Final = (302, 302)
ENTRANCE: Final = Account((200, 200), (302, 302))  # who is in already is sent on
# Before what changes how one signs in, the password is asked for once more: 302 for the person too.
ACCOUNTS: Final[dict[str, Account]] = {}


def walk(patterns: Any, names: str = "", path: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every address: its name with namespaces, its pattern, the pattern object."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{names}{one.namespace}:" if one.namespace else names
            yield from walk(one.url_patterns, inner, path + str(one.pattern))
        else:
            yield f"{names}{one.name or ''}", path + str(one.pattern), one


EVERY: Final = list(walk(get_resolver().url_patterns))


def test_obs(client: Client, make_user: Any) -> None:
    person = Client(); person.force_login(make_user("ann@example.org"))
    from django.core.cache import cache
    for name, path, _ in EVERY:
        if not path.startswith("accounts/"): continue
        url = "/" + path.replace("^","").replace("$","").replace("(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)","x-y").replace("<int:pk>","1").replace("(?P<provider_id>[^/]+)","nobody")
        row=[]
        for c in (client, person):
            for m in ("get","post"):
                cache.clear()
                if c is person: c.force_login(User.objects.get())
                try: row.append(getattr(c,m)(url).status_code)
                except Exception as e: row.append(repr(e))
        print(name or path, url, row)
