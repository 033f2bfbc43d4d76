"""The log in words: who, what, about what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insignia_server.audit.models import Entry, Pseudonym
from insignia_server.organisations.models import ApiClient, Member

NOUNS: dict[str, str | Promise] = {
    "achievement": gettext_lazy("Achievements"),
    "award": gettext_lazy("Awards"),
    "batch": gettext_lazy("Batches"),
    "claim": gettext_lazy("Claims"),
    "client": gettext_lazy("API keys"),
    "credential": gettext_lazy("Credentials"),
    "domain": gettext_lazy("Domains"),
    "group": gettext_lazy("Groups"),
    "issuer": gettext_lazy("Issuer profiles"),
    "key": gettext_lazy("Signing keys"),
    "member": gettext_lazy("Members"),
    "organisation": gettext_lazy("Organisation"),
    "webhook": gettext_lazy("Webhooks"),
}
KINDS: dict[str, str | Promise] = {
    "member": gettext_lazy("Member"),
    "client": gettext_lazy("API key"),
    "job": gettext_lazy("The server itself"),
    "learner": gettext_lazy("Learner"),
    "operator": gettext_lazy("Operator"),
}


@dataclass(frozen=True)
class Line:
    """One act as it is shown. `who` is a name where there is one; `pseudonym` stands there in any case."""

    entry: Entry
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
            at=one.at,
            who=names.get(one.actor, "") if one.actor else "",
            kind=KINDS.get(one.actor_kind, one.actor_kind),
            pseudonym=str(one.actor)[-12:] if one.actor else "",
            facts=[(name.replace("_", " "), _plain(value)) for name, value in one.facts.items()],
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


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return "–" if value is None else str(value)
