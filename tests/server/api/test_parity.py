"""Issue 3: 'Everything a page can do, the API can do.' One line for each address of the console that changes
something: the operations that do the same, or why a program has no business there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest
from api_caller import Api
from django.core.files.uploadedfile import SimpleUploadedFile
from test_permissions import operations

from insignia_server.api.operator.application import document
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.roles import Permission

sys.path.insert(0, str(Path(__file__).parents[1] / "console"))
from permission_table import TABLE as PAGES

OWN: Final = "An act of a person for themselves: a key acts for an organisation and has no account."
BY_HAND: Final = "Keys of the operator are made and revoked by a person who is signed in, in the pages only."
FOUNDING: Final = "A key belongs to an organisation, so the first act of one cannot come from a key."

ACTS: dict[str, str | tuple[str, ...]] = {
    "organisations": OWN,
    "new": FOUNDING,
    "invitation": OWN,
    "profile": OWN,
    "erase": OWN,
    "end-session": OWN,
    "awards:erase-learner": ("POST /erasures",),
    "settings": ("PATCH /organisation",),
    "look": ("PATCH /organisation", "POST /organisation/{place}", "DELETE /organisation/{place}"),
    "mail-text": tuple(
        f"{method} /mail-texts/{{kind}}/{{language}}{more}"
        for method, more in (("PUT", ""), ("DELETE", ""), ("POST", "/preview"))
    ),
    "members:invite": ("POST /invitations",),
    "members:leave": OWN,
    "members:change": ("PATCH /members/{key}",),
    "members:remove": ("DELETE /members/{key}",),
    "members:withdraw": ("DELETE /invitations/{key}",),
    "groups:new": ("POST /groups",),
    "groups:add": ("POST /groups/{key}/people",),
    "groups:rename": ("PATCH /groups/{key}",),
    "groups:archive": ("PATCH /groups/{key}",),
    "groups:remove": ("DELETE /groups/{key}/people/{person}",),
    "domains:add": ("POST /domains",),
    "domains:check": ("POST /domains/{key}/check",),
    "domains:remove": ("DELETE /domains/{key}",),
    "domains:pages": ("PUT /domains/{key}/pages-host",),
    "domains:pages-check": ("POST /domains/{key}/pages-host/check",),
    "domains:pages-remove": ("DELETE /domains/{key}/pages-host",),
    "clients:new": ("POST /clients",),
    "clients:revoke": ("DELETE /clients/{key}",),
    "webhooks:new": ("POST /webhooks",),
    "webhooks:test": ("POST /webhooks/{key}/test",),
    "webhooks:enable": ("PATCH /webhooks/{key}",),
    "webhooks:secret": ("POST /webhooks/{key}/secret",),
    "webhooks:remove": ("DELETE /webhooks/{key}",),
    "webhooks:replay": ("POST /webhooks/{key}/deliveries/{delivery}/replay",),
    "issuers:new": ("POST /issuers",),
    "issuers:edit": ("PATCH /issuers/{key}",),
    "issuers:picture": ("POST /issuers/{key}/picture", "DELETE /issuers/{key}/picture"),
    "issuers:archive": ("POST /issuers/{key}/archive", "POST /issuers/{key}/unarchive"),
    "issuers:domain": ("PUT /issuers/{key}/own-domain", "DELETE /issuers/{key}/own-domain"),
    "issuers:check-domain": ("POST /issuers/{key}/own-domain/check",),
    "issuers:add-key": ("POST /issuers/{key}/keys",),
    "issuers:rotate-key": ("POST /issuers/{key}/keys/{signing_key}/rotate",),
    "issuers:compromised": ("POST /issuers/{key}/keys/{signing_key}/compromised",),
    "achievements:new": ("POST /achievements",),
    "achievements:edit": ("PUT /achievements/{key}/draft",),
    "achievements:autosave": ("PUT /achievements/{key}/draft",),
    "achievements:picture": ("POST /achievements/{key}/picture", "DELETE /achievements/{key}/picture"),
    "achievements:publish": ("POST /achievements/{key}/publish",),
    "achievements:archive": ("POST /achievements/{key}/archive",),
    "achievements:unarchive": ("POST /achievements/{key}/unarchive",),
    "achievements:clone": ("POST /achievements/{key}/clone",),
    "achievements:share": ("POST /achievements/{key}/share",),
    "achievements:earning": ("PUT /achievements/{key}/earn-url",),
    "achievements:discard": ("DELETE /achievements/{key}/draft",),
    "certificates:new": ("POST /certificate-designs",),
    "certificates:preview": ("POST /certificate-designs/preview",),
    "certificates:edit": (
        "PUT /certificate-designs/{key}",
        "POST /certificate-designs/{key}/pictures/{slot}",
        "DELETE /certificate-designs/{key}/pictures/{slot}",
    ),
    "certificates:default": ("POST /certificate-designs/{key}/default",),
    "certificates:use": ("PUT /certificate-designs/{key}/uses",),
    "certificates:remove": ("DELETE /certificate-designs/{key}",),
    "certificates:pack": ("POST /certificate-files",),
    "certificates:pack-again": ("POST /certificate-files/{key}/again",),
    "certificates:pack-remove": ("DELETE /certificate-files/{key}",),
    "designs:edit": ("PUT /achievements/{key}/design",),
    "designs:draw": ("POST /designs/draw",),
    "designs:keep": ("PUT /achievements/{key}/design",),
    "designs:series": ("POST /achievements/{key}/series",),
    "designs:keep-palette": ("POST /palettes",),
    "designs:remove-palette": ("DELETE /palettes/{key}",),
    "designs:new-family": ("POST /families",),
    "designs:family": ("PATCH /families/{key}",),
    "designs:draw-family": ("POST /designs/draw",),
    "designs:keep-family": ("PATCH /families/{key}",),
    "designs:restyle": ("POST /families/{key}/restyle",),
    "designs:archive-family": ("PATCH /families/{key}",),
    "claims:new": ("POST /claim-links",),
    "claims:close": ("POST /claim-links/{key}/close",),
    "claims:catalogue": ("POST /claim-links/{key}/catalogue",),
    "claims:approve": ("POST /claims/{key}/approve",),
    "claims:decide": ("POST /claims/approve", "POST /claims/decline"),
    "claims:decline": ("POST /claims/{key}/decline",),
    "awards:new": ("POST /awards", "POST /awards/preview", "POST /evidence"),
    "awards:remind": ("POST /awards/remind",),
    "awards:reissue": ("POST /issuers/{key}/keys/{signing_key}/reissue",),
    "awards:correct": ("POST /awards/{key}/correct", "POST /evidence"),
    "awards:revoke": ("POST /awards/{key}/revoke",),
    "awards:suspend": ("POST /awards/{key}/suspend",),
    "awards:reinstate": ("POST /awards/{key}/reinstate",),
    "awards:send": ("POST /awards/{key}/resend",),
    "batches:upload-any": ("POST /batches",),
    "batches:upload": ("POST /batches",),
    "batches:columns": ("PATCH /batches/{key}/options",),
    # A new batch with the columns and choices of the old one, which `GET /batches/{key}` tells.
    "batches:corrected": ("POST /batches", "PATCH /batches/{key}/options", "POST /batches/{key}/check"),
    "batches:check": ("POST /batches/{key}/check",),
    "batches:confirm": ("POST /batches/{key}/confirm",),
    "batches:approve": ("POST /batches/{key}/approve",),
    "batches:stop": ("POST /batches/{key}/stop",),
    "batches:retry": ("POST /batches/{key}/retry",),
    "batches:undo": ("POST /batches/{key}/undo",),
}
# What only the API has, and why there is no page.
API_ONLY: dict[str, str] = {
    "POST /awards/bulk": "many awards in one request; in the console a file does that",
    "POST /verifications": "changes nothing; the page is /verify/, for everybody",
}
# Acts of the operator, over the API of the operator (test_operator_api.py).
OPERATOR: dict[str, str | tuple[str, ...]] = {
    "operator:approve": ("POST /organisations/{key}/approve",),
    "operator:suspend": ("POST /organisations/{key}/suspend",),
    "operator:resume": ("POST /organisations/{key}/resume",),
    "operator:quota": ("PUT /organisations/{key}/quota",),
    "operator:invitations": ("POST /founders",),
    "operator:withdraw": ("DELETE /founders/{key}",),
    "operator:retry-jobs": ("POST /jobs/failed/retry",),
    "operator:discard-jobs": ("POST /jobs/failed/discard",),
    "operator:report": ("POST /reports/{key}/close",),
    "operator:keys": BY_HAND,
    "operator:revoke-key": BY_HAND,
}
# The page is open to more people than the act: its view looks again.
WIDER: Final = {"batches:stop": Permission.AWARD}


def _changing() -> dict[str, str]:
    return {name: rule.who for name, rule in PAGES.items() if rule.post != 405}


def test_each_page_that_changes_something_has_its_operation_or_a_reason() -> None:
    assert set(ACTS) | set(OPERATOR) == set(_changing())
    assert {who for name, who in _changing().items() if name in OPERATOR} == {"operator"}
    known = {
        f"{method.upper()} /{path.partition('/v1/')[2]}"
        for path, operations in document()["paths"].items()
        for method in operations
        if method != "get"
    }
    assert {one for same in OPERATOR.values() if isinstance(same, tuple) for one in same} == known


def test_the_operations_exist_and_ask_for_the_same_permission() -> None:
    known = operations()
    for name, same in ACTS.items():
        if isinstance(same, tuple):
            assert set(same) <= set(known), name
            assert {known[one] for one in same} == {WIDER.get(name, PAGES[name].who)}, name


def test_a_reason_stands_only_where_no_permission_of_an_organisation_would_do() -> None:
    personal = {name for name, same in ACTS.items() if isinstance(same, str)}
    assert {PAGES[name].who for name in personal - {"members:leave"}} == {"signed in", "everybody"}


def test_each_operation_that_changes_something_has_its_page_or_a_reason() -> None:
    changing = {name for name in operations() if not name.startswith("GET ")}
    paged = {one for same in ACTS.values() if isinstance(same, tuple) for one in same}
    assert changing - paged == set(API_ONLY)


@pytest.mark.django_db
def test_the_picture_of_an_issuer_comes_and_goes(api: Api, issuer: Issuer) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    at = f"/issuers/{issuer.pk}/picture"
    assert api("POST", at, files={"file": SimpleUploadedFile("x.svg", svg, "image/svg+xml")})["picture"]
    gone = api("DELETE", at)
    assert (gone.status, gone["picture"]) == (200, "")
