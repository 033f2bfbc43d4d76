"""Founding, inviting, roles: who may do what, and what an organisation never loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insignia_server.audit.models import Entry, Pseudonym
from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, NotHere, Refused
from insignia_server.organisations import operator, services
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Invitation, Member, Organisation, OrganisationState
from insignia_server.organisations.roles import GRANTS, ROLE_NAMES, ROLE_TEXTS, Permission, Role, granted
from insignia_server.people.models import User

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


def test_every_role_is_named_described_and_granted_something() -> None:
    assert set(ROLE_NAMES) == set(ROLE_TEXTS) == set(GRANTS) == set(Role)
    assert all(Permission.READ in grants for grants in GRANTS.values())
    assert GRANTS[Role.OWNER] == frozenset(Permission)
    assert not GRANTS[Role.AUDITOR] & {
        Permission.AWARD,
        Permission.PUBLISH,
        Permission.MANAGE,
        Permission.REVOKE,
    }
    assert not GRANTS[Role.AWARDER] & {Permission.APPROVE}, "who starts a batch does not approve it"
    assert granted(["author", "approver"]) == GRANTS[Role.AUTHOR] | GRANTS[Role.APPROVER]


def test_an_open_instance_lets_anyone_found(make_user: Callable[..., User]) -> None:
    user = make_user("ann@example.org")
    organisation = services.found(user=user, name="  Nordhaven University ")
    assert (organisation.slug, organisation.name) == ("nordhaven-university", "Nordhaven University")
    assert organisation.state == OrganisationState.ACTIVE
    [member] = services.memberships(user)
    assert member.roles == ["owner"]
    entry = Entry.objects.get(action="organisation.found")
    assert entry.actor == Pseudonym.objects.get(user_id=user.pk).pseudonym != user.pk


def test_an_approving_instance_lets_the_organisation_wait(
    make_user: Callable[..., User], settings: Any
) -> None:
    settings.FOUNDING = "approved"
    organisation = services.found(user=make_user("ann@example.org"), name="Nordhaven")
    assert organisation.state == OrganisationState.PENDING
    chief = make_user("chief@example.org", is_staff=True)
    operator.approve(user=chief, organisation=organisation)
    assert Organisation.plain.get().state == OrganisationState.ACTIVE


def test_an_inviting_instance_asks_for_the_invitation(make_user: Callable[..., User], settings: Any) -> None:
    settings.FOUNDING = "invitation"
    ann, bob = make_user("ann@example.org"), make_user("bob@example.org")
    chief = make_user("chief@example.org", is_staff=True)
    _, token = operator.invite_founder(user=chief, email="Ann@Example.org", now=dt.datetime.now(dt.UTC))
    with pytest.raises(Forbidden, match="by invitation"):
        services.found(user=ann, name="Nordhaven")
    with pytest.raises(Forbidden):
        services.found(user=bob, name="Nordhaven", token=token)
    services.found(user=ann, name="Nordhaven", token=token)
    with pytest.raises(Forbidden):
        services.found(user=ann, name="A second one", token=token)


def test_an_invitation_founds_once_in_two_tabs(
    make_user: Callable[..., User], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FOUNDING = "invitation"
    ann, chief = make_user("ann@example.org"), make_user("chief@example.org", is_staff=True)
    row, token = operator.invite_founder(user=chief, email="ann@example.org", now=dt.datetime.now(dt.UTC))
    monkeypatch.setattr(services, "_founding_invitation", lambda user, token: row)  # both tabs have read it
    services.found(user=ann, name="Nordhaven", token=token)
    with pytest.raises(NotHere):
        services.found(user=ann, name="A second one", token=token)
    assert Organisation.plain.count() == 1


def test_two_owners_who_leave_at_once_wait_for_each_other(
    owner: Actor, scoped: Organisation, act_as: Callable[..., Actor]
) -> None:
    """The row of the organisation is locked before its owners are counted."""
    other = act_as("awarder")
    with CaptureQueriesContext(connection) as made:
        services.remove(by=other, member=Member.objects.get(user_id=other.user_id))
    tables = [one["sql"] for one in made.captured_queries if one["sql"].startswith("SELECT")]
    locked = next(at for at, sql in enumerate(tables) if 'FROM "organisations_organisation"' in sql)
    counted = next(at for at, sql in enumerate(tables) if '"roles"' in sql and "NOT" in sql)
    assert locked < counted
    if connection.vendor == "postgresql":
        assert "FOR NO KEY UPDATE" in tables[locked]


@pytest.mark.parametrize(
    ("slug", "code"),
    [("operator", "taken"), ("a", "slug"), ("ünder", "slug"), ("-x-", "slug"), ("x" * 61, "slug")],
)
def test_an_address_is_checked(make_user: Callable[..., User], slug: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        services.found(user=make_user("ann@example.org"), name="Nordhaven", slug=slug)
    assert [(one.field, one.code) for one in caught.value.refusals] == [("slug", code)]
    assert not Organisation.plain.exists()


def test_an_address_is_given_once(organisation: Organisation, make_user: Callable[..., User]) -> None:
    with pytest.raises(Refused, match="taken"):
        services.found(user=make_user("ann@example.org"), name="Other", slug=organisation.slug)
    with pytest.raises(Refused, match="name"):
        services.found(user=make_user("bob@example.org"), name=" ")


def test_an_invitation_is_for_one_address_and_one_use(
    owner: Actor, scoped: Organisation, make_user: Callable[..., User]
) -> None:
    invitation, token = services.invite(by=owner, email="Ann@Example.org", roles=["awarder"], now=NOW)
    assert token not in str(Invitation.objects.values())
    ann, eve = make_user("ann@example.org"), make_user("eve@example.org")
    with pytest.raises(Forbidden, match="another address"):
        services.accept(user=eve, token=token, now=NOW)
    with pytest.raises(NotHere):
        services.accept(user=ann, token="wrong", now=NOW)
    member = services.accept(user=ann, token=token, now=NOW)
    assert member.roles == ["awarder"]
    with pytest.raises(NotHere):
        services.accept(user=ann, token=token, now=NOW)
    with pytest.raises(Refused, match="member already"):
        services.invite(by=owner, email="ann@example.org", roles=["awarder"], now=NOW)
    assert invitation.email == "ann@example.org"


def test_an_invitation_ends(owner: Actor, scoped: Organisation, make_user: Callable[..., User]) -> None:
    invitation, token = services.invite(by=owner, email="ann@example.org", roles=["awarder"], now=NOW)
    with pytest.raises(NotHere):
        services.find_invitation(token, now=NOW + dt.timedelta(days=15))
    _, newer = services.invite(by=owner, email="ann@example.org", roles=["author"], now=NOW)
    with pytest.raises(NotHere):
        services.find_invitation(token, now=NOW)
    services.withdraw(by=owner, invitation=services.find_invitation(newer, now=NOW), now=NOW)
    with pytest.raises(NotHere):
        services.find_invitation(newer, now=NOW)
    assert invitation.pk


def test_roles_are_given_by_owners_only_and_one_owner_stays(
    owner: Actor, scoped: Organisation, act_as: Callable[..., Actor]
) -> None:
    awarder = act_as("awarder")
    me = Member.objects.get(user_id=owner.user_id)
    other = Member.objects.get(user_id=awarder.user_id)
    with pytest.raises(Forbidden):
        services.change_roles(by=awarder, member=other, roles=["owner"])
    with pytest.raises(Refused, match="needs an owner"):
        services.change_roles(by=owner, member=me, roles=["author"])
    with pytest.raises(Refused, match="needs an owner"):
        services.remove(by=owner, member=me)
    with pytest.raises(Refused, match="at least one role"):
        services.change_roles(by=owner, member=other, roles=[])
    with pytest.raises(Refused, match="at least one role"):
        services.change_roles(by=owner, member=other, roles=["king"])
    services.change_roles(by=owner, member=other, roles=["owner", "auditor"])
    services.remove(by=owner, member=me)
    assert [member.roles for member in Member.objects.all()] == [["owner", "auditor"]]


def test_one_may_leave(scoped: Organisation, owner: Actor, act_as: Callable[..., Actor]) -> None:
    auditor = act_as("auditor")
    services.remove(by=auditor, member=Member.objects.get(user_id=auditor.user_id))
    assert Member.objects.count() == 1


def test_strangers_cannot_tell_whether_an_organisation_exists(
    organisation: Organisation, make_user: Callable[..., User]
) -> None:
    stranger = make_user("eve@example.org")
    for slug in (organisation.slug, "nothing"):
        with pytest.raises(NotHere):
            services.membership(stranger.pk, slug)


def test_settings_are_changed_and_written_down(
    owner: Actor, scoped: Organisation, act_as: Callable[..., Actor]
) -> None:
    services.update_settings(by=owner, organisation=scoped, values={"hold_minutes": 0, "name": scoped.name})
    assert Organisation.plain.get(pk=scoped.pk).hold_minutes == 0
    assert Entry.objects.get(action="organisation.change").facts == {"changed": ["hold_minutes"]}
    with pytest.raises(Forbidden):
        services.update_settings(by=act_as("author"), organisation=scoped, values={"hold_minutes": 5})


def test_the_operator_suspends_with_a_reason(
    organisation: Organisation, make_user: Callable[..., User]
) -> None:
    chief = make_user("chief@example.org", is_staff=True)
    with pytest.raises(Refused, match="Say why"):
        operator.suspend(user=chief, organisation=organisation, reason=" ")
    operator.suspend(user=chief, organisation=organisation, reason="Impersonation")
    assert Organisation.plain.get().state_reason == "Impersonation"
    operator.resume(user=chief, organisation=organisation)
    operator.set_quota(user=chief, organisation=organisation, awards_a_month=100)
    assert operator.all_organisations(chief)[0].quota_awards_a_month == 100
    with pytest.raises(Forbidden, match="Only the operator"):
        operator.suspend(user=make_user("eve@example.org"), organisation=organisation, reason="I want it")


def test_abuse_is_reported_and_closed(organisation: Organisation, make_user: Callable[..., User]) -> None:
    chief = make_user("chief@example.org", is_staff=True)
    with pytest.raises(Refused):
        operator.report_abuse(address="/issuers/x/", reason="because", text="It is not us")
    with pytest.raises(Refused):
        operator.report_abuse(address="/issuers/x/", reason="impersonation", text="")
    report = operator.report_abuse(
        address="/issuers/x/", reason="impersonation", text="It is not us", organisation=organisation
    )
    operator.close_report(user=chief, report=report, note="Suspended.", now=NOW)
    report.refresh_from_db()
    assert (report.closed_at, report.closing_note) == (NOW, "Suspended.")


def test_two_memberships_are_two_worlds(make_organisation: Callable[..., Organisation]) -> None:
    here, there = make_organisation("here"), make_organisation("there")
    user = User.objects.get(email="owner@here.example")
    Member.plain.create(organisation=there, user=user, roles=["auditor"])
    assert [member.organisation for member in services.memberships(user)] == [here, there] or len(
        services.memberships(user)
    ) == 2
    assert services.membership(user.pk, "there").actor().may(Permission.AUDIT)
    assert not services.membership(user.pk, "there").actor().may(Permission.MANAGE)
    with scopes.organisation(here.pk):
        assert not Member.objects.filter(organisation=there).exists()
