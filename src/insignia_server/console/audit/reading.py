"""The log in words: who, what, about what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from insignia_server.audit import words
from insignia_server.audit.models import Entry, Pseudonym
from insignia_server.organisations.models import ApiClient, Member

KINDS: dict[str, str | Promise] = {
    "member": gettext_lazy("Member"),
    "client": gettext_lazy("API key"),
    "job": gettext_lazy("The server itself"),
    "learner": gettext_lazy("Learner"),
    "operator": gettext_lazy("Operator"),
}


@dataclass(frozen=True)
class Line:
    """One act as it is shown: in words, with its code. `who` is a name where there is one; `pseudonym` stands
    there in any case."""

    entry: Entry
    act: str
    thing: str
    at: dt.datetime
    who: str
    kind: str | Promise
    pseudonym: str
    facts: list[tuple[str, str]]


def lines(entries: Sequence[Entry]) -> list[Line]:
    """The entries with names: of members (while the mapping exists) and of API keys, by two queries."""
    actors = {one.actor for one in entries if one.actor}
    members, clients = _members(actors), _clients(actors)
    names = {**members, **clients}
    return [
        Line(
            entry=one,
            act=words.said(one.action),
            thing=words.thing(one.subject_kind),
            at=one.at,
            who=names.get(one.actor, "") if one.actor else "",
            kind=KINDS.get(one.actor_kind, one.actor_kind),
            pseudonym=str(one.actor)[-12:] if one.actor else "",
            facts=[words.fact(name, value) for name, value in one.facts.items()],
        )
        for one in entries
    ]


def _members(actors: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Only of people who are members: the log names nobody else to the organisation."""
    people = {row.user_id: str(row.user) for row in Member.objects.select_related("user")}
    rows = Pseudonym.objects.filter(pseudonym__in=actors, user_id__in=people)
    return {row.pseudonym: people[row.user_id] for row in rows}


def _clients(actors: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    return {row.pk: row.name for row in ApiClient.objects.filter(pk__in=actors)}
