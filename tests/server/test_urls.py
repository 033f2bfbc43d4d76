"""House rule 9: "One table of URL x role x status is a test; a URL missing from it fails."

Every address of the whole project is in one of the tables: the console's, the API's, the VC-API's, accounts'
(here) or the other faces'. Each table's own test asks its addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from insignia_server.api.operator.application import document as operator_document
from insignia_server.api.pages import document
from insignia_server.people.models import User
from server.console.permission_table import TABLE as CONSOLE
from server.public.face_table import TABLE as FACES

pytestmark = pytest.mark.django_db


Answers = tuple[int, int]  # to GET, and to POST without any data
TO_SIGN_IN: Final = (302, 302)
ENTRANCE: Final = ((200, 200), (302, 302))  # who is in already is sent on
NOTHING_BEGUN: Final = (TO_SIGN_IN, (302, 302))  # a step of something that was not begun
# What changes how one signs in: a person is asked for the password once more (302).
ASKED_AGAIN: Final = (TO_SIGN_IN, (302, 302))
MOVED: Final = ((301, 301), (301, 301))
SAID: Final = ((200, 405), (200, 405))  # a page that says one thing

# Of allauth's addresses: the answers to a visitor without a session, and to somebody signed in.
ACCOUNTS: Final[dict[str, tuple[Answers, Answers]]] = {
    "account_login": ENTRANCE,
    "account_logout": (TO_SIGN_IN, (200, 302)),
    "account_inactive": SAID,
    "account_signup": ENTRANCE,
    "account_reauthenticate": (TO_SIGN_IN, (200, 200)),
    "account_email": (TO_SIGN_IN, (200, 302)),
    "account_email_verification_sent": NOTHING_BEGUN,
    "account_change_password": (TO_SIGN_IN, (200, 200)),
    "account_set_password": (TO_SIGN_IN, (302, 302)),  # they have one
    "account_reset_password": ((200, 200), (200, 200)),
    "account_confirm_login_code": NOTHING_BEGUN,
    "account_reset_password_from_key_done": SAID,
    "account_reset_password_from_key": ((200, 200), (200, 200)),  # a wrong key: the page says so
    "account_reset_password_done": SAID,
    "mfa_index": (TO_SIGN_IN, (200, 405)),
    "mfa_authenticate": NOTHING_BEGUN,
    "mfa_reauthenticate": (TO_SIGN_IN, (302, 302)),  # they have no second factor
    "mfa_activate_totp": ASKED_AGAIN,
    "mfa_deactivate_totp": (TO_SIGN_IN, (404, 404)),
    "mfa_view_recovery_codes": (TO_SIGN_IN, (404, 405)),
    "mfa_generate_recovery_codes": ASKED_AGAIN,
    "mfa_download_recovery_codes": (TO_SIGN_IN, (404, 404)),
    "mfa_list_webauthn": (TO_SIGN_IN, (200, 405)),
    "mfa_add_webauthn": ASKED_AGAIN,
    "mfa_reauthenticate_webauthn": (TO_SIGN_IN, (302, 302)),
    "mfa_remove_webauthn": ASKED_AGAIN,
    "mfa_edit_webauthn": ASKED_AGAIN,
    "mfa_login_webauthn": NOTHING_BEGUN,
    "socialaccount_login_cancelled": SAID,
    "socialaccount_login_error": ((401, 405), (401, 405)),
    "socialaccount_signup": NOTHING_BEGUN,
    "socialaccount_connections": (TO_SIGN_IN, (200, 200)),
    "openid_connect_login": (
        (404, 404),
        (404, 404),
    ),  # no provider of that name; real ones: tests/interop/sign_in
    "openid_connect_callback": ((404, 404), (404, 404)),
    "usersessions_list": (TO_SIGN_IN, (200, 302)),
    "accounts/social/login/cancelled/": MOVED,
    "accounts/social/login/error/": MOVED,
    "accounts/social/signup/": MOVED,
    "accounts/social/connections/": MOVED,
}
ARGUMENTS: Final[dict[str, dict[str, Any]]] = {
    "account_reset_password_from_key": {"uidb36": "x", "key": "y"},
    "mfa_remove_webauthn": {"pk": 1},
    "mfa_edit_webauthn": {"pk": 1},
    "openid_connect_login": {"provider_id": "nobody"},
    "openid_connect_callback": {"provider_id": "nobody"},
}
# Of programs, which bring a key: their tables are in tests/server/api.
VC_API: Final = frozenset(
    f"vc-{name}"
    for name in ("issue", "verify", "derive", "status", "verify-presentation", "identifier", "issuers")
)
API_PAGES: Final = frozenset({"api-document", "api-docs", "operator-api-document", "operator-api-docs"})
# Answers 404 with a problem for programs, whatever is asked; and the addresses that lead to the API's page.
UNNAMED: Final = frozenset({"^api/(?P<rest>.*)$", "vc-api/^(?P<rest>.*)$", "api/docs", "api/docs/"})


def walk(patterns: Any, names: str = "", path: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every address: its name with namespaces, its pattern, the pattern object."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{names}{one.namespace}:" if one.namespace else names
            yield from walk(one.url_patterns, inner, path + str(one.pattern))
        else:
            yield f"{names}{one.name or ''}", path + str(one.pattern), one


EVERY: Final = list(walk(get_resolver().url_patterns))


PATHS: Final = [*document()["paths"], *operator_document()["paths"]]


def operations() -> set[str]:
    """The paths of the API's documents: test_permissions.py compares those of organisations with its table,
    test_operator_api.py tries each of the operator with other keys."""
    return {path.lstrip("/").replace("{", "<").replace("}", ">") for path in PATHS}


def is_known(name: str, path: str) -> bool:
    """Whether some table has it."""
    if name.startswith("console:"):
        return name.removeprefix("console:") in CONSOLE
    if name.startswith(("api:", "operator-api:")):
        return path in operations()
    if not name:
        return path in UNNAMED or path in ACCOUNTS
    return name in FACES or name in ACCOUNTS or name in VC_API or name in API_PAGES


def test_every_address_is_in_a_table() -> None:
    assert [(name, path) for name, path, _pattern in EVERY if not is_known(name, path)] == []


def test_every_line_of_a_table_has_an_address() -> None:
    names, paths = {name for name, _path, _pattern in EVERY}, {path for _name, path, _pattern in EVERY}
    assert sorted({*FACES, *ACCOUNTS, *VC_API, *API_PAGES} - names - paths) == []
    assert sorted(UNNAMED - paths) == []


def test_an_address_that_nobody_wrote_down_is_found() -> None:
    assert not is_known("badge-secret", "badges/<uuid:key>.secret")
    assert not is_known("console:secret", "console/<slug:organisation>/secret/")
    assert not is_known("api:secret", "api/v1/secret")
    assert not is_known("", "secret/")


@pytest.mark.parametrize("name", sorted(ACCOUNTS))
def test_the_accounts(name: str, client: Client, make_user: Callable[..., User]) -> None:
    url = f"/{name}" if "/" in name else reverse(name, kwargs=ARGUMENTS.get(name))
    user, found = make_user("ann@example.org"), []
    for signed_in in (False, True):
        answers = []
        for method in ("get", "post"):
            cache.clear()  # limits
            if signed_in:
                client.force_login(user)
            answers.append(getattr(client, method)(url).status_code)
        found.append(tuple(answers))
    assert tuple(found) == ACCOUNTS[name]
