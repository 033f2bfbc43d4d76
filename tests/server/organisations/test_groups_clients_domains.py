"""Groups, API clients and the proof of domains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import dns.exception
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit import scopes
from insignia_server.kit.errors import Forbidden, Refused
from insignia_server.organisations import clients, domains, groups
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.groups import RosterLine
from insignia_server.organisations.models import ApiClient, Domain, DomainState, GroupMember, Organisation
from insignia_server.organisations.roles import Permission

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)


def test_a_roster_is_imported_and_wrong_lines_are_named(owner: Actor, scoped: Organisation) -> None:
    group = groups.create_group(by=owner, name="Class of 2026")
    lines = [
        RosterLine(2, "Ann@Example.org", "Ann"),
        RosterLine(3, "nobody"),
        RosterLine(4, "bob@example.org"),
    ]
    result = groups.import_roster(by=owner, group=group, lines=lines)
    assert (result.added, result.renamed, result.unchanged) == (2, 0, 0)
    assert [(one.field, one.code, one.got) for one in result.problems] == [("3", "email", "nobody")]
    again = groups.import_roster(
        by=owner, group=group, lines=[RosterLine(2, "ann@example.org", "Ann E."), lines[2]]
    )
    assert (again.added, again.renamed, again.unchanged) == (0, 1, 1)
    assert sorted(GroupMember.objects.values_list("email", "name")) == [
        ("ann@example.org", "Ann E."),
        ("bob@example.org", ""),
    ]
    groups.remove_from_group(by=owner, person=GroupMember.objects.get(email="bob@example.org"))
    assert GroupMember.objects.count() == 1


def test_a_group_has_a_name_of_its_own(
    owner: Actor, scoped: Organisation, act_as: Callable[..., Actor]
) -> None:
    group = groups.create_group(by=owner, name="Class of 2026")
    other = groups.create_group(by=owner, name="Class of 2027")
    with pytest.raises(Refused, match="of this name"):
        groups.create_group(by=owner, name="class of 2026")
    with pytest.raises(Refused, match="of this name"):
        groups.rename_group(by=owner, group=other, name="CLASS OF 2026")
    with pytest.raises(Refused, match="Give the group a name"):
        groups.create_group(by=owner, name=" ")
    with pytest.raises(Forbidden):
        groups.create_group(by=act_as("author"), name="Mine")
    groups.rename_group(by=owner, group=group, name="Class A")
    assert groups.archive_group(by=owner, group=group, now=NOW).archived_at == NOW


def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(owner: Actor, scoped: Organisation) -> None:
    client, key = clients.create_client(by=owner, name="Moodle", scopes_=["read", "awards.write"])
    assert key.split("_", 2)[2] not in str(ApiClient.objects.values())
    found = clients.find_client(key)
    assert found == client
    actor = clients.actor_of(found)
    assert actor.permissions == {Permission.READ, Permission.AWARD}
    clients.touch(found, now=NOW)
    assert ApiClient.objects.get().last_used_at == NOW
    clients.revoke_client(by=owner, client=client, now=NOW)
    assert clients.find_client(key) is None


@pytest.mark.django_db
@given(st.text(max_size=80))
def test_no_other_text_is_a_key(text: str) -> None:
    assert clients.find_client(text) is None


def test_a_key_of_another_secret_opens_nothing(owner: Actor, scoped: Organisation) -> None:
    client, key = clients.create_client(by=owner, name="Moodle", scopes_=["read"])
    assert clients.find_client(key[:-1] + ("a" if key[-1] != "a" else "b")) is None
    Organisation.plain.update(state="suspended")
    found = clients.find_client(key)
    assert found is not None
    with pytest.raises(Forbidden, match="not active"):
        clients.actor_of(found)
    assert client


def test_a_client_may_do_no_more_than_its_maker(
    scoped: Organisation, owner: Actor, act_as: Callable[..., Actor]
) -> None:
    with pytest.raises(Forbidden):
        clients.create_client(by=act_as("awarder"), name="Mine", scopes_=["awards.write"])
    with pytest.raises(Refused, match="at least one"):
        clients.create_client(by=owner, name="Mine", scopes_=["everything"])
    with pytest.raises(Refused, match="at least one"):
        clients.create_client(by=owner, name="Mine", scopes_=[])
    with pytest.raises(Refused, match="name"):
        clients.create_client(by=owner, name="", scopes_=["read"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.EDU", "example.edu"),
        ("https://www.example.edu/", "www.example.edu"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("example.edu.", "example.edu"),
    ],
)
def test_a_domain_is_written_in_one_way(owner: Actor, scoped: Organisation, typed: str, kept: str) -> None:
    assert domains.add_domain(by=owner, name=typed).name == kept
    with pytest.raises(Refused, match="already"):
        domains.add_domain(by=owner, name=typed)


@pytest.mark.parametrize(
    "typed", ["", "localhost", "10.0.0.1", "a b.example", "example.edu/path", "-a.example", "a" * 300]
)
def test_what_is_no_domain_is_refused(owner: Actor, scoped: Organisation, typed: str) -> None:
    with pytest.raises(Refused, match=r"example\.edu"):
        domains.add_domain(by=owner, name=typed)


def test_a_domain_is_proved_by_a_record_or_by_a_file(owner: Actor, scoped: Organisation) -> None:
    domain = domains.add_domain(by=owner, name="example.edu")
    asked: list[str] = []

    def texts(name: str) -> list[str]:
        asked.append(name)
        return ["other", domains.expected(domain)]

    def file(url: str) -> str:
        asked.append(url)
        return f"{domains.expected(domain)}\n"

    assert domains.look(domain, texts=texts, file=file)[0] == "dns"
    assert domains.look(domain, texts=lambda name: [], file=file)[0] == "file"
    assert asked == ["_insignia-challenge.example.edu", "https://example.edu/.well-known/insignia-domain.txt"]


def test_what_was_seen_instead_is_said(owner: Actor, scoped: Organisation) -> None:
    domain = domains.add_domain(by=owner, name="example.edu")

    def silent(name: str) -> list[str]:
        raise dns.exception.Timeout

    def away(url: str) -> str:
        raise OSError("no route")

    method, seen = domains.look(domain, texts=silent, file=away)
    assert method == ""
    assert "did not answer (Timeout)" in seen
    assert "no route" in seen
    method, seen = domains.look(domain, texts=lambda name: ["x"], file=lambda url: "else")
    assert (method, seen) == ("", "1 TXT records, none with the text; the file holds another text")


def test_a_domain_belongs_to_one_organisation(
    owner: Actor, scoped: Organisation, make_organisation: Callable[..., Organisation]
) -> None:
    """Issue 3: 'nobody becomes Harvard by typing it'."""
    other = make_organisation("other")
    theirs = Domain.plain.create(organisation=other, name="example.edu", token="t")
    with scopes.organisation(other.pk):
        domains.conclude(theirs, method="dns", detail="found", now=NOW)
    mine = domains.add_domain(by=owner, name="example.edu")
    domains.conclude(mine, method="dns", detail="found", now=NOW)
    mine.refresh_from_db()
    assert (mine.state, mine.proved_at) == (DomainState.PENDING, None)
    assert "Another organisation" in mine.detail


def test_a_proof_that_is_gone_is_shown_as_lost(owner: Actor, scoped: Organisation) -> None:
    domain = domains.add_domain(by=owner, name="example.edu")
    domains.conclude(domain, method="dns", detail="found", now=NOW)
    assert domain.state == DomainState.PROVED
    assert domains.stale_domains(now=NOW + dt.timedelta(days=8)) == [domain]
    domains.conclude(domain, method="", detail="silent", now=NOW + dt.timedelta(days=8))
    assert (domain.state, domain.checked_at) == (DomainState.PROVED, NOW), "one bad day takes nothing away"
    assert domains.stale_domains(now=NOW + dt.timedelta(days=8)) == [domain]
    domains.ask_check(by=owner, domain=domain)
    assert list(Domain.objects.filter(domains.held())) == [domain], "it counts while it is looked for"
    domain.refresh_from_db()
    domains.conclude(domain, method="", detail="nothing", now=NOW + dt.timedelta(days=11))
    assert domain.state == DomainState.LOST
    domains.ask_check(by=owner, domain=domain)
    assert not Domain.objects.filter(domains.held()).exists(), "asking gives nothing back"
    domains.remove_domain(by=owner, domain=domain)
    assert not Domain.objects.exists()
