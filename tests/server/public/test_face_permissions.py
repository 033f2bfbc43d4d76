"""Every address of the faces without a console's roles, for everybody who may come: the table is the truth.

House rule 9: "One table of URL x role x status is a test; a URL missing from it fails."
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from insignia_server.achievements.models import Achievement
from insignia_server.awarding import claims, evidence
from insignia_server.awarding.models import Award
from insignia_server.issuers.models import Issuer
from insignia_server.kit import scopes
from insignia_server.kit.ids import uuid7
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Organisation
from insignia_server.people.models import User
from insignia_server.people.services import prove_identifier
from insignia_server.verifier.models import Verification
from insignia_server.verifier.services import fail
from server.public.face_table import STATES, TABLE, WHO

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


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
    file = evidence.keep(by=owner, name="film.png", content=picture_bytes(achievement), now=timezone.now())
    evidence.attach([file], award=award, now=timezone.now()) if False else None
    link = claims.open_link(by=owner, achievement=achievement, name="Workshop")
    verification = Verification.objects.create(id=uuid7(), source="badge.json")
    fail(verification, "There is no badge in this file.", "Give another one.")
    badge = {"key": credential.pk}
    version = {"key": achievement.pk, "number": 1}
    slug = {"slug": issuer.slug}
    return {
        **{name: badge for name in ("badge", "badge-png", "badge-svg", "badge-pdf")},
        **{name: badge for name in ("credential-json", "credential-jwt", "credential-refresh")},
        "achievement": {"key": achievement.pk},
        **{f"achievement-{name}": version for name in ("version", "json", "picture", "card")},
        **{f"issuer-{name}": slug for name in ("did", "keys", "profile", "picture")},
        "issuer": slug,
        "issuer-jwk": {**slug, "fragment": "nothing"},
        "issuance-log": slug,
        "issuance-log-entry": {**slug, "sequence": 1},
        "status-list": {"key": uuid7()},
        "evidence": {"token": file.token},
        "claim": {"token": claims.link_url(link).rstrip("/").rpartition("/")[2]},
        "claim-prove": {"token": "wrong"},
        "my-visibility": {"award": award.pk},
        "verification": {"key": verification.pk},
        "verification-file": {"key": str(verification.pk), "form": "report"},
        "kit:accent": {"colour": "0f6b57"},
    }


def picture_bytes(achievement: Achievement) -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    return out.getvalue()


def test_observe(people: Any, world: Any, scoped: Any) -> None:
    names = ["home","badge","badge-png","badge-svg","badge-pdf","achievement","achievement-version","achievement-json","achievement-picture","achievement-card","issuer","evidence","report","issuer-did","issuer-keys","issuer-profile","issuer-jwk","issuer-picture","status-list","credential-json","credential-jwt","credential-refresh","issuance-log","issuance-log-entry","verify","verification","verification-file","instance-did","my-badges","my-export","my-visibility","claim-prove","claim","readyz","metrics","healthz","kit:design","kit:theme","kit:accent","set_language"]
    for name in names:
        for state in STATES:
            for method in ("get","post"):
                row=[]
                for who, client in people.items():
                    with transaction.atomic():
                        prepare(state, scoped)
                        row.append(getattr(client, method)(reverse(name, kwargs=world.get(name, {}))).status_code)
                        transaction.set_rollback(True)
                print(name, state, method, row)


def prepare(state: str, organisation: Organisation) -> None:
    if state == "private":
        Award.objects.update(visibility="private")
    if state == "suspended":
        Organisation.plain.filter(pk=organisation.pk).update(state="suspended", state_reason="Abuse.")
