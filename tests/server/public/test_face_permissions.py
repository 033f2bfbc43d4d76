"""Every address of the faces without a console's roles, for everybody who may come: the table is the truth.

House rule 9: "One table of URL x role x status is a test; a URL missing from it fails."
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import claims, evidence
from insignia_server.awarding.models import Award
from insignia_server.config import __file__ as CONFIG
from insignia_server.credentials import status
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import Issuer
from insignia_server.issuers.pictures import set_issuer_picture
from insignia_server.kit.ids import uuid7
from insignia_server.organisations import look
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User
from insignia_server.people.services import prove_identifier
from insignia_server.verifier.models import Verification
from insignia_server.verifier.services import fail
from server.public.face_table import STATES, TABLE, WHO

pytestmark = pytest.mark.django_db
PICTURE = (Path(CONFIG).parent / "demo_artwork/nordhaven-university.svg").read_bytes()


@pytest.fixture
def people(make_user: Callable[..., User], owner: Actor) -> dict[str, Client]:
    """Everybody who may come: nobody, the badge's learner, another learner, a member of the organisation."""
    ann = make_user("ann@example.org")
    prove_identifier(user=ann, kind="emailAddress", value="ann@example.org", now=timezone.now())
    users = {
        "learner": ann,
        "other": make_user("bea@example.org"),
        "member": User.objects.get(email__startswith="owner@"),
    }
    clients = {"anonymous": Client()}
    for name, user in users.items():
        clients[name] = Client()
        clients[name].force_login(user)
    assert tuple(clients) == WHO
    return clients


@pytest.fixture
def world(
    scoped: Organisation,
    owner: Actor,
    issuer: Issuer,
    achievement: Achievement,
    make_award: Callable[..., Award],
    people: dict[str, Client],
) -> dict[str, dict[str, Any]]:
    """What stands in the addresses: real rows of a real badge."""
    award = make_award()
    ann = User.objects.get(email="ann@example.org")
    Award.objects.filter(pk=award.pk).update(person=ann)
    credential = award.credential
    for place in ("logo", "logo_dark", "cover"):
        look.set_picture(by=owner, organisation=scoped, place=place, content=PICTURE)
    set_issuer_picture(by=owner, issuer=issuer, content=PICTURE)
    rsa = issuers.add_key(by=owner, issuer=issuer, algorithm="RSA")
    place = status.allocate(issuer, "revocation", 1)[0]
    file = evidence.keep(by=owner, name="note.txt", content=b"She did it.", now=timezone.now())
    evidence.attach({award.pk: [evidence.piece(file)]}, now=timezone.now())
    link = claims.open_link(by=owner, achievement=achievement, name="Workshop")
    verification = Verification.objects.create(id=uuid7(), source="badge.json")
    fail(verification, "There is no badge in this file.", "Give another one.")
    badge = {"key": credential.pk}
    version = {"key": achievement.pk, "number": 1}
    slug = {"slug": issuer.slug}
    return {
        **dict.fromkeys(
            (
                "badge",
                "badge-png",
                "badge-svg",
                "badge-pdf",
                "badge-share",
                "badge-state",
                "badge-apple",
                "badge-google",
            ),
            badge,
        ),
        **dict.fromkeys(
            ("credential-json", "credential-jwt", "credential-refresh", "credential-texts"), badge
        ),
        "achievement": {"key": achievement.pk},
        **{f"achievement-{name}": version for name in ("version", "json", "picture", "card")},
        "achievement-rendering": {**version, "file": (96, "webp")},
        **{f"issuer-{name}": slug for name in ("did", "keys", "profile", "picture")},
        **dict.fromkeys(("issuer", "issuer-card", "issuer-catalogue", "issuer-catalogue-json"), slug),
        **{f"look-{name}": {"slug": scoped.slug} for name in ("logo", "logo-dark", "cover")},
        "issuer-jwk": {**slug, "fragment": rsa.fragment},
        "issuance-log": slug,
        "issuance-log-entry": {**slug, "sequence": 1},
        "status-list": {"key": place.list_id},
        "status-texts": {"key": place.list_id},
        "evidence": {"token": file.token},
        "claim": {"token": claims.link_url(link).rstrip("/").rpartition("/")[2]},
        "claim-prove": {"token": "wrong"},
        "my-visibility": {"award": award.pk},
        "my-data": {"award": award.pk},
        "verification": {"key": verification.pk},
        "verification-file": {"key": str(verification.pk), "form": "report"},
        "kit:accent": {"colour": "0f6b57"},
    }


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_table(
    name: str, people: dict[str, Client], world: dict[str, dict[str, Any]], scoped: Organisation
) -> None:
    url, line = reverse(name, kwargs=world.get(name, {})), TABLE[name]
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for state in STATES:
        for method in ("get", "post"):
            found[state, method] = tuple(
                asked(client, method, url, state, scoped) for client in people.values()
            )
    assert found == {(state, method): line.wanted(state, method) for state, method in found}


def asked(client: Client, method: str, url: str, state: str, organisation: Organisation) -> int:
    """The status in a state of the world, which is as before afterwards."""
    cache.clear()  # limits
    with transaction.atomic():
        if state == "private":
            Award.objects.update(visibility="private")
        if state == "suspended":
            Organisation.plain.filter(pk=organisation.pk).update(state="suspended", state_reason="Abuse.")
        response = getattr(client, method)(url)
        for close in response._resource_closers:  # not response.close(), which ends the test's connection
            close()
        transaction.set_rollback(True)
    code: int = response.status_code
    return code
