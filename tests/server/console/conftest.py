"""Browsers in which somebody is signed in, and a tenant with one of everything."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from insignia_server.achievements import services as achievements
from insignia_server.achievements.definition import Definition
from insignia_server.awarding import claims
from insignia_server.awarding import services as awarding
from insignia_server.awarding.batches import start_bulk
from insignia_server.awarding.batches.reading import run_read
from insignia_server.awarding.models import BatchFile, Claim, Erasure, Reissue
from insignia_server.awarding.recipients import Recipient
from insignia_server.certificates import packs
from insignia_server.certificates import services as certificates
from insignia_server.certificates.designs import Values
from insignia_server.command.demo_data import ACHIEVEMENTS
from insignia_server.designs.drawing import PALETTES
from insignia_server.designs.families import Family as Look
from insignia_server.designs.services import create_family, keep_palette
from insignia_server.issuers import services as issuers
from insignia_server.issuers.models import SigningKey
from insignia_server.kit import blind, scopes
from insignia_server.kit.jobs import take_lease
from insignia_server.organisations import clients, domains, groups, operator, operator_keys, services
from insignia_server.organisations.models import GroupMember, Member, Organisation, PagesHost
from insignia_server.people.models import User
from insignia_server.webhooks import services as webhooks

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>'


@pytest.fixture
def browser() -> Callable[[User], Client]:
    """`browser(user)`: a browser in which this person is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def member(organisation: Organisation, make_user: Callable[..., User]) -> Callable[..., User]:
    """`member("author")`: a new member of Nordhaven University with these roles."""

    def make(*roles: str) -> User:
        user = make_user(f"{'-'.join(roles)}@nordhaven.example")
        Member.plain.create(organisation=organisation, user=user, roles=list(roles))
        return user

    return make


@pytest.fixture
def its_owner(organisation: Organisation) -> User:
    """The owner of Nordhaven University."""
    return Member.plain.get(organisation=organisation).user


@pytest.fixture
def owner_browser(its_owner: User, browser: Callable[[User], Client]) -> Client:
    """A browser in which its owner is signed in."""
    return browser(its_owner)


@pytest.fixture
def operator_user(make_user: Callable[..., User]) -> User:
    """The operator of the instance, a member nowhere."""
    return make_user("operator@example.org", is_staff=True)


@pytest.fixture
def world(organisation: Organisation, its_owner: User, operator_user: User) -> dict[str, dict[str, Any]]:
    """One of everything at Nordhaven University: the arguments of each address, by its name or package."""
    by, now = services.membership(its_owner.pk, organisation.slug).actor(), timezone.now()
    definition = Definition.from_json(ACHIEVEMENTS[0]["definition"])
    with scopes.organisation(organisation.pk):
        issuer = issuers.create_issuer(by=by, name="Faculty", slug="faculty")
        issuers.set_issuer_picture(by=by, issuer=issuer, content=SVG)
        key = SigningKey.objects.get(issuer=issuer, algorithm="Ed25519")
        achievement = achievements.create(by=by, issuer=issuer, definition=definition)
        achievements.publish(by=by, achievement=achievement)
        award = awarding.award(
            by=by, achievement=achievement, recipient=Recipient(email="ada@example.org"), key="k", send=False
        )
        batch = start_bulk(
            by=by, achievement=achievement, name="B", content=b"email\nann@example.org\n", file_name="b.csv"
        )
        run_read(take_lease(uuid.uuid4(), worker="test", seconds=60), batch_id=batch.pk, revision=0)
        file = BatchFile.objects.create(
            organisation=organisation, batch=batch, what="bad", format="csv", state="ready", created_at=now
        )
        default_storage.save(file.place, ContentFile(b"email\n"))
        family = create_family(by=by, name="Faculty look", look=Look())
        palette = keep_palette(by=by, name="Ours", colours=PALETTES["plum"])
        reissue = Reissue.objects.create(organisation=organisation, key=key, reason="Stolen.", created_at=now)
        erasure = Erasure.objects.create(organisation_id=organisation.pk, created_at=now)
        link = claims.open_link(by=by, achievement=achievement, name="Workshop", needs_approval=True)
        guest = "guest@example.org"
        claim = Claim.objects.create(
            organisation=organisation,
            link=link,
            email=guest,
            blind_index=blind.index("emailAddress", guest),
            name="Guest",
            state="waiting",
        )
        invitation, token = services.invite(by=by, email="guest@example.org", roles=["author"], now=now)
        group = groups.create_group(by=by, name="Class of 2027")
        groups.import_roster(by=by, group=group, lines=[groups.RosterLine(1, "ann@example.org", "Ann")])
        domain = domains.add_domain(by=by, name="nordhaven.example")
        PagesHost.objects.create(
            organisation=organisation, domain=domain, host="badges.nordhaven.example", token="t"
        )
        client, _key = clients.create_client(by=by, name="SIS", scopes_=["read"])
        endpoint, _secret = webhooks.create_endpoint(by=by, url="https://sis.example/hook")
        delivery = webhooks.send_test(by=by, endpoint=endpoint)
        person = GroupMember.objects.get(group=group)
        design = certificates.create_design(by=by, name="Diploma", values=Values(layout="diploma"))
        pack = packs.request_pack(by=by, achievement=achievement)
    other = User.objects.create_user("colleague@nordhaven.example", None, name="Colleague")
    colleague = Member.plain.create(organisation=organisation, user=other, roles=["author"])
    founder, _token = operator.invite_founder(user=operator_user, email="f@example.org", now=now)
    report = operator.report_abuse(address="/x", reason="other", text="Look.", organisation=organisation)
    return {
        "invitation": {"token": token},
        "mail-text": {"kind": "award", "language": "en"},
        "mail-look": {"kind": "award", "language": "en"},
        "end-session": {"key": 2**31 - 1},
        "members": {"key": colleague.pk},
        "members:withdraw": {"key": invitation.pk},
        "groups": {"key": group.pk, "person": person.pk},
        "domains": {"key": domain.pk},
        "clients": {"key": client.pk},
        "webhooks": {"key": endpoint.pk},
        "webhooks:delivery": {"key": delivery.pk},
        "webhooks:replay": {"key": delivery.pk},
        "certificates": {"design": design.pk, "pack": pack.pk, "number": 1},
        "issuers": {"issuer": issuer.slug, "key": key.pk},
        "achievements": {"achievement": achievement.pk},
        "designs": {"achievement": achievement.pk, "family": family.pk, "number": 1, "level": "expert"}
        | {"palette": palette.pk},
        "part": {"release": "x", "kind": "frame", "name": "circle"},
        "awards": {"award": award.pk, "achievement": achievement.pk, "run": reissue.pk}
        | {"erasure": erasure.pk},
        "claims": {"link": link.pk, "claim": claim.pk},
        "batches": {"batch": batch.pk, "achievement": achievement.pk, "form": "csv", "file": file.pk},
        "operator": {"key": organisation.pk},
        "operator:withdraw": {"key": founder.pk},
        "operator:revoke-key": {"key": operator_keys.create_key(user=operator_user, name="K")[0].pk},
        "operator:report": {"key": report.pk},
    }
