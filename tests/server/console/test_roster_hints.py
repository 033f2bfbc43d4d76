"""Adding people to a group tells by line what a batch's check would tell: mistyped domains, people twice."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from insignia_server.kit import scopes
from insignia_server.organisations import domains
from insignia_server.organisations.models import Group, GroupMember, Member

BASE = "/console/nordhaven/"


@pytest.fixture
def group(owner_browser: Client) -> Group:
    """A group, made in the browser."""
    owner_browser.post(f"{BASE}groups/new/", {"name": "Class of 2027"})
    return Group.plain.get()


def told(client: Client, group: Group, pasted: str) -> list[list[str]]:
    """The cells of the rows to look at, and that everything else went in."""
    page = client.post(f"{BASE}groups/{group.pk}/add/", {"pasted": pasted}).content.decode()
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[dh].*?>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def roster(group: Group) -> set[str]:
    return set(GroupMember.plain.filter(group=group).values_list("email", flat=True))


def test_a_mistyped_domain_is_told_by_its_line_with_what_may_be_meant(
    owner_browser: Client, group: Group
) -> None:
    rows = told(owner_browser, group, "Email,Name\nada@example.org,Ada\nbob@gmial.com,Bob")
    assert rows == [
        [
            *("3", "bob@gmial.com", "Check"),
            "This looks like a typing error of gmail.com. Check it, or the mail goes astray. "
            "Perhaps bob@gmail.com",
        ]
    ]
    assert roster(group) == {"ada@example.org", "bob@gmial.com"}


def test_a_proved_domain_of_the_organisation_is_known(owner_browser: Client, group: Group) -> None:
    member = Member.plain.get()
    with scopes.organisation(member.organisation_id):
        row = domains.add_domain(by=member.actor(), name="nordhaven-university.example")
        domains.conclude(row, method="dns", detail="TXT", now=timezone.now())
    (row_told,) = told(owner_browser, group, "ada@nordhaven-univrsity.example\nbob@example.org")
    assert row_told[0] == "1"
    assert row_told[3].endswith("Perhaps ada@nordhaven-university.example")


def test_who_stands_there_twice_is_told_with_both_lines(owner_browser: Client, group: Group) -> None:
    rows = told(
        owner_browser,
        group,
        "Email,Name\nada@example.org,Ada Lovelace\nADA@example.org,Ada\nada@home.example,Ada Lovelace",
    )
    assert [row[0] for row in rows if "same" in row[3]] == ["3", "4"]
    assert "in line 2 already" in next(row[3] for row in rows if row[0] == "3" and "same" in row[3])
    assert roster(group) == {"ada@example.org", "ada@home.example"}


def test_what_is_left_out_has_a_suggestion_and_is_told_apart(owner_browser: Client, group: Group) -> None:
    rows = told(owner_browser, group, "Email;Name\nada@example,org;Ada\nbob@gmial.com;Bob")
    assert [(row[0], row[2]) for row in rows] == [("2", "Left out"), ("3", "Check")]
    assert rows[0][3].endswith("Perhaps ada@example.org")


def test_a_clean_list_goes_straight_to_the_roster(owner_browser: Client, group: Group) -> None:
    answer = owner_browser.post(
        f"{BASE}groups/{group.pk}/add/", {"pasted": "ada@example.org\nbo@example.org"}
    )
    assert answer.headers["location"] == f"{BASE}groups/{group.pk}/"


def test_each_line_of_a_pasted_list_may_be_written_in_its_own_way(
    owner_browser: Client, group: Group
) -> None:
    """The page says: 'One person a line: an address, a name and an address, or columns'."""
    lines = (
        "Ada Lovelace <ada@example.org>",
        "bob@example.org\tBob",
        "cleo@example.org, Cleo K.",
        '"Smith, John" <john@example.org>',
        "dora@example.org;Dora",
        "Eva Berg eva@example.org",
        "Finn O'Neil, o'neil@example.org",
        "nobody",
    )
    assert [row[:3] for row in told(owner_browser, group, "\n".join(lines))] == [["8", "nobody", "Left out"]]
    people = dict(GroupMember.plain.filter(group=group).values_list("email", "name"))
    assert people == {
        "ada@example.org": "Ada Lovelace",
        "bob@example.org": "Bob",
        "cleo@example.org": "Cleo K.",
        "john@example.org": "Smith, John",
        "dora@example.org": "Dora",
        "eva@example.org": "Eva Berg",
        "o'neil@example.org": "Finn O'Neil",
    }


def test_nobody_is_added_to_a_group_in_the_archive(owner_browser: Client, group: Group) -> None:
    """A page that was open in another tab."""
    owner_browser.post(f"{BASE}groups/{group.pk}/archive/", {"archive": "yes"})
    page = owner_browser.post(f"{BASE}groups/{group.pk}/add/", {"pasted": "ada@example.org"})
    assert (page.status_code, roster(group)) == (422, set())
    assert "Take it out of the archive first" in page.content.decode()
    assert "ada@example.org</textarea>" in page.content.decode(), "nothing is lost"
