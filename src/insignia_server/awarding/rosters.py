"""What is to be looked at in a roster before mail goes to it: the same looks that a file of awards gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from insignia_server.awarding.sheets import RowProblem
from insignia_server.awarding.sheets.emails import EmailCheck
from insignia_server.awarding.sheets.model import Finding
from insignia_server.awarding.sheets.seen import Seen
from insignia_server.organisations.groups import RosterLine
from insignia_server.organisations.models import Domain, DomainState


def remarks(lines: Iterable[RosterLine]) -> list[RowProblem]:
    """By line: domains that look mistyped, people who stand there twice, and addresses that are none.

    Runs in the scope of the organisation: its proved domains are known too.
    """
    own = Domain.objects.filter(state=DomainState.PROVED).values_list("name", flat=True)
    check, seen = EmailCheck(list(own)), Seen()
    return [
        RowProblem(line.line, one.code, got=one.got, suggestion=one.suggestion, params=one.params)
        for line in lines
        for one in _found(line, check, seen)
    ]


def _found(line: RosterLine, check: EmailCheck, seen: Seen) -> Iterator[Finding]:
    (address, _name), findings = check(line.email)
    yield from findings
    if address:
        twice = seen.person("", address, line.line)
        other = None if twice else seen.name(line.name, address)
        yield from (one for one in (twice, other) if one)
