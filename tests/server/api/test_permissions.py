"""Every operation x who asks: no key, a wrong one, one without the scope, one with it, another tenant's.

An operation that is missing from the table fails. House rule 9: 'a foreign object is a 404'.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from api_caller import Api

from insignia_server.achievements.models import Achievement
from insignia_server.api.pages import document
from insignia_server.designs.families import Family as Look
from insignia_server.designs.models import Family, OwnPalette
from insignia_server.issuers.models import Issuer, SigningKey
from insignia_server.organisations.models import ApiClient, Domain, Group, GroupMember, Invitation, Member
from insignia_server.organisations.roles import Permission

pytestmark = pytest.mark.django_db
R, M, IS, AU, PU, AW, RE, AP, G, LOG = (
    *(Permission.READ, Permission.MANAGE, Permission.ISSUERS, Permission.AUTHOR, Permission.PUBLISH),
    *(Permission.AWARD, Permission.REVOKE, Permission.APPROVE, Permission.GROUPS, Permission.AUDIT),
)
TABLE: dict[str, Permission] = {
    "GET /organisation": R,
    "PATCH /organisation": M,
    "POST /organisation/{place}": M,
    "DELETE /organisation/{place}": M,
    "GET /mail-texts": R,
    "GET /mail-texts/{kind}/{language}": R,
    "PUT /mail-texts/{kind}/{language}": M,
    "DELETE /mail-texts/{kind}/{language}": M,
    "POST /mail-texts/{kind}/{language}/preview": M,
    "GET /members": R,
    "PATCH /members/{key}": M,
    "DELETE /members/{key}": M,
    "GET /invitations": R,
    "POST /invitations": M,
    "DELETE /invitations/{key}": M,
    "GET /groups": R,
    "POST /groups": G,
    "GET /groups/{key}": R,
    "PATCH /groups/{key}": G,
    "GET /groups/{key}/people": R,
    "POST /groups/{key}/people": G,
    "DELETE /groups/{key}/people/{person}": G,
    "GET /domains": R,
    "POST /domains": M,
    "GET /domains/{key}": R,
    "DELETE /domains/{key}": M,
    "POST /domains/{key}/check": M,
    "GET /domains/{key}/pages-host": R,
    "PUT /domains/{key}/pages-host": M,
    "POST /domains/{key}/pages-host/check": M,
    "DELETE /domains/{key}/pages-host": M,
    "GET /clients": M,
    "POST /clients": M,
    "DELETE /clients/{key}": M,
    "GET /issuers": R,
    "POST /issuers": IS,
    "GET /issuers/{key}": R,
    "PATCH /issuers/{key}": IS,
    "POST /issuers/{key}/picture": IS,
    "DELETE /issuers/{key}/picture": IS,
    "POST /issuers/{key}/archive": IS,
    "POST /issuers/{key}/unarchive": IS,
    "PUT /issuers/{key}/own-domain": IS,
    "DELETE /issuers/{key}/own-domain": IS,
    "POST /issuers/{key}/own-domain/check": IS,
    "GET /issuers/{key}/keys": R,
    "POST /issuers/{key}/keys": IS,
    "POST /issuers/{key}/keys/{signing_key}/rotate": IS,
    "POST /issuers/{key}/keys/{signing_key}/compromised": IS,
    "GET /issuers/{key}/keys/{signing_key}/affected": R,
    "POST /issuers/{key}/keys/{signing_key}/reissue": AW,
    "GET /reissues": R,
    "GET /reissues/{key}": R,
    "GET /reissues/{key}/outcomes": R,
    "GET /achievements/{key}/design": R,
    "PUT /achievements/{key}/design": AU,
    "POST /achievements/{key}/series": AU,
    "GET /achievements/{key}/similar": R,
    "POST /designs/draw": AU,
    "GET /designs/icons": R,
    "GET /palettes": R,
    "POST /palettes": AU,
    "DELETE /palettes/{key}": AU,
    "GET /families": R,
    "POST /families": AU,
    "GET /families/{key}": R,
    "PATCH /families/{key}": AU,
    "GET /families/{key}/members": R,
    "POST /families/{key}/restyle": AU,
    "GET /achievements": R,
    "POST /achievements": AU,
    "GET /achievements/{key}": R,
    "PUT /achievements/{key}/draft": AU,
    "DELETE /achievements/{key}/draft": AU,
    "POST /achievements/{key}/picture": AU,
    "DELETE /achievements/{key}/picture": AU,
    "POST /achievements/{key}/publish": PU,
    "POST /achievements/{key}/archive": PU,
    "POST /achievements/{key}/unarchive": PU,
    "POST /achievements/{key}/clone": AU,
    "POST /achievements/{key}/share": AU,
    "PUT /achievements/{key}/earn-url": PU,
    "GET /achievements/{key}/versions": R,
    "POST /awards/bulk": AW,
    "GET /awards": R,
    "POST /awards": AW,
    "POST /awards/preview": AW,
    "POST /awards/remind": AW,
    "GET /awards/{key}": R,
    "GET /awards/{key}/embeds": R,
    "POST /awards/{key}/correct": AW,
    "POST /awards/{key}/revoke": RE,
    "POST /awards/{key}/suspend": RE,
    "POST /awards/{key}/reinstate": RE,
    "POST /awards/{key}/resend": AW,
    "POST /erasures": M,
    "GET /erasures": M,
    "GET /erasures/{key}": M,
    "POST /evidence": AW,
    "GET /batches": R,
    "POST /batches": AW,
    "GET /batches/{key}": R,
    "PATCH /batches/{key}/options": AW,
    "POST /batches/{key}/check": AW,
    "GET /batches/{key}/problems": R,
    "GET /batches/{key}/problems/file": R,
    "POST /batches/{key}/confirm": AW,
    "POST /batches/{key}/approve": AP,
    "POST /batches/{key}/stop": AW,
    "POST /batches/{key}/retry": AW,
    "POST /batches/{key}/undo": RE,
    "GET /batches/{key}/outcomes": R,
    "GET /batches/{key}/outcomes/file": R,
    "GET /certificate-designs": R,
    "POST /certificate-designs": AU,
    "POST /certificate-designs/preview": AU,
    "GET /certificate-designs/{key}": R,
    "PUT /certificate-designs/{key}": AU,
    "DELETE /certificate-designs/{key}": AU,
    "POST /certificate-designs/{key}/pictures/{slot}": AU,
    "DELETE /certificate-designs/{key}/pictures/{slot}": AU,
    "POST /certificate-designs/{key}/default": AU,
    "PUT /certificate-designs/{key}/uses": AU,
    "GET /certificate-files": AW,
    "POST /certificate-files": AW,
    "GET /certificate-files/{key}": AW,
    "GET /certificate-files/{key}/{number}": AW,
    "POST /certificate-files/{key}/again": AW,
    "DELETE /certificate-files/{key}": AW,
    "GET /claim-links": R,
    "POST /claim-links": AW,
    "GET /claim-links/{key}": R,
    "POST /claim-links/{key}/close": AW,
    "POST /claim-links/{key}/catalogue": AW,
    "GET /claims": R,
    "GET /claims/{key}": R,
    "POST /claims/{key}/approve": AP,
    "POST /claims/{key}/decline": AP,
    "POST /claims/approve": AP,
    "POST /claims/decline": AP,
    "GET /credentials/{key}": R,
    "GET /credentials/{key}/status": R,
    "GET /webhooks": R,
    "POST /webhooks": M,
    "GET /webhooks/{key}": R,
    "PATCH /webhooks/{key}": M,
    "POST /webhooks/{key}/secret": M,
    "POST /webhooks/{key}/test": M,
    "DELETE /webhooks/{key}": M,
    "GET /webhooks/{key}/deliveries": R,
    "POST /webhooks/{key}/deliveries/{delivery}/replay": M,
    "GET /audit": LOG,
    "POST /verifications": R,
}
# Bodies with which a foreign row is looked for; everywhere else an empty object, or none, does.
BODIES: dict[str, Any] = {
    "PATCH /members/{key}": {"roles": ["awarder"]},
    "POST /groups/{key}/people": {"people": [{"email": "a@example.org"}]},
    "PUT /issuers/{key}/own-domain": {"domain": str(uuid.UUID(int=1))},
    "PUT /domains/{key}/pages-host": {"host": "badges.n.example"},
    "POST /issuers/{key}/keys": {"algorithm": "RSA"},
    "POST /issuers/{key}/keys/{signing_key}/compromised": {"since": "2026-01-01T00:00:00Z"},
    "PUT /achievements/{key}/draft": {"definition": {}},
    "PUT /achievements/{key}/design": {"design": {"design": 1}},
    "POST /achievements/{key}/series": {"family": str(uuid.uuid4()), "levels": ["expert"]},
    "POST /designs/draw": {"design": {"design": 1}},
    "POST /achievements/{key}/share": {"shared": True},
    "PUT /achievements/{key}/earn-url": {"earn_url": ""},
    "POST /claim-links/{key}/catalogue": {"shown": True},
    "PATCH /webhooks/{key}": {"enabled": True},
    "PUT /certificate-designs/{key}": {"name": "Diploma"},
    **{
        f"POST /{name}": {"reason": "because"}
        for name in (
            *("awards/{key}/correct", "awards/{key}/revoke", "awards/{key}/suspend", "batches/{key}/undo"),
            *("claims/{key}/decline", "issuers/{key}/keys/{signing_key}/reissue"),
        )
    },
}


def operations() -> dict[str, str]:
    """The operations of the document, and the scope that it says."""
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation["x-scope"]
        for path, known in document()["paths"].items()
        for method, operation in known.items()
    }


def test_the_table_is_complete_and_the_document_says_the_same() -> None:
    assert operations() == {name: scope.value for name, scope in TABLE.items()}


@pytest.fixture
def places(
    organisation: Any, issuer: Issuer, achievement: Achievement, api: Api
) -> Callable[[str], dict[str, str]]:
    """`places("/groups/{key}")`: keys of rows of Nordhaven for the address of an operation."""
    award = api(
        "POST", "/awards", {"achievement": str(achievement.pk), "recipient": {"email": "ann@example.org"}}
    )
    Achievement.plain.update(shared=True)  # otherwise only whoever made it may clone it
    group = Group.plain.create(organisation=organisation, name="Class of 2026")
    person = GroupMember.plain.create(organisation=organisation, group=group, email="a@example.org")
    link = api("POST", "/claim-links", {"achievement": str(achievement.pk), "name": "Open day"})
    batch = api("POST", "/batches", files={"file": _csv(), "achievement": str(achievement.pk)})
    hook = api("POST", "/webhooks", {"url": "https://hooks.example/x"})
    invitation = api("POST", "/invitations", {"email": "new@example.org", "roles": ["author"]})
    design = api("POST", "/certificate-designs", {"name": "Diploma"})
    assert {one.status for one in (award, link, hook, invitation, design)} == {201}
    pack = api("POST", "/certificate-files", {"achievement": str(achievement.pk)})
    assert batch.status == 202
    mine = {
        "families": create_family_for(organisation).pk,
        "palettes": OwnPalette.plain.create(organisation=organisation, name="Ours", colours={}).pk,
        "members": Member.plain.get(organisation=organisation).pk,
        "invitations": Invitation.plain.get(organisation=organisation).pk,
        "groups": group.pk,
        "domains": Domain.plain.create(organisation=organisation, name="n.example", token="t").pk,
        "clients": ApiClient.plain.filter(organisation=organisation).first().pk,
        "issuers": issuer.pk,
        "achievements": achievement.pk,
        "awards": award["id"],
        "credentials": award["id"],
        "batches": batch["id"],
        "certificate-designs": design["id"],
        "certificate-files": pack["id"],
        "claim-links": link["id"],
        "claims": uuid.uuid4(),
        "reissues": uuid.uuid4(),
        "erasures": uuid.uuid4(),
        "webhooks": hook["id"],
    }
    signing_key = SigningKey.plain.filter(issuer=issuer).first()
    more = {"person": person.pk, "signing_key": signing_key.pk, "delivery": uuid.uuid4()}
    more |= {"kind": "award", "language": "en", "place": "logo", "slot": "logo", "number": 1}

    def keys(path: str) -> dict[str, str]:
        first = path.split("/")[1]
        return {name: str(value) for name, value in {"key": mine.get(first), **more}.items()}

    return keys


def create_family_for(organisation: Any) -> Family:
    return Family.plain.create(organisation=organisation, name="Look", document=Look().to_json())


def _csv() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("people.csv", b"Email,Name\nbo@example.org,Bo\n", "text/csv")


def _text() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.txt", b"evidence", "text/plain")


def _ask(api: Api, name: str, path: str) -> Any:
    method = name.partition(" ")[0]
    if name.endswith(("/picture", "/pictures/{slot}", "POST /batches")) and method == "POST":
        return api("POST", path, files={"file": _csv()})
    if name == "POST /organisation/{place}":
        return api("POST", path, files={"file": _text()})
    if name == "POST /evidence":
        return api("POST", path, files={"file": _text()})
    return api(method, path, BODIES.get(name, {} if method in ("POST", "PATCH", "PUT") else None))


def test_without_a_key_everything_is_401(places: Callable[[str], dict[str, str]]) -> None:
    for key in (None, "nonsense", "insignia_0000000000000000_wrong"):
        for name in TABLE:
            path = name.partition(" ")[2].format(**places(name.partition(" ")[2]))
            answer = _ask(Api(key), name, path)
            assert answer.status == 401, (name, answer)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="insignia"')


def test_without_the_scope_everything_is_403(
    places: Callable[[str], dict[str, str]], make_client: Callable[..., tuple[ApiClient, str]]
) -> None:
    without = {
        scope: Api(make_client(*(one for one in Permission if one is not scope))[1]) for scope in Permission
    }
    for name, scope in TABLE.items():
        path = name.partition(" ")[2].format(**places(name.partition(" ")[2]))
        assert _ask(without[scope], name, path).status == 403, name


def test_another_tenant_finds_nothing(places: Callable[[str], dict[str, str]], stranger: Api) -> None:
    """House rule 9: 'a foreign object is a 404'."""
    for name in TABLE:
        template = name.partition(" ")[2]
        if "{key}" not in template:  # mail texts have a place in every organisation: test_mail_texts_api
            continue
        answer = _ask(stranger, name, template.format(**places(template)))
        assert answer.status == 404, (name, answer)
    for path in ("/groups", "/awards", "/issuers", "/achievements", "/batches", "/webhooks", "/claim-links"):
        assert stranger("GET", path)["items"] == [], path


def test_with_only_the_scope_it_is_let_in(
    places: Callable[[str], dict[str, str]], make_client: Callable[..., tuple[ApiClient, str]]
) -> None:
    """One scope is enough for each operation: none needs a second one that the document does not name."""
    with_it = {scope: Api(make_client(scope)[1]) for scope in Permission}
    for name, scope in sorted(TABLE.items(), key=lambda row: row[0].startswith("DELETE")):
        template = name.partition(" ")[2]
        answer = _ask(with_it[scope], name, template.format(**places(template)))
        assert answer.status not in (401, 403, 405, 500), (name, answer)
