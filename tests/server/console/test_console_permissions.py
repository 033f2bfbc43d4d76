"""Every address of the console for everybody who may come: the table is the whole truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from insignia_server.organisations.models import Organisation
from insignia_server.organisations.roles import Permission, Role, granted
from insignia_server.people.models import User
from server.console.permission_table import EVERYBODY, OPERATOR, OTHERS, SIGNED_IN, TABLE, Rule

MEMBERS = tuple(role.value for role in Role)


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the console, as the resolver has it."""

    def walk(patterns: Any, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
                yield from walk(one.url_patterns, inner)
            else:
                yield f"{prefix}{one.name}", one

    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver) and one.app_name == "console":
            yield from walk(one.url_patterns, "")


PATTERNS = dict(addresses())


def test_every_address_has_a_line_in_the_table() -> None:
    missing, gone = sorted(PATTERNS.keys() - TABLE), sorted(TABLE.keys() - PATTERNS)
    assert (missing, gone) == ([], [])


def test_every_view_names_the_permission_that_the_table_names() -> None:
    tied = {name: getattr(pattern.callback, "permission", None) for name, pattern in PATTERNS.items()}
    wanted = {
        name: None if rule.who in (EVERYBODY, SIGNED_IN) else rule.who
        for name, rule in TABLE.items()
        if name in PATTERNS
    }
    assert tied == wanted


@pytest.fixture
def people(
    world: dict[str, dict[str, Any]],
    browser: Callable[[User], Client],
    make_user: Callable[..., User],
    member: Callable[..., User],
    its_owner: User,
    operator_user: User,
    make_organisation: Callable[..., Organisation],
) -> dict[str, Client]:
    """Everybody who may come."""
    foreign = make_organisation("kestrel", "Kestrel Works").members(manager="plain").get().user
    users = {
        "stranger": make_user("stranger@example.org"),
        **{role: member(role) for role in MEMBERS if role != Role.OWNER},
        "owner": its_owner,
        "foreign owner": foreign,
        "operator": operator_user,
    }
    return {"anonymous": Client(), **{name: browser(user) for name, user in users.items()}}


def arguments(name: str, world: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What stands in the address, out of the world."""
    pattern = PATTERNS[name]
    samples = {"organisation": "nordhaven", **world.get(name.partition(":")[0], {}), **world.get(name, {})}
    wanted = set(pattern.pattern.converters) | (set() if name in FREE else {"organisation"})
    return {key: samples[key] for key in wanted}


FREE = {name for name, rule in TABLE.items() if rule.who in (EVERYBODY, SIGNED_IN, OPERATOR)}


def expected(rule: Rule, who: str, answer: int) -> int:
    """The status for this person, where who may gets `answer`."""
    if answer == 405 or rule.who == EVERYBODY:
        return answer
    if who == "anonymous":
        return OTHERS["anonymous"]
    if rule.who == SIGNED_IN:
        return answer
    if rule.who == OPERATOR:
        return answer if who == "operator" else OTHERS["outsider"]
    if who not in MEMBERS:
        return OTHERS["outsider"]
    return answer if Permission(rule.who) in granted([who]) else OTHERS["member"]


# Who is answered otherwise, and why.
SPECIAL = {
    ("start", "get"): dict.fromkeys((*MEMBERS, "foreign owner"), 302),  # one organisation: into its console
    ("invitation", "post"): dict.fromkeys(("stranger", *MEMBERS, "foreign owner", "operator"), 403),
    ("members:leave", "post"): {"owner": 422},  # the last owner stays
    ("achievements:clone", "post"): {"author": 403},  # somebody else's, and not shared
    ("batches:detail", "get"): {"owner": 302, "awarder": 302},  # a draft: to its columns
    ("batches:stop", "post"): {"author": 403, "auditor": 403},  # who awards or approves
    ("erase", "post"): {"owner": 422, "foreign owner": 422},
}


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_table(name: str, people: dict[str, Client], world: dict[str, dict[str, Any]]) -> None:
    rule, url = TABLE[name], reverse(f"console:{name}", kwargs=arguments(name, world))
    found: dict[tuple[str, str], int] = {}
    wanted: dict[tuple[str, str], int] = {}
    for method, answer in (("get", rule.get), ("post", rule.post)):
        for who, client in people.items():
            wanted[method, who] = SPECIAL.get((name, method), {}).get(who) or expected(rule, who, answer)
            with transaction.atomic():
                found[method, who] = getattr(client, method)(url).status_code
                transaction.set_rollback(True)
    assert found == wanted
